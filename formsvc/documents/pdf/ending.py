"""The last page: who signed off, what changed, how to check that this is genuine, where it may go."""

from __future__ import annotations

from dataclasses import dataclass

from formsvc.documents.content import Content
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.cells import Cell, Piece, Placed, Row
from formsvc.documents.pdf.flow import Flow
from formsvc.documents.pdf.pictures import Code
from formsvc.documents.pdf.sections import Writer
from formsvc.documents.pdf.style import (
    BODY,
    BODY_STRONG,
    GUTTER,
    MM,
    WIDTH,
)
from formsvc.documents.pdf.tags import PLAIN_LIST, Element

_CODE = 28 * MM
_CODE_WORDS = "QR code that opens the page where this document can be checked, its reference filled in"
_HOW = (
    "Hand the file in at the address below, or type the reference and the check code that are printed"
    " here and at the foot of every page. The answer says whether it is genuine and whether it is"
    " the newest. It says nothing about the child."
)


@dataclass
class Ending:
    """Puts what follows the answers."""

    flow: Flow
    pen: Pen
    content: Content
    writer: Writer

    def draw(self) -> None:
        """Put the last sections."""
        self._signoffs()
        self._changes()
        self._genuine()
        self._circulation()

    def _signoffs(self) -> None:
        element = self.writer.heading("Sign-offs")
        if not self.content.signoffs:
            self._say(element, "Nobody has signed this document off.")
            return
        self.writer.items(element, self.content.signoffs)

    def _changes(self) -> None:
        content = self.content
        if content.changes_since is None:
            return
        element = self.writer.heading(f"What changed since revision {content.changes_since}")
        if not content.changes:
            self._say(element, "Nothing that this copy shows.")
            return
        self.writer.items(element, content.changes)

    def _genuine(self) -> None:
        content, pen, flow = self.content, self.pen, self.flow
        element = self.writer.heading("How to check that this is genuine")
        width = WIDTH - _CODE - 2 * GUTTER
        address = content.check_address
        words = (
            f"{content.controller} sealed this file. Nothing in it can be changed without breaking the seal.",
            _HOW,
        )
        pieces: list[Piece] = [pen.para(element.child("P"), one, BODY, width, gap=4) for one in words]
        pieces.append(pen.para(element.child("P"), content.verify_at, BODY_STRONG, width, gap=4))
        pieces.append(
            pen.para(
                element.child("P"),
                f"Reference {content.reference}, check code {content.short_hash}",
                BODY,
                width,
                gap=4,
            )
        )
        code = Placed(element.child("Figure", alt=_CODE_WORDS), Code(address), _CODE, _CODE)
        row = Row(
            [Cell(0, width, pieces), Cell(WIDTH - _CODE, _CODE, [code])],
            above=6,
            below=6,
            rule=0,
            width=WIDTH,
        )
        flow.together([row])

    def _circulation(self) -> None:
        content = self.content
        element = self.writer.heading("Where this may go")
        if content.circulation:
            listed = element.child("L", attributes=PLAIN_LIST)
            for one in content.circulation:
                para = self.pen.para(listed.child("LI").child("LBody"), one, BODY, WIDTH, indent=9)
                para.bullet = True
                self.flow.add(Row([Cell(0, WIDTH, [para])], above=1, below=1, rule=0, width=WIDTH))
        self._say(element, f"This copy was made for: {content.audience}.")
        for notice in content.notices:
            self._say(element, notice)

    def _say(self, element: Element, words: str) -> None:
        para = self.pen.para(element.child("P"), words, BODY, WIDTH)
        self.flow.add(Row([Cell(0, WIDTH, [para])], above=4, below=2, rule=0, width=WIDTH))
