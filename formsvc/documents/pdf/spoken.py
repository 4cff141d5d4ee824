"""Words that somebody said, set apart from all others: a bar beside them, larger, on wide lines."""

from __future__ import annotations

from formsvc.documents.pdf.cells import Cell, Piece, Row
from formsvc.documents.pdf.front import Front
from formsvc.documents.pdf.style import SMALL_QUIET, WIDTH, quiet
from formsvc.documents.pdf.tags import PLAIN_LIST, Element
from formsvc.documents.pdf.words import Style
from formsvc.fields.blocks import Cards, Item, State, Table
from formsvc.fields.blocks import Row as Entry

_BAR = 3.0
_INSIDE = 9.0
_SPOKEN = Style(size=11, leading=18)


def apart(front: Front, name: str) -> None:
    """Put words that somebody said apart from all others: a bar beside them, larger, on wide lines."""
    slot = front.take(name)
    if slot is None:
        return
    element = front.writer.heading(slot.label)
    front.explain(element, slot)
    width = WIDTH - 16 - _INSIDE
    for item in slot.items:
        _spoken(front, element, item, width)


def _spoken(front: Front, element: Element, item: Item, width: float) -> None:
    """Put one answer beside its bar; its question stands above it, quiet."""
    group = next((block for block in item.blocks if isinstance(block, Table | Cards)), None)
    if group is not None and group.rows:
        for row in group.rows:
            _spoken_row(front, element, row, width)
        return
    holder = element.child("L", attributes=PLAIN_LIST).child("LI")
    asked = front.pen.para(holder.child("Lbl"), item.label, SMALL_QUIET, width)
    style = _SPOKEN if item.state is State.GIVEN else quiet(_SPOKEN)
    said = front.pen.answer(holder.child("LBody", id=item.path), item, width, style=style)
    for piece in said:
        piece.gap = 3
    front.flow.space(7)
    front.flow.add(Row([Cell(16, width, [asked, *said])], above=3, below=4, rule=0, bar=_BAR, width=WIDTH))


def _spoken_row(front: Front, element: Element, row: Entry, width: float) -> None:
    """Put what one of several people said: who and when in small type, the words beside the bar."""
    listed = element.child("L", attributes=PLAIN_LIST)
    pieces: list[Piece] = []
    for item in row.items:
        entry = listed.child("LI")
        pieces.append(front.pen.para(entry.child("Lbl"), item.label, SMALL_QUIET, width, gap=3))
        style = _SPOKEN if item.wide and item.state is State.GIVEN else front.writer.look.body
        pieces += front.pen.answer(entry.child("LBody", id=item.path), item, width, style=style)
    front.flow.space(7)
    front.flow.add(Row([Cell(16, width, pieces)], above=3, below=4, rule=0, bar=_BAR / 2, width=WIDTH))
