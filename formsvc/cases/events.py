"""What happened: events say when it happened and when we knew. A correction is an event too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What can happen, as far as a rule asks for it."""

    PLAN_SENT = "plan_sent"  # final, not yet approved
    PLAN_APPROVED = "plan_approved"  # final, approved
    PLAN_WITHDRAWN = "plan_withdrawn"
    REPORTED_MISSING = "reported_missing"
    RETURNED = "returned"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened. `corrects` is the id of an event this one stands in the place of."""

    id: str
    kind: Kind
    happened_at: datetime
    known_at: datetime
    corrects: str | None = None

    def __post_init__(self) -> None:
        """Refuse a naive moment, and one that was known before it happened."""
        if self.happened_at.tzinfo is None or self.known_at.tzinfo is None:
            raise ValueError("a moment must be aware")
        if self.known_at < self.happened_at:
            raise ValueError("nothing is known before it happens")


def standing(events: Iterable[Event], *, known_by: datetime | None = None) -> tuple[Event, ...]:
    """Return the events that no other corrects, in order; as they were known at a moment, if given."""
    known = [one for one in events if known_by is None or one.known_at <= known_by]
    corrected = {one.corrects for one in known}
    kept = (one for one in known if one.id not in corrected)
    return tuple(sorted(kept, key=lambda one: (one.happened_at, one.known_at, one.id)))
