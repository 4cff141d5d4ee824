"""23:40 in a home: one computer, one browser, and nobody sees what the last person had open."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from formsvc.demo import PASSWORD, TEAM
from formsvc.store import users
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.plan import at
from tests.journeys.browser.seat import Seat, axe, who
from tests.journeys.browser.site import Site
from tests.web.completing import begun, the_plan

SECRET_WORDS = "Cinnabar-corduroy coat, walks to the viaduct"
NAMES = ("Szymon", "Szymek", "Cinnabar-corduroy")
OWN = "quarry-mitten-sable-41"


@pytest.fixture
def plan(site: Site) -> str:
    """Return a plan that is begun, about a child of the demonstration."""
    return begun(site.installation, the_plan(site.installation), child=0)


def hand_in(page: Page, name: str, password: str) -> None:
    """Sign in by hand on the page that asks for it."""
    page.get_by_label("Email address").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def shows_nothing(page: Page) -> bool:
    """Say whether neither markup, nor title, nor any input of a page holds anything of the child."""
    held = page.evaluate(
        "() => document.documentElement.outerHTML + document.title + "
        "[...document.querySelectorAll('input, textarea')].map(one => one.value).join(' ')"
    )
    return not any(name in held for name in NAMES)


def typed_on_looks(seat: Seat, record_id: str) -> None:
    """Type on a section of the form and save nothing by hand."""
    at(seat, record_id, "looks")
    seat.write("build", value=SECRET_WORDS)


def test_night_shift_changes_hands_at_one_computer(sit: Sit, site: Site, plan: str) -> None:
    """One is added, works, is switched, and leaves nothing to Back, forward, reload or another tab."""
    seat = sit("team_manager")
    seat.follow("People")
    seat.follow("Somebody for a shift")
    assert seat.look("somebody for a shift") == []
    seat.page.get_by_label("Full name").fill("Araminta Osgood-Bello")
    seat.press("Add them")
    handed = seat.page.locator(".app-link-once").all_inner_texts()
    assert seat.look("a code to hand over") == []
    seat.press("Let them sign in here now")
    expect(seat.page.get_by_role("heading", name="Who works here now?")).to_be_visible()
    hand_in(seat.page, handed[0], handed[1])
    for label in ("New password", "The same again"):
        seat.page.get_by_label(label).fill(OWN)
    seat.press("Set the password")
    expect(seat.page.get_by_text("Araminta Osgood-Bello").first).to_be_visible()

    second = seat.page.context.new_page()
    second.goto(f"{site.address}/records/{plan}/pages/looks")
    expect(second.locator('[name="build"]')).to_be_visible()
    typed_on_looks(seat, plan)
    seat.press("Switch person")
    expect(seat.page.get_by_role("heading", name="Who works here now?")).to_be_visible()
    expect(second).to_have_url(re.compile("/sign-in"))
    assert shows_nothing(second)
    assert shows_nothing(seat.page)

    hand_in(seat.page, who("team_manager").email, PASSWORD)
    expect(seat.page.get_by_text(who("team_manager").name).first).to_be_visible()
    for _ in range(4):
        seat.page.go_back()
        expect(seat.page.locator("h1")).to_be_visible()
        assert "Cinnabar-corduroy" not in seat.page.content()
        assert seat.page.locator('[name="build"]').count() == 0
        if seat.path == "/":
            break
    seat.page.reload()
    assert seat.page.locator('[name="build"]').count() == 0
    second.goto(f"{site.address}/account")
    expect(second.get_by_text(who("team_manager").name).first).to_be_visible()

    again = sit()
    again.go("/sign-in")
    hand_in(again.page, handed[0], OWN)
    again.go(f"/records/{plan}/pages/looks")
    kept = again.page.locator('[name="build"]').input_value()
    if kept != SECRET_WORDS:
        again.go("/account/kept")
        again.page.locator("main ul a").first.click()
        kept = again.page.locator('[name="build"]').input_value()
    assert kept == SECRET_WORDS


def test_form_sent_by_the_last_person_is_not_the_next_ones(sit: Sit, site: Site, plan: str) -> None:
    """Without scripts to close it, a second tab can still be sent: it is kept for who typed it."""
    seat = sit("social_worker", java_script_enabled=False)
    tab = seat.page.context.new_page()
    tab.goto(f"{site.address}/records/{plan}/pages/looks")
    tab.locator('[name="build"]').fill(SECRET_WORDS)
    seat.press("Switch person")
    hand_in(seat.page, who("team_manager").email, PASSWORD)
    tab.get_by_role("button", name="Save and continue").click()
    expect(tab.get_by_role("heading", name="Somebody else is signed in now")).to_be_visible()
    assert "Cinnabar" not in tab.content()
    seat.go(f"/records/{plan}/pages/looks")
    assert "Cinnabar" not in seat.page.content()
    seat.press("Switch person")
    hand_in(seat.page, who("social_worker").email, PASSWORD)
    expect(seat.page.get_by_role("heading", name="Kept for you")).to_be_visible()
    assert axe_free(seat)
    seat.page.locator("main ul a").first.click()
    assert seat.page.locator('[name="build"]').input_value() == SECRET_WORDS


def axe_free(seat: Seat) -> bool:
    """Say whether a page has the words it should: without scripts nothing can judge it."""
    return "Nobody else sees it" in seat.words


def test_page_nobody_uses_covers_itself_and_comes_back_as_it_was(sit: Sit, site: Site, plan: str) -> None:
    """A minute before it says so; then nothing of the child is in it; the password brings it back whole."""
    seat = sit("social_worker")
    seat.page.clock.install()
    seat.go(f"/records/{plan}/pages/looks")
    child = seat.page.locator(".app-identity__name").inner_text()
    seat.write("build", value=SECRET_WORDS)
    seat.page.locator('[name="hair"]').fill("Black, cropped")
    seat.page.clock.run_for(9 * 60 * 1000 + 5000)
    soon = seat.page.get_by_role("alert").filter(has_text="It locks in a minute")
    expect(soon).to_be_visible()
    assert seat.look("a minute before the lock") == []
    seat.press("Stay signed in")
    expect(soon).to_have_count(0)
    seat.page.clock.run_for(9 * 60 * 1000 + 5000)
    expect(soon).to_be_visible()
    seat.page.clock.run_for(60 * 1000)
    expect(seat.page.get_by_role("heading", name="Locked")).to_be_focused()
    assert shows_nothing(seat.page)
    assert child not in seat.page.content()
    assert seat.page.title() == "Locked"
    assert "Cinnabar" not in str(seat.page.locator("body").aria_snapshot())
    assert axe(seat.page) == []
    seat.picture("locked")

    assert seat.page.context.request.get(f"{site.address}/children").status == 423
    other = seat.page.context.new_page()
    other.goto(f"{site.address}/records/{plan}/pages/looks")
    expect(other.get_by_role("heading", name="Locked")).to_be_visible()
    assert shows_nothing(other)
    other.close()

    seat.page.get_by_label("Password of").fill("wrong-wrong-wrong")
    seat.press("Unlock")
    expect(seat.page.locator("[data-lock-error]")).to_be_focused()
    assert shows_nothing(seat.page)
    seat.page.get_by_label("Password of").fill(PASSWORD)
    seat.press("Unlock")
    expect(seat.page.locator('[name="build"]')).to_have_value(SECRET_WORDS)
    expect(seat.page.locator('[name="hair"]')).to_have_value("Black, cropped")
    assert child in seat.page.content()
    seat.press("Save and continue")
    at(seat, plan, "looks")
    expect(seat.page.locator('[name="build"]')).to_have_value(SECRET_WORDS)


def test_lock_page_works_without_scripts(sit: Sit, site: Site, plan: str) -> None:
    """What was typed when the screen was locked is there again after the password."""
    seat = sit("social_worker", java_script_enabled=False)
    at(seat, plan, "looks")
    seat.write("build", value=SECRET_WORDS)
    cookie = next(one for one in seat.page.context.cookies() if one["name"] == "formsvc")
    lock(site, cookie["value"])
    seat.press("Save and continue")
    expect(seat.page.get_by_role("heading", name="Locked")).to_be_visible()
    assert not any(name in seat.page.content() for name in NAMES)
    seat.page.get_by_label("Password of").fill(PASSWORD)
    seat.press("Unlock")
    expect(seat.page.locator('[name="build"]')).to_have_value(SECRET_WORDS)
    seat.press("Save and continue")
    at(seat, plan, "looks")
    expect(seat.page.locator('[name="build"]')).to_have_value(SECRET_WORDS)


def lock(site: Site, token: str) -> None:
    """Lock the session of a cookie, as ten minutes without use would."""
    from formsvc.workflow.lock_session import lock_session
    from formsvc.workflow.sessions import find_session

    found = find_session(site.installation.store, token)
    assert found is not None
    lock_session(site.installation.store, session=found, why="idle")


def test_locked_screen_lets_somebody_else_in(sit: Sit, plan: str) -> None:
    """From the lock page another signs in, and Back leads to nothing of what was locked."""
    seat = sit("social_worker")
    seat.page.clock.install()
    seat.go(f"/records/{plan}/pages/looks")
    seat.write("build", value=SECRET_WORDS)
    seat.page.clock.run_for(11 * 60 * 1000)
    expect(seat.page.get_by_role("heading", name="Locked")).to_be_visible()
    seat.press("Sign in as somebody else")
    expect(seat.page.get_by_role("heading", name="Who works here now?")).to_be_visible()
    hand_in(seat.page, who("team_manager").email, PASSWORD)
    expect(seat.page.get_by_text(who("team_manager").name).first).to_be_visible()
    seat.page.go_back()
    expect(seat.page.locator("h1")).to_be_visible()
    seat.page.go_back()
    expect(seat.page.locator("h1")).to_be_visible()
    assert seat.page.locator('[name="build"]').count() == 0


def test_second_factor_is_set_up_and_asked_for(sit: Sit, site: Site) -> None:
    """QR code, typed key, first code, recovery codes; then signing in asks; every page is sound."""
    from formsvc import clock
    from formsvc.workflow.totp import code_of, step_at
    from tests.web.test_second_factor import Phone

    with site.installation.store.write() as tx:
        made = users.add(tx, email="leofric@example.org", name="Leofric Anand-Moss")
        users.add_membership(
            tx,
            user_id=made,
            organisation_id=who("social_worker").organisation_id,
            role="social_worker",
            team_id=TEAM,
        )
        known = users.by_email(tx, who("social_worker").email)
        assert known.password is not None
        users.set_password(tx, user_id=made, password=known.password)
    seat = sit()
    seat.go("/sign-in")
    hand_in(seat.page, "leofric@example.org", PASSWORD)
    seat.go("/account")
    assert seat.look("account") == []
    seat.page.get_by_role("link", name=re.compile("^Set up")).click()
    assert seat.look("second factor before") == []
    seat.press("Set up a second factor")
    assert seat.look("second factor to read") == []
    phone = Phone(seat.page.locator("main code").inner_text())
    seat.page.get_by_label("The six figures").fill(phone.shows(-1))
    seat.press("Set it up")
    assert seat.page.locator("main li code").count() == 10
    assert seat.look("recovery codes") == []
    seat.go("/account/second-factor")
    assert seat.look("second factor set up") == []
    seat.press("Switch person")
    hand_in(seat.page, "leofric@example.org", PASSWORD)
    expect(seat.page.get_by_role("heading", name="The code from your app")).to_be_visible()
    assert seat.look("the code") == []
    seat.page.get_by_label("Six figures").fill(code_of(phone.secret, step_at(clock.now())))
    seat.press("Go on")
    expect(seat.page.get_by_text("Leofric Anand-Moss").first).to_be_visible()
