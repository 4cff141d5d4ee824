"""The main path with a keyboard alone: a section with an error, and signing with a drawn signature."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Locator, expect

from formsvc.demo import PASSWORD, WORKER
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import Seat
from tests.journeys.browser.site import Site
from tests.web.plans import fill, started

FOCUSED = "one => one === document.activeElement"
OUTLINED = """one => {
    const drawn = one.matches(".govuk-radios__input, .govuk-checkboxes__input");
    const look = getComputedStyle(drawn ? one.nextElementSibling : one, drawn ? "::before" : null);
    return look.outlineStyle !== "none" || look.boxShadow !== "none";
}"""
"""GOV.UK draws a radio button and a tick box, and their focus, before the label."""


UNCOVERED = """one => {
    const box = one.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2);
    return one === top || one.contains(top) || (top !== null && top.contains(one));
}"""
"""Nothing that stays at the foot of the window lies over what has the focus (WCAG 2.4.11)."""


def tab_to(seat: Seat, wanted: Locator, *, most: int = 60) -> None:
    """Press Tab until something has the focus, and see that the focus can be seen."""
    for _ in range(most):
        seat.page.keyboard.press("Tab")
        if wanted.evaluate(FOCUSED):
            assert wanted.evaluate(OUTLINED), "the focus cannot be seen"
            assert wanted.evaluate(UNCOVERED), "something lies over what has the focus"
            return
    raise AssertionError(f"Tab does not reach {wanted}")


def type_into(seat: Seat, name: str, text: str) -> None:
    """Tab to an input by its name and replace what stands there."""
    tab_to(seat, seat.page.locator(f'[name="{name}"]'))
    seat.page.keyboard.press("Control+A")
    seat.page.keyboard.type(text)


def test_a_section_is_answered_with_the_keyboard_alone(sit: Sit, site: Site) -> None:
    """Skip to the form, answer, be taken to the error and from it to the input, mend, go on."""
    record_id = started(site.installation, child_id=site.add_child("Hester Oyelowo-Finch"))
    seat = sit("social_worker")
    seat.go(f"/records/{record_id}/pages/purpose")
    keys = seat.page.keyboard
    tab_to(seat, seat.page.locator(".govuk-skip-link"), most=1)
    keys.press("Enter")
    for field_id in ("at_risk", "serious_harm", "too_often"):
        tab_to(seat, seat.page.locator(f'[name="{field_id}-answer"]').first)
        keys.press("Space")
        expect(seat.page.locator(f'[name="{field_id}-answer"]').first).to_be_checked()
    type_into(seat, "plan_date-day", "31")
    type_into(seat, "plan_date-month", "2")
    type_into(seat, "plan_date-year", "2026")
    keys.press("Enter")
    said = seat.problems()
    assert len(said) == 1
    tab_to(seat, seat.page.locator(".govuk-error-summary a").first, most=1)
    keys.press("Enter")
    day = seat.page.locator('[name="plan_date-day"]')
    expect(day).to_be_focused()
    today = date.today()  # noqa: DTZ011  (the day a person reads off the wall)
    for part in (today.day, today.month, today.year):
        keys.press("Control+A")
        keys.type(str(part))
        keys.press("Tab")
    tab_to(seat, seat.page.locator('[name="made_with-choices"]').first)
    keys.press("Space")
    tab_to(seat, seat.page.get_by_role("button", name="Save and continue"))
    keys.press("Enter")
    seat.page.wait_for_url("**/pages/child")


def test_a_plan_is_signed_with_the_keyboard_alone(sit: Sit, site: Site) -> None:
    """From the checked answers to a signature drawn with the arrow keys, no pointer is needed."""
    record_id = started(site.installation, child_id=site.add_child("Ivo Castellane-Byrd"))
    fill(site.installation, record_id)
    seat = sit("social_worker")
    seat.go(f"/records/{record_id}/sign-off")
    keys = seat.page.keyboard
    tab_to(seat, seat.page.locator("#declared"))
    keys.press("Space")
    type_into(seat, "name", WORKER.name)
    tab_to(seat, seat.page.locator("canvas"))
    keys.press("Space")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowRight"):
        keys.press(key)
    keys.press("Space")
    expect(seat.page.locator("[data-signature-state]")).to_contain_text("The pen is up")
    if seat.page.locator("#password").count():
        type_into(seat, "password", PASSWORD)
    tab_to(seat, seat.page.get_by_role("button", name="Sign and hand in"))
    keys.press("Enter")
    expect(seat.page.locator("main")).to_contain_text("You have signed")
    expect(seat.page.get_by_alt_text(f"Drawn signature of {WORKER.name}")).to_be_visible()
