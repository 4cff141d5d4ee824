"""The pages people read are the pages that were approved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Validators
from tests.pictures.comparing import by_outline, strictly
from tests.pictures.conftest import APPROVED, Compare, Pages
from tests.pictures.drawing import drawn
from tests.pictures.subjects import SUBJECTS, docx_of, example_view

WORD = "word-plan"
MOST_BYTES = 3_000_000

Approved = Callable[[str, Pages, Compare], None]


@pytest.mark.parametrize("name", SUBJECTS)
def test_pages_are_the_approved_ones(name: str, approved: Approved) -> None:
    """Each page is drawn and compared with the picture somebody looked at and approved."""
    subject = SUBJECTS[name]
    approved(name, drawn(subject.make(), pages=subject.pages), strictly)


def test_word_file_looks_as_approved(approved: Approved, validators: Validators, tmp_path: Path) -> None:
    """An office draws our Word file on as many pages, with ink in the same places."""
    file = tmp_path / "plan.docx"
    file.write_bytes(docx_of(example_view()))
    made = validators.libreoffice.to_pdf(file, tmp_path)
    approved(WORD, drawn(made.read_bytes()), by_outline)


def test_every_approved_picture_is_of_something_drawn() -> None:
    """No picture is left of what is not drawn any more, and all together stay small."""
    assert {folder.name for folder in APPROVED.iterdir()} == {*SUBJECTS, WORD}
    assert sum(file.stat().st_size for file in APPROVED.rglob("*.png")) < MOST_BYTES
