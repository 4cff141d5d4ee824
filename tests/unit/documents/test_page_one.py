"""Page one of each layout: what stands there, what stands only there; nothing is lost or said twice."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest

from formsvc.access.views import View
from formsvc.documents import docx, pdf
from formsvc.documents.content import addressed, build
from formsvc.documents.docx import read_print
from formsvc.documents.one_side import LINES, MORE, one_side
from formsvc.documents.slots import SLOT_LABELS, Slot
from formsvc.fields.blocks import Item, Table, Text, text_of
from formsvc.settings import PROJECT
from tests.unit.documents.layouts import ANSWERS, view
from tests.unit.documents.pdf.reading import Inside

LAYOUTS = ("plan", "minutes", "interview", "assessment", "one_sheet")
OURS = ("minutes", "interview", "assessment", "one_sheet")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_pdf_prints_what_the_view_says(layout: str) -> None:
    """In every layout each address holds exactly the text of its content, once."""
    shown = view(layout)
    assert Inside(pdf.render(shown)).texts == addressed(build(shown))


@pytest.mark.parametrize("layout", OURS)
def test_word_prints_what_the_view_says(layout: str) -> None:
    """The Word template of each layout prints every answer at its address."""
    shown = view(layout)
    made = docx.render(shown, template=PROJECT / "docx_templates" / f"{layout}.docx")
    assert read_print(made).keys() == addressed(build(shown)).keys()


@pytest.mark.parametrize("layout", OURS)
@pytest.mark.parametrize("answers", [{}, {"full_name": "Emlyn"}], ids=["empty", "name alone"])
def test_nearly_nothing_prints_too(layout: str, answers: dict[str, str]) -> None:
    """A form that was only begun prints, and silence is said to be silence."""
    shown = view(layout, answers=answers)
    texts = Inside(pdf.render(shown)).texts
    assert texts == addressed(build(shown))
    assert "Not recorded" in texts.values()
    docx.render(shown, template=PROJECT / "docx_templates" / f"{layout}.docx")


@pytest.mark.parametrize("layout", OURS)
def test_an_answer_of_page_one_is_said_once(layout: str) -> None:
    """What page one holds whole is at its own path and in no section; everything else is in its section."""
    content = build(view(layout))
    first = {item.path for slot in content.sheet for item in slot.items}
    further = {item.path for section in content.sections for item in section.items}
    assert first.isdisjoint(further)
    assert set(ANSWERS) - {"actions"} <= first | further
    assert "words" in first
    assert "left" in further


def test_a_screen_shows_every_answer_in_its_section() -> None:
    """Read on a screen, a form has no page one: its sections hold all of it."""
    content = build(view("minutes"), paper=False)
    assert content.sheet == ()
    assert {item.path for section in content.sections for item in section.items} == set(ANSWERS)


def test_actions_of_minutes_stand_in_columns() -> None:
    """The actions of minutes are a table with who and by when, at the paths of their answers."""
    slot = build(view("minutes")).slot("actions")
    assert slot is not None
    (table,) = slot.items[0].blocks
    assert isinstance(table, Table)
    assert table.columns == ("What", "Who", "By when")
    assert table.rows[0].items[1].path == "actions.a1.who"


def test_a_group_shown_in_part_stays_whole_further_in() -> None:
    """An excerpt has addresses of its own, and the group stands whole in its section."""
    sheet = {"actions": [{"rows": "actions", "show": ["what", "who"], "most": 1}]}
    content = build(view("minutes", search_sheet=sheet))
    slot = content.slot("actions")
    assert slot is not None
    assert slot.more == 1
    texts = addressed(content)
    assert texts["@sheet.actions.1.1.what"] == texts["actions.a1.what"] == "Ring the ward"
    assert "actions.a2.what" in texts


def test_age_stands_with_the_date_of_birth() -> None:
    """A date of birth on page one says the age on the day of issue."""
    assert addressed(build(view("minutes")))["born"] == "15, born 17 March 2011"


def test_grades_of_an_assessment_are_rows_of_a_table() -> None:
    """Each factor stands in a row with its grade and circumstances; nothing is counted."""
    inside = Inside(pdf.render(view("assessment")))
    assert inside.texts["second"] == "High\nSeen with a stranger."
    assert inside.texts["first"] == "Low"


def test_what_speaks_to_the_child_is_her_own_copy() -> None:
    """A sheet with a slot that speaks to the child is hers; it is printed without the head of an office."""
    content = build(view("one_sheet", search_sheet={"name": ["full_name"], "said": ["words"]}))
    assert content.to_the_child
    assert not build(view("one_sheet")).to_the_child
    shown = view("one_sheet", search_sheet={"name": ["full_name"], "said": ["words"]})
    made = pypdf.PdfReader(io.BytesIO(pdf.render(shown)))
    first = made.pages[0].extract_text()
    assert "What I said" in first
    assert first.index("What I said") < first.index("OFFICIAL")
    docx.render(shown, template=PROJECT / "docx_templates" / "own_copy.docx")


def test_a_short_report_has_one_side() -> None:
    """What fits on one side is printed on one."""
    assert len(pypdf.PdfReader(io.BytesIO(pdf.render(view("one_sheet")))).pages) == 1


def _full(fill: str, *, entries: int) -> tuple[Slot, ...]:
    """Return every slot of a sheet for the search, filled to the brim."""
    names = list(SLOT_LABELS)[: list(SLOT_LABELS).index("meeting")]
    return tuple(
        Slot(
            name=name,
            label=SLOT_LABELS[name],
            items=tuple(
                Item(path=f"@sheet.{name}.{n}", label=name, blocks=(Text(fill),)) for n in range(entries)
            ),
        )
        for name in names
    )


@pytest.mark.parametrize("fill", ["W" * 400, "word " * 200, "胡" * 300, "a\nb\n" * 40, "x"])
def test_words_give_way_before_a_second_side(fill: str) -> None:
    """However much a sheet holds, what is left of it is short, and says how much more there is."""
    shown = one_side(_full(fill, entries=12), warnings=2)
    assert [slot.name for slot in shown] == [slot.name for slot in _full(fill, entries=12)]
    for slot in shown:
        assert slot.items
        assert len(slot.items) + slot.more == 12
    texts = [text_of(item) for one in shown for item in one.items]
    assert any(text.endswith(MORE) for text in texts) or len(fill) == 1


def test_a_sheet_with_room_loses_nothing() -> None:
    """Where all of it fits, a sheet is as it was."""
    slots = _full("x", entries=1)
    assert one_side(slots) == slots
    assert LINES > 0


def test_templates_stand_where_they_are_looked_for() -> None:
    """Each layout has its Word template, and the child's own copy one of its own."""
    assert {path.stem for path in Path(PROJECT / "docx_templates").glob("*.docx")} >= {
        *OURS,
        "plan",
        "own_copy",
    }


ROWS = [{"rows": "actions", "show": ["what", "who", "by_when"], "most": 20}]
ORDERS = {
    "minutes": ("What was decided", "Next review", "Actions"),
    "interview": ("The episode", "Harm", "Actions", "In the child's own words"),
    "plan": ("Grade of risk", "Highest risks"),
}
PLACED = {
    "minutes": {"decision": ["words"], "actions": ROWS, "next_review": ["day"]},
    "interview": {
        "account": ["words"],
        "actions": ROWS,
        "harm": ["left"],
        "needs": ["born"],
        "episode": ["day"],
    },
    "plan": {"grade": ["overall"], "risks": ["words"]},
}


@pytest.mark.parametrize("layout", PLACED)
def test_what_a_reader_needs_first_stands_first(layout: str) -> None:
    """Minutes say the next review before the actions, an interview harm and actions before its words."""
    shown = view(layout, search_sheet=PLACED[layout])
    (first, *_) = pypdf.PdfReader(io.BytesIO(pdf.render(shown))).pages
    lines = [line.strip() for line in first.extract_text().split("\n")]
    found = [next(at for at, line in enumerate(lines) if line.startswith(words)) for words in ORDERS[layout]]
    assert found == sorted(found)


def test_what_a_page_says_first_keeps_its_lines() -> None:
    """What a page of the form says in several lines is printed in as many."""
    shown = view("interview")
    pages = [dict(page, intro="Ring first.\nThen write.") for page in shown.data["form"]["pages"]]
    said = View(data={**shown.data, "form": {**shown.data["form"], "pages": pages}})
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.render(said))).pages)
    assert "Ring first.\nThen write." in text


def test_a_report_shrinks_its_type_before_it_goes_on() -> None:
    """Who was last seen where stands whole on page one while smaller type has room for it."""
    long = "He went past the yard and the wharf and asked about the boat. " * 75
    many = [{"id": f"a{n}", "what": "Ring the ward", "who": "Nurse"} for n in range(90)]
    answers = {**ANSWERS, "words": long, "actions": many}
    shown = view(
        "one_sheet", answers=answers, search_sheet={"circumstances": ["words"], "last_seen": ["day"]}
    )
    first, *others = pypdf.PdfReader(io.BytesIO(pdf.render(shown))).pages
    assert len(others) > 2
    assert "continues on page" not in first.extract_text()
    assert first.extract_text().count("wharf") == 75
