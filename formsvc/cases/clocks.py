"""Clocks: deadlines that a rule started, worked out from events each time; never a state of their own.

Minutes count; UTC inside, London outside. Lateness is told and blocks nothing.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from formsvc.cases.events import Event, Kind, standing
from formsvc.fields.moments import LONDON

SOON: Final = timedelta(days=7)
APPROVAL_WITHIN: Final = timedelta(hours=24)
"""For how long a plan may be out not yet approved before its approval is late. Ours: no source says."""


class State(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    SOON = "soon"
    LATE = "late"
    MET = "met"
    MET_LATE = "met_late"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What starts a clock, when it is due then, and what stops it: met, or not wanted any more."""

    id: str
    source: str
    words: str
    starts: frozenset[Kind]
    meets: frozenset[Kind]
    ends: frozenset[Kind]
    due: Callable[[datetime], datetime]


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One deadline. `met_at` is when what it waited for happened, None while it is waited for."""

    rule: str
    started_by: str
    started_at: datetime
    due_at: datetime
    met_at: datetime | None

    def state(self, at: datetime) -> State:
        """Return how it stands at a moment; due to the minute, and late only after it."""
        due = self.due_at.replace(second=0, microsecond=0) + timedelta(minutes=1)
        if self.met_at is not None:
            return State.MET if self.met_at < due else State.MET_LATE
        if at >= due:
            return State.LATE
        return State.SOON if at >= self.due_at - SOON else State.RUNNING


def months_later(moment: datetime, months: int) -> datetime:
    """Return the same day and minute in London some months later, in UTC.

    A month too short ends the count on its last day; an hour that London skips is the one after it.
    """
    local = moment.astimezone(LONDON)
    years, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, calendar.monthrange(years, month + 1)[1])
    wall = local.replace(year=years, month=month + 1, day=day, fold=0)
    return wall.astimezone(UTC)


def review_due(final_at: datetime) -> datetime:
    """Return when a plan is to be reviewed: one month after it became final (T-60; LAN 5.5)."""
    return months_later(final_at, 1)


PLAN_REVIEW: Final = Rule(
    id="plan_review",
    source="T-60",
    words="Review the plan with the child, every month and whenever something new is known",
    starts=frozenset({Kind.PLAN_SENT, Kind.PLAN_APPROVED}),
    meets=frozenset({Kind.PLAN_SENT, Kind.PLAN_APPROVED}),
    ends=frozenset({Kind.PLAN_WITHDRAWN, Kind.CLOSED}),
    due=review_due,
)

APPROVAL: Final = Rule(
    id="approval",
    source="own",
    words="Approve the plan that went out not yet approved",
    starts=frozenset({Kind.PLAN_SENT}),
    meets=frozenset({Kind.PLAN_APPROVED}),
    ends=frozenset({Kind.PLAN_WITHDRAWN, Kind.CLOSED}),
    due=lambda sent_at: sent_at + APPROVAL_WITHIN,
)

RULES: Final = (PLAN_REVIEW, APPROVAL)


def clocks(events: Iterable[Event], rule: Rule) -> tuple[Clock, ...]:
    """Return every clock a rule started over some events, in order; one that was ended is left out.

    A clock that starts while one of the same rule is running, and does not meet it, changes nothing:
    sending a plan out again does not put its approval off.
    """
    told = standing(events)
    made: list[Clock] = []
    running: Clock | None = None
    for one in told:
        if running is not None and one.kind in rule.meets:
            made.append(_met(running, one))
            running = None
        elif running is not None and one.kind in rule.ends:
            running = None
        if running is None and one.kind in rule.starts:
            running = Clock(
                rule=rule.id,
                started_by=one.id,
                started_at=one.happened_at,
                due_at=rule.due(one.happened_at),
                met_at=None,
            )
    return (*made, running) if running is not None else tuple(made)


def running_clock(events: Iterable[Event], rule: Rule) -> Clock | None:
    """Return the clock of a rule that is waited for, None when there is none."""
    found = clocks(events, rule)
    return found[-1] if found and found[-1].met_at is None else None


def _met(clock: Clock, by: Event) -> Clock:
    return Clock(
        rule=clock.rule,
        started_by=clock.started_by,
        started_at=clock.started_at,
        due_at=clock.due_at,
        met_at=by.happened_at,
    )
