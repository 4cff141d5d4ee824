"""Word documents in an office: opened without repair, laid out, every word in its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from formsvc.documents.content import Content, addressed
from formsvc.documents.docx import render
from tests.conftest import Validators
from tests.unit.documents.docx.contents import PLAN, TRIGGER_PLAN, content, hard_content, view
from tests.validators.poppler import pdftotext


def _pages(pdf: Path) -> list[str]:
    """Return the text of each page, its lines as they stand."""
    return pdftotext(pdf).split("\f")[:-1]


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.replace("-", "")))  # a hyphen may end a line


def _converted(plan: Content, template: Path, validators: Validators, folder: Path) -> list[str]:
    document = folder / "document.docx"
    document.write_bytes(render(view(plan), template=template, content=plan))
    return _pages(validators.libreoffice.to_pdf(document, folder))


@pytest.fixture(scope="module")
def ordinary(validators: Validators, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the pages of the ordinary plan."""
    return _converted(content(), TRIGGER_PLAN, validators, tmp_path_factory.mktemp("ordinary"))


def test_page_one_is_the_sheet_for_the_search(ordinary: list[str]) -> None:
    """Everything that a search needs stands on page one, and the form begins on page two."""
    first, second, *_ = ordinary
    wanted = [text for path, text in addressed(content()).items() if path.startswith("@sheet.")]
    assert _words(" ".join(wanted)) <= _words(first)
    assert {"Ring", "now", "Medication", "risks"} <= _words(first)
    assert "nationality" not in first.lower()
    assert "nationality" in second.lower()


def test_marking_and_page_numbers_stand_on_every_page(ordinary: list[str]) -> None:
    """Each page can be put back in its place, and says twice how it may be handled."""
    for number, page in enumerate(ordinary, 1):
        assert page.count("OFFICIAL-SENSITIVE") == 2
        assert f"Page {number} of {len(ordinary)}" in page
        assert "TP-7Q4K-2M9X" in page


def test_the_last_page_says_who_signed_and_how_to_check(ordinary: list[str]) -> None:
    """Sign-offs, changes, the check and the circulation end the document."""
    last = " ".join(ordinary[-1].split())
    for words in (
        "Sign-offs",
        "What changed since revision 2",
        "How to check that this is genuine",
        "Where this may go",
    ):
        assert words in last


@pytest.mark.parametrize("template", [TRIGGER_PLAN, PLAN], ids=["trigger_plan", "plan"])
def test_a_hard_document_keeps_its_words(template: Path, validators: Validators, tmp_path: Path) -> None:
    """Sixty rows, a long answer and every odd text are laid out; heads of tables repeat."""
    plan = hard_content()
    pages = _converted(plan, template, validators, tmp_path)
    found = _words("\n".join(pages))
    lost = {path for path, text in addressed(plan).items() if text.isascii() and not _words(text) <= found}
    assert lost == {"hard_word", "@sheet.marks"}  # three hundred letters in one word: broken over lines
    assert "".join("".join(pages).split()).count("Donaudampfschifffahrt") >= 28
    assert sum("Address and remarks" in page for page in pages) >= 2
    assert all("NOT YET APPROVED" in page for page in pages)
