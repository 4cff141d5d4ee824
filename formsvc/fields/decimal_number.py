"""A number with digits after the point, kept as text so that nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields import options as given
from formsvc.fields.base import FieldType, OptionsInvalid, Refused, Spec, Value, Widget
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_DIGITS = 15
"""Digits before the point that are taken, so that a spreadsheet agrees about the number."""


@dataclass(frozen=True, kw_only=True)
class DecimalNumberOptions:
    """The least and the most (as text), how many digits after the point, and the unit."""

    min: str = ""
    max: str = ""
    places: int = 2
    unit: str = ""


class DecimalNumberType(FieldType):
    """A decimal number as text, always with the same number of places: "12.50"."""

    name = "decimal_number"
    widget = Widget.NUMBER
    weight: ClassVar[int] = 1

    def options(self, raw: Mapping[str, Any]) -> DecimalNumberOptions:
        given.only(raw, ("min", "max", "places", "unit"))
        made = DecimalNumberOptions(
            min=_limit(raw, "min"),
            max=_limit(raw, "max"),
            places=given.size(raw, "places", default=2, least=1, most=6),
            unit=given.text(raw, "unit"),
        )
        if made.min and made.max and Decimal(made.min) > Decimal(made.max):
            raise OptionsInvalid("min", f"{made.min} is more than max, {made.max}", "Write a smaller number")
        return made

    def read(self, spec: Spec, raw: Any) -> Value:
        options: DecimalNumberOptions = spec.options
        number = _decimal(raw)
        exact = number.quantize(Decimal(1).scaleb(-options.places)) if number.adjusted() < _DIGITS else None
        if exact is None:
            raise Refused(Code.NUMBER_TOO_LARGE)
        if exact != number:
            raise Refused(Code.NUMBER_TOO_EXACT)
        if options.min and exact < Decimal(options.min):
            raise Refused(Code.NUMBER_TOO_LOW)
        if options.max and exact > Decimal(options.max):
            raise Refused(Code.NUMBER_TOO_HIGH)
        return f"{abs(exact) if exact.is_zero() else exact:f}"

    def gather(self, spec: Spec) -> Any:
        return gather.line(spec)

    def room(self, spec: Spec) -> tuple[Room, ...]:
        return (rooms.Line((rooms.Gap(after=spec.options.unit, short=True),)),)

    def text(self, spec: Spec, value: Value) -> str:
        return f"{value} {spec.options.unit}".strip()

    def schema(self, spec: Spec) -> Schema:
        return schemas.like(rf"^-?[0-9]+\.[0-9]{{{spec.options.places}}}$")

    def example(self, spec: Spec) -> Value:
        options: DecimalNumberOptions = spec.options
        number = Decimal("12.5")
        number = max(number, Decimal(options.min)) if options.min else number
        number = min(number, Decimal(options.max)) if options.max else number
        return self.read(spec, f"{number:f}")


def _decimal(raw: Any) -> Decimal:
    text = reading.line(raw, most=60, too_long=Code.NUMBER_TOO_LARGE).replace("\N{MINUS SIGN}", "-")
    text = re.sub(r"(?<=\d)[, ](?=\d{3}(?!\d))", "", text)
    if not _NUMBER.fullmatch(text):
        raise Refused(Code.NUMBER_UNREADABLE)
    return Decimal(text)


def _limit(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key, "")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or (value and not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", value)):
        raise OptionsInvalid(key, f"{value!r} cannot stand here", 'Write a number in quotes, like "12.50"')
    return value
