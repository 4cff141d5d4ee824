"""Clocks are pure: the same events give the same deadlines, to the minute, across both clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc.cases.clocks import (
    APPROVAL,
    PLAN_REVIEW,
    State,
    clocks,
    months_later,
    review_due,
    running_clock,
)
from formsvc.cases.events import Event, Kind

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> datetime:
    """Return a moment written in London time."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def event(kind: Kind, when: str, *, id: str = "", corrects: str | None = None) -> Event:
    """Return an event that was known when it happened."""
    return Event(
        id=id or f"{kind}{when}", kind=kind, happened_at=at(when), known_at=at(when), corrects=corrects
    )


@pytest.mark.parametrize(
    ("final", "due"),
    [
        ("2026-11-22 18:05", "2026-12-22 18:05"),
        ("2027-01-31 09:00", "2027-02-28 09:00"),  # a short month ends on its last day
        ("2028-01-31 09:00", "2028-02-29 09:00"),
        ("2026-12-05 23:59", "2027-01-05 23:59"),
        ("2027-03-01 12:00", "2027-04-01 12:00"),  # from winter into summer time: noon stays noon
        ("2026-10-20 12:00", "2026-11-20 12:00"),  # and back
        ("2027-02-28 01:30", "2027-03-28 02:30"),  # 01:30 does not exist on the day the clocks go forward
        ("2026-09-25 01:30", "2026-10-25 01:30"),  # exists twice: the first
    ],
)
def test_review_due_monthly(final: str, due: str) -> None:
    """A plan is due for review on the same day and minute of the next month, in London (T-60)."""
    assert review_due(at(final)) == at(due)


def test_a_review_starts_the_next_month_from_itself() -> None:
    """Each final plan meets the clock of the one before and starts its own; lateness is remembered."""
    told = [
        event(Kind.PLAN_APPROVED, "2026-09-01 10:00"),
        event(Kind.PLAN_APPROVED, "2026-09-20 10:00"),
        event(Kind.PLAN_APPROVED, "2026-10-25 10:00"),
    ]
    found = clocks(told, PLAN_REVIEW)
    now = at("2026-11-01 00:00")
    assert [one.state(now) for one in found] == [State.MET, State.MET_LATE, State.RUNNING]
    assert found[-1].due_at == at("2026-11-25 10:00")
    assert running_clock(told, PLAN_REVIEW) == found[-1]


def test_due_to_the_minute() -> None:
    """In its minute it is not late; in the next it is; a week before, it is soon."""
    (clock,) = clocks([event(Kind.PLAN_APPROVED, "2026-11-22 18:05")], PLAN_REVIEW)
    due = at("2026-12-22 18:05")
    assert clock.state(due + timedelta(seconds=59)) is State.SOON
    assert clock.state(due + timedelta(seconds=60)) is State.LATE
    assert clock.state(due - timedelta(days=7)) is State.SOON
    assert clock.state(due - timedelta(days=7, seconds=1)) is State.RUNNING


def test_approval_is_waited_for_from_the_first_sending() -> None:
    """A plan sent out not yet approved is to be approved; sending it again does not put that off."""
    told = [event(Kind.PLAN_SENT, "2026-11-21 23:40"), event(Kind.PLAN_SENT, "2026-11-22 08:00")]
    clock = running_clock(told, APPROVAL)
    assert clock is not None
    assert clock.due_at == at("2026-11-22 23:40")
    met = clocks([*told, event(Kind.PLAN_APPROVED, "2026-11-22 09:15")], APPROVAL)
    assert [one.met_at for one in met] == [at("2026-11-22 09:15")]
    assert running_clock([event(Kind.PLAN_APPROVED, "2026-11-22 09:15")], APPROVAL) is None


def test_a_withdrawn_plan_is_not_reviewed() -> None:
    """Withdrawing ends the clock; the next plan starts a new one."""
    told = [event(Kind.PLAN_APPROVED, "2026-09-01 10:00"), event(Kind.PLAN_WITHDRAWN, "2026-09-02 10:00")]
    assert clocks(told, PLAN_REVIEW) == ()
    (clock,) = clocks([*told, event(Kind.PLAN_APPROVED, "2026-09-03 10:00")], PLAN_REVIEW)
    assert clock.started_at == at("2026-09-03 10:00")


def test_a_correction_moves_the_clock() -> None:
    """What is corrected counts no more: the deadline is worked out again from what stands."""
    first = event(Kind.PLAN_APPROVED, "2026-09-10 10:00", id="first")
    mended = Event(
        id="mended",
        kind=Kind.PLAN_APPROVED,
        happened_at=at("2026-09-09 10:00"),
        known_at=at("2026-09-12 10:00"),
        corrects="first",
    )
    assert [one.due_at for one in clocks([first, mended], PLAN_REVIEW)] == [at("2026-10-09 10:00")]


moments = st.integers(1_577_836_800, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
histories = st.lists(
    st.builds(
        lambda id, kind, when: Event(id=str(id), kind=kind, happened_at=when, known_at=when),
        st.uuids(),
        st.sampled_from(Kind),
        moments,
    ),
    max_size=12,
)


@given(moment=moments, months=st.integers(0, 36))
def test_months_later_never_goes_back(moment: datetime, months: int) -> None:
    """Counting months keeps the order and lands on the day asked for, or the last of a short month."""
    later = months_later(moment, months).astimezone(LONDON)
    local = moment.astimezone(LONDON)
    assert (later.year * 12 + later.month) - (local.year * 12 + local.month) == months
    assert later.day in (local.day, *range(28, 31))
    assert months == 0 or months_later(moment, months) > moment


@given(told=histories, shuffler=st.randoms())
def test_clocks_hang_on_nothing_but_the_events(told: list[Event], shuffler: Random) -> None:
    """In whatever order the events are read, the clocks are the same, and at most one is running."""
    shuffled = list(told)
    shuffler.shuffle(shuffled)
    for rule in (PLAN_REVIEW, APPROVAL):
        found = clocks(told, rule)
        assert clocks(shuffled, rule) == found
        assert all(one.met_at is not None for one in found[:-1])
        assert all(one.due_at > one.started_at for one in found)
