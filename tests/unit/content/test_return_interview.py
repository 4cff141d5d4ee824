"""The return interview asks what five protocols ask, is short where a child says no, and reaches no home."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from formsvc.access.policy import load_policy
from formsvc.access.readable import reached
from formsvc.access.terms import Action, Role
from formsvc.access.views import View, make_view
from formsvc.definitions.library import Library
from formsvc.definitions.model import Field, Stage
from formsvc.definitions.trace import Status, trace
from formsvc.records.gate import Gate, Judged
from formsvc.records.snapshots import make_snapshot
from tests.unit.content.conftest import TEMPLATES

AREAS = ("BED", "FRW", "HAR", "LAN", "NEL")
NOT_KNOWN = {"not_known": True}
LOOKED_AFTER = ("care_order", "interim_care_order", "accommodated", "remand_or_police")
NAMES = {
    "BED": "Return Interview",
    "FRW": "Independent return interview",
    "HAR": "Independent return interview",
    "LAN": "Return interview",
    "NEL": "Missing Catch Up",
}
FICTION = re.compile(r"\+44(7700900\d{3}|1632960\d{3})")

OFFER = {"when": "20/11/2026 10:00", "by_whom": "The interviewer", "how": "call", "answer": "declined"}
DECLINED: dict[str, Any] = {
    "full_name": "Invented Child",
    "date_of_birth": "1/2/2012",
    "legal_status": NOT_KNOWN,
    "missing_from": "18/11/2026 21:00",
    "returned_at": "19/11/2026 07:30",
    "how_returned": NOT_KNOWN,
    "offers": [OFFER],
    "outcome": "declined",
    "declined_why": NOT_KNOWN,
    "somebody_else": "no",
    "at_risk_now": "no",
    "medical_offer": NOT_KNOWN,
    "stay_safe": ["helplines"],
    "carers_asked": "no",
}
"""What a declined offer is final with, whichever the area."""

HELD: dict[str, Any] = (
    {
        key: value
        for key, value in DECLINED.items()
        if key not in ("declined_why", "somebody_else", "carers_asked")
    }
    | {
        "outcome": "accepted",
        "held_at": "20/11/2026 15:00",
        "interviewer": {"name": "Somebody", "role": "interviewer"},
        "interviewer_kind": NOT_KNOWN,
        "independent": "yes",
        "preferred": "no_wish",
        "venue": "The library",
        "alone": "alone",
        "why_said": NOT_KNOWN,
        "push": NOT_KNOWN,
        "pull": NOT_KNOWN,
        "while_away": ["not_disclosed"],
        "placement_push": "no",
        "summary": "A quarrel, a night at a friend's.",
        "likely_again": NOT_KNOWN,
        "actions": [{"what": "Meet again", "who": "The interviewer"}],
    }
    | dict.fromkeys(("violence", "hurt", "victim", "exploitation", "crime", "substances"), "not_known")
)
"""What a talk is final with in every area, besides what an area adds."""

OF_AREA: dict[str, dict[str, Any]] = {
    "BED": {"preference_agreed": "Somebody new"},
    "FRW": {"trained": "yes"},
    "HAR": {"consents": [{"who": "School", "answer": "refused"}]},
    "LAN": {},
    "NEL": {"venue_why": "Their choice"},
}
"""What an area asks for besides, once the child has talked."""

Judge = Callable[..., Judged]


@pytest.fixture
def judge(library: Library, fixed_clock: datetime) -> Judge:
    """Judge answers as final, in an area."""
    return lambda answers, area="LAN": Gate(library.effective("return_interview", area)).judge(
        answers, stage=Stage.FINAL
    )


@pytest.fixture
def view_of(library: Library, judge: Judge) -> Callable[..., View]:
    """Make the view of answers for an audience in an area."""

    def made(answers: dict[str, Any], audience: str, area: str = "LAN") -> View:
        form, judged = library.effective("return_interview", area), judge(answers, area)
        snapshot = make_snapshot(
            form,
            record="demorecordtalk222222",
            reference="RI-DEM2-TALK",
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


def example(area: str) -> dict[str, Any]:
    """Return the answers of an area's example."""
    text = (TEMPLATES / "examples" / f"return_interview.{area}.json").read_text("utf-8")
    answers: dict[str, Any] = json.loads(text)["answers"]
    return answers


def test_return_interview_leaves_no_requirement_open(library: Library) -> None:
    """Every requirement of the return interview's family is met or decided otherwise with a reason."""
    family = [one for one in trace(library).entries if one.id.startswith("F-RI-")]
    assert [one.id for one in family] == [f"F-RI-{number:02}" for number in range(1, 76)]
    assert [one.id for one in family if one.status is Status.OPEN] == []
    assert all(one.reason for one in family if one.status is Status.DECIDED)


@pytest.mark.parametrize("area", AREAS)
def test_every_area_has_it_under_its_own_name(library: Library, area: str) -> None:
    """Each area calls the talk what its protocol calls it, and cites that protocol."""
    form = library.effective("return_interview", area)
    assert form.title == form.short_title == NAMES[area]
    assert not form.standing
    assert all(clause.startswith(area) for clause in form.clauses)


@pytest.mark.parametrize("area", AREAS)
def test_no_home_parent_or_school_reads_any_of_it(library: Library, area: str) -> None:
    """No question of it reaches a home, a parent or a school, and so no copy is made for them."""
    form = library.effective("return_interview", area)
    with_health = {"health"} if area == "LAN" else set()
    assert reached(form) == {"full", "police", "reviewing_officer", "child"} | with_health
    for part in form.parts.values():
        assert part.audiences.isdisjoint({"home", "parent", "education"})


@pytest.mark.parametrize("area", AREAS)
def test_no_fact_it_states_is_for_a_home(library: Library, area: str) -> None:
    """What it teaches as a fact has the audiences of its question: never the home's, before a release."""
    form = library.effective("return_interview", area)
    facts = [one for one in form.fields() if one.fact]
    assert facts
    assert [one.fact for one in facts if "home" in form.audiences(one)] == []


@pytest.mark.parametrize("area", AREAS)
def test_facts_are_those_of_the_plan(library: Library, area: str) -> None:
    """A fact it asks for is asked in the plan too, as the same type, with the same class and choices."""
    form, plan = library.effective("return_interview", area), library.effective("trigger_plan")
    asked = {one.fact: one for one in plan.fields() if one.fact}
    for one in form.fields():
        if one.fact:
            theirs = asked[one.fact]
            assert (one.type.name, one.sensitivity) == (theirs.type.name, theirs.sensitivity), one.id
            if one.type.name == "choice":
                assert one.raw_options == theirs.raw_options


def test_home_neither_writes_nor_reads_it() -> None:
    """The document's entry names nobody of a home, nor the police: theirs is a copy, or nothing."""
    allowed = load_policy(TEMPLATES).definitions["return_interview"]
    named = frozenset().union(*allowed.values())
    assert named.isdisjoint({Role.residential_manager, Role.home_staff, Role.police_coordinator})
    assert allowed[Action.edit_record] == {
        Role.return_interviewer, Role.social_worker, Role.missing_coordinator, Role.team_manager,
    }  # fmt: skip


@pytest.mark.parametrize("area", AREAS)
def test_example_is_final_and_kept_word_for_word(judge: Judge, area: str) -> None:
    """What is written in an area's example passes at final, and is what is kept."""
    answers = example(area)
    judged = judge(answers, area)
    assert judged.errors == ()
    assert judged.answers == answers
    assert judged.notices == ()


@pytest.mark.parametrize("area", AREAS)
def test_numbers_in_examples_are_of_nobody(area: str) -> None:
    """Every telephone number of an example is from the ranges kept for fiction."""
    numbers = {text for text in _texts(example(area)) if re.fullmatch(r"\+44\d+", text)}
    assert {one for one in numbers if not FICTION.fullmatch(one)} == set()


@pytest.mark.parametrize("area", AREAS)
def test_declined_offer_is_final_with_fourteen_answers(judge: Judge, area: str) -> None:
    """Where the child says no a dozen short answers make a finished document, in every area."""
    assert judge(DECLINED, area).errors == ()
    assert len(DECLINED) == 14


@pytest.mark.parametrize("missing", sorted(DECLINED))
def test_declined_offer_asks_for_each_essential(missing: str, judge: Judge) -> None:
    """A declined offer that leaves an essential out is told which one."""
    errors = judge({key: value for key, value in DECLINED.items() if key != missing}).errors
    assert missing in {error.path for error in errors}


@pytest.mark.parametrize("area", AREAS)
def test_talk_is_final_with_the_essentials_of_its_area(judge: Judge, area: str) -> None:
    """A talk is final with what every area asks and what its own area adds, and not without the latter."""
    assert judge(HELD | OF_AREA[area], area).errors == ()
    assert {error.path for error in judge(HELD, area).errors} == set(OF_AREA[area])


@pytest.mark.parametrize("missing", sorted(set(HELD) - set(DECLINED)))
def test_talk_asks_for_each_essential(missing: str, judge: Judge) -> None:
    """A talk that leaves an essential out is told which one."""
    errors = judge({key: value for key, value in HELD.items() if key != missing}).errors
    assert missing in {error.path for error in errors}


def test_declined_offer_asks_nothing_about_a_talk(judge: Judge, library: Library) -> None:
    """Of the pages about the talk nothing is asked where there was none."""
    not_asked = judge(DECLINED).not_asked
    for page in library.effective("return_interview").pages:
        if page.id in ("setting", "words", "away", "harm"):
            assert {one.id for one in page.fields if one.type.holds_answer} <= not_asked


def test_draft_asks_for_nothing(library: Library) -> None:
    """An empty draft is no error: an interviewer who is called away loses nothing."""
    assert Gate(library.effective("return_interview")).judge({}, stage=Stage.DRAFT).errors == ()


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("status", LOOKED_AFTER)
def test_nobody_turns_it_down_for_a_child_in_care(judge: Judge, area: str, status: str) -> None:
    """A parent's or carer's no is no end of the offer to a child in care: the child is asked (X-16)."""
    answers = DECLINED | {"legal_status": status, "outcome": "unable", "why_unable": "adult_refused"}
    answers |= {"letter_sent": NOT_KNOWN} if area == "NEL" else {}
    del answers["declined_why"]
    codes = [error.code for error in judge(answers | {"child_asked": "no"}, area).errors]
    assert codes == ["only_the_child_refuses"]
    assert judge(answers | {"child_asked": {"answer": "yes", "detail": "On Friday"}}, area).errors == ()


def test_refusal_for_a_child_unknown_to_services_opens_a_review(judge: Judge) -> None:
    """In pan-Lancashire what is held is looked at again before such an episode is closed."""
    answers = DECLINED | {"legal_status": "not_open", "outcome": "unable", "why_unable": "adult_refused"}
    answers |= {"child_asked": "no"}
    del answers["declined_why"]
    assert [error.path for error in judge(answers).errors] == ["not_open_review"]
    assert (
        judge(answers | {"not_open_review": "Nothing before this; looked at with the manager"}).errors == ()
    )


def test_frequency_agreed_instead_is_bedfordshire_alone(judge: Judge, library: Library) -> None:
    """How often to talk instead, and where the reason is logged, is asked there where nothing is held."""
    answers = {key: value for key, value in DECLINED.items() if key not in ("declined_why", "somebody_else")}
    answers |= {"outcome": "not_held", "not_held_why": "Talks every Friday", "authorised_by": NOT_KNOWN}
    assert judge(answers, "BED").errors == ()
    assert "talk_frequency" not in judge(answers, "BED").not_asked
    for area in set(AREAS) - {"BED"}:
        assert "talk_frequency" not in {
            one.id for one in library.effective("return_interview", area).fields()
        }


@pytest.mark.parametrize(
    ("held", "asked", "errors"),
    [
        ("20/11/2026 15:00", False, []),
        ("22/11/2026 07:00", True, []),
        ("22/11/2026 17:00", True, []),
    ],
)
def test_late_talk_says_why_and_is_never_barred(
    judge: Judge, *, held: str, asked: bool, errors: list[str]
) -> None:
    """Three days after the return the form asks why it is late, and takes any reason or none yet."""
    judged = judge(HELD | {"held_at": held})
    assert ("late_why" not in judged.not_asked) is asked
    assert [error.path for error in judged.errors] == errors


def test_talk_four_days_after_the_return_gives_its_reason(judge: Judge) -> None:
    """A talk that is late beyond doubt has a reason in a line, or says none is known; it is never barred."""
    late = HELD | {"returned_at": "15/11/2026 07:30", "missing_from": "14/11/2026 20:00"}
    assert [error.path for error in judge(late).errors] == ["late_why"]
    for why in ("They asked for after the match", NOT_KNOWN):
        assert judge(late | {"late_why": why}).errors == ()


def test_ticks_of_appendix_three_are_all_there_in_words_of_today(library: Library) -> None:
    """Each tick of the source is a code, and no word of a form of ours says prostitution (F-RI-18)."""
    form = library.effective("return_interview", "BED")
    returned, away = form.field("how_returned"), form.field("while_away")
    assert set(returned.raw_options["choices"]) >= {
        "returned_of_own_accord", "found_by_police", "arrested", "found_by_family", "physical_injury",
        "not_disclosed",
    }  # fmt: skip
    assert set(away.raw_options["choices"]) >= {
        "friend_or_family", "previously_lived", "hotel_or_commercial", "no_known_connection",
        "person_met_away", "met_other_runaways", "slept_rough", "involved_in_prostitution",
        "involved_in_crime", "not_disclosed",
    }  # fmt: skip
    assert away.raw_options["choices"]["involved_in_prostitution"] == "Was sexually exploited"
    said = [words for _, one in form.walk() for words in _asked(one)]
    assert [words for words in said if "prostitut" in words.lower()] == []


@pytest.mark.parametrize(
    ("area", "codes"),
    [
        ("BED", {"independent_agency", "social_worker", "professional", "visitor", "trusted_friend"}),
        ("FRW", {"local_authority", "independent_provider", "other_professional"}),
        (
            "HAR",
            {"return_home_officer", "exploitation_panel", "early_help", "rescue_and_response", "school_lead"},
        ),
        (
            "LAN",
            {"awaken", "engage", "missing_from_home", "placing_authority", "commissioned", "known_worker"},
        ),
        ("NEL", {"missing_officer", "social_worker", "family_help", "network", "responsible_authority"}),
    ],
)
def test_who_talks_is_of_the_area_list(library: Library, area: str, codes: set[str]) -> None:
    """Whoever talks with the child is chosen from those the area's protocol names."""
    options = library.effective("return_interview", area).field("interviewer_kind").raw_options
    assert set(options["choices"]) == codes


@pytest.mark.parametrize("area", AREAS)
def test_helplines_of_the_area_stand_beside_the_question(library: Library, area: str) -> None:
    """What a child is given to stay safe begins with numbers that answer."""
    hint = library.effective("return_interview", area).field("stay_safe").hint
    assert "116 000" in hint
    assert library.area(area).terms["helplines"] in hint


@pytest.mark.parametrize(
    ("audience", "holds", "lacks"),
    [
        ("full", ["they know where Hania goes", "trusts us not to write down", "PSR of 11 November"], []),
        (
            "police",
            ["they know where Hania goes", "22 Marine Steps", "woollen hat"],
            ["trusts us not to write down", "PSR of 11 November", "waits outside his door"],
        ),
        (
            "health",
            ["Epilepsy nurse", "One puff", "Walk Hania"],
            ["they know where Hania goes", "22 Marine Steps", "woollen hat", "hurts to drown"],
        ),
        (
            "reviewing_officer",
            ["the noise at night", "they know where Hania goes"],
            ["trusts us not to write down"],
        ),
        (
            "child",
            ["they know where Hania goes", "Walk Hania", "Text 99"],
            ["22 Marine Steps", "woollen hat", "hurts to drown", "section_47", "trafficked"],
        ),
    ],
)
def test_copy_holds_what_its_reader_needs(
    view_of: Callable[..., View], audience: str, holds: list[str], lacks: list[str]
) -> None:
    """Each audience's copy of the example carries its classes of answer, and of the others not a word."""
    text = view_of(example("LAN"), audience).json.decode().replace("\\n", " ")
    assert [words for words in holds if words not in text] == []
    assert [words for words in lacks if words in text] == []


def test_disclosure_is_read_by_those_named_and_leaves_one_answer_behind(
    view_of: Callable[..., View], library: Library
) -> None:
    """What was disclosed is in a part of named readers; elsewhere stands only that there is one."""
    told = example("LAN") | {
        "disclosure_apart": "yes",
        "disclosed": "Quintessable words",
        "lado": {"answer": "yes", "detail": "Quintessable advice"},
    }
    for audience in ("police", "health", "reviewing_officer", "child"):
        text = view_of(told, audience).json.decode()
        assert "Quintessable" not in text
        assert "disclosure" not in text
    form = library.effective("return_interview")
    assert form.parts["disclosure"].named
    kept = {one.id for one in form.fields() if one.part == "disclosure"}
    assert kept == {"disclosed", "lado", "disclosure_known"}
    needs = {id for one in form.fields() if one.id in kept and one.shown_when for id in one.shown_when.needs}
    assert needs == {"disclosure_apart"}
    assert not any(one.required for one in form.fields() if one.part == "disclosure")


@pytest.mark.parametrize("area", AREAS)
def test_child_reads_their_words_apart_from_ours(library: Library, area: str) -> None:
    """The child's words have a page of their own, of one class, and the child has all of it."""
    form = library.effective("return_interview", area)
    (page,) = (one for one in form.pages if one.id == "words")
    words = [one for one in page.fields if one.type.holds_answer and one.type.name == "long_text"]
    assert {one.sensitivity for one in words} == {"voice"}
    assert all("child" in form.audiences(one) for one in words)


@pytest.mark.parametrize("area", AREAS)
def test_circulation_keeps_it_from_the_home(library: Library, area: str) -> None:
    """The last page of every copy says that the home and the carers never have it, and who tells them."""
    assert any(
        "Never the home or the carers" in one
        for one in library.effective("return_interview", area).circulation
    )


def test_extras_are_few_and_say_why(library: Library) -> None:
    """What no protocol asks for says why it is asked, in a sentence."""
    for area in AREAS:
        asked = [
            one for _, one in library.effective("return_interview", area).walk() if one.type.holds_answer
        ]
        extras = [one for one in asked if not one.trace]
        assert all(one.own.endswith(".") for one in extras)
        assert len(extras) < len(asked) / 8


def _asked(field: Field) -> Iterator[str]:
    """Yield what a question says, but for its longer guidance."""
    yield field.label
    yield field.hint
    yield from field.raw_options.get("choices", {}).values()


def _texts(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)
        case str():
            yield value
