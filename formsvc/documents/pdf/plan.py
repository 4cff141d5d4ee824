"""The plan of the sheet for the search in one size of type: what stands where, and what may be cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

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
    strong,
)
from formsvc.documents.pdf.tags import PLAIN_LIST, Element
from formsvc.documents.pdf.words import Line, Style
from formsvc.fields.blocks import Picture, text_of

PHOTO_WIDTH, PHOTO_HEIGHT = 45 * MM, 60 * MM
IDENTITY = (
    "known_as", "date_of_birth", "gender", "ethnicity", "height", "build", "eyes", "hair", "marks",
    "clothing", "language",
)  # fmt: skip
WHERE = ("phones", "home", "lead")
BOX = ("risks", "danger", "do_not_approach")
PAIRS = (("triggers", "runs_to"), ("medication", "ring_now"))
LEAST_URGENT = (
    "language", "ethnicity", "clothing", "lead", "home", "triggers", "runs_to", "marks", "hair", "phones",
)  # fmt: skip
"""What gives way first when not everything fits; the others follow in reading order."""

_BESIDE = WIDTH - PHOTO_WIDTH - GUTTER
_HALF = (WIDTH - GUTTER) / 2
_CAPTION = Style(size=9, leading=11.5)
_INSIDE = 8.0
_BESIDE_LABEL = 58.0
_SHORTER = {"date_of_birth": "Age", "clothing": "Wears"}
_FEWEST = 3
_NOTE = SMALL_QUIET.leading


@dataclass(frozen=True)
class _Stands:
    """What a cell of the plan holds: the slots, and what to call them where they go on."""

    names: tuple[str, ...]
    label: str


class Plan:
    """The sheet in one size of type: measured first, drawn once."""

    def __init__(self, pen: Pen, content: Content, style: Style, begun: Mapping[str, int]) -> None:
        self.pen, self.content, self.style = pen, content, style
        self.label = Style(size=min(9, style.size), leading=style.leading - 1.5, weight=Weight.SEMIBOLD)
        self.label_beside = replace(self.label, leading=style.leading)
        self.begun = begun
        self.root = Element("Sect")
        self.stands: dict[int, _Stands] = {}
        self.kept: list[Cell] = []
        self.photo = self._photo()
        self.listed = self.root
        self.beside = self._identity()
        self.rows = self._below()
        self.cuts: dict[int, float] = {}

    @property
    def height(self) -> float:
        """How high the sheet stands, what was cut from it left out."""
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
                    left_over.append((self.stands[id(cell)].label, tail))
                cells.append(head)
            row = replace(row, cells=cells)
        row.draw(page, left, top)
        return row.height

    def _cut(self, room: float) -> None:
        """Say how high rows may stand so that all fits: the least urgent are cut first."""
        rows = [*self.beside, *self.rows]
        for fewest in (_FEWEST, 0):
            for name in (*LEAST_URGENT, *SLOT_LABELS):
                excess = self.height - room
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
        return any(id(cell) in self.stands and name in self.stands[id(cell)].names for cell in row.cells)

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
            style = _CAPTION
            caption = self.pen.para(label, slot.label, strong(_CAPTION), PHOTO_WIDTH)
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
            body = self.root.child("Div")
            long = any(len(self.pen.setter.lines(text_of(item), NAME, width)) > 2 for item in name.items)
            pieces: list[Piece] = []
            for item in name.items:
                style = LONG_NAME if long else NAME
                pieces += self.pen.answer(body.child("P", id=item.path), item, width, style=style)
            rows.append(Row([Cell(0, width, pieces)], above=0, below=4, rule=0))
        self.listed = self.root.child("L", attributes=PLAIN_LIST)
        half = (width - GUTTER) / 2
        for slots in self._lines(half):
            cells = self._inline(slots[0], 0, width)
            if len(slots) > 1:
                cells += self._inline(slots[1], half + GUTTER, half)
            rows.append(Row(cells, above=0, below=1.5, rule=0))
        return rows

    def _lines(self, half: float) -> list[list[Slot]]:
        """Share out what identifies the child: how they are called, short facts in pairs, long ones."""
        slots = list(self._slots(IDENTITY))
        first = [[slot] for slot in slots if slot.name == "known_as"]
        short = [slot for slot in slots if slot.name != "known_as" and self._is_short(slot, half)]
        long = [[slot] for slot in slots if slot.name != "known_as" and slot not in short]
        return [*first, *(short[at : at + 2] for at in range(0, len(short), 2)), *long]

    def _inline(self, slot: Slot, x: float, width: float) -> list[Cell]:
        """Return a slot with its label beside it."""
        entry = self.listed.child("LI")
        label_style = self.label_beside
        words = _SHORTER.get(slot.name, slot.label)
        label = self.pen.para(entry.child("Lbl"), words, label_style, _BESIDE_LABEL - 4)
        value = self._values(slot, entry.child("LBody"), width - _BESIDE_LABEL)
        cell = Cell(x + _BESIDE_LABEL, width - _BESIDE_LABEL, value)
        self.stands[id(cell)] = _Stands((slot.name,), slot.label)
        return [Cell(x, _BESIDE_LABEL - 4, [label]), cell]

    def _is_short(self, slot: Slot, width: float) -> bool:
        text = text_of(slot.items[0])
        return (
            len(slot.items) == 1
            and "\n" not in text
            and self.pen.setter.fits(text, self.style, width - _BESIDE_LABEL)
        )

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
        rows.append(made_for(self.pen, self.listed, self.content))
        return rows

    def _box(self) -> list[Row]:
        """Return the ruled box: what is dangerous, and where nobody goes alone."""
        slots = list(self._slots(BOX))
        if not slots:
            return []
        inner = WIDTH - 2 * _INSIDE
        half = (inner - GUTTER) / 2
        width = inner if len(slots) == 1 else half
        cells = [self._cell(slot, _INSIDE, width) for slot in slots]
        if len(cells) == 3:
            cells = [self._stacked(cells[0], cells[1]), cells[2]]
        cells[-1].x += half + GUTTER if len(cells) == 2 else 0
        box = Row(cells, above=6, below=7, rule=0, sides=True, first=True, last=True, frame=1.5, width=WIDTH)
        return [box]

    def _stacked(self, upper: Cell, lower: Cell) -> Cell:
        lower.pieces[0].gap = 5
        cell = replace(upper, pieces=[*upper.pieces, *lower.pieces])
        above, below = self.stands[id(upper)], self.stands[id(lower)]
        self.stands[id(cell)] = _Stands((*above.names, *below.names), f"{above.label}; {below.label}")
        self.kept += [upper, lower]
        return cell

    def _slots(self, names: Sequence[str]) -> Iterator[Slot]:
        found = (self.content.slot(name) for name in names)
        return (slot for slot in found if slot is not None)

    def _cell(self, slot: Slot, x: float, width: float) -> Cell:
        """Return a slot with its label above it."""
        entry = self.listed.child("LI")
        label = self.pen.para(entry.child("Lbl"), slot.label, self.label, width)
        cell = Cell(x, width, [label, *self._values(slot, entry.child("LBody"), width)])
        self.stands[id(cell)] = _Stands((slot.name,), slot.label)
        return cell

    def _values(self, slot: Slot, body: Element, width: float) -> list[Piece]:
        pieces: list[Piece] = []
        several = len(slot.items) > 1
        for item in slot.items:
            target = body.child("Div" if "\n" in text_of(item) else "P", id=item.path)
            indent = 7 if several else 0
            shown = self.pen.answer(target, item, width, style=self.style, indent=indent)
            for piece in shown:
                piece.gap = 0
            if several and shown and isinstance(shown[0], Para):
                shown[0].bullet = True
                shown[0].gap = 1.5
            pieces += shown
        if slot.more:
            pieces.append(self._more(body.child("P"), slot, width))
        return pieces

    def _more(self, element: Element, slot: Slot, width: float) -> Para:
        """Return the line that says where the rest stands; its page is known when all pages are."""
        words = f"and {slot.more} more: {slot.more_in}, page "

        def lines() -> list[Line]:
            page = self.begun.get(slot.more_in)
            return self.pen.setter.lines(f"{words}{page}", SMALL_QUIET, width)

        para = self.pen.para(element, f"{words}99", SMALL_QUIET, width)
        para.later = lines
        return para


def made_for(pen: Pen, listed: Element, content: Content) -> Row:
    """Return the row that says for whom the copy was made."""
    sentence = content.fact("@audience")
    entry = listed.child("LI")
    label = pen.para(entry.child("Lbl"), sentence.label, SMALL_STRONG, WIDTH)
    shift = pen.setter.width(sentence.label, SMALL_STRONG) + 6
    said = pen.answer(entry.child("LBody", id=sentence.path), sentence, WIDTH - shift, style=SMALL)
    cells = [Cell(0, shift, [label]), Cell(shift, WIDTH - shift, said)]
    return Row(cells, above=5, below=0, rule=0, width=WIDTH)
