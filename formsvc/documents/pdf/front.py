"""Blocks of which the page one of minutes, interviews and assessments is made.

Each layout is a short module that says in what order they stand. What a layout does not name stands after
what it names, so that no answer is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from formsvc.documents.content import Content
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.cells import Cell, Para, Piece, Row
from formsvc.documents.pdf.fitting import Fitting
from formsvc.documents.pdf.flow import Flow
from formsvc.documents.pdf.fonts import Weight
from formsvc.documents.pdf.head import Head
from formsvc.documents.pdf.plan import Arrangement, Plan, made_for
from formsvc.documents.pdf.sections import Writer
from formsvc.documents.pdf.style import GUTTER, MM, SMALL_QUIET, WIDTH, Look
from formsvc.documents.pdf.tags import PLAIN_LIST, Element
from formsvc.documents.pdf.words import Style
from formsvc.documents.slots import Slot
from formsvc.fields.blocks import Cards, Item, Table, text_of

ABOUT_THE_CHILD = (
    "known_as", "date_of_birth", "gender", "ethnicity", "language", "height", "build", "hair", "eyes",
    "marks", "clothing",
)  # fmt: skip
_THIRD = (WIDTH - 2 * GUTTER) / 3
_INSIDE = 9.0
_GRADE = Style(size=20, leading=25, weight=Weight.SEMIBOLD)
_STRIP = Arrangement(
    title="The child",
    identity=ABOUT_THE_CHILD,
    photo=(24 * MM, 32 * MM),
)


@dataclass
class Front:
    """Puts the blocks of one document's page one, each slot once."""

    flow: Flow
    pen: Pen
    content: Content
    writer: Writer
    placed: set[str] = field(default_factory=set)

    def head(self, *, where: tuple[str, ...] = ("home", "phones", "lead")) -> None:
        """Put what the document is and who it is about: a strip with the photo, and for whom it was made."""
        self.writer.short_stay_whole = True
        listed = Head(self.flow, self.pen, self.content).draw()
        names = {"photo", "name", *ABOUT_THE_CHILD, *where}
        about = replace(self.content, sheet=tuple(one for one in self.content.sheet if one.name in names))
        self.placed |= names
        if not about.sheet:
            self.flow.add(made_for(self.pen, listed, self.content))
            return
        plan = Plan(
            self.pen, about, self.writer.look.body, self.flow.begun, arrangement=replace(_STRIP, where=where)
        )
        Fitting(plan).draw(self.flow)

    def take(self, name: str) -> Slot | None:
        """Return a slot that has not been put yet."""
        if name in self.placed:
            return None
        self.placed.add(name)
        return self.content.slot(name)

    def slots(self, *names: str) -> None:
        """Put slots one below the other, each with its heading."""
        for name in names:
            slot = self.take(name)
            if slot is not None:
                self._slot(slot)

    def rest(self) -> None:
        """Put what is left of page one, and then the sections."""
        self.slots(*(slot.name for slot in self.content.sheet))
        for section in self.content.sections:
            self.writer.section(section)

    def facts(self, name: str) -> None:
        """Put a slot whose answers are short: three side by side, a long one alone."""
        slot = self.take(name)
        if slot is None:
            return
        if _has_rows(slot):
            self._slot(slot)
            return
        element = self.writer.heading(slot.label)
        self.explain(element, slot)
        listed = element.child("L", attributes=PLAIN_LIST)
        lines = self.writer.lines(slot.items, _THIRD)
        for at, (short, line) in enumerate(lines):
            width = _THIRD if short else WIDTH
            cells = [
                self.writer.labelled(listed, item, n * (width + GUTTER), width) for n, item in enumerate(line)
            ]
            last = at == len(lines) - 1
            self.flow.add(Row(cells, above=4, below=4, rule=0.5 if last else 0, width=WIDTH))
        self._more(element, slot)

    def abreast(self, *names: str) -> None:
        """Put slots of few answers side by side, each below its heading."""
        slots = [slot for name in names if (slot := self.take(name)) is not None]
        if len(slots) < 2 or any(map(_has_rows, slots)):
            for slot in slots:
                self._slot(slot)
            return
        width = (WIDTH - (len(slots) - 1) * GUTTER) / len(slots)
        self.flow.end()
        self.flow.space(self.writer.look.apart)
        cells = [self._column(slot, at * (width + GUTTER), width) for at, slot in enumerate(slots)]
        self.flow.together([Row(cells, above=2, below=5, rule=0.5, width=WIDTH)])

    def _column(self, slot: Slot, x: float, width: float) -> Cell:
        """Return a slot as a column; an answer to what the heading asks already needs no label."""
        element = self.flow.file.tree.root.child("Sect")
        look = self.writer.look
        pieces: list[Piece] = [self.pen.para(element.child("H2"), slot.label, look.head, width)]
        listed = element.child("L", attributes=PLAIN_LIST)
        for item in slot.items:
            entry = listed.child("LI")
            if item.label.lower() != slot.label.lower():
                pieces.append(self.pen.para(entry.child("Lbl"), item.label, look.small_strong, width, gap=3))
            said = self.pen.answer(entry.child("LBody", id=item.path), item, width, style=look.body)
            said[0].gap = 1
            pieces += said
        if slot.more:
            words = f"and {slot.more} more: {slot.more_in}"
            pieces.append(self.pen.para(element.child("P"), words, SMALL_QUIET, width))
        return Cell(x, width, pieces)

    @contextmanager
    def closely(self, look: Look) -> Iterator[None]:
        """Put what follows in a smaller look, its tables cut where the page ends: as much as it holds."""
        before, self.writer.look = self.writer.look, look
        self.writer.keeps_tables = False
        try:
            yield
        finally:
            self.writer.look, self.writer.keeps_tables = before, True

    def boxes(self, *names: str) -> None:
        """Put slots side by side in one ruled box; one alone, or one that has rows, stands by itself."""
        slots = [slot for name in names if (slot := self.content.slot(name)) is not None]
        if len(slots) < 2 or any(map(_has_rows, slots)) or not self.placed.isdisjoint(names):
            for name in names:
                self.boxed(name)
            return
        self.placed |= set(names)
        inner = WIDTH - 2 * _INSIDE
        width = (inner - (len(slots) - 1) * GUTTER) / len(slots)
        self.flow.end()
        self.flow.space(self.writer.look.apart)
        cells = [self._column(slot, _INSIDE + at * (width + GUTTER), width) for at, slot in enumerate(slots)]
        row = Row(cells, above=5, below=7, rule=0, sides=True, frame=1.5, first=True, last=True, width=WIDTH)
        row.bookmark = " · ".join(slot.label for slot in slots)
        self.flow.together([row])

    def boxed(self, name: str) -> None:
        """Put a slot in a ruled box: what must be found at once."""
        slot = self.take(name)
        if slot is None:
            return
        if _has_rows(slot):
            self._slot(slot)
            return
        element = self._begin(slot.label)
        inner = WIDTH - 2 * _INSIDE
        title = self.pen.para(element.child("H2"), slot.label, self.writer.look.head, inner)
        rows = [self._in_box([title])]
        listed = element.child("L", attributes=PLAIN_LIST)
        alone = len(slot.items) == 1
        rows += [self._in_box(self._told(listed, item, inner, alone=alone)) for item in slot.items]
        self._framed(rows, slot.label)
        self._more(element, slot)

    def grade(self, name: str, reasons: str) -> None:
        """Put a grade in a ruled box, large, with what it means and the reasons for it."""
        slot = self.take(name)
        if slot is None:
            return
        why = self.take(reasons)
        element = self._begin(slot.label)
        inner = WIDTH - 2 * _INSIDE
        rows = [self._in_box([self.pen.para(element.child("H2"), slot.label, self.writer.look.head, inner)])]
        listed = element.child("L", attributes=PLAIN_LIST)
        for item in slot.items:
            told = self._told(listed, item, inner, alone=len(slot.items) == 1)
            if item is slot.items[0]:
                told = self._large(told, text_of(item), inner)
            rows.append(self._in_box(told))
        if slot.intro:
            rows.append(self._in_box(self.pen.paras(element, slot.intro, SMALL_QUIET, inner)))
        for item in why.items if why is not None and not _has_rows(why) else ():
            entry = listed.child("LI")
            label = self.pen.para(entry.child("Lbl"), item.label, self.writer.look.label, inner)
            body = entry.child("LBody", id=item.path)
            rows.append(
                self._in_box([label, *self.pen.answer(body, item, inner, style=self.writer.look.body)])
            )
        self._framed(rows, slot.label)
        if why is not None and _has_rows(why):
            self._slot(why)

    def _large(self, told: list[Piece], text: str, width: float) -> list[Piece]:
        """Return an answer with its first line large: the grade itself."""
        at = next((n for n, one in enumerate(told) if isinstance(one, Para) and one.element.kind != "Lbl"), 0)
        first = told[at]
        line = text.split("\n", maxsplit=1)[0]
        if isinstance(first, Para) and len(line) < 40:
            told[at] = self.pen.para(first.element, line, _GRADE, width)
        return told

    def _framed(self, rows: list[Row], title: str) -> None:
        rows[0].first, rows[0].above, rows[0].bookmark = True, 6, title
        rows[0].keep_next = True
        rows[-1].last, rows[-1].below = True, 8
        self.flow.together(rows)

    def factors(self, name: str) -> None:
        """Put graded factors as a table: what it is, how it was graded and why."""
        slot = self.take(name)
        if slot is None:
            return
        element = self.writer.heading(slot.label)
        if _has_rows(slot):
            self.writer.items(element, slot.items, titled=len(slot.items) > 1)
        else:
            self.writer.graded(element.child("Table"), slot.items)
        self._more(element, slot)

    def _slot(self, slot: Slot) -> None:
        """Put a slot as a section: what its heading says is not said again above the answer."""
        element = self.writer.heading(slot.label)
        self.explain(element, slot)
        only = slot.items[0]
        if len(slot.items) == 1 and not _has_rows(slot) and (only.wide or only.label == slot.label):
            entry = element.child("L", attributes=PLAIN_LIST).child("LI")
            body = entry.child("LBody", id=only.path)
            said = self.pen.answer(body, only, WIDTH, style=self.writer.look.body)
            self.flow.add(Row([Cell(0, WIDTH, said)], above=5, below=6, width=WIDTH))
        else:
            self.writer.items(element, slot.items, titled=len(slot.items) > 1)
        self._more(element, slot)

    def explain(self, element: Element, slot: Slot) -> None:
        """Put what the form says before these questions, where it says it nowhere else."""
        if slot.intro:
            said = self.pen.paras(element, slot.intro, SMALL_QUIET, WIDTH)
            self.flow.add(Row([Cell(0, WIDTH, said)], above=2, below=3, rule=0, keep_next=True))

    def _begin(self, title: str) -> Element:
        self.flow.end()
        self.flow.space(self.writer.look.apart - 4)
        return self.flow.file.tree.root.child("Sect")

    def _in_box(self, pieces: Sequence[Piece]) -> Row:
        cell = Cell(_INSIDE, WIDTH - 2 * _INSIDE, list(pieces))
        return Row([cell], above=2, below=2, rule=0, sides=True, frame=1.5, width=WIDTH)

    def _told(self, listed: Element, item: Item, width: float, *, alone: bool) -> list[Piece]:
        """Return an answer in a box, without its question where the box says it."""
        entry = listed.child("LI")
        body = entry if alone else entry.child("LBody")
        look = self.writer.look
        pieces: list[Piece] = []
        if not alone:
            pieces.append(self.pen.para(entry.child("Lbl"), item.label, look.label, width))
        target = entry.child("LBody", id=item.path) if alone else body.child("Div", id=item.path)
        return [*pieces, *self.pen.answer(target, item, width, style=look.body)]

    def _more(self, element: Element, slot: Slot) -> None:
        """Say how many rows stand further in."""
        if slot.more:
            words = f"and {slot.more} more: {slot.more_in}"
            para = self.pen.para(element.child("P"), words, SMALL_QUIET, WIDTH)
            self.flow.add(Row([Cell(0, WIDTH, [para])], above=3, below=3, rule=0, width=WIDTH))


def _has_rows(slot: Slot) -> bool:
    return any(isinstance(block, Table | Cards) for item in slot.items for block in item.blocks)
