"""What belongs together in a text: clusters, the face of each, where lines may end, the language told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from formsvc.documents.pdf.embed import Inks
from formsvc.documents.pdf.fonts import EMOJI, SANS, Face, Weight, ignorable
from formsvc.documents.pdf.words import BREAKS

STAND_INS = {
    ord(typed): drawn
    for drawn, all_typed in {
        " ": "\t\n\r\u00a0\u2028\u2029\u202f\u205f" + "".join(map(chr, range(0x2000, 0x200B))),
        "-": "\u2010\u2011",
    }.items()
    for typed in all_typed
}
"""What is drawn in the place of characters that differ from others only in how lines break."""

BREAKING_SPACES = frozenset(" \t\n\r\u2002\u2003\u2009\u200a\u2028\u2029")
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


def clusters_of(text: str) -> list[tuple[int, int]]:
    """Return the ranges of text that stay together: a base with its marks, an emoji with its parts."""
    starts: list[int] = []
    flags = 0
    for at, character in enumerate(text):
        code = ord(character)
        if code < 0x0300 and code != 0xAD and at and text[at - 1] < "\u0300":
            starts.append(at)
            flags = 0
            continue
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


def faces_of(
    text: str, clusters: Sequence[tuple[int, int]], weight: Weight, inks: Inks, missing: dict[str, None]
) -> list[Face]:
    """Return the face of each cluster; what no face can draw is added to `missing`."""
    library = inks.library
    found: list[Face] = []
    weak: list[bool] = []
    for start, end in clusters:
        cluster = text[start:end].translate(STAND_INS)
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
    return all(ignorable(one) or face.glyph(one) is not None for one in text.translate(STAND_INS))


def break_places(text: str, clusters: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Return where a line may end: the indexes before which it may be broken."""
    places = {found.start() for found in BREAKS.finditer(text)}
    for (start, end), (following, _) in pairwise(clusters):
        before, after = text[start], text[following]
        if before in BREAKING_SPACES and before != " " and after not in BREAKING_SPACES:
            places.add(following)
        elif "\u200b" in text[start:end] or (
            (_ideographic(before) or _ideographic(after))
            and before not in _NO_BREAK_AFTER
            and after not in _NO_BREAK_BEFORE | BREAKING_SPACES
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
