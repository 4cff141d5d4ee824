"""The Philomena form: kept ready in peace, quick at 23:40, read by no more than the plan that fills it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from formsvc.access.policy import load_policy
from formsvc.access.table import Action, Role
from formsvc.access.views import View, make_view
from formsvc.definitions.carry import ONE_OCCASION, carry
from formsvc.definitions.library import Library
from formsvc.definitions.model import Effective, Field, Stage
from formsvc.definitions.trace import Status, trace
from formsvc.documents.content import build
from formsvc.records.gate import Gate, Judged
from formsvc.records.snapshots import make_snapshot
from tests.unit.content.conftest import PHOTO, PROJECT, TEMPLATES

AREAS = ("NEL", "HAR", "FRW")
EXAMPLES = {area: TEMPLATES / "examples" / f"philomena.{area}.json" for area in ("NEL", "HAR")}
NOT_KNOWN = {"not_known": True}
NOTE = "Built from the protocol's text; no force's printed form."

ABOUT_THE_FORM = frozenset({"about"})
"""Pages that ask about the form and not about the child."""
ABOUT_OTHER_ANSWERS = frozenset({"no_photo", "photo_true"})
"""Questions about another answer, not about the child."""

TONIGHT: dict[str, Any] = {
    "missing_now": "yes",
    "last_seen_at": "22/11/2026 17:10",
    "last_seen_place": "The bus stop",
    "wearing": NOT_KNOWN,
    "reporter": {"name": "Night worker", "phone": "01632 960640"},
    "full_name": "Invented Child",
    "date_of_birth": "1/2/2012",
    "address": NOT_KNOWN,
}
"""What a form for tonight cannot do without, where nothing was kept ready."""

READY = frozenset(
    {
        "steps", "tell_police", "ring_now", "form_date", "next_review", "keeper", "child_told", "home_phone",
        "lead", "no_photo", "height", "build", "hair", "eyes", "marks", "medication", "top_risks",
        "worker_risk", "pattern", "antecedent", "triggers",
    }
)  # fmt: skip
"""What a form that is kept ready asks for besides who the child is."""


@pytest.fixture(scope="module")
def forms(library: Library) -> dict[str, Effective]:
    """The form as each of its areas has it."""
    return {area: library.effective("philomena", area) for area in AREAS}


@pytest.fixture(scope="module")
def _examples() -> dict[str, dict[str, Any]]:
    sha256 = hashlib.sha256(PHOTO.read_bytes()).hexdigest()
    found = {area: json.loads(path.read_text("utf-8"))["answers"] for area, path in EXAMPLES.items()}
    found["NEL"]["photo"] |= {"sha256": sha256, "media_type": "image/jpeg"}
    return found


@pytest.fixture
def examples(_examples: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The answers of the two examples: a child missing at night, and one whose form is kept ready."""
    return deepcopy(_examples)


Judge = Callable[..., Judged]
Views = Callable[[str, str], View]


@pytest.fixture
def judge(forms: dict[str, Effective], fixed_clock: datetime) -> Judge:
    """Judge answers as final, in an area."""
    return lambda answers, area="NEL": Gate(forms[area]).judge(answers, stage=Stage.FINAL)


@pytest.fixture
def view_of(forms: dict[str, Effective], examples: dict[str, dict[str, Any]], judge: Judge) -> Views:
    """Make the view of an area's example for an audience."""

    def made(area: str, audience: str) -> View:
        judged = judge(examples[area], area)
        snapshot = make_snapshot(
            forms[area],
            record="demorecordphil222222",
            reference="PH-DEM2-PAGE",
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
            snapshot,
            forms[area],
            audience,
            verify_at="https://forms.example.org/verify",
            demonstration=True,
        )

    return made


def test_philomena_leaves_no_requirement_open(library: Library) -> None:
    """Every requirement of the form's family is met or decided otherwise with a reason."""
    entries = {one.id: one for one in trace(library).entries}
    family = [f"F-PHI-{number:02}" for number in range(1, 19)]
    assert [id for id in family if entries[id].status is Status.OPEN] == []
    assert [id for id in ("P-30", "X-05", "X-30", "T-61", "T-62") if entries[id].status is Status.OPEN] == []


def test_each_of_the_published_items_has_its_place(forms: dict[str, Effective]) -> None:
    """The decision names a question or a sign-off that is there for each of the 45 published items."""
    text = (PROJECT / "docs" / "decisions" / "philomena-readings.md").read_text("utf-8")
    rows = [line.split("|")[1:3] for line in text.splitlines() if re.match(r"\| \d", line)]
    assert [int(item.split()[0]) for item, _ in rows] == list(range(1, 46))
    form = forms["NEL"]
    asked = {one.id for one in form.fields()} | {rule.id for rule in form.signoffs}
    for item, where in rows:
        named = set(re.findall(r"`(\w+)`", where))
        assert named, item
        assert named - asked <= {"risk"}, item


def test_philomena_is_for_three_areas_and_stands(library: Library, forms: dict[str, Effective]) -> None:
    """The areas whose protocol names the form have it, and a child has one that is revised."""
    assert library.areas_of("philomena") == AREAS
    assert all(form.standing for form in forms.values())


def test_philomena_says_that_no_force_printed_it(forms: dict[str, Effective]) -> None:
    """What the form is stands on the screen, in its purpose and in every printed copy."""
    for form in forms.values():
        about = next(page for page in form.pages if page.id == "about")
        assert NOTE.removeprefix("B") in form.purpose
        assert about.intro == NOTE
        assert any(one.type.name == "guidance" for one in about.fields)


@pytest.mark.parametrize("area", EXAMPLES)
def test_filled_form_passes_at_final_and_loses_nothing(
    area: str, examples: dict[str, dict[str, Any]], judge: Judge
) -> None:
    """A form as a home writes it is final without an error, and kept word for word."""
    judged = judge(examples[area], area)
    assert judged.errors == ()
    assert judged.answers == examples[area]
    assert judged.notices == ()


def test_long_example_answers_every_question(
    forms: dict[str, Effective], examples: dict[str, dict[str, Any]], judge: Judge
) -> None:
    """The example of a night has an answer to each question that it is asked."""
    judged = judge(examples["NEL"])
    asked = {one.id for one in forms["NEL"].fields() if one.type.holds_answer} - set(judged.not_asked)
    assert asked == set(judged.answers)


@pytest.mark.parametrize("area", AREAS)
def test_form_for_tonight_is_never_held_up(area: str, judge: Judge) -> None:
    """A child is missing and nothing was kept ready: eight answers, some of them "not known", are enough."""
    assert judge(TONIGHT, area).errors == ()


@pytest.mark.parametrize("missing", sorted(TONIGHT))
def test_form_for_tonight_asks_for_each_essential(missing: str, judge: Judge) -> None:
    """A form for tonight that leaves an essential out is told which one, or asks for all that peace asks."""
    left = {key: value for key, value in TONIGHT.items() if key != missing}
    errors = {one.path for one in judge(left).errors}
    assert errors == ({"missing_now", *READY} if missing == "missing_now" else {missing})


def test_what_was_filled_in_by_half_holds_no_night_up(judge: Judge) -> None:
    """A social worker without a number, or a medicine without its hours, is no reason to wait at night."""
    half = {"lead": {"name": "Duty worker"}, "medication": "yes"}
    medicine = {"medicines": [{"name": "Insulin", "cannot_wait": "yes"}]}
    assert judge({**TONIGHT, **half, **medicine}).errors == ()
    assert judge({**TONIGHT, **half}).errors == ()


def test_form_kept_ready_asks_for_what_page_one_needs(judge: Judge) -> None:
    """In peace the form asks for its steps, for what page one needs and for who keeps it."""
    kept = {key: TONIGHT[key] for key in ("full_name", "date_of_birth", "address")} | {"missing_now": "no"}
    judged = judge(kept)
    assert {one.path for one in judged.errors} == READY
    assert "last_seen_at" in judged.not_asked


def test_part_two_is_short_and_closed_until_it_is_needed(forms: dict[str, Effective], judge: Judge) -> None:
    """Part 2 opens on one answer, is at most ten questions before the call, and asks nothing in peace."""
    form = forms["NEL"]
    now = next(page for page in form.pages if page.id == "now")
    assert form.pages[0] is now
    questions = [one for one in now.fields if one.type.holds_answer]
    assert len(questions) <= 10
    assert len([one for one in questions if one.required]) <= 4
    closed = {one.id for one in form.fields() if one.part == "now"} - {"missing_now"}
    assert closed <= set(judge({"missing_now": "no"}).not_asked)
    assert closed.isdisjoint(judge({"missing_now": "yes"}).not_asked)


def test_part_two_follows_the_call(forms: dict[str, Effective]) -> None:
    """A call taker asks for danger, then where and when, with whom, in what clothes, with what, and why."""
    asked = [one.id for one in forms["NEL"].pages[0].fields if one.type.holds_answer]
    assert asked == [
        "missing_now", "concern", "last_seen_at", "last_seen_place", "last_seen_with", "wearing", "carrying",
        "mood", "circumstances", "unlike_them",
    ]  # fmt: skip


def test_what_belongs_to_one_night_stays_with_it(
    forms: dict[str, Effective], examples: dict[str, dict[str, Any]], judge: Judge
) -> None:
    """The next revision begins with Part 1 whole and nothing of Part 2, in the steps neither."""
    form = forms["NEL"]
    before = judge(examples["NEL"]).answers
    carried = carry(form, form, before)
    occasion = {one.id for one in form.fields() if not one.carries}
    assert occasion >= {one.id for one in form.fields() if one.part == "now"}
    assert set(before) - set(carried.answers) == occasion
    assert {why for _, why in carried.not_carried} == {ONE_OCCASION}
    assert {key for step in carried.answers["steps"] for key in step} == {"id", "step", "who", "within"}
    kept = set(before) - occasion - {"steps"}
    assert {id: carried.answers[id] for id in kept} == {id: before[id] for id in kept}


def test_nothing_of_one_night_becomes_known_about_the_child(forms: dict[str, Effective]) -> None:
    """No answer of Part 2 is a fact: last month's coat never fills in tonight's."""
    assert [one.id for one in forms["NEL"].fields() if one.part == "now" and one.fact] == []


def factual(form: Effective) -> list[Field]:
    """Return the questions about the child: not about the form, the night, or another answer."""
    return [
        one
        for page in form.pages
        if page.id not in ABOUT_THE_FORM
        for one in page.fields
        if one.type.holds_answer and one.carries and one.id not in ABOUT_OTHER_ANSWERS
    ]


@pytest.mark.parametrize("area", AREAS)
def test_trigger_plan_fills_most_of_it(area: str, library: Library, forms: dict[str, Effective]) -> None:
    """At least 60 in 100 questions about the child are facts of the Trigger Plan, of one kind in both."""
    plan = {one.fact: one for one in library.effective("trigger_plan", area).fields() if one.fact}
    asked = factual(forms[area])
    shared = [one for one in asked if one.fact in plan]
    assert len(shared) * 100 >= 60 * len(asked), f"{len(shared)} of {len(asked)}"
    for one in shared:
        assert shape(one) == shape(plan[one.fact]), one.id


@pytest.mark.parametrize("area", AREAS)
def test_no_fact_reaches_more_readers_than_it_has(
    area: str, library: Library, forms: dict[str, Effective]
) -> None:
    """Whatever the form shares with the Trigger Plan has no reader here that it has not there."""
    plan = library.effective("trigger_plan", area)
    known = {one.fact: plan.audiences(one) for one in plan.fields() if one.fact}
    here = forms[area]
    assert [
        one.id for one in here.fields() if one.fact in known and not here.audiences(one) <= known[one.fact]
    ] == []


def shape(one: Field) -> Any:
    """Return what two questions for one fact must have in common; the least that is asked is each form's."""
    least = ("min", "role_required", "phone_required")
    options = {name: value for name, value in one.raw_options.items() if name not in least}
    return one.type.name, options, one.not_known, [(child.id, shape(child)) for child in one.children]


def test_example_of_a_night_stands_on_page_one(view_of: Views) -> None:
    """Page one of the police copy says when and where last seen and what is worn; all slots speak."""
    sheet = {slot.name: slot for slot in build(view_of("NEL", "police")).sheet}
    said = {name: [str(item.blocks) for item in slot.items] for name, slot in sheet.items()}
    assert "21:20" in said["last_seen"][0]
    assert "puffer coat" in said["last_seen"][2]
    assert [name for name, texts in said.items() if not texts or "ecorded" in texts[0]] == []


def test_form_kept_ready_has_no_empty_boxes_of_a_night(view_of: Views) -> None:
    """A copy of a form that is kept ready says nothing of where a child was last seen: she is at home."""
    content = build(view_of("HAR", "police"))
    assert "last_seen" not in {slot.name for slot in content.sheet}
    now = next(section for section in content.sections if section.id == "now")
    assert [item.path for item in now.items] == ["missing_now"]
    assert "call" not in {section.id for section in content.sections}


@pytest.mark.parametrize(
    ("audience", "holds", "lacks"),
    [
        ("full", ["sealed envelope 2", "Log 0611", "MALTRAVERS"], []),
        ("police", ["Log 0611", "MALTRAVERS", "KETTLE", "fish dock"], ["sealed envelope 2"]),
        ("home", ["Log 0611", "MALTRAVERS", "Not delivered".lower(), "2026-10-28"], ["sealed envelope 2"]),
        ("reviewing_officer", ["Log 0611", "placement planning".capitalize()], ["sealed envelope 2"]),
        ("health", ["Salbutamol"], ["Log 0611", "missing_now", "MALTRAVERS-POOLE</name>", "DN97 1TG"]),
        ("education", ["Humber Bank"], ["Log 0611", "missing_now", "Salbutamol", "DN97 1TG"]),
        ("child", ["KETTLE", "Salbutamol"], ["Log 0611", "missing_now", "Fish Dock Road", "MALTRAVERS"]),
        ("parent", ["Oluwaseun"], ["Log 0611", "missing_now", 'Staithe Row"', "Salbutamol", "MALTRAVERS"]),
    ],
)
def test_copy_holds_what_its_reader_needs(
    audience: str, holds: list[str], lacks: list[str], *, view_of: Views
) -> None:
    """Each audience's copy carries its own answers; Part 2 is for those who search, never for a school."""
    text = view_of("NEL", audience).json.decode()
    assert [words for words in holds if words not in text] == []
    assert [words for words in lacks if words in text] == []


def test_haringey_says_missing_or_absent_and_what_carers_were_given(forms: dict[str, Effective]) -> None:
    """Absent stands only in Haringey, as its protocol defines it, and the carers' papers are named there."""
    own = {one.id for one in forms["HAR"].fields()} - {one.id for one in forms["NEL"].fields()}
    assert own == {"category", "carers_given"}
    assert set(forms["HAR"].field("category").raw_options["choices"]) == {"missing", "absent"}
    assert "13 or over" in forms["HAR"].field("category").help


def test_framework_has_its_own_levels(forms: dict[str, Effective]) -> None:
    """The national framework's carer answers in its three levels of intervention, as it words them."""
    offered = forms["FRW"].field("concern").raw_options["choices"]
    assert offered == {one["code"]: one["words"] for one in reversed(forms["FRW"].area.grades)}


def test_every_area_says_its_own_words(forms: dict[str, Effective]) -> None:
    """No copy calls the force, the number or the interview by another area's name."""
    said = {area: json.dumps(form.document["definition"], ensure_ascii=False) for area, form in forms.items()}
    assert "Humberside Police" in said["NEL"]
    assert "Missing Catch Up" in said["NEL"]
    assert "Metropolitan Police" in said["HAR"]
    assert "MERLIN" in said["HAR"]
    for area, others in (("NEL", "MERLIN"), ("HAR", "Humberside"), ("FRW", "Humberside")):
        assert others not in said[area]


def test_home_completes_it_and_its_manager_approves(forms: dict[str, Effective]) -> None:
    """A home's own people begin, complete and sign it; its manager or the authority's approves it."""
    policy = load_policy(TEMPLATES)
    for role in (Role.home_staff, Role.residential_manager, Role.social_worker):
        assert policy.permits(role, Action.edit_record, "philomena")
    assert policy.permits(Role.residential_manager, Action.approve, "philomena")
    assert not policy.permits(Role.home_staff, Action.approve, "philomena")
    assert not policy.permits(Role.police_coordinator, Action.see_record, "philomena")
    signs = {rule.id: rule for rule in forms["NEL"].signoffs}
    assert {id for id, rule in signs.items() if rule.required} == {"carer", "manager"}
    assert {"home_staff", "residential_manager"} <= set(signs["carer"].roles)
    assert {"residential_manager", "team_manager"} <= set(signs["manager"].roles)


def test_home_reads_every_question_but_the_password(forms: dict[str, Effective]) -> None:
    """What a home completes it also reads: only where a password is kept stays with the authority."""
    hidden = {
        path for path, one in forms["NEL"].walk() if one.type.holds_answer and not reads(forms["NEL"], path)
    }
    assert hidden == {"social.*.password"}


def reads(form: Effective, path: str) -> bool:
    """Say whether a home reads a question."""
    return "home" in form.audiences(form.field(path.replace("*", "x")))


@pytest.mark.parametrize("area", EXAMPLES)
def test_numbers_and_mail_are_of_nobody(area: str, examples: dict[str, dict[str, Any]], judge: Judge) -> None:
    """Every telephone number is from the ranges kept for fiction, every mail address from example.org."""
    texts = list(_texts(judge(examples[area], area).answers))
    numbers = {text for text in texts if re.fullmatch(r"\+44\d+", text)}
    assert numbers
    assert {one for one in numbers if not re.fullmatch(r"\+44(7700900\d{3}|1632960\d{3})", one)} == set()
    mail = {one for text in texts for one in re.findall(r"[\w.+-]+@[\w-]+\.[\w.]+", text)}
    assert {one for one in mail if not one.endswith("example.org")} == set()


@pytest.mark.parametrize("area", EXAMPLES)
def test_signoffs_are_those_of_the_form(area: str, forms: dict[str, Effective]) -> None:
    """Sign-offs in the examples name the form's own; who approved is somebody else than who completed."""
    signed = {one["id"]: one for one in json.loads(EXAMPLES[area].read_text("utf-8"))["signoffs"]}
    assert set(signed) == {rule.id for rule in forms[area].signoffs}
    assert signed["carer"]["name"] != signed["manager"]["name"]


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
