"""Working days: weekends and the bank holidays of England do not count."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formsvc.cases.working_days import bank_holidays, easter, end_of, is_working


@pytest.mark.parametrize(
    ("year", "day"), [(1954, (4, 18)), (2000, (4, 23)), (2026, (4, 5)), (2038, (4, 25)), (2049, (4, 18))]
)
def test_easter_is_when_it_is(year: int, day: tuple[int, int]) -> None:
    """Years whose Easter is printed in almanacs, the ones that trip simple rules among them."""
    assert easter(year) == date(year, *day)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2021, ["01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"]),
        (2026, ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"]),
        (2033, ["01-03", "04-15", "04-18", "05-02", "05-30", "08-29", "12-26", "12-27"]),
    ],
)
def test_bank_holidays_move_off_weekends(year: int, days: list[str]) -> None:
    """Christmas on a Friday, a Saturday and a Sunday; a new year that begins on a Saturday."""
    assert sorted(bank_holidays(year)) == [date.fromisoformat(f"{year}-{one}") for one in days]


@pytest.mark.parametrize(
    ("moment", "days", "end"),
    [
        (datetime(2026, 11, 20, 23, 40, tzinfo=UTC), 5, datetime(2026, 11, 27, 17, 0, tzinfo=UTC)),
        (datetime(2026, 12, 23, 9, 0, tzinfo=UTC), 2, datetime(2026, 12, 29, 17, 0, tzinfo=UTC)),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), 1, datetime(2026, 7, 2, 16, 0, tzinfo=UTC)),
    ],
)
def test_end_is_at_five_in_london(moment: datetime, days: int, end: datetime) -> None:
    """The day of the moment is London's and is not counted; in summer 17:00 is 16:00 elsewhere."""
    assert end_of(moment, days=days) == end


@given(year=st.integers(1900, 2200))
def test_eight_bank_holidays_fall_on_working_weekdays(year: int) -> None:
    """No year loses one to a weekend or to another, and on none of them is work."""
    found = bank_holidays(year)
    assert len(found) == 8
    assert all(one.weekday() < 5 and not is_working(one) for one in found)
