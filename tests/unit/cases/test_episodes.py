"""Episodes are read from events, corrections and late knowledge included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from formsvc.cases.episodes import episode
from formsvc.cases.events import Event, Kind, standing

T0 = datetime(2026, 11, 20, 22, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


def event(
    id: str, kind: Kind, hours: float, *, known: float | None = None, corrects: str | None = None
) -> Event:
    """Return an event some hours after T0, known then or later."""
    known_at = T0 + HOUR * (hours if known is None else known)
    return Event(id=id, kind=kind, happened_at=T0 + HOUR * hours, known_at=known_at, corrects=corrects)


def test_an_episode_begins_with_the_report_and_is_open_until_closed() -> None:
    """A return is not the end by itself (T-76)."""
    told = [event("b", Kind.RETURNED, 9), event("a", Kind.REPORTED_MISSING, 0)]
    found = episode("e", told, child_id="c", area_hash="h")
    assert found is not None
    assert (found.began_at, found.returned_at, found.is_open) == (T0, T0 + 9 * HOUR, True)
    closed = episode("e", [*told, event("z", Kind.CLOSED, 30)], child_id="c", area_hash="h")
    assert closed is not None
    assert (closed.closed_at, closed.is_open) == (T0 + 30 * HOUR, False)
    assert episode("e", told[:1], child_id="c", area_hash="h") is None


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    """Found earlier than first recorded: so it says, and what was known before can still be asked."""
    first = event("b", Kind.RETURNED, 9)
    mended = event("m", Kind.RETURNED, 7, known=12, corrects="b")
    told = [event("a", Kind.REPORTED_MISSING, 0), first, mended]
    found = episode("e", told, child_id="c", area_hash="h")
    assert found is not None
    assert found.returned_at == T0 + 7 * HOUR
    assert standing(told, known_by=T0 + 10 * HOUR) == (told[0], first)


def test_a_moment_must_be_aware_and_known_after_it_happened() -> None:
    """A naive moment is nobody's time, and nothing is known before it happens."""
    with pytest.raises(ValueError, match="aware"):
        Event(id="x", kind=Kind.RETURNED, happened_at=T0.replace(tzinfo=None), known_at=T0)
    with pytest.raises(ValueError, match="before"):
        event("x", Kind.RETURNED, 5, known=4)
