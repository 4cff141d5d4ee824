"""What goes wrong: two tabs, a second editor, an ended session, no network. Nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from formsvc.demo import PASSWORD, WORKER
from tests.journeys.browser import plan
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import Seat
from tests.journeys.browser.site import Site
from tests.web.plans import started

Begun = Callable[[str], str]


@pytest.fixture
def begun(site: Site) -> Begun:
    """Return what begins a plan about a new child of a name and gives the record's id."""
    return lambda name: started(site.installation, child_id=site.add_child(name))


def saying(seat: Seat) -> Locator:
    """Return where a page says how its saving stands."""
    return seat.page.locator("[data-saving]")


def test_two_tabs_are_asked_which_answer_to_keep(sit: Sit, begun: Begun) -> None:
    """The second tab overwrites nothing: it shows both answers, keeps the rest, and does what is chosen."""
    record_id = begun("Perpetua Lund-Adeyemi")
    one = sit("social_worker")
    plan.at(one, record_id, "looks")
    other = Seat(one.page.context.new_page(), one.site)
    plan.at(other, record_id, "looks")
    one.write("hair", value="Brown")
    one.press(plan.CONTINUE)
    other.write("hair", value="Black")
    other.write("build", value="Slight")
    other.press(plan.CONTINUE)
    expect(other.page.locator(".app-choose__words")).to_have_count(2)
    assert other.look("choose") == []
    both = other.page.locator(".app-choose__words").all_inner_texts()
    assert sorted(one.strip() for one in both) == ["Black", "Brown"]
    other.press("Save these choices")
    assert other.problems()
    other.page.locator('input[type="radio"][value="mine"]').check()
    other.press("Save these choices")
    plan.at(one, record_id, "looks")
    expect(one.page.locator('[name="hair"]')).to_have_value("Black")
    expect(one.page.locator('[name="build"]')).to_have_value("Slight")


def test_a_second_editor_of_other_questions_is_told_and_both_are_kept(sit: Sit, begun: Begun) -> None:
    """Where two people answered different questions both answers stay, and the second is told."""
    record_id = begun("Lowenna Baptiste-Crow")
    worker, manager = sit("social_worker"), sit("team_manager")
    plan.at(worker, record_id, "looks")
    plan.at(manager, record_id, "looks")
    manager.write("eyes", value="Grey")
    manager.press(plan.CONTINUE)
    worker.write("build", value="Tall")
    worker.press(plan.CONTINUE)
    expect(worker.page.locator("main")).to_contain_text("Saved, with what somebody else saved meanwhile.")
    expect(worker.page.locator('[name="eyes"]')).to_have_value("Grey")
    expect(worker.page.locator('[name="build"]')).to_have_value("Tall")


def test_what_is_typed_survives_the_end_of_a_session(sit: Sit, begun: Begun) -> None:
    """The page says so while one types; after signing in again the answers stand there and can be saved."""
    record_id = begun("Ptolemy Vance-Rosario")
    seat = sit("social_worker")
    plan.at(seat, record_id, "looks")
    seat.page.context.clear_cookies(name="formsvc")
    seat.write("hair", value="Red, in a plait")
    seat.page.keyboard.press("Tab")
    expect(saying(seat)).to_contain_text("you are signed out")
    seat.press(plan.CONTINUE)
    assert seat.path == "/sign-in"
    seat.page.locator("#email").fill(WORKER.email)
    seat.page.locator("#password").fill(PASSWORD)
    seat.press("Sign in")
    expect(seat.page.locator("main")).to_contain_text("You were signed out before this was saved.")
    expect(seat.page.locator('[name="hair"]')).to_have_value("Red, in a plait")
    seat.press(plan.CONTINUE)
    plan.at(seat, record_id, "looks")
    expect(seat.page.locator('[name="hair"]')).to_have_value("Red, in a plait")


def test_no_network_is_said_and_made_good(sit: Sit, begun: Begun) -> None:
    """Offline the page says that nothing is lost; when the network is back it saves by itself."""
    record_id = begun("Marigold Teague-Ito")
    seat = sit("social_worker")
    plan.at(seat, record_id, "looks")
    seat.page.context.set_offline(True)
    seat.write("hair", value="Fair, shaved at the sides")
    seat.page.keyboard.press("Tab")
    expect(saying(seat)).to_contain_text("You are offline. What you typed is still on this page")
    seat.page.context.set_offline(False)
    expect(saying(seat)).to_contain_text("Saved", timeout=15_000)
    again = sit("social_worker")
    plan.at(again, record_id, "looks")
    expect(again.page.locator('[name="hair"]')).to_have_value("Fair, shaved at the sides")


def test_a_service_that_cannot_be_reached_is_said_and_tried_again(sit: Sit, begun: Begun) -> None:
    """A save that fails on the way says what to do, and is tried again by itself."""
    record_id = begun("Cuthbert Oyinlola-Pyke")
    seat = sit("social_worker")
    plan.at(seat, record_id, "looks")
    address = f"**/records/{record_id}/pages/looks"
    seat.page.route(address, lambda route: route.abort())
    seat.write("build", value="Stocky")
    seat.page.keyboard.press("Tab")
    expect(saying(seat)).to_contain_text("the service could not be reached")
    seat.page.unroute(address)
    expect(saying(seat)).to_contain_text("Saved", timeout=15_000)
