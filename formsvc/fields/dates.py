"""Dates as people type them, and the limits a field may set for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from formsvc import clock
from formsvc.fields import options as given
from formsvc.fields import reading
from formsvc.fields.base import OptionsInvalid, Refused
from formsvc.fields.moments import LONDON
from formsvc.fields.words import Code

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_NUMBERS = re.compile(r"(?P<day>\d{1,2})\s?[./\- ]\s?(?P<month>\d{1,2})\s?[./\- ]\s?(?P<year>\d{1,4})")
_NAMED = re.compile(
    r"(?:(?!the )(?P<weekday>[a-z]{3,9}),? )?(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)?[ -](?:of )?"
    r"(?P<month>[a-z]{3,9})[.,]?[ -](?P<year>\d{1,4})"
)
_MONTH_FIRST = re.compile(
    r"(?:(?P<weekday>[a-z]{3,9}),? )?(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?"
    r",? (?P<year>\d{1,4})"
)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The earliest and the latest a field takes: a date, `today`, or nothing."""

    earliest: str = ""
    latest: str = ""

    @classmethod
    def taken(cls, raw: Mapping[str, Any]) -> Limits:
        """Return the limits that the options of a field set."""
        given.only(raw, ("earliest", "latest"))
        made = cls(earliest=_limit(raw, "earliest"), latest=_limit(raw, "latest"))
        if made.earliest and made.latest and _day(made.earliest) > _day(made.latest):
            raise OptionsInvalid("earliest", "it is after latest", "Write an earlier date")
        return made

    def check(self, first: date, last: date) -> None:
        """Refuse a span of days that lies wholly before the earliest or after the latest."""
        if self.latest and first > _day(self.latest):
            raise Refused(Code.DATE_IN_FUTURE if self.latest == "today" else Code.DATE_TOO_LATE)
        if self.earliest and last < _day(self.earliest):
            raise Refused(Code.DATE_IN_PAST if self.earliest == "today" else Code.DATE_TOO_EARLY)

    def example(self) -> date:
        """Return a day that the limits allow."""
        day = date(2024, 5, 14)
        if self.latest and day > _day(self.latest):
            day = _day(self.latest) - timedelta(days=1)
        if self.earliest and day < _day(self.earliest):
            day = _day(self.earliest) + timedelta(days=0 if self.earliest == self.latest else 1)
            day = min(day, _day(self.latest)) if self.latest else day
        return day


def today() -> date:
    """Return the day it is in London."""
    return clock.now().astimezone(LONDON).date()


def read(raw: Any) -> date:
    """Return the date that was typed, as text or as day, month and year; raise Refused."""
    if isinstance(raw, Mapping):
        found = reading.parts(raw, ("day", "month", "year"))
        if len(found) < 3:
            raise Refused(Code.DATE_INCOMPLETE)
        return made(found["day"], found["month"], found["year"])
    text = reading.line(raw, most=60, too_long=Code.DATE_UNREADABLE).lower()
    for form in (_ISO, _NUMBERS, _NAMED, _MONTH_FIRST):
        if match := form.fullmatch(text):
            day = made(match["day"], match["month"], match["year"])
            named = match.groupdict().get("weekday")
            if named and _named(named, WEEKDAYS, Code.DATE_UNREADABLE) != day.weekday():
                raise Refused(Code.DATE_WEEKDAY)
            return day
    raise Refused(Code.DATE_UNREADABLE)


def made(day: Any, month: Any, year: Any) -> date:
    """Return the date of a day, a month (a number or a name) and a year as typed."""
    number = year_of(year)
    try:
        return date(number, month_of(month), _number(day))
    except (ValueError, OverflowError) as error:
        raise Refused(Code.DATE_UNREAL) from error


def month_of(typed: Any) -> int:
    """Return the number of a month, typed as a number or by its name."""
    text = reading.line(typed, most=20, too_long=Code.DATE_UNREADABLE).lower().rstrip(".")
    if text.isdecimal():
        if not 1 <= int(text) <= 12:
            raise Refused(Code.DATE_UNREAL)
        return int(text)
    return _named(text, MONTHS, Code.DATE_UNREADABLE) + 1


def year_of(typed: Any) -> int:
    """Return a year of four digits that a form about a child can mean."""
    number = _number(typed)
    if number < 1000:
        raise Refused(Code.DATE_YEAR_SHORT)
    if not 1900 <= number <= 2199:
        raise Refused(Code.DATE_YEAR_UNLIKELY)
    return number


def pieces(raw: Any) -> dict[str, str]:
    """Return a date, or what was typed for one, as day, month and year for their inputs."""
    if isinstance(raw, Mapping):
        return {key: reading.shown(raw.get(key)) for key in ("day", "month", "year")}
    text = reading.shown(raw).strip()
    if match := _ISO.fullmatch(text):
        return {key: match[key].lstrip("0") for key in ("day", "month", "year")}
    if match := re.fullmatch(r"([^\s./-]+)[\s./-]+([^\s./-]+)[\s./-]+([^\s./-]+)", text):
        return {"day": match[1], "month": match[2], "year": match[3]}
    return {"day": text, "month": "", "year": ""}


def _number(typed: Any) -> int:
    text = reading.line(typed, most=20, too_long=Code.DATE_UNREADABLE)
    if not text.isdecimal():
        raise Refused(Code.DATE_UNREADABLE)
    return int(text)


def _named(text: str, names: tuple[str, ...], code: Code) -> int:
    for number, name in enumerate(names):
        if len(text) >= 3 and name.startswith(text):
            return number
    raise Refused(code)


def _limit(raw: Mapping[str, Any], key: str) -> str:
    limit = given.text(raw, key)
    if limit and limit != "today":
        try:
            datetime.strptime(limit, "%Y-%m-%d")  # noqa: DTZ007 (a day of the calendar has no zone)
            date.fromisoformat(limit)
        except ValueError as error:
            raise OptionsInvalid(key, f"{limit!r} is not a date", 'Write "2026-11-22" or today') from error
    return limit


def _day(limit: str) -> date:
    return today() if limit == "today" else date.fromisoformat(limit)
