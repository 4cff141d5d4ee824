"""Pictures that a document carries: what they are, their parts, and the code to check the document with."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import segno
from PIL import Image, UnidentifiedImageError

from formsvc.errors import RenderFailed

SIDE_MOST: Final = 12_000
_EXTENSIONS: Final = {"JPEG": "jpeg", "PNG": "png"}
CONTENT_TYPES: Final = {"jpeg": "image/jpeg", "png": "image/png"}


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A picture in a document: its part, the relationship that names it, its size in pixels."""

    part: str
    relationship: str
    data: bytes
    width: int
    height: int


def frames(files: Mapping[str, bytes]) -> dict[str, Frame]:
    """Return SHA-256 -> the frame of each picture; raise RenderFailed for one that cannot be used."""
    return {
        sha256: _frame(number, sha256, files[sha256]) for number, sha256 in enumerate(dict.fromkeys(files), 1)
    }


def fit(frame: Frame, width: int, height: int) -> tuple[int, int]:
    """Return the largest size of the picture, in proportion, inside `width` x `height`."""
    scale = min(width / frame.width, height / frame.height)
    return max(1, int(frame.width * scale)), max(1, int(frame.height * scale))


def code(address: str) -> bytes:
    """Return a QR code of an address as PNG. The mask is given: trying all eight takes six times as long."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False, mask=3).save(out, kind="png", scale=6, border=2)
    return out.getvalue()


def _frame(number: int, sha256: str, data: bytes) -> Frame:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise RenderFailed("a picture is not the one the view names")
    try:
        with Image.open(io.BytesIO(data), formats=tuple(_EXTENSIONS)) as opened:
            kind, (width, height) = str(opened.format), opened.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise RenderFailed("a picture is neither JPEG nor PNG") from error
    if not 0 < width <= SIDE_MOST or not 0 < height <= SIDE_MOST:
        raise RenderFailed("a picture is too large")
    return Frame(
        part=f"word/media/image{number}.{_EXTENSIONS[kind]}",
        relationship=f"rIdPicture{number}",
        data=data,
        width=width,
        height=height,
    )
