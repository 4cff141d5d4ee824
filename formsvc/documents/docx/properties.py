"""The document properties of a Word file, made from the content alone.

No seal covers `docProps`, in Word's own files either. So they say nothing that is not in the view,
and the verifier makes them again and compares them byte for byte.
"""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from formsvc.documents.content import Content

CORE: Final = "docProps/core.xml"
APP: Final = "docProps/app.xml"
TITLE_MOST: Final = 255

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def property_parts(content: Content) -> dict[str, bytes]:
    """Return part name -> bytes of the core and the extended properties."""
    creator = escape(content.controller[:TITLE_MOST])
    core = (
        f"{_HEAD}<cp:coreProperties"
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title(content))}</dc:title>"
        f"<dc:creator>{creator}</dc:creator>"
        f"<dc:identifier>{escape(content.reference)}</dc:identifier>"
        f"<dc:language>{escape(content.language)}</dc:language>"
        f"<cp:lastModifiedBy>{creator}</cp:lastModifiedBy>"
        f"<cp:revision>{content.revision}</cp:revision>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{escape(content.issued_at)}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{escape(content.issued_at)}</dcterms:modified>'
        "</cp:coreProperties>"
    )
    app = (
        f'{_HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Application>formsvc</Application></Properties>"
    )
    return {CORE: core.encode(), APP: app.encode()}


def title(content: Content) -> str:
    """Return the title of the file: the form, initials rather than the name, reference, revision."""
    end = f" {content.initials} {content.reference} revision {content.revision}".replace("  ", " ")
    return content.title[: TITLE_MOST - len(end)] + end
