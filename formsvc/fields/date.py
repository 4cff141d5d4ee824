"""A day of the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from formsvc.fields import dates, gather, rooms, schemas
from formsvc.fields.base import FieldType, Spec, Value, Widget
from formsvc.fields.dates import Limits
from formsvc.fields.moments import day_words
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema


class DateType(FieldType):
    """A day, typed as text or as day, month and year; kept as "2026-11-22"."""

    name = "date"
    widget = Widget.DATE

    def options(self, raw: Mapping[str, Any]) -> Limits:
        return Limits.taken(raw)

    def read(self, spec: Spec, raw: Any) -> Value:
        day = dates.read(raw)
        spec.options.check(day, day)
        return day.isoformat()

    def gather(self, spec: Spec) -> Any:
        return gather.named(spec, "day", "month", "year")

    def spread(self, spec: Spec, value: Any) -> Any:
        return dates.pieces(value)

    def room(self, spec: Spec) -> tuple[Room, ...]:
        return (rooms.Boxes(rooms.DAY),)

    def text(self, spec: Spec, value: Value) -> str:
        return day_words(dt.date.fromisoformat(value))

    def schema(self, spec: Spec) -> Schema:
        return schemas.like(schemas.DAY)

    def example(self, spec: Spec) -> Value:
        return spec.options.example().isoformat()
