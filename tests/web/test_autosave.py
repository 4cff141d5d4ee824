"""A page that saves itself: what it is told, and what it never overwrites."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from formsvc.workflow.read_draft import read_draft
from tests.web.completing import JSON, begun, page, shared, the_plan
from tests.web.conftest import Installation, StrictClient

As = Callable[[str], StrictClient]


@pytest.fixture(scope="module")
def demo(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return the demonstration that this file's tests share."""
    yield from shared(demo_template, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def plan(demo: Installation) -> str:
    """Return the address of a new plan."""
    return f"/records/{begun(demo, the_plan(demo))}"


def test_page_is_told_when_it_was_saved_and_what_is_asked(as_: As, plan: str, fixed_clock: object) -> None:
    """The reply names the time in London, the next version, and which questions are open."""
    told = page(as_("social_worker"), f"{plan}/pages/purpose").change(at_risk__answer="no").autosave()
    assert told.get_json() == {
        "version": 1,
        "words": "Saved at 18:05",
        "failed": False,
        "asked": {"q-needed_anyway": True},
        "files": {},
    }


def test_unreadable_answer_is_kept_without_a_word(as_: As, demo: Installation, plan: str) -> None:
    """Nobody is told of errors while still typing; what was typed is kept."""
    told = page(as_("social_worker"), f"{plan}/pages/purpose").change(plan_date__day="3").autosave()
    assert told.get_json()["words"].startswith("Saved at ")
    kept = read_draft(demo.store, record_id=plan.rpartition("/")[2]).sections["purpose"]
    assert kept.typed == {"plan_date": {"day": "3", "month": "", "year": ""}}


def test_other_persons_answer_is_kept_and_told(as_: As, plan: str) -> None:
    """The version stays as read, so that the next save does not take the other's answer away."""
    mine = page(as_("social_worker"), f"{plan}/pages/looks").change(build="Slight")
    page(as_("team_manager"), f"{plan}/pages/looks").change(eyes="Brown").press()
    told = mine.autosave().get_json()
    assert told["version"] is None
    assert "Somebody else changed “Eyes”" in told["words"]
    mine.change(hair="Black").autosave()
    now = page(as_("social_worker"), f"{plan}/pages/looks").sent
    assert (now["build"], now["eyes"], now["hair"]) == ("Slight", "Brown", "Black")


def test_clash_is_told_and_the_rest_is_saved(as_: As, plan: str) -> None:
    """The other's answer stands until somebody chooses; what does not clash is saved."""
    mine = page(as_("social_worker"), f"{plan}/pages/looks").change(eyes="Green", build="Slight")
    page(as_("team_manager"), f"{plan}/pages/looks").change(eyes="Brown").press()
    reply = mine.autosave()
    assert reply.status_code == 409
    assert "“Eyes”" in reply.get_json()["words"]
    now = page(as_("social_worker"), f"{plan}/pages/looks").sent
    assert (now["eyes"], now["build"]) == ("Brown", "Slight")


def test_person_who_is_signed_out_is_told_so(as_: As, plan: str) -> None:
    """401 and no redirect, so that the page can say it in words."""
    client = as_("social_worker")
    shown = page(client, f"{plan}/pages/looks").change(build="Slight")
    client.delete_cookie("formsvc")
    assert shown.autosave().status_code == 401


def test_new_row_of_nothing_is_not_added(as_: As, demo: Installation, plan: str) -> None:
    """A row page that saves itself empty leaves no empty row behind."""
    client = as_("social_worker")
    shown = page(client, f"{plan}/pages/phones/rows/phones/new1")
    assert shown.autosave().status_code == 200
    assert read_draft(demo.store, record_id=plan.rpartition("/")[2]).sections == {}


def test_asking_for_a_file_in_json_is_no_way_round(as_: As, plan: str) -> None:
    """The header of a script opens nothing to somebody else."""
    reply = as_("police_coordinator").post(f"{plan}/pages/looks", data={"build": "x"}, headers=JSON)
    assert reply.status_code in (403, 404)
