"""A Keep Safe Plan by a social worker at a laptop who is called away twice, for whoever rings the police."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from formsvc.demo import WORKER_AWAY
from formsvc.workflow.finality import COPIES
from tests.journeys.browser import bedfordshire as bed
from tests.journeys.browser import plan
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import Seat
from tests.journeys.browser.site import Site
from tests.journeys.browser.test_great_journey import download, signature, verify, wait_for_documents
from tests.validators import poppler

NAME = "Lysander Quillfeather-Obi"


def about(seat: Seat) -> None:
    """Answer why this version is written."""
    today = date.today()  # noqa: DTZ011  (the day a person reads off the wall)
    plan.on(seat, today, "plan_date")
    seat.choose("occasion", "after_missing", part="choices")
    plan.on(seat, today + timedelta(days=21), "next_review")
    seat.choose("made_with", "carer", part="choices")


@pytest.mark.long
def test_a_keep_safe_plan_is_written_between_two_visits(sit: Sit, site: Site, tmp_path: Path) -> None:
    """Begun, left twice in the middle, mended, signed, approved: the police copy begins with the search."""
    child_id = bed.placed(site, NAME)
    worker = bed.arrive(sit(**bed.LAPTOP), WORKER_AWAY.email)
    worker.go(f"/children/{child_id}")
    worker.press("Start a Keep Safe Plan")
    worker.page.wait_for_url("**/records/*")
    record_id = worker.path.removeprefix("/records/").split("/")[0]
    assert worker.look("keep safe tasks") == []

    # What the child's page knows stands there; the first visit calls before anything is pressed.
    plan.at(worker, record_id, "about")
    about(worker)
    worker.press(plan.CONTINUE)
    expect(worker.page.locator('[name="full_name"]')).to_have_value(NAME)
    assert worker.look("keep safe child") == []
    worker.choose("legal_status", "interim_care_order", part="choice")
    worker.page.keyboard.press("Tab")
    expect(worker.page.locator("[data-saving]")).to_contain_text("Saved", timeout=10_000)
    worker.page.context.close()

    # Back at another desk. Each time is asked for only once there was one; a row lacks its date.
    worker = bed.arrive(sit(**bed.LAPTOP), WORKER_AWAY.email)
    plan.at(worker, record_id, "child")
    expect(worker.page.locator('[name="legal_status-choice"][value="interim_care_order"]')).to_be_checked()
    plan.at(worker, record_id, "before")
    expect(worker.question("episodes")).to_be_hidden()
    worker.choose("missing_before", "yes", part="answer")
    expect(worker.question("episodes")).to_be_visible()
    worker.choose("history_asked", "carers", part="choices")
    worker.press("Add episode", within=worker.question("episodes"))
    worker.page.locator('[name="where"]').fill("His aunt's, above the bakery")
    assert worker.look("keep safe episode") == []
    worker.press("Save this episode")
    expect(worker.page.locator("#rows-episodes")).to_contain_text("above the bakery")
    worker.press(plan.CONTINUE)

    # Every other section is judged as it is met; the rest is filled in; what is missing is named and mended.
    for section in ("looks", "risk", "health", "asylum", "people", "places", "safe", "plan", "told", "voice"):
        plan.at(worker, record_id, section)
        assert worker.look(f"keep safe {section}") == []
    bed.fill(site, record_id, "keep_safe_plan", full_name=NAME, tell_police=None)
    worker.go(f"/records/{record_id}/check")
    assert "Go on to sign-off" not in worker.words
    plan.at(worker, record_id, "plan")
    worker.write("tell_police", value="After half an hour, whatever the hour.")
    worker.press(plan.CONTINUE)
    worker.go(f"/records/{record_id}/check")
    worker.follow("Go on to sign-off")
    worker.page.locator("#declared").check()
    signature(worker, WORKER_AWAY.name)
    worker.page.locator("#capacity").fill("social worker")
    worker.press("Sign and hand in")
    expect(worker.page.locator("main")).to_contain_text("You have signed")

    # The manager approves; the worker has the copy that whoever rings the police holds.
    manager = bed.arrive(sit(**bed.LAPTOP), bed.MANAGER.email)
    manager.go(f"/records/{record_id}/approve")
    signature(manager, bed.MANAGER.name)
    manager.press("Approve and issue the Keep Safe Plan")
    wait_for_documents(worker, record_id)
    assert bed.copies(site, record_id) == set(COPIES)
    file = download(worker.page, "Police copy, PDF", tmp_path)
    assert "genuine" in verify(worker, file).lower()
    assert "Highest risks" in poppler.pdftotext(file).split("\f")[0]


@pytest.mark.long
def test_a_child_has_one_keep_safe_plan(sit: Sit, site: Site) -> None:
    """Whoever comes second is led to the plan that is there, and another area's plan is not offered."""
    child_id = bed.placed(site, "Petronella Vashti-Brook")
    worker = bed.arrive(sit(**bed.LAPTOP), WORKER_AWAY.email)
    worker.go(f"/children/{child_id}")
    assert "Philomena" not in worker.words
    worker.press("Start a Keep Safe Plan")
    worker.page.wait_for_url("**/records/*")
    there = worker.path
    worker.go(f"/children/{child_id}")
    assert worker.page.get_by_role("button", name="Start a Keep Safe Plan").count() == 0
    assert worker.page.locator(f'a[href^="{there}"]').count() >= 1
