"""The child's own copy: large and plain, in short lines, and without the words of an office.

What the authority needs of it (reference, revision, the marking) stands small at the end and at the foot.
"""

from __future__ import annotations

from formsvc.documents.pdf.cells import Cell, Piece, Row
from formsvc.documents.pdf.front import Front
from formsvc.documents.pdf.head import LOGO_BOX, logo_cell, warnings
from formsvc.documents.pdf.plan import made_for
from formsvc.documents.pdf.style import GROUP, MM, NAME, SMALL, SMALL_QUIET, SMALL_STRONG, WIDTH, quiet
from formsvc.documents.pdf.tags import PLAIN_LIST, Element
from formsvc.documents.slots import Slot
from formsvc.fields.blocks import Cards, Item, Picture, State, Table

_MEASURE = 128 * MM
_PLAINLY = {"NOT YET APPROVED": "A manager still has to read this."}
_FIRST = ("photo", "name", "known_as")


def draw(front: Front) -> None:
    """Put the copy: who it is for, what she said, what will happen, whom to ring, what she disagrees with."""
    _title(front)
    for name in ("said", "will_happen", "ring", "disagree", *(slot.name for slot in front.content.sheet)):
        slot = front.take(name)
        if slot is not None:
            _slot(front, slot)
    for section in front.content.sections:
        element = front.writer.heading(section.title)
        _explain(front, element, section.intro)
        for item in section.items:
            _item(front, element, item, labelled=True)


def facts(front: Front) -> None:
    """Put what the authority needs of the copy, small, after everything that is hers."""
    content, pen = front.content, front.pen
    element = front.writer.heading("About this copy")
    listed = element.child("L", attributes=PLAIN_LIST)
    for fact in content.facts:
        if fact.path == "@audience":
            continue
        entry = listed.child("LI")
        label = pen.para(entry.child("Lbl"), fact.label, SMALL_QUIET, 80)
        value = pen.answer(entry.child("LBody", id=fact.path), fact, WIDTH - 90, style=SMALL)
        front.flow.add(Row([Cell(0, 80, [label]), Cell(90, WIDTH - 90, value)], above=1, below=1, rule=0))
    front.flow.add(made_for(pen, listed, content))


def _title(front: Front) -> None:
    """Put the title, and the name as large as a name deserves."""
    content, pen, flow = front.content, front.pen, front.flow
    element = flow.file.tree.root.child("Sect")
    logo = content.logo
    width = WIDTH if logo is None else WIDTH - LOGO_BOX[0]
    title = pen.para(element.child("H1"), content.title, GROUP, width)
    beside_it = [] if logo is None else [logo_cell(pen, element, logo)]
    flow.add(Row([Cell(0, width, [title]), *beside_it], above=0, below=4, rule=0, width=WIDTH))
    for words, sentence in warnings(content):
        strong = pen.para(element.child("P"), words, SMALL_STRONG, WIDTH)
        said = pen.para(element.child("P"), _PLAINLY.get(words, sentence), SMALL, WIDTH)
        flow.add(Row([Cell(0, WIDTH, [strong, said])], above=0, below=6, rule=0, width=WIDTH))
    beside, picture = 0.0, Cell(0, 0, [])
    photo = front.take("photo")
    if photo is not None and photo.items[0].state is State.GIVEN:
        box = (30 * MM, 40 * MM)
        target = element.child("Div", id=photo.items[0].path)
        picture = Cell(0, box[0], pen.answer(target, photo.items[0], box[0], style=SMALL, box=box))
        beside = box[0] + 14
    elif photo is not None:
        front.placed.discard("photo")
    pieces: list[Piece] = []
    for name in _FIRST[1:]:
        slot = front.take(name)
        for item in slot.items if slot else ():
            style = NAME if name == "name" else front.writer.look.body
            pieces += pen.answer(element.child("Div", id=item.path), item, WIDTH - beside, style=style)
    if pieces or picture.pieces:
        cells = [*([picture] if picture.pieces else []), Cell(beside, WIDTH - beside, pieces)]
        flow.add(Row(cells, above=2, below=8, rule=2, width=WIDTH))


def _slot(front: Front, slot: Slot) -> None:
    element = front.writer.heading(slot.label)
    _explain(front, element, slot.intro)
    for item in slot.items:
        same = item.label.lower() == slot.label.lower() or len(slot.items) == 1
        _item(front, element, item, labelled=not same, spoken=slot.name == "said")
    if slot.more:
        words = f"and {slot.more} more: {slot.more_in}"
        para = front.pen.para(element.child("P"), words, quiet(front.writer.look.body), _MEASURE)
        front.flow.add(Row([Cell(0, _MEASURE, [para])], above=2, below=2, rule=0, width=WIDTH))


def _explain(front: Front, element: Element, words: str) -> None:
    if words:
        said = front.pen.paras(element, words, front.writer.look.body, _MEASURE)
        row = Row([Cell(0, _MEASURE, said)], above=4, below=5, rule=0, keep_next=True, width=WIDTH)
        front.flow.add(row)


def _item(front: Front, element: Element, item: Item, *, labelled: bool, spoken: bool = False) -> None:
    """Put one answer in short lines, with what was asked above it; her own words beside a bar."""
    if any(isinstance(block, Table | Cards) for block in item.blocks):
        front.writer.items(element, [item], titled=labelled)
        return
    look, pen = front.writer.look, front.pen
    shift = 14.0 if spoken else 0.0
    entry = element.child("L", attributes=PLAIN_LIST).child("LI")
    pieces: list[Piece] = []
    if labelled:
        pieces.append(pen.para(entry.child("Lbl"), item.label, look.label, _MEASURE))
    said = pen.answer(entry.child("LBody", id=item.path), item, _MEASURE, style=look.body)
    several = len(said) > 1 and not any(isinstance(block, Picture) for block in item.blocks)
    for piece in said:
        piece.gap = 5 if several else 2
    pieces += said
    bar = 3.0 if spoken and item.state is State.GIVEN else 0.0
    front.flow.add(Row([Cell(shift, _MEASURE, pieces)], above=4, below=5, rule=0, bar=bar, width=WIDTH))
