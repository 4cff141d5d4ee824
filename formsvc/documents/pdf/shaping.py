"""Text that is more than plain: several faces, marks that stack, letters that join, both directions.

A paragraph is cut into pieces of one face, one direction and one word. HarfBuzz places the glyphs
of a piece where that matters, and each cluster of them gets one code that stands for what was
typed. Marks stand in the order in which the text was typed, wherever on the line each belongs.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import TypeAlias

import uharfbuzz as hb

from formsvc.documents.pdf.composites import Composite
from formsvc.documents.pdf.direction import has_right_to_left, levels, runs_right_to_left, visual_order
from formsvc.documents.pdf.embed import Ink, Inks
from formsvc.documents.pdf.fonts import EMOJI, SANS, Face, Weight, ignorable
from formsvc.documents.pdf.words import BREAKS, Line, Style, plain_word

_STAND_INS = {
    ord(typed): drawn
    for drawn, all_typed in {
        " ": "\t\n\r\u00a0\u2028\u2029\u202f\u205f" + "".join(map(chr, range(0x2000, 0x200B))),
        "-": "\u2010\u2011",
    }.items()
    for typed in all_typed
}
"""What is drawn in the place of characters that differ from others only in how lines break."""

_BREAKING_SPACES = frozenset(" \t\n\r\u2002\u2003\u2009\u200a\u2028\u2029")
_NO_BREAK_BEFORE = frozenset(  # closing punctuation, small kana, marks of length
    "\u3001\u3002\uff0c\uff0e\uff1a\uff1b\uff01\uff1f\uff09\uff3d\uff5d\u300d\u300f\u3011\u3009\u300b"
    "\u3015\u201d\u2019\u2026\u2025\u30fc\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u30a1"
    "\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7\u3005\u303b,.:;!?)]}%"
)
_NO_BREAK_AFTER = frozenset(
    "\uff08\uff3b\uff5b\u300c\u300e\u3010\u3008\u300a\u3014\u201c\u2018([{"
)  # opening punctuation
_URDU = re.compile("[\u0679\u0688\u0691\u06ba\u06be\u06c1\u06d2]")
_PERSIAN = re.compile("[\u067e\u0686\u0698\u06a9\u06af\u06cc]")
_VIETNAMESE = re.compile("[ơưƠƯ\u1ea4-\u1eb7\u1ebe-\u1ec7\u1ed0-\u1ee3\u1ee8-\u1ef1]")
_SHORT = 120
_LONGEST = 200


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


Pieces: TypeAlias = Sequence[_Piece]


def shaped(text: str, weight: Weight, *, inks: Inks, missing: dict[str, None]) -> Pieces:
    """Return the pieces of one paragraph that is not plain; what no face can draw is added to `missing`."""
    clusters = _clusters(text)
    faces = _faces(text, clusters, weight, inks, missing)
    return [] if not missing.keys().isdisjoint(text) else _pieces(text, clusters, faces, inks)


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
    text: str, clusters: Sequence[tuple[int, int]], faces: Sequence[Face], inks: Inks
) -> list[_Piece]:
    of = levels(text) if has_right_to_left(text) else [0] * len(text)
    breaks = _break_places(text, clusters)
    starts = [start for start, _ in clusters] + [len(text)]
    pieces: list[_Piece] = []
    begin = 0
    for index in range(1, len(starts)):
        here, before = starts[index], starts[index - 1]
        ends = (
            index == len(starts) - 1
            or here in breaks
            or faces[index] is not faces[index - 1]
            or of[here] != of[before]
            or here - begin >= _LONGEST
            or (text[here] in _BREAKING_SPACES) != (text[before] in _BREAKING_SPACES)
        )
        if ends:
            part = text[begin:here]
            pieces.append(_piece(inks, faces[index - 1], part, of[begin], break_after=here in breaks))
            begin = here
    return pieces


def _clusters(text: str) -> list[tuple[int, int]]:
    """Return the ranges of text that stay together: a base with its marks, an emoji with its parts."""
    starts: list[int] = []
    flags = 0
    for at, character in enumerate(text):
        code = ord(character)
        regional = 0x1F1E6 <= code <= 0x1F1FF
        joined = at > 0 and (
            text[at - 1] == "\u200d"
            or ignorable(character)
            or unicodedata.category(character)[0] == "M"
            or 0x1F3FB <= code <= 0x1F3FF
            or (regional and flags % 2 == 1)
            or not any(not ignorable(one) for one in text[starts[-1] : at])
        )
        flags = flags + 1 if regional else 0
        if not joined:
            starts.append(at)
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _faces(
    text: str, clusters: Sequence[tuple[int, int]], weight: Weight, inks: Inks, missing: dict[str, None]
) -> list[Face]:
    """Return the face of each cluster; what no face can draw is added to `missing`."""
    library = inks.library
    found: list[Face] = []
    weak: list[bool] = []
    for start, end in clusters:
        cluster = text[start:end].translate(_STAND_INS)
        pictures = "\ufe0f" in cluster or "\u20e3" in cluster
        face = library.for_cluster(cluster, weight, pictures=pictures)
        if face is None:
            face = library.first(weight)
            for character in cluster:
                if not ignorable(character) and library.for_cluster(character, weight) is None:
                    missing[character] = None
            if not any(character in missing for character in cluster):
                missing.update(dict.fromkeys(cluster))
        found.append(face)
        weak.append(unicodedata.category(cluster[0])[0] in "NPSZC" and not pictures and face.family != EMOJI)
    if any(face.family == SANS for face in found):
        _unify_latin(text, clusters, found, library.face(SANS, weight))
    for index in range(1, len(found)):
        before, face = found[index - 1], found[index]
        digit = text[clusters[index][0]].isdecimal() and face.family == 0
        if weak[index] and not digit and before is not face and before.family != EMOJI:
            start, end = clusters[index]
            if _all_drawn(before, text[start:end]):
                found[index] = before
    return found


def _unify_latin(text: str, clusters: Sequence[tuple[int, int]], found: list[Face], sans: Face) -> None:
    """Set a word, and a short text whole, in one Latin face when a letter of it needs the second."""
    whole = len(text) <= _SHORT
    begin = 0
    for index in range(len(found) + 1):
        if index < len(found) and (whole or not text[clusters[index][0]].isspace()):
            continue
        if any(face is sans for face in found[begin:index]):
            for one in range(begin, index):
                start, end = clusters[one]
                if found[one].family == 0 and _all_drawn(sans, text[start:end]):
                    found[one] = sans
        begin = index


def _all_drawn(face: Face, text: str) -> bool:
    return all(ignorable(one) or face.glyph(one) is not None for one in text.translate(_STAND_INS))


def _break_places(text: str, clusters: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Return where a line may end: the indexes before which it may be broken."""
    places = {found.start() for found in BREAKS.finditer(text)}
    for (start, end), (following, _) in pairwise(clusters):
        before, after = text[start], text[following]
        if before in _BREAKING_SPACES and after not in _BREAKING_SPACES:
            places.add(following)
        elif "\u200b" in text[start:end] or (
            (_ideographic(before) or _ideographic(after))
            and before not in _NO_BREAK_AFTER
            and after not in _NO_BREAK_BEFORE | _BREAKING_SPACES
        ):
            places.add(end)
    starts = {start for start, _ in clusters}
    return frozenset(place for place in places if place in starts and text[place - 1] not in "\u2060\ufeff")


def _ideographic(character: str) -> bool:
    code = ord(character)
    return (
        0x2E80 <= code <= 0xA4CF
        or 0xAC00 <= code <= 0xD7A3
        or 0xF900 <= code <= 0xFAFF
        or (0xFF00 <= code <= 0xFFEF or 0x1F000 <= code <= 0x1FAFF or 0x20000 <= code <= 0x3FFFF)
    )


def _piece(inks: Inks, face: Face, text: str, level: int, *, break_after: bool) -> _Piece:
    space = not text.translate(_STAND_INS).strip(" ")
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
    buffer.add_str(text.translate(_STAND_INS))
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
    parts.append(f" {pen - total:.1f}")
    return "".join(parts), total


@lru_cache(maxsize=256)
def language_of(text: str) -> str:
    """Return the language that the script of a text tells, or "" where it tells none."""
    for character in text:
        code = ord(character)
        if 0x0600 <= code <= 0x08FF or 0xFB50 <= code <= 0xFEFC:
            return "ur" if _URDU.search(text) else "fa" if _PERSIAN.search(text) else "ar"
        if 0x3040 <= code <= 0x30FF:
            return "ja"
        if 0xAC00 <= code <= 0xD7A3:
            return "ko"
        if 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0x20000 <= code <= 0x3FFFF:
            return "zh"
        if 0x0900 <= code <= 0x097F:
            return "hi"
        if _VIETNAMESE.match(character):
            return "vi"
    return ""


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
        starts = [start for start, _ in _clusters(piece.text)][1:]
        fit = bisect_left(starts, True, key=lambda split: at + _piece_width(inks, piece, split) > limit)
        if fit or (starts and not index):
            split = starts[max(fit - 1, 0)]
            head = _piece(inks, piece.face, piece.text[:split], piece.level, break_after=True)
            tail = _piece(inks, piece.face, piece.text[split:], piece.level, break_after=piece.break_after)
            return [*unit[:index], head], [tail, *unit[index + 1 :]]
        if index:
            return unit[:index], unit[index:]
    return unit, []


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
    segments: list[tuple[str | None, str]] = []
    at = 0.0
    for (resource, language), run in groupby(pieces, key=lambda one: (one.resource, language_of(one.text))):
        if language:
            segments.append((None, f"/Span<</Lang({language})>>BDC"))
        parts: list[str] = []
        for piece in run:
            if backwards and abs(places[id(piece)] - at) >= 0.05:
                parts.append(f" {at - places[id(piece)]:.1f}")
                at = places[id(piece)]
            parts.append(piece.body)
            at += piece.width
        body = "".join(parts).replace("><", "")
        segments.append((resource, f"[{body}]TJ"))
        if language:
            segments.append((None, "EMC"))
    return Line(
        sum(piece.width for piece in inked) * em,
        tuple(segments),
        right_to_left=base == 1,
        before=sum(piece.width for piece in pieces[len(inked) :]) * em if base else 0.0,
    )


def _places(pieces: Sequence[_Piece], of: Sequence[int]) -> dict[int, float]:
    """Return where each piece of a line begins, from the left end of the line."""
    places: dict[int, float] = {}
    at = 0.0
    for piece in visual_order(pieces, of):
        places[id(piece)] = at
        at += piece.width
    return places
