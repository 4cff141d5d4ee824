"""Read the print of a tagged PDF back by address: structure element -> marked content -> glyphs.

An element's /ID is the address (`docs/pdf.md`). Text belongs to the innermost element with an
address. Every mark on every page belongs to exactly one element, and every element to one tree:
there is nothing on a page that the comparison does not see, decoration apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from formsvc.errors import Unreadable
from formsvc.seals.verify.pdf_content import Font, PageText, read_page
from formsvc.seals.verify.pdf_fonts import read_font
from formsvc.seals.verify.pdf_objects import Stream
from formsvc.seals.verify.pdf_reading import (
    PdfPage,
    Rooted,
    entry,
    followed,
    guarded,
    items,
    names,
    pages,
    raw_items,
    reference_number,
    string_bytes,
)
from formsvc.seals.verify.pdf_sight import page_box

_ELEMENTS: Final = 200_000
_DEEP: Final = 100
_IMAGE_KEYS: Final = frozenset(
    {"/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Filter", "/Length"}
)
_ODD: Final = "the structure of the PDF is not in order"


@dataclass(frozen=True, kw_only=True)
class Printed:
    """What a PDF prints: text by address, and the SHA-256 of the pictures drawn there by address."""

    texts: Mapping[str, str]
    pictures: Mapping[str, frozenset[str]]


_Mark = tuple[int, int]
"""A page's object number, and a marked-content id on it."""


@dataclass(kw_only=True)
class _Found:
    """What the structure tree holds: marks by address (None ends a paragraph), and every mark owned."""

    marks: dict[str, list[_Mark | None]] = field(default_factory=lambda: {"": []})
    owned: set[_Mark] = field(default_factory=set)
    elements: dict[str, int] = field(default_factory=dict)


class _Inside(NamedTuple):
    """Where in the tree the walk is: the address and the page of the element around it."""

    address: str = ""
    page: int | None = None
    depth: int = 0


def read_pdf_print(file: Rooted) -> Printed:
    """Return what the file prints; raise Unreadable for what cannot be read in one way only."""
    with guarded("the print of the PDF cannot be read"):
        tree = entry(file.root, "/StructTreeRoot")
        if not isinstance(tree, dict):
            raise Unreadable("the PDF has no structure")
        found = _structure(tree)
        _refuse_other_addresses(tree, found)
        return _printed(list(pages(file)), found)


def _printed(all_pages: list[PdfPage], found: _Found) -> Printed:
    fonts: dict[int, Font] = {}
    drawn: dict[_Mark | None, str] = {}
    placed: dict[_Mark | None, list[str]] = {}
    for page in all_pages:
        text, images = _page(page, fonts)
        for mark, pieces in text.texts.items():
            drawn[page.number, mark] = "".join(pieces)
            placed[page.number, mark] = [images[name] for name in text.pictures[mark]]
    if drawn.keys() != found.owned:
        raise Unreadable("something on a page belongs nowhere, or something that should be there is not")
    drawn[None] = "\n"
    placed[None] = []
    del found.marks[""]
    texts = {address: "".join(drawn[mark] for mark in marks) for address, marks in found.marks.items()}
    return Printed(
        texts={address: text for address, text in texts.items() if text.strip()},
        pictures={
            address: frozenset(one for mark in marks for one in placed[mark])
            for address, marks in found.marks.items()
        },
    )


def _page(page: PdfPage, fonts: dict[int, Font]) -> tuple[PageText, Mapping[str, str]]:
    resources = entry(page.entries, "/Resources")
    decoders = {}
    for name, raw in (entry(resources, "/Font") or {}).items():
        number = reference_number(raw)
        if number is None:
            raise Unreadable("a font does not say what its glyphs mean")
        if number not in fonts:
            fonts[number] = read_font(followed(raw))
        decoders[name.lstrip("/")] = fonts[number]
    images = {name.lstrip("/"): _image(one) for name, one in _pictures(resources)}
    text = read_page(
        _content(page.entries), fonts=decoders, images=frozenset(images), paper=page_box(page.entries)
    )
    return text, images


def _content(page: dict[str, Any]) -> bytes:
    contents = entry(page, "/Contents")
    streams = [contents] if isinstance(contents, Stream) else list(items(contents))
    if not streams or not all(isinstance(one, Stream) for one in streams):
        raise Unreadable("a page has no proper content")
    return b"\n".join(one.data for one in streams)


def _pictures(resources: Any) -> Iterator[tuple[str, Stream]]:
    for name, raw in (entry(resources, "/XObject") or {}).items():
        one = followed(raw)
        if not isinstance(one, Stream) or entry(one, "/Subtype") != "/Image":
            raise Unreadable("a page draws something that is not allowed in our files")
        yield name, one


def _image(image: Stream) -> str:
    """Return the SHA-256 of a picture as it was handed in: the JPEG itself, or else its pixels."""
    if not image.keys() <= _IMAGE_KEYS or entry(image, "/ColorSpace") not in ("/DeviceRGB", "/DeviceGray"):
        raise Unreadable("a picture can be shown in two ways")
    plain = entry(image, "/Filter") in ("/DCTDecode", ["/DCTDecode"])
    return hashlib.sha256(image.encoded_data if plain else image.data).hexdigest()


def _structure(tree: dict[str, Any]) -> _Found:
    """Return the marks of every element; the walk is in reading order and without recursion."""
    found = _Found()
    seen: set[int] = set()
    pending: list[tuple[Any, _Inside]] = [(tree.get("/K"), _Inside())]
    while pending:
        raw, inside = pending.pop()
        if len(seen) > _ELEMENTS or inside.depth > _DEEP:
            raise Unreadable(_ODD)
        number = reference_number(raw)
        if number is not None:
            if number in seen:
                raise Unreadable(_ODD)
            seen.add(number)
        kid = followed(raw)
        if isinstance(kid, list):
            deeper = inside._replace(depth=inside.depth + 1)
            pending += [(one, deeper) for one in reversed(raw_items(kid))]
        elif isinstance(kid, int):
            _own(found, inside, inside.page, kid)
        elif not isinstance(kid, dict):
            raise Unreadable(_ODD)
        elif entry(kid, "/Type") == "/MCR":
            mark = entry(kid, "/MCID")
            if "/Stm" in kid or not isinstance(mark, int):
                raise Unreadable(_ODD)
            _own(found, inside, reference_number(kid.get("/Pg")) or inside.page, mark)
        elif entry(kid, "/Type") != "/OBJR":
            within = _element(found, kid, number, inside)
            if "/K" in kid:
                pending.append((kid["/K"], within))
    return found


def _element(found: _Found, element: dict[str, Any], number: int | None, inside: _Inside) -> _Inside:
    """Note an element; return where its kids are."""
    page = reference_number(element.get("/Pg"))
    within = _Inside(inside.address, page, inside.depth + 1)
    if "/S" not in element or element.keys() & {"/ActualText", "/E"}:
        raise Unreadable(_ODD)
    if "/ID" in element:
        return within._replace(address=_address(found, element, number))
    if entry(element, "/S") == "/P":
        found.marks[inside.address].append(None)
    return within


def _address(found: _Found, element: dict[str, Any], number: int | None) -> str:
    try:
        address = string_bytes(entry(element, "/ID")).decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(_ODD) from None
    if not address or address in found.elements or number is None:
        raise Unreadable("an address stands twice in the PDF")
    found.elements[address] = number
    found.marks[address] = []
    return address


def _own(found: _Found, inside: _Inside, page: int | None, mark: int) -> None:
    if page is None or (page, mark) in found.owned:
        raise Unreadable(_ODD)
    found.owned.add((page, mark))
    found.marks[inside.address].append((page, mark))


def _refuse_other_addresses(tree: dict[str, Any], found: _Found) -> None:
    """Refuse a table of addresses that leads elsewhere than the tree."""
    if "/IDTree" not in tree:
        raise Unreadable(_ODD)
    listed: dict[str, int] = {}
    for key, value in names(entry(tree, "/IDTree")):
        number = reference_number(value)
        if number is None:
            raise Unreadable(_ODD)
        address = key.decode("utf-8", "replace")
        if address in listed:
            raise Unreadable("an address stands twice in the PDF")
        listed[address] = number
    if listed != found.elements:
        raise Unreadable("the addresses in the PDF lead elsewhere")
