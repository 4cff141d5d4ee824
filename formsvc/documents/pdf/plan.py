"""The plan of the sheet for the search in one size of type: what stands where, and what may be cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from formsvc.documents.content import SLOT_LABELS, Content, Slot
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.cells import Cell, Para, Piece, Placed, Row
from formsvc.documents.pdf.flow import Flow
from formsvc.documents.pdf.fonts import Weight
from formsvc.documents.pdf.page import Page
from formsvc.documents.pdf.style import (
    BOTTOM,
    GROUP,
    GUTTER,
    HEAD,
    LEFT,
    LONG_NAME,
    MM,
    NAME,
    SMALL,
    SMALL_QUIET,
    SMALL_STRONG,
    WIDTH,
)
from formsvc.documents.pdf.tags import PLAIN_LIST, Element
from formsvc.documents.pdf.words import Style
from formsvc.fields.blocks import Picture, text_of

PHOTO_WIDTH, PHOTO_HEIGHT = 45 * MM, 60 * MM
IDENTITY = (
    "known_as", "date_of_birth", "gender", "ethnicity", "height", "build", "eyes", "language", "hair",
    "marks", "clothing",
)  # fmt: skip
WIDE = frozenset({"hair", "marks", "clothing"})
WHERE = ("phones", "home", "lead")
BOX = ("risks", "do_not_approach", "danger")
PAIRS = (("triggers", "runs_to"), ("medication", "ring_now"))
LEAST_URGENT = (
    "language", "ethnicity", "clothing", "lead", "home", "triggers", "runs_to", "marks", "hair", "phones",
)  # fmt: skip
"""What gives way first when not everything fits; the others follow in reading order."""

_BESIDE = WIDTH - PHOTO_WIDTH - GUTTER
_HALF = (WIDTH - GUTTER) / 2
_INSIDE = 8.0
_FEWEST = 3
_NOTE = SMALL_QUIET.leading


class Plan:
    """The sheet in one size of type: measured first, drawn once."""

    def __init__(self, pen: Pen, content: Content, style: Style) -> None:
        self.pen, self.content, self.style = pen, content, style
        self.label = Style(size=min(9, style.size), leading=style.leading - 1.5, weight=Weight.SEMIBOLD)
        self.root = Element("Sect")
        self.slots: dict[int, Slot] = {}
        self.photo = self._photo()
        self.listed = self.root
        self.beside = self._identity()
        self.rows = self._below()
        self.cuts: dict[int, float] = {}

    def fits(self, room: float) -> bool:
        """Say whether all of it stands in a height."""
        return self._height() <= room

    def _height(self) -> float:
        beside = sum(map(self._shown, self.beside))
        return max(self.photo.height, beside) + 6 + sum(map(self._shown, self.rows))

    def _shown(self, row: Row) -> float:
        return self.cuts.get(id(row), row.height)

    def draw(self, flow: Flow) -> None:
        """Draw the sheet, cutting what does not fit, and go on with that on the next page."""
        flow.file.tree.add(self.root)
        self._cut(flow.top - BOTTOM)
        flow.file.bookmark("Sheet for the search", flow.page, flow.top)
        left = LEFT + (PHOTO_WIDTH + GUTTER if self.photo.pieces else 0)
        self.photo.draw(flow.page, LEFT, flow.top)
        left_over: list[tuple[str, Cell]] = []
        at = flow.top
        for row in self.beside:
            at -= self._draw_row(row, flow.page, left, at, left_over)
        flow.top = min(at, flow.top - self.photo.height) - 6
        for row in self.rows:
            flow.top -= self._draw_row(row, flow.page, LEFT, flow.top, left_over)
        if left_over:
            self._go_on(flow, left_over)

    def _draw_row(
        self, row: Row, page: Page, left: float, top: float, left_over: list[tuple[str, Cell]]
    ) -> float:
        height = self.cuts.get(id(row))
        if height is not None:
            room = height - row.above - row.below
            cells: list[Cell] = []
            for cell in row.cells:
                head, tail = cell.cut(room - _NOTE) if cell.height > room else (cell, None)
                if tail is not None and tail.pieces:
                    words = f"continues on page {page.index + 2}"
                    head.pieces.append(
                        self.pen.para(self.listed.child("LI").child("LBody"), words, SMALL_QUIET, cell.width)
                    )
                    left_over.append((self.slots[id(cell)].label, tail))
                cells.append(head)
            row = replace(row, cells=cells)
        row.draw(page, left, top)
        return row.height

    def _cut(self, room: float) -> None:
        """Say how high rows may stand so that all fits: the least urgent are cut first."""
        rows = [*self.beside, *self.rows]
        for fewest in (_FEWEST, 0):
            for name in (*LEAST_URGENT, *SLOT_LABELS):
                excess = self._height() - room
                if excess <= 0:
                    return
                row = next((row for row in rows if self._holds(row, name)), None)
                if row is None:
                    continue
                least = row.above + row.below + self.label.leading + fewest * self.style.leading + _NOTE
                wanted = max(self._shown(row) - excess, least)
                if wanted < self._shown(row) - 4:
                    self.cuts[id(row)] = wanted

    def _holds(self, row: Row, name: str) -> bool:
        return any(id(cell) in self.slots and self.slots[id(cell)].name == name for cell in row.cells)

    def _go_on(self, flow: Flow, left_over: list[tuple[str, Cell]]) -> None:
        flow.new_page()
        head = self.pen.para(self.root.child("H2"), "Sheet for the search, continued", HEAD, WIDTH)
        flow.add(Row([Cell(0, WIDTH, [head])], above=0, below=3, rule=1.5, keep_next=True, width=WIDTH))
        for label, cell in left_over:
            again = self.pen.para(self.root.child("P"), f"{label}, continued", GROUP, WIDTH)
            flow.add(Row([Cell(0, WIDTH, [again])], below=0, rule=0, keep_next=True, width=WIDTH))
            flow.add(Row([replace(cell, x=0)], above=0, width=WIDTH))

    def _photo(self) -> Cell:
        slot = self.content.slot("photo")
        if slot is None:
            return Cell(0, 0, [])
        entry = self.root.child("Div")
        pieces: list[Piece] = []
        for item in slot.items:
            label = entry.child("P")
            target = entry.child("P", id=item.path)
            if not any(isinstance(block, Picture) for block in item.blocks):
                pieces.append(Placed(entry, None, PHOTO_WIDTH, PHOTO_HEIGHT))
            style = replace(SMALL, leading=11.5)
            caption = self.pen.para(label, slot.label, replace(SMALL_STRONG, leading=11.5), PHOTO_WIDTH)
            shown = self.pen.answer(target, item, PHOTO_WIDTH, style=style, box=(PHOTO_WIDTH, PHOTO_HEIGHT))
            images = [one for one in shown if isinstance(one, Placed)]
            pieces += images
            caption.gap = 3
            if not images:
                pieces.append(caption)
            pieces += [replace(one, gap=3 if images else 0) for one in shown if isinstance(one, Para)]
        return Cell(0, PHOTO_WIDTH, pieces)

    def _identity(self) -> list[Row]:
        width = _BESIDE if self.photo.pieces else WIDTH
        rows: list[Row] = []
        name = self.content.slot("name")
        if name is not None:
            entry = self.root.child("L", attributes=PLAIN_LIST).child("LI")
            label = self.pen.para(entry.child("Lbl"), name.label, self.label, width)
            style = NAME
            if any(len(self.pen.setter.lines(text_of(item), NAME, width)) > 2 for item in name.items):
                style = LONG_NAME
            body = entry.child("LBody")
            pieces: list[Piece] = [label]
            for item in name.items:
                pieces += self.pen.answer(body.child("P", id=item.path), item, width, style=style)
            rows.append(Row([Cell(0, width, pieces)], above=0, below=4, rule=0))
        self.listed = self.root.child("L", attributes=PLAIN_LIST)
        half = (width - GUTTER) / 2
        waiting: list[Cell] = []
        for slot in self._slots(IDENTITY):
            wide = slot.name in WIDE or len(slot.items) > 1
            if wide and waiting:
                rows.append(self._row(waiting))
                waiting = []
            cell = self._cell(slot, (half + GUTTER) * len(waiting), width if wide else half)
            waiting.append(cell)
            if wide or len(waiting) == 2:
                rows.append(self._row(waiting))
                waiting = []
        if waiting:
            rows.append(self._row(waiting))
        return rows

    def _below(self) -> list[Row]:
        rows: list[Row] = []
        where = list(self._slots(WHERE))
        if where:
            width = (WIDTH - (len(where) - 1) * GUTTER) / len(where)
            cells = [self._cell(slot, at * (width + GUTTER), width) for at, slot in enumerate(where)]
            rows.append(Row(cells, above=4, below=5, rule=0, width=WIDTH))
        rows += self._box()
        for names in PAIRS:
            slots = list(self._slots(names))
            width = _HALF if len(slots) == 2 else WIDTH
            cells = [self._cell(slot, at * (_HALF + GUTTER), width) for at, slot in enumerate(slots)]
            if cells:
                rows.append(Row(cells, above=5, below=4, rule=0.5, width=WIDTH))
        known = {"photo", "name", *IDENTITY, *WHERE, *BOX, *(name for pair in PAIRS for name in pair)}
        for slot in self.content.sheet:
            if slot.name not in known:
                rows.append(Row([self._cell(slot, 0, WIDTH)], above=5, below=4, rule=0.5, width=WIDTH))
        sentence = next((fact for fact in self.content.facts if fact.path == "@audience"), None)
        if sentence is not None:
            entry = self.listed.child("LI")
            label = self.pen.para(entry.child("Lbl"), sentence.label, SMALL_STRONG, 60)
            shift = self.pen.setter.width(sentence.label, SMALL_STRONG) + 6
            said = self.pen.answer(
                entry.child("LBody", id=sentence.path), sentence, WIDTH - shift, style=SMALL
            )
            rows.append(
                Row([Cell(0, shift, [label]), Cell(shift, WIDTH - shift, said)], above=5, below=0, rule=0)
            )
        return rows

    def _box(self) -> list[Row]:
        slots = list(self._slots(BOX))
        pair = [slot for slot in slots if slot.name != "danger"]
        inner = WIDTH - 2 * _INSIDE
        half = (inner - GUTTER) / 2
        rows: list[Row] = []
        if pair:
            width = half if len(pair) == 2 else inner
            cells = [self._cell(slot, _INSIDE + at * (half + GUTTER), width) for at, slot in enumerate(pair)]
            rows.append(Row(cells, above=6, below=5, rule=0))
        rows += [
            Row([self._cell(slot, _INSIDE, inner)], above=3, below=6, rule=0)
            for slot in slots
            if slot.name == "danger"
        ]
        for at, row in enumerate(rows):
            row.sides, row.frame, row.width = True, 1.5, WIDTH
            row.first, row.last = at == 0, at == len(rows) - 1
        return rows

    def _slots(self, names: Sequence[str]) -> Iterator[Slot]:
        found = (self.content.slot(name) for name in names)
        return (slot for slot in found if slot is not None)

    def _row(self, cells: Sequence[Cell]) -> Row:
        return Row(list(cells), above=0, below=2.5, rule=0)

    def _cell(self, slot: Slot, x: float, width: float) -> Cell:
        entry = self.listed.child("LI")
        pieces: list[Piece] = [self.pen.para(entry.child("Lbl"), slot.label, self.label, width)]
        body = entry.child("LBody")
        several = len(slot.items) > 1
        for item in slot.items:
            multiple = "\n" in text_of(item)
            target = body.child("Div" if multiple else "P", id=item.path)
            shown = self.pen.answer(target, item, width, style=self.style, indent=7 if several else 0)
            for piece in shown:
                piece.gap = 0
            if several and isinstance(shown[0], Para):
                shown[0].bullet = True
                shown[0].gap = 1.5
            pieces += shown
        if slot.more:
            words = f"and {slot.more} more: see {slot.more_in}"
            pieces.append(self.pen.para(body.child("P"), words, SMALL_QUIET, width))
        return self._for(slot, Cell(x, width, pieces))

    def _for(self, slot: Slot, cell: Cell) -> Cell:
        self.slots[id(cell)] = slot
        return cell
