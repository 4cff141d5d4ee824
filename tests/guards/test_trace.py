"""All 690 requirements are there, nothing of the Trigger Plan is open, and what is claimed exists."""

from __future__ import annotations

import ast
import hashlib
import importlib
import re
from pathlib import Path

import pytest

from formsvc.definitions.library import load_library
from formsvc.definitions.trace import Status, trace

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = load_library(ROOT / "form_templates")
REQUIREMENTS = LIBRARY.requirements()
TRACE = trace(LIBRARY)
FAMILIES = {
    "F-KSP": 18, "F-TPP": 44, "F-PHI": 18, "F-RI": 75, "F-SM": 25, "F-ESP": 21, "F-PRA": 24, "F-MR": 19,
    "F-SW": 21, "F-JAP": 9, "F-RCP": 13, "F-RMM": 12, "F-MRA": 15, "F-LOI": 8, "F-AWA": 11, "F-UASC": 14,
    "F-PAN": 8, "F-PHO": 7, "F-EP": 9, "F-OTH": 28, "T": 78, "G": 19, "D": 46, "R": 45, "P": 32, "X": 41,
    "C": 30,
}  # fmt: skip


def test_requirements_are_exactly_690() -> None:
    """No id is lost, added or renamed: the set is frozen, and so is the size of each family."""
    assert len(REQUIREMENTS.all) == 690
    counted = dict.fromkeys(FAMILIES, 0)
    for one in REQUIREMENTS.all.values():
        counted[one.family] += 1
    assert counted == FAMILIES
    ids = "\n".join(sorted(REQUIREMENTS.all))
    assert hashlib.sha256(ids.encode()).hexdigest() == (
        "70f1c47945d6538950a99ded597b54cdfe1d6994854f4111b8271ee60391be0b"
    )


def test_requirements_are_named_in_our_own_few_words() -> None:
    """A title is at most twelve words and no sentence: facts, not a protocol's text."""
    assert [one.id for one in REQUIREMENTS.all.values() if len(one.title.split()) > 12] == []
    assert [one.id for one in REQUIREMENTS.all.values() if one.title.endswith(".")] == []


def test_requirements_cite_their_source() -> None:
    """Every requirement names where it stands, but the two that are inferred from them all."""
    assert [one.id for one in REQUIREMENTS.all.values() if not one.source] == ["G-18", "D-45"]


def test_trigger_plan_leaves_nothing_open() -> None:
    """Every requirement of the Trigger Plan and Profile is met, or decided otherwise with a reason."""
    mine = [one for one in TRACE.entries if one.family == "F-TPP"]
    assert len(mine) == 44
    assert [one.id for one in mine if one.status is Status.OPEN] == []
    assert [one.id for one in mine if one.status is Status.DECIDED and not one.reason] == []


def test_every_contradiction_has_a_reading() -> None:
    """Where the sources contradict each other or are silent, each area concerned says what it does."""
    assert [one.id for one in TRACE.entries if one.family == "X" and one.status is not Status.DECIDED] == []


@pytest.mark.parametrize("id", [id for id in REQUIREMENTS.all if id.startswith("X-")])
def test_contradiction_is_read_by_every_area_it_touches_and_by_no_other(id: str) -> None:
    """Each of the 41 has its recorded reading in the file of each area whose protocol it stands in."""
    touched = {area for area in LIBRARY.areas() if re.search(rf"\b{area}\b", REQUIREMENTS.all[id].source)}
    assert touched
    assert {area for area in LIBRARY.areas() if id in LIBRARY.area(area).readings} == touched
    (traced,) = [one for one in TRACE.entries if one.id == id]
    assert all(LIBRARY.area(area).readings[id] in traced.reason for area in touched)


def test_every_parameter_of_an_area_is_carried_and_proved() -> None:
    """Each of the 32 parameters is met by an area's file, with the test that proves it."""
    found = [one for one in TRACE.entries if one.family == "P"]
    assert len(found) == 32
    assert [one.id for one in found if one.status is not Status.MET] == []
    assert [one.id for one in found if one.id not in REQUIREMENTS.rules] == []


def test_trace_accounts_for_every_requirement() -> None:
    """Each of the 690 is met, decided or open, once."""
    assert [one.id for one in TRACE.entries] == list(REQUIREMENTS.all)
    assert sum(TRACE.counts.values()) == 690


@pytest.mark.parametrize("id", sorted(REQUIREMENTS.rules))
def test_rule_that_meets_a_requirement_exists(id: str) -> None:
    """What is claimed to meet a requirement can be imported, and the test that proves it is there."""
    rule = REQUIREMENTS.rules[id]
    module, _, name = rule.rule.rpartition(".")
    assert hasattr(importlib.import_module(module), name)
    file, _, test = rule.test.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_decisions_that_are_pointed_to_exist() -> None:
    """A decision that says where more is written points to a file of the project."""
    pointed = {id: one.see for id, one in REQUIREMENTS.decided.items() if one.see}
    assert {id: see for id, see in pointed.items() if not (ROOT / see).is_file()} == {}
