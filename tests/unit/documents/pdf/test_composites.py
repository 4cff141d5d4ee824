"""Composite glyphs: a font with glyphs added is still a font, and they are where they should be."""

from __future__ import annotations

import struct

import pytest
import uharfbuzz as hb

from formsvc.documents.pdf.composites import Composite, with_composites
from formsvc.documents.pdf.embed import _subset
from formsvc.documents.pdf.fonts import Weight, library


@pytest.fixture
def parts() -> tuple[bytes, int, int]:
    """Return a subset of the Arabic face with two letters, and their glyphs in it."""
    face = library().face(2, Weight.REGULAR)
    wanted = [face.glyph("ا"), face.glyph("ل")]
    font, places = _subset(face, [0, *filter(None, wanted)], hb.SubsetFlags(0))
    return font, places[wanted[0] or 0], places[wanted[1] or 0]


def test_a_composite_is_as_wide_as_told_and_holds_its_parts(parts: tuple[bytes, int, int]) -> None:
    """Its advance is the one given; its outline is that of its parts, each moved."""
    font, first, second = parts
    made = with_composites(font, [Composite(((first, 0, 0), (second, 500, 100)), 1234)])
    face = hb.Face(made)
    opened = hb.Font(face)
    before = hb.Font(hb.Face(font))
    glyph = face.glyph_count - 1
    assert face.glyph_count == hb.Face(font).glyph_count + 1
    assert opened.get_glyph_h_advance(glyph) == 1234
    both = [before.get_glyph_extents(one) for one in (first, second)]
    whole = opened.get_glyph_extents(glyph)
    assert whole.x_bearing == min(both[0].x_bearing, both[1].x_bearing + 500)
    assert whole.y_bearing == max(both[0].y_bearing, both[1].y_bearing + 100)


def test_the_glyphs_that_were_there_stay_as_they_were(parts: tuple[bytes, int, int]) -> None:
    """Adding glyphs changes neither outline nor width of another."""
    font, first, second = parts
    before, after = hb.Font(hb.Face(font)), hb.Font(hb.Face(with_composites(font, [Composite((), 0)])))
    for glyph in (0, first, second):
        assert after.get_glyph_h_advance(glyph) == before.get_glyph_h_advance(glyph)
        assert after.get_glyph_extents(glyph) == before.get_glyph_extents(glyph)


def test_the_sums_of_the_tables_are_right(parts: tuple[bytes, int, int]) -> None:
    """Every table's checksum and that of the whole file are what OpenType asks for."""
    font, first, _ = parts
    made = with_composites(font, [Composite(((first, -20, 30),), 700)])
    words = struct.unpack(f">{len(made) // 4}L", made)
    assert sum(words) & 0xFFFFFFFF == 0xB1B0AFBA
    for at in range(struct.unpack_from(">H", made, 4)[0]):
        tag, told, offset, length = struct.unpack_from(">4sLLL", made, 12 + at * 16)
        table = bytearray(made[offset : offset + length] + bytes(-length % 4))
        if tag == b"head":
            table[8:12] = bytes(4)
        assert sum(struct.unpack(f">{len(table) // 4}L", bytes(table))) & 0xFFFFFFFF == told
