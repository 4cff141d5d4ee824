"""A home's manager at the home's PC begins a Philomena form for a child whose Trigger Plan is known."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from formsvc.access.people import Person
from formsvc.access.table import Role
from formsvc.demo import AUTHORITY, HOME_NEL, MANAGER_NEL, ORGANISATIONS, PASSWORD, TEAM_AWAY, WORKER_AWAY
from formsvc.workflow.add_child import add_child
from tests.journeys.browser.arriving import sign_in_with
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import Seat
from tests.journeys.browser.site import Site
from tests.web.prefilling import WORKER, grown_old, issued

NAME = "Peregrine Ashdown-Vale"
ADDRESS = {"lines": ["Samphire House", "3 Invented Row"], "town": "Sandmere", "postcode": "DN35 8ZZ"}


def placed(site: Site, name: str) -> str:
    """Add an invented child to the home in NEL and to the worker whose children live away; return the id."""
    worker = Person(
        user_id=WORKER_AWAY.id,
        name=WORKER_AWAY.name,
        email=WORKER_AWAY.email,
        membership_id=WORKER_AWAY.membership_id,
        role=Role.social_worker,
        organisation_id=AUTHORITY,
        organisation_name=ORGANISATIONS[0].name,
        team_id=TEAM_AWAY,
    )
    return add_child(
        site.installation.store,
        person=worker,
        actor=WORKER,
        identity={"name": name, "known_as": "", "date_of_birth": "2011-06-19"},
        placement={
            "home_id": HOME_NEL,
            "area_id": "NEL",
            "details": {"kind": "children's home", "address": ADDRESS},
        },
        worker_id=WORKER_AWAY.id,
    )


def described(seat: Seat, input: Locator) -> str:
    """Return what a screen reader says of an input beside its label."""
    ids = (input.get_attribute("aria-describedby") or "").split()
    return " ".join(seat.page.locator(f"[id='{one}']").inner_text() for one in ids)


@pytest.mark.long
def test_a_philomena_form_begins_filled_in_and_says_from_where(sit: Sit, site: Site) -> None:
    """Counted at the top, marked beside each question, old ones ask, a change takes the mark away."""
    child_id = placed(site, NAME)
    issued(site.installation, child_id=child_id, full_name=NAME, date_of_birth="2011-06-19", address=ADDRESS)
    grown_old(site.installation, "child.build", "photo.current", days=243)
    grown_old(site.installation, "child.phones", days=24)
    home = sit()
    sign_in_with(home, MANAGER_NEL.email, PASSWORD)
    home.go(f"/children/{child_id}")
    home.press("Start a Philomena form")
    home.page.wait_for_url("**/records/*")
    address = home.path
    summary = home.page.get_by_role("region", name="answers are filled in from what is known")
    expect(summary).to_contain_text("to check")
    assert home.look("prefill tasks") == []

    # One tap leads to an old answer; its words are read out with the question.
    summary.get_by_role("link", name="Build", exact=True).click()
    assert home.path.endswith("/pages/looks")
    assert home.look("prefill looks") == []
    build = home.page.locator('[name="build"]')
    assert "This is 7 months old: is it still right?" in described(home, build)
    assert "From the " in described(home, build)

    # What is changed is no longer said to come from anywhere; what is ticked is confirmed.
    eyes = home.page.locator('[name="eyes"]')
    assert "Filled in" in described(home, eyes)
    eyes.fill("Green")
    expect(home.page.locator("#eyes-mark")).to_have_count(0)
    assert "Filled in" not in described(home, eyes)
    home.page.get_by_label("Yes, it is still right: Build").check()
    home.press("Save and continue")
    home.go(f"{address}/pages/looks")
    expect(home.question("build")).not_to_contain_text("still right?")
    expect(home.question("build")).to_contain_text("and again here today")

    # The plan says otherwise about the eyes: both are there, and the plan's answer is one press away.
    expect(home.question("eyes")).to_contain_text("says otherwise")
    assert home.look("prefill otherwise") == []
    home.question("eyes").get_by_role("button", name="Use this answer").click()
    expect(home.question("eyes")).not_to_contain_text("says otherwise")
    home.go(f"{address}/pages/phones")
    expect(home.question("phones")).to_contain_text("3 weeks ago")
    assert home.look("prefill rows") == []
