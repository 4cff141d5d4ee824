"""One line of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields import options as given
from formsvc.fields.base import FieldType, Spec, Value, Widget
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code


@dataclass(frozen=True, kw_only=True)
class TextOptions:
    """The most characters an answer may have."""

    max_length: int = 200


class TextType(FieldType):
    """One line of text: runs of space become one, line breaks too."""

    name = "text"
    widget = Widget.LINE
    weight: ClassVar[int] = 3

    def options(self, raw: Mapping[str, Any]) -> TextOptions:
        given.only(raw, ("max_length",))
        return TextOptions(max_length=given.size(raw, "max_length", default=200, least=1, most=1_000))

    def read(self, spec: Spec, raw: Any) -> Value:
        return reading.line(raw, most=spec.options.max_length, too_long=Code.TEXT_TOO_LONG)

    def gather(self, spec: Spec) -> Any:
        return gather.line(spec)

    def room(self, spec: Spec) -> tuple[Room, ...]:
        return (rooms.written(spec.options.max_length),)

    def text(self, spec: Spec, value: Value) -> str:
        return str(value)

    def schema(self, spec: Spec) -> Schema:
        return schemas.text(most=spec.options.max_length)

    def example(self, spec: Spec) -> Value:
        return f"An example of {spec.label.lower().rstrip('?')}"[: spec.options.max_length].strip()
