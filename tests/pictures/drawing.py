"""Pages as pictures, drawn by PDFium, which the lock pins: every machine draws the same."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image

DPI = 70
"""Small enough to keep, large enough to read."""
_GREYS = 16
_STEP = 255 // (_GREYS - 1)


def drawn(pdf: bytes, *, pages: tuple[int, ...] = ()) -> dict[str, Image.Image]:
    """Return "03-of-21" -> picture of each page in grey, or of the named ones (from 1)."""
    with pypdfium2.PdfDocument(pdf) as document:
        count = len(document)
        wanted = [page for page in pages if page <= count] or range(1, count + 1)
        return {
            f"{number:02}-of-{count:02}": document[number - 1]
            .render(scale=DPI / 72, grayscale=True)
            .to_pil()
            .convert("L")
            for number in wanted
        }


def keep(picture: Image.Image, file: Path) -> None:
    """Write a picture with few greys, as small as it can be."""
    file.parent.mkdir(parents=True, exist_ok=True)
    few = picture.point([round(value / _STEP) for value in range(256)]).convert("P")
    few.putpalette([grey * _STEP for grey in range(_GREYS) for _ in range(3)])
    few.save(file, bits=4, optimize=True)


def kept(file: Path) -> Image.Image:
    """Return a picture that was kept, in grey."""
    with Image.open(file) as opened:
        return opened.convert("L")
