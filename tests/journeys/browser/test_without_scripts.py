"""Everything works where no script runs: find, start, err, add rows, hand in a photo, sign, send, read."""

from __future__ import annotations

from playwright.sync_api import expect

from formsvc.demo import PASSWORD, WORKER
from tests.journeys.browser import plan
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.site import Site
from tests.web.plans import fill


def test_a_plan_is_completed_and_sent_without_a_script(sit: Sit, site: Site) -> None:
    """With JavaScript off a plan is begun, filled in, signed and sent; a link asks how far it is."""
    name = "Oswin Tadeusz-Hale"
    site.add_child(name)
    seat = sit("social_worker", java_script_enabled=False)
    seat.go("/children")
    seat.page.locator("#q").fill("tadeusz")
    seat.press("Find")
    seat.follow(name)
    seat.press("Start a Trigger Plan")
    record_id = seat.path.removeprefix("/records/")

    plan.at(seat, record_id, "purpose")
    plan.purpose(seat)
    seat.write("next_review", month="13")
    seat.press(plan.CONTINUE)
    assert len(seat.problems()) == 1
    expect(seat.page.locator('[name="next_review-month"]')).to_have_value("13")
    plan.purpose(seat)
    seat.press(plan.CONTINUE)
    assert seat.path.endswith("/pages/child")

    plan.at(seat, record_id, "looks")
    plan.photo(seat)
    seat.press(plan.CONTINUE)
    expect(seat.page.locator("main")).to_contain_text("An answer of yours asks for more")
    expect(seat.page.locator(".app-photo__picture")).to_be_visible()
    plan.looks(seat)
    seat.press(plan.CONTINUE)
    assert seat.path.endswith("/pages/phones")

    plan.at(seat, record_id, "phones")
    plan.row(seat, "phones", "Add phone", "Save this phone", number__e164="07700 900333")
    rows = seat.page.locator("#rows-phones .app-rows__row")
    rows.first.get_by_role("button", name="Remove").click()
    expect(rows).to_have_count(0)
    seat.press("Undo: bring it back")
    expect(rows).to_have_count(1)

    fill(site.installation, record_id)
    seat.go(f"/records/{record_id}/check")
    seat.follow("Go on to sign-off")
    seat.page.locator("#declared").check()
    seat.page.locator("#name").fill(WORKER.name)
    if seat.page.locator("#password").count():
        seat.page.locator("#password").fill(PASSWORD)
    seat.press("Sign and hand in")
    expect(seat.page.locator("main")).to_contain_text("You have signed")
    seat.follow("Send now, approve after")
    seat.page.locator("main form").get_by_role("button").click()
    for _ in range(60):
        if seat.page.locator("#progress").get_attribute("data-progress") == "done":
            break
        seat.page.wait_for_timeout(500)
        seat.follow("Look again")
    expect(seat.page.get_by_role("link", name="Full copy, PDF")).to_be_visible()
    seat.go(f"/records/{record_id}/history")
    expect(seat.page.locator("main")).to_contain_text("Not yet approved")
