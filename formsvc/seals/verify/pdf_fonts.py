"""What the codes of a font mean: its ToUnicode table (ISO 32000-2, 9.10.3), and nothing guessed."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from formsvc.errors import Unreadable
from formsvc.seals.verify.pdf_content import Font
from formsvc.seals.verify.pdf_objects import Stream
from formsvc.seals.verify.pdf_reading import entry, items

_BEGIN: Final = re.compile(rb"begin(codespacerange|bfchar|bfrange)")
_HEX: Final = re.compile(rb"<\s*([0-9A-Fa-f\s]*)>")
_ENTRY: Final = re.compile(rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>\s*(?:<([0-9A-Fa-f\s]*)>|\[([^\]]*)\])")
_MOST_CODES: Final = 70_000
_MOST_BYTES: Final = 4_000_000
_MOST_KNOWN: Final = 50_000


class _Table(dict[int, str]):
    """Code -> text; an unknown code says nothing known."""

    def __missing__(self, code: int) -> str:
        return "\ufffd"

    def say(self, code: int, text: str) -> None:
        """Add what a code means; raise Unreadable where it already means something else."""
        if self.setdefault(code, text) != text:
            raise Unreadable("a font says two things of one glyph")


@lru_cache(maxsize=64)
def code_table(cmap: bytes) -> tuple[int, Mapping[int, str]]:
    """Return how many bytes a code has, and code -> text; raise Unreadable for a table not understood."""
    widths: set[int] = set()
    table = _Table()
    for kind, body in _blocks(cmap):
        if kind == b"codespacerange":
            widths |= {len(_bytes(one)) for one in _HEX.findall(body)}
        elif kind == b"bfchar":
            found = _HEX.findall(body)
            if len(found) % 2:
                raise Unreadable("a font does not say what its glyphs mean")
            for code, text in zip(found[::2], found[1::2], strict=True):
                table.say(int.from_bytes(_bytes(code), "big"), _text(_bytes(text)))
        else:
            _ranges(body, table)
        if len(table) > _MOST_CODES:
            raise Unreadable("a font has too many glyphs")
    if len(widths) != 1 or not widths <= {1, 2}:
        raise Unreadable("a font does not say what its glyphs mean")
    return widths.pop(), table


def _blocks(cmap: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the entries of each block; every byte is looked at once."""
    if len(cmap) > _MOST_BYTES:
        raise Unreadable("a font has too many glyphs")
    at = 0
    while begin := _BEGIN.search(cmap, at):
        end = cmap.find(b"end" + begin[1], begin.end())
        if end < 0:
            raise Unreadable("a font does not say what its glyphs mean")
        yield begin[1], cmap[begin.end() : end]
        at = end


def font(cmap: bytes, *, widths: Mapping[int, float]) -> Font:
    """Return what reads the strings of a font; an unknown code becomes U+FFFD.

    `widths` is how far each code moves on, in ems.
    """
    width, table = code_table(cmap)
    said = table.__getitem__
    known: dict[bytes, tuple[str, float]] = {}

    def read(string: bytes) -> tuple[str, float]:
        found = known.get(string)
        if found is None:
            if len(string) % width:
                raise Unreadable("a text of a page is cut short")
            codes = string if width == 1 else struct.unpack(f">{len(string) // 2}H", string)
            found = "".join(map(said, codes)), sum(map(widths.__getitem__, codes))
            if len(known) < _MOST_KNOWN:
                known[string] = found
        return found

    return read


class _Widths(dict[int, float]):
    """Code -> how far it moves on, in ems; a code that is not listed moves on by the default."""

    def __init__(self, default: float) -> None:
        super().__init__()
        self.default = default

    def __missing__(self, code: int) -> float:
        return self.default


def read_font(held: Any) -> Font:
    """Return what reads the strings of a font of ours (Type 0, Identity-H); raise Unreadable for another."""
    table = entry(held, "/ToUnicode")
    below = list(items(entry(held, "/DescendantFonts")))
    plain = entry(held, "/Subtype") == "/Type0" and entry(held, "/Encoding") == "/Identity-H"
    if not plain or not isinstance(table, Stream) or len(below) != 1 or not isinstance(below[0], dict):
        raise Unreadable("a font does not say what its glyphs mean")
    if entry(below[0], "/Subtype") != "/CIDFontType2":
        raise Unreadable("a font does not say what its glyphs mean")
    return font(table.data, widths=_widths(below[0]))


def _widths(descendant: dict[str, Any]) -> Mapping[int, float]:
    """Return the widths of a font (ISO 32000-2, 9.7.4.3)."""
    found = _Widths(_em(entry(descendant, "/DW", 1000)))
    listed = list(items(entry(descendant, "/W")))
    at = 0
    while at < len(listed):
        first, second = listed[at], listed[at + 1] if at + 1 < len(listed) else None
        if isinstance(first, int) and isinstance(second, list):
            found.update(enumerate(map(_em, items(second)), first))
            at += 2
        elif isinstance(first, int) and isinstance(second, int) and at + 2 < len(listed):
            if not 0 <= second - first <= _MOST_CODES:
                raise Unreadable("a font has too many glyphs")
            found.update(dict.fromkeys(range(first, second + 1), _em(listed[at + 2])))
            at += 3
        else:
            raise Unreadable("a font does not say how wide its glyphs are")
    return found


def _em(width: Any) -> float:
    if not isinstance(width, int | float) or not 0 <= width <= 10_000:
        raise Unreadable("a font does not say how wide its glyphs are")
    return width / 1000


def _ranges(body: bytes, table: _Table) -> None:
    for first, last, start, listed in _ENTRY.findall(body):
        low, high = int.from_bytes(_bytes(first), "big"), int.from_bytes(_bytes(last), "big")
        if not 0 <= high - low <= _MOST_CODES:
            raise Unreadable("a font has too many glyphs")
        if listed:
            texts = [_text(_bytes(one)) for one in _HEX.findall(listed)]
            if len(texts) != high - low + 1:
                raise Unreadable("a font does not say what its glyphs mean")
            for code, text in zip(range(low, high + 1), texts, strict=True):
                table.say(code, text)
            continue
        base = _bytes(start)
        number = int.from_bytes(base, "big")
        for code in range(low, high + 1):
            table.say(code, _text((number + code - low).to_bytes(len(base), "big")))


def _bytes(digits: bytes) -> bytes:
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        raise Unreadable("a font does not say what its glyphs mean") from None


def _text(encoded: bytes) -> str:
    try:
        return encoded.decode("utf-16-be")
    except UnicodeDecodeError:
        raise Unreadable("a font does not say what its glyphs mean") from None
