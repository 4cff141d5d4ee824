"""Which way text runs: the Unicode bidirectional algorithm, and the order of pieces on a line.

The levels come from the Rust `unicode-bidi` behind python-bidi, isolates and paired brackets
included. Its only view of them is the one meant for debugging, so its shape is checked.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

import bidi

from formsvc.errors import RenderFailed

_ANY_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_GROUPED_NUMBER = re.compile(r"\+?[0-9]+(?:[ \u00a0-](?:\([0-9]+\))?[0-9]+)+")
_LEVEL = re.compile(r"Level\(\s*(\d+)")
_LEVELS = "\n    levels: ["
_END = "\n    paragraphs: ["

Piece = TypeVar("Piece")


def has_right_to_left(text: str) -> bool:
    """Say whether any character may run from right to left, or steers direction."""
    return _ANY_RIGHT_TO_LEFT.search(text) is not None


def runs_right_to_left(text: str) -> bool:
    """Say whether a paragraph runs from right to left.

    Its first letter must, and no fewer of its letters than run the other way: an English line that begins
    with one Arabic name stays an English line.
    """
    if not has_right_to_left(text) or bidi.get_base_level(text) != 1:
        return False
    kinds = Counter(map(unicodedata.bidirectional, text))
    return kinds["R"] + kinds["AL"] >= kinds["L"]


def levels(text: str) -> list[int]:
    """Return the embedding level of every character; even runs left to right, odd right to left.

    A number typed in groups ("07700 900142") is kept together: the algorithm alone would put the
    groups in the opposite order in right-to-left text, and a telephone number must not be misread.
    """
    isolated, kept = _isolate(text)
    found = _levels(isolated, backwards=runs_right_to_left(text))
    return [found[at] for at in kept]


def _isolate(text: str) -> tuple[str, list[int]]:
    """Return text with isolates round its grouped numbers, and where each typed character went."""
    parts: list[str] = []
    kept: list[int] = []
    at = added = 0
    for found in _GROUPED_NUMBER.finditer(text):
        kept += [*range(at + added, found.start() + added)]
        kept += [*range(found.start() + added + 1, found.end() + added + 1)]
        parts += [text[at : found.start()], "\u2066", found[0], "\u2069"]
        at, added = found.end(), added + 2
    kept += [*range(at + added, len(text) + added)]
    return "".join([*parts, text[at:]]), kept


def _levels(text: str, *, backwards: bool) -> list[int]:
    told = str(bidi.get_display(text, base_dir="R" if backwards else "L", debug=True))
    start, end = told.find(_LEVELS), told.rfind(_END)
    by_byte = [int(level) for level in _LEVEL.findall(told, start, end)] if 0 < start < end else []
    if len(by_byte) != len(text.encode("utf-8")):
        raise RenderFailed("python-bidi does not tell its levels as expected")
    found: list[int] = []
    at = 0
    for character in text:
        found.append(by_byte[at])
        at += len(character.encode("utf-8"))
    return found


def visual_order(pieces: Sequence[Piece], of: Sequence[int]) -> list[Piece]:
    """Return the pieces of one line from left to right (rule L2), `of` being their levels in order."""
    order = list(range(len(pieces)))
    odd = [level for level in of if level % 2]
    for level in range(max(of, default=0), min(odd, default=1) - 1, -1):
        start = 0
        while start < len(order):
            if of[order[start]] < level:
                start += 1
                continue
            end = start
            while end < len(order) and of[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end
    return [pieces[at] for at in order]
