"""The vulnerability and risk assessment: nineteen grades, no total, and somebody's decision with reasons."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from formsvc.access.readable import reached
from formsvc.access.views import View, make_view
from formsvc.definitions.library import Library
from formsvc.definitions.model import Effective, Field, Stage
from formsvc.definitions.trace import Status, trace
from formsvc.documents.content import addressed, build
from formsvc.errors import DefinitionNotFound
from formsvc.records.gate import Gate
from formsvc.records.snapshots import make_snapshot
from tests.unit.content.conftest import TEMPLATES, Judge

EXAMPLE = TEMPLATES / "examples" / "esp_assessment.BED.json"
FACTORS = 19
GRADES = ("high", "medium", "low")
TONIGHT: dict[str, Any] = {
    "full_name": "Invented Child",
    "date_of_birth": "1/2/2012",
    "about_now": "missing_home",
    "assessed_at": "20 November 2026 17:05",
    "missing_since": {"not_known": True},
    "overall": "medium",
    "reasons": "Twelve, and it is dark.",
    "look_again": {"not_known": True},
}

Views = Callable[[dict[str, Any], str], View]


@pytest.fixture(scope="module")
def form(library: Library) -> Effective:
    """The assessment in Bedfordshire, the one area that has it."""
    return library.effective("esp_assessment")


@pytest.fixture(scope="module")
def factors(form: Effective) -> list[Field]:
    """The questions that answer the nineteen rows of Appendix 1, in order."""
    return [one for one in form.fields() if one.type.name == "grade"]


@pytest.fixture
def judge(form: Effective, fixed_clock: datetime) -> Judge:
    """Judge answers as final."""
    gate = Gate(form)
    return lambda answers: gate.judge(answers, stage=Stage.FINAL)


@pytest.fixture(scope="module")
def _written() -> dict[str, Any]:
    answers: dict[str, Any] = json.loads(EXAMPLE.read_text("utf-8"))["answers"]
    return answers


@pytest.fixture
def example(_written: dict[str, Any]) -> dict[str, Any]:
    """The answers of the example."""
    return deepcopy(_written)


@pytest.fixture
def view_of(form: Effective, judge: Judge) -> Views:
    """Make the view of some answers for an audience."""

    def made(answers: dict[str, Any], audience: str) -> View:
        judged = judge(answers)
        assert judged.errors == ()
        snapshot = make_snapshot(
            form,
            record="demorecordesp2222222",
            reference="EA-DEM2-PAGE",
            revision=1,
            supersedes=None,
            controller=("own", "Calderholme County Council"),
            answers=judged.answers,
            not_asked=judged.not_asked,
            notices=judged.notices,
            signoffs=(),
            attachments=(),
            salt="0" * 64,
            at="2026-11-22T18:05:00Z",
        )
        return make_view(
            snapshot, form, audience, verify_at="https://forms.example.org/verify", demonstration=True
        )

    return made


def test_esp_assessment_leaves_no_requirement_open(library: Library) -> None:
    """Every requirement of the assessment's family is met or decided otherwise with a reason."""
    family = [one for one in trace(library).entries if one.id.startswith("F-ESP-")]
    assert [one.id for one in family] == [f"F-ESP-{number:02}" for number in range(1, 22)]
    assert [one.id for one in family if one.status is Status.OPEN] == []
    assert all(one.reason for one in family if one.status is Status.DECIDED)


def test_only_bedfordshire_has_it_and_each_occasion_its_own(library: Library, form: Effective) -> None:
    """No other area can begin one, and one is made for each occasion: an old grade is not revised."""
    assert library.areas_of("esp_assessment") == ("BED",)
    assert not form.standing
    with pytest.raises(DefinitionNotFound):
        library.effective("esp_assessment", "HAR")


def test_factors_are_the_nineteen_in_their_order(factors: list[Field]) -> None:
    """Each row of Appendix 1 is one question with its number, its clause and words of ours beside it."""
    assert len(factors) == FACTORS
    for number, one in enumerate(factors, 1):
        assert one.label.startswith(f"{number}. ")
        assert one.trace == (f"F-ESP-{number:02}",)
        assert one.clause == f"BED App1.{number}"
        assert len(one.help) > 60


def test_factor_is_high_medium_low_or_not_known_and_never_demanded(
    factors: list[Field], judge: Judge
) -> None:
    """Every factor takes the three grades, with circumstances, or "not known", or nothing."""
    for one in factors:
        assert tuple(code for code, _ in one.options.grades) == GRADES
        assert one.required is None
    answers = dict(TONIGHT)
    for number, one in enumerate(factors):
        answers[one.id] = {"grade": GRADES[number % 3], "circumstances": f"Because of {number}"}
    assert judge(answers).errors == ()
    assert judge(TONIGHT | {one.id: {"not_known": True} for one in factors}).errors == ()


def test_low_says_that_it_is_for_a_factor_alone(form: Effective, factors: list[Field]) -> None:
    """Beside every Low stands that no child is low in the end, on the form and in print (X-19)."""
    for one in factors:
        assert dict(one.options.grades)["low"] == "Low, for this factor alone"
    for page in form.pages:
        if any(one in factors for one in page.fields):
            assert "Low is for one factor alone" in page.intro
            assert "BED 6.9, 18.4" in page.intro
    assert "X-19" in form.area.readings


def test_child_is_high_or_medium_in_the_words_of_the_area(form: Effective, judge: Judge) -> None:
    """The decision has the area's two grades, quoted and cited beside it, and cannot be anything else."""
    assert [code for code, _ in form.field("overall").options.choices] == ["high", "medium"]
    (page,) = (one for one in form.pages if form.field("overall") in one.fields)
    for grade in form.area.grades:
        assert f'{grade["words"]}: "{grade["definition"]}"' in page.intro
    assert "BED 6.9 and 18.4" in page.intro
    judged = judge(TONIGHT | {"overall": "low"})
    assert [error.path for error in judged.errors] == ["overall"]


@pytest.mark.parametrize("grade", GRADES)
def test_decision_follows_from_no_number_of_factors(grade: str, factors: list[Field], judge: Judge) -> None:
    """Nineteen factors of one grade leave both decisions open, and none of them makes one."""
    answers = TONIGHT | {one.id: {"grade": grade} for one in factors}
    for overall in ("high", "medium"):
        judged = judge(answers | {"overall": overall})
        assert judged.errors == ()
        assert judged.answers["overall"] == {"choice": overall}
    undecided = {key: value for key, value in answers.items() if key != "overall"}
    assert [error.path for error in judge(undecided).errors] == ["overall"]


def test_nothing_in_the_form_is_a_number(form: Effective) -> None:
    """No question takes a number and no label speaks of a score, a total, points or how many factors."""
    assert not {one.type.name for _, one in form.walk()} & {"whole_number", "decimal_number"}
    said = " ".join(
        [form.title, form.purpose, *(page.title for page in form.pages)]
        + [f"{one.label} {one.hint} {one.help}" for _, one in form.walk()]
    ).lower()
    assert re.findall(r"\b(score|total|points|sum|tally)\b", said) == []


def test_nothing_that_is_printed_counts_or_sums(
    factors: list[Field], example: dict[str, Any], view_of: Views
) -> None:
    """What is printed but for the factors themselves is the same whatever their grades are.

    A count, a sum, a mean or a decision made from them would have to differ between all high, all
    medium, all low, each third, and none.
    """
    others = {key: value for key, value in example.items() if key not in {one.id for one in factors}}
    printed = []
    for chosen in (("high",), ("medium",), ("low",), GRADES, ()):
        graded = {
            one.id: {"grade": chosen[number % len(chosen)]} for number, one in enumerate(factors) if chosen
        }
        told = addressed(build(view_of(others | graded, "full")))
        printed.append({path: text for path, text in told.items() if path not in {one.id for one in factors}})
    assert printed[0]["overall"] == "High"
    assert all(one == printed[0] for one in printed[1:])


def test_example_is_final_and_loses_nothing(example: dict[str, Any], judge: Judge) -> None:
    """The example passes at final, and is kept word for word."""
    judged = judge(example)
    assert judged.errors == ()
    assert judged.answers == example
    assert judged.notices == ()


def test_assessment_for_tonight_passes(judge: Judge) -> None:
    """A grade with its reason is enough: nobody grades nineteen factors before the police are rung."""
    assert judge(TONIGHT).errors == ()


@pytest.mark.parametrize("missing", sorted(TONIGHT))
def test_assessment_asks_for_each_essential(missing: str, judge: Judge) -> None:
    """An assessment that leaves an essential out is told which one."""
    judged = judge({key: value for key, value in TONIGHT.items() if key != missing})
    assert [error.path for error in judged.errors] == [missing]


def test_draft_asks_for_nothing(form: Effective) -> None:
    """An empty draft is no error: a worker who is called away loses nothing."""
    assert Gate(form).judge({}, stage=Stage.DRAFT).errors == ()


def test_length_of_the_absence_is_asked_where_there_is_one(judge: Judge) -> None:
    """While the child is away it is asked since when, and what changes as the hours go by."""
    assert judge(TONIGHT | {"about_now": "might_go"}).not_asked >= {"missing_since", "longer"}
    assert not judge(TONIGHT).not_asked & {"missing_since", "longer"}


def test_high_asks_who_was_told(judge: Judge) -> None:
    """High asks whether the people of 18.4 were told; medium does not; neither is held up by it."""
    assert "told_high" in judge(TONIGHT).not_asked
    high = judge(TONIGHT | {"overall": "high"})
    assert "told_high" not in high.not_asked
    assert high.errors == ()


def test_days_are_in_order(judge: Judge) -> None:
    """An assessment is not older than the absence, nor looked at again before it was made."""
    since = TONIGHT | {"missing_since": "22 November 2026 14:00", "assessed_at": "21 November 2026 14:00"}
    assert [error.code for error in judge(since).errors] == ["assessed_before_missing"]
    again = TONIGHT | {"look_again": "19 November 2026 14:00"}
    assert [error.code for error in judge(again).errors] == ["look_again_before"]


def test_grade_of_the_police_stands_apart(form: Effective, judge: Judge) -> None:
    """The police grade for themselves, on a page of its own, and nothing is asked where they have not."""
    (page,) = (one for one in form.pages if form.field("police_grade") in one.fields)
    assert form.field("overall") not in page.fields
    assert judge(TONIGHT).not_asked >= {"police_graded", "police_differs"}
    differs = judge(TONIGHT | {"overall": "high", "police_grade": "medium"})
    assert differs.errors == ()
    assert not differs.not_asked & {"police_graded", "police_differs"}


def test_child_and_parent_receive_none(form: Effective) -> None:
    """It is read by those who use it; what it says of family and others is in no copy for child or parent."""
    assert reached(form) == {"full", "police", "home", "health", "education", "reviewing_officer"}


@pytest.mark.parametrize(
    ("audience", "holds", "lacks"),
    [
        ("full", ["packet at the fence", "needles", "URN 412"], []),
        ("police", ["packet at the fence", "needles", "URN 412"], []),
        ("home", ["packet at the fence", "needles"], []),
        ("health", ["needles", "Sugar unreadable"], []),
        ("education", ["Packet handed through"], ["Sugar unreadable", "perhaps no needles"]),
        ("reviewing_officer", ["Sugar unreadable"], []),
    ],
)
def test_copy_holds_what_its_reader_needs(
    audience: str, holds: list[str], lacks: list[str], *, view_of: Views, example: dict[str, Any]
) -> None:
    """Each audience's copy carries its classes of answer, and of the others not a word."""
    text = view_of(example, audience).json.decode()
    assert [words for words in holds if words not in text] == []
    assert [words for words in lacks if words in text] == []


def test_what_was_left_says_so_in_print(view_of: Views, factors: list[Field]) -> None:
    """A factor that nobody graded is printed as not recorded: silence is not mistaken for low."""
    told = addressed(build(view_of(TONIGHT, "full")))
    assert {told[one.id] for one in factors} == {"Not recorded"}


def test_extras_are_few_and_say_why(form: Effective) -> None:
    """What Appendix 1 does not ask for says why it is asked, in a sentence."""
    extras = [field for _, field in form.walk() if field.type.holds_answer and not field.trace]
    assert all(field.own.endswith((".", ").")) for field in extras)
    assert len(extras) <= 4
