"""Several of the answers offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms.fields.core import UnboundField

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields import options as given
from formsvc.fields.base import FieldType, OptionsInvalid, Place, Refused, Spec, Value, Widget
from formsvc.fields.blocks import Block, Ticks
from formsvc.fields.choice import OTHER, ChoiceOptions, offered_ticks
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code


@dataclass(frozen=True, kw_only=True)
class ChoicesOptions(ChoiceOptions):
    """What is offered, and how many may be chosen."""

    min: int = 0
    max: int | None = None


class ChoicesType(FieldType):
    """`{"choices": ["code"], "other": "..."}`, in the order they are offered."""

    name = "choices"
    widget = Widget.CHECKBOXES
    weight: ClassVar[int] = 3
    missing: ClassVar[Code] = Code.REQUIRED_CHOICE

    def options(self, raw: Mapping[str, Any]) -> ChoicesOptions:
        given.only(raw, ("choices", "other", "min", "max"))
        other = given.flag(raw, "other")
        made = ChoicesOptions(
            choices=given.choices(raw, "choices", reserved=(OTHER, "not_known") if other else ("not_known",)),
            other=other,
            min=given.size(raw, "min", default=0, least=0, most=200),
            max=given.whole(raw, "max", default=None, least=1, most=200),
        )
        most = made.max or len(made.offered())
        if made.min > min(most, len(made.offered())):
            raise OptionsInvalid("min", f"{made.min} cannot be chosen", f"Write {most} at most")
        return made

    def codes(self, spec: Spec) -> frozenset[str]:
        return frozenset(spec.options.offered())

    def read(self, spec: Spec, raw: Any) -> Value:
        options: ChoicesOptions = spec.options
        found = (
            {"choices": raw}
            if isinstance(raw, list)
            else reading.parts(raw, ("choices", OTHER), alone="choices")
        )
        if "choices" not in found:
            raise Refused(Code.CHOICE_MISSING)
        listed = found["choices"] if isinstance(found["choices"], list) else [found["choices"]]
        chosen = {
            reading.line(one, most=60, too_long=Code.CHOICE_UNKNOWN)
            for one in listed
            if not reading.is_blank(one)
        }
        if not chosen <= set(options.offered()):
            raise Refused(Code.CHOICE_UNKNOWN)
        if options.max and len(chosen) > options.max:
            raise Refused(Code.CHOICES_TOO_MANY)
        value: dict[str, Any] = {"choices": [code for code in options.offered() if code in chosen]}
        if OTHER in chosen and options.other and OTHER in found:
            value[OTHER] = reading.line(found[OTHER], most=200)
        return value

    def wanting(self, spec: Spec, value: Value) -> tuple[Code, ...]:
        few = len(value["choices"]) < spec.options.min
        unsaid = spec.options.other and OTHER in value["choices"] and not value.get(OTHER)
        return (*((Code.CHOICES_TOO_FEW,) if few else ()), *((Code.OTHER_MISSING,) if unsaid else ()))

    def gather(self, spec: Spec) -> Any:
        return gather.named(
            spec, *((OTHER,) if spec.options.other else ()), choices=UnboundField(gather.Codes)
        )

    def spread(self, spec: Spec, value: Any) -> Any:
        if isinstance(value, Mapping):
            return value
        return {"choices": value if isinstance(value, list) else [reading.shown(value)]}

    def blocks(self, spec: Spec, value: Value, place: Place) -> tuple[Block, ...]:
        other = value.get(OTHER)
        return (
            Ticks(
                tuple(
                    (f"{words}: {other}" if code == OTHER and other else words, code in value["choices"])
                    for code, words in spec.options.offered().items()
                )
            ),
        )

    def room(self, spec: Spec) -> tuple[Room, ...]:
        return (rooms.Ticks(offered_ticks(spec.options), several=True),)

    def text(self, spec: Spec, value: Value) -> str:
        offered, other = spec.options.offered(), value.get(OTHER)
        return "; ".join(
            f"{offered.get(code, code)}: {other}" if code == OTHER and other else str(offered.get(code, code))
            for code in value["choices"]
        )

    def schema(self, spec: Spec) -> Schema:
        offered = schemas.one_of(spec.options.offered())
        most = {"maxItems": spec.options.max} if spec.options.max else {}
        chosen = {"type": "array", "items": offered, "uniqueItems": True, **most}
        other = {OTHER: schemas.text(most=200)} if spec.options.other else {}
        return schemas.parts({"choices": chosen, **other}, needed=["choices"])

    def example(self, spec: Spec) -> Value:
        count = max(spec.options.min, 1)
        most = spec.options.max or len(spec.options.choices)
        codes = list(spec.options.offered())[: min(max(count, 2), most)]
        return {
            "choices": codes,
            **({OTHER: "Something else"} if OTHER in codes and spec.options.other else {}),
        }
