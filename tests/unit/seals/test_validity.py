"""Data is judged against its definition where it is known, and against the form it carries where not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from formsvc.access.views import View, make_view
from formsvc.definitions.model import Effective, Stage
from formsvc.records.gate import Gate
from formsvc.records.snapshots import Signoff, make_snapshot
from formsvc.seals.verify import Named, Verdict
from formsvc.seals.verify.validity import judge_valid
from formsvc.seals.verify.view import read_view
from tests.builders import DATA, a_definition, a_field, kitchen_sink

OFFICE = {"class": "office"}


@cache
def form() -> Effective:
    """Return a form in which what the police are asked hangs on what only the office may read."""
    return a_definition(
        a_field("full_name", required="final"),
        a_field("open_case", "yes_no", **OFFICE),
        a_field("because", **OFFICE, shown_when="open_case = yes"),
        a_field("told_whom", required={"at": "final", "when": "open_case = yes"}),
        a_field("seen", "yes_no"),
        a_field("seen_on", "date", shown_when="seen = yes", required="final"),
        a_field(
            "people",
            "rows",
            fields=[
                a_field("name", required="final"),
                a_field("risky", "yes_no", **OFFICE),
                a_field("why", required={"at": "final", "when": "risky = yes"}),
            ],
        ),
        cross_checks=[
            {
                "id": "check",
                "when": "open_case = yes and seen = no",
                "code": "case_and_not_seen",
                "words": "An open case has been seen.",
                "fields": ["seen"],
                "at": "final",
            }
        ],
        signoffs=[
            {
                "id": "author",
                "title": "Author",
                "roles": ["social_worker"],
                "statement": "I wrote it.",
                "required": True,
            }
        ],
    )


ANSWERS = {
    "full_name": "Nobody Invented",
    "open_case": "yes",
    "because": "It is open",
    "told_whom": "The team",
    "seen": "yes",
    "seen_on": "2026-11-01",
    "people": [
        {"id": "r1", "name": "One", "risky": "yes", "why": "A reason"},
        {"id": "r2", "name": "Two", "risky": "no"},
    ],
}


def a_view(effective: Effective, answers: dict[str, Any], audience: str) -> View:
    """Return the view of a final revision."""
    judged = Gate(effective).judge(answers, stage=Stage.FINAL)
    assert judged.errors == ()
    signed = [
        Signoff(id=rule.id, title=rule.title, name="A. Invented", at="2026-11-22T18:05:00Z")
        for rule in effective.signoffs
    ]
    snapshot = make_snapshot(
        effective,
        record="record",
        reference="IF-AAAA-BBBB",
        revision=1,
        supersedes=None,
        controller=("org", "Invented Council"),
        answers=judged.answers,
        not_asked=judged.not_asked,
        signoffs=signed,
        notices=(),
        attachments=(),
        salt="5" * 64,
        at="2026-11-22T18:05:00Z",
    )
    return make_view(
        snapshot, effective, audience, verify_at="https://forms.example.org", demonstration=False
    )


def known(effective: Effective) -> Callable[[Named], Effective | None]:
    """Return a place that knows one definition."""
    return lambda named: effective if named.hash == effective.hash else None


def verdict(
    change: Callable[[dict[str, Any]], object], *, audience: str = "police", by: str = "known"
) -> Verdict:
    """Return the verdict on the data of the form after a change, by its definition or by its own form."""
    data = copy.deepcopy(dict(a_view(form(), ANSWERS, audience).data))
    change(data)
    return judge_valid(View(data=data), definitions=known(form()) if by == "known" else None)


def faults(found: Verdict) -> list[tuple[str, str]]:
    """Return the faults of a verdict."""
    return [(one["path"], one["code"]) for one in found.detail.get("faults", ())]


@pytest.mark.parametrize("audience", ["full", "police"])
@pytest.mark.parametrize("open_case", ["yes", "no"])
def test_what_is_left_out_is_no_fault(audience: str, open_case: str) -> None:
    """A copy that lacks what a rule looks at is valid, whichever way that was answered."""
    answers = ANSWERS | {"open_case": open_case, "seen": "yes"}
    if open_case == "no":
        answers = {key: one for key, one in answers.items() if key not in ("because", "told_whom")}
    found = judge_valid(a_view(form(), answers, audience), definitions=known(form()))
    assert (found.code, found.detail.get("faults")) == ("valid", None)


@pytest.mark.parametrize("audience", ["full", "police"])
def test_every_type_is_valid_by_definition_and_by_its_own_form(audience: str) -> None:
    """Answers of every field type pass both ways."""
    effective = kitchen_sink()
    answers = json.loads((DATA / "kitchen_sink.answers.json").read_text("utf-8"))
    view = a_view(effective, answers.get("answers", answers), audience)
    assert judge_valid(view, definitions=known(effective)).code == "valid"
    assert judge_valid(view).code == "valid_by_own_form"


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], object], tuple[str, str]]] = {
    "another label": (
        lambda d: d["form"]["pages"][0]["fields"][0].update(label="Her name"),
        ("form.pages", "not_of_the_definition"),
    ),
    "another title": (
        lambda d: d["document"].update(title="Another form"),
        ("document.title", "not_of_the_definition"),
    ),
    "another sentence": (
        lambda d: d["audience"].update(sentence="For everybody."),
        ("audience.sentence", "not_of_the_definition"),
    ),
    "no such audience": (
        lambda d: d["audience"].update(id="press"),
        ("audience.id", "not_of_the_definition"),
    ),
    "no such date": (lambda d: d["answers"].update(seen_on="2026-02-31"), ("seen_on", "date_unreal")),
    "not as kept": (lambda d: d["answers"].update(seen_on="1/11/2026"), ("seen_on", "not_as_kept")),
    "a control": (lambda d: d["answers"].update(full_name="a\x07b"), ("full_name", "not_as_kept")),
    "required": (lambda d: d["answers"].pop("full_name"), ("full_name", "required")),
    "required in a row": (lambda d: d["answers"]["people"][0].pop("name"), ("people.r1.name", "required")),
    "asked for by no form": (lambda d: d["answers"].update(extra="x"), ("extra", "unknown_field")),
    "answered and not asked": (
        lambda d: d["answers"].update(seen={"answer": "no"}),
        ("seen_on", "asked_or_not"),
    ),
    "said not to be asked": (lambda d: d["not_asked"].append("seen_on"), ("seen_on", "asked_or_not")),
    "sign-off of nobody": (
        lambda d: d["signoffs"].append({**d["signoffs"][0], "id": "king"}),
        ("signoffs.2", "signed_or_not"),
    ),
    "approved by nobody": (lambda d: d.update(signoffs=[]), ("document.status", "signed_or_not")),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_data_is_named_by_path_and_code(name: str) -> None:
    """Each fault is told by its path and code, and no value is repeated."""
    change, fault = BROKEN[name]
    found = verdict(change)
    assert (found.status, found.code) == ("bad", "not_valid")
    assert fault in faults(found)
    assert "Nobody Invented" not in str(found.to_json())


def test_police_may_not_hold_what_only_the_office_may() -> None:
    """A copy with an answer that is not its audience's is not what the definition gives."""
    found = verdict(lambda d: d["answers"].update(open_case="yes"))
    assert ("open_case", "unknown_field") in faults(found)


def test_cross_check_is_judged_where_all_it_looks_at_is_there() -> None:
    """The full copy is held against it; the police copy, which lacks half of it, is not."""

    def unseen(data: dict[str, Any]) -> None:
        data["answers"].update(seen={"answer": "no"})
        del data["answers"]["seen_on"]
        data["not_asked"].append("seen_on")

    assert faults(verdict(unseen, audience="full")) == [("seen", "case_and_not_seen")]
    assert faults(verdict(unseen, audience="police")) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda d: d["answers"].update(seen="perhaps"), "seen"),
        (lambda d: d["answers"].update(seen_on="soon"), "seen_on"),
        (lambda d: d["answers"].update(extra="x"), "extra"),
        (lambda d: d["answers"]["people"][0].update(extra="x"), "people.r1.extra"),
        (lambda d: d["answers"].update(full_name={"not_known": True}), "full_name"),
        (lambda d: d["answers"].update(people="One"), "people"),
        (lambda d: d["not_asked"].append("seen"), "seen"),
    ],
)
def test_unknown_definition_leaves_types_and_options(
    change: Callable[[dict[str, Any]], object], path: str
) -> None:
    """Without the definition an answer must still fit what the form in the file says."""
    found = verdict(change, by="own form")
    assert found.code == "not_valid"
    assert path in [one for one, _ in faults(found)]


def test_unknown_definition_is_said_and_not_held_against_it() -> None:
    """Rules that the form in the file does not carry are left open."""
    found = verdict(lambda d: d["answers"].pop("full_name"), by="own form")
    assert (found.status, found.code, found.detail["known"]) == ("unknown", "valid_by_own_form", False)


def test_definition_of_another_hash_is_not_this_one() -> None:
    """A place whose definition has another hash does not judge by it."""
    other = a_definition(a_field("full_name"))
    found = judge_valid(a_view(form(), ANSWERS, "police"), definitions=lambda _: other)
    assert found.code == "valid_by_own_form"


def test_many_faults_are_counted_and_few_named() -> None:
    """What a stranger made up is not repeated without end, nor under the name it was given."""

    def many(data: dict[str, Any]) -> None:
        data["answers"]["people"] = [{"id": f"r{n}", "Nobody Invented": "x"} for n in range(60)]

    found = verdict(many)
    assert len(found.detail["faults"]) == 20
    assert found.detail["count"] >= 60
    assert "Nobody Invented" not in str(found.to_json())


@pytest.mark.parametrize("wrong", [7, None, ["a"], {"id": "x"}, "x" * 101])
def test_definition_named_by_no_text_is_not_a_view(wrong: object) -> None:
    """A name that is none is odd data, never an error."""
    data = dict(a_view(form(), ANSWERS, "police").data)
    data["definition"] = {**data["definition"], "id": wrong}
    assert read_view(View(data=data).json).verdict.code == "data_odd"
