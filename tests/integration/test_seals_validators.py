"""Software that is not ours calls our seals valid, and broken ones broken."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from formsvc import clock
from formsvc.seals.keys import SealKey
from tests.conftest import Validators
from tests.unit.seals.small import (
    AT,
    a_view,
    demonstration_key,
    key,
    sealed_docx,
    sealed_pdf,
    unzipped,
    zipped,
)
from tests.validators.poppler import pdfsig
from tests.validators.qpdf import check

KEYS: Mapping[str, SealKey] = {
    "p256": key(),
    "rsa": key("rsa"),
    "demonstration": demonstration_key(),
}


def test_libreoffice_judges_word_seals(validators: Validators, tmp_path: Path) -> None:
    """LibreOffice finds one valid signature by the right signer with every kind of key, and sees a change."""
    files = {}
    for name, by in KEYS.items():
        files[name] = tmp_path / f"{name}.docx"
        files[name].write_bytes(sealed_docx(a_view(demonstration=by.demonstration), by=by))
    contents = unzipped(files["p256"].read_bytes())
    contents["word/document.xml"] = contents["word/document.xml"].replace(b"Nobody", b"Nobodx")
    files["changed"] = tmp_path / "changed.docx"
    files["changed"].write_bytes(zipped(contents))
    said = validators.libreoffice.signatures(files.values())
    for name, by in KEYS.items():
        (one,) = said[files[name]]
        assert one.valid, name
        assert by.organisation in one.signer
    assert [one.valid for one in said[files["changed"]]] == [False]


@pytest.mark.parametrize("name", KEYS)
def test_poppler_and_qpdf_accept_sealed_pdfs(name: str, tmp_path: Path) -> None:
    """`pdfsig` calls the seal valid over the whole document, and `qpdf --check` finds nothing wrong."""
    by = KEYS[name]
    file = tmp_path / "sealed.pdf"
    file.write_bytes(sealed_pdf(a_view(demonstration=by.demonstration), by=by))
    (one,) = pdfsig(file)
    assert (one.valid, one.covers_whole_file) == (True, True)
    assert (one.kind, one.hash) == ("ETSI.CAdES.detached", "SHA-256")
    assert not check(file)


def test_poppler_sees_a_changed_byte(tmp_path: Path) -> None:
    """The control: `pdfsig` does not call everything valid."""
    file = tmp_path / "changed.pdf"
    file.write_bytes(sealed_pdf().replace(b"/MediaBox[0 0 595", b"/MediaBox[0 0 596"))
    assert [one.valid for one in pdfsig(file)] == [False]


@pytest.mark.parametrize("name", KEYS)
def test_pyhanko_accepts_sealed_pdfs(name: str, tmp_path: Path) -> None:
    """The validation of pyHanko itself, with its own path building, reaches a good bottom line."""
    by = KEYS[name]
    file = tmp_path / "sealed.pdf"
    file.write_bytes(sealed_pdf(a_view(demonstration=by.demonstration), by=by))
    root = asn1_x509.Certificate.load(by.certificates_der[-1])
    with file.open("rb") as opened, clock.held(AT):
        (signature,) = PdfFileReader(opened, strict=True).embedded_signatures
        context = ValidationContext(trust_roots=[root], moment=AT, allow_fetching=False)
        status = validate_pdf_signature(signature, context)
    assert status.bottom_line, status.summary()
