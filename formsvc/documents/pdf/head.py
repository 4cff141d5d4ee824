"""The head of page one: what the document is, its facts, and what must be known before it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from formsvc.documents.content import Content
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.cells import Cell, Placed, Row
from formsvc.documents.pdf.flow import Flow
from formsvc.documents.pdf.style import GUTTER, HEAD, MM, SMALL, SMALL_QUIET, SMALL_STRONG, WIDTH
from formsvc.documents.pdf.tags import PLAIN_LIST, Element
from formsvc.documents.pdf.words import Style
from formsvc.fields.blocks import Item, text_of

LOGO_BOX = (45 * MM, 12 * MM)
_BESIDE_HEAD = Style(size=SMALL.size, leading=HEAD.leading)


@dataclass
class Head:
    """Draws the head of one document."""

    flow: Flow
    pen: Pen
    content: Content

    def draw(self) -> Element:
        """Draw what the document is, and whether it may be relied on; return the list of its facts."""
        flow, content, pen = self.flow, self.content, self.pen
        element = flow.file.tree.root.child("Sect")
        side = f"{content.controller} · {content.area}"
        if content.logo is not None:
            self._with_logo(element, side, content.logo)
            return self._facts(element)
        across = WIDTH - pen.setter.width(content.title, HEAD) - GUTTER
        title = pen.para(element.child("H1"), content.title, HEAD, WIDTH)
        owner = pen.para(element.child("P"), side, _BESIDE_HEAD, WIDTH)
        if pen.setter.width(side, SMALL) <= across:
            owner.align = "right"
            flow.add(Row([Cell(0, WIDTH, [title]), Cell(0, WIDTH, [owner])], above=0, below=1, rule=0))
        else:
            flow.add(Row([Cell(0, WIDTH, [title, owner])], above=0, below=1, rule=0))
        return self._facts(element)

    def _with_logo(self, element: Element, side: str, logo: Item) -> None:
        """Put the logo at the right, the title and who answers for the document at its side."""
        width = WIDTH - LOGO_BOX[0] - GUTTER
        title = self.pen.para(element.child("H1"), self.content.title, HEAD, width)
        owner = self.pen.para(element.child("P"), side, SMALL, width)
        self.flow.add(
            Row(
                [Cell(0, width, [title, owner]), logo_cell(self.pen, element, logo)], above=0, below=3, rule=0
            )
        )

    def _facts(self, element: Element) -> Element:
        """Put the facts of the document and the warnings; return the list of the facts."""
        flow, content, pen = self.flow, self.content, self.pen
        listed = element.child("L", attributes=PLAIN_LIST)
        cells: list[Cell] = []
        x = 0.0
        for fact in content.facts:
            if fact.path == "@audience":
                continue
            entry = listed.child("LI")
            label = pen.para(entry.child("Lbl"), fact.label, SMALL_QUIET, 200)
            value = pen.answer(entry.child("LBody", id=fact.path), fact, 200, style=SMALL_STRONG)
            label_width = pen.setter.width(fact.label, SMALL_QUIET) + 4
            width = pen.setter.width(text_of(fact), SMALL_STRONG)
            cells += [Cell(x, 200, [label]), Cell(x + label_width, 200, list(value))]
            x += label_width + width + 14
        flow.add(Row(cells, above=0, below=5, rule=2, width=WIDTH))
        flow.space(6)
        for words in warnings(content):
            self._banner(element, *words)
        return listed

    def _banner(self, element: Element, words: str, sentence: str) -> None:
        pen = self.pen
        across = pen.setter.width(words, HEAD) + 14
        strong = pen.para(element.child("P"), words, HEAD, across)
        style = _BESIDE_HEAD if pen.setter.fits(sentence, _BESIDE_HEAD, WIDTH - across - 20) else SMALL
        said = pen.para(element.child("P"), sentence, style, WIDTH - across - 20)
        cells = [Cell(10, across, [strong]), Cell(10 + across, said.width, [said])]
        row = Row(cells, above=4, below=4, rule=0, sides=True, first=True, last=True, frame=2, width=WIDTH)
        row.cells[1].pieces[0].gap = 0
        self.flow.add(row)
        self.flow.space(6)


def logo_cell(pen: Pen, element: Element, logo: Item) -> Cell:
    """Return the logo against the right margin, whole, no larger than its box."""
    pieces = pen.answer(element.child("Div", id=logo.path), logo, LOGO_BOX[0], box=LOGO_BOX)
    width = max((piece.width for piece in pieces if isinstance(piece, Placed)), default=0.0)
    return Cell(WIDTH - width, width, pieces)


def warnings(content: Content) -> Iterator[tuple[str, str]]:
    """Yield what must be read first: the words, and the sentence below them."""
    if content.status == "not_yet_approved":
        yield (
            "NOT YET APPROVED",
            "Issued before anyone with authority could approve it. Use it, and ask for the approved one.",
        )
    if content.demonstration:
        yield (
            "DEMONSTRATION",
            "The people in it are invented, and its seal is a demonstration seal. Not for use.",
        )
