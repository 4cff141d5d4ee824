"""Text of several lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields import options as given
from formsvc.fields.base import FieldType, Spec, Value, Widget
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.text import TextOptions
from formsvc.fields.words import Code


class LongTextType(FieldType):
    """Text of several lines, a newline between them; never joined, never cut."""

    name = "long_text"
    widget = Widget.AREA
    wide: ClassVar[bool] = True
    weight: ClassVar[int] = 5

    def options(self, raw: Mapping[str, Any]) -> TextOptions:
        given.only(raw, ("max_length",))
        return TextOptions(max_length=given.size(raw, "max_length", default=10_000, least=1, most=100_000))

    def read(self, spec: Spec, raw: Any) -> Value:
        return reading.lines(raw, most=spec.options.max_length, too_long=Code.TEXT_TOO_LONG)

    def gather(self, spec: Spec) -> Any:
        return gather.line(spec)

    def room(self, spec: Spec) -> tuple[Room, ...]:
        return (rooms.told(spec.options.max_length),)

    def text(self, spec: Spec, value: Value) -> str:
        return str(value)

    def schema(self, spec: Spec) -> Schema:
        return schemas.text(most=spec.options.max_length)

    def example(self, spec: Spec) -> Value:
        text = f"An example of {spec.label.lower().rstrip('?')}.\nIt has a second line."
        return text[: spec.options.max_length].strip()
