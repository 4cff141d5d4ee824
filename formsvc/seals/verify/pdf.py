"""Verify a PDF: its signatures, what hides in it, its data and its print."""

from __future__ import annotations

import hashlib
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from formsvc.access.views import View
from formsvc.documents.content import Content
from formsvc.documents.pdf.archive import DATA_NAME
from formsvc.errors import Unreadable
from formsvc.seals.verify.pdf_hidden import embedded_names, judge_hidden
from formsvc.seals.verify.pdf_print import read_pdf_print
from formsvc.seals.verify.pdf_reading import entry, followed, guarded, open_pdf, raw_items
from formsvc.seals.verify.pdf_signatures import judge_signatures
from formsvc.seals.verify.trust import Trust
from formsvc.seals.verify.verdicts import NOT_APPLICABLE, Issued, Status, Verdict, bad, verdict
from formsvc.seals.verify.view import (
    compare,
    demonstration_agrees,
    issued,
    read_view,
    same_letters,
    unreadable_print,
)


def verify_pdf(data: bytes, *, trust: Trust) -> dict[str, Any]:
    """Return the verdicts on a PDF by name; raise Unreadable for one that is damaged."""
    reader = open_pdf(data)
    data_verdict, content, told = _data(reader)
    ours = content is not None
    with guarded("a signature in the PDF is damaged"):
        signatures = judge_signatures(data, reader, ours=ours, trust=trust)
    with guarded("the PDF is damaged"):
        hidden = judge_hidden(reader, ours=ours)
    return {
        "signatures": signatures,
        "hidden": hidden,
        "data": demonstration_agrees(data_verdict, told, (one.signer for one in signatures)),
        "print": _print(reader, content) if content is not None else NOT_APPLICABLE,
        "issued": told,
    }


def embedded_in_pdf(data: bytes) -> bytes:
    """Return the JSON inside a PDF; raise Unreadable where there is none, or not just one."""
    reader = open_pdf(data)
    with guarded("the files inside the PDF are damaged"):
        files = _files(reader)
        if len(files) != 1 or files[0][0] != DATA_NAME:
            raise Unreadable("the document carries no view of ours, or more than one")
        return files[0][1]


def _files(reader: PdfFileReader) -> list[tuple[str, bytes]]:
    """Return the files inside: name and content; the name in the list and in the specification agree."""
    found: list[tuple[str, bytes]] = []
    listed: set[int] = set()
    for key, value in embedded_names(reader.root):
        specification = followed(value)
        if isinstance(value, generic.IndirectObject):
            listed.add(value.idnum)
        name = key.decode("latin-1")
        stream = specification["/EF"]["/F"]
        if str(entry(specification, "/UF", "")) != name or not isinstance(stream, generic.StreamObject):
            name = f"{name} (or another name)"
        found.append((name, bytes(stream.data)))
    associated = entry(reader.root, "/AF")
    if isinstance(associated, generic.ArrayObject):
        named = {one.idnum for one in raw_items(associated) if isinstance(one, generic.IndirectObject)}
        if not named <= listed:
            raise Unreadable("the PDF is associated with a file that is not listed in it")
    return found


def _data(reader: PdfFileReader) -> tuple[Verdict, Content | None, Issued | None]:
    try:
        with guarded("the files inside the PDF are damaged"):
            files = _files(reader)
    except Unreadable as error:
        return bad("data_odd", why=error.detail), None, None
    ours = [content for name, content in files if name == DATA_NAME]
    if not ours:
        return verdict(Status.NOT_APPLICABLE, "no_data"), None, None
    if len(ours) > 1:
        return bad("data_odd", why="it stands twice in the file"), None, None
    judged, view, content = read_view(ours[0])
    if view is None or content is None:
        return judged, None, None
    if strangers := _strangers(files, view):
        judged = bad("data_odd", why="other files lie beside it", files=len(strangers))
    return judged, content, issued(view)


def _strangers(files: list[tuple[str, bytes]], view: View) -> list[str]:
    """Return the names of files inside that are neither the data nor attachments that the data names."""
    known = {str(one["sha256"]) for one in view.data["attachments"]}
    return [
        name
        for name, content in files
        if name != DATA_NAME and hashlib.sha256(content).hexdigest() not in known
    ]


def _print(reader: PdfFileReader, content: Content) -> Verdict:
    try:
        printed = read_pdf_print(reader)
    except Unreadable as error:
        return unreadable_print(error)
    return compare(content, printed=printed.texts, pictures=printed.pictures, same=same_letters)
