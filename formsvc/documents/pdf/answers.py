"""From the neutral blocks of an answer to pieces on the page, each with its element.

The element that is given an answer's address holds exactly its printed text: alone, or as
paragraphs (P), one for each line of `blocks.text_of`. Labels stand in elements of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from formsvc.documents.pdf.cells import Para, Piece, Placed
from formsvc.documents.pdf.fonts import Weight
from formsvc.documents.pdf.pictures import Image
from formsvc.documents.pdf.style import BODY, quiet
from formsvc.documents.pdf.tags import Element
from formsvc.documents.pdf.text import Setter
from formsvc.documents.pdf.words import Style
from formsvc.fields.blocks import Item, Pairs, Picture, State, Text, Ticks, plain

PARAGRAPH_GAP = 4.0


@dataclass(frozen=True)
class Pen:
    """What setting an answer needs: the text engine, and the picture of a hash."""

    setter: Setter
    picture: Callable[[Picture], Image | None]

    def para(
        self, element: Element, text: str, style: Style, width: float, *, gap: float = 0, indent: float = 0
    ) -> Para:
        """Return one paragraph of an element; where its order is not the typed one, a Span says the text."""
        lines = self.setter.lines(text, style, width - indent)
        if any(line.reordered for line in lines):
            element = element.child("Span", said=text)
        return Para(element, lines, style, width - indent, gap=gap, indent=indent)

    def answer(
        self,
        element: Element,
        item: Item,
        width: float,
        *,
        style: Style = BODY,
        box: tuple[float, float] = (100, 133),
        indent: float = 0,
    ) -> list[Piece]:
        """Return the pieces of an answer without rows; `box` is the room for a picture."""
        told = list(_lines(item))
        shown = style if item.state is State.GIVEN else quiet(style)
        pieces: list[Piece] = []
        alone = len(told) == 1 and not isinstance(told[0], Picture)
        leads = [one[0] for one in told if not isinstance(one, Picture) and one[0]]
        lead_style = Style(size=style.size, leading=style.leading, weight=Weight.SEMIBOLD)
        lead_width = min(
            max((self.setter.width(lead, lead_style) for lead in leads), default=0) + 6, width * 0.42
        )
        for one in told:
            gap = PARAGRAPH_GAP if pieces else 0.0
            if isinstance(one, Picture):
                pieces += self._picture(element, one, box, gap)
                continue
            lead, text = one
            target = element if alone else element.child("P")
            if not lead:
                pieces.append(self.para(target, text, shown, width, gap=gap, indent=indent))
                continue
            para = self.para(target, text, shown, width - lead_width, gap=min(gap, 1))
            para.lead = self.setter.lines(lead, lead_style, lead_width - 4)
            para.lead_style, para.lead_width, para.lead_element = lead_style, lead_width, target
            pieces.append(para)
        return pieces

    def _picture(
        self, element: Element, one: Picture, box: tuple[float, float], gap: float
    ) -> Iterator[Piece]:
        image = self.picture(one)
        if image is not None:
            width, height = image.fit(*box)
            yield Placed(element.child("Figure", alt=one.alt or "Picture"), image, width, height, gap)


def _lines(item: Item) -> Iterator[tuple[str, str] | Picture]:
    """Yield (lead, text) for each printed paragraph of an answer, and its pictures in their places."""
    for block in item.blocks:
        match block:
            case Picture():
                yield block
            case Pairs(pairs):
                for label, text in pairs:
                    first, *rest = text.split("\n")
                    yield (f"{label} " if label else "", first)
                    yield from (("", line) for line in rest)
            case Ticks(ticks):
                yield from (("Yes " if chosen else "No ", label) for label, chosen in ticks)
            case Text() if plain(block):
                yield from (("", line) for line in block.text.split("\n"))
