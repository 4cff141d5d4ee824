"""The Keep Safe Plan asks for all that Bedfordshire does, and lets a plan for tonight through."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest

from formsvc.access.views import View, make_view
from formsvc.definitions.library import Library
from formsvc.definitions.model import Effective, Stage
from formsvc.definitions.trace import Status, trace
from formsvc.documents.content import build
from formsvc.errors import DefinitionNotFound
from formsvc.fields.blocks import Text
from formsvc.records.gate import Gate
from formsvc.records.snapshots import make_snapshot
from tests.unit.content.conftest import PHOTO, TEMPLATES, Judge

EXAMPLE = TEMPLATES / "examples" / "keep_safe_plan.BED.json"
NOT_KNOWN = {"not_known": True}
TONIGHT: dict[str, Any] = {
    "plan_date": "22/11/2026",
    "occasion": ["after_missing"],
    "next_review": "29/11/2026",
    "made_with": ["carer"],
    "full_name": "Invented Child",
    "date_of_birth": "1/2/2012",
    "lead": {"name": "Duty worker", "role": "social worker", "phone": "01632 960100"},
    "out_of_area": "not_known",
    "no_photo": "The carer is looking for one",
    "missing_before": "not_known",
    "history_asked": ["carers"],
    "risk_level": "high",
    "risk_why": "Twelve, out in the frost.",
    "top_risks": [{"risk": "Deep water"}],
    "medication": "not_known",
    "uasc": "no",
    "others_involved": "not_known",
    "actions": [{"what": "Ring the police", "who": "The carer"}],
    "tell_police": "Now, 999.",
    "ring_now": [{"contact": {"name": "The carer", "phone": "01632 960100"}}],
    "child_told": "no",
    "child_not_told": "She is missing now",
    "told": [{"name": "The carer", "capacity": "carer", "agrees": "agrees"}],
    "not_heard": "She is missing now",
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
        "triggers",
        "likelihood",
        "risk_kinds",
        "supervision",
        "parents_advice",
        "carers_advice",
    ),
    NOT_KNOWN,
)


@pytest.fixture(scope="module")
def form(library: Library) -> Effective:
    """The Keep Safe Plan in Bedfordshire, the one area that has it."""
    return library.effective("keep_safe_plan")


@pytest.fixture
def judge(form: Effective, fixed_clock: datetime) -> Judge:
    """Judge answers as final."""
    gate = Gate(form)
    return lambda answers: gate.judge(answers, stage=Stage.FINAL)


@pytest.fixture(scope="module")
def _written() -> dict[str, Any]:
    answers: dict[str, Any] = json.loads(EXAMPLE.read_text("utf-8"))["answers"]
    answers["photo"] |= {
        "sha256": hashlib.sha256(PHOTO.read_bytes()).hexdigest(),
        "media_type": "image/jpeg",
    }
    return answers


@pytest.fixture
def example(_written: dict[str, Any]) -> dict[str, Any]:
    """The answers of the example."""
    return deepcopy(_written)


@pytest.fixture
def view_of(form: Effective, judge: Judge) -> Callable[..., View]:
    """Make the view of some answers for an audience."""

    def made(answers: dict[str, Any], audience: str) -> View:
        judged = judge(answers)
        snapshot = make_snapshot(
            form,
            record="demorecordkeep222222",
            reference="KS-DEM2-PAGE",
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


def test_keep_safe_plan_leaves_no_requirement_open(library: Library) -> None:
    """Every requirement of the Keep Safe Plan's family is met or decided otherwise with a reason."""
    family = [one for one in trace(library).entries if one.id.startswith("F-KSP-")]
    assert [one.id for one in family] == [f"F-KSP-{number:02}" for number in range(1, 19)]
    assert [one.id for one in family if one.status is Status.OPEN] == []
    assert all(one.reason for one in family if one.status is Status.DECIDED)


def test_example_answers_every_requirement(form: Effective, example: dict[str, Any]) -> None:
    """A plan as a practitioner writes it answers each of the 18 somewhere, or was not asked here."""
    answered = {id for one in form.fields() if one.id in example for id in one.trace}
    unasked = {
        "trafficking",
        "risk_recorded",
        "meeting_changed",
    }
    said = {id for one in form.fields() if one.id in unasked for id in one.trace}
    signed = {id for rule in form.signoffs for id in rule.trace}
    assert {f"F-KSP-{number:02}" for number in range(1, 19)} <= answered | said | signed


def test_only_bedfordshire_has_it_and_it_is_one_living_plan(library: Library, form: Effective) -> None:
    """No other area can begin one, and a child has one that is revised."""
    assert library.areas_of("keep_safe_plan") == ("BED",)
    assert form.standing
    with pytest.raises(DefinitionNotFound):
        library.effective("keep_safe_plan", "LAN")


def test_example_is_final_and_loses_nothing(example: dict[str, Any], judge: Judge) -> None:
    """The example passes at final, and is kept word for word."""
    judged = judge(example)
    assert judged.errors == ()
    assert judged.answers == example
    assert judged.notices == ()


def test_plan_for_tonight_passes(judge: Judge) -> None:
    """A plan made in a hurry is final when each essential is answered or said to be not known."""
    assert judge(TONIGHT).errors == ()


@pytest.mark.parametrize("missing", sorted(TONIGHT))
def test_plan_asks_for_each_essential(missing: str, judge: Judge) -> None:
    """A plan that leaves an essential out is told which one, and of nothing else."""
    judged = judge({key: value for key, value in TONIGHT.items() if key != missing})
    assert [error.path for error in judged.errors if error.path == missing] == [missing]
    assert [error.path for error in judged.errors if error.path != missing] == []


def test_draft_asks_for_nothing(form: Effective) -> None:
    """An empty draft is no error: a worker who is called away loses nothing."""
    assert Gate(form).judge({}, stage=Stage.DRAFT).errors == ()


@pytest.mark.parametrize(
    ("occasion", "asked"),
    [
        ("out_of_area", {"risk_recorded"}),
        ("strategy", {"meeting_changed"}),
        ("review", {"review_absence", "review_less"}),
        ("routine", set()),
    ],
)
def test_occasion_asks_what_its_clause_asks(judge: Judge, *, occasion: str, asked: set[str]) -> None:
    """An absence out of area, a strategy meeting and a review each ask for what they must add."""
    judged = judge(TONIGHT | {"occasion": [occasion], "out_of_area": "yes"})
    assert {error.path for error in judged.errors} == asked


def test_missing_out_of_area_and_placed_here_is_said_twice_otherwise(judge: Judge) -> None:
    """A child who is missing from a placement outside the area is not placed inside it."""
    recorded = {"answer": "yes", "detail": "ESP assessment, 20 November"}
    answers = TONIGHT | {"occasion": ["out_of_area"], "risk_recorded": recorded, "out_of_area": "no"}
    assert [(error.path, error.code) for error in judge(answers).errors] == [
        ("out_of_area", "out_of_area_twice")
    ]


def test_nobody_is_not_somebody(judge: Judge) -> None:
    """The plan was talked through with somebody or with nobody, not with both."""
    judged = judge(TONIGHT | {"made_with": ["carer", "nobody"]})
    assert [(error.path, error.code) for error in judged.errors] == [("made_with", "nobody_and_somebody")]


def test_review_is_after_the_plan(judge: Judge) -> None:
    """A review before the plan is an error; no other limit is invented, because the source prints none."""
    assert [error.code for error in judge(TONIGHT | {"next_review": "21/11/2026"}).errors] == [
        "review_before_the_plan"
    ]
    assert judge(TONIGHT | {"next_review": "22/5/2027"}).errors == ()


def test_history_asks_for_each_episode_and_for_a_strategy(judge: Judge) -> None:
    """A child who has been missing before has the episodes, and what is done so that there are fewer."""
    judged = judge(TONIGHT | {"missing_before": "yes"})
    assert {error.path for error in judged.errors} == {"episodes", "strategy"}
    known = {"episodes": [{"when": NOT_KNOWN, "where": NOT_KNOWN}], "strategy": NOT_KNOWN}
    assert judge(TONIGHT | {"missing_before": "yes"} | known).errors == ()


def test_child_who_seeks_asylum_alone_is_thought_of_as_one_who_could_be_trafficked(judge: Judge) -> None:
    """Seeking asylum alone, or not known, asks about trafficking, with what was considered either way."""
    assert "trafficking" in judge(TONIGHT).not_asked
    for answer in ("yes", "not_known"):
        assert [error.path for error in judge(TONIGHT | {"uasc": answer}).errors] == ["trafficking"]
    for answer in ("yes", "no"):
        judged = judge(TONIGHT | {"uasc": "yes", "trafficking": {"answer": answer}})
        assert [error.path for error in judged.errors] == ["trafficking"]


def test_somebody_who_could_be_part_of_it_is_named(judge: Judge) -> None:
    """A plan that says somebody else could be part of it says who."""
    assert [error.path for error in judge(TONIGHT | {"others_involved": "yes"}).errors] == ["associates"]


def test_what_the_child_was_told_is_written_down(judge: Judge) -> None:
    """A child who was told: in which words. A child who was not: why, and who will."""
    told = {key: value for key, value in TONIGHT.items() if key != "child_not_told"} | {"child_told": "yes"}
    assert [error.path for error in judge(told).errors] == ["child_told_how"]


def test_risk_is_high_or_medium_with_its_reasons_and_cited_words(form: Effective, judge: Judge) -> None:
    """The level is one of the area's two grades, quoted as the area has them, and gives its reasons."""
    level = form.field("risk_level")
    assert [code for code, _ in level.options.choices] == ["high", "medium"]
    page = next(one for one in form.pages if level in one.fields)
    for grade in form.area.grades:
        assert f'{grade["words"]}: "{grade["definition"]}"' in page.intro
    assert "(BED 6.9)" in page.intro
    assert [error.path for error in judge(TONIGHT | {"risk_level": "low"}).errors] == ["risk_level"]
    assert form.field("risk_why").required


def test_page_one_serves_the_search_and_the_call(
    view_of: Callable[..., View], example: dict[str, Any]
) -> None:
    """Page one of the police copy has an answer in every slot, the level of risk among them."""
    content = build(view_of(example, "police"))
    shown = {
        slot.name: [one.text for item in slot.items for one in item.blocks if isinstance(one, Text)]
        for slot in content.sheet
        if slot.name != "photo"
    }
    assert all("Not recorded" not in texts and "None recorded" not in texts for texts in shown.values())
    assert shown["grade"] == ["High"]
    assert len(shown["risks"]) == 3
    assert shown["ring_now"][0].startswith("Gwendolen Akintola")
    assert any("A man in a grey van" in text for text in shown["do_not_approach"])
    assert any("garages" in text for text in shown["do_not_approach"])


@pytest.mark.parametrize(
    ("audience", "holds", "lacks"),
    [
        ("full", ["Put on the child's case file", "Coldharbour Way", "me 'toast'"], []),
        ("police", ["Coldharbour Way", "grey van", "+447700900633", "me 'toast'"], ["secure_email"]),
        ("home", ["Gantry House", "NovoRapid", "Told nothing"], ["secure_email"]),
        (
            "health",
            ["NovoRapid", "Larkspur Surgery"],
            ["Gantry House, staircase", "Mallory", "me 'toast'"],
        ),
        ("education", ["skate shoes", "Sleeps on stairs"], ["NovoRapid", "Mallory", "me 'toast'"]),
        ("reviewing_officer", ["Three absences since", "me 'toast'"], ["secure_email"]),
        (
            "child",
            ["its not prison", "NovoRapid", "drawing of a clock"],
            [
                "Mallory",
                "Gantry House, staircase",
                "Coldharbour",
                "looks eleven.",
                "Told nothing",
                "grey van",
            ],
        ),
        (
            "parent",
            ["drawing of a clock", "Ring Luka, then me"],
            [
                "MK97 2HS",
                "960640",
                "Mallory",
                "its not prison",
                "NovoRapid",
                "Tredinnick",
                "Told nothing",
            ],
        ),
    ],
)
def test_copy_holds_what_its_reader_needs(
    audience: str,
    holds: list[str],
    lacks: list[str],
    *,
    view_of: Callable[..., View],
    example: dict[str, Any],
) -> None:
    """Each audience's copy carries its classes of answer, and of the others not a word."""
    text = view_of(example, audience).json.decode()
    assert [words for words in holds if words not in text] == []
    assert [words for words in lacks if words in text] == []


def test_childs_own_words_stand_apart(form: Effective) -> None:
    """What the child said has a page of its own and a class that parents do not read."""
    own = [one.id for one in form.fields() if one.sensitivity == "voice"]
    assert own == ["own_words", "helps_stay", "way_home", "disagrees"]
    (page,) = {page.id for page in form.pages for one in page.fields if one.sensitivity == "voice"}
    assert page == "voice"
    assert "parent" not in form.audiences(form.field("own_words"))


def test_same_fact_is_the_same_question_as_in_the_trigger_plan(library: Library, form: Effective) -> None:
    """A fact that both plans carry has one type, one class and, in rows, the same questions.

    Whom to ring is for fewer here: a foster carer's number is not for a parent's copy.
    """
    other = {one.fact: one for one in library.effective("trigger_plan").fields() if one.fact}
    shared = [one for one in form.fields() if one.fact in other]
    assert len(shared) >= 25
    assert {one.fact for one in shared if one.sensitivity != other[one.fact].sensitivity} == {"plan.ring_now"}
    for one in shared:
        theirs = other[one.fact]
        assert one.type == theirs.type, one.fact
        assert [child.id for child in one.children] == [child.id for child in theirs.children], one.fact
        if one.type.name in ("choice", "choices"):
            assert one.options == theirs.options, one.fact


def test_next_version_is_asked_anew_why_it_is_written(form: Effective) -> None:
    """What belongs to one version (date, occasion, who talked it through) is not carried on."""
    assert {one.id for one in form.fields() if not one.carries} == {
        "plan_date",
        "occasion",
        "risk_recorded",
        "meeting_changed",
        "review_absence",
        "review_less",
        "next_review",
        "made_with",
        "sent_to",
        "uploaded_at",
    }


def test_extras_are_few_and_say_why(form: Effective) -> None:
    """What the protocol does not ask for says why it is asked, in a sentence."""
    extras = [field for _, field in form.walk() if field.type.holds_answer and not field.trace]
    assert all(field.own.endswith((".", ").")) for field in extras)
    assert len(extras) < len([field for _, field in form.walk() if field.trace]) / 2


def test_example_is_reviewed_after_it_is_written(example: dict[str, Any]) -> None:
    """The plan that we show names a review within a month."""
    between = date.fromisoformat(example["next_review"]) - date.fromisoformat(example["plan_date"])
    assert 0 < between.days <= 31
