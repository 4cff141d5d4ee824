"""The view's canonical JSON inside a Word document: a custom XML part that gives the exact bytes back.

The text of the one element is the JSON. Canonical JSON escapes every control character, so no
character of it is changed by an XML parser; what XML cannot carry is refused before it gets here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from xml.sax.saxutils import escape

from formsvc.documents.carried import Carried
from formsvc.documents.docx import package
from formsvc.errors import Unreadable

NAMESPACE: Final = "urn:formsvc:view:1"
ITEM: Final = "customXml/item1.xml"
PROPS: Final = "customXml/itemProps1.xml"
PROPS_TYPE: Final = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
RELATIONSHIP: Final = f"{package.OFFICE}/customXml"
ATTACHED: Final = "word/attachments/"
"""Where the files lie that a document carries."""
ATTACHED_RELATIONSHIP: Final = "urn:formsvc:attachment:1"
"""What they are to the document. Ours: a reader must load a document whose relationships it does not know
(29500-1, 9.1.9), and those that readers know either act (packages, objects) or hold XML alone."""

_PROPS_RELATIONSHIP = f"{package.OFFICE}/customXmlProps"
_STORE_ID = "{5F6A1B0E-8C1D-4E52-9B57-0D3C2A7E4F11}"  # names this kind of part to Word; any constant serves
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def parts(json: bytes) -> dict[str, bytes]:
    """Return part name -> bytes of the custom XML part, its properties and their relationship."""
    text = escape(json.decode("utf-8"))
    return {
        ITEM: f'{_HEAD}<view xmlns="{NAMESPACE}">{text}</view>'.encode(),
        PROPS: (
            f'{_HEAD}<ds:datastoreItem ds:itemID="{_STORE_ID}"'
            ' xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml">'
            f'<ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
        ).encode(),
        package.rels_name(ITEM): (
            f'{_HEAD}<Relationships xmlns="{package.REL}"><Relationship Id="rId1"'
            f' Type="{_PROPS_RELATIONSHIP}" Target="itemProps1.xml"/></Relationships>'
        ).encode(),
    }


def attached_parts(files: Iterable[tuple[Carried, bytes]]) -> dict[str, bytes]:
    """Return part name -> bytes of the files that a document carries, as they are."""
    return {f"{ATTACHED}{one.inside}": content for one, content in files}


def extract(document: bytes | Mapping[str, bytes]) -> bytes:
    """Return the embedded JSON of a document or of its parts, exactly; raise Unreadable without just one."""
    found = document if isinstance(document, Mapping) else package.read(document)
    named = [
        one.target
        for one in package.relationships(found, "word/document.xml")
        if one.type == RELATIONSHIP and not one.external and one.target in found
    ]
    ours = [root for name in named if (root := package.parse(found[name])).tag == f"{{{NAMESPACE}}}view"]
    if len(ours) != 1:
        raise Unreadable("the document carries no view of ours, or more than one")
    if len(ours[0]) or ours[0].attrib:
        raise Unreadable("the view in the document is not plain text")
    return (ours[0].text or "").encode("utf-8")
