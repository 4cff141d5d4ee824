"""The smallest documents that can be genuine: a tagged PDF and a Word package of one tiny view.

They are written by hand, byte by byte, so that a test can make any one thing wrong before the seal.
"""

from __future__ import annotations

import io
import textwrap
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any
from xml.sax.saxutils import escape

from formsvc.access.views import View
from formsvc.documents.content import addressed, build
from formsvc.documents.docx import data as docx_data
from formsvc.documents.docx.properties import property_parts
from formsvc.seals.keys import SealKey, make_demonstration, new_key, read_pkcs12
from formsvc.seals.opc import seal_docx
from formsvc.seals.pades import contents_bytes, seal_pdf
from formsvc.seals.verify import Trust, trust_in

AT = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)
"""When every small document is sealed."""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


@cache
def key(kind: str = "p256") -> SealKey:
    """Return the seal key of an invented council, the same one in the whole run."""
    made = new_key("Invented Council", kind="rsa" if kind == "rsa" else "p256", at=AT - timedelta(days=30))
    return read_pkcs12(made)


@cache
def demonstration_key() -> SealKey:
    """Return a demonstration key."""
    return read_pkcs12(make_demonstration("Invented Council", at=AT - timedelta(days=30)))


def trust(*keys: SealKey) -> Trust:
    """Return the trust of a place that has these keys; without any, the council's P-256 key."""
    return trust_in(*(keys or (key(),)))


def a_view(*, demonstration: bool = False, **answers: Any) -> View:
    """Return a tiny view: two questions about nobody, and the header that every view has."""
    return View(
        data={
            "format": "formsvc.view/1",
            "document": {
                "title": "Small Plan", "short_title": "Plan", "layout": "plan", "marking": "OFFICIAL",
                "reference": "SP-AAAA-BBBB", "revision": 1, "supersedes": None, "status": "approved",
                "issued_at": "2026-11-22T18:05:00Z", "language": "en-GB", "demonstration": demonstration,
                "verify_at": "https://forms.example.org/verify",
            },
            "record": "k3m9x2abq7",
            "definition": {"id": "small", "version": 1, "hash": "0" * 64},
            "area": {"id": "LAN", "name": "Invented Area"},
            "controller": {"id": "org", "name": "Invented Council"},
            "audience": {"id": "police", "name": "Police", "sentence": "Made for the police."},
            "subject": {"name": "Nobody", "initials": "N"},
            "form": {
                "pages": [
                    {"id": "one", "title": "One", "fields": [
                        {"id": "full_name", "type": "text", "label": "Full name"},
                        {"id": "told", "type": "long_text", "label": "What was said"},
                    ]}
                ],
                "search_sheet": {},
                "circulation": [],
            },
            "answers": {"full_name": "Nobody Invented", "told": "Zażółć & <gęślą>\nدو سطریں", **answers},
            "not_asked": [],
            "signoffs": [],
            "attachments": [],
            "changes": None,
            "notices": [],
            "salt": "5" * 64,
        }
    )  # fmt: skip


def printed_by(view: View) -> dict[str, str]:
    """Return what a document of the view must print, by address."""
    return addressed(build(view))


def sealed_pdf(view: View | None = None, *, by: SealKey | None = None, **changes: Any) -> bytes:
    """Return a genuine small PDF; `changes` are those of `unsealed_pdf`, made before the seal."""
    by = by or key()
    pdf = unsealed_pdf(view or a_view(), room=contents_bytes(by), **changes)
    return seal_pdf(pdf, by, at=AT)


def sealed_docx(view: View | None = None, *, by: SealKey | None = None, **changes: Any) -> bytes:
    """Return a genuine small Word document; `changes` are those of `unsealed_docx`."""
    return seal_docx(unsealed_docx(view or a_view(), **changes), by or key(), at=AT)


# ---------------------------------------------------------------- PDF


def unsealed_pdf(
    view: View,
    *,
    room: int = 1600,
    texts: Mapping[str, str] | None = None,
    catalog: str = "",
    page: str = "",
    drawn: str = "",
    elements: Iterable[str] = (),
    objects: Iterable[str] = (),
    files: Iterable[tuple[str, bytes]] = (),
    embedded: bytes | None = None,
) -> bytes:
    """Return a tagged PDF with room for a seal, its last object.

    `texts` replaces what is printed; `catalog`, `page` and `drawn` are added to the catalog, the page and
    its content; `objects` are numbered from 60, `elements` (bodies of structure elements) from 40.
    """
    printed = list((printed_by(view) if texts is None else texts).items())
    numbers = {address: 20 + at for at, (address, _) in enumerate(printed)}
    extra = {40 + at: body for at, body in enumerate(elements)}
    tops = accumulate((len(_lines(text)) for _, text in printed), initial=0)
    content = "".join(
        f"/P<</MCID {at}>>BDC"
        + "".join(
            f" BT /F1 9 Tf 1 0 0 1 40 {800 - 14 * (top + down)} Tm <{line}> Tj ET"
            for down, line in enumerate(_lines(text))
        )
        + " EMC\n"
        for at, (top, (_, text)) in enumerate(zip(tops, printed, strict=False))
    )
    ids = sorted(numbers.items(), key=lambda one: one[0].encode())
    kids = " ".join(f"{number} 0 R" for number in (*numbers.values(), *extra))
    inside = [("view.json", view.json if embedded is None else embedded), *files]
    names = " ".join(f"({name}) {70 + 2 * at} 0 R" for at, (name, _) in enumerate(inside))
    bodies: dict[int, bytes] = {
        1: _ascii(
            f"<</Type/Catalog /Pages 2 0 R /MarkInfo<</Marked true>> /StructTreeRoot 8 0 R /AF[70 0 R]"
            f" /Names<</EmbeddedFiles<</Names[{names}]>>>> /AcroForm<</Fields[10 0 R]"
            f" /SigFlags 3>>{catalog}>>"
        ),
        2: b"<</Type/Pages /Kids[3 0 R] /Count 1>>",
        3: _ascii(
            "<</Type/Page /Parent 2 0 R /MediaBox[0 0 595 842] /Contents 4 0 R /StructParents 0"
            f" /Annots[10 0 R] /Resources<</Font<</F1 5 0 R>>>>{page}>>"
        ),
        4: _stream("", _ascii(content + drawn)),
        5: b"<</Type/Font /Subtype/Type0 /BaseFont/Small /Encoding/Identity-H /DescendantFonts[7 0 R]"
        b" /ToUnicode 6 0 R>>",
        6: _stream("", _CMAP),
        7: b"<</Type/Font /Subtype/CIDFontType2 /BaseFont/Small"
        b" /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        8: b"<</Type/StructTreeRoot /K 9 0 R /IDTree 11 0 R>>",
        9: _ascii(f"<</S/Document /P 8 0 R /K[{kids}]>>"),
        10: b"<</Type/Annot /Subtype/Widget /FT/Sig /T(seal) /F 132 /Rect[0 0 0 0] /P 3 0 R /V 99 0 R>>",
        11: _ascii("<</Names[" + " ".join(f"({name}) {number} 0 R" for name, number in ids) + "]>>"),
    }
    for at, (address, _) in enumerate(printed):
        bodies[numbers[address]] = _ascii(f"<</S/P /P 9 0 R /Pg 3 0 R /ID({address}) /K {at}>>")
    bodies |= {number: _ascii(body) for number, body in extra.items()}
    bodies |= {60 + at: _ascii(body) for at, body in enumerate(objects)}
    for at, (name, content_bytes) in enumerate(inside):
        bodies[70 + 2 * at] = _ascii(
            f"<</Type/Filespec /F({name}) /UF({name}) /AFRelationship/Data /EF<</F {71 + 2 * at} 0 R>>>>"
        )
        kind = " /Subtype/application#2Fpdf" if name.endswith(".pdf") else ""
        bodies[71 + 2 * at] = _stream(f"/Type/EmbeddedFile{kind}", content_bytes)
    bodies[99] = _ascii(
        "<</Type/Sig /Filter/Adobe.PPKLite /SubFilter/ETSI.CAdES.detached"
        f" /ByteRange [0 0000000000 0000000000 0000000000] /Contents <{'00' * room}>"
        f" /M(D:20261122180500+00'00')>>"
    )
    return _file(bodies)


_CMAP = b"""begincmap
1 begincodespacerange <0000> <FFFF> endcodespacerange
3 beginbfrange <0000> <02FF> <0000> <0600> <06FF> <0600> <2000> <20FF> <2000> endbfrange
endcmap"""


def _file(bodies: Mapping[int, bytes]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places: dict[int, int] = {}
    for number, body in sorted(bodies.items()):
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    size = max(places) + 1
    out.write(b"xref\n0 %d\n" % size)
    out.write(b"0000000000 65535 f \n")
    for number in range(1, size):
        out.write(b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 00001 f \n")
    out.write(b"trailer\n<</Size %d /Root 1 0 R /ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
    return out.getvalue()


def _lines(text: str) -> list[str]:
    """Return the hexadecimal digits of a text, in pieces that fit on a line."""
    pieces = [text] if len(text) < 60 else [f"{piece} " for piece in textwrap.wrap(text, 55)]
    return [piece.encode("utf-16-be").hex() for piece in pieces]


def _stream(entries: str, content: bytes) -> bytes:
    return _ascii(f"<<{entries} /Length {len(content)}>>\nstream\n") + content + b"\nendstream"


def _ascii(text: str) -> bytes:
    return text.encode("ascii")


# ---------------------------------------------------------------- Word


def unsealed_docx(
    view: View,
    *,
    texts: Mapping[str, str] | None = None,
    body: str = "",
    parts: Mapping[str, bytes] | None = None,
    types: str = "",
    arrows: str = "",
) -> bytes:
    """Return a Word package with a content control for each address.

    `texts` replaces what is printed; `body` is added to the document, `parts` to the package, `types` and
    `arrows` to its content types and to the document's relationships.
    """
    controls = "".join(
        f'<w:sdt><w:sdtPr><w:tag w:val="{escape(address)}"/></w:sdtPr><w:sdtContent>'
        + "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.split("\n"))
        + "</w:sdtContent></w:sdt>"
        for address, text in (printed_by(view) if texts is None else texts).items()
    )
    made = {
        "[Content_Types].xml": _types(types),
        "_rels/.rels": _arrows(
            _arrow("rId1", f"{OFFICE}/officeDocument", "word/document.xml"),
            _arrow("rId2", f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            _arrow("rId3", f"{OFFICE}/extended-properties", "docProps/app.xml"),
        ),
        "word/document.xml": (
            f'{HEAD}<w:document xmlns:w="{W}"><w:body>{controls}{body}</w:body></w:document>'
        ).encode(),
        "word/_rels/document.xml.rels": _arrows(
            _arrow("rIdData", f"{OFFICE}/customXml", "../customXml/item1.xml"), arrows
        ),
        **docx_data.parts(view.json),
        **property_parts(build(view)),
        **(parts or {}),
    }
    return zipped(made)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return parts packed in our form, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr, info.compress_type = 0, 0, zipfile.ZIP_DEFLATED
            package.writestr(info, content)
    return out.getvalue()


def unzipped(docx: bytes) -> dict[str, bytes]:
    """Return the parts of a package in their order."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _types(more: str) -> bytes:
    overrides = {
        "/word/document.xml": MAIN_TYPE,
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        "/customXml/itemProps1.xml": docx_data.PROPS_TYPE,
    }
    told = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{told}{more}</Types>'
    ).encode()


def _arrow(id: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{id}" Type="{kind}" Target="{target}"/>'


def _arrows(*arrows: str) -> bytes:
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{"".join(arrows)}</Relationships>'.encode()
