"""Verify a PDF: its signatures, what hides in it, its data and its print.

The whole file is read by pyHanko, which judges signatures and later additions. Data and print are
read from the state that was sealed, by our own strict reader: a file that it cannot read is none of
ours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

from formsvc.documents.content import Content
from formsvc.documents.pdf.archive import DATA_NAME
from formsvc.errors import Unreadable
from formsvc.seals.verify.attachments import judge_attachments
from formsvc.seals.verify.pdf_coverage import find_gap
from formsvc.seals.verify.pdf_hidden import embedded_names, judge_hidden, judge_hidden_in_ours
from formsvc.seals.verify.pdf_objects import SealedPdf, Stream
from formsvc.seals.verify.pdf_print import read_pdf_print
from formsvc.seals.verify.pdf_properties import fits, properties
from formsvc.seals.verify.pdf_reading import (
    entry,
    followed,
    guarded,
    open_pdf,
    raw_items,
    reference_number,
)
from formsvc.seals.verify.pdf_signatures import judge_signatures
from formsvc.seals.verify.trust import Trust
from formsvc.seals.verify.validity import Definitions
from formsvc.seals.verify.verdicts import (
    NOT_APPLICABLE,
    SignatureVerdicts,
    Status,
    Verdict,
    bad,
    verdict,
    worst,
)
from formsvc.seals.verify.view import (
    Embedded,
    compare,
    judge_data,
    read_view,
    unreadable_print,
)


def verify_pdf(data: bytes, *, trust: Trust, definitions: Definitions | None = None) -> dict[str, Any]:
    """Return the verdicts on a PDF by name; raise Unreadable for one that is damaged."""
    reader = open_pdf(data)
    sealed = _sealed_state(data, reader)
    embedded = _embedded(reader, sealed, definitions=definitions)
    ours = embedded.content is not None
    told: dict[str, Any] = {}
    signatures: tuple[SignatureVerdicts, ...] = ()
    try:
        with guarded("it cannot be read"):
            signatures = judge_signatures(data, reader, ours=ours, trust=trust)
    except Unreadable as error:
        told["integrity"] = bad("signature_wrong", why=error.detail)
    if sealed is not None and embedded.content is not None and signatures:
        signatures = (_described(signatures[0], sealed, embedded.content), *signatures[1:])
    with guarded("the PDF is damaged"):
        hidden = judge_hidden_in_ours(sealed) if ours and sealed is not None else NOT_APPLICABLE
        if sealed is None or not ours or sealed.size < len(data):
            hidden = worst((hidden, judge_hidden(data, reader)))
    return told | {
        "signatures": signatures,
        "hidden": hidden,
        "data": judge_data(embedded, signers=(one.signer for one in signatures)),
        "valid": embedded.valid,
        "print": _print(sealed, embedded.content) if sealed and embedded.content else NOT_APPLICABLE,
        "attachments": _attachments(sealed, embedded) if sealed and ours else NOT_APPLICABLE,
        "issued": embedded.issued,
    }


def _described(first: SignatureVerdicts, sealed: SealedPdf, content: Content) -> SignatureVerdicts:
    """Return the verdicts on the seal, its coverage bad where the properties are not those of the view."""
    try:
        with guarded("the properties of the PDF are not in order"):
            if fits(properties(sealed), content):
                return first
    except Unreadable:
        pass
    return replace(first, coverage=worst((first.coverage, bad("properties_changed"))))


def embedded_in_pdf(data: bytes) -> bytes:
    """Return the JSON inside a PDF; raise Unreadable where there is none, or not just one."""
    sealed = _sealed_state(data, open_pdf(data))
    if sealed is None:
        raise Unreadable("the document carries no view of ours")
    with guarded("the files inside the PDF are damaged"):
        ours = [one.content for one in _files(sealed) if one.name == DATA_NAME]
    if len(ours) != 1:
        raise Unreadable("the document carries no view of ours, or more than one")
    return ours[0]


def _sealed_state(data: bytes, reader: PdfFileReader) -> SealedPdf | None:
    """Return the file as it was when it was first signed, or None where it is not built as we build it."""
    try:
        with guarded("a signature in the PDF is damaged"):
            first = next(iter(reader.embedded_regular_signatures), None)
            gap = find_gap(data, first) if first is not None else None
            return SealedPdf(data[: gap.covered_to] if gap else data)
    except Unreadable:
        return None


def _embedded(
    reader: PdfFileReader, sealed: SealedPdf | None, *, definitions: Definitions | None
) -> Embedded:
    nothing = Embedded(verdict=verdict(Status.NOT_APPLICABLE, "no_data"))
    try:
        with guarded("the files inside it are damaged"):
            if sealed is None:
                named = any(key == DATA_NAME.encode() for key, _ in embedded_names(reader.root))
                strange = bad("data_odd", why="the file around it is not built as ours are")
                return Embedded(verdict=strange) if named else nothing
            files = _files(sealed)
    except Unreadable as error:
        return Embedded(verdict=bad("data_odd", why=error.detail))
    ours = [one.content for one in files if one.name == DATA_NAME]
    if not ours:
        return nothing
    if len(ours) > 1:
        return Embedded(verdict=bad("data_odd", why="it stands twice in the file"))
    return read_view(ours[0], definitions=definitions)


def _attachments(sealed: SealedPdf, embedded: Embedded) -> Verdict:
    """Return the verdict on the files beside the data: `_files` has read them once, so they can be read."""
    beside = [(one.name, one.kind, one.content) for one in _files(sealed) if one.name != DATA_NAME]
    return judge_attachments(embedded.attachments, beside)


@dataclass(frozen=True, kw_only=True)
class _File:
    """A file inside: its name, its media type and its content."""

    name: str
    kind: str
    content: bytes


def _files(sealed: SealedPdf) -> list[_File]:
    """Return the files inside. A file that is known by two names has neither."""
    found: list[_File] = []
    listed: set[int | None] = set()
    for key, value in embedded_names(sealed.root):
        specification = followed(value)
        listed.add(reference_number(value))
        streams = [entry(entry(specification, "/EF"), kind) for kind in ("/F", "/UF")]
        stream = streams[0]
        if not isinstance(stream, Stream) or streams[1] not in (None, stream):
            raise Unreadable("the files inside it are damaged")
        same = entry(specification, "/F") == entry(specification, "/UF") == key
        kind = str(entry(stream, "/Subtype", "")).removeprefix("/")
        found.append(_File(name=key.decode("latin-1") if same else "", kind=kind, content=stream.data))
    associated = entry(sealed.root, "/AF")
    if isinstance(associated, list) and not set(map(reference_number, raw_items(associated))) <= listed:
        raise Unreadable("a file it names is not listed in it")
    return found


def _print(sealed: SealedPdf, content: Content) -> Verdict:
    try:
        printed = read_pdf_print(sealed)
    except Unreadable as error:
        return unreadable_print(error)
    return compare(content, printed=printed.texts, pictures=printed.pictures)
