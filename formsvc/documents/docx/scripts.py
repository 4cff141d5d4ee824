"""Text by script and direction, as Word wants it told: which run runs right to left, in what language.

Word lays text out by the bidirectional algorithm, but takes the font and the direction of neutral
characters from each run. So a line is cut into stretches of one script and direction, digits and
neutrals given to their neighbours as UAX 9 gives them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["latin", "rtl", "east", "emoji"]

_PLAIN = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u052f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2116\u2122]*"
)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_TELEPHONE = re.compile(r"\d(?: ?\d){8,}")
_URDU = re.compile("[\u0679\u0688\u0691\u06ba\u06be\u06c1-\u06c3\u06d2\u06d3]")
_PERSIAN = re.compile("[\u067e\u0686\u0698\u06a9\u06af\u06cc]")

# Where each kind lies among the code points that bidirectional classes do not tell apart.
_EMOJI = ((0x1F000, 0x1FAFF), (0x2300, 0x23FF), (0x2600, 0x27BF))
_EAST = (
    (0x2E80, 0xA4CF),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)


@dataclass(frozen=True)
class Piece:
    """A stretch of text in one script: `kind` is latin, rtl, east or emoji; `lang` where it matters."""

    text: str
    kind: str
    lang: str = ""


def is_plain(text: str) -> bool:
    """Say whether a text needs no setting: one line, no tabs, letters that read from left to right."""
    return _PLAIN.fullmatch(text) is not None


def pieces(text: str) -> list[Piece]:
    """Return a line of text split into stretches of one script and direction, in the order of reading.

    Among right-to-left text the groups of a telephone number would change places at its spaces (UAX 9,
    N1): there they become no-break spaces, which are part of a number (W4).
    """
    base = base_direction(text)
    if _RIGHT_TO_LEFT.search(text):
        text = _TELEPHONE.sub(lambda number: number.group().replace(" ", "\u00a0"), text)
    kinds = _resolved([_kind(character) for character in text], base)
    found: list[Piece] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or kinds[at] != kinds[start]:
            part = text[start:at]
            found.append(Piece(part, kinds[start], _language(part, kinds[start])))
            start = at
    return found


def base_direction(text: str) -> str:
    """Return "rtl" when the first strong character of a text is written right to left, else "latin"."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("R", "AL"):
            return "rtl"
        if direction == "L":
            return "latin"
    return "latin"


def _kind(character: str) -> str:
    """Return what a character is by itself: a Kind, "digit", "joiner", or "" for a neutral one."""
    direction = unicodedata.bidirectional(character)
    if direction in ("NSM", "BN"):
        return "joiner"
    if direction in ("R", "AL", "AN"):
        return "rtl"
    point = ord(character)
    if any(first <= point <= last for first, last in _EMOJI):
        return "emoji"
    if any(first <= point <= last for first, last in _EAST):
        return "east"
    return {"EN": "digit", "L": "latin"}.get(direction, "")


def _resolved(kinds: list[str], base: str) -> list[str]:
    """Return the kinds with digits and neutrals given to a neighbour, or to the base direction between two.

    Digits go with what stands before them; a neutral between equals is theirs (UAX 9, N1 and N2).
    """
    out: list[str] = []
    before = base
    for kind in kinds:
        resolved = {"digit": before if before == "rtl" else "latin", "joiner": before}.get(kind, kind)
        out.append(resolved)
        before = resolved or before
    at = 0
    while at < len(out):
        if out[at]:
            at += 1
            continue
        end = at
        while end < len(out) and not out[end]:
            end += 1
        left = out[at - 1] if at else base
        right = out[end] if end < len(out) else base
        between = left if left == right else ("rtl" if base == "rtl" else "latin")
        out[at:end] = [between if between != "emoji" else "latin"] * (end - at)
        at = end
    return out


def _language(text: str, kind: str) -> str:
    if kind == "rtl":
        if any("HEBREW" in unicodedata.name(character, "") for character in text):
            return "he-IL"
        if _URDU.search(text):
            return "ur-PK"
        return "fa-IR" if _PERSIAN.search(text) else "ar-SA"
    if kind == "east":
        if any("\u3040" <= character <= "\u30ff" for character in text):
            return "ja-JP"
        return "ko-KR" if any("\uac00" <= character <= "\ud7ff" for character in text) else "zh-CN"
    return ""
