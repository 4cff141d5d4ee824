"""A whole number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields import options as given
from formsvc.fields.base import FieldType, OptionsInvalid, Refused, Spec, Value, Widget
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code


@dataclass(frozen=True, kw_only=True)
class WholeNumberOptions:
    """The least and the most, and what is counted."""

    min: int | None = None
    max: int | None = None
    unit: str = ""


class WholeNumberType(FieldType):
    """A whole number that every reader of JSON agrees about."""

    name = "whole_number"
    widget = Widget.NUMBER
    weight: ClassVar[int] = 1

    def options(self, raw: Mapping[str, Any]) -> WholeNumberOptions:
        given.only(raw, ("min", "max", "unit"))
        made = WholeNumberOptions(
            min=given.whole(raw, "min", default=None, least=-reading.SAFE, most=reading.SAFE),
            max=given.whole(raw, "max", default=None, least=-reading.SAFE, most=reading.SAFE),
            unit=given.text(raw, "unit"),
        )
        if made.min is not None and made.max is not None and made.min > made.max:
            raise OptionsInvalid("min", f"{made.min} is more than max, {made.max}", "Write a smaller number")
        return made

    def read(self, spec: Spec, raw: Any) -> Value:
        number = reading.whole(raw)
        options: WholeNumberOptions = spec.options
        if options.min is not None and number < options.min:
            raise Refused(Code.NUMBER_TOO_LOW)
        if options.max is not None and number > options.max:
            raise Refused(Code.NUMBER_TOO_HIGH)
        return number

    def gather(self, spec: Spec) -> Any:
        return gather.line(spec)

    def room(self, spec: Spec) -> tuple[Room, ...]:
        return (rooms.Line((rooms.Gap(after=spec.options.unit, short=True),)),)

    def text(self, spec: Spec, value: Value) -> str:
        return f"{value} {spec.options.unit}".strip()

    def schema(self, spec: Spec) -> Schema:
        low, high = spec.options.min, spec.options.max
        return schemas.whole(
            least=-reading.SAFE if low is None else low, most=reading.SAFE if high is None else high
        )

    def example(self, spec: Spec) -> Value:
        low, high = spec.options.min, spec.options.max
        number = 12 if low is None else max(12, low)
        return number if high is None else min(number, high)
