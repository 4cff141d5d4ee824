"""Disposal in the browser: closed, due, proposed, stopped, proposed again, confirmed by another, gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from formsvc import clock
from formsvc.demo import PASSWORD
from formsvc.store import children
from formsvc.workflow.run_worker import run_worker
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import Seat
from tests.journeys.browser.site import Site


def close_long_ago(seat: Seat, child_id: str) -> None:
    """Close a case that was opened by mistake, on a day two years ago."""
    seat.go(f"/children/{child_id}")
    seat.page.get_by_role("link", name="Change how long this is kept").click()
    seat.page.get_by_label("The case was opened by mistake").check()
    for name, value in (("Day", "5"), ("Month", "1"), ("Year", "2025")):
        seat.page.get_by_label(name, exact=True).fill(value)
    seat.press("Close the case")


def propose(seat: Seat) -> None:
    """Propose the disposal from the child's page of keeping."""
    seat.follow("Propose disposal")
    seat.press("Propose disposal")
    assert seat.problems() == ["Say that you have read what is destroyed"]
    seat.page.get_by_role("checkbox").check()
    seat.press("Propose disposal")


def test_disposal_takes_two_people_and_a_week(sit: Sit, site: Site) -> None:
    """Due by the schedule, proposed by one, stopped, proposed again, confirmed by another, then nothing."""
    child_id = site.add_child("Isolde Merriweather-Quist")
    with site.installation.store.read() as tx:
        reference = children.get(tx, child_id).reference
    manager, head, admin = sit("team_manager"), sit("service_manager"), sit("administrator")
    wrong: list[str] = []

    close_long_ago(manager, child_id)
    assert "sets nothing for this" in manager.words
    wrong += manager.look("keeping closed")

    admin.go("/retention")
    wrong += admin.look("schedule")
    box = admin.page.get_by_label("How many: The case was opened by mistake")
    box.fill("nought")
    admin.press("See what this brings due")
    assert len(admin.problems()) == 1
    box.fill("3")
    admin.press("See what this brings due")
    expect(admin.page.get_by_text(reference)).to_be_visible()
    assert "Isolde" not in admin.words
    wrong += admin.look("schedule seen")
    admin.press("Save the schedule")
    admin.go("/disposals")
    assert reference in admin.words
    assert "Isolde" not in admin.words

    manager.go("/disposals")
    wrong += manager.look("disposals due")
    manager.follow("Isolde Merriweather-Quist")
    manager.follow("Propose disposal")
    wrong += manager.look("propose")
    manager.page.go_back()
    propose(manager)
    assert "has to confirm it" in manager.words
    manager.follow("Stop it")
    wrong += manager.look("stop")
    manager.page.get_by_label("The record is still needed").check()
    manager.press("Stop it")
    assert "Nothing was destroyed" in manager.words
    propose(manager)

    head.go("/disposals")
    head.follow("Isolde Merriweather-Quist")
    head.follow("Decide about it")
    wrong += head.look("confirm")
    head.page.get_by_label("Type the child's reference").fill("CH-AAAA-AAAA")
    head.press("Confirm: destroy it in 7 days")
    assert len(head.problems()) == 1
    head.page.get_by_label("Type the child's reference").fill(reference)
    head.page.get_by_label("Your password, once more").fill(PASSWORD)
    head.press("Confirm: destroy it in 7 days")
    assert "Will be disposed of" in head.words
    wrong += head.look("keeping confirmed")

    with clock.held(clock.now() + timedelta(days=8)):
        run_worker(site.installation.settings, until_idle=True)
    assert manager.go(f"/children/{child_id}").status == 404
    head.go("/disposals")
    wrong += head.look("disposals done")
    ended = head.page.get_by_role("listitem").filter(has_text=reference)
    expect(ended.filter(has_text="Disposed of on")).to_be_visible()
    assert "Isolde" not in head.words
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
def test_a_hold_and_an_export_in_the_browser(sit: Sit, site: Site) -> None:
    """A hold is put and lifted with reasons; everything is exported with the password and fetched once."""
    child_id = site.add_child("Leopold Ashgrove-Tan")
    head = sit("service_manager")
    wrong: list[str] = []
    head.go(f"/children/{child_id}/keeping")
    head.follow("Put a legal hold on Leopold Ashgrove-Tan")
    head.press("Put the hold")
    assert head.problems() == ["Say why nothing may be destroyed"]
    wrong += head.look("hold")
    head.page.get_by_label("Why?").fill("Claim 12/2026 of the county court")
    head.press("Put the hold")
    head.go(f"/children/{child_id}")
    expect(head.page.get_by_text("Legal hold", exact=True)).to_be_visible()
    wrong += head.look("child held")
    head.go(f"/children/{child_id}/keeping")
    head.page.get_by_role("link", name="Lift it").click()
    wrong += head.look("lift")
    head.page.get_by_label("Why is it lifted?").fill("Settled on 3 March")
    head.press("Lift the hold")
    assert "Settled on 3 March" in head.words

    head.go(f"/children/{child_id}/export")
    wrong += head.look("export ask")
    head.page.get_by_label("Who asked for it, and when?").fill("Leopold himself, on 4 March")
    head.page.get_by_label("Your password, once more").fill(PASSWORD)
    head.press("Make the export")
    run_worker(site.installation.settings, until_idle=True)
    head.go(f"/children/{child_id}/export")
    wrong += head.look("export ready")
    with head.page.expect_download() as fetched:
        head.press("Fetch the export")
    assert fetched.value.suggested_filename.endswith("_everything_held.zip")
    head.go(f"/children/{child_id}/export")
    expect(head.page.get_by_text("Fetched and deleted")).to_be_visible()
    assert not wrong, "\n".join(wrong)
