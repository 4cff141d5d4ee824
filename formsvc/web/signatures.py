"""A drawn signature as it comes from a page: small, a picture, and made anew before it is kept."""

from __future__ import annotations

import base64
import binascii
import io
from typing import Final

from PIL import Image, UnidentifiedImageError

_PREFIX: Final = "data:image/png;base64,"
_LONGEST: Final = 200_000
_WIDEST: Final = (1200, 400)


def drawn(text: str) -> bytes:
    """Return a drawn signature as PNG bytes, empty where none was drawn or it is no picture.

    `text` is what a canvas says of itself: a data address. A typed name is enough, so that what cannot
    be read is left out and nobody is held up.
    """
    if not text.startswith(_PREFIX) or len(text) > _LONGEST:
        return b""
    try:
        raw = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
        with Image.open(io.BytesIO(raw), formats=["PNG"]) as picture:
            if picture.width > _WIDEST[0] or picture.height > _WIDEST[1]:
                return b""
            picture.load()
            shown = Image.new("L", picture.size, 255)
            alpha = picture.convert("RGBA")
            shown.paste(alpha.convert("L"), mask=alpha.getchannel("A"))
    except (binascii.Error, UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return b""
    if shown.getextrema() == (255, 255):
        return b""
    made = io.BytesIO()
    shown.convert("1").save(made, "PNG", optimize=True)
    return made.getvalue()
