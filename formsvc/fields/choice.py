"""One of several answers offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields import options as given
from formsvc.fields.base import FieldType, Refused, Spec, Value, Widget
from formsvc.fields.options import Choices
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code

OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class ChoiceOptions:
    """What is offered, and whether something else may be said instead."""

    choices: Choices
    other: bool = False

    def offered(self) -> dict[str, str]:
        """Return code -> words, "other" last."""
        return {**dict(self.choices), **({OTHER: "Other"} if self.other else {})}


class ChoiceType(FieldType):
    """`{"choice": "code"}`, with `other` as text where that was chosen."""

    name = "choice"
    widget = Widget.RADIOS
    missing: ClassVar[Code] = Code.REQUIRED_CHOICE

    def options(self, raw: Mapping[str, Any]) -> ChoiceOptions:
        given.only(raw, ("choices", "other"))
        other = given.flag(raw, "other")
        return ChoiceOptions(
            choices=given.choices(raw, "choices", reserved=(OTHER, "not_known") if other else ("not_known",)),
            other=other,
        )

    def codes(self, spec: Spec) -> frozenset[str]:
        return frozenset(spec.options.offered())

    def read(self, spec: Spec, raw: Any) -> Value:
        found = reading.parts(raw, ("choice", OTHER), alone="choice")
        if "choice" not in found:
            raise Refused(Code.CHOICE_MISSING)
        code = reading.line(found["choice"], most=60, too_long=Code.CHOICE_UNKNOWN)
        if code not in spec.options.offered():
            raise Refused(Code.CHOICE_UNKNOWN)
        value = {"choice": code}
        if code == OTHER and spec.options.other and OTHER in found:
            value[OTHER] = reading.line(found[OTHER], most=200)
        return value

    def wanting(self, spec: Spec, value: Value) -> tuple[Code, ...]:
        unsaid = spec.options.other and value["choice"] == OTHER and not value.get(OTHER)
        return (Code.OTHER_MISSING,) if unsaid else ()

    def gather(self, spec: Spec) -> Any:
        return gather.named(spec, "choice", *((OTHER,) if spec.options.other else ()))

    def spread(self, spec: Spec, value: Any) -> Any:
        return value if isinstance(value, Mapping) else {"choice": reading.shown(value)}

    def room(self, spec: Spec) -> tuple[Room, ...]:
        return (rooms.Ticks(offered_ticks(spec.options)),)

    def text(self, spec: Spec, value: Value) -> str:
        words = spec.options.offered().get(value["choice"], value["choice"])
        return f"{words}: {value[OTHER]}" if value.get(OTHER) else str(words)

    def schema(self, spec: Spec) -> Schema:
        offered = schemas.one_of(spec.options.offered())
        other = {OTHER: schemas.text(most=200)} if spec.options.other else {}
        return schemas.parts({"choice": offered, **other}, needed=["choice"])

    def example(self, spec: Spec) -> Value:
        return {"choice": spec.options.choices[0][0]}


def offered_ticks(options: ChoiceOptions) -> tuple[rooms.Tick, ...]:
    """Return what is offered as ticks of a blank form, with a line to say what else."""
    return tuple(rooms.Tick(words=words, line=code == OTHER) for code, words in options.offered().items())
