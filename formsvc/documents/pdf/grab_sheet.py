"""The grab sheet: the sheet for the search, and on the same side whose it is and how to check it."""

from __future__ import annotations

from formsvc.documents.pdf.cells import Cell, Piece, Placed, Row
from formsvc.documents.pdf.ending import CODE_WORDS
from formsvc.documents.pdf.fitting import Fitting
from formsvc.documents.pdf.front import Front
from formsvc.documents.pdf.head import Head
from formsvc.documents.pdf.pictures import Code
from formsvc.documents.pdf.plan import Plan
from formsvc.documents.pdf.style import GUTTER, MM, SMALL, SMALL_STRONG, WIDTH

_CODE = 16 * MM


def draw(front: Front) -> None:
    """Put the sheet, and below it how to check it."""
    content, pen, flow = front.content, front.pen, front.flow
    Head(flow, pen, content).draw()
    Fitting(Plan(pen, content, front.writer.look.body, flow.begun)).draw(flow)
    element = flow.file.tree.root.child("Sect")
    width = WIDTH - _CODE - GUTTER
    words = (
        "This is page one of the plan on one side, and nothing else of it. Read the plan for the rest.",
        (
            f"{content.controller} sealed this file. Check it at {content.verify_at}: reference"
            f" {content.reference}, check code {content.short_hash}."
        ),
    )
    title = pen.para(element.child("H2"), "Is this the newest, and is it genuine?", SMALL_STRONG, width)
    pieces: list[Piece] = [title, *(pen.para(element.child("P"), one, SMALL, width) for one in words)]
    code = Placed(element.child("Figure", alt=CODE_WORDS), Code(content.check_address), _CODE, _CODE)
    flow.space(5)
    cells = [Cell(0, width, pieces), Cell(WIDTH - _CODE, _CODE, [code])]
    flow.together([Row(cells, above=0, below=0, rule=0, width=WIDTH)])
