"""The last page: who signed off, what changed, how to check that this is genuine, where it may go."""

from __future__ import annotations

from dataclasses import dataclass, replace

from formsvc.documents.content import Content
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.cells import Cell, Piece, Placed, Row
from formsvc.documents.pdf.flow import Flow
from formsvc.documents.pdf.pictures import Code
from formsvc.documents.pdf.sections import Writer
from formsvc.documents.pdf.style import GUTTER, MM, WIDTH, strong
from formsvc.documents.pdf.tags import PLAIN_LIST, Element

_CODE = 28 * MM
_SMALL_CODE = 18 * MM
CODE_WORDS = "QR code that opens the page where this document can be checked, its reference filled in"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the last page says besides what the view holds."""

    signoffs: str = "Sign-offs"
    nobody: str = "Nobody has signed this document off."
    changed: str = "What changed since revision"
    nothing: str = "Nothing that this copy shows."
    genuine: str = "How to check that this is genuine"
    sealed: str = "sealed this file. Nothing in it can be changed without breaking the seal."
    how: str = (
        "Hand the file in at the address below, or type the reference and the check code that are printed"
        " here and at the foot of every page. The answer says whether it is genuine and whether it is"
        " the newest. It says nothing about the child."
    )
    goes: str = "Where this may go"
    made: str = "This copy was made for:"


USUAL_WORDS = Words()
BRIEFLY = replace(USUAL_WORDS, how="Check it at the address below.")
TO_HER = Words(
    signoffs="Who agreed",
    nobody="Nobody has signed this yet.",
    changed="What is new since number",
    nothing="Nothing that I can see here.",
    genuine="Is this real?",
    sealed="made this and closed it, so that nobody can change it.",
    how=(
        "To check, hand the file in at this address, or type the reference and the code. The answer says if"
        " it is real and if it is the newest. It says nothing about me."
    ),
    goes="Who gets this",
    made="This one is for:",
)


@dataclass
class Ending:
    """Puts what follows the answers."""

    flow: Flow
    pen: Pen
    content: Content
    writer: Writer
    words: Words = USUAL_WORDS
    small: bool = False

    def draw(self) -> None:
        """Put the last sections."""
        self._signoffs()
        self._changes()
        self._genuine()
        self._circulation()

    def _signoffs(self) -> None:
        element = self.writer.heading(self.words.signoffs)
        if not self.content.signoffs:
            self._say(element, self.words.nobody)
            return
        self.writer.items(element, self.content.signoffs)

    def _changes(self) -> None:
        content = self.content
        if content.changes_since is None:
            return
        element = self.writer.heading(f"{self.words.changed} {content.changes_since}")
        if not content.changes:
            self._say(element, self.words.nothing)
            return
        self.writer.items(element, content.changes)

    def _genuine(self) -> None:
        content, pen, flow = self.content, self.pen, self.flow
        element = self.writer.heading(self.words.genuine)
        code_width = _SMALL_CODE if self.small else _CODE
        width = WIDTH - code_width - 2 * GUTTER
        body, gap = self.writer.look.body, 1 if self.small else 4
        address = content.check_address
        words = (
            f"{content.controller} {self.words.sealed}",
            self.words.how,
        )
        pieces: list[Piece] = [pen.para(element.child("P"), one, body, width, gap=gap) for one in words]
        pieces.append(pen.para(element.child("P"), content.verify_at, strong(body), width, gap=gap))
        pieces.append(
            pen.para(
                element.child("P"),
                f"Reference {content.reference}, check code {content.short_hash}",
                body,
                width,
                gap=gap,
            )
        )
        code = Placed(element.child("Figure", alt=CODE_WORDS), Code(address), code_width, code_width)
        row = Row(
            [Cell(0, width, pieces), Cell(WIDTH - code_width, code_width, [code])],
            above=3 if self.small else 6,
            below=2 if self.small else 6,
            rule=0,
            width=WIDTH,
        )
        flow.together([row])

    def _circulation(self) -> None:
        content, look = self.content, self.writer.look
        element = self.writer.heading(self.words.goes)
        rows: list[Row] = []
        listed = element.child("L", attributes=PLAIN_LIST) if content.circulation else element
        for one in content.circulation:
            para = self.pen.para(listed.child("LI").child("LBody"), one, look.body, WIDTH, indent=9)
            para.bullet = True
            rows.append(Row([Cell(0, WIDTH, [para])], above=1, below=1, rule=0, width=WIDTH))
        told = (f"{self.words.made} {content.audience}.", *content.notices)
        self.flow.together([*rows, *(self._said(element, one) for one in told)])

    def _say(self, element: Element, words: str) -> None:
        self.flow.add(self._said(element, words))

    def _said(self, element: Element, words: str) -> Row:
        para = self.pen.para(element.child("P"), words, self.writer.look.body, WIDTH)
        return Row([Cell(0, WIDTH, [para])], above=1 if self.small else 4, below=2, rule=0, width=WIDTH)
