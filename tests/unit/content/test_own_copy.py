"""The child's own copy holds the child's words, and nothing that the child may not have."""

from __future__ import annotations

import io
import json
from typing import Any

import pypdf
import pytest
from docx import Document

from formsvc.definitions.library import Library
from formsvc.definitions.model import Stage
from formsvc.documents import docx, pdf
from formsvc.records.gate import Gate
from formsvc.settings import PROJECT, load
from formsvc.workflow.preview import example_view

AREAS = ("BED", "FRW", "HAR", "LAN", "NEL")
SHORT: dict[str, Any] = {
    "full_name": "Invented Child",
    "said": "I want to see my sister.",
    "will_happen": "They come and get me.",
    "look_again": "2026-12-13",
    "offered": "not_offered",
    "why_not": "Tomorrow, when he is back from school.",
}


@pytest.mark.parametrize("area", AREAS)
def test_every_answer_is_for_the_child_or_for_the_office_alone(library: Library, area: str) -> None:
    """What the child's part asks reaches the child and whoever keeps the record; the rest stays with them."""
    effective = library.effective("own_copy", area)
    for path, field in effective.walk():
        if field.type.holds_answer:
            wanted = {"full"} if field.part == "office" else {"full", "child"}
            assert effective.audiences(field) == wanted, path


@pytest.mark.parametrize("area", AREAS)
def test_facts_of_a_plan_that_the_child_may_not_have_cannot_fill_it(library: Library, area: str) -> None:
    """Every fact it names is one that each plan states for the child as well."""
    own = {field.fact: field for _, field in library.effective("own_copy", area).walk() if field.fact}
    shared = 0
    for id in library.of_area(area):
        plan = library.effective(id, area)
        for path, field in plan.walk() if plan.standing and id != "own_copy" else ():
            if field.fact in own:
                shared += 1
                assert "child" in plan.audiences(field), (id, path)
                assert field.type is own[field.fact].type, (id, path)
    assert shared >= 4  # the names and what the child said, wherever a plan stands


@pytest.mark.parametrize("area", AREAS)
def test_the_childs_copy_says_nothing_of_how_it_was_given(library: Library, area: str) -> None:
    """The view made for the child holds no field and no title of the office's part."""
    effective = library.effective("own_copy", area)
    told = example_view(effective, audience="child", settings=load({})).json.decode()
    for page in effective.pages:
        for field in page.fields:
            if field.part == "office":
                assert f'"{field.id}"' not in told
                assert f'"label":"{field.label}"' not in told
    assert "How it was given" not in told


def test_a_short_copy_for_today_passes(library: Library) -> None:
    """Five answers and what became of it are enough."""
    assert Gate(library.effective("own_copy", "HAR")).judge(SHORT, stage=Stage.FINAL).errors == ()


@pytest.mark.parametrize(
    ("changed", "wanting"),
    [
        ({"in_language": "Polish"}, {"translated", "translator"}),
        ({"why_not": None}, {"why_not"}),
        ({"offered": "taken"}, {"given_on"}),
        ({"said": None}, {"said"}),
    ],
)
def test_what_a_copy_needs_is_asked_for(library: Library, changed: dict[str, Any], wanting: set[str]) -> None:
    """A translation needs its translator, a copy its day or why it was not given, a child her words."""
    answers = {id: value for id, value in (SHORT | changed).items() if value is not None}
    judged = Gate(library.effective("own_copy", "HAR")).judge(answers, stage=Stage.FINAL)
    assert {one.path for one in judged.errors} == wanting


def test_the_example_passes(library: Library) -> None:
    """The example that stands beside the definitions is whole."""
    example = json.loads((PROJECT / "form_templates" / "examples" / "own_copy.NEL.json").read_text("utf-8"))
    judged = Gate(library.effective("own_copy", "NEL")).judge(example["answers"], stage=Stage.FINAL)
    assert judged.errors == ()


@pytest.mark.parametrize("area", AREAS)
def test_the_areas_helplines_stand_on_every_copy(library: Library, area: str) -> None:
    """Each area's copy prints who can be rung at any hour for nothing."""
    effective = library.effective("own_copy", area)
    view = example_view(effective, audience="child", settings=load({}))
    intros = [page.get("intro", "") for page in view.data["form"]["pages"]]
    assert any(effective.area.terms["helplines"] in intro for intro in intros)


def test_the_helplines_stand_in_print(library: Library) -> None:
    """Below "Any time, day or night" the child's PDF and Word copy say whom to ring."""
    effective = library.effective("own_copy", "NEL")
    shown = example_view(effective, audience="child", settings=load({}))
    template = PROJECT / "docx_templates" / "own_copy.docx"
    pages = pypdf.PdfReader(io.BytesIO(pdf.render(shown))).pages
    words = Document(io.BytesIO(docx.render(shown, template=template)))
    for told in (
        " ".join(" ".join(page.extract_text() for page in pages).split()),
        " ".join(" ".join(one.text for one in words.paragraphs).split()),
    ):
        below = told.partition("Any time, day or night")[2]
        assert effective.area.terms["helplines"] in below
