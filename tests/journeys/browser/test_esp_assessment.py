"""A vulnerability and risk assessment at night, on a telephone, by the Emergency Duty Team."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from formsvc.demo import WORKER_AWAY
from formsvc.workflow.finality import COPIES
from tests.journeys.browser import bedfordshire as bed
from tests.journeys.browser import plan
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import Seat, who
from tests.journeys.browser.site import Site
from tests.journeys.browser.test_great_journey import download, signature, verify, wait_for_documents
from tests.journeys.browser.test_phone import TELEPHONE, tap
from tests.validators import poppler

NAME = "Marigold Estevez-Thwaite"


def moment(seat: Seat, field_id: str, *, hour: str) -> None:
    """Type a moment of a day that is past."""
    seat.write(field_id, day="20", month="11", year="2026", time=hour)


@pytest.mark.long
def test_nineteen_factors_and_one_decision_on_a_telephone(sit: Sit, site: Site, tmp_path: Path) -> None:
    """What is known is graded, the rest is left; a decision needs reasons; the police copy is genuine."""
    child_id = bed.placed(site, NAME)
    worker = sit("out_of_hours", **TELEPHONE)
    worker.go(f"/children/{child_id}")
    tap(worker, "Start an ESP assessment", to="**/records/*")
    record_id = worker.path.removeprefix("/records/")

    # Why, and since when: asked only because the child is away.
    tap(worker, "The child and this occasion", "link", to="**/pages/about")
    expect(worker.page.locator('[name="full_name"]')).to_have_value(NAME)
    expect(worker.question("missing_since")).to_be_hidden()
    worker.page.locator('input[name="about_now-choice"][value="missing_care"]').tap()
    expect(worker.question("missing_since")).to_be_visible()
    moment(worker, "assessed_at", hour="21:10")
    moment(worker, "missing_since", hour="16:40")
    assert worker.look("esp about") == []
    worker.page.set_viewport_size(TELEPHONE["viewport"])
    tap(worker, plan.CONTINUE, to="**/pages/person")

    # The factors: High with its circumstances, Low that says what it is worth, not known, nothing.
    worker.page.locator('input[name="vulnerable-grade"][value="high"]').tap()
    worker.page.locator('[name="vulnerable-circumstances"]').fill("Fourteen, with epilepsy.")
    low = worker.page.locator('input[name="crime-grade"][value="low"]')
    expect(worker.question("crime")).to_contain_text("Low, for this factor alone")
    low.tap()
    worker.choose("suicide", "yes", part="not_known")
    assert worker.look("esp factors") == []
    worker.page.set_viewport_size(TELEPHONE["viewport"])
    for section in ("around", "pressures", "decision"):
        tap(worker, plan.CONTINUE, to=f"**/pages/{section}")

    # The decision: no third word, and no grade without a reason.
    assert worker.page.locator('input[name="overall-choice"]').count() == 2
    expect(worker.question("told_high")).to_be_hidden()
    worker.page.locator('input[name="overall-choice"][value="high"]').tap()
    expect(worker.question("told_high")).to_be_visible()
    worker.choose("told_high", "police", part="choices")
    worker.choose("look_again", "yes", part="not_known")
    assert worker.look("esp decision") == []
    worker.page.set_viewport_size(TELEPHONE["viewport"])
    tap(worker, plan.CONTINUE, to="**/pages/police")
    worker.go(f"/records/{record_id}/check")
    assert "Go on to sign-off" not in worker.words
    plan.at(worker, record_id, "decision")
    worker.write("reasons", value="No tablets since noon, and nobody has heard from her.")
    tap(worker, plan.CONTINUE, to="**/pages/police")
    assert worker.look("esp police") == []
    worker.page.set_viewport_size(TELEPHONE["viewport"])

    # Sign; nobody who is asleep has to be woken for it.
    worker.go(f"/records/{record_id}/check")
    assert worker.look("esp check") == []
    worker.follow("Go on to sign-off")
    worker.page.locator("#declared").check()
    signature(worker, who("out_of_hours").name)
    worker.page.locator("#capacity").fill("Emergency Duty Team")
    worker.press("Sign and hand in")
    expect(worker.page.locator("main")).to_contain_text("You have signed")
    worker.picture("esp signed")
    worker.press("Issue the ESP assessment")
    wait_for_documents(worker, record_id)
    assert bed.copies(site, record_id) == set(COPIES)
    file = download(worker.page, "Police copy, PDF", tmp_path)
    assert "genuine" in verify(worker, file).lower()
    first = poppler.pdftotext(file).split("\f")[0]
    assert "No tablets since noon" in first


@pytest.mark.long
def test_a_child_has_an_assessment_for_each_occasion(sit: Sit, site: Site) -> None:
    """A second one is begun beside the first: what somebody judged last week stays as it was."""
    child_id = bed.placed(site, "Thaddeus Inkpen-Roy")
    worker = bed.arrive(sit(**bed.LAPTOP), WORKER_AWAY.email)
    begun = set()
    for _ in range(2):
        worker.go(f"/children/{child_id}")
        worker.press("Start an ESP assessment")
        worker.page.wait_for_url("**/records/*")
        begun.add(worker.path)
    assert len(begun) == 2
