"""What the codes of a font mean: its ToUnicode table (ISO 32000-2, 9.10.3), and nothing guessed."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from formsvc.errors import Unreadable
from formsvc.seals.verify.pdf_content import Decoder

_BEGIN: Final = re.compile(rb"begin(codespacerange|bfchar|bfrange)")
_HEX: Final = re.compile(rb"<\s*([0-9A-Fa-f\s]*)>")
_ENTRY: Final = re.compile(rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>\s*(?:<([0-9A-Fa-f\s]*)>|\[([^\]]*)\])")
_MOST_CODES: Final = 70_000
_MOST_BYTES: Final = 4_000_000


class _Table(dict[int, str]):
    """Code -> text; an unknown code says nothing known."""

    def __missing__(self, code: int) -> str:
        return "\ufffd"


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
                table[int.from_bytes(_bytes(code), "big")] = _text(_bytes(text))
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


def decoder(cmap: bytes) -> Decoder:
    """Return what turns the strings of a font into text; an unknown code becomes U+FFFD."""
    width, table = code_table(cmap)
    said = table.__getitem__

    def decode(string: bytes) -> str:
        if width == 1:
            return "".join(map(said, string))
        if len(string) % 2:
            raise Unreadable("a text of a page is cut short")
        return "".join(map(said, struct.unpack(f">{len(string) // 2}H", string)))

    return decode


def _ranges(body: bytes, table: dict[int, str]) -> None:
    for first, last, start, listed in _ENTRY.findall(body):
        low, high = int.from_bytes(_bytes(first), "big"), int.from_bytes(_bytes(last), "big")
        if not 0 <= high - low <= _MOST_CODES:
            raise Unreadable("a font has too many glyphs")
        if listed:
            texts = [_text(_bytes(one)) for one in _HEX.findall(listed)]
            table |= dict(zip(range(low, high + 1), texts, strict=False))
            continue
        base = _bytes(start)
        number = int.from_bytes(base, "big")
        for code in range(low, high + 1):
            table[code] = _text((number + code - low).to_bytes(len(base), "big"))


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
