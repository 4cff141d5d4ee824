"""Who answers for a child, and who somebody is invited by: changed, corrected, accepted, asked back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from formsvc import clock
from formsvc.demo import AUTHORITY, PASSWORD, WORKER
from formsvc.store import organisations, users
from tests.journeys.browser.arriving import child_with_plan, sign_in_with
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.site import Site
from tests.web.newcomers import LIGHT

NAME = "Araminta Sedgewick-Bright"
OTHER = "Leocadia Marsh-Oduya"


def other_team(site: Site, name: str) -> tuple[str, str]:
    """Add a team of the demo's authority with a social worker; return (team, address to sign in)."""
    email = f"worker.{clock.new_id(6)}@example.org"
    with site.installation.store.write() as tx:
        team_id = organisations.add_team(tx, organisation_id=AUTHORITY, name=name)
        user_id = users.add(tx, email=email, name=OTHER, password=LIGHT)
        users.add_membership(
            tx, user_id=user_id, organisation_id=AUTHORITY, role="social_worker", team_id=team_id
        )
    return team_id, email


def test_a_child_goes_to_another_team(sit: Sit, site: Site) -> None:
    """The manager chooses team and worker, reads what it means and says so; old and new see it at once."""
    child_id = site.add_child(NAME)
    team_id, email = other_team(site, "Children in our care, west")
    manager, old, new = sit("team_manager"), sit("social_worker"), sit()
    sign_in_with(new, email, PASSWORD)
    page = f"/children/{child_id}"
    assert old.go(page).status == 200
    assert new.go(page).status == 404

    manager.go(page)
    wrong = manager.look("child page of a manager")
    manager.page.get_by_role("link", name="Change the team or the workers").click()
    wrong += manager.look("who answers")
    manager.page.get_by_label("Team", exact=True).select_option(team_id)
    manager.press("Show who works in this team")
    manager.page.get_by_label(f"{WORKER.name}, social worker").uncheck()
    manager.press("Continue")
    assert manager.problems() == ["Choose who works with the child, or say that there is none yet"]
    wrong += manager.look("who answers wrong")
    manager.page.get_by_label(f"{OTHER}, social worker").check()
    manager.press("Continue")
    assert "you lose sight of Araminta" in manager.words
    wrong += manager.look("who answers sure")
    manager.page.get_by_role("button", name="Change who answers for").click()
    assert manager.path == "/children"
    assert NAME not in manager.words

    assert old.go(page).status == 404
    assert new.go(page).status == 200
    assert f"{WORKER.name} worked with them" in new.words
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
def test_a_name_is_corrected(sit: Sit, site: Site) -> None:
    """The page says that no form changes; the new name stands on top and is found."""
    child_id = site.add_child("Theodric Wrongly-Spelt")
    manager = sit("team_manager")
    manager.go(f"/children/{child_id}")
    manager.page.get_by_role("link", name="Correct the name or the date of birth").click()
    assert "It changes no form." in manager.words
    wrong = manager.look("correct a name")
    manager.page.get_by_label("Full name").fill("")
    manager.press("Save the correction")
    assert manager.problems() == ["Enter the child's full name"]
    wrong += manager.look("correct a name wrong")
    manager.page.get_by_label("Full name").fill("Theodoric Rightly-Spelt")
    manager.press("Save the correction")
    expect(manager.page.locator(".app-identity")).to_contain_text("Theodoric Rightly-Spelt")
    manager.go("/children")
    manager.page.get_by_label("Find a child").fill("theodoric")
    manager.press("Find")
    assert "Theodoric Rightly-Spelt" in manager.words
    assert "theodoric" not in manager.page.url.lower()
    assert not wrong, "\n".join(wrong)


def test_somebody_elsewhere_is_invited_and_accepts(sit: Sit, site: Site) -> None:
    """The manager learns nothing of the address; its owner signs in, reads who asks, and takes it on."""
    email = f"sabine.{clock.new_id(6)}@example.org"
    with site.installation.store.write() as tx:
        elsewhere = organisations.add(tx, name="Fellmere Council", kind="authority")
        user_id = users.add(tx, email=email, name="Sabine Holloway-Nkemelu", password=LIGHT)
        users.add_membership(tx, user_id=user_id, organisation_id=elsewhere, role="reviewing_officer")
    manager, sabine = sit("team_manager"), sit()
    manager.go("/people")
    manager.page.get_by_label("Full name").fill("S. Holloway")
    manager.page.get_by_label("Work email address").fill(email)
    manager.page.get_by_label("What they are to be").select_option(index=1)
    manager.press("Make the invitation")
    assert "Sabine" not in manager.words.replace(email, "")
    link = manager.page.locator(".app-link-once").inner_text().strip()
    wrong = manager.look("invitation handed out")
    manager.follow("Back to people")
    assert "Not accepted yet" in manager.words
    wrong += manager.look("people with an invitation")

    sabine.go(link.removeprefix(site.address).partition("8000")[2] or link.removeprefix(site.address))
    assert "You are invited" in sabine.words
    wrong += sabine.look("invitation link")
    sabine.press("Accept and open an account")
    assert sabine.problems() == ["Choose a password of 12 characters or more: four words do well"]
    sabine.follow("Sign in to accept or decline")
    sabine.page.get_by_label("Email address").fill(email)
    sabine.page.get_by_label("Password").fill(PASSWORD)
    sabine.press("Sign in")
    assert sabine.path.startswith("/invitation/")
    wrong += sabine.look("invitation signed in")
    sabine.go("/invitations")
    wrong += sabine.look("invitations")
    sabine.page.go_back()
    sabine.press("Accept the role")
    sabine.page.get_by_label("Social worker").check()
    wrong += sabine.look("role after accepting")
    sabine.press("Continue")
    assert "Your day" in sabine.words
    manager.go("/people")
    assert "Sabine Holloway-Nkemelu" in manager.words
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
def test_the_wrong_person_s_copy_is_asked_back(sit: Sit, site: Site) -> None:
    """One home's worker is told before anything else; the plan stays current for everybody."""
    child_id, record_id = child_with_plan(site, "Peregrine Ashdown-Tal")
    manager, night = sit("team_manager"), sit("home_staff")
    night.go(f"/children/{child_id}")
    with night.page.expect_download():
        night.follow("Download the PDF")
    manager.go(f"/records/{record_id}/who-had-it")
    wrong = manager.look("who had it with a way to ask")
    manager.page.get_by_role("link", name="Wrong person: ask for this copy back").first.click()
    wrong += manager.look("ask one copy back")
    manager.press("Ask for this copy back")
    assert "Only those below are asked" in manager.words
    wrong += manager.look("one copy asked back")
    night.go("/")
    assert "It reached somebody it was not meant for" in night.words
    wrong += night.look("first page asked for a copy")
    night.page.get_by_label("Destroyed").first.check()
    night.press("Send my answer")
    night.go(f"/children/{child_id}")
    assert "Download the PDF" in night.words
    manager.page.reload()
    assert "All answered" in manager.words
    assert not wrong, "\n".join(wrong)
