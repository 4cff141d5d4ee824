"""Episodes: one missing or absence occurrence, computed from its events, under the rules it began with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from formsvc.cases.events import Event, Kind, standing


@dataclass(frozen=True, kw_only=True)
class Episode:
    """One occurrence. `area_hash` names the area's rules it began under: it keeps them to its end."""

    id: str
    child_id: str
    area_hash: str
    began_at: datetime
    returned_at: datetime | None
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Say whether it goes on: returning is not the end by itself (T-76)."""
        return self.closed_at is None


def episode(id: str, events: Iterable[Event], *, child_id: str, area_hash: str) -> Episode | None:
    """Return the episode that events tell of, None before anybody reported the child missing."""
    told = standing(events)
    began = next((one for one in told if one.kind is Kind.REPORTED_MISSING), None)
    if began is None:
        return None
    after = [one for one in told if one.happened_at >= began.happened_at]
    returned = [one.happened_at for one in after if one.kind is Kind.RETURNED]
    closed = [one.happened_at for one in after if one.kind is Kind.CLOSED]
    return Episode(
        id=id,
        child_id=child_id,
        area_hash=area_hash,
        began_at=began.happened_at,
        returned_at=min(returned, default=None),
        closed_at=min(closed, default=None),
    )
