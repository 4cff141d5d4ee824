"""What a file that proves nothing still says of where it came from: our printed reference and check code.

A document of ours that was printed again, re-saved, converted or cut to pieces has lost its seal, and keeps
its footers, or its data, or its properties. They prove nothing: anybody can write them. They tell the place
that issued the document which one to send again. Text is read, pictures are not.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import pypdf
from lxml import etree

from formsvc.documents.docx.data import ITEM, NAMESPACE
from formsvc.documents.pdf.archive import DATA_NAME
from formsvc.seals import package, parts
from formsvc.seals.verify.verdicts import Trace

MOST_TRACES: Final = 8
_MOST_PAGES: Final = 20
_MOST_STEPS: Final = 400_000
_MOST_TEXT: Final = 2_000_000
_MOST_PART: Final = 20_000_000
_NEAR: Final = 400
"""How many characters may stand between a reference and the check code that belongs to it."""

_DASH: Final = "[-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}]"
_REFERENCE: Final = re.compile(
    rf"(?<![A-Za-z0-9])([A-Z]{{1,6}}){_DASH}([A-Z2-9]{{4}}){_DASH}([A-Z2-9]{{4}})(?![A-Za-z0-9])"
)
_CODE: Final = re.compile(r"(?<![A-Za-z0-9])[0-9a-f]{4}(?:\s{1,3}[0-9a-f]{4}){3}(?![A-Za-z0-9])")
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PRINTED: Final = re.compile(r"word/(?:document|(?:header|footer)[0-9]{0,3})\.xml")
_PROPERTIES: Final = "docProps/core.xml"

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it says of a file may hold the file's words


def find_traces(data: bytes, *, kind: str, limits: package.Limits) -> tuple[Trace, ...]:
    """Return the references in a file with their check codes, the surest first; raise nothing."""
    found: dict[tuple[str, str], Trace] = {}
    try:
        reading = {"pdf": _in_pdf, "docx": _in_docx}.get(kind)
        for one in reading(data, limits) if reading else ():
            found.setdefault((one.reference, one.short_hash), one)
            if len(found) == 4 * MOST_TRACES:
                break
    except Exception:  # noqa: BLE001, S110  what was found before a hostile file broke the reader stands
        pass
    with_code = {one.reference for one in found.values() if one.short_hash}
    told = [one for one in found.values() if one.short_hash or one.reference not in with_code]
    return tuple(sorted(told, key=lambda one: (not one.short_hash, one.where != "data"))[:MOST_TRACES])


def in_text(text: str) -> Iterator[Trace]:
    """Yield each reference in printed text with the check codes nearest before and after it."""
    text = text[:_MOST_TEXT]
    codes = [(one.start(), one.end(), re.sub(r"\s", "", one[0])) for one in _CODE.finditer(text)]
    for one in _REFERENCE.finditer(text):
        reference = "-".join(one.groups())
        after = next((code for start, _, code in codes if 0 <= start - one.end() <= _NEAR), None)
        before = next((code for _, end, code in reversed(codes) if 0 <= one.start() - end <= _NEAR), None)
        for code in dict.fromkeys(filter(None, (after, before))) or ("",):
            yield Trace(reference=reference, short_hash=code, where="print")


def _in_data(view: bytes) -> Iterator[Trace]:
    """Yield the reference that embedded data names, with the check code of exactly these bytes."""
    told: Any = json.loads(view)
    reference = told["document"]["reference"]
    if isinstance(reference, str) and _REFERENCE.fullmatch(reference):
        yield Trace(reference=reference, short_hash=hashlib.sha256(view).hexdigest()[:16], where="data")


def _in_properties(*texts: object) -> Iterator[Trace]:
    for text in texts:
        for one in _REFERENCE.finditer(str(text or "")[:1000]):
            yield Trace(reference="-".join(one.groups()), short_hash="", where="properties")


class _Enough(Exception):
    """A page asks for more work than is given to looking for traces."""


def _in_pdf(data: bytes, _: package.Limits) -> Iterator[Trace]:
    reader = pypdf.PdfReader(io.BytesIO(data))
    try:
        for view in reader.attachments.get(DATA_NAME, ())[:1] if DATA_NAME in reader.attachments else ():
            yield from _in_data(view)
    except Exception:  # noqa: BLE001, S110  without its data a file still has its pages
        pass
    steps = 0

    def counted(*_: object) -> None:
        nonlocal steps
        steps += 1
        if steps > _MOST_STEPS:
            raise _Enough

    for page in islice(reader.pages, _MOST_PAGES):
        contents = page.get_contents()
        if contents is not None and len(contents.get_data()) <= _MOST_TEXT:
            yield from in_text(page.extract_text(visitor_operand_before=counted))
    if reader.metadata:
        yield from _in_properties(reader.metadata.get("/Title"), reader.metadata.get("/Subject"))


def _in_docx(data: bytes, limits: package.Limits) -> Iterator[Trace]:
    entries = {one.name: one for one in package.read(data, limits=limits).entries if one.size <= _MOST_PART}
    for name in (one for one in entries if one == ITEM or one.startswith("customXml/item")):
        root = parts.parse_xml(entries[name].unpack(), name=name)
        if root.tag == f"{{{NAMESPACE}}}view":
            yield from _in_data((root.text or "").encode())
    for name in islice(filter(_PRINTED.fullmatch, sorted(entries, reverse=True)), _MOST_PAGES):
        yield from in_text(_words(parts.parse_xml(entries[name].unpack(), name=name)))
    if _PROPERTIES in entries:
        root = parts.parse_xml(entries[_PROPERTIES].unpack(), name=_PROPERTIES)
        yield from _in_properties(*(one.text for one in root))


def _words(root: etree._Element) -> str:
    """Return the text of a part, a line for each paragraph."""
    pieces: list[str] = []
    for one in root.iter(f"{_W}p", f"{_W}t", f"{_W}tab", f"{_W}br"):
        if one.tag == f"{_W}t":
            pieces.append(one.text or "")
        else:
            pieces.append("\n" if one.tag == f"{_W}p" else " ")
    return "".join(pieces)
