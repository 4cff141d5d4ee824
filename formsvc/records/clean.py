r"""The one cleaner of what people type, before anything judges it.

Every newline becomes `\n`, text becomes NFC. Taken out, with a notice, is what cannot be printed or
can make a text lie about its order: controls, lone surrogates, the overrides and isolates of writing
direction, noncharacters, tag characters outside an emoji flag, marks heaped without end on one letter.
The marks LRM and RLM, joiners and variation selectors stay: people need them. The tree around the texts
is made plain JSON on the way: safe integers, no floats, text keys, bounded depth and size.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from formsvc.fields.reading import SAFE
from formsvc.fields.words import Code

DEEPEST: Final = 6
"""Levels of lists and objects that one answer may have."""

WIDEST: Final = 2_000
"""Members of lists and objects that one answer may have, all levels together."""

MOST_MARKS: Final = 30
"""Combining marks that one letter may carry."""

_NEWLINE = re.compile("\r\n|[\r\x85\u2028\u2029]")
_FLAG = re.compile("\N{WAVING BLACK FLAG}[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,16}\U000e007f")
_LAST_TWO = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
_GONE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls; tab and newline are dealt with before
    "\ud800-\udfff"  # surrogates without their half
    "\u202a-\u202e\u2066-\u2069"  # overrides and isolates of direction
    "\u206a-\u206f\ufff9-\ufffb\ufeff"  # deprecated formatting, annotation, byte order mark
    f"\ufdd0-\ufdef{_LAST_TWO}"  # noncharacters
    "\U000e0000-\U000e007f]+"  # tags
)
_LARGEST_SHOWN = 2**200


@dataclass(frozen=True)
class Cleaned:
    """A raw answer made plain; `removed` when characters were taken out, `wrong` when it cannot be read."""

    value: Any
    removed: bool = False
    wrong: Code | None = None


def clean_text(text: str) -> tuple[str, bool]:
    """Return a text cleaned, and whether characters were taken out of it."""
    if text.isascii() and text.isprintable():
        return text, False
    text = _NEWLINE.sub("\n", text).replace("\t", " ")
    flags = [match.span() for match in _FLAG.finditer(text)]
    if not flags:
        kept = _GONE.sub("", text)
    else:
        ends = [0, *(edge for span in flags for edge in span), len(text)]
        pieces = [text[start:end] for start, end in pairwise(ends)]
        kept = "".join(piece if n % 2 else _GONE.sub("", piece) for n, piece in enumerate(pieces))
    few = _with_few_marks(kept)
    made = unicodedata.normalize("NFC", few)
    final = _with_few_marks(made)
    return final, len(few) != len(text) or len(final) != len(made)


def _with_few_marks(text: str) -> str:
    """Return a text without the marks beyond `MOST_MARKS` on one letter: no language has so many.

    Putting a long run of marks in order costs its square (UAX #15, stream-safe text).
    """
    if len(text) <= MOST_MARKS:
        return text
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def clean(raw: Any, *, deepest: int = DEEPEST, widest: int = WIDEST) -> Cleaned:
    """Return a raw answer as plain JSON with its texts cleaned; never raise, whatever it is."""
    if type(raw) is str:
        return Cleaned(*clean_text(raw))
    tree = _Tree(widest)
    return Cleaned(tree.plain(raw, deepest), tree.removed, tree.wrong)


class _Tree:
    """One walk through one raw answer."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.removed = False
        self.wrong: Code | None = None

    def plain(self, raw: Any, levels: int) -> Any:
        match raw:
            case None | bool():
                return raw
            case str():
                return self.text(raw)
            case int():
                return self.whole(raw)
            case float():
                if not math.isfinite(raw):
                    self.wrong = self.wrong or Code.WRONG_SHAPE
                return repr(raw)
            case list() | tuple() | Mapping():
                return self.members(raw, levels - 1)
            case _:
                self.wrong = self.wrong or Code.WRONG_SHAPE
                return None

    def text(self, raw: str) -> str:
        kept, removed = clean_text(raw)
        self.removed |= removed
        return kept

    def whole(self, raw: int) -> Any:
        if abs(raw) <= SAFE:
            return int(raw)
        if abs(raw) < _LARGEST_SHOWN:
            return str(raw)
        self.wrong = self.wrong or Code.NUMBER_TOO_LARGE
        return None

    def members(self, raw: Any, levels: int) -> Any:
        self.budget -= len(raw)
        if levels < 0 or self.budget < 0:
            self.wrong = self.wrong or Code.TOO_MUCH
            return None
        if not isinstance(raw, Mapping):
            return [self.plain(one, levels) for one in raw]
        made: dict[str, Any] = {}
        for key, one in raw.items():
            name = self.text(key)[:64] if isinstance(key, str) else None
            if name is None:
                self.wrong = self.wrong or Code.WRONG_SHAPE
            else:
                made[name] = self.plain(one, levels)
        return made
