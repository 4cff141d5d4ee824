"""A date as exactly as it is known: a day, a month, a season or a year."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from formsvc.fields import dates, gather, reading, rooms, schemas
from formsvc.fields.base import FieldType, Refused, Spec, Value, Widget
from formsvc.fields.dates import Limits
from formsvc.fields.moments import day_words
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code

SEASONS: Mapping[str, tuple[int, int]] = {
    "spring": (3, 5),
    "summer": (6, 8),
    "autumn": (9, 11),
    "winter": (12, 2),
}
"""The first and the last month of each season; a winter has the year it begins in, or the one it ends in."""

_KEPT = {
    "day": re.compile(r"(\d{4})-(\d\d)-(\d\d)"),
    "month": re.compile(r"(\d{4})-(\d\d)"),
    "season": re.compile(r"(\d{4})-(spring|summer|autumn|winter)"),
    "year": re.compile(r"(\d{4})"),
}
_TYPED_MONTH = re.compile(r"(?P<month>[a-z]{3,9}\.?|\d{1,2})(?: ?[/.\-] ?| (?:of )?)(?P<year>\d{1,4})")
_TYPED_SEASON = re.compile(r"(?P<season>spring|summer|autumn|winter) (?:of )?(?P<year>\d{1,4})")
_ABOUT = re.compile(r"(?:about|around|approximately|circa|in|c\.) ?")


class ApproximateDateType(FieldType):
    """A date of known precision: `{"precision": "month", "date": "2026-11"}`."""

    name = "approximate_date"
    widget = Widget.APPROXIMATE_DATE

    def options(self, raw: Mapping[str, Any]) -> Limits:
        return Limits.taken(raw)

    def read(self, spec: Spec, raw: Any) -> Value:
        value = read(raw)
        spec.options.check(*span(value))
        return value

    def gather(self, spec: Spec) -> Any:
        return gather.named(spec, "day", "month", "season", "year")

    def spread(self, spec: Spec, value: Any) -> Any:
        return pieces(value)

    def room(self, spec: Spec) -> tuple[Room, ...]:
        return (
            rooms.Boxes(rooms.DAY),
            rooms.Note("Leave empty what is not known, or write a season beside the boxes."),
        )

    def text(self, spec: Spec, value: Value) -> str:
        return approximate_words(value)

    def schema(self, spec: Spec) -> Schema:
        return written()

    def example(self, spec: Spec) -> Value:
        day = spec.options.example()
        exact = bool(spec.options.earliest or spec.options.latest)
        return (
            {"precision": "day", "date": day.isoformat()}
            if exact
            else {"precision": "month", "date": f"{day:%Y-%m}"}
        )


def read(raw: Any) -> dict[str, str]:
    """Return the approximate date that was typed, or the value it already is; raise Refused."""
    if isinstance(raw, Mapping):
        return _kept(raw) if "precision" in raw or "date" in raw else _pieced(raw)
    text = reading.line(raw, most=60, too_long=Code.APPROXIMATE_UNREADABLE).lower()
    text = _ABOUT.sub("", text, count=1) if _ABOUT.match(text) else text
    for precision in ("month", "season", "year"):
        if _KEPT[precision].fullmatch(text):
            return _kept({"precision": precision, "date": text})
    if match := _TYPED_SEASON.fullmatch(text):
        return _pieced({"season": match["season"], "year": match["year"]})
    if match := _TYPED_MONTH.fullmatch(text):
        return _pieced({"month": match["month"], "year": match["year"]})
    try:
        return {"precision": "day", "date": dates.read(text).isoformat()}
    except Refused as refused:
        plain = refused.codes == (Code.DATE_UNREADABLE,)
        raise Refused(Code.APPROXIMATE_UNREADABLE) if plain else refused from refused


def written() -> Schema:
    """Return the schema of an approximate date."""
    forms = {kind: schemas.like(f"^{form.pattern}$".replace(r"\d", "[0-9]")) for kind, form in _KEPT.items()}
    return {
        "oneOf": [
            schemas.parts({"precision": {"const": kind}, "date": form}, needed=["precision", "date"])
            for kind, form in forms.items()
        ]
    }


def span(value: Mapping[str, str]) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that an approximate date may stand for."""
    precision, text = value["precision"], value["date"]
    year = int(text[:4])
    if precision == "day":
        day = dt.date.fromisoformat(text)
        return day, day
    if precision == "month":
        month = int(text[5:])
        return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
    if precision == "year":
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    first, last = SEASONS[text[5:]]
    if first > last:
        return dt.date(year, 1, 1), dt.date(year + 1, last, 28)
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


def approximate_words(value: Mapping[str, str]) -> str:
    """Return an approximate date as people say it: "November 2026", "Summer 2026"."""
    precision, text = value["precision"], value["date"]
    if precision == "day":
        return day_words(dt.date.fromisoformat(text))
    if precision == "month":
        return f"{dates.MONTHS[int(text[5:]) - 1].title()} {text[:4]}"
    if precision == "season":
        return f"{text[5:].title()} {text[:4]}"
    return text


def pieces(raw: Any) -> dict[str, str]:
    """Return an approximate date, or what was typed for one, for its inputs."""
    empty = {"day": "", "month": "", "season": "", "year": ""}
    if isinstance(raw, Mapping) and "precision" not in raw and "date" not in raw:
        return {key: reading.shown(raw.get(key)) for key in empty}
    text = reading.shown(raw.get("date") if isinstance(raw, Mapping) else raw)
    if match := _KEPT["month"].fullmatch(text):
        return empty | {"year": match[1], "month": match[2].lstrip("0")}
    if match := _KEPT["season"].fullmatch(text):
        return empty | {"year": match[1], "season": match[2]}
    if _KEPT["year"].fullmatch(text):
        return empty | {"year": text}
    return empty | dates.pieces(text)


def _kept(raw: Mapping[str, Any]) -> dict[str, str]:
    found = reading.parts(raw, ("precision", "date"))
    precision = reading.line(found.get("precision", ""), most=10, too_long=Code.APPROXIMATE_UNREADABLE)
    text = reading.line(found.get("date", ""), most=20, too_long=Code.APPROXIMATE_UNREADABLE)
    form = _KEPT.get(precision)
    if form is None or not (match := form.fullmatch(text)) or not text.isascii():
        raise Refused(Code.APPROXIMATE_UNREADABLE)
    dates.year_of(match[1])
    if precision in ("day", "month"):
        dates.made(match[3] if precision == "day" else "1", match[2], match[1])
    return {"precision": precision, "date": text}


def _pieced(raw: Mapping[str, Any]) -> dict[str, str]:
    found = reading.parts(raw, ("day", "month", "season", "year"))
    if "year" not in found:
        raise Refused(Code.APPROXIMATE_YEAR_MISSING)
    if "season" in found and ("month" in found or "day" in found):
        raise Refused(Code.APPROXIMATE_TWICE)
    if "day" in found and "month" not in found:
        raise Refused(Code.DATE_INCOMPLETE)
    year = dates.year_of(found["year"])
    if "season" in found:
        season = reading.word(found["season"])
        if season not in SEASONS:
            raise Refused(Code.APPROXIMATE_UNREADABLE)
        return {"precision": "season", "date": f"{year}-{season}"}
    if "day" in found:
        day = dates.made(found["day"], found["month"], found["year"])
        return {"precision": "day", "date": day.isoformat()}
    if "month" in found:
        return {"precision": "month", "date": f"{year}-{dates.month_of(found['month']):02}"}
    return {"precision": "year", "date": str(year)}
