"""Software that is not ours calls raised documents valid, and reads the same time out of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from formsvc import clock
from formsvc.seals.opc import docx_to_stamp, raise_docx
from formsvc.seals.pades import contents_bytes, pdf_to_stamp, raise_pdf, seal_pdf
from tests.conftest import Validators
from tests.unit.seals.small import AT, a_view, key, sealed_docx, unsealed_pdf
from tests.unit.seals.stamps import Clock, a_clock, a_clock_with_a_long_chain
from tests.validators.poppler import pdfsig
from tests.validators.qpdf import check

CLOCKS: Mapping[str, Callable[[], Clock]] = {"short": a_clock, "long": a_clock_with_a_long_chain}


def raised_pdf(by: Clock) -> bytes:
    """Return a small PDF with a time stamp."""
    before = seal_pdf(unsealed_pdf(a_view(), room=contents_bytes(key(), reserve=16_384)), key(), at=AT)
    return raise_pdf(before, by.token(pdf_to_stamp(before)))


def test_libreoffice_accepts_raised_word_documents(validators: Validators, tmp_path: Path) -> None:
    """LibreOffice finds one valid signature by the right signer, time stamp and all."""
    files = {}
    for name, by in CLOCKS.items():
        before = sealed_docx()
        files[name] = tmp_path / f"{name}.docx"
        files[name].write_bytes(raise_docx(before, by().token(docx_to_stamp(before))))
    said = validators.libreoffice.signatures(files.values())
    for name in CLOCKS:
        (one,) = said[files[name]]
        assert one.valid, name
        assert "Invented Council" in one.signer


@pytest.mark.parametrize("name", CLOCKS)
def test_poppler_and_qpdf_accept_raised_pdfs(name: str, tmp_path: Path) -> None:
    """`pdfsig` calls the seal valid over the whole document, and `qpdf --check` finds nothing wrong."""
    file = tmp_path / "raised.pdf"
    file.write_bytes(raised_pdf(CLOCKS[name]()))
    (said,) = pdfsig(file)
    assert (said.valid, said.covers_whole_file) == (True, True)
    assert not check(file)


def test_pyhanko_reads_the_time_out_of_a_raised_pdf() -> None:
    """PyHanko's own verdict on the signature and on its time stamp is good."""
    roots = [_as_asn1(one) for one in (key().chain[-1], a_clock().root)]
    with clock.held(AT):
        context = ValidationContext(trust_roots=roots, moment=AT, allow_fetching=False)
        found = PdfFileReader(io.BytesIO(raised_pdf(a_clock()))).embedded_signatures[0]
        status = validate_pdf_signature(found, context, ts_validation_context=context)
    assert status.bottom_line
    stamp = status.timestamp_validity
    assert stamp is not None
    assert (stamp.valid, stamp.intact, stamp.trusted, stamp.timestamp) == (True, True, True, AT)


def _as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
