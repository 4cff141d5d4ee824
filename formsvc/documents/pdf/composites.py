"""Glyphs made of glyphs: a letter with its dots and marks becomes one glyph of the embedded font.

A shaper may answer one character with several glyphs, each at its own place. Drawn so, readers
find letters doubled, lost or torn apart when text is copied. As one composite glyph (OpenType,
table glyf) the cluster has one code, one width and one meaning.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_WORDS_AND_OFFSETS = 0x0003
_MORE = 0x0020
_CHECKSUM = 0xB1B0AFBA


@dataclass(frozen=True)
class Composite:
    """A glyph made of others: (glyph, right, up) in font units, and its advance width."""

    parts: tuple[tuple[int, int, int], ...]
    advance: int


def with_composites(font: bytes, wanted: Sequence[Composite]) -> bytes:
    """Return a TrueType font with composite glyphs added after its last one, in order."""
    tables = _tables(font)
    count = struct.unpack_from(">H", tables["maxp"], 4)[0]
    offsets = _offsets(tables, count)
    glyphs = bytearray(tables["glyf"].ljust(offsets[-1], b"\0"))
    metrics = _metrics(tables, count)
    for one in wanted:
        glyph, left = _glyph(one, tables["glyf"], offsets[: count + 1])
        glyphs += glyph
        glyphs += bytes(-len(glyphs) % 4)
        offsets.append(len(glyphs))
        metrics.append((one.advance, left))
    total = len(metrics)
    tables["glyf"] = bytes(glyphs)
    tables["loca"] = struct.pack(f">{total + 1}L", *offsets)
    tables["hmtx"] = b"".join(struct.pack(">Hh", *metric) for metric in metrics)
    tables["hhea"] = tables["hhea"][:34] + struct.pack(">H", total)
    head = tables["head"]
    tables["head"] = head[:8] + bytes(4) + head[12:50] + struct.pack(">h", 1) + head[52:]
    most = list(struct.unpack_from(">13H", tables["maxp"], 6))
    most[2], most[3] = most[0] * 8, most[1] * 8  # points and contours of a composite
    most[11], most[12] = max([most[11], *(len(one.parts) for one in wanted)]), most[12] + 1
    tables["maxp"] = tables["maxp"][:4] + struct.pack(">14H", total, *(min(one, 0xFFFF) for one in most))
    return _font(tables)


def _glyph(one: Composite, glyf: bytes, offsets: Sequence[int]) -> tuple[bytes, int]:
    boxes: list[tuple[int, int, int, int]] = []
    parts: list[tuple[int, int, int]] = []
    for glyph, right, up in one.parts:
        start, end = offsets[glyph], offsets[glyph + 1]
        if end > start:
            left, low, far, high = struct.unpack_from(">4h", glyf, start + 2)
            boxes.append((left + right, low + up, far + right, high + up))
            parts.append((glyph, right, up))
    if not parts:
        return b"", 0
    box = (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    body = struct.pack(">5h", -1, *box)
    for at, (glyph, right, up) in enumerate(parts, 1):
        flags = _WORDS_AND_OFFSETS | (_MORE if at < len(parts) else 0)
        body += struct.pack(">HHhh", flags, glyph, right, up)
    return body, box[0]


def _tables(font: bytes) -> dict[str, bytes]:
    tables = {}
    for at in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, length = struct.unpack_from(">4sLLL", font, 12 + at * 16)
        tables[tag.decode("ascii")] = font[offset : offset + length]
    return tables


def _offsets(tables: dict[str, bytes], count: int) -> list[int]:
    if struct.unpack_from(">h", tables["head"], 50)[0]:
        return list(struct.unpack_from(f">{count + 1}L", tables["loca"]))
    return [offset * 2 for offset in struct.unpack_from(f">{count + 1}H", tables["loca"])]


def _metrics(tables: dict[str, bytes], count: int) -> list[tuple[int, int]]:
    full = struct.unpack_from(">H", tables["hhea"], 34)[0]
    metrics = [struct.unpack_from(">Hh", tables["hmtx"], at * 4) for at in range(full)]
    lefts = struct.unpack_from(f">{count - full}h", tables["hmtx"], full * 4)
    return [(advance, left) for advance, left in metrics] + [(metrics[-1][0], left) for left in lefts]


def _font(tables: dict[str, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    header = struct.pack(">LHHHH", 0x00010000, count, 16 << power, power, (count - (1 << power)) * 16)
    offset = 12 + count * 16
    directory, body, head_at = b"", b"", 0
    for tag in sorted(tables):
        table = tables[tag]
        if tag == "head":
            head_at = offset
        directory += struct.pack(">4sLLL", tag.encode("ascii"), _sum(table), offset, len(table))
        padded = table + bytes(-len(table) % 4)
        body += padded
        offset += len(padded)
    font = bytearray(header + directory + body)
    struct.pack_into(">L", font, head_at + 8, (_CHECKSUM - _sum(bytes(font))) & 0xFFFFFFFF)
    return bytes(font)


def _sum(table: bytes) -> int:
    padded = table + bytes(-len(table) % 4)
    total: int = sum(struct.unpack(f">{len(padded) // 4}L", padded))
    return total & 0xFFFFFFFF
