"""A logo that an administrator hands in: a PNG or JPEG, decoded and drawn anew, on white, small."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass, field
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from formsvc.errors import Unreadable

LOGO_BYTES: Final = 2 * 1024 * 1024
LOGO_PIXELS: Final = 16_000_000
LOGO_SIZE: Final = (480, 160)
"""The most pixels of a kept logo, wide and high: twice what a page shows."""
SMALLEST: Final = 24


@dataclass(frozen=True, kw_only=True)
class AcceptedLogo:
    """A logo as it is kept: a PNG of ours, its SHA-256 as hex, its size in pixels."""

    png: bytes = field(repr=False)
    sha256: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class PrintedLogo:
    """A logo as documents show it: a JPEG, which a PDF holds byte for byte, and its SHA-256 as hex."""

    jpeg: bytes = field(repr=False)
    sha256: str


def for_print(png: bytes) -> PrintedLogo:
    """Return a kept logo as documents show it; raise Unreadable where it is none of ours."""
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as opened:
            if max(opened.size) > max(LOGO_SIZE):
                raise Unreadable("too_large")
            picture = opened.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Unreadable("damaged") from error
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92, subsampling=0, optimize=True)
    jpeg = out.getvalue()
    return PrintedLogo(jpeg=jpeg, sha256=hashlib.sha256(jpeg).hexdigest())


def accept_logo(data: bytes) -> AcceptedLogo:
    """Return a logo made anew; raise Unreadable with `too_large`, `not_a_picture`, `damaged` or `too_small`.

    Nothing of the file is kept but what it shows: no metadata, no profile, no bytes behind it.
    """
    if len(data) > LOGO_BYTES:
        raise Unreadable("too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
                if opened.width * opened.height > LOGO_PIXELS:
                    raise Unreadable("too_large")
                picture = _on_white(ImageOps.exif_transpose(opened))
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unreadable("not_a_picture") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unreadable("damaged") from error
    picture.thumbnail(LOGO_SIZE, Image.Resampling.LANCZOS)
    if min(picture.size) < SMALLEST:
        raise Unreadable("too_small")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    png = out.getvalue()
    return AcceptedLogo(
        png=png, sha256=hashlib.sha256(png).hexdigest(), width=picture.width, height=picture.height
    )


def _on_white(picture: Image.Image) -> Image.Image:
    seen = picture.convert("RGBA")
    flat = Image.new("RGB", seen.size, "white")
    flat.paste(seen, mask=seen.getchannel("A"))
    return flat
