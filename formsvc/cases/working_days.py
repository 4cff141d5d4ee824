"""Working days in England: Mondays to Fridays but for bank holidays, worked out for any year."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from formsvc.fields.moments import LONDON

_SATURDAY: Final = 5
_END_OF_DAY: Final = time(17, 0)


def end_of(moment: datetime, *, days: int) -> datetime:
    """Return 17:00 in London so many working days after the day of a moment; that day is not counted."""
    day = moment.astimezone(LONDON).date()
    for _ in range(days):
        day += timedelta(days=1)
        while not is_working(day):
            day += timedelta(days=1)
    return datetime.combine(day, _END_OF_DAY, tzinfo=LONDON)


def is_working(day: date) -> bool:
    """Say whether people are at work on a day: no weekend, no bank holiday."""
    return day.weekday() < _SATURDAY and day not in bank_holidays(day.year)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Return the bank holidays of a year, as the law gives them without special proclamation."""
    sunday = easter(year)
    return frozenset(
        {
            _at_work_instead(date(year, 1, 1)),
            sunday - timedelta(days=2),
            sunday + timedelta(days=1),
            _monday(date(year, 5, 1)),
            _monday(date(year, 5, 25)),
            _monday(date(year, 8, 25)),
            *_christmas(year),
        }
    )


def easter(year: int) -> date:
    """Return Easter Sunday of a year of the Gregorian calendar (the method of 1876)."""
    golden, century = year % 19, year // 100
    leap = century - century // 4 - (8 * century + 13) // 25
    moon = (leap + 19 * golden + 15) % 30
    moon -= (moon // 28) * (1 - (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    return date(year, 3, 28) + timedelta(days=moon - weekday)


def _monday(day: date) -> date:
    """Return the first Monday on or after a day."""
    return day + timedelta(days=-day.weekday() % 7)


def _at_work_instead(day: date) -> date:
    """Return the day itself, or the Monday after where it is at a weekend."""
    return day if day.weekday() < _SATURDAY else _monday(day)


def _christmas(year: int) -> tuple[date, date]:
    """Return the two days of Christmas, each moved on from a weekend to a day that is not taken."""
    first = date(year, 12, 25)
    match first.weekday():
        case 4:  # Friday and Saturday: the second on Monday
            return first, first + timedelta(days=3)
        case 5:  # Saturday and Sunday: Monday and Tuesday
            return first + timedelta(days=2), first + timedelta(days=3)
        case 6:  # Sunday and Monday: the first on Tuesday
            return first + timedelta(days=2), first + timedelta(days=1)
        case _:
            return first, first + timedelta(days=1)
