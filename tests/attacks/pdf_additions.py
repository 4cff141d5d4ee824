"""Incremental saving: something is appended to a file that was sealed, and to one that others signed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from pyhanko.pdf_utils import generic

from tests.attacks.pdf_attack import FLAWS, OWN, SHADOW, TRILLION, Attack
from tests.attacks.pdf_victims import (
    appended,
    body_of,
    foreign,
    ours,
    signed_by_pyhanko,
    updated,
)
from tests.unit.seals.document_stamps import stamped
from tests.unit.seals.small import a_view

_LIE: Final = b"<</Length 43>>\nstream\nBT /F1 12 Tf 60 700 Td (Pay 900 now.) Tj ET\nendstream"
_END: Final = b"startxref\n0\n%%EOF\n"


def _with(pdf: bytes, number: int, old: bytes, new: bytes) -> bytes:
    """Return a file with an update in which one object says something else."""
    body = body_of(pdf, number)
    assert old in body
    return appended(pdf, {number: body.replace(old, new, 1)})


def _catalog(pdf: bytes, more: bytes, **objects: bytes) -> bytes:
    """Return a file with an update that adds entries to the catalog, and objects 201 and on."""
    key = more.split()[0]
    body = re.sub(re.escape(key) + rb"\s+\d+ 0 R", b"", body_of(pdf, 1))
    added = {int(name.removeprefix("o")): one for name, one in objects.items()}
    return appended(pdf, {1: body[:2] + more + body[2:], **added})


def _xref_stream(pdf: bytes) -> bytes:
    """Return a file whose page is replaced by an update with a cross-reference stream."""
    place = len(pdf)
    made = pdf + b"4 0 obj\n" + _LIE + b"\nendobj\n"
    start = len(made)
    rows = b"".join(bytes((1,)) + at.to_bytes(4, "big") + bytes(2) for at in (place, start))
    older = int(pdf.rsplit(b"startxref", 1)[1].split()[0])
    return made + (
        b"300 0 obj\n<</Type/XRef /Size 301 /W[1 4 2] /Index[4 1 300 1] /Root 1 0 R /Prev %d /ID[<00><00>]"
        b" /Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
        % (older, len(rows), rows, start)
    )


def _hybrid(pdf: bytes) -> bytes:
    """Return a file with an update whose table says nothing and whose hidden stream replaces the page."""
    place = len(pdf)
    made = pdf + b"4 0 obj\n" + _LIE + b"\nendobj\n"
    stream_at = len(made)
    row = bytes((1,)) + place.to_bytes(4, "big") + bytes(2)
    made += (
        b"300 0 obj\n<</Type/XRef /Size 301 /W[1 4 2] /Index[4 1] /Length 7>>\nstream\n"
        b"%s\nendstream\nendobj\n" % row
    )
    return appended(made, {301: b"null"}, more=b" /XRefStm %d" % stream_at)


def _object_stream(pdf: bytes) -> bytes:
    """Return a file with an update that packs another catalog into an object stream."""
    catalog = body_of(pdf, 1).replace(b"<<", b"<</Extra 1 ", 1)
    inside = b"1 0 " + catalog
    place = len(pdf)
    made = pdf + b"300 0 obj\n<</Type/ObjStm /N 1 /First 4 /Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        len(inside),
        inside,
    )
    start = len(made)
    rows = (
        bytes((2,))
        + (300).to_bytes(4, "big")
        + bytes(2)
        + bytes((1,))
        + place.to_bytes(4, "big")
        + bytes(2)
        + bytes((1,))
        + start.to_bytes(4, "big")
        + bytes(2)
    )
    older = int(pdf.rsplit(b"startxref", 1)[1].split()[0])
    return made + (
        b"301 0 obj\n<</Type/XRef /Size 302 /W[1 4 2] /Index[1 1 300 2] /Root 1 0 R /Prev %d /ID[<00><00>]"
        b" /Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
        % (older, len(rows), rows, start)
    )


def _loop(pdf: bytes) -> bytes:
    """Return a file with an update whose older table is itself."""
    once = appended(pdf, {4: _LIE})
    start = int(once.rsplit(b"startxref", 1)[1].split()[0])
    return appended(pdf, {4: _LIE}, previous=start)


def _dss(writer: Any) -> None:
    writer.root["/DSS"] = generic.DictionaryObject(  # type: ignore[no-untyped-call]
        {
            generic.NameObject("/Certs"): generic.ArrayObject(),
            generic.NameObject("/Type"): generic.NameObject("/DSS"),
        }
    )
    writer.update_root()


def _same_bytes(writer: Any) -> None:
    writer.mark_update(writer.root.raw_get("/Pages"))


def _page_added(pdf: bytes) -> bytes:
    return appended(
        pdf,
        {
            2: b"<</Type/Pages /Kids[3 0 R 210 0 R] /Count 2>>",
            210: b"<</Type/Page /Parent 2 0 R /MediaBox[0 0 595 842] /Contents 211 0 R /Resources<<>>>>",
            211: _LIE,
        },
    )


def _second_seal(pdf: bytes) -> bytes:
    return signed_by_pyhanko(pdf, field="Another")


def _swapped_data(pdf: bytes) -> bytes:
    """Return our file with an update that puts other data inside."""
    other = a_view(full_name="Somebody Else").json
    return appended(
        pdf, {71: b"<</Type/EmbeddedFile /Length %d>>\nstream\n%s\nendstream" % (len(other), other)}
    )


_PACKET: Final = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>'
    b'<rdf:li xml:lang="x-default">Another</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF>'
    b"</x:xmpmeta>"
)
_XMP: Final = b"<</Type/Metadata /Subtype/XML /Length %d>>\nstream\n%s\nendstream" % (len(_PACKET), _PACKET)
_NOTE: Final = b"<</Type/Annot /Subtype/FreeText /Rect[50 600 400 720] /Contents(Pay 900) /DA(/F1 12 Tf)>>"


def _note(pdf: bytes) -> bytes:
    page = body_of(pdf, 3)
    if b"/Annots[" in page:
        changed = page.replace(b"/Annots[", b"/Annots[201 0 R ", 1)
    elif b"/Annots" in page:
        changed = page.replace(b"/Annots", b"/Annots [201 0 R] /Was", 1)
    else:
        changed = page[:2] + b"/Annots[201 0 R]" + page[2:]
    return appended(pdf, {3: changed, 201: _NOTE})


def _cropped(pdf: bytes) -> bytes:
    page = body_of(pdf, 3)
    return appended(pdf, {3: page[:2] + b"/CropBox[0 0 9 9]" + page[2:]})


def _script(pdf: bytes) -> bytes:
    script = b"/JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>"
    catalog = body_of(pdf, 1)
    if b"/Names<<" in catalog:
        return _with(pdf, 1, b"/Names<<", b"/Names<<" + script)
    return _catalog(pdf, b"/Names<<" + script + b">> ")


def _attachment(pdf: bytes) -> bytes:
    file = b"<</Type/Filespec /F(evil.js) /UF(evil.js) /EF<</F 203 0 R>>>>"
    stream = b"<</Type/EmbeddedFile /Length 1>>\nstream\nx\nendstream"
    old = b"/EmbeddedFiles<</Names["
    if old in body_of(pdf, 1):
        made = _with(pdf, 1, old, old + b"(evil.js) 202 0 R ")
        return appended(made, {202: file, 203: stream})
    return _catalog(pdf, b"/Names<<" + old + b"(evil.js) 202 0 R]>>>> ", o202=file, o203=stream)


def _form(pdf: bytes) -> bytes:
    catalog = re.sub(rb"(?s)/AcroForm\s*(<<.*?>>|\d+ 0 R)", b"/AcroForm<</Fields[]>>", body_of(pdf, 1))
    return appended(pdf, {1: catalog})


def _field_removed(pdf: bytes) -> bytes:
    """Return a file with an update after which the signature field holds nothing."""
    number, body = next(
        (int(number), body)
        for number, body in re.findall(rb"(?ms)^(\d+) 0 obj\s+(.*?)\s*endobj", pdf)
        if b"/FT" in body
    )
    return appended(pdf, {number: re.sub(rb"/V \d+ 0 R", b"", body)})


_ADDITIONS: Final[Mapping[str, tuple[str, str, Callable[[bytes], bytes]]]] = {
    "objects without a table": (
        "objects stand behind the end",
        TRILLION,
        lambda pdf: pdf + b"4 0 obj\n" + _LIE + b"\nendobj\n",
    ),
    "objects without a trailer": (
        "objects and a table without a trailer",
        TRILLION,
        lambda pdf: pdf + b"4 0 obj\n" + _LIE + b"\nendobj\nxref\n4 1\n%010d 00000 n \n" % len(pdf) + _END,
    ),
    "page replaced": (
        "an update replaces what the page draws",
        TRILLION,
        lambda pdf: appended(pdf, {4: _LIE}),
    ),
    "page replaced by a stream of references": (
        "the same with a cross-reference stream",
        TRILLION,
        _xref_stream,
    ),
    "table and stream disagree": ("a hybrid file: the stream replaces, the table does not", OWN, _hybrid),
    "catalog in an object stream": ("the new catalog lies packed", OWN, _object_stream),
    "catalog swapped": (
        "the trailer names another catalog",
        TRILLION,
        lambda pdf: appended(pdf, {201: body_of(pdf, 1).replace(b"<<", b"<</Extra 1 ", 1)}, root=201),
    ),
    "table that leads to itself": ("the older table is the newer one", FLAWS, _loop),
    "table that leads nowhere": (
        "the older table lies behind the end",
        FLAWS,
        lambda pdf: appended(pdf, {4: _LIE}, previous=10**8),
    ),
    "page added": ("an update adds a page", TRILLION, _page_added),
    "note added": ("a note lies over the page", TRILLION, _note),
    "page cropped": ("all but a corner of the page is cut off", OWN, _cropped),
    "evidence alone": (
        "evidence about certificates, without a time stamp",
        OWN,
        lambda pdf: updated(pdf, _dss),
    ),
    "the same again": ("an update writes an object as it was", OWN, lambda pdf: updated(pdf, _same_bytes)),
    "script in the names": ("a script that runs on opening", FLAWS, _script),
    "action on opening": (
        "a program starts on opening",
        FLAWS,
        lambda pdf: _catalog(pdf, b"/OpenAction<</S/Launch/F(x)>> "),
    ),
    "layers added": (
        "layers that can be switched",
        SHADOW,
        lambda pdf: _catalog(pdf, b"/OCProperties<</OCGs[]/D<<>>>> "),
    ),
    "form replaced": ("the form loses its fields", TRILLION, _form),
    "signature taken out": ("an update empties the signature field", TRILLION, _field_removed),
    "file attached": ("a file is attached", OWN, _attachment),
    "data swapped": ("an update puts other data inside", OWN, _swapped_data),
    "title changed": (
        "the properties say another title",
        OWN,
        lambda pdf: appended(pdf, {201: b"<</Title(Another)>>"}, more=b" /Info 201 0 R"),
    ),
    "metadata changed": (
        "an XMP packet says another title",
        OWN,
        lambda pdf: _catalog(pdf, b"/Metadata 201 0 R ", o201=_XMP),
    ),
    "another signature": ("somebody else signs on top", TRILLION, _second_seal),
    "line behind the end": ("an empty line and a comment", OWN, lambda pdf: pdf + b"\n% nothing\n"),
    "end twice": ("the end mark stands twice", OWN, lambda pdf: pdf + b"%%EOF\n"),
    "zip behind the end": ("a second file of another kind", OWN, lambda pdf: pdf + b"PK\x03\x04" + bytes(40)),
    "the whole file again": ("the file stands twice in itself", OWN, lambda pdf: pdf + pdf),
    "line before the beginning": ("bytes before the header", OWN, lambda pdf: b"\n" + pdf),
}

_UNREADABLE: Final = {"readable": "unreadable"}
_ADDED: Final = {"coverage": "added_after"}
_SEEN: Final = {"coverage": "earlier_revision"}
_LOST: Final = {"integrity": "not_signed"}
_ACTIVE: Final = {"coverage": "added_after", "hidden": "hidden"}

_BOTH: Final[dict[str, dict[str, str]]] = {
    "objects without a trailer": _UNREADABLE,
    "table and stream disagree": _UNREADABLE,
    "table that leads to itself": _UNREADABLE,
    "table that leads nowhere": _UNREADABLE,
    "end twice": _UNREADABLE,
    "line before the beginning": _UNREADABLE,
    "script in the names": _ACTIVE,
    "action on opening": _ACTIVE,
    "layers added": _ACTIVE,
    "form replaced": _LOST,
    "signature taken out": _LOST,
}
_SAID_OF_OURS: Final = _BOTH | {
    "title changed": {"integrity": "intact", "coverage": "properties_changed"},
    "metadata changed": {"integrity": "intact", "coverage": "properties_changed"},
}
_SAID_OF_OTHERS: Final = _BOTH | {
    "data swapped": _SEEN,
    "evidence alone": _SEEN,
    "the same again": _SEEN,
    "title changed": _SEEN,
    "metadata changed": _SEEN,
    "another signature": _SEEN,
}

ADDITIONS: Final[Mapping[str, Attack]] = {
    f"{name}, {whose}": Attack(
        does=does,
        source=source,
        make=lambda make=make, victim=victim: make(victim()),  # type: ignore[misc]
        says=says.get(name, _ADDED),
    )
    for whose, victim, says in (("ours", ours, _SAID_OF_OURS), ("another's", foreign, _SAID_OF_OTHERS))
    for name, (does, source, make) in _ADDITIONS.items()
} | {
    f"{name}, under a time stamp": Attack(
        does=f"{_ADDITIONS[name][0]}; then the attacker's own time stamp covers all",
        source=OWN,
        make=lambda name=name: stamped(_ADDITIONS[name][2](ours())),  # type: ignore[misc]
        says={"coverage": code},
    )
    for name, code in {
        "page replaced": "added_after",
        "catalog swapped": "added_after",
        "title changed": "properties_changed",
        "metadata changed": "properties_changed",
        "line behind the end": "added_after",
        "objects without a table": "added_after",
        "another signature": "added_after",
    }.items()
}
