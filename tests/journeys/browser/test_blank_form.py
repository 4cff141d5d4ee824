"""A blank form for the emergency box, from the page of a form that is being filled in, in Chromium."""

from __future__ import annotations

from pathlib import Path

from formsvc.demo import CHILDREN
from tests.journeys.browser.conftest import Sit
from tests.validators import poppler


def test_worker_prints_a_blank_form(sit: Sit, tmp_path: Path) -> None:
    """The link stands on the child's page; what comes is a PDF of the form with room to write."""
    worker = sit("social_worker")
    worker.go(f"/children/{CHILDREN[0].id}")
    with worker.page.expect_download() as waiting:
        worker.follow("Print a blank Trigger Plan")
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.name == "trigger_plan_LAN_v1_blank.pdf"
    text = poppler.pdftotext(file)
    assert "BLANK FORM" in text
    assert "Is the child at risk of going" in text
    assert CHILDREN[0].name not in text
