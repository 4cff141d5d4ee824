"""openxml-audit: is a Word file what the Open XML schemas say, and what Word opens without repair?

It carries the rules of Microsoft's Open XML SDK (schema, semantics, package) and those cases where Word
itself is stricter. It reads the file; it starts no office.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from openxml_audit import FileFormat, OpenXmlValidator


@cache
def _validator() -> OpenXmlValidator:
    """Return the validator: the newest Word, every error, what is dangerous too."""
    return OpenXmlValidator(
        file_format=FileFormat.MICROSOFT_365, max_errors=0, security_validation=True, strict=True
    )


def openxml_errors(file: Path) -> tuple[str, ...]:
    """Return every finding about a Word file, warnings too, as "[kind] part: what"."""
    return tuple(str(one) for one in _validator().validate(file).errors)
