"""A moment: typed in London time, kept in UTC, right on the nights the clocks change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from formsvc import clock
from formsvc.fields import dates, gather, reading, rooms, schemas
from formsvc.fields.base import FieldType, Refused, Spec, Value, Widget
from formsvc.fields.dates import Limits
from formsvc.fields.moments import LONDON, day_words, parse_utc, stored_utc
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code

_EXACT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)", re.ASCII | re.IGNORECASE
)
_TIME = r"\d{1,2} ?[:.] ?\d{2}(?: ?[ap]\.?m\.?)?|\d{1,2} ?[ap]\.?m\.?|\d{3,4} ?(?:[ap]\.?m\.?|hrs|h)?"
_SPLIT = re.compile(
    rf"(?P<date>.*?\d{{4}}|\d{{4}}-\d\d-\d\d)(?:t|,? at |, ?| )(?P<time>{_TIME}|\d\d:\d\d:\d\d)"
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2}?)(?: ?[:.] ?)?(?P<minute>\d{2})?(?::\d\d)? ?(?:(?P<half>[ap])\.?m\.?|hrs|h)?"
)
FOLDS = ("first", "second")


@dataclass(frozen=True, kw_only=True)
class MomentLimits(Limits):
    """The earliest and the latest day; `today` as the latest also means: not later than now."""


class DateTimeType(FieldType):
    """A moment to the minute: `"2026-11-22T18:05:00Z"`."""

    name = "date_time"
    widget = Widget.DATETIME

    def options(self, raw: Mapping[str, Any]) -> Limits:
        return Limits.taken(raw)

    def read(self, spec: Spec, raw: Any) -> Value:
        moment = _read(raw).replace(second=0, microsecond=0)
        day = moment.astimezone(LONDON).date()
        spec.options.check(day, day)
        if spec.options.latest == "today" and moment > clock.now():
            raise Refused(Code.DATE_IN_FUTURE)
        return stored_utc(moment)

    def gather(self, spec: Spec) -> Any:
        return gather.named(spec, "day", "month", "year", "time", "fold")

    def spread(self, spec: Spec, value: Any) -> Any:
        return _pieces(value)

    def room(self, spec: Spec) -> tuple[Room, ...]:
        return (rooms.Boxes(rooms.DAY + rooms.TIME),)

    def text(self, spec: Spec, value: Value) -> str:
        moment = parse_utc(value)
        local = moment.astimezone(LONDON)
        words = f"{day_words(local.date())}, {local:%H:%M}"
        if not _twice(local.replace(tzinfo=None)):
            return words
        return f"{words} ({'after' if local.fold else 'before'} the clocks went back)"

    def schema(self, spec: Spec) -> Schema:
        return schemas.like(schemas.MOMENT)

    def example(self, spec: Spec) -> Value:
        return stored_utc(datetime.combine(spec.options.example(), time(18, 5), tzinfo=LONDON))


def moment_of(day: date, at: time, fold: str = "") -> datetime:
    """Return the moment, in UTC, of a London day and time; raise Refused where that is not one moment."""
    local = datetime.combine(day, at)
    if _twice(local) and fold not in FOLDS:
        raise Refused(Code.TIME_TWICE)
    moment = local.replace(tzinfo=LONDON, fold=int(fold == "second" and _twice(local))).astimezone(UTC)
    if moment.astimezone(LONDON).replace(tzinfo=None) != local:
        raise Refused(Code.TIME_SKIPPED)
    return moment


def time_of(typed: Any) -> time:
    """Return a time as people write it: "18:05", "1805", "6.05pm", "6 pm"."""
    text = reading.line(typed, most=20, too_long=Code.TIME_UNREADABLE).lower()
    match = _CLOCK.fullmatch(text)
    if not match or not (match["minute"] or match["half"]):
        raise Refused(Code.TIME_UNREADABLE)
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise Refused(Code.TIME_UNREADABLE)
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    if hour > 23 or minute > 59:
        raise Refused(Code.TIME_UNREADABLE)
    return time(hour, minute)


def _read(raw: Any) -> datetime:
    if isinstance(raw, Mapping):
        return _pieced(raw)
    text = reading.line(raw, most=80, too_long=Code.DATE_UNREADABLE)
    if _EXACT.fullmatch(text):
        return _exact(text)
    if match := _SPLIT.fullmatch(text.lower()):
        return moment_of(dates.read(match["date"]), time_of(match["time"]))
    dates.read(text)
    raise Refused(Code.TIME_MISSING)


def _exact(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(Code.DATE_UNREAL) from error
    dates.year_of(str(moment.year).zfill(4))
    return moment


def _pieced(raw: Mapping[str, Any]) -> datetime:
    found = reading.parts(raw, ("date", "day", "month", "year", "time", "fold"))
    typed_day = (
        found["date"] if "date" in found else {k: found[k] for k in ("day", "month", "year") if k in found}
    )
    if "time" not in found:
        if "date" in found and isinstance(typed_day, str) and len(found) <= 2 and "fold" in found:
            return _folded(typed_day, found["fold"])
        dates.read(typed_day)
        raise Refused(Code.TIME_MISSING)
    fold = reading.word(found.get("fold", ""))
    return moment_of(dates.read(typed_day), time_of(found["time"]), fold)


def _folded(text: str, fold: Any) -> datetime:
    """Return the moment of a date and time in one text with a fold beside it."""
    match = _SPLIT.fullmatch(reading.line(text, most=80, too_long=Code.DATE_UNREADABLE).lower())
    if not match:
        dates.read(text)
        raise Refused(Code.TIME_MISSING)
    return moment_of(dates.read(match["date"]), time_of(match["time"]), reading.word(fold))


def _pieces(raw: Any) -> dict[str, str]:
    if isinstance(raw, Mapping):
        day = dates.pieces(raw["date"]) if "date" in raw else dates.pieces(raw)
        return {**day, "time": reading.shown(raw.get("time")), "fold": reading.shown(raw.get("fold"))}
    text = reading.shown(raw)
    if _EXACT.fullmatch(text):
        local = parse_utc(text.upper()).astimezone(LONDON)
        fold = FOLDS[local.fold] if _twice(local.replace(tzinfo=None)) else ""
        return {**dates.pieces(local.date().isoformat()), "time": f"{local:%H:%M}", "fold": fold}
    if match := _SPLIT.fullmatch(text.lower()):
        return {**dates.pieces(match["date"]), "time": match["time"], "fold": ""}
    return {**dates.pieces(text), "time": "", "fold": ""}


def _twice(local: datetime) -> bool:
    """Say whether the London clock showed this time twice."""
    first, second = (local.replace(tzinfo=LONDON, fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second
