"""Whoever writes says so: a workflow that opens a transaction to write notes an act, or says why not here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from formsvc.web import acts

ROOT: Final = Path(__file__).parents[2] / "formsvc"

SILENT: Final = {
    "claim": "takes and gives back a job: work of the service, told by the job's own row (a retry is noted)",
    "link_audit": "chains what others noted",
    "refresh_revocation": "enqueues and ends a job of the service; it is about certificates",
    "rewrap_keys": "turns the key that wraps other keys: nothing that is held is read or changed",
    "set_up": "makes an empty installation",
    "sweep": "deletes files that no row names, and ends its job",
}
"""Workflow that writes and notes nothing -> why that is right."""

NOTED_ELSEWHERE: Final = {
    "finalise": "finality",
    "read_draft": "prefill",
}
"""Workflow that writes -> the module of steps in its transaction that notes the act."""


TREES: Final = {
    path.stem: ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / "workflow").glob("*.py"))
}
"""Every workflow with its syntax tree."""


def calls(tree: ast.AST, *names: str) -> list[ast.Call]:
    """Return the calls of something by its last name."""
    return [
        one
        for one in ast.walk(tree)
        if isinstance(one, ast.Call) and getattr(one.func, "id", getattr(one.func, "attr", "")) in names
    ]


def writes(tree: ast.AST) -> bool:
    """Say whether a module opens a transaction that may write: `store.write()`, `self.store.write()`."""
    return any(
        isinstance(one.func, ast.Attribute) and "store" in ast.unparse(one.func.value)
        for one in calls(tree, "write")
    )


def acts_in(tree: ast.AST) -> set[str]:
    """Return the acts that a module notes, written out where it notes them or in a constant of it."""
    constants = {
        target.id: value.value
        for one in ast.walk(tree)
        if isinstance(one, ast.Assign | ast.AnnAssign) and isinstance(value := one.value, ast.Constant)
        for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
        if isinstance(target, ast.Name)
    }
    found: set[str] = set()
    for call in calls(tree, "note", "add"):
        told = [*call.args[2:3], *(one.value for one in call.keywords if one.arg == "act")]
        for one in (part for each in told for part in outcomes(each)):
            act = constants.get(one.id) if isinstance(one, ast.Name) else getattr(one, "value", None)
            if isinstance(act, str) and "." in act:
                found.add(act)
    for call in calls(tree, "refusal", "judge_code", "_note", "_noted"):
        found |= {
            one.value
            for each in [*call.args, *(word.value for word in call.keywords)]
            for one in ast.walk(each)
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and "." in one.value
        }
    return found


def outcomes(told: ast.expr) -> Iterator[ast.expr]:
    """Yield what an expression can come to: both sides of a choice."""
    if isinstance(told, ast.IfExp):
        yield from outcomes(told.body)
        yield from outcomes(told.orelse)
    else:
        yield told


NOTES: Final = {name: acts_in(tree) for name, tree in TREES.items()}
WRITING: Final = sorted(name for name, tree in TREES.items() if writes(tree))


@pytest.mark.parametrize("name", WRITING)
def test_workflow_that_writes_notes_an_act(name: str) -> None:
    """A new one cannot forget: it notes an act, leaves it to a step it calls, or says here why not."""
    tree = TREES[name]
    notes = bool(calls(tree, "note", "note_refusal", "refusal", NOTED_ELSEWHERE.get(name, "note")))
    handed_on = {
        other
        for one in ast.walk(tree)
        if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("formsvc.workflow.")
        for other in [(one.module or "").rpartition(".")[2]]
        if NOTES.get(other) and other in NOTED_ELSEWHERE.values()
    }
    assert notes or handed_on or SILENT.get(name), f"{name} writes and notes nothing"


def test_silence_is_not_claimed_in_vain() -> None:
    """Who notes an act after all, or is gone, is taken off the list."""
    assert {name for name in SILENT if name not in WRITING or (NOTES[name] and name != "claim")} == set()
    assert all(len(why) > 20 for why in SILENT.values())


def test_each_act_has_words_and_each_words_an_act() -> None:
    """What is noted is said in words on the pages of the audit, and nothing is said that nobody notes."""
    noted = set().union(*NOTES.values())
    assert noted - set(acts.ACTS) == set()
    written = {
        one.value for tree in TREES.values() for one in ast.walk(tree) if isinstance(one, ast.Constant)
    }
    assert set(acts.ACTS) - written == set()


def test_each_act_is_of_a_kind() -> None:
    """Every act stands under one of the filters, and no filter is empty."""
    assert {kind for kind, _ in acts.ACTS.values()} == set(acts.KINDS)


def test_what_is_noted_of_a_child_names_record_and_revision() -> None:
    """Whoever notes an act on a revision or a document says of which child and record, and which one."""
    for name, tree in TREES.items():
        for call in calls(tree, "note"):
            told = ast.unparse(call.args[2]) if len(call.args) > 2 else ""
            if told.strip("'\"").startswith(("revision.", "document.", "section.", "draft.", "recall.")):
                words = {one.arg for one in call.keywords}
                if told == "'recall.see'":
                    continue  # of several children at once: `recalls` names them
                assert {"child_id", "record_id", "subject_id"} <= words or None in words, (name, told)
