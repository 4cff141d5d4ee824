"""Blank forms: every question with its room, the same bytes each time, nothing beyond a page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from functools import cache

import pikepdf
import pypdf
import pytest

from formsvc.definitions.library import load_library
from formsvc.definitions.model import Effective
from formsvc.documents.pdf import blank_flow
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.blank import blank
from formsvc.documents.pdf.blank_asking import Asking
from formsvc.documents.pdf.blank_flow import Slab
from formsvc.documents.pdf.blank_front import USE, Front
from formsvc.documents.pdf.blank_marks import PEN, Ruled, Space
from formsvc.documents.pdf.blank_questions import Questions
from formsvc.documents.pdf.embed import Inks
from formsvc.documents.pdf.fonts import library
from formsvc.documents.pdf.style import MM
from formsvc.documents.pdf.tags import Tree
from formsvc.documents.pdf.text import Setter
from formsvc.errors import GlyphsMissing
from formsvc.settings import load
from tests.builders import a_definition, a_field, kitchen_sink

MANY = {f"c{n}": f"Choice number {n}" for n in range(200)}


@cache
def trigger_plan() -> Effective:
    """Return the Trigger Plan as its home area has it."""
    return load_library(load({}).form_templates).effective("trigger_plan")


@cache
def hard() -> Effective:
    """Return a form of everything that might not fit: many options, long words, groups in groups."""
    inner = a_field("inner", "rows", fields=[a_field("deep"), a_field("deeper", "date")])
    wide = [a_field(f"wide{n}", "long_text", options={"max_length": 20_000}) for n in range(8)]
    return a_definition(
        a_field("many", "choice", options={"choices": MANY, "other": True}),
        a_field("several", "choices", options={"choices": dict(list(MANY.items())[:48])}, not_known=True),
        a_field("long", label="Question " * 20, hint="A hint. " * 60),
        a_field("advice", "guidance", options={"text": "\n\n".join(["Take care. " * 60] * 30)}),
        a_field("outer", "rows", fields=[a_field("name"), inner], options={"show": "cards"}),
        a_field("flat", "rows", fields=[a_field("name"), inner], options={"show": "table"}),
        a_field("one", "rows", fields=[a_field("only")], options={"show": "cards", "min": 90}),
        a_field("high", "rows", fields=wide, options={"show": "cards"}),
        a_field(
            "broad",
            "rows",
            fields=[a_field(f"t{n}", kind) for n, kind in enumerate(["date_time", "photo", "address"] * 3)],
            options={"show": "table"},
        ),
    )


FORMS: Mapping[str, Callable[[], Effective]] = {
    "trigger plan": trigger_plan,
    "kitchen sink": kitchen_sink,
    "hard": hard,
}


@cache
def pages(name: str) -> tuple[str, ...]:
    """Return the text of each page of a form, without spaces."""
    opened = pypdf.PdfReader(io.BytesIO(blank(FORMS[name]())))
    return tuple("".join(page.extract_text().split()) for page in opened.pages)


@pytest.mark.parametrize("name", FORMS)
def test_every_question_is_printed(name: str) -> None:
    """Each label and each hint of a form stands on its blank form, those of groups too."""
    text = "".join(pages(name))
    for path, field in FORMS[name]().walk():
        deep = path.count("*") > 1
        for words in (field.label, "" if deep else field.hint):
            assert "".join(words.split()) in text, (path, words)


def test_every_page_has_a_place_for_whose_it_is() -> None:
    """Each sheet has room for the child's name, the date of birth and its number, and its marking."""
    for page in pages("trigger plan"):
        for words in ("Child'sname", "Dateofbirth", "Sheet", "BLANKFORM", "OFFICIAL-SENSITIVE"):
            assert words in page


def test_first_page_says_what_it_is() -> None:
    """What the paper is for, who fills it in, whom it goes to, and that it proves nothing."""
    first = pages("trigger plan")[0]
    for words in (
        USE,
        "Socialworker",
        "formversion1",
        "notsealedandprovesnothing",
        *trigger_plan().circulation,
    ):
        assert "".join(words.split()) in first
    for contact in trigger_plan().area.contacts:
        assert "".join(contact["role"].split()) in first


def test_needs_and_conditions_are_said_in_words() -> None:
    """What must be answered says so, and when; a question that hangs on another names it by its number."""
    text = "".join(pages("trigger plan"))
    assert "Onlyif3.1isnotanswered.Thenneeded." in text
    assert "Neededif6.8is“Yes”." in text
    assert "Onlyif“Cannotwait?”is“Yes”or“Notknown”.Neededif“Cannotwait?”is“Yes”." in text
    assert "Only if 1.7 is answered, and 1.7 is not “The child”. Then needed." in _when("not_heard")


def test_same_condition_is_said_once() -> None:
    """What is asked and needed on one condition names it once."""
    asking = Asking(kitchen_sink(), Pen(Setter(Inks(library(None))), lambda _: None))
    assert asking.when(kitchen_sink().field("midwife")) == "Only if 3.1 is “Yes”. Then needed."


def _when(id: str) -> str:
    asking = Asking(trigger_plan(), Pen(Setter(Inks(library(None))), lambda _: None))
    return asking.when(trigger_plan().field(id))


def test_options_stand_with_their_words() -> None:
    """Every option of a choice can be ticked, "not known" where that is an answer."""
    text = "".join(pages("trigger plan"))
    for words in trigger_plan().field("legal_status").options.offered().values():
        assert "".join(words.split()) in text


def test_every_signature_has_a_place() -> None:
    """Each sign-off of the form is there with its statement."""
    text = "".join(pages("trigger plan"))
    for rule in trigger_plan().signoffs:
        assert "".join((rule.title + ("Needed." if rule.required else "") + rule.statement).split()) in text


def test_same_form_gives_the_same_bytes() -> None:
    """A blank form can be kept: nothing of the moment is in it."""
    assert blank(trigger_plan()) == blank(trigger_plan())


def test_blank_form_holds_no_data_and_no_fields() -> None:
    """Nothing is inside but the pages: no file, no field to type into, no seal."""
    with pikepdf.open(io.BytesIO(blank(kitchen_sink()))) as opened:
        assert {"/AcroForm", "/AF", "/Names", "/Perms"} & set(opened.Root.keys()) == set()
        assert all("/Annots" not in page for page in opened.pages)
        assert re.fullmatch(r"Kitchen sink, blank form, Testshire", str(opened.docinfo["/Title"]))


@pytest.mark.parametrize("name", FORMS)
def test_nothing_reaches_below_a_page(name: str) -> None:
    """However long its questions are, all of a form stands above the foot of its pages."""
    effective = FORMS[name]()
    pen, root = Pen(Setter(Inks(library(None))), lambda _: None), Tree("en").root
    front, questions = Front(effective, pen, root), Questions(Asking(effective, pen), root)
    slabs = [*front.first()]
    for number, page in enumerate(effective.pages, 1):
        slabs += questions.page(page, number=number)
    slabs += front.last(number=9)
    for page_slabs in blank_flow.paginate(slabs):
        assert blank_flow.height_of(page_slabs) <= blank_flow.room() + 0.01


def test_spare_room_becomes_lines() -> None:
    """What is left over on a page is given to those who write, in whole lines; the last page is filled."""
    first, last = Ruled(100, 3), Ruled(100, 3)
    rest = blank_flow.room() - first.height - 2 * PEN - 5
    slabs = [
        Slab(first, grows=first),
        Slab(Space(rest)),
        Slab(Space(300)),
        Slab(last, grows=last, fills=True),
    ]
    made = blank_flow.paginate(slabs)
    assert [len(page) for page in made] == [2, 2]
    assert first.count == 5
    assert blank_flow.room() - blank_flow.height_of(made[1]) < PEN


def test_heading_stays_with_what_follows() -> None:
    """A slab that belongs to the next goes to the next page with it."""
    slabs = [Slab(Space(blank_flow.room() - 50)), Slab(Space(20), keep_next=True), Slab(Space(100))]
    assert [len(page) for page in blank_flow.paginate(slabs)] == [1, 2]


def test_lines_are_far_enough_apart_for_a_pen() -> None:
    """From one writing line to the next it is 8 mm or more."""
    assert PEN >= 8 * MM


def test_character_without_a_glyph_is_named() -> None:
    """A label that no font can draw stops the form and says which character."""
    with pytest.raises(GlyphsMissing) as caught:
        blank(a_definition(a_field("a", label="Name \U0001f9ff\ue000")))
    assert "U+E000" in str(caught.value)
