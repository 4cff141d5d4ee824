"""Strategy minutes ask for all that their sources do, in four areas, and take minutes signed elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from formsvc.access.views import visible_pages
from formsvc.definitions.library import Library
from formsvc.definitions.model import Effective, Stage
from formsvc.definitions.trace import Status, trace
from formsvc.records.gate import Gate, Judged
from tests.unit.content.conftest import TEMPLATES

AREAS = ("BED", "HAR", "NEL", "LAN")
NOT_KNOWN = {"not_known": True}
FILE = {
    "sha256": "a" * 64,
    "media_type": "application/pdf",
    "name": "minutes.pdf",
    "title": "Minutes, signed",
}

Judging = Callable[..., Judged]

ATTACHED: dict[str, Any] = {
    "minutes_as": "attached",
    "meeting_kind": "first",
    "held_by": "calls",
    "held_on": "20/11/2026",
    "chair": {"name": "Ottoline Brackenridge", "role": "team manager"},
    "threshold": {"answer": "yes", "detail": "Missing three nights without insulin"},
    "minutes_files": [{"id": "f1", "file": FILE}],
    "full_name": "Invented Child",
    "date_of_birth": "1/2/2012",
    "lead": {"name": "Theodora Blakiston-Nwosu", "role": "social worker", "phone": "01632 960100"},
    "decision": "Search today; enquiries begin.",
    "next_review": "23/11/2026",
}
NOT_HELD: dict[str, Any] = {
    key: ATTACHED[key] for key in ("held_on", "full_name", "date_of_birth", "lead", "decision", "next_review")
} | {
    "minutes_as": "not_held",
    "threshold": {"answer": "no", "detail": "Seen and well at her aunt's at noon"},
    "not_held_why": "She was seen at noon and comes home tonight.",
    "not_held_by": {"name": "Ottoline Brackenridge", "role": "team manager"},
}
MORE = {
    "HAR": {"category": "missing", "three_months": "no"},
    "NEL": {"replaces_meeting": "no"},
}
"""What an area requires besides, where minutes are attached."""


@pytest.fixture(scope="module")
def judge(library: Library) -> Judging:
    """Return what judges answers at final as an area has the form."""

    def judged(answers: dict[str, Any], area: str = "LAN") -> Judged:
        return Gate(effective(library, area)).judge(deepcopy(answers), stage=Stage.FINAL)

    return judged


def effective(library: Library, area: str) -> Effective:
    """Return the form as an area has it."""
    return library.effective("strategy_minutes", area)


def example(area: str) -> dict[str, Any]:
    """Return the answers of an area's example."""
    name = TEMPLATES / "examples" / f"strategy_minutes.{area}.json"
    answers: dict[str, Any] = json.loads(name.read_text("utf-8"))["answers"]
    return answers


def test_minutes_leave_no_requirement_open(library: Library) -> None:
    """Every requirement of the family is met, or decided otherwise with a reason."""
    family = [one for one in trace(library).entries if one.id.startswith("F-SM-")]
    assert [one.id for one in family] == [f"F-SM-{number:02}" for number in range(1, 26)]
    assert [one.id for one in family if one.status is Status.OPEN] == []


@pytest.mark.parametrize("area", AREAS)
def test_example_passes_and_loses_nothing(area: str, judge: Judging) -> None:
    """The examples are final without an error, kept word for word."""
    answers = example(area)
    judged = judge(answers, area)
    assert judged.errors == ()
    assert judged.answers == answers
    assert judged.notices == ()


@pytest.mark.parametrize("area", AREAS)
def test_attached_minutes_are_final_with_little(area: str, judge: Judging) -> None:
    """A reviewing officer who attaches signed minutes answers a dozen questions and no more."""
    assert judge(ATTACHED | MORE.get(area, {}), area).errors == ()


@pytest.mark.parametrize("area", AREAS)
def test_meeting_not_held_needs_its_reason_and_its_manager(area: str, judge: Judging) -> None:
    """Where no meeting was held, who decided it and why is all that is asked besides."""
    more = {key: one for key, one in MORE.get(area, {}).items() if key == "category"}
    assert judge(NOT_HELD | more, area).errors == ()
    lacking = {key: one for key, one in (NOT_HELD | more).items() if not key.startswith("not_held_")}
    assert [one.path for one in judge(lacking, area).errors] == ["not_held_why", "not_held_by"]


@pytest.mark.parametrize("missing", sorted(ATTACHED))
def test_minutes_ask_for_each_essential(missing: str, judge: Judging) -> None:
    """Attached minutes that leave an essential out are told which one."""
    judged = judge({key: one for key, one in ATTACHED.items() if key != missing})
    assert judged.errors[0].path == missing


def test_attached_minutes_may_be_for_everybody(judge: Judging) -> None:
    """One file is enough, in either list."""
    answers = {key: one for key, one in ATTACHED.items() if key != "minutes_files"}
    assert judge(answers | {"open_files": ATTACHED["minutes_files"]}).errors == ()
    assert [one.code for one in judge(answers).errors] == ["minutes_without_file"]


def test_written_minutes_need_people_risk_and_actions(judge: Judging) -> None:
    """What makes minutes worth circulating is asked for where they are written here."""
    judged = judge({**ATTACHED, "minutes_as": "written"})
    assert [one.path for one in judged.errors] == [
        "attendance", "risk_now", "all_done", "reasons", "actions", "if_located",
    ]  # fmt: skip


def test_action_has_an_owner(judge: Judging) -> None:
    """Nobody's action is nobody's work."""
    judged = judge({**ATTACHED, "actions": [{"id": "x1", "what": "Ring the aunt"}]})
    assert [one.path for one in judged.errors] == ["actions.x1.who"]


def test_review_comes_after_the_meeting(judge: Judging) -> None:
    """A next meeting in the past is a slip of the pen."""
    judged = judge({**ATTACHED, "next_review": "19/11/2026"})
    assert [one.code for one in judged.errors] == ["review_before_the_meeting"]


def test_haringey_raises_the_health_alert_or_says_who_decided(judge: Judging) -> None:
    """24.1 is read as a duty: minutes written here say of the alert who decided, and why."""
    answers = example("LAN") | {"category": "missing", "three_months": "no"}
    answers["police_grade"] = {"grade": "given", "circumstances": "High"}
    del answers["follow_up_by"], answers["health_alert"], answers["health_alert_why"]
    assert [one.path for one in judge(answers, "HAR").errors] == ["health_alert"]
    raised = answers | {"health_alert": "raised"}
    assert [one.path for one in judge(raised, "HAR").errors] == ["health_alert_why"]


def test_haringey_meets_every_six_weeks_or_says_why(judge: Judging) -> None:
    """A review later than that is taken with its reason."""
    late = ATTACHED | MORE["HAR"] | {"next_review": "5/1/2027"}
    assert [one.path for one in judge(late, "HAR").errors] == ["later_why"]
    assert judge(ATTACHED | {"next_review": "5/1/2027"}, "LAN").errors == ()


def test_haringey_decides_on_the_placement_after_three_months(judge: Judging) -> None:
    """The decision, who took it and what was done are asked for."""
    long = ATTACHED | MORE["HAR"] | {"three_months": "yes"}
    assert [one.path for one in judge(long, "HAR").errors] == ["placement_ends", "placement_why"]


@pytest.mark.parametrize("area", AREAS)
def test_closed_part_reaches_authority_police_and_reviewer_alone(area: str, library: Library) -> None:
    """Intelligence and whole signed minutes are for three readers; nobody of the family reads any of it."""
    form = effective(library, area)
    seen = {
        audience: {one.id for _, _, _, fields in visible_pages(form, audience) for one in fields}
        for audience in form.area.audiences
    }
    closed = {"intelligence", "minutes_files"}
    assert {audience for audience, ids in seen.items() if closed & ids} == {
        "full", "police", "reviewing_officer",
    }  # fmt: skip
    assert seen["child"] == seen["parent"] == set()
    assert {"decision", "actions", "next_review", "open_files"} <= seen["home"]
    assert {audience for audience, ids in seen.items() if "sent_to" in ids} == {"full"}


def test_page_one_says_decision_actions_and_review_first(library: Library) -> None:
    """What a reader needs in ten seconds is named for page one."""
    sheet = effective(library, "LAN").search_sheet
    assert [one for one in sheet if one in ("decision", "actions", "next_review")] == [
        "decision", "actions", "next_review",
    ]  # fmt: skip


def test_extras_say_why(library: Library) -> None:
    """What no protocol asks for says why it is asked, in a sentence."""
    for area in AREAS:
        extras = [one for _, one in effective(library, area).walk() if not one.trace]
        assert all(one.own.endswith(".") for one in extras)
