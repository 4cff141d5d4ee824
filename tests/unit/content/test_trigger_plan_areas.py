"""The Trigger Plan as four other areas mean it: their words, their questions, and nothing of Lancashire's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from formsvc.definitions.compared import compared
from formsvc.definitions.library import Library
from formsvc.definitions.model import Effective, Stage
from formsvc.records.gate import Gate
from tests.unit.content.test_trigger_plan import TONIGHT

EXAMPLES = Path(__file__).resolve().parents[3] / "form_templates" / "examples"
ELSEWHERE = ("BED", "FRW", "HAR", "NEL")
TITLES = {
    "BED": "Trigger Plan and Profile",
    "FRW": "Missing Risk Assessment and Management Plan",
    "HAR": "Missing Child Risk Assessment and Plan",
    "NEL": "Missing strategy",
}
LANCASHIRE = re.compile(
    r"lancash|lancaster|constabulary|\bBCU\b|police division|within a month|(?-i:CONNECT)", re.IGNORECASE
)
RETIRED = {
    "BED": {"needed_anyway", "serious_harm", "exploitation_level"},
    "FRW": {"needed_anyway", "serious_harm", "too_often"},
    "HAR": {"needed_anyway", "serious_harm", "too_often"},
    "NEL": {"needed_anyway", "serious_harm"},
}
MORE: dict[str, dict[str, Any]] = {
    "BED": {"goes_with": {"answer": "no", "detail": "The duty worker writes it today"}},
    "FRW": {
        "pattern": {"not_known": True},
        "police_at_once": "not_known",
        "child_told": {"answer": "no", "detail": "She is missing now"},
    },
    "HAR": {"inputs": {"not_known": True}, "agreed": "not_known"},
    "NEL": {
        "analysis": {"not_known": True},
        "court_order": "not_known",
        "away_when": {"not_known": True},
        "long_term": {"not_known": True},
    },
}
"""What each area asks of a plan for tonight beside what the base asks."""


def said(form: Effective) -> list[str]:
    """Return everything a form says to the people who work with it."""
    whole = [form.title, form.short_title, form.purpose, *form.circulation]
    whole += [page.title + page.intro for page in form.pages] + [one.words for one in form.cross_checks]
    whole += [f"{one.title} {one.statement}" for one in form.signoffs]
    return whole + [
        f"{one.label} {one.hint} {one.help} {json.dumps(one.raw_options, default=str)}"
        for _, one in form.walk()
    ]


@pytest.mark.parametrize("area", ELSEWHERE)
def test_another_areas_plan_says_nothing_of_lancashire(library: Library, area: str) -> None:
    """Title, circulation, checks, questions, hints and options speak the area's language."""
    form = library.effective("trigger_plan", area)
    assert form.title == TITLES[area]
    assert [words for words in said(form) if LANCASHIRE.search(words)] == []


def test_lancashires_own_plan_is_unchanged(library: Library) -> None:
    """The home area has no overlay, and is told its own number to ring."""
    form = library.effective("trigger_plan", "LAN")
    assert compared(library.base("trigger_plan"), form) == ()
    hint = form.field("tell_police").hint
    assert hint == "What was agreed. What means 999, what means 101, and after how long."


@pytest.mark.parametrize("area", ELSEWHERE)
def test_what_an_area_does_not_ask_is_retired_with_its_reason(library: Library, area: str) -> None:
    """The test of purpose is Lancashire's alone; each question that goes says why."""
    form = library.effective("trigger_plan", area)
    base = {one.id for one in library.base("trigger_plan").fields()}
    assert set(form.retired) - set(library.base("trigger_plan").retired) == RETIRED[area]
    assert base - {one.id for one in form.fields()} == RETIRED[area]
    assert all(why.endswith(".") for why in form.retired.values())


@pytest.mark.parametrize("area", ELSEWHERE)
def test_what_an_area_asks_more_cites_its_own_clause(library: Library, area: str) -> None:
    """Every added question names the area's clause and the requirement it answers, or why it is asked."""
    base = {path for path, _ in library.base("trigger_plan").walk()}
    added = {path: one for path, one in library.effective("trigger_plan", area).walk() if path not in base}
    assert len(added) >= 8
    assert {path: one.clause for path, one in added.items() if not one.clause.startswith(f"{area} ")} == {}
    assert [path for path, one in added.items() if not one.trace and not one.own] == []


@pytest.mark.parametrize("area", ELSEWHERE)
def test_plan_for_tonight_is_final_in_every_area(library: Library, area: str) -> None:
    """What an area asks more may be said to be not known tonight, and each essential is asked for."""
    form = library.effective("trigger_plan", area)
    asked = {one.id for one in form.fields()}
    answers = {id: value for id, value in TONIGHT.items() if id in asked} | MORE[area]
    assert Gate(form).judge(answers, stage=Stage.FINAL).errors == ()
    for id in MORE[area]:
        left = {key: value for key, value in answers.items() if key != id}
        assert [one.path for one in Gate(form).judge(left, stage=Stage.FINAL).errors] == [id]


@pytest.mark.parametrize("area", ELSEWHERE)
def test_areas_example_answers_all_that_it_asks(library: Library, area: str) -> None:
    """The example of each area is final but for its picture, and leaves none of its questions out."""
    form = library.effective("trigger_plan", area)
    answers = json.loads((EXAMPLES / f"trigger_plan.{area}.json").read_text("utf-8"))["answers"]
    photo = answers.pop("photo")
    judged = Gate(form).judge(answers | {"no_photo": "In the file"}, stage=Stage.FINAL)
    assert photo["alt"]
    assert judged.errors == ()
    asked = {one.id for one in form.fields() if one.type.holds_answer} - set(judged.not_asked)
    assert asked - {"photo", "no_photo", "photo_true"} - set(answers) == set()


@pytest.mark.parametrize("area", ELSEWHERE)
def test_review_may_be_later_than_a_month_but_not_before_the_plan(library: Library, area: str) -> None:
    """Only Pan-Lancashire prints a month; a review before the plan is wrong everywhere."""
    form = library.effective("trigger_plan", area)
    assert {one.id for one in form.cross_checks} == {"notice_without_owner", "review_too_early"}


def test_north_east_lincolnshire_reads_section_49_narrowly(library: Library) -> None:
    """A section 49 notice rests on an order or police protection, section 2 on no tie to the child (X-39)."""
    form = library.effective("trigger_plan", "NEL")
    offered = form.field("associates.x.notice_kind").raw_options["choices"]
    assert set(offered) == {"s2", "s49"}
    assert "police protection" in offered["s49"]
    assert "not connected" in offered["s2"]
    assert "residence order" in form.field("associates.x.notice").help
    lancashire = library.effective("trigger_plan", "LAN").field("associates.x.notice").help
    assert "ask your legal" in lancashire


def test_difference_tells_the_whole_the_questions_and_what_is_gone(library: Library) -> None:
    """The administrator reads restated titles, added and retired questions, other options and guidance."""
    told = compared(library.base("trigger_plan"), library.effective("trigger_plan", "NEL"))
    kinds = {one.kind for one in told}
    assert kinds == {"restated", "added", "relabelled", "hint", "help", "options", "retired"}
    title = next(one for one in told if one.path == "title")
    assert (title.before, title.after) == (("Trigger Plan and Profile",), ("Missing strategy",))
    checks = next(one for one in told if one.path == "cross_checks")
    assert len(checks.before) == len(checks.after) + 1
