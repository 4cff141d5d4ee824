"""Pictures: a JPEG goes in as it is, anything else as its pixels; a code is drawn as areas."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass

import segno
from PIL import Image as Pictures
from PIL import ImageOps, UnidentifiedImageError

from formsvc.documents.pdf.objects import Book
from formsvc.documents.pdf.page import Page
from formsvc.errors import RenderFailed

_SPACES = {"L": "DeviceGray", "RGB": "DeviceRGB"}
_TURNS = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
"""How the unit square is turned for each EXIF orientation."""

_ORIENTATION = 0x0112
_RESERVED = (b"/ByteRange", b"/Contents <")
"""What marks the place of the seal; a JPEG that holds such bytes is not copied in as it is."""


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image in the file: its resource and reference, its size in pixels as seen, how it is turned."""

    resource: str
    reference: str
    width: int
    height: int
    orientation: int = 1

    def fit(self, width: float, height: float) -> tuple[float, float]:
        """Return the largest size within a box that keeps the proportions."""
        scale = min(width / self.width, height / self.height)
        return self.width * scale, self.height * scale

    def draw(self, page: Page, x: float, y: float, width: float, height: float) -> None:
        """Draw the image to fill a box."""
        a, b, c, d, e, f = _TURNS[self.orientation]
        page.picture(
            self.resource,
            self.reference,
            (a * width, b * height, c * width, d * height, x + e * width, y + f * height),
        )


def embed(book: Book, data: bytes, *, resource: str) -> Image:
    """Add an image to a file; raise RenderFailed when it cannot be read as one."""
    try:
        with Pictures.open(io.BytesIO(data)) as opened:
            if (
                opened.format == "JPEG"
                and opened.mode in _SPACES
                and not any(mark in data for mark in _RESERVED)
            ):
                return _as_it_is(book, data, opened, resource=resource)
            return _as_pixels(book, ImageOps.exif_transpose(opened), resource=resource)
    except (UnidentifiedImageError, OSError, ValueError, Pictures.DecompressionBombError) as error:
        raise RenderFailed("a picture cannot be read") from error


def _as_it_is(book: Book, data: bytes, opened: Pictures.Image, *, resource: str) -> Image:
    turned = opened.getexif().get(_ORIENTATION, 1)
    orientation = turned if turned in _TURNS else 1
    width, height = opened.size
    reference = book.stream(
        f"/Type/XObject /Subtype/Image /Width {width} /Height {height}"
        f" /ColorSpace/{_SPACES[opened.mode]} /BitsPerComponent 8 /Filter/DCTDecode",
        data,
    )
    if orientation >= 5:
        width, height = height, width
    return Image(resource=resource, reference=reference, width=width, height=height, orientation=orientation)


def _as_pixels(book: Book, opened: Pictures.Image, *, resource: str) -> Image:
    flat = Pictures.new("RGB", opened.size, "white")
    colours = opened.convert("RGBA")
    flat.paste(colours, mask=colours.getchannel("A"))
    width, height = flat.size
    reference = book.deflated(
        f"/Type/XObject /Subtype/Image /Width {width} /Height {height}"
        " /ColorSpace/DeviceRGB /BitsPerComponent 8",
        zlib.compress(flat.tobytes()),
    )
    return Image(resource=resource, reference=reference, width=width, height=height)


@dataclass(frozen=True)
class Code:
    """A QR code as areas: what it says."""

    text: str

    def draw(self, page: Page, x: float, y: float, width: float, height: float) -> None:
        """Draw the code to fill a box, its quiet zone left to the page.

        Any mask can be read; trying all eight would cost a tenth of the document.
        """
        rows = [
            bytes(row)
            for row in segno.make(self.text, error="m", micro=False, mask=2, boost_error=False).matrix
        ]
        step = width / len(rows)
        page.fill("0 g")
        parts: list[str] = []
        for at, row in enumerate(rows):
            low = y + height - (at + 1) * step
            start = 0
            while (start := row.find(1, start)) >= 0:
                end = row.find(0, start)
                end = len(row) if end < 0 else end
                parts.append(f"{x + start * step:.2f} {low:.2f} {(end - start) * step:.2f} {step:.2f} re")
                start = end
        page.code.append("\n".join([*parts, "f"]))
