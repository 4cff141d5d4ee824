"""The PDF of a view: PDF/A-3a and PDF/UA-1 in one file, with a place kept for the seal.

The seal is written into the first revision: `render` leaves a signature dictionary whose
`/ByteRange` and `/Contents` are placeholders of fixed width, and `formsvc.seals` fills them in
place. See `docs/pdf.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from formsvc.access.views import View

BYTE_RANGE = b"/ByteRange [0 0000000000 0000000000 0000000000]"
"""The placeholder of the byte range. The signature dictionary is the last object of the file, so the
last occurrence of this text is the one to fill, whatever a picture's bytes may hold; the zeros of
`/Contents <` follow it in the same dictionary."""


@dataclass(frozen=True, kw_only=True)
class SealPlace:
    """The room to leave for a seal, and what its dictionary says beside the signature itself.

    `contents_bytes` is the room for the CMS in bytes (twice as many hexadecimal digits); `at` is aware.
    """

    contents_bytes: int
    name: str
    reason: str
    at: datetime


def render(view: View, *, fonts: Path | None = None, seal: SealPlace | None = None) -> bytes:
    """Return the PDF of a view, with room for a seal when `seal` says so.

    The same view, fonts and place give the same bytes. Raise GlyphsMissing naming every character
    that no font can draw, FontsMissing, and RenderFailed for a picture that cannot be read.
    """
    from formsvc.documents.pdf.layout import lay_out

    return lay_out(view, fonts=fonts, seal=seal)
