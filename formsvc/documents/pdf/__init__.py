"""The PDF of a view: PDF/A-3a and PDF/UA-1 in one file, with a place kept for the seal.

The seal is written into the first revision: `render` leaves a signature dictionary whose
`/ByteRange` and `/Contents` are placeholders of fixed width, and `formsvc.seals` fills them in
place. How the print is addressed is told in `docs/pdf.md`.
"""

from __future__ import annotations

from pathlib import Path

from formsvc.access.views import View
from formsvc.documents.content import Content, build
from formsvc.documents.pdf.layout import lay_out
from formsvc.documents.pdf.place import BYTE_RANGE, SealPlace

__all__ = ["BYTE_RANGE", "SealPlace", "render"]


def render(
    view: View, *, fonts: Path | None = None, seal: SealPlace | None = None, content: Content | None = None
) -> bytes:
    """Return the PDF of a view, with room for a seal when `seal` says so.

    The same view, fonts and place give the same bytes. `content` is what the view says, when it has been
    built already. Raise GlyphsMissing naming every character that no font can draw, FontsMissing, and
    RenderFailed for a picture that is missing or cannot be read.
    """
    return lay_out(view, content or build(view), fonts=fonts, seal=seal)
