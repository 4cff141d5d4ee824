"""The policy and the definitions are proved against each other: whoever is to write a form may."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from formsvc.access.policy_check import check_policy, entry
from formsvc.definitions.begun import begun
from formsvc.definitions.library import load_library
from formsvc.settings import PROJECT

FOLDER = PROJECT / "form_templates"
POLICY = "access/policy.yaml"
OWN_COPY = "    write: [social_worker, return_interviewer, missing_coordinator, team_manager]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the definitions, to change."""
    return Path(shutil.copytree(FOLDER, tmp_path / "form_templates"))


def changed(folder: Path, file: str, old: str, new: str) -> list[str]:
    """Replace a text once in a file of the folder and return the problems in words."""
    path = folder / file
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), "utf-8")
    return [str(one) for one in check_policy(folder, load_library(folder))]


def test_the_project_itself_is_sound() -> None:
    """Every form of the project has writers, and whoever completes or signs it may write it."""
    assert check_policy(FOLDER, load_library(FOLDER)) == []


def test_a_form_nobody_may_write_is_told_with_the_line_to_add(folder: Path) -> None:
    """A form just begun is named, and with the line that is offered everything is sound."""
    text = begun(id="new_form", title="New", prefix="NF", layout="plan", area="LAN", taken=())
    (folder / "new_form.yaml").write_text(text, "utf-8")
    told = [str(one) for one in check_policy(folder, load_library(folder))]
    missing = f"is missing: nobody may write, approve or read it. Add under definitions:  {entry('new_form')}"
    assert told == [f"{POLICY}: definitions.new_form: {missing}"]
    assert changed(folder, POLICY, "\ndefinitions:\n", f"\ndefinitions:\n  {entry('new_form')}\n") == []


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (POLICY, OWN_COPY, OWN_COPY.replace("social_worker", "socialworker"), "Did you mean social_worker?"),
        (POLICY, OWN_COPY, "    write: [team_manager]\n", "completed_by: 'social_worker' may not write it"),
        ("own_copy.yaml", "roles: [child]", "roles: [chil]", "signoffs.child.roles: 'chil' is no role"),
        (POLICY, "  own_copy:", "  own_copies:  ", "no such definition. Did you mean own_copy?"),
        (POLICY, "\nareas:\n", "\nareas:\n  LON: []\n", "areas.LON: there is no such area"),
    ],
)
def test_what_cannot_work_is_named_with_its_remedy(
    folder: Path, file: str, old: str, new: str, words: str
) -> None:
    """A word that is no role, a writer who may not write and an area that is not there are all found."""
    assert any(words in one for one in changed(folder, file, old, new))


def test_a_required_signature_needs_somebody_who_may_give_it(folder: Path) -> None:
    """A sign-off that waits for roles that may not write the form would wait for ever."""
    path = folder / "own_copy.yaml"
    text = path.read_text("utf-8")
    at = text.index("  - id: author\n")
    start = text.index("    roles: [", at)
    end = text.index("\n", start)
    path.write_text(f"{text[:start]}    roles: [police_coordinator]{text[end:]}", "utf-8")
    told = [str(one) for one in check_policy(folder, load_library(folder))]
    assert len(told) == 1
    assert "own_copy.yaml: signoffs.author.roles: none of them may write it" in told[0]
