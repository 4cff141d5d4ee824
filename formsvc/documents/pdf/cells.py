"""What stands on a page: paragraphs and pictures stacked in cells, cells side by side in rows.

A row knows its height before it is drawn, and can be cut in two between lines. Nothing here knows
about pages; `flow` puts rows on them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from formsvc.documents.pdf.page import PALE, REPEATED, TINT, Area, Page
from formsvc.documents.pdf.pictures import Code, Image
from formsvc.documents.pdf.tags import Element
from formsvc.documents.pdf.words import Line, Style

_BULLET = 2.4
FEWEST = 2
"""Lines of a paragraph that must stand together on either side of a page break."""


@dataclass(slots=True)
class Para:
    """Lines of one element. `lead` is what stands before them in a column of its own ("Role"), or above.

    `later` gives the lines when all pages are known; until then `lines` take their room. `leads_to` is
    the title of the section to which such lines lead. What `repeats` belongs to the page alone, as a running
    head does: "continues on page 2".
    """

    element: Element
    lines: list[Line]
    style: Style
    width: float
    gap: float = 0
    lead: list[Line] = field(default_factory=list)
    lead_style: Style | None = None
    lead_width: float = 0
    lead_element: Element | None = None
    lead_above: bool = False
    indent: float = 0
    bullet: bool = False
    align: str = ""
    later: Callable[[], list[Line]] | None = None
    leads_to: str = ""
    repeats: bool = False

    @property
    def height(self) -> float:
        """How high the lines stand, without the gap above them."""
        own = len(self.lines) * self.style.leading
        if not self.lead and own:
            return own
        led = len(self.lead) * self.lead_style.leading if self.lead_style else 0.0
        return (own + led if self.lead_above else max(own, led)) or self.style.leading / 2

    def draw(self, page: Page, x: float, top: float, *, aside: bool = False) -> None:
        """Draw the lines, as an artifact when `aside`."""
        aside = aside or self.repeats
        backwards = bool(self.lines) and self.lines[0].right_to_left
        if self.bullet:
            page.aside()
            side = x + self.width + self.indent - _BULLET if backwards else x
            page.area(side, top - self.style.leading / 2 - _BULLET / 2, _BULLET, _BULLET, TINT)
        x += 0 if backwards else self.indent
        if self.lead and self.lead_style:
            _give(page, self.lead_element or self.element, aside=aside)
            below = page.text(x, top, self.lead, self.lead_style, width=self.width)
            top, x = (below, x) if self.lead_above else (top, x + self.lead_width)
        if self.later is not None:
            page.wait(self.element, partial(self.draw_lines, page, x, top, self.later))
        elif self.lines:
            _give(page, self.element, aside=aside)
            page.text(x, top, self.lines, self.style, width=self.width, align=self.align)

    def draw_lines(self, page: Page, x: float, top: float, lines: Callable[[], list[Line]]) -> None:
        """Draw lines that are known only now, and make them lead to their section."""
        shown = lines()
        page.text(x, top, shown, self.style, width=self.width)
        for line in shown if self.leads_to else ():
            box = (x, top - self.style.leading, x + line.width, top)
            page.links.append(Area(box, f"#{self.leads_to}", f"Go to {self.leads_to}", self.element))
            top -= self.style.leading

    def cut(self, room: float) -> tuple[Para | None, Para]:
        """Cut after the lines for which there is room; the first part is None when too few would stand."""
        if self.lead_above and self.lead_style:
            room -= len(self.lead) * self.lead_style.leading
        count = min(int(room / self.style.leading + 0.001), len(self.lines) - FEWEST)
        if count < FEWEST:
            return None, self
        rest = replace(self, lines=self.lines[count:], lead=[], bullet=False, gap=0)
        return replace(self, lines=self.lines[:count]), rest


@dataclass(slots=True)
class Placed:
    """A picture in a cell; without an image, an empty frame of its size."""

    element: Element
    image: Image | Code | None
    width: float
    height: float
    gap: float = 0

    def draw(self, page: Page, x: float, top: float, *, aside: bool = False) -> None:
        """Draw the picture and say where it stands."""
        bottom = top - self.height
        if self.image is None:
            page.aside()
            page.frame(x, bottom, self.width, self.height, weight=0.75, gray=0.45)
            return
        _give(page, self.element, aside=aside)
        self.image.draw(page, x, bottom, self.width, self.height)
        box = f"{x:.2f} {bottom:.2f} {x + self.width:.2f} {top:.2f}"
        self.element.attributes = f"<</O/Layout/Placement/Block/BBox[{box}]>>"

    def cut(self, room: float) -> tuple[None, Placed]:
        """Keep the picture whole."""
        return None, self


@dataclass(slots=True)
class Beside:
    """Two cells inside a cell: a picture and what is said of it, two short options."""

    left: Cell
    right: Cell
    gap: float = 0

    @property
    def height(self) -> float:
        """How high the higher of them stands."""
        return max(self.left.height, self.right.height)

    def draw(self, page: Page, x: float, top: float, *, aside: bool = False) -> None:
        """Draw both."""
        self.left.draw(page, x, top, aside=aside)
        self.right.draw(page, x, top, aside=aside)

    def cut(self, room: float) -> tuple[Beside | None, Beside]:
        """Cut what stands on the right, where all of the left has room."""
        head, tail = self.right.cut(room)
        if self.left.height > room or not head.pieces or not tail.pieces:
            return None, self
        return replace(self, right=head), replace(self, left=replace(self.left, pieces=[]), right=tail)


Piece: TypeAlias = Para | Placed | Beside


@dataclass(slots=True)
class Cell:
    """Pieces stacked in a column: how far right it begins, and how wide it is."""

    x: float
    width: float
    pieces: list[Piece]

    @property
    def height(self) -> float:
        """How high the pieces stand together."""
        pieces = self.pieces
        if len(pieces) == 1:
            return pieces[0].height
        return sum([piece.height + piece.gap for piece in pieces]) - (pieces[0].gap if pieces else 0)

    def draw(self, page: Page, left: float, top: float, *, aside: bool = False) -> None:
        """Draw the pieces downwards from `top`."""
        last = len(self.pieces) - 1
        for at, piece in enumerate(self.pieces):
            top -= piece.gap if at else 0
            piece.draw(page, left + self.x, top, aside=aside)
            if at < last:
                top -= piece.height

    def cut(self, room: float) -> tuple[Cell, Cell]:
        """Cut where the room ends; either part may be empty."""
        for at, piece in enumerate(self.pieces):
            need = piece.height + (piece.gap if at else 0)
            if need <= room + 0.01:
                room -= need
                continue
            head, tail = piece.cut(room - (piece.gap if at else 0))
            kept = [*self.pieces[:at], *([head] if head else [])]
            return replace(self, pieces=kept), replace(self, pieces=[tail, *self.pieces[at + 1 :]])
        return self, replace(self, pieces=[])


@dataclass(slots=True)
class Row:
    """Cells side by side, with what is drawn round them.

    `rule` is the weight of the rule below; `sides`, `first` and `last` draw the frame of a box, of
    which this row is the whole or a part, `frame` points thick; `bar` is how wide a bar down its left side.
    """

    cells: list[Cell]
    above: float = 4
    below: float = 4
    rule: float = 0.5
    fill: bool = False
    sides: bool = False
    first: bool = False
    last: bool = False
    frame: float = 0.5
    keep_next: bool = False
    width: float = 0
    bookmark: str = ""
    bar: float = 0

    @property
    def height(self) -> float:
        """How high the row stands, its padding included."""
        return self.above + max([cell.height for cell in self.cells], default=0) + self.below

    def draw(
        self, page: Page, left: float, top: float, *, aside: bool = False, height: float | None = None
    ) -> None:
        """Draw the row downwards from `top`, all of it as an artifact when `aside`; its `height` if known."""
        height = self.height if height is None else height
        if self.fill or self.rule or self.sides or self.bar:
            page.aside()
            if self.bar:
                page.area(left, top - height, self.bar, height, TINT)
            if self.fill:
                page.area(left, top - height, self.width, height, PALE)
            if self.sides:
                self._frame(page, left, top, height)
            if self.rule:
                page.rule(left, top - height, self.width, weight=self.rule, gray=0 if self.rule > 1 else 0.6)
        for cell in self.cells:
            cell.draw(page, left, top - self.above, aside=aside)

    def _frame(self, page: Page, left: float, top: float, height: float) -> None:
        gray = 0 if self.frame > 0.5 else 0.6
        thick = self.frame
        if self.first and self.last:
            page.frame(left, top - height, self.width, height, weight=thick, gray=gray)
            return
        fill = f"{gray:g} g"
        page.area(left, top - height, thick, height, fill)
        page.area(left + self.width - thick, top - height, thick, height, fill)
        if self.first:
            page.area(left, top - thick, self.width, thick, fill)
        if self.last:
            page.area(left, top - height, self.width, thick, fill)

    def cut(self, room: float) -> tuple[Row | None, Row]:
        """Cut where the room ends; the first part is None when nothing of a cell would stand in it."""
        pairs = [cell.cut(room - self.above - self.below) for cell in self.cells]
        if not any(head.pieces for head, tail in pairs if tail.pieces) or not any(
            tail.pieces for _, tail in pairs
        ):
            return None, self
        head = replace(self, cells=[head for head, _ in pairs], rule=0, last=False, keep_next=False)
        tail = replace(self, cells=[tail for _, tail in pairs], first=False)
        return head, tail


def height_of(rows: Sequence[Row]) -> float:
    """Return how high rows stand one below the other."""
    return sum(row.height for row in rows)


def _give(page: Page, element: Element, *, aside: bool) -> None:
    if aside:
        page.aside(REPEATED)
    else:
        page.on(element)
