"""Text that is more than plain: several faces, marks that stack, letters that join, both directions.

A paragraph is cut into pieces of one face, one direction and one word. HarfBuzz places the glyphs
of a piece where that matters, and each cluster of them gets one code that stands for what was
typed. Marks stand in the order in which the text was typed, wherever on the line each belongs.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TypeAlias

import uharfbuzz as hb

from formsvc.documents.pdf.clusters import (
    BREAKING_SPACES,
    STAND_INS,
    break_places,
    clusters_of,
    faces_of,
    language_of,
)
from formsvc.documents.pdf.composites import Composite
from formsvc.documents.pdf.direction import has_right_to_left, levels, runs_right_to_left, visual_order
from formsvc.documents.pdf.embed import Ink, Inks
from formsvc.documents.pdf.fonts import Face, Weight
from formsvc.documents.pdf.links import Link
from formsvc.documents.pdf.words import BREAKS, SOFT, Line, Run, Style, plain_word

_LONGEST = 200
_SPACES = re.compile(" +")
_APART = "]TJ["
"""Between what stands elsewhere than after what was typed before it.

Readers that put a line in order by places (PDFium) take one operator's codes for one piece.
"""


@dataclass(slots=True)
class _Piece:
    """Part of a paragraph on its way to a line; `body` draws it, from left to right."""

    text: str
    level: int
    face: Face
    resource: str
    width: float
    body: str
    space: bool
    break_after: bool
    link: Link | None = None


Pieces: TypeAlias = Sequence[_Piece]


def shaped(
    text: str, weight: Weight, *, links: Sequence[Link], inks: Inks, missing: dict[str, None]
) -> Pieces:
    """Return the pieces of one paragraph that is not plain; what no face can draw is added to `missing`."""
    clusters = clusters_of(text)
    faces = faces_of(text, clusters, weight, inks, missing)
    return [] if not missing.keys().isdisjoint(text) else _pieces(text, clusters, faces, links, inks)


def plain_pieces(text: str, *, links: Sequence[Link], ink: Ink) -> Pieces:
    """Return the pieces of one plain paragraph in which something can be followed."""
    breaks = _breaks({found.start() for found in BREAKS.finditer(text)}, links)
    edges = {edge for link in links for edge in (link.start, link.end)}
    spaces = {edge for found in _SPACES.finditer(text) for edge in found.span()}
    pieces: list[_Piece] = []
    for begin, end in pairwise(sorted({0, len(text)} | breaks | edges | spaces)):
        word = plain_word(ink, text[begin:end])
        link = next((one for one in links if one.start <= begin < one.end), None)
        space, after = text[begin] == " ", end in breaks
        pieces.append(
            _Piece(text[begin:end], 0, ink.face, ink.resource, word.width, word.body, space, after, link)
        )
    return pieces


def _breaks(places: Iterable[int], links: Sequence[Link]) -> set[int]:
    """Return where a line may end: not inside a number that can be rung."""
    numbers = [link for link in links if link.address.startswith("tel:")]
    return {place for place in places if not any(one.start < place < one.end for one in numbers)}


def broken(pieces: Pieces, text: str, style: Style, width: float, *, inks: Inks) -> list[Line]:
    """Return the lines of a paragraph, none wider than `width` points."""
    base = 1 if pieces and runs_right_to_left(text) else 0
    limit = width / style.size * 1000 + 0.01
    lines: list[Line] = []
    line: list[_Piece] = []
    at = 0.0
    pending = _units(pieces)
    pending.reverse()
    while pending:
        unit = pending.pop()
        inked = sum(piece.width for piece in _without_trailing_spaces(unit))
        if at + inked > limit and line:
            lines.append(_line(line, base, style))
            line, at = [], 0.0
        if inked > limit:
            head, tail = _cut(inks, unit, limit)
            if tail:
                pending += [tail, head]
                continue
        line += unit
        at += sum(piece.width for piece in unit)
    if line:
        lines.append(_line(line, base, style))
    return lines


def _units(pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    units: list[list[_Piece]] = [[]]
    for piece in pieces:
        units[-1].append(piece)
        if piece.break_after:
            units.append([])
    return [unit for unit in units if unit]


def _pieces(
    text: str,
    clusters: Sequence[tuple[int, int]],
    faces: Sequence[Face],
    links: Sequence[Link],
    inks: Inks,
) -> list[_Piece]:
    of = levels(text) if has_right_to_left(text) else [0] * len(text)
    breaks = _breaks(break_places(text, clusters), links)
    edges = {edge for link in links for edge in (link.start, link.end)}
    starts = [start for start, _ in clusters] + [len(text)]
    pieces: list[_Piece] = []
    begin = 0
    for index in range(1, len(starts)):
        here, before = starts[index], starts[index - 1]
        ends = (
            index == len(starts) - 1
            or here in breaks
            or here in edges
            or faces[index] is not faces[index - 1]
            or of[here] != of[before]
            or here - begin >= _LONGEST
            or (text[here] in BREAKING_SPACES) != (text[before] in BREAKING_SPACES)
        )
        if ends:
            part = text[begin:here]
            piece = _piece(inks, faces[index - 1], part, of[begin], break_after=here in breaks)
            piece.link = next((link for link in links if link.start <= begin < link.end), None)
            pieces.append(piece)
            begin = here
    return pieces


def _piece(inks: Inks, face: Face, text: str, level: int, *, break_after: bool) -> _Piece:
    space = not text.translate(STAND_INS).strip(" ")
    if (level % 2 == 0 or space) and all(map(face.plain, text)):
        ink = inks.ink(face)
        word = plain_word(ink, text)
        return _Piece(text, level, face, ink.resource, word.width, word.body, space, break_after)
    ink = inks.ink(face, shaped=True)
    body, width = _shape(ink, text, right_to_left=level % 2 == 1)
    return _Piece(text, level, face, ink.resource, width, body, space, break_after)


def _shape(ink: Ink, text: str, *, right_to_left: bool) -> tuple[str, float]:
    """Return what draws a text by HarfBuzz, each cluster as one code, and its width."""
    face = ink.face
    buffer = hb.Buffer()
    buffer.add_str(text.translate(STAND_INS))
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    language = language_of(text)
    if language:
        buffer.language = language
    buffer.flags = hb.BufferFlags.REMOVE_DEFAULT_IGNORABLES
    hb.shape(face.font, buffer)
    placed = list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))
    starts = sorted({info.cluster for info, _ in placed} | {0})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    drawn: list[tuple[str, float, float]] = []
    for cluster, run in groupby(placed, key=lambda one: one[0].cluster):
        at = 0
        glyphs: list[tuple[int, int, int]] = []
        for info, position in run:
            glyphs.append((info.codepoint, at + position.x_offset, position.y_offset))
            at += position.x_advance
        said = text[cluster : ends[cluster]]
        if len(glyphs) == 1 and glyphs[0][1:] == (0, 0):
            drawn.append((ink.code(glyphs[0][0], said), face.advance(glyphs[0][0]), at * face.scale))
        else:
            drawn.append((ink.code(Composite(tuple(glyphs), at), said), at * face.scale, at * face.scale))
    if not drawn:
        drawn.append((ink.code(Composite((), 0), text), 0, 0))
    return _backwards(drawn) if right_to_left else _forwards(drawn)


def _forwards(drawn: Sequence[tuple[str, float, float]]) -> tuple[str, float]:
    """Return what draws (code, width of the glyph, advance) from left to right, and the width."""
    parts: list[str] = []
    for code, width, advance in drawn:
        parts.append(f"<{code}>")
        if abs(width - advance) >= 0.05:
            parts.append(f" {width - advance:.1f}")
    return "".join(parts), sum(advance for _, _, advance in drawn)


def _backwards(drawn: Sequence[tuple[str, float, float]]) -> tuple[str, float]:
    """Return what draws clusters from right to left, given from left to right; the pen ends at the right."""
    total = sum(advance for _, _, advance in drawn)
    parts: list[str] = []
    pen, left = 0.0, total
    for code, width, advance in reversed(drawn):
        left -= advance
        parts.append(f" {pen - left:.1f}<{code}>")
        pen = left + width
    return f"{_APART.join(parts)} {pen - total:.1f}", total


def _without_trailing_spaces(pieces: Sequence[_Piece]) -> Sequence[_Piece]:
    end = len(pieces)
    while end and pieces[end - 1].space:
        end -= 1
    return pieces[:end]


def _cut(inks: Inks, unit: list[_Piece], limit: float) -> tuple[list[_Piece], list[_Piece]]:
    """Cut a unit wider than a line between two clusters, as late as it fits."""
    at = 0.0
    for index, piece in enumerate(unit):
        if at + piece.width <= limit:
            at += piece.width
            continue
        starts = [start for start, _ in clusters_of(piece.text)][1:]
        fit = bisect_left(starts, True, key=lambda split: at + _piece_width(inks, piece, split) > limit)
        if fit or (starts and not index):
            split = _soft(piece, starts, starts[max(fit - 1, 0)])
            head = _piece(inks, piece.face, piece.text[:split], piece.level, break_after=True)
            tail = _piece(inks, piece.face, piece.text[split:], piece.level, break_after=piece.break_after)
            head.link = tail.link = piece.link
            return [*unit[:index], head], [tail, *unit[index + 1 :]]
        if index:
            return unit[:index], unit[index:]
    return unit, []


def _soft(piece: _Piece, starts: Sequence[int], most: int) -> int:
    """Return where to cut a word before `most`: where it may be read on, if that is not too early.

    An address is not cut after a hyphen: it would be copied without it.
    """
    places = [
        found.end() for found in SOFT.finditer(piece.text, 0, most) if piece.link is None or found[0] != "-"
    ]
    return next((one for one in reversed(places) if most // 2 < one < most and one in starts), most)


def _piece_width(inks: Inks, piece: _Piece, split: int) -> float:
    return _piece(inks, piece.face, piece.text[:split], piece.level, break_after=True).width


def _line(pieces: list[_Piece], base: int, style: Style) -> Line:
    """Return a line whose marks stand in the order in which they were typed, each at its place.

    Readers that follow the marks get the text as typed; those that go by places put it in order themselves.
    """
    inked = _without_trailing_spaces(pieces)
    em = style.size / 1000
    of = [piece.level for piece in inked] + [base] * (len(pieces) - len(inked))
    backwards = any(level % 2 for level in of)
    places = _places(pieces, of) if backwards else {}
    return Line(
        sum(piece.width for piece in inked) * em,
        tuple(_segments(pieces, places)),
        right_to_left=base == 1,
        before=sum(piece.width for piece in pieces[len(inked) :]) * em if base else 0.0,
        runs=tuple(_runs(pieces, places, em)) if any(piece.link for piece in pieces) else (),
    )


def _runs(pieces: Sequence[_Piece], places: Mapping[int, float], em: float) -> Iterator[Run]:
    """Yield the parts of a line, each a link or what stands between links, in the order typed."""
    pen = 0.0
    for link, group in groupby(pieces, key=lambda one: one.link):
        run = list(group)
        width = sum(piece.width for piece in run)
        lefts = [places[id(piece)] for piece in run] if places else [pen]
        rights = [places[id(piece)] + piece.width for piece in run] if places else [pen + width]
        begins = 0.0 if places else pen * em
        yield Run(tuple(_segments(run, places)), begins, link, min(lefts) * em, max(rights) * em)
        pen += width


def _segments(pieces: Sequence[_Piece], places: Mapping[int, float]) -> Iterator[tuple[str | None, str]]:
    """Yield what draws pieces in the order typed; `places` says where each begins if that is not its turn."""
    at = 0.0
    for (resource, language), run in groupby(pieces, key=lambda one: (one.resource, language_of(one.text))):
        if language:
            yield None, f"/Span<</Lang({language})>>BDC"
        parts: list[str] = []
        for piece in run:
            if places:
                move = at - places[id(piece)]
                parts += [_APART if parts else "", f" {move:.1f}" if abs(move) >= 0.05 else ""]
                at = places[id(piece)]
            parts.append(piece.body)
            at += piece.width
        body = "".join(parts).replace("><", "")
        yield resource, f"[{body}]TJ"
        if language:
            yield None, "EMC"


def _places(pieces: Sequence[_Piece], of: Sequence[int]) -> dict[int, float]:
    """Return where each piece of a line begins, from the left end of the line."""
    places: dict[int, float] = {}
    at = 0.0
    for piece in visual_order(pieces, of):
        places[id(piece)] = at
        at += piece.width
    return places
