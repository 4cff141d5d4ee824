"""From the neutral blocks of an answer to pieces on the page, each with its element.

The element that is given an answer's address holds exactly its printed text: alone, or as
paragraphs (P), one for each line of `blocks.text_of`. Labels stand in elements of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from formsvc.documents.pdf.cells import Beside, Cell, Para, Piece, Placed
from formsvc.documents.pdf.pictures import Image
from formsvc.documents.pdf.style import BODY, quiet, strong
from formsvc.documents.pdf.tags import Element
from formsvc.documents.pdf.text import Setter
from formsvc.documents.pdf.words import Style
from formsvc.fields.blocks import Item, Pairs, Picture, State, Text, Ticks

PARAGRAPH_GAP = 4.0
_ROOM_BESIDE = 170.0


@dataclass(frozen=True)
class Pen:
    """What setting an answer needs: the text engine, and the picture of a hash."""

    setter: Setter
    picture: Callable[[Picture], Image | None]

    def para(
        self, element: Element, text: str, style: Style, width: float, *, gap: float = 0, indent: float = 0
    ) -> Para:
        """Return one paragraph of an element."""
        lines = self.setter.lines(text, style, width - indent)
        return Para(element, lines, style, width - indent, gap=gap, indent=indent)

    def paras(self, parent: Element, text: str, style: Style, width: float) -> list[Piece]:
        """Return a text of the form as paragraphs of its own, one for each of its lines."""
        lines = [line for line in text.split("\n") if line.strip()]
        return [
            self.para(parent.child("P"), line, style, width, gap=2 if at else 0)
            for at, line in enumerate(lines)
        ]

    def answer(
        self,
        element: Element,
        item: Item,
        width: float,
        *,
        style: Style = BODY,
        box: tuple[float, float] = (100, 133),
        indent: float = 0,
        alone: bool = True,
    ) -> list[Piece]:
        """Return the pieces of an answer without rows; `box` is the room for a picture.

        `alone` lets the element hold the text itself when that is one paragraph.
        """
        shown = style if item.state is State.GIVEN else quiet(style)
        if alone and (line := _only_line(item)):
            return [self.para(element, line, shown, width, indent=indent)]
        told = list(_lines(item))
        if isinstance(told[0], Picture) and len(told) > 1 and width - box[0] >= _ROOM_BESIDE:
            return self._beside(element, item, width, style, box)
        alone = alone and len(told) == 1 and not isinstance(told[0], Picture)
        lead_width = self._lead_width(told, style, width)
        pieces: list[Piece] = []
        for one in told:
            if isinstance(one, Picture):
                pieces += self._picture(element, one, box, PARAGRAPH_GAP if pieces else 0)
                continue
            target = element if alone else element.child("P")
            if one.lead:
                pieces.append(self._led(target, one, shown, width, lead_width))
            else:
                pieces.append(self.para(target, one.text, shown, width, indent=indent))
        if any(isinstance(block, Ticks) for block in item.blocks):
            return _in_two(pieces, width)
        _space(pieces)
        return pieces

    def _beside(
        self, element: Element, item: Item, width: float, style: Style, box: tuple[float, float]
    ) -> list[Piece]:
        """Return a picture with what is said of it at its side."""
        first, *rest = item.blocks
        pictures = list(self._picture(element, first, box, 0)) if isinstance(first, Picture) else []
        shift = max((piece.width for piece in pictures), default=0) + 12
        said = self.answer(
            element, replace(item, blocks=tuple(rest)), width - shift, style=style, alone=False
        )
        return [Beside(Cell(0, shift, [*pictures]), Cell(shift, width - shift, said))]

    def _lead_width(self, told: Sequence[_Told | Picture], style: Style, width: float) -> float:
        heavy = strong(style)
        leads = [one.lead for one in told if isinstance(one, _Told) and one.lead]
        widest = max((self.setter.width(lead, heavy) for lead in leads), default=0.0) + 5
        return widest if widest <= width * 0.48 else 0

    def _led(self, target: Element, one: _Told, style: Style, width: float, lead_width: float) -> Para:
        """Return a paragraph with its lead beside it, or above where leads are long."""
        heavy = strong(style)
        if one.chosen is False:
            style = heavy = quiet(style)
        para = self.para(target, one.text, style, width - lead_width)
        para.lead = self.setter.lines(one.lead, heavy, width)
        para.lead_style, para.lead_width, para.lead_element = heavy, lead_width, target
        para.lead_above = not lead_width
        return para

    def _picture(
        self, element: Element, one: Picture, box: tuple[float, float], gap: float
    ) -> Iterator[Placed]:
        image = self.picture(one)
        if image is not None:
            width, height = image.fit(*box)
            yield Placed(element.child("Figure", alt=one.alt or "Picture"), image, width, height, gap)


@dataclass(frozen=True)
class _Told:
    """One printed paragraph: what stands before it, its text, whether it is an option that was chosen."""

    lead: str
    text: str
    chosen: bool | None = None


def _only_line(item: Item) -> str:
    """Return the text of an answer that is one line, as most are; else ""."""
    if len(item.blocks) != 1:
        return ""
    block = item.blocks[0]
    return block.text if isinstance(block, Text) and "\n" not in block.text else ""


def _lines(item: Item) -> Iterator[_Told | Picture]:
    """Yield each printed paragraph of an answer, and its pictures in their places."""
    for block in item.blocks:
        match block:
            case Picture():
                yield block
            case Pairs(pairs):
                for label, text in pairs:
                    first, *rest = text.split("\n")
                    yield _Told(f"{label} " if label else "", first)
                    yield from (_Told("", line) for line in rest)
            case Ticks(ticks):
                yield from (_Told("Yes " if chosen else "No ", label, chosen) for label, chosen in ticks)
            case Text(text) if text:
                yield from (_Told("", line) for line in text.split("\n"))


def _space(pieces: Sequence[Piece]) -> None:
    """Leave a gap between paragraphs of several lines; lines of an address or a list stay close."""
    for before, piece in pairwise(pieces):
        if not isinstance(before, Para) or not isinstance(piece, Para):
            piece.gap = PARAGRAPH_GAP
        elif not piece.lead and not before.lead and before.lines and piece.lines:
            piece.gap = PARAGRAPH_GAP if len(before.lines) > 1 or len(piece.lines) > 1 else 0


def _in_two(pieces: list[Piece], width: float) -> list[Piece]:
    """Stand options side by side, read along the lines, where all of them are short."""
    shift = width / 2
    paras = [piece for piece in pieces if isinstance(piece, Para)]
    fits = all(
        len(para.lines) <= 1 and sum(line.width for line in para.lines) + para.lead_width < shift - 6
        for para in paras
    )
    if not fits or len(paras) != len(pieces):
        return pieces
    together: list[Piece] = [
        Beside(Cell(0, shift, [left]), Cell(shift, shift, [right]))
        for left, right in zip(paras[::2], paras[1::2], strict=False)
    ]
    return [*together, paras[-1]] if len(paras) % 2 else together
