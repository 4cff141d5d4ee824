"""A length of the body: in centimetres, or in feet and inches, kept with what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields import options as given
from formsvc.fields.base import FieldType, OptionsInvalid, Refused, Spec, Value, Widget
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code

_NUMBER = r"\d{1,4}(?:\.\d{1,3})?"
_CENTIMETRES = re.compile(rf"(?P<cm>{_NUMBER}) ?(?:cms?|centimetres?|centimeters?)")
_METRES = re.compile(rf"(?P<m>{_NUMBER}) ?(?:m|metres?|meters?)(?: ?(?P<cm>\d{{1,2}})(?: ?cms?)?)?")
_FEET = re.compile(
    rf"(?P<ft>\d{{1,2}}) ?(?:ft|foot|feet|')\.?,? ?"
    rf"(?:(?P<in>{_NUMBER}|\d{{0,2}} ?[½¼¾]) ?(?:ins?|inch|inches|\"|'')?\.?)?"
)
_INCHES = re.compile(rf"(?P<in>{_NUMBER}|\d{{0,3}} ?[½¼¾]) ?(?:ins?|inch|inches|\")\.?")
_PARTS = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
_QUOTES = str.maketrans({"\u2019": "'", "\u2032": "'", "\u201d": '"', "\u2033": '"'})


@dataclass(frozen=True, kw_only=True)
class MeasureOptions:
    """The least and the most centimetres."""

    min_cm: int = 30
    max_cm: int = 250


class MeasureType(FieldType):
    """`{"cm": 163, "typed": "5 ft 4 in"}`: whole centimetres, and the words it was given in."""

    name = "measure"
    widget = Widget.MEASURE

    weight: ClassVar[int] = 2

    def options(self, raw: Mapping[str, Any]) -> MeasureOptions:
        given.only(raw, ("min_cm", "max_cm"))
        made = MeasureOptions(
            min_cm=given.size(raw, "min_cm", default=30, least=1, most=1_000),
            max_cm=given.size(raw, "max_cm", default=250, least=1, most=1_000),
        )
        if made.min_cm > made.max_cm:
            raise OptionsInvalid("min_cm", f"it is more than max_cm, {made.max_cm}", "Write a smaller number")
        return made

    def read(self, spec: Spec, raw: Any) -> Value:
        found = reading.parts(raw, ("cm", "typed"), alone="typed")
        value: dict[str, Any] = {}
        if "typed" in found:
            value["typed"] = reading.line(found["typed"], most=40, too_long=Code.MEASURE_UNREADABLE)
            value["cm"] = centimetres(value["typed"])
        if "cm" in found:
            kept = reading.whole(found["cm"])
            if value.get("cm", kept) != kept:
                raise Refused(Code.MEASURE_DISAGREES)
            value["cm"] = kept
        if value["cm"] < spec.options.min_cm:
            raise Refused(Code.MEASURE_TOO_SMALL)
        if value["cm"] > spec.options.max_cm:
            raise Refused(Code.MEASURE_TOO_LARGE)
        return value

    def gather(self, spec: Spec) -> Any:
        return gather.line(spec)

    def spread(self, spec: Spec, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return value.get("typed") or (f"{value['cm']} cm" if "cm" in value else "")

    def room(self, spec: Spec) -> tuple[Room, ...]:
        return (rooms.Line(tuple(rooms.Gap(after=unit, short=True) for unit in ("cm, or", "ft", "in"))),)

    def text(self, spec: Spec, value: Value) -> str:
        feet, inches = divmod(
            int((Decimal(value["cm"]) / Decimal("2.54")).quantize(Decimal(1), ROUND_HALF_UP)), 12
        )
        return f"{value['cm']} cm ({f'{feet} ft ' if feet else ''}{inches} in)"

    def schema(self, spec: Spec) -> Schema:
        cm = schemas.whole(least=spec.options.min_cm, most=spec.options.max_cm)
        return schemas.parts({"cm": cm, "typed": schemas.text(most=40)}, needed=["cm"])

    def example(self, spec: Spec) -> Value:
        cm = min(max(163, spec.options.min_cm), spec.options.max_cm)
        return {"typed": f"{cm} cm", "cm": cm}


def centimetres(typed: str) -> int:
    """Return whole centimetres from what was typed; raise Refused."""
    text = typed.lower().translate(_QUOTES)
    if match := _CENTIMETRES.fullmatch(text):
        return _whole(Decimal(match["cm"]))
    if match := _METRES.fullmatch(text):
        if match["cm"] and "." in match["m"]:
            raise Refused(Code.MEASURE_UNREADABLE)
        return _whole(Decimal(match["m"]) * 100 + Decimal(match["cm"] or 0))
    if match := _FEET.fullmatch(text):
        inches = _inches(match["in"] or "0")
        if inches >= 12:
            raise Refused(Code.MEASURE_UNREADABLE)
        return _whole((Decimal(match["ft"]) * 12 + inches) * Decimal("2.54"))
    if match := _INCHES.fullmatch(text):
        return _whole(_inches(match["in"]) * Decimal("2.54"))
    if re.fullmatch(_NUMBER, text):
        if 50 <= Decimal(text) <= 250:
            return _whole(Decimal(text))
        raise Refused(Code.MEASURE_NO_UNIT)
    raise Refused(Code.MEASURE_UNREADABLE)


def _inches(text: str) -> Decimal:
    fraction = _PARTS.get(text[-1:], "0")
    number = text.rstrip("½¼¾").strip()
    return Decimal(number or 0) + Decimal(fraction)


def _whole(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))
