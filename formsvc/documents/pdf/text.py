"""The text engine: what was typed becomes lines that read, copy and sound as it was typed.

Most text is plain: one face, left to right, one glyph a character. It is set word by word from a
table kept for one document. Anything else goes through `shaping`. Every character typed stands in
the lines, the spaces at a break included, so that joining the lines gives the paragraph back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from formsvc.documents.pdf.embed import Ink, Inks
from formsvc.documents.pdf.fonts import Weight
from formsvc.documents.pdf.links import links_in
from formsvc.documents.pdf.shaping import Pieces, broken, plain_pieces, shaped
from formsvc.documents.pdf.words import BREAKS, Line, Style, Word, cut_word, plain_line, plain_word


@dataclass
class Setter:
    """Sets text for one document. `missing` gathers what no face can draw."""

    inks: Inks
    missing: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._regular, self._semibold = (_Weighted(self.inks.first(weight)) for weight in Weight)
        self._kept: dict[tuple[str, Style, float], list[Line]] = {}

    def paragraphs(self, text: str, style: Style, width: float) -> list[list[Line]]:
        """Return the lines of each paragraph of a text; a newline starts a paragraph."""
        return [self.lines(paragraph, style, width) for paragraph in text.split("\n")]

    def lines(self, text: str, style: Style, width: float) -> list[Line]:
        """Return the lines of one paragraph, none wider than `width` points."""
        key = (text, style, width)
        found = self._kept.get(key)
        if found is None:
            weighted = self._semibold if style.weight is Weight.SEMIBOLD else self._regular
            links = links_in(text)
            plain = weighted.simple.issuperset(text)
            if plain and not links:
                found = _plain(weighted, text, style, width)
            else:
                pieces = weighted.pieces.get(text)
                if pieces is None and plain:
                    pieces = plain_pieces(text, links=links, ink=weighted.ink)
                elif pieces is None:
                    pieces = shaped(text, style.weight, links=links, inks=self.inks, missing=self.missing)
                weighted.pieces[text] = pieces
                found = broken(pieces, text, style, width, inks=self.inks)
            self._kept[key] = found
        return found

    def width(self, text: str, style: Style) -> float:
        """Return the width of a text on one line, in points."""
        return max((line.width for line in self.lines(text, style, 1e6)), default=0.0)

    def fits(self, text: str, style: Style, width: float) -> bool:
        """Say whether a text stands on one line of `width` points."""
        return len(self.lines(text, style, width)) <= 1


class _Weighted:
    """What is kept for one weight of one document: plain words, and pieces of text that is not plain."""

    def __init__(self, ink: Ink) -> None:
        self.ink = ink
        self.simple = ink.face.simple
        self.words: dict[str, Word] = {}
        self.pieces: dict[str, Pieces] = {}


def _plain(weighted: _Weighted, text: str, style: Style, width: float) -> list[Line]:
    ink, words = weighted.ink, weighted.words
    em = style.size / 1000
    limit = width / em + 0.01
    lines: list[Line] = []
    bodies: list[str] = []
    at = inked = 0.0
    pending = BREAKS.split(text)
    pending.reverse()
    while pending:
        token = pending.pop()
        word = words.get(token)
        if word is None:
            word = words[token] = plain_word(ink, token)
        if at + word.ink > limit:
            if bodies:
                lines.append(plain_line(ink, bodies, inked * em))
                bodies, at = [], 0.0
            if word.ink > limit:
                head, tail = cut_word(ink, token, limit)
                if tail:
                    pending += [tail, head]
                    continue
        bodies.append(word.body)
        inked = at + word.ink
        at += word.width
    if bodies:
        lines.append(plain_line(ink, bodies, inked * em))
    return lines
