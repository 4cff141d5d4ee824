"""A child moves home, in the browser: the new home has the plan at once, the old one nothing from then on."""

from __future__ import annotations

from playwright.sync_api import expect

from formsvc.demo import PASSWORD
from tests.journeys.browser.arriving import child_with_plan, other_home, sign_in_with
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.site import Site

NAME = "Ottoline Marchbanks-Reyes"
HOUSE = "Fellside House"


def test_a_move_from_one_home_to_another(sit: Sit, site: Site) -> None:
    """Worker, old home and new home each see what is theirs; the review is done; a mistake is undone."""
    child_id, record_id = child_with_plan(site, NAME)
    home_id, email = other_home(site, HOUSE)
    worker, old, new = sit("social_worker"), sit("home_staff"), sit()
    sign_in_with(new, email, PASSWORD)
    page = f"/children/{child_id}"
    assert old.go(page).status == 200
    assert new.go(page).status == 404

    worker.go(f"{page}/placement")
    wrong = worker.look("placement")
    worker.page.locator("#home").select_option(home_id)
    worker.press("Save where they live")
    expect(worker.page.locator(".app-identity")).to_contain_text(HOUSE)
    expect(worker.page.locator("main")).to_contain_text("Review after the move, by")
    worker.go("/")
    wrong += worker.look("home with a review")

    assert old.go(page).status == 404
    old.go("/")
    assert NAME not in old.words
    old.follow("Forms of children who lived here")
    assert "There is none." in old.words
    wrong += old.look("past forms")

    new.go("/")
    expect(new.page.locator("#reviews")).to_be_visible()
    wrong += new.look("new home")
    new.follow(NAME, within=new.page.locator("section", has=new.page.locator("#reviews")))
    assert new.path == f"/records/{record_id}/review"
    new.press("Save the review")
    assert new.problems() == ["Say whether something has to change"]
    wrong += new.look("review error")
    new.page.get_by_label("Reviewed, nothing to change").check()
    new.press("Save the review")
    assert new.path == page
    with new.page.expect_download() as taken:
        new.follow("Download the PDF")
    assert taken.value.suggested_filename.endswith("_home.pdf")

    worker.go(f"{page}/placement")
    wrong += worker.look("placement undo")
    worker.page.get_by_label("Why was it a mistake?").fill("The wrong child was picked from the list.")
    worker.press("Undo the move")
    assert worker.path == page
    assert "By mistake, put back" in worker.words
    assert new.go(page).status == 404
    assert old.go(page).status == 200
    assert not wrong, "\n".join(wrong)
