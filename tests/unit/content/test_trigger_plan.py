"""The Trigger Plan asks for all that its source does, and lets a plan for tonight through."""

from __future__ import annotations

from typing import Any

import pytest

from formsvc.definitions.library import Library
from formsvc.definitions.model import Effective, Stage
from formsvc.definitions.trace import Status, trace
from formsvc.records.gate import Gate
from tests.unit.content.conftest import Answers, Judge

NOT_KNOWN = {"not_known": True}

TONIGHT: dict[str, Any] = {
    "at_risk": "yes",
    "serious_harm": "yes",
    "too_often": "not_known",
    "plan_date": "22/11/2026",
    "next_review": "20/12/2026",
    "made_with": ["carer"],
    "not_heard": "She is missing now",
    "full_name": "Invented Child",
    "date_of_birth": "1/2/2012",
    "lead": {"name": "Duty worker", "role": "social worker", "phone": "01632 960100"},
    "no_photo": "The home is looking for one",
    "medication": "not_known",
    "top_risks": [{"risk": "Deep water"}],
    "background": "New to us today.",
    "risk_from": "not_known",
    "notices": "not_known",
    "risk_to": "not_known",
    "actions": [{"what": "Ring the police", "who": "The home"}],
    "tell_police": "Now, 999.",
    "ring_now": [{"contact": {"name": "The home", "phone": "01632 960100"}}],
} | dict.fromkeys(
    (
        "legal_status",
        "address",
        "home_phone",
        "height",
        "build",
        "hair",
        "eyes",
        "marks",
        "worker_risk",
        "triggers",
        "when_found",
    ),
    NOT_KNOWN,
)


def test_trigger_plan_leaves_no_requirement_open(library: Library) -> None:
    """Every requirement of the Trigger Plan's family is met or decided otherwise with a reason."""
    family = [one for one in trace(library).entries if one.id.startswith("F-TPP-")]
    assert [one.id for one in family] == [f"F-TPP-{number:02}" for number in range(1, 45)]
    assert [one.id for one in family if one.status is Status.OPEN] == []
    assert all(one.reason for one in family if one.status is Status.DECIDED)


@pytest.mark.parametrize("name", ["example", "hard", "dara"])
def test_filled_plan_passes_at_final(name: str, filled: Answers, judge: Judge) -> None:
    """The example, the hard example and a plan as a practitioner writes it are final without an error."""
    assert judge(filled[name]).errors == ()


@pytest.mark.parametrize("name", ["example", "dara"])
def test_filled_plan_loses_nothing(name: str, filled: Answers, judge: Judge) -> None:
    """What is written in an ordinary plan is what is kept, word for word."""
    judged = judge(filled[name])
    assert judged.answers == filled[name]
    assert judged.notices == ()


def test_real_plan_answers_every_requirement(plan: Effective, filled: Answers) -> None:
    """A plan as a practitioner writes it has a home for each of the 44, in a field that it answers."""
    answered = {
        id
        for path, field in plan.walk()
        for id in field.trace
        if _answered(filled["dara"], path.split(".*."))
    }
    signed = {id for signoff in plan.signoffs for id in signoff.trace}
    assert {f"F-TPP-{number:02}" for number in range(1, 45)} <= answered | signed


def test_hard_plan_says_what_was_taken_out(filled: Answers, judge: Judge) -> None:
    """Characters that cannot be printed are taken out of the hard example, and a notice says where."""
    judged = judge(filled["hard"])
    assert [path for path, _ in judged.notices] == ["online_life"]
    assert len(judged.answers["places"]) == 60
    assert len(judged.answers["background"]) == 10_000


def test_plan_for_tonight_is_final_with_little(judge: Judge) -> None:
    """A plan made in a hurry is final when each essential is answered or said to be not known."""
    assert judge(TONIGHT).errors == ()


@pytest.mark.parametrize("missing", sorted(TONIGHT))
def test_plan_asks_for_each_essential(missing: str, judge: Judge) -> None:
    """A plan that leaves an essential out is told which one."""
    judged = judge({key: value for key, value in TONIGHT.items() if key != missing})
    assert [error.path for error in judged.errors] == [missing]


def test_draft_asks_for_nothing(plan: Effective) -> None:
    """An empty draft is no error: a worker who is called away loses nothing."""
    assert Gate(plan).judge({}, stage=Stage.DRAFT).errors == ()


@pytest.mark.parametrize(
    ("at_risk", "serious_harm", "too_often", "asked"),
    [
        ("yes", "yes", "no", False),
        ("yes", "no", "yes", False),
        ("yes", "no", "no", True),
        ("yes", "not_known", "not_known", True),
        ("no", "yes", "yes", True),
    ],
)
def test_purpose_test_asks_why_where_it_is_not_met(
    judge: Judge, *, at_risk: str, serious_harm: str, too_often: str, asked: bool
) -> None:
    """Risk of going missing and serious harm or too many episodes is enough; otherwise the plan says why."""
    answers = TONIGHT | {"at_risk": at_risk, "serious_harm": serious_harm, "too_often": too_often}
    judged = judge(answers)
    assert ("needed_anyway" not in judged.not_asked) is asked
    assert [error.path for error in judged.errors] == (["needed_anyway"] if asked else [])


def test_photo_that_is_old_says_what_has_changed(filled: Answers, judge: Judge) -> None:
    """A plan with a photo asks whether it is still true, and one without asks why."""
    example = filled["example"]
    assert "no_photo" in judge(example).not_asked
    example["photo_true"] = {"answer": "no", "detail": "Hair cut short on Friday"}
    assert judge(example).answers["photo_true"]["detail"] == "Hair cut short on Friday"
    del example["photo"]
    assert [error.path for error in judge(example).errors] == ["no_photo"]


def test_notice_names_a_person_or_a_place(judge: Judge) -> None:
    """A plan that says a notice was served has a person or a place that it is about."""
    served = TONIGHT | {"notices": {"answer": "yes", "detail": "Section 2, last week"}}
    assert [error.code for error in judge(served).errors] == ["notice_without_person_or_place"]
    place = {"place": "Flat 2", "who_may_go": "police_only", "notice": "notice"}
    assert judge(served | {"places": [place]}).errors == ()


def test_medication_that_cannot_wait_says_how_long(judge: Judge) -> None:
    """A medicine whose missing is dangerous says after how long."""
    medicine = {"id": "m1", "name": "Insulin", "cannot_wait": "yes"}
    judged = judge(TONIGHT | {"medication": "yes", "medicines": [medicine]})
    assert [error.path for error in judged.errors] == ["medicines.m1.until_critical"]


def test_extras_are_few_and_say_why(plan: Effective) -> None:
    """What no protocol asks for says why it is asked, in a sentence."""
    extras = [field for _, field in plan.walk() if not field.trace]
    assert all(field.own.endswith(".") for field in extras)
    assert len(extras) < len([field for _, field in plan.walk() if field.trace]) / 2


def _answered(answers: dict[str, Any], steps: list[str]) -> bool:
    value = answers.get(steps[0])
    if len(steps) == 1:
        return value not in (None, NOT_KNOWN)
    return isinstance(value, list) and any(_answered(row, steps[1:]) for row in value)
