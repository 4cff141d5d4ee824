"""The report to the police asks what a call taker asks, in order, and never waits for what is not known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formsvc.definitions.library import Library
from formsvc.definitions.model import Stage
from formsvc.definitions.trace import Status, trace
from formsvc.records.gate import Gate
from formsvc.settings import PROJECT

AREAS = ("BED", "FRW", "HAR", "LAN", "NEL")
NOT_KNOWN = {"not_known": True}
TONIGHT: dict[str, Any] = {
    "channel": "emergency",
    "reporter": {"name": "Night worker", "role": "night senior", "phone": "01632 960100"},
    "full_name": "Invented Child",
    "missing_from": "placement",
    "last_seen_at": NOT_KNOWN,
    "last_seen_place": NOT_KNOWN,
    "wearing": NOT_KNOWN,
    "circumstances": "Not in her room at 23:30.",
    "worried": "She is eleven.",
    "decided": "missing",
} | dict.fromkeys(
    (
        "out_of_character",
        "missing_before",
        "medical",
        "victim",
        "hurt",
        "exploited",
        "self_harm",
        "danger",
    ),
    "not_known",
)


def test_missing_report_leaves_no_requirement_open(library: Library) -> None:
    """Every requirement of the report's family is met or decided otherwise with a reason."""
    family = [one for one in trace(library).entries if one.id.startswith("F-MR-")]
    assert [one.id for one in family] == [f"F-MR-{number:02}" for number in range(1, 20)]
    assert [one.id for one in family if one.status is Status.OPEN] == []


@pytest.mark.parametrize("area", AREAS)
def test_a_report_for_tonight_passes(library: Library, area: str) -> None:
    """What a night worker knows in a minute is enough in every area."""
    judged = Gate(library.effective("missing_report", area)).judge(TONIGHT, stage=Stage.FINAL)
    assert judged.errors == ()


@pytest.mark.parametrize(
    ("changed", "wanting"),
    [
        ({"decided": "absent"}, {"look_again"}),
        ({"recorded": "not_missing"}, {"why_not"}),
        ({"reporter": {"name": "Night worker"}}, {"reporter"}),
        ({"circumstances": ""}, {"circumstances"}),
    ],
)
def test_what_a_decision_needs_is_asked_for(
    library: Library, changed: dict[str, Any], wanting: set[str]
) -> None:
    """Not reporting has a time to look again, a refusal its reason, and a caller a number."""
    judged = Gate(library.effective("missing_report")).judge(TONIGHT | changed, stage=Stage.FINAL)
    assert {one.path for one in judged.errors} == wanting


def test_every_check_that_a_protocol_lists_can_be_ticked(library: Library) -> None:
    """The seven checks of one protocol and those that others add stand side by side."""
    offered = library.effective("missing_report").field("checks").options.offered()
    assert {"searched", "called", "family", "visited", "online", "hospitals", "school"} < set(offered)
    assert {"leads", "items", "others"} < set(offered)


def test_the_calls_number_is_each_areas_own(library: Library) -> None:
    """The question how it was reported offers 999 and the number of the area's own police."""
    told = {area: library.effective("missing_report", area).field("channel") for area in AREAS}
    for area, field in told.items():
        offered = field.options.offered()
        assert offered["emergency"] == "999"
        assert offered["other"] == library.area(area).terms["police_number"]
    assert told["BED"].options.offered()["other"] != told["LAN"].options.offered()["other"]


@pytest.mark.parametrize("area", AREAS)
def test_it_reaches_neither_child_nor_parent(library: Library, area: str) -> None:
    """The report is for the authority, the police, the home and the reviewing officer alone."""
    effective = library.effective("missing_report", area)
    readers = {one for _, field in effective.walk() for one in effective.audiences(field)}
    assert readers == {"full", "police", "home", "reviewing_officer"}


def test_the_example_passes(library: Library) -> None:
    """The example that stands beside the definitions is whole."""
    path = PROJECT / "form_templates" / "examples" / "missing_report.NEL.json"
    answers = json.loads(path.read_text("utf-8"))["answers"]
    answers["photo"] |= {"sha256": "0" * 64, "media_type": "image/jpeg"}
    judged = Gate(library.effective("missing_report", "NEL")).judge(answers, stage=Stage.FINAL)
    assert judged.errors == ()
