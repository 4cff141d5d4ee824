"""How a face goes into one document: codes for its glyphs, then the font objects.

Every face becomes one Type 0 font with two-byte codes. The face that is tried first is embedded
whole (14 KB), its codes are its glyph numbers and its objects are made once in a process; of the
others a document takes only the glyphs it uses, numbered as they are met. ReportLab's own TTFont
is not used: it keeps state in the face, cannot hold a glyph that no character names, and writes a
ToUnicode table that is wrong beyond U+FFFF.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import uharfbuzz as hb

from formsvc.documents.pdf.composites import Composite, with_composites
from formsvc.documents.pdf.fonts import Face, Library, Weight
from formsvc.documents.pdf.objects import Book, name, utf16

_DROPPED = ("GDEF", "GPOS", "GSUB", "OS/2", "STAT", "cmap", "name", "post", "gasp", "BASE", "vhea", "vmtx")
_SYMBOLIC = 4


class Ink:
    """What one document uses of one face. `resource` names it in content streams ("F1").

    A code stands for a glyph, or a composite, and for a text: what is drawn alike but typed
    differently has different codes, so that each can be copied as it was typed.
    """

    def __init__(self, face: Face, resource: str, *, whole: bool) -> None:
        self.face = face
        self.resource = resource
        self.whole = whole
        self.typed: Mapping[int, str] = _whole(face).typed if whole else _Typed(self)
        self.drawn: list[int | Composite] = [0]
        self.texts: list[str] = [""]
        self._codes: dict[tuple[int | Composite, str], str] = {}

    def code(self, drawn: int | Composite, text: str) -> str:
        """Return the code of a glyph that stands for a text, as four hexadecimal digits."""
        code = self._codes.get((drawn, text))
        if code is None:
            code = self._codes[drawn, text] = f"{len(self.drawn):04X}"
            self.drawn.append(drawn)
            self.texts.append(text)
        return code

    def write(self, book: Book) -> str:
        """Write the font's objects and return the reference to the font."""
        made = _whole(self.face) if self.whole else _part(self.face, self.drawn, self.texts)
        tag = f"{_tag(self.resource)}+{self.face.name}"
        file = book.deflated(f"/Length1 {made.length}", made.file)
        up, down = self.face.height
        descriptor = book.add(
            f"<</Type/FontDescriptor /FontName{name(tag)} /Flags {_SYMBOLIC} /FontBBox[{made.box}]"
            f" /ItalicAngle 0 /Ascent {up:.0f} /Descent {down:.0f} /CapHeight {made.cap:.0f} /StemV 80"
            f" /FontFile2 {file}>>"
        )
        mapping = "/Identity" if self.whole else book.deflated("", made.mapping)
        descendant = book.add(
            f"<</Type/Font /Subtype/CIDFontType2 /BaseFont{name(tag)} /CIDToGIDMap {mapping}"
            f" /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>> /DW 0 /W[{made.widths}]"
            f" /FontDescriptor {descriptor}>>"
        )
        unicode = book.deflated("", made.unicode)
        return book.add(
            f"<</Type/Font /Subtype/Type0 /BaseFont{name(tag)} /Encoding/Identity-H"
            f" /DescendantFonts[{descendant}] /ToUnicode {unicode}>>"
        )


class Inks:
    """The faces one document uses, in the order in which it first used them."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._inks: dict[tuple[int, bool], Ink] = {}

    def ink(self, face: Face, *, shaped: bool = False) -> Ink:
        """Return what this document uses of a face; `shaped` wants codes for glyphs no character names."""
        whole = face.whole and not shaped
        found = self._inks.get((id(face), whole))
        if found is None:
            found = self._inks[id(face), whole] = Ink(face, f"F{len(self._inks) + 1}", whole=whole)
        return found

    def first(self, weight: Weight) -> Ink:
        """Return the ink of the face that is tried first."""
        return self.ink(self.library.first(weight))

    def write(self, book: Book) -> str:
        """Write every font and return the dictionary of font resources."""
        fonts = "".join(f"/{ink.resource} {ink.write(book)}" for ink in self._inks.values())
        return f"<<{fonts}>>"


class _Typed(dict[int, str]):
    """Character's number -> code, for `str.translate`; only for characters that are plain in the face."""

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self._ink = ink

    def __missing__(self, code: int) -> str:
        character = chr(code)
        made = self[code] = self._ink.code(self._ink.face.glyph(character) or 0, character)
        return made


@dataclass(frozen=True, kw_only=True)
class _Made:
    """A font program and its tables, deflated, ready to be written."""

    length: int
    file: bytes
    mapping: bytes
    widths: str
    unicode: bytes
    box: str
    cap: float
    typed: Mapping[int, str]


@cache
def _whole(face: Face) -> _Made:
    glyphs = list(range(face.face.glyph_count))
    return _describe(
        face,
        file=_subset(face, glyphs, hb.SubsetFlags.RETAIN_GIDS)[0],
        mapping=b"",
        widths=[face.advance(glyph) for glyph in glyphs],
        texts=[face.characters.get(glyph, "") for glyph in glyphs],
        typed={ord(one): f"{face.glyph(one):04X}" for one in face.simple},
    )


def _part(face: Face, drawn: Sequence[int | Composite], texts: list[str]) -> _Made:
    composites = [one for one in dict.fromkeys(drawn) if isinstance(one, Composite)]
    glyphs = {one for one in drawn if isinstance(one, int)}
    glyphs.update(part[0] for one in composites for part in one.parts)
    made, places = _subset(face, sorted(glyphs), hb.SubsetFlags(0))
    last = max(places.values()) + 1
    added = {one: last + at for at, one in enumerate(composites)}
    if composites:
        made = with_composites(
            made,
            [
                Composite(tuple((places[glyph], right, up) for glyph, right, up in one.parts), one.advance)
                for one in composites
            ],
        )
    numbers = [added[one] if isinstance(one, Composite) else places[one] for one in drawn]
    return _describe(
        face,
        file=made,
        mapping=b"".join(number.to_bytes(2, "big") for number in numbers),
        widths=[
            round(one.advance * face.scale, 3) if isinstance(one, Composite) else face.advance(one)
            for one in drawn
        ],
        texts=texts,
        typed={},
    )


def _describe(
    face: Face,
    *,
    file: bytes,
    mapping: bytes,
    widths: list[float],
    texts: list[str],
    typed: Mapping[int, str],
) -> _Made:
    up = face.height[0]
    head = bytes(face.face.reference_table("head").data)
    cap = face.font.get_glyph_extents(face.glyph("H") or 0)
    return _Made(
        length=len(file),
        file=zlib.compress(file, 9 if face.whole else 6),
        mapping=zlib.compress(mapping),
        widths="0[" + " ".join(f"{width:.6g}" for width in widths) + "]",
        unicode=zlib.compress(_to_unicode(texts).encode("ascii")),
        box=" ".join(f"{value * face.scale:.0f}" for value in struct.unpack(">4h", head[36:44])),
        cap=cap.y_bearing * face.scale if cap else up,
        typed=typed,
    )


def _subset(face: Face, glyphs: list[int], flags: hb.SubsetFlags) -> tuple[bytes, dict[int, int]]:
    wanted = hb.SubsetInput()
    wanted.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _DROPPED)
    wanted.glyph_set.update(glyphs)
    wanted.flags = flags | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NOTDEF_OUTLINE
    plan = hb.SubsetPlan(face.face, wanted)
    return bytes(plan.execute().blob.data), dict(plan.old_to_new_glyph_mapping)


def _to_unicode(texts: list[str]) -> str:
    """Return the CMap that turns codes back into text, at most 100 entries a block."""
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <FFFF>",
        "endcodespacerange",
    ]
    entries = [f"<{code:04X}> <{utf16(text)}>" for code, text in enumerate(texts) if text]
    for start in range(0, len(entries), 100):
        block = entries[start : start + 100]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)


def _tag(resource: str) -> str:
    """Return the six letters that tell one document's fonts apart ("F1" -> "FAAAAB")."""
    number = int(resource[1:])
    letters = ""
    for _ in range(5):
        number, digit = divmod(number, 26)
        letters = chr(65 + digit) + letters
    return "F" + letters
