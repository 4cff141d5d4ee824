"""Every document that can be issued is genuine to our own verifier, and its signature whole to another's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from formsvc import clock
from formsvc.definitions.model import Effective
from formsvc.seals.verify import Named, Status, Verification, verify
from tests.conformance.conftest import Made
from tests.conformance.documents import Maker, library_names
from tests.conformance.docx_documents import Word
from tests.unit.seals.small import AT, demonstration_key, trust
from tests.validators import poppler

pytestmark = pytest.mark.long

LOOKED_AT = (
    "readable", "integrity", "coverage", "algorithms", "signer", "hidden", "data", "valid", "print",
)  # fmt: skip
"""The verdicts that must be good; time needs a stamp, and attachments need files."""


def _judged(file: Path, maker: Maker) -> Verification:
    def known(named: Named) -> Effective:
        return maker.library.effective(named.id, named.area)

    with clock.held(AT):
        return verify(file.read_bytes(), name=file.name, trust=trust(demonstration_key()), definitions=known)


@pytest.fixture(scope="module")
def pdfs(library: Mapping[str, Made], maker: Maker) -> Mapping[str, Verification]:
    """Return what the verifier says of every PDF."""
    return {name: _judged(one.file, maker) for name, one in library.items()}


@pytest.fixture(scope="module")
def docxs(all_words: Mapping[str, Word], maker: Maker) -> Mapping[str, Verification]:
    """Return what the verifier says of every Word file."""
    return {name: _judged(one.file, maker) for name, one in all_words.items()}


def test_every_document_of_the_library_is_genuine(
    pdfs: Mapping[str, Verification],
    docxs: Mapping[str, Verification],
    maker: Maker,
    record_property: Callable[[str, object], None],
) -> None:
    """Each PDF and each Word file: whole, sealed by this place, and its print and answers are its data."""
    for kind, found in (("pdf", pdfs), ("docx", docxs)):
        record_property(kind, len(found))
        assert set(found) == set(library_names(maker.library))
        wrong = {
            name: [one for one in LOOKED_AT if getattr(told, one).status is not Status.GOOD]
            for name, told in found.items()
            if told.kind != kind or not told.genuine
        }
        assert wrong == {}
        doubtful = {
            f"{name} {one}": getattr(told, one).status
            for name, told in found.items()
            for one in LOOKED_AT
            if getattr(told, one).status is not Status.GOOD
        }
        assert doubtful == {}


def test_each_is_a_document_of_its_own(
    pdfs: Mapping[str, Verification], docxs: Mapping[str, Verification]
) -> None:
    """No two share the identity by which a document is known."""
    identities = [told.identity for told in (*pdfs.values(), *docxs.values())]
    assert None not in identities
    assert len(set(identities)) == len(identities)


def test_poppler_accepts_the_signature_of_every_pdf(library: Mapping[str, Made]) -> None:
    """Another reader finds one valid signature that covers the whole file."""
    found = {name: poppler.pdfsig(one.file) for name, one in library.items()}
    assert {
        name: said
        for name, said in found.items()
        if [(one.valid, one.covers_whole_file) for one in said] != [(True, True)]
    } == {}
