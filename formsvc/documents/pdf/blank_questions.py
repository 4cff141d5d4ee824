"""The questions of a blank form, in order, each beside its room or above it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from formsvc.definitions.model import Field, Page
from formsvc.documents.pdf.blank_asking import Asking, is_wide
from formsvc.documents.pdf.blank_flow import Slab
from formsvc.documents.pdf.blank_groups import Groups
from formsvc.documents.pdf.blank_marks import Abreast, Stack
from formsvc.documents.pdf.blank_rooms import ASKED, RULE
from formsvc.documents.pdf.style import BODY_QUIET, GUTTER, HEAD, MM, WIDTH, columns
from formsvc.documents.pdf.tags import Element
from formsvc.fields.rooms import Entries, Frame, Note, Room

LABELS = columns(4) + 2 * MM
ROOM = WIDTH - LABELS - GUTTER


@dataclass(frozen=True)
class Questions:
    """Makes the slabs of every question of a form, below the root of its structure."""

    ask: Asking
    root: Element

    def page(self, page: Page, *, number: int) -> Iterator[Slab]:
        """Yield a section: its heading, what it says first, its questions."""
        section = self.root.child("Sect")
        title = f"{number}  {page.title}"
        head = self.ask.pen.para(section.child("H2"), title, HEAD, WIDTH)
        yield Slab(
            Abreast([(0, head)], below=3, rule=1.5, width=WIDTH), gap=16, keep_next=True, bookmark=page.title
        )
        if page.intro:
            intro = Stack()
            for piece in self.ask.pen.paras(section, page.intro, BODY_QUIET, WIDTH):
                intro.add(piece, gap=piece.gap)
            yield Slab(Abreast([(0, intro)], above=4), keep_next=True)
        for one in page.fields:
            yield from self._question(section, one)

    def _question(self, section: Element, one: Field) -> Iterator[Slab]:
        rooms = one.type.room(one)
        entries = next((room for room in rooms if isinstance(room, Entries)), None)
        if entries is not None:
            yield from Groups(self.ask).slabs(section, one, entries)
        elif not one.type.holds_answer:
            yield from self._advice(section.child("Div"), one, rooms)
        elif is_wide(rooms):
            yield self._wide(section.child("Div"), one, rooms)
        else:
            yield self._pair(section.child("Div"), one, rooms)

    def _pair(self, element: Element, one: Field, rooms: Sequence[Room]) -> Slab:
        label = self.ask.label(element, one, LABELS)
        drawn = self.ask.rooms.drawn(element, rooms, ROOM, not_known=one.not_known)
        mark = Abreast([(0, label), (LABELS + GUTTER, drawn.mark)], above=5.5, below=5, rule=0.5, width=WIDTH)
        return Slab(mark, grows=drawn.grows)

    def _wide(self, element: Element, one: Field, rooms: Sequence[Room]) -> Slab:
        stack = Stack()
        stack.add(self.ask.titled(element, one, WIDTH))
        drawn = self.ask.rooms.drawn(element, rooms, WIDTH)
        stack.add(drawn.mark, gap=4 if any(isinstance(room, Frame) for room in rooms) else 0)
        return Slab(Abreast([(0, stack)], above=5.5, below=5, rule=0.5, width=WIDTH), grows=drawn.grows)

    def _advice(self, element: Element, one: Field, rooms: Sequence[Room]) -> Iterator[Slab]:
        """Yield words of advice, a paragraph each."""
        label = self.ask.pen.para(element.child("P"), one.label, ASKED, WIDTH)
        yield Slab(Abreast([(0, label)], above=5.5), keep_next=True)
        notes = [room for room in rooms if isinstance(room, Note)]
        for room in notes:
            said = self.ask.pen.para(element.child("P"), room.text, RULE, WIDTH)
            last = room is notes[-1]
            mark = Abreast([(0, said)], above=2, below=5 if last else 0, rule=0.5 if last else 0, width=WIDTH)
            yield Slab(mark, keep_next=not last)
