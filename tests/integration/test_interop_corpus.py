"""Signed files that others made get the honest verdicts that their keeper wrote down for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from formsvc.seals.verify import NOT_UNDERSTOOD, Status, Trust, Verification, verify

WORD = "docx_signed_by_word"
PDF = "pdf_signed_by_others"


def judged(corpus: Path, folder: str, name: str) -> Verification:
    """Return the verification of a file of the corpus by a place that trusts nobody."""
    found = verify((corpus / folder / name).read_bytes(), name=name, trust=Trust())
    assert NOT_UNDERSTOOD not in found.readable.words
    assert not found.genuine
    return found


@pytest.mark.parametrize("name", ["hello-world-signed.docx", "ms-office-2010-signed.docx"])
def test_word_signature_is_intact_unknown_and_weak(corpus: Path, name: str) -> None:
    """A file signed by Word is intact, its signer not known here, its SHA-1 named; properties lie open."""
    found = judged(corpus, WORD, name)
    assert found.integrity.code == "intact"
    assert found.signer.status is Status.UNKNOWN
    assert "not known here" in found.signer.words
    assert found.algorithms.code == "weak_digest"
    assert "SHA-1" in found.algorithms.detail["names"]
    assert "SHA-1" in found.algorithms.words
    assert (found.coverage.status, found.coverage.code) == (Status.UNKNOWN, "properties_not_covered")
    assert (found.data.code, found.print.code) == ("no_data", "not_applicable")


def test_two_word_signatures_are_each_reported(corpus: Path) -> None:
    """Two signatures in one file are two sets of verdicts."""
    found = judged(corpus, WORD, "hello-world-signed-twice.docx")
    assert found.integrity.code == "intact"
    assert [one.integrity.code for one in found.signatures] == ["intact", "intact"]
    assert len({one.signer.detail["fingerprint"] for one in found.signatures}) == 2
    assert len({one.identity for one in found.signatures}) == 2


def test_word_timestamps_are_reported(corpus: Path) -> None:
    """XAdES-X-L is named, and the moment its time stamp tells."""
    found = judged(corpus, WORD, "Office2010-SP1-XAdES-X-L.docx")
    assert found.integrity.code == "intact"
    assert found.level.detail["level"] == "XAdES-X-L"
    assert found.time.code == "timestamped_unknown"
    assert found.time.detail["when"].startswith("2011-08-20 05:18:39")


def test_old_pades_signature_is_whole_expired_and_unknown(corpus: Path) -> None:
    """Intact, the whole file covered, the certificate expired, the signer not known here."""
    found = judged(corpus, PDF, "pades-with-old-style-signing-cert-attr.pdf")
    assert (found.integrity.code, found.coverage.code) == ("intact", "whole")
    assert found.signer.code == "unknown_signer_expired"
    assert "expired" in found.signer.words
    assert found.level.detail["level"] == "PAdES B-B"


def test_earlier_of_two_signatures_says_what_came_after(corpus: Path) -> None:
    """The first signature covers an earlier state; what was done after it is named."""
    found = judged(corpus, PDF, "minimal-two-fields-signed-twice.pdf")
    first, second = found.signatures
    assert [one.integrity.code for one in (first, second)] == ["intact", "intact"]
    assert first.coverage.code == "earlier_revision"
    assert "Sig1" in first.coverage.words
    assert second.coverage.code == "whole"


@pytest.mark.parametrize("name", ["weird-byterange.pdf", "signature-gap-too-big.pdf"])
def test_odd_byte_range_is_not_whole(corpus: Path, name: str) -> None:
    """A signature whose range leaves out more than itself does not cover the file."""
    found = judged(corpus, PDF, name)
    assert (found.coverage.status, found.coverage.code) == (Status.BAD, "byte_range_odd")


def test_broken_file_could_not_be_read(corpus: Path) -> None:
    """A file that no strict reader takes is said to be unreadable, with a reason."""
    found = judged(corpus, PDF, "broken-objstream1.pdf")
    assert found.readable.code == "unreadable"
    assert found.readable.detail["why"]
