"""A graded factor: the grade as the area words it, and the circumstances that make it so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields import options as given
from formsvc.fields.base import FieldType, Place, Refused, Spec, Value, Widget
from formsvc.fields.blocks import Block, Text
from formsvc.fields.options import Choices
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code


@dataclass(frozen=True, kw_only=True)
class GradeOptions:
    """The grades offered, in order, and whether the circumstances must be said."""

    grades: Choices
    circumstances_required: bool = False


class GradeType(FieldType):
    """`{"grade": "code", "circumstances": "..."}`. No score is computed from it."""

    name = "grade"
    widget = Widget.GRADE
    weight: ClassVar[int] = 3
    graded: ClassVar[bool] = True
    missing: ClassVar[Code] = Code.REQUIRED_CHOICE

    def options(self, raw: Mapping[str, Any]) -> GradeOptions:
        given.only(raw, ("grades", "circumstances_required"))
        return GradeOptions(
            grades=given.choices(raw, "grades", reserved=("not_known",)),
            circumstances_required=given.flag(raw, "circumstances_required"),
        )

    def codes(self, spec: Spec) -> frozenset[str]:
        return frozenset(code for code, _ in spec.options.grades)

    def read(self, spec: Spec, raw: Any) -> Value:
        found = reading.parts(raw, ("grade", "circumstances"), alone="grade")
        if "grade" not in found:
            raise Refused(Code.GRADE_MISSING)
        code = reading.line(found["grade"], most=60, too_long=Code.GRADE_UNKNOWN)
        if code not in dict(spec.options.grades):
            raise Refused(Code.GRADE_UNKNOWN)
        value = {"grade": code}
        if "circumstances" in found:
            value["circumstances"] = reading.lines(found["circumstances"], most=4_000)
        return value

    def wanting(self, spec: Spec, value: Value) -> tuple[Code, ...]:
        unsaid = spec.options.circumstances_required and not value.get("circumstances")
        return (Code.CIRCUMSTANCES_MISSING,) if unsaid else ()

    def gather(self, spec: Spec) -> Any:
        return gather.named(spec, "grade", "circumstances")

    def spread(self, spec: Spec, value: Any) -> Any:
        return value if isinstance(value, Mapping) else {"grade": reading.shown(value)}

    def blocks(self, spec: Spec, value: Value, place: Place) -> tuple[Block, ...]:
        grade = Text(dict(spec.options.grades).get(value["grade"], value["grade"]))
        return (grade, Text(value["circumstances"])) if value.get("circumstances") else (grade,)

    def room(self, spec: Spec) -> tuple[Room, ...]:
        grades = rooms.ticks(*(words for _, words in spec.options.grades))
        return (grades, rooms.Lines(2, "Circumstances"))

    def text(self, spec: Spec, value: Value) -> str:
        grade = dict(spec.options.grades).get(value["grade"], value["grade"])
        return ": ".join(filter(None, (grade, value.get("circumstances"))))

    def schema(self, spec: Spec) -> Schema:
        grades = schemas.one_of([code for code, _ in spec.options.grades])
        return schemas.parts({"grade": grades, "circumstances": schemas.text(most=4_000)}, needed=["grade"])

    def example(self, spec: Spec) -> Value:
        return {
            "grade": spec.options.grades[-1][0],
            "circumstances": "Invented circumstances for this example",
        }
