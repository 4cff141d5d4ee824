"""Yes, no or not known, with the detail that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields import options as given
from formsvc.fields.base import FieldType, OptionsInvalid, Place, Refused, Spec, Value, Widget
from formsvc.fields.blocks import Block, Pairs, Text
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code, within

ANSWERS: Mapping[str, str] = {"yes": "Yes", "no": "No", "not_known": "Not known"}
_HEARD: Mapping[str, str] = {"y": "yes", "true": "yes", "n": "no", "false": "no", "unknown": "not_known"}


@dataclass(frozen=True, kw_only=True)
class YesNoOptions:
    """Which answers ask for detail, what the detail is called, and whether it must be there."""

    detail_when: tuple[str, ...] = ("yes",)
    detail_label: str = ""
    detail_required: bool = False


class YesNoType(FieldType):
    """`{"answer": "yes", "detail": "..."}`; detail that the answer does not ask for is not kept."""

    name = "yes_no"
    widget = Widget.RADIOS
    missing: ClassVar[Code] = Code.REQUIRED_CHOICE

    def options(self, raw: Mapping[str, Any]) -> YesNoOptions:
        given.only(raw, ("detail_when", "detail_label", "detail_required"))
        when = raw.get("detail_when", ["yes"])
        if isinstance(when, list | tuple):
            when = [
                {True: "yes", False: "no"}.get(one, one) if isinstance(one, bool) else one for one in when
            ]
        if not isinstance(when, list | tuple) or any(one not in tuple(ANSWERS) for one in when):
            raise OptionsInvalid(
                "detail_when", f"{when!r} cannot stand here", "Write [yes], [no], [yes, no] or []"
            )
        return YesNoOptions(
            detail_when=tuple(answer for answer in ANSWERS if answer in when),
            detail_label=given.text(raw, "detail_label"),
            detail_required=given.flag(raw, "detail_required"),
        )

    def codes(self, spec: Spec) -> frozenset[str]:
        return frozenset(ANSWERS)

    def read(self, spec: Spec, raw: Any) -> Value:
        found = reading.parts(raw, ("answer", "detail"), alone="answer")
        if "answer" not in found:
            raise Refused(Code.ANSWER_MISSING)
        typed = found["answer"]
        answer = ("yes" if typed else "no") if isinstance(typed, bool) else reading.word(typed)
        answer = _HEARD.get(answer, answer)
        if answer not in ANSWERS:
            raise Refused(Code.ANSWER_UNKNOWN)
        value = {"answer": answer}
        if "detail" in found and answer in spec.options.detail_when:
            value["detail"] = reading.lines(found["detail"], most=4_000)
        return value

    def wanting(self, spec: Spec, value: Value) -> tuple[Code, ...]:
        asks = spec.options.detail_required and value["answer"] in spec.options.detail_when
        return (Code.DETAIL_MISSING,) if asks and not value.get("detail") else ()

    def gather(self, spec: Spec) -> Any:
        return gather.named(spec, "answer", "detail")

    def spread(self, spec: Spec, value: Any) -> Any:
        if isinstance(value, Mapping):
            return value
        return {"answer": ("yes" if value else "no") if isinstance(value, bool) else reading.shown(value)}

    def blocks(self, spec: Spec, value: Value, place: Place) -> tuple[Block, ...]:
        answer = Text(ANSWERS[value["answer"]])
        if not value.get("detail"):
            return (answer,)
        label = spec.options.detail_label
        return (answer, Pairs(((label, value["detail"]),)) if label else Text(value["detail"]))

    def room(self, spec: Spec) -> tuple[Room, ...]:
        options: YesNoOptions = spec.options
        answer = rooms.ticks(*ANSWERS.values())
        if not options.detail_when:
            return (answer,)
        when = " or ".join(ANSWERS[one].lower() for one in options.detail_when)
        return (answer, rooms.Lines(2, f"If {when}: {within(options.detail_label) or 'give details'}"))

    def text(self, spec: Spec, value: Value) -> str:
        return ": ".join(filter(None, (ANSWERS[value["answer"]], value.get("detail"))))

    def schema(self, spec: Spec) -> Schema:
        detail = {"detail": schemas.text(most=4_000)} if spec.options.detail_when else {}
        return schemas.parts({"answer": schemas.one_of(ANSWERS), **detail}, needed=["answer"])

    def example(self, spec: Spec) -> Value:
        if "yes" in spec.options.detail_when:
            return {"answer": "yes", "detail": "Invented detail for this example"}
        return (
            {"answer": "no", "detail": "Invented detail"}
            if "no" in spec.options.detail_when
            else {"answer": "no"}
        )
