"""Files as people hand them in: sound ones, signed ones, and those that must not be carried."""

from __future__ import annotations

import io
import zipfile
from functools import cache

from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from tests.attacks.pdf_victims import PLAIN_PAGE, a_pdf, signed_by_pyhanko
from tests.unit.seals.small import sealed_docx

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SIGNER = "Another Council"
"""Who signed `signed_pdf`, by its certificate."""

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def plain_pdf() -> bytes:
    """Return a PDF of one page, unsigned."""
    return a_pdf()


@cache
def signed_pdf() -> bytes:
    """Return minutes that somebody else's organisation signed electronically."""
    return signed_by_pyhanko(a_pdf())


def signed_pdf_changed() -> bytes:
    """Return the same with a figure in it changed afterwards."""
    return signed_pdf().replace(b"Pay 100 now", b"Pay 900 now")


def encrypted_pdf() -> bytes:
    """Return a PDF that asks for a password."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(a_pdf())))
    writer.encrypt("owner", "user")  # type: ignore[no-untyped-call]  # pyHanko has types for most
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def pdf_with_script() -> bytes:
    """Return a PDF that runs a script when it is opened."""
    return a_pdf(
        dict(PLAIN_PAGE)
        | {1: b"<</Type/Catalog /Pages 2 0 R /OpenAction<</S/JavaScript /JS(app.alert\\(1\\))>>>>"}
    )


def pdf_that_starts_a_program() -> bytes:
    """Return a PDF with a link that starts a program."""
    note = b" /Annots[<</Type/Annot /Subtype/Link /Rect[0 0 9 9] /A<</S/Launch /F(calc.exe)>>>>]>>"
    return a_pdf(dict(PLAIN_PAGE) | {3: PLAIN_PAGE[3][:-2] + note})


def plain_docx(
    *, body: str = "", kind: str = _MAIN, arrows: str = "", parts: dict[str, bytes] | None = None
) -> bytes:
    """Return a Word file of one line."""
    paragraph = "<w:p><w:r><w:t>Minutes of an invented meeting</w:t></w:r></w:p>"
    made = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
        ).encode(),
        "_rels/.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
            "</Relationships>"
        ).encode(),
        "word/document.xml": (
            f'<w:document xmlns:w="{_W}"><w:body>{paragraph}{body}</w:body></w:document>'
        ).encode(),
        "word/_rels/document.xml.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{arrows}</Relationships>"
        ).encode(),
        **(parts or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in made.items():
            package.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


@cache
def signed_docx() -> bytes:
    """Return a Word file signed by the invented council."""
    return sealed_docx()


def docx_with_macros() -> bytes:
    """Return a Word file with a program in it, called .docx."""
    return plain_docx(
        kind="application/vnd.ms-word.document.macroEnabled.main+xml",
        arrows='<Relationship Id="rId9" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"'
        ' Target="vbaProject.bin"/>',
        parts={"word/vbaProject.bin": b"program"},
    )


def docx_from_elsewhere() -> bytes:
    """Return a Word file that fetches its template from another place."""
    return plain_docx(
        arrows=f'<Relationship Id="rId9" Type="{_OFFICE}/attachedTemplate" TargetMode="External"'
        ' Target="https://elsewhere.example.org/t.dotm"/>'
    )


def docx_with_fetching_field() -> bytes:
    """Return a Word file whose field starts a program, its name spread over two runs."""
    return plain_docx(
        body='<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDE</w:instrText></w:r>'
        "<w:r><w:instrText>AUTO cmd</w:instrText></w:r></w:p>"
    )


def docx_of_every_day() -> bytes:
    """Return a Word file with a tracked change and a date that fills itself in, as councils write them."""
    return plain_docx(
        body='<w:p><w:ins w:id="1" w:author="A"><w:r><w:t>added</w:t></w:r></w:ins>'
        '<w:r><w:instrText> DATE \\@ "d MMMM" </w:instrText></w:r></w:p>'
    )


def scan() -> bytes:
    """Return a scanned sheet."""
    out = io.BytesIO()
    Image.new("RGB", (1240, 1754), "white").save(out, "PNG")
    return out.getvalue()


OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
"""How an old Word file begins, and an encrypted new one."""
