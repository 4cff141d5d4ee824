"""The name a document has in a case system: found by its numbers, and no child is named in it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final

_WORD: Final = 40
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9]+")


def case_file_name(
    *, known_as: str, title: str, reference: str, number: int, on: date, audience: str, is_approved: bool
) -> str:
    """Return the name of a PDF for the case file: letters, digits, hyphens; underscores between its parts.

    `known_as` is what the case system knows the child by, or our reference of the child; `on` the day the
    revision became final.
    """
    parts = (
        known_as,
        title,
        reference,
        f"r{number}",
        on.isoformat(),
        audience,
        *(() if is_approved else ("NOT-YET-APPROVED",)),
    )
    return "_".join(part for part in map(_safe, parts) if part) + ".pdf"


def _safe(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("-", plain)[:_WORD].strip("-")
