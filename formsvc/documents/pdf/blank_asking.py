"""What a blank form says of a question: number, label, hint, and in words when it has to be answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from formsvc.definitions.model import Effective, Field
from formsvc.definitions.said import Words, said
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.blank_marks import Abreast, Level, Mark, Stack
from formsvc.documents.pdf.blank_rooms import ASKED, HINT, RULE, Rooms
from formsvc.documents.pdf.blank_rooms import NOT_KNOWN as NOT_KNOWN_WORDS
from formsvc.documents.pdf.style import GUTTER
from formsvc.documents.pdf.tags import Element
from formsvc.fields.base import NOT_KNOWN, OptionsInvalid, Refused
from formsvc.fields.rooms import Frame, Lines, Room

_NUMBER = 26.0
_WIDE_FROM = 4
"""From so many lines on, an answer takes the full width."""


class Asking:
    """The words of every question of one form, and the rooms for its answers."""

    def __init__(self, effective: Effective, pen: Pen) -> None:
        self.pen = pen
        self.rooms = Rooms(pen)
        self.fields = {one.id: one for one in effective.fields()}
        self.numbers = {
            one.id: f"{at}.{n}"
            for at, page in enumerate(effective.pages, 1)
            for n, one in enumerate((one for one in page.fields if one.type.holds_answer), 1)
        }

    def label(self, element: Element, one: Field, width: float, *, group: Field | None = None) -> Stack:
        """Return the words of a question: its number and label, when it is asked, its hint."""
        number = "" if group else self.numbers.get(one.id, "")
        shift = _NUMBER if number else 0
        label = self.pen.para(element.child("P"), one.label, ASKED, width - shift)
        if number:
            label.lead = self.pen.setter.lines(f"{number} ", ASKED, _NUMBER)
            label.lead_style, label.lead_width = ASKED, _NUMBER
        stack = Stack()
        stack.add(label)
        for words, style in ((self.when(one, group=group), RULE), (one.hint, HINT)):
            if words:
                stack.add(self.pen.para(element.child("P"), words, style, width, indent=shift), gap=1)
        return stack

    def titled(self, element: Element, one: Field, width: float, *, group: Field | None = None) -> Mark:
        """Return the words of a question with the tick for "not known" at the end of their line."""
        if not one.not_known:
            return self.label(element, one, width, group=group)
        narrow = width - self.rooms.tick_width() - GUTTER
        label = self.label(element, one, narrow, group=group)
        tick = self.rooms.tick(element, NOT_KNOWN_WORDS)
        return Abreast([(0, label), (width - self.rooms.tick_width(), Level(tick, ASKED.leading))])

    def when(self, one: Field, *, group: Field | None = None) -> str:
        """Return in words whether a question is asked and must be answered."""
        words = self._words(group)
        need = one.required
        needed = f"Needed if {said(need.when, words)}." if need and need.when else "Needed." if need else ""
        if one.shown_when is None:
            return needed
        asked = f"Only if {said(one.shown_when, words)}."
        always = need is not None and need.when in (None, one.shown_when)
        return f"{asked} Then needed." if always else f"{asked} {needed}".strip()

    def _words(self, group: Field | None) -> Words:
        near: Mapping[str, Field] = {one.id: one for one in group.children} if group else {}

        def name(id: str) -> str:
            return f"“{near[id].label}”" if id in near else self.numbers[id]

        def answer(id: str, code: str) -> str:
            return f"“{_answer(near.get(id) or self.fields[id], code)}”"

        return Words(name=name, answer=answer)


def is_wide(rooms: Sequence[Room]) -> bool:
    """Say whether an answer needs the full width."""
    return any(
        isinstance(room, Frame) or (isinstance(room, Lines) and room.count >= _WIDE_FROM) for room in rooms
    )


def _answer(field: Field, code: str) -> str:
    """Return the words of a code that a condition compares an answer with."""
    if {code: True} == NOT_KNOWN:
        return "Not known"
    try:
        return field.type.text(field, field.type.read(field, code))
    except (Refused, OptionsInvalid):
        return code.replace("_", " ")
