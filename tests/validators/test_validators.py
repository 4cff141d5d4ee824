"""The judges are judged first: each must refuse what is bad, or its approval means nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest
from reportlab.lib import pagesizes
from reportlab.pdfgen.canvas import Canvas

from tests.conftest import Validators
from tests.validators import poppler, qpdf
from tests.validators.corpus import CorpusMissing, find
from tests.validators.libreoffice import Refused
from tests.validators.markup import html_errors
from tests.validators.running import PartMissing, program


@pytest.fixture
def plain_pdf(tmp_path: Path) -> Path:
    """Return an ordinary PDF: untagged, nothing embedded, no claim of any standard."""
    file = tmp_path / "plain.pdf"
    canvas = Canvas(str(file), pagesize=pagesizes.A4)
    canvas.drawString(100, 700, "Nothing here is tagged")
    canvas.save()
    return file


def tampered(source: Path, target: Path) -> Path:
    """Copy a signed Word file with one letter of its text changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "word/document.xml":
                assert b"ello" in data
                data = data.replace(b"ello", b"ella", 1)
            new.writestr(entry, data)
    return target


def test_verapdf_refuses_an_ordinary_pdf_under_both_profiles(plain_pdf: Path, validators: Validators) -> None:
    """A plain ReportLab file is neither PDF/A-3a (fonts, intent, tree) nor PDF/UA-1 (untagged content)."""
    verdict = validators.verapdf.validate([plain_pdf])[plain_pdf]
    assert not verdict["3a"].compliant
    assert {"6.2.11.4.1-1", "6.2.4.3-4", "6.7.3.3-1"} <= verdict["3a"].rules
    assert not verdict["ua1"].compliant
    assert {"7.1-3", "7.1-11", "7.21.4.1-1"} <= verdict["ua1"].rules


def test_verapdf_answers_for_each_file_of_a_batch(
    plain_pdf: Path, tmp_path: Path, validators: Validators
) -> None:
    """A file that cannot be read is refused by name, and the others are still judged."""
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nno more than this")
    verdicts = validators.verapdf.validate([broken, plain_pdf])
    assert list(verdicts) == [broken, plain_pdf]
    assert not verdicts[broken]["3a"].compliant
    assert "ModelParsingException" in verdicts[broken]["ua1"].rules
    assert "7.1-3" in verdicts[plain_pdf]["ua1"].rules


def test_qpdf_finds_a_broken_cross_reference(plain_pdf: Path, tmp_path: Path) -> None:
    """A sound file has no complaint; the same file with its table of objects moved has."""
    assert qpdf.check(plain_pdf) == ()
    bent = tmp_path / "bent.pdf"
    bent.write_bytes(plain_pdf.read_bytes().replace(b"startxref\n", b"startxref\n9"))
    assert qpdf.check(bent)


def test_qpdf_unpacks_streams_for_searching(plain_pdf: Path, tmp_path: Path) -> None:
    """Words hidden in a compressed stream are found once it is unpacked."""
    assert b"Nothing here is tagged" not in plain_pdf.read_bytes()
    assert b"Nothing here is tagged" in qpdf.unpacked(plain_pdf, tmp_path / "unpacked.pdf")


def test_poppler_tells_an_untagged_file(plain_pdf: Path, tmp_path: Path) -> None:
    """No tree, no signature, no attachment, a font that is not embedded, and the words of the page."""
    assert poppler.pdfinfo(plain_pdf)["Tagged"] == "no"
    assert poppler.pdfinfo_struct(plain_pdf) == ()
    assert poppler.pdfsig(plain_pdf) == ()
    assert poppler.pdfdetach(plain_pdf, tmp_path / "attached") == {}
    assert [(font.name, font.embedded) for font in poppler.pdffonts(plain_pdf)] == [("Helvetica", False)]
    assert poppler.pdftotext(plain_pdf).strip() == "Nothing here is tagged"
    assert [page.name for page in poppler.pdftoppm(plain_pdf, tmp_path / "pages")] == ["page-1.png"]


def test_pdfsig_reads_what_a_signature_covers(corpus: Path, tmp_path: Path) -> None:
    """Two signatures, the second on an earlier revision; and a changed byte is noticed."""
    signed = corpus / "pdf_signed_by_others" / "minimal-two-fields-signed-twice.pdf"
    first, second = poppler.pdfsig(signed)
    assert (first.valid, first.covers_whole_file, first.signer) == (True, True, "Lord Testerino")
    assert (second.valid, second.covers_whole_file) == (True, False)
    changed = bytearray(signed.read_bytes())
    changed[100] ^= 1
    (tmp_path / "changed.pdf").write_bytes(changed)
    assert not any(signature.valid for signature in poppler.pdfsig(tmp_path / "changed.pdf"))


def test_libreoffice_tells_a_tampered_word_file(corpus: Path, tmp_path: Path, validators: Validators) -> None:
    """Word's own signatures are valid, the same file with a letter changed is not, unsigned has none."""
    folder = corpus / "docx_signed_by_word"
    signed, twice = folder / "hello-world-signed.docx", folder / "hello-world-signed-twice.docx"
    changed = tampered(signed, tmp_path / "changed.docx")
    unsigned = tmp_path / "unsigned.docx"
    with zipfile.ZipFile(signed) as old, zipfile.ZipFile(unsigned, "w") as new:
        for entry in old.infolist():
            if not entry.filename.startswith("_xmlsignatures/"):
                new.writestr(entry, old.read(entry))
    said = validators.libreoffice.signatures([signed, twice, changed, unsigned])
    assert [one.valid for one in said[signed]] == [True]
    assert [one.valid for one in said[twice]] == [True, True]
    assert [one.valid for one in said[changed]] == [False]
    assert said[unsigned] == ()


def test_libreoffice_refuses_what_it_cannot_read(tmp_path: Path, validators: Validators) -> None:
    """A file that is no package is an error, not a file without signatures."""
    junk = tmp_path / "junk.docx"
    junk.write_text("no package")
    with pytest.raises(Refused, match=r"junk\.docx"):
        validators.libreoffice.signatures([junk])


def test_libreoffice_draws_a_word_file(tmp_path: Path, validators: Validators) -> None:
    """A Word file becomes a PDF whose words can be read."""
    source = tmp_path / "written.docx"
    written = docx.Document()
    written.add_paragraph("She is known as Dara")
    written.save(str(source))
    drawn = validators.libreoffice.to_pdf(source, tmp_path)
    assert poppler.pdftotext(drawn).strip() == "She is known as Dara"


def test_html5lib_finds_what_browsers_forgive() -> None:
    """A whole page has no error; an unclosed element and a missing doctype have."""
    assert html_errors("<!DOCTYPE html><html lang=en><head><title>T</title></head><body><p>x</p>") == ()
    assert html_errors("<p><b>x</p>")


def test_a_missing_program_names_its_remedy() -> None:
    """Nothing is skipped for want of a program: the error says which and what to do."""
    with pytest.raises(PartMissing, match=r"no-such-validator is missing.*make test"):
        program("no-such-validator")


def test_a_missing_corpus_names_its_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Interop tests without foreign files fail, saying what to set."""
    monkeypatch.setenv("FORMSVC_CORPUS", str(tmp_path / "nowhere"))
    with pytest.raises(CorpusMissing, match="set FORMSVC_CORPUS"):
        find()
