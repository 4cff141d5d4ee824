"""The files that are attacked: one sealed by us, and foreign ones signed by pyHanko."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import MDPPerm, SigFieldSpec

from formsvc.seals.keys import SealKey, new_key, read_pkcs12
from formsvc.seals.pades import contents_bytes, seal_pdf
from tests.unit.seals.small import AT, a_view, key, sealed_pdf, unsealed_pdf


@cache
def ours() -> bytes:
    """Return a small file sealed by us: genuine."""
    return sealed_pdf()


@cache
def roomy() -> bytes:
    """Return a small file of ours whose signature has more space than it needs: genuine too."""
    return seal_pdf(unsealed_pdf(a_view(), room=contents_bytes(key(), reserve=700)), key(), at=AT)


@cache
def _foreign_owner() -> tuple[bytes, SealKey]:
    packed = new_key("Another Council", at=AT - timedelta(days=30))
    return packed, read_pkcs12(packed)


def foreign_key() -> SealKey:
    """Return the key of another organisation, whom the place that verifies trusts too."""
    return _foreign_owner()[1]


def signed_by_pyhanko(
    pdf: bytes,
    *,
    field: str = "Signature",
    certify: bool = False,
    permit: MDPPerm = MDPPerm.FILL_FORMS,
    existing: bool = False,
) -> bytes:
    """Return a file with a signature of the other organisation appended by pyHanko."""
    signer = SimpleSigner.load_pkcs12_data(_foreign_owner()[0], (), None)
    out = io.BytesIO()
    PdfSigner(
        PdfSignatureMetadata(
            field_name=field, md_algorithm="sha256", certify=certify, docmdp_permissions=permit
        ),
        signer=signer,
        new_field_spec=None if existing else SigFieldSpec(field),
    ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), existing_fields_only=existing, output=out)
    return out.getvalue()


PLAIN_PAGE: Mapping[int, bytes] = {
    1: b"<</Type/Catalog /Pages 2 0 R>>",
    2: b"<</Type/Pages /Kids[3 0 R] /Count 1>>",
    3: b"<</Type/Page /Parent 2 0 R /MediaBox[0 0 595 842] /Contents 4 0 R"
    b" /Resources<</Font<</F1 5 0 R>>>>>>",
    4: b"<</Length 43>>\nstream\nBT /F1 12 Tf 60 700 Td (Pay 100 now.) Tj ET\nendstream",
    5: b"<</Type/Font /Subtype/Type1 /BaseFont/Helvetica>>",
}
"""The objects of the smallest foreign document: one page, one line."""


def a_pdf(bodies: Mapping[int, bytes] = PLAIN_PAGE, *, unlisted: Mapping[int, bytes] | None = None) -> bytes:
    """Return a PDF of these objects; `unlisted` ones stand in the body, but not in its table."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    for number, body in (unlisted or {}).items():
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    places: dict[int, int] = {}
    for number, body in sorted(bodies.items()):
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start, size = out.tell(), max(places) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    out.writelines(
        b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 00001 f \n" for n in range(1, size)
    )
    out.write(b"trailer\n<</Size %d /Root 1 0 R /ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
    return out.getvalue()


def a_tagged_form() -> bytes:
    """Return a tagged PDF with two empty signature fields, each in an element with a list of kids."""
    bodies = dict(PLAIN_PAGE) | {
        1: b"<</Type/Catalog /Pages 2 0 R /MarkInfo<</Marked true>> /StructTreeRoot 8 0 R"
        b" /AcroForm<</Fields[20 0 R 21 0 R] /SigFlags 3>>>>",
        3: PLAIN_PAGE[3][:-2] + b" /StructParents 0 /Tabs/S /Annots[20 0 R 21 0 R]>>",
        4: b"<</Length 69>>\nstream\n/P<</MCID 0>>BDC BT /F1 12 Tf 60 700 Td (Pay 100 now.) Tj ET EMC     \n"
        b"endstream",
        8: b"<</Type/StructTreeRoot /K 9 0 R /ParentTree 10 0 R /ParentTreeNextKey 3>>",
        9: b"<</Type/StructElem /S/Document /P 8 0 R /K[11 0 R 12 0 R 13 0 R]>>",
        10: b"<</Nums[0[11 0 R] 1 12 0 R 2 13 0 R]>>",
        11: b"<</Type/StructElem /S/P /P 9 0 R /Pg 3 0 R /K 0>>",
    }
    for at in (1, 2):
        bodies[11 + at] = (
            b"<</Type/StructElem /S/Form /P 9 0 R /Pg 3 0 R /K[<</Type/OBJR /Obj %d 0 R /Pg 3 0 R>>]>>"
            % (19 + at)
        )
        bodies[19 + at] = (
            b"<</Type/Annot /Subtype/Widget /FT/Sig /T(Sig%d) /F 132 /Rect[0 0 0 0] /P 3 0 R"
            b" /StructParent %d>>" % (at, at)
        )
    return a_pdf(bodies)


@cache
def foreign() -> bytes:
    """Return a small foreign document, signed by the other organisation."""
    return signed_by_pyhanko(a_pdf())


def appended(
    pdf: bytes,
    bodies: Mapping[int, bytes],
    *,
    root: int | None = None,
    more: bytes = b"",
    previous: int | None = None,
) -> bytes:
    """Return a file with an incremental update: these objects, a table, a trailer.

    `root` is another catalog, `more` goes into the trailer, `previous` leads to the older table.
    """
    out = bytearray(pdf)
    rows = b""
    for number, body in sorted(bodies.items()):
        rows += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    size = max([_last_number(rb"/Size (\d+)", pdf) - 1, *bodies]) + 1
    catalog = root or _last_number(rb"/Root (\d+)", pdf)
    older = _last_number(rb"startxref\s+(\d+)", pdf) if previous is None else previous
    out += b"xref\n0 1\n0000000000 65535 f \n" + rows
    out += b"trailer\n<</Size %d /Root %d 0 R /Prev %d /ID[<00><00>]%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        catalog,
        older,
        more,
        start,
    )
    return bytes(out)


def body_of(pdf: bytes, number: int) -> bytes:
    """Return the newest body of an object that stands plainly in a file."""
    found: list[bytes] = re.findall(rb"(?ms)^%d 0 obj\s+(.*?)\s*endobj" % number, pdf)
    return found[-1]


def replaced(pdf: bytes, old: bytes, new: bytes) -> bytes:
    """Return the file with its last `old` replaced by `new`, padded so that nothing else moves."""
    at = pdf.rindex(old)
    assert len(new) <= len(old), "an attack in place cannot grow"
    return pdf[:at] + new.ljust(len(old)) + pdf[at + len(old) :]


def signature_span(pdf: bytes) -> tuple[int, int]:
    """Return where the hexadecimal digits of the last signature begin and end."""
    start = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    return start, pdf.index(b">", start)


def updated(pdf: bytes, change: Any) -> bytes:
    """Return a file with an incremental update by pyHanko; `change` is handed the writer."""
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def resealed(pdf: bytes, *, length_of: int | None = None) -> bytes:
    """Seal a file whose objects moved: its table is made anew, and the length of one stream."""
    if length_of is not None:
        start = pdf.index(b"\n%d 0 obj\n" % length_of)
        begin, end = pdf.index(b"stream\n", start) + 7, pdf.index(b"\nendstream", start)
        told = re.compile(rb"/Length \d+").search(pdf, start)
        assert told is not None
        pdf = pdf[: told.start()] + b"/Length %d" % (end - begin) + pdf[told.end() :]
    return seal_pdf(relisted(pdf), key(), at=AT)


def relisted(pdf: bytes) -> bytes:
    """Return a file whose objects moved with its table made anew."""
    start = pdf.rindex(b"\nxref\n") + 1
    places = {int(one[1]): one.start() for one in re.finditer(rb"(?m)^(\d{1,4}) 0 obj", pdf[:start])}
    trailer = pdf[pdf.rindex(b"trailer\n") : pdf.rindex(b"startxref")]
    size = max(places) + 1
    rows = b"".join(
        b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 00001 f \n" for n in range(1, size)
    )
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, rows)
    return pdf[:start] + table + trailer + b"startxref\n%d\n%%%%EOF\n" % start


def _last_number(pattern: bytes, pdf: bytes) -> int:
    return int(re.findall(pattern, pdf)[-1])
