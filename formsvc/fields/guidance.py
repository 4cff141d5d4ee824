"""Words of advice between the questions. It holds no answer and is not printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from formsvc.fields import options as given
from formsvc.fields import rooms
from formsvc.fields.base import FieldType, Place, Refused, Spec, Value, Widget
from formsvc.fields.blocks import Block
from formsvc.fields.rooms import Room
from formsvc.fields.words import Code


@dataclass(frozen=True, kw_only=True)
class GuidanceOptions:
    """The words; an empty line starts a new paragraph."""

    text: str


class GuidanceType(FieldType):
    """Advice on the screen, where it is needed."""

    name = "guidance"
    widget = Widget.GUIDANCE
    holds_answer: ClassVar[bool] = False
    wide: ClassVar[bool] = True

    def options(self, raw: Mapping[str, Any]) -> GuidanceOptions:
        given.only(raw, ("text",))
        return GuidanceOptions(text=given.text(raw, "text", required=True))

    def read(self, spec: Spec, raw: Any) -> Value:
        raise Refused(Code.UNKNOWN_FIELD)

    def gather(self, spec: Spec) -> None:
        return None

    def blocks(self, spec: Spec, value: Value, place: Place) -> tuple[Block, ...]:
        return ()

    def room(self, spec: Spec) -> tuple[Room, ...]:
        return tuple(rooms.Note(text) for text in spec.options.text.split("\n\n"))

    def text(self, spec: Spec, value: Value) -> str:
        return ""

    def example(self, spec: Spec) -> Value:
        return None
