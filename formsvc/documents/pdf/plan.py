"""The plan of the sheet for the search in one size of type: what stands where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from formsvc.documents.content import Content
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.cells import Cell, Para, Piece, Placed, Row
from formsvc.documents.pdf.fonts import Weight
from formsvc.documents.pdf.style import (
    GUTTER,
    LONG_NAME,
    MM,
    NAME,
    SMALL,
    SMALL_QUIET,
    SMALL_STRONG,
    WIDTH,
    quiet,
    strong,
)
from formsvc.documents.pdf.tags import PLAIN_LIST, Element
from formsvc.documents.pdf.text import Setter
from formsvc.documents.pdf.words import Line, Style
from formsvc.documents.slots import Slot
from formsvc.fields.blocks import Item, Picture, text_of


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """Which slots stand where: beside the photo, in one line of columns, in the ruled box, in pairs."""

    title: str
    identity: tuple[str, ...]
    photo: tuple[float, float] = (45 * MM, 60 * MM)
    above: tuple[tuple[str, ...], ...] = ()
    where: tuple[str, ...] = ()
    box: tuple[str, ...] = ()
    pairs: tuple[tuple[str, ...], ...] = ()


SEARCH = Arrangement(
    title="Sheet for the search",
    identity=(
        "known_as", "date_of_birth", "gender", "ethnicity", "height", "build", "eyes", "hair", "marks",
        "clothing", "language",
    ),
    above=(("grade",), ("last_seen",), ("circumstances",)),
    where=("phones", "home", "lead"),
    box=("risks", "danger", "do_not_approach"),
    pairs=(("triggers", "runs_to"), ("medication", "ring_now"), ("reported",)),
)  # fmt: skip
"""Page one of a plan."""
_CAPTION = Style(size=9, leading=11.5)
_INSIDE = 8.0
_BESIDE_LABEL = 58.0
_SHORTER = {"date_of_birth": "Age", "clothing": "Wears"}


@dataclass(frozen=True)
class Stands:
    """What a cell of the plan holds: the slots, and what to call them where they go on."""

    names: tuple[str, ...]
    label: str


class Plan:
    """The sheet in one size of type, not yet on a page."""

    def __init__(
        self,
        pen: Pen,
        content: Content,
        style: Style,
        begun: Mapping[str, int],
        *,
        arrangement: Arrangement = SEARCH,
    ) -> None:
        self.pen, self.content, self.style = pen, content, style
        self.arrangement = arrangement
        self.label = Style(size=min(9, style.size), leading=style.leading - 1.5, weight=Weight.SEMIBOLD)
        self.label_beside = replace(self.label, leading=style.leading)
        self.begun = begun
        self.root = Element("Sect")
        self.stands: dict[int, Stands] = {}
        self.kept: list[Cell] = []
        self.photo = self._photo()
        self.listed = self.root
        self.beside = self._identity()
        self.rows = self._below()

    def _photo(self) -> Cell:
        slot = self.content.slot("photo")
        if slot is None:
            return Cell(0, 0, [])
        entry = self.root.child("Div")
        pieces: list[Piece] = []
        wide, high = self.arrangement.photo
        for item in slot.items:
            if not any(isinstance(block, Picture) for block in item.blocks):
                pieces.append(Placed(entry, None, wide, high))
                pieces.append(self.pen.para(entry.child("P"), slot.label, strong(_CAPTION), wide, gap=3))
            target = entry.child("Div", id=item.path)
            pieces += self.pen.answer(target, item, wide, style=_CAPTION, box=(wide, high))
        return Cell(0, wide, pieces)

    def _identity(self) -> list[Row]:
        width = WIDTH - self.photo.width - GUTTER if self.photo.pieces else WIDTH
        rows: list[Row] = []
        name = self.content.slot("name")
        if name is not None:
            body = self.root.child("Div")
            long = any(len(self.pen.setter.lines(text_of(item), NAME, width)) > 2 for item in name.items)
            pieces: list[Piece] = []
            for item in name.items:
                style = LONG_NAME if long else NAME
                pieces += self.pen.answer(_target(body, item), item, width, style=style)
            cell = Cell(0, width, pieces)
            self.stands[id(cell)] = Stands((name.name,), name.label)
            rows.append(Row([cell], above=0, below=4, rule=0))
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
        slots = list(self._slots(self.arrangement.identity))
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
        self.stands[id(cell)] = Stands((slot.name,), slot.label)
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
        asked = self.arrangement
        rows += [row for names in asked.above for row in self._abreast(names, rule=0)]
        rows += self._abreast(asked.where, rule=0)
        rows += self._box()
        rows += [row for names in asked.pairs for row in self._abreast(names, rule=0.5)]
        placed = {"photo", "name", *asked.identity, *asked.where, *asked.box}
        placed |= {name for names in (*asked.above, *asked.pairs) for name in names}
        for slot in self.content.sheet:
            if slot.name not in placed:
                rows.append(Row([self._cell(slot, 0, WIDTH)], above=5, below=4, rule=0.5, width=WIDTH))
        rows.append(made_for(self.pen, self.listed, self.content))
        return rows

    def _abreast(self, names: Sequence[str], *, rule: float) -> list[Row]:
        """Return slots side by side in columns of one width."""
        slots = list(self._slots(names))
        if not slots:
            return []
        width = (WIDTH - (len(slots) - 1) * GUTTER) / len(slots)
        cells = [self._cell(slot, at * (width + GUTTER), width) for at, slot in enumerate(slots)]
        above, below = (5, 4) if rule else (4, 5)
        return [Row(cells, above=above, below=below, rule=rule, width=WIDTH)]

    def _box(self) -> list[Row]:
        """Return the ruled box: what is dangerous, and where nobody goes alone."""
        slots = list(self._slots(self.arrangement.box))
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
        self.stands[id(cell)] = Stands((*above.names, *below.names), f"{above.label}; {below.label}")
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
        self.stands[id(cell)] = Stands((slot.name,), slot.label)
        return cell

    def _values(self, slot: Slot, body: Element, width: float) -> list[Piece]:
        pieces: list[Piece] = []
        several = len(slot.items) > 1
        if several and slot.said:
            return self._asked(slot, body, width)
        for item in slot.items:
            indent = 7 if several else 0
            shown = self.pen.answer(_target(body, item), item, width, style=self.style, indent=indent)
            for piece in shown:
                piece.gap = 0
            if several and shown and isinstance(shown[0], Para):
                shown[0].bullet = True
                shown[0].gap = 1.5
            pieces += shown
        if slot.more:
            pieces.append(self._more(body.child("P"), slot, width))
        return pieces

    def _asked(self, slot: Slot, body: Element, width: float) -> list[Piece]:
        """Return the answers to several questions, each with what was asked."""
        listed = body.child("L", attributes=PLAIN_LIST)
        pieces: list[Piece] = []
        for item in slot.items:
            entry = listed.child("LI")
            if item.label.lower() != slot.label.lower():
                asked = self.pen.para(entry.child("Lbl"), item.label, quiet(self.label), width, gap=1.5)
                pieces.append(asked)
            shown = self.pen.answer(entry.child("LBody", id=item.path), item, width, style=self.style)
            for piece in shown:
                piece.gap = 0
            pieces += shown
        if slot.more:
            pieces.append(self._more(body.child("P"), slot, width))
        return pieces

    def _more(self, element: Element, slot: Slot, width: float) -> Para:
        """Return the line that says where the rest stands; its page is known when all pages are."""
        if not slot.more_in:
            return self.pen.para(element, f"and {slot.more} more in the plan", SMALL_QUIET, width)
        words = f"and {slot.more} more: {slot.more_in}, page "

        para = self.pen.para(element.child("Link"), f"{words}99", SMALL_QUIET, width)
        para.leads_to = slot.more_in
        para.later = partial(_with_page, self.pen.setter, words, slot.more_in, self.begun, width)
        return para


def _with_page(
    setter: Setter, words: str, section: str, begun: Mapping[str, int], width: float
) -> list[Line]:
    return setter.lines(f"{words}{begun.get(section, '')}", SMALL_QUIET, width)


def _target(body: Element, item: Item) -> Element:
    """Add the element of an item: a paragraph, or a group where it has several."""
    return body.child("Div" if "\n" in text_of(item) else "P", id=item.path)


def made_for(pen: Pen, listed: Element, content: Content) -> Row:
    """Return the row that says for whom the copy was made."""
    sentence = content.fact("@audience")
    entry = listed.child("LI")
    label = pen.para(entry.child("Lbl"), sentence.label, SMALL_STRONG, WIDTH)
    shift = pen.setter.width(sentence.label, SMALL_STRONG) + 6
    said = pen.answer(entry.child("LBody", id=sentence.path), sentence, WIDTH - shift, style=SMALL)
    cells = [Cell(0, shift, [label]), Cell(shift, WIDTH - shift, said)]
    return Row(cells, above=5, below=0, rule=0, width=WIDTH)
