"""A print of a home, judged by others: archival and accessible, as the documents in it are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from formsvc.documents.pdf import SealPlace, render
from formsvc.documents.pdf.bundle import Bundle, Form, bind
from tests.unit.documents.layouts import view
from tests.validators import qpdf
from tests.validators.verapdf import VeraPdf

AT = datetime(2026, 11, 22, 21, 5, tzinfo=UTC)


@pytest.mark.long
def test_print_passes_what_its_documents_pass(tmp_path: Path) -> None:
    """Two documents and their contents are one sound file: PDF/A-3a and PDF/UA-1."""
    seal = SealPlace(contents_bytes=64, name="Rowan Bank", reason="Issued", at=AT)
    forms = [
        Form(
            name=f"Child {layout}",
            title="Form",
            reference="IF-TRIE-DOUT",
            revision=1,
            issued_at=AT,
            data=render(view(layout), seal=seal),
        )
        for layout in ("plan", "minutes")
    ]
    made = bind(
        Bundle(
            home="Rowan Bank",
            by="Oyelaran Castlemaine, residential manager",
            at=AT,
            marking="OFFICIAL-SENSITIVE",
            verify_at="https://documents.example.org/verify",
            forms=forms,
            standing="Your paper folder: up to date",
            take_out=["An old one"],
        )
    )
    file = tmp_path / "print.pdf"
    file.write_bytes(made.data)
    assert qpdf.check(file) == ()
    verdicts = VeraPdf(tmp_path / "judge").validate([file])[file]
    assert {name: (one.compliant, one.failed) for name, one in verdicts.items()} == {
        "3a": (True, ()),
        "ua1": (True, ()),
    }
