"""What the child or a parent says is wrong stays with the answer, in copies whose reader may have both."""

from __future__ import annotations

import pytest

from formsvc.access.sheets import SHEET
from formsvc.documents import docx, pdf
from formsvc.documents.content import addressed, build
from formsvc.documents.docx import read_print
from formsvc.records.snapshots import Dispute
from formsvc.settings import PROJECT
from tests.builders import an_area
from tests.unit.documents.layouts import view
from tests.unit.documents.pdf.reading import Inside

HERS = Dispute(path="left", said_by="child", who="Wioletta", words="I never said that.", said_on="2026-11-20")
THEIRS = Dispute(
    path="words",
    said_by="parent",
    who="Her mother",
    words="She was at home.",
    said_on="2026-11-21",
    answer="Looked at on Friday.",
)
AREA = an_area(
    readers={
        "identity": ["full", "police"],
        "voice": ["full", "police"],
        "third_party": ["full"],
    }
)


@pytest.mark.parametrize("layout", ["plan", "minutes", "one_sheet"])
def test_dispute_is_printed_beside_the_answer(layout: str) -> None:
    """The note has an address of its own, and says who says so, when, and what was answered."""
    shown = view(layout, disputes=[HERS, THEIRS], area=AREA)
    texts = addressed(build(shown))
    assert texts["@dispute.1"] == "Disputed by the child, Wioletta, 20 November 2026: I never said that."
    assert texts["@dispute.2"].endswith("She was at home.\nAnswered: Looked at on Friday.")
    assert Inside(pdf.render(shown)).texts == texts
    made = docx.render(shown, template=PROJECT / "docx_templates" / f"{layout}.docx")
    assert read_print(made).keys() == texts.keys()
    paths = [item.path for section in build(shown).sections for item in section.items]
    assert paths[paths.index("left") + 1] == "@dispute.1"


def test_dispute_reaches_who_reads_both() -> None:
    """An audience that does not read a parent's words, or the answer, has no trace of the note."""
    shown = view("minutes", disputes=[HERS, THEIRS], audience="police", area=AREA)
    assert [one["path"] for one in shown.data["disputes"]] == ["left"]
    assert b"She was at home" not in shown.json
    office = view("minutes", disputes=[THEIRS], audience="police", area=AREA)
    assert "disputes" not in office.data


def test_what_nobody_disputes_says_nothing_of_it() -> None:
    """A view without a note is as it always was; a grab sheet carries none."""
    assert "disputes" not in view("plan").data
    sheet = view("plan", disputes=[HERS], area=AREA, extent=SHEET)
    assert "disputes" not in sheet.data
    assert "left" not in sheet.data["answers"]


def test_screen_shows_disputes_by_itself() -> None:
    """Pages show the notes as they are now, so that what is drawn for them holds none."""
    assert "@dispute.1" not in addressed(build(view("minutes", disputes=[HERS], area=AREA), paper=False))
