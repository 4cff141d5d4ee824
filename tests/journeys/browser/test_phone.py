"""A telephone in one hand: begin a plan by touch, hand in a photo, sign; no page is wider than the screen."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from formsvc.demo import PASSWORD, WORKER
from tests.journeys.browser import plan
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import PHONE, WIDER, Seat
from tests.journeys.browser.site import Site
from tests.web.plans import fill

TELEPHONE: dict[str, Any] = {
    "viewport": PHONE,
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}


def tap(seat: Seat, name: str, role: Any = "button", *, to: str) -> None:
    """Touch a button or a link that a thumb can hit (24 px high at least) and arrive where it leads."""
    target = seat.page.get_by_role(role, name=name, exact=True).first
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None
    assert box["height"] >= 24 or role == "link", name
    with seat.page.expect_navigation(url=to):  # a form may lead back to its own address
        target.tap()
    assert seat.page.evaluate(WIDER) <= 0, f"{seat.path} is wider than the telephone"


def test_a_plan_is_begun_and_signed_on_a_telephone(sit: Sit, site: Site) -> None:
    """Touch alone leads from the first page to a signature drawn with a finger."""
    name = "Wilhelmina Achterberg-Nwosu"
    site.add_child(name)
    seat = sit("social_worker", **TELEPHONE)
    tap(seat, "Children", "link", to="**/children")
    tap(seat, name, "link", to="**/children/*")
    tap(seat, "Start a Trigger Plan", to="**/records/*")
    record_id = seat.path.removeprefix("/records/")
    tap(seat, "Why there is a plan", "link", to="**/pages/purpose")
    for label in ("at_risk", "serious_harm", "too_often"):
        seat.page.locator(f'input[name="{label}-answer"][value="no"]').tap()
    expect(seat.question("needed_anyway")).to_be_visible()
    seat.write("needed_anyway", value="New here, and quiet.")
    tap(seat, plan.CONTINUE, to="**/pages/child")
    plan.at(seat, record_id, "looks")
    assert seat.page.locator('[name="photo-upload"]').get_attribute("accept")
    with seat.page.expect_file_chooser() as chooser:
        seat.page.locator('[name="photo-upload"]').tap()
    chooser.value.set_files(plan.PHOTO)
    expect(seat.page.locator(".app-photo__picture")).to_be_visible(timeout=15_000)

    fill(site.installation, record_id)
    seat.go(f"/records/{record_id}/check")
    tap(seat, "Go on to sign-off", to="**/sign-off")
    seat.page.locator("#declared").tap()
    seat.page.locator("#name").fill(WORKER.name)
    canvas = seat.page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    seat.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(seat.page.locator("[data-signature-state]")).to_contain_text("A signature is drawn.")
    if seat.page.locator("#password").count():
        seat.page.locator("#password").fill(PASSWORD)
    tap(seat, "Sign and hand in", to="**/sign-off")
    expect(seat.page.locator("main")).to_contain_text("You have signed")
