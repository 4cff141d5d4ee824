"""The properties of a PDF that programs show beside its pages: the information dictionary and XMP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree
from pyhanko.pdf_utils import generic

from formsvc.documents.content import Content
from formsvc.errors import Unreadable
from formsvc.seals.verify.pdf_objects import SealedPdf, Stream
from formsvc.seals.verify.pdf_reading import entry

_WRITTEN_BY: Final = frozenset({"/Producer", "/ModDate"})
"""What every program that updates a file sets anew."""
_PLAIN: Final = frozenset({"/Creator", "/CreationDate", "dc:format", "dc:language", "dc:identifier"})
_DUBLIN: Final = "{http://purl.org/dc/elements/1.1/}"
_XMP_BYTES: Final = 1_000_000


def properties(file: Any) -> dict[str, str]:
    """Return the properties of a file, or of one revision of it, by name; raise Unreadable for broken ones.

    Those of XMP are named "dc:...". Who last wrote the file, and when, is left out.
    """
    trailer = file.trailer if isinstance(file, SealedPdf) else file.trailer_view
    return dict(_information(entry(trailer, "/Info"))) | dict(_described(entry(file.root, "/Metadata")))


def fits(found: Mapping[str, str], content: Content) -> bool:
    """Say whether the properties of a file of ours are what its view yields."""
    titles = {
        f"{content.title}, {content.initials}, {content.reference}",
        f"{content.title}, {content.reference}",
    }
    said = {
        "/Title": titles,
        "dc:title": titles,
        "/Author": {content.controller},
        "dc:creator": {content.controller},
    }
    return found.keys() <= said.keys() | _PLAIN and all(
        " ".join(found[name].split()) in {" ".join(one.split()) for one in said[name]}
        for name in found.keys() & said.keys()
    )


def _information(info: Any) -> Iterator[tuple[str, str]]:
    if info is None:
        return
    if not isinstance(info, dict):
        raise Unreadable("the properties of the PDF are not in order")
    for key in info:
        if key not in _WRITTEN_BY:
            value = entry(info, key)
            yield str(key), _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bytes) and not isinstance(value, generic.ByteStringObject):
        value = generic.pdf_string(value)
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _described(stream: Any) -> Iterator[tuple[str, str]]:
    """Yield the Dublin Core entries of an XMP packet, as elements or as attributes."""
    if stream is None:
        return
    packet = stream.data if isinstance(stream, Stream | dict) and hasattr(stream, "data") else None
    if not isinstance(packet, bytes) or len(packet) > _XMP_BYTES:
        raise Unreadable("the properties of the PDF are not in order")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(packet, parser)
    except etree.XMLSyntaxError:
        raise Unreadable("the properties of the PDF are not in order") from None
    for element in root.iter(etree.Element):
        for name, value in element.attrib.items():
            if str(name).startswith(_DUBLIN):
                yield f"dc:{str(name).removeprefix(_DUBLIN)}", " ".join(str(value).split())
        if str(element.tag).startswith(_DUBLIN):
            told = " ".join("".join(map(str, element.itertext())).split())
            yield f"dc:{str(element.tag).removeprefix(_DUBLIN)}", told
