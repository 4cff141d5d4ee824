"""The typefaces: read once in a process, kept open, never changed by a document.

Atkinson Hyperlegible Next is tried first; Noto stands behind it by script. A face is opened only
when a character needs it (the Chinese one is 10 MB). What one document uses of a face is kept by
`embed.Ink`, never here, so any number of documents may be written from the same faces.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from pathlib import Path

import uharfbuzz as hb

import formsvc
from formsvc.errors import FontsMissing

DEFAULT = Path(formsvc.__file__).resolve().parent.parent / "node_modules" / "@expo-google-fonts"


class Weight(Enum):
    """The two weights a document may use."""

    REGULAR = "regular"
    SEMIBOLD = "semibold"


@dataclass(frozen=True)
class _Source:
    """One family: its folder, its file's name, the weights it has, whether the whole of it is embedded."""

    folder: str
    name: str
    semibold: bool = True
    whole: bool = False


_FAMILIES = (
    _Source("atkinson-hyperlegible-next", "AtkinsonHyperlegibleNext", whole=True),
    _Source("noto-sans", "NotoSans"),
    _Source("noto-naskh-arabic", "NotoNaskhArabic"),
    _Source("noto-emoji", "NotoEmoji", semibold=False),
    _Source("noto-sans-sc", "NotoSansSC"),
)

_SHAPED_RANGES = (
    (0x0300, 0x036F),  # combining marks
    (0x0590, 0x109F),  # Hebrew to Myanmar
    (0x1100, 0x11FF),  # Hangul, conjoining
    (0x135D, 0x135F),
    (0x1700, 0x18AF),
    (0x1900, 0x1CFF),
    (0x1DC0, 0x1DFF),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x20D0, 0x20FF),
    (0xA800, 0xABFF),
    (0xFB1D, 0xFDFF),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xFE70, 0xFEFF),
    (0x10A00, 0x11FFF),
    (0x1E000, 0x1EFFF),
    (0x1F1E6, 0x1F1FF),  # regional indicators
    (0x1F3FB, 0x1F3FF),  # skin tones
    (0xE0000, 0xE0FFF),
)

_IGNORABLE_RANGES = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xE0000, 0xE0FFF),
)


def needs_shaping(character: str) -> bool:
    """Say whether a character can change, join or stack with its neighbours."""
    code = ord(character)
    if code < 0x0300:
        return code == 0xAD
    return any(low <= code <= high for low, high in _SHAPED_RANGES)


class Kerning(dict[str, float]):
    """Pair of characters -> how much closer they stand, in thousandths of an em; filled as pairs are met."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, pair: str) -> float:
        buffer = hb.Buffer()
        buffer.add_str(pair)
        buffer.guess_segment_properties()
        hb.shape(self._face.font, buffer, {"liga": False, "clig": False, "calt": False})
        infos, positions = buffer.glyph_infos, buffer.glyph_positions
        kern = 0.0
        if len(infos) == 2 and [info.codepoint for info in infos] == [self._face.glyph(one) for one in pair]:
            kern = positions[0].x_advance * self._face.scale - self._face.advance(infos[0].codepoint)
        self[pair] = kern = round(kern, 2)
        return kern


class Face:
    """One font file. Widths are in thousandths of an em."""

    def __init__(self, path: Path, *, family: int, whole: bool) -> None:
        if not path.is_file():
            raise FontsMissing(f"{path.name} is not there; run `make install` (npm fetches the fonts)")
        blob = hb.Blob.from_file_path(str(path))
        self.path = path
        self.family = family
        self.whole = whole
        self.face = hb.Face(blob)
        self.name = str(self.face.get_name(hb.OTNameIdPredefined.POSTSCRIPT_NAME) or path.stem)
        self.font = hb.Font(self.face)
        self.scale = 1000 / self.face.upem
        self._glyphs: dict[str, int | None] = {}
        self._advances: dict[int, float] = {}
        self._plain: dict[str, bool] = {}
        self.widths = _Widths(self)
        self.kerning = Kerning(self)

    def glyph(self, character: str) -> int | None:
        """Return the glyph of a character by itself, or None where the face cannot draw it."""
        try:
            return self._glyphs[character]
        except KeyError:
            found = self._glyphs[character] = self.font.get_nominal_glyph(ord(character)) or None
            return found

    def advance(self, glyph: int) -> float:
        """Return the advance width of a glyph."""
        try:
            return self._advances[glyph]
        except KeyError:
            width: float = round(self.font.get_glyph_h_advance(glyph) * self.scale, 3)
            self._advances[glyph] = width
            return width

    def plain(self, character: str) -> bool:
        """Say whether a character is drawn by one glyph that stands for nothing else, needing no shaping."""
        try:
            return self._plain[character]
        except KeyError:
            glyph = self.glyph(character)
            found = self._plain[character] = (
                glyph is not None
                and not needs_shaping(character)
                and unicodedata.category(character)[0] in "LNPSZ"
                and self.characters.get(glyph) == character
            )
            return found

    @cached_property
    def characters(self) -> dict[int, str]:
        """Glyph -> the character it stands for: the first in code order, where several share a glyph."""
        found: dict[int, str] = {}
        for code in self.face.unicodes:
            glyph = self.font.get_nominal_glyph(code)
            if glyph and glyph not in found:
                found[glyph] = chr(code)
        return found

    @cached_property
    def simple(self) -> frozenset[str]:
        """Every character that is plain in this face."""
        return frozenset(character for character in self.characters.values() if self.plain(character))

    @cached_property
    def height(self) -> tuple[float, float]:
        """How far the face reaches above and below the line."""
        extents = self.font.get_font_extents("ltr")
        up, down = float(extents.ascender), float(extents.descender)
        return up * self.scale, down * self.scale


class _Widths(dict[str, float]):
    """Character -> its advance width; filled as characters are met."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, character: str) -> float:
        glyph = self._face.glyph(character)
        width = self[character] = self._face.advance(glyph) if glyph is not None else 0.0
        return width


class Library:
    """The faces of one folder, in the order in which they are tried."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._faces: dict[tuple[int, Weight], Face] = {}
        self._found: dict[tuple[str, Weight, bool], Face | None] = {}

    def face(self, family: int, weight: Weight) -> Face:
        """Return one face, opened when first asked for; raise FontsMissing."""
        source = _FAMILIES[family]
        if not source.semibold:
            weight = Weight.REGULAR
        key = (family, weight)
        if key not in self._faces:
            step = "600SemiBold" if weight is Weight.SEMIBOLD else "400Regular"
            path = self.folder / source.folder / step / f"{source.name}_{step}.ttf"
            self._faces[key] = Face(path, family=family, whole=source.whole)
        return self._faces[key]

    def first(self, weight: Weight) -> Face:
        """Return the face that is tried first."""
        return self.face(0, weight)

    def for_cluster(self, cluster: str, weight: Weight, *, pictures: bool = False) -> Face | None:
        """Return the first face that can draw every visible character of a cluster, or None.

        `pictures` prefers the emoji face, for what was typed as an emoji.
        """
        key = (cluster, weight, pictures)
        if key in self._found:
            return self._found[key]
        order = sorted(range(len(_FAMILIES)), key=lambda family: pictures and family != EMOJI)
        composed = unicodedata.normalize("NFC", cluster)
        found = next(
            (
                face
                for face in (self.face(family, weight) for family in order)
                if _draws(face, cluster) or _draws(face, composed)
            ),
            None,
        )
        if len(cluster) == 1:
            self._found[key] = found
        return found


EMOJI = 3
SANS = 1


def ignorable(character: str) -> bool:
    """Say whether a character is drawn as nothing: joiners, variation selectors, marks of direction."""
    code = ord(character)
    return code >= 0xAD and any(low <= code <= high for low, high in _IGNORABLE_RANGES)


def _draws(face: Face, text: str) -> bool:
    return all(ignorable(character) or face.glyph(character) is not None for character in text)


@cache
def library(folder: Path | None = None) -> Library:
    """Return the process's one library for a folder (the project's own by default)."""
    return Library(folder or DEFAULT)
