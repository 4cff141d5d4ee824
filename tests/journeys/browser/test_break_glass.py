"""Emergency access, in the browser: asked for, said on every page, ended, told to the leads, reviewed."""

from __future__ import annotations

from playwright.sync_api import expect

from formsvc.demo import PASSWORD
from formsvc.store import children
from tests.journeys.browser.arriving import child_with_plan, other_home, sign_in_with
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.site import Site

NAME = "Caspian Holloway-Idowu"
BANNER = ".app-emergency"


def test_a_home_breaks_the_glass_at_night(sit: Sit, site: Site) -> None:
    """A child stands at another home's door: found by name and birthday, seen for the while, and reviewed."""
    child_id, _ = child_with_plan(site, NAME, born="2011-03-09")
    with site.installation.store.read() as tx:
        reference = children.get(tx, child_id).reference
    _, email = other_home(site, "Harrow Gate")
    night, manager = sit(), sit("team_manager")
    sign_in_with(night, email, PASSWORD)
    night.follow("Emergency: I need to see a child's plan")
    wrong = night.look("emergency open")
    night.press("Open the child's plan")
    assert len(night.problems()) == 3
    wrong += night.look("emergency errors")

    night.page.get_by_label("The child's first name and last name").fill("caspian holloway")
    for part, value in (("Day", "9"), ("Month", "3"), ("Year", "2012")):
        night.page.get_by_label(part, exact=True).fill(value)
    night.page.get_by_label("Why can it not wait?").fill("He is at our door and frightened")
    night.page.locator("#password").fill(PASSWORD)
    night.press("Open the child's plan")
    assert night.problems()[0].startswith("No child can be opened with this")
    assert NAME not in night.words
    night.page.get_by_label("Year", exact=True).fill("2011")
    night.page.locator("#password").fill(PASSWORD)
    night.press("Open the child's plan")
    assert night.path == f"/children/{child_id}"
    expect(night.page.locator(BANNER)).to_contain_text("Emergency access until")
    expect(night.page.locator(BANNER)).to_contain_text("Every look is noted and will be reviewed.")
    wrong += night.look("emergency child")
    with night.page.expect_download() as taken:
        night.follow("Download the PDF")
    assert taken.value.suggested_filename.endswith("_home.pdf")
    night.go("/children")
    expect(night.page.locator(BANNER)).to_be_visible()
    assert NAME not in night.words

    manager.go("/")
    expect(manager.page.locator("#emergencies")).to_be_visible()
    assert "Open now" in manager.words
    wrong += manager.look("manager with an emergency")

    night.press("End it now", within=night.page.locator(BANNER))
    expect(night.page.locator(BANNER)).to_have_count(0)
    assert night.go(f"/children/{child_id}").status == 404
    night.page.go_back()
    assert NAME not in night.words

    manager.go("/")
    manager.follow(NAME, within=manager.page.locator(".app-loud"))
    assert "He is at our door and frightened" in manager.words
    assert reference in manager.words
    manager.press("Save the review")
    assert len(manager.problems()) == 2
    wrong += manager.look("emergency review")
    manager.page.get_by_label("Yes, it was needed").check()
    manager.page.get_by_label("What did you find?").fill("He had run there; the home acted well.")
    manager.press("Save the review")
    assert "Justified" in manager.words
    wrong += manager.look("emergency reviewed")
    manager.go("/")
    assert NAME not in manager.page.locator("main").inner_text().split("To approve")[0]
    assert not wrong, "\n".join(wrong)
