"""A plan is withdrawn: whoever has it is told first thing, answers, and the manager sees the end of it."""

from __future__ import annotations

from playwright.sync_api import expect

from formsvc.store import documents
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import who
from tests.journeys.browser.site import Site
from tests.web.plans import fill, sign, started

NAME = "Isolde Fenwick-Abara"


def issued(site: Site) -> str:
    """Issue a plan about a child of this journey's own; return the record's id."""
    record_id = started(site.installation, child_id=site.add_child(NAME))
    fill(site.installation, record_id)
    sign(site.installation, record_id, by_manager=True)
    return record_id


def test_withdrawn_plan_is_chased_to_the_end(sit: Sit, site: Site) -> None:
    """Withdraw, be told, answer, ask somebody outside, dispute, see who looked: each page is judged."""
    record_id = issued(site)
    manager, police = sit("team_manager"), sit("police_coordinator")
    manager.go(f"/records/{record_id}/issue")
    expect(manager.page.get_by_text("8 of 8 ready")).to_be_visible(timeout=120_000)
    with site.installation.store.read() as tx:
        copies = documents.of_record(tx, record_id)
    copy = next(one for one in copies if (one.audience_id, one.kind) == ("police", "pdf"))
    assert police.page.request.get(f"{site.address}/documents/{copy.id}").status == 200
    wrong = []

    # To whom the police handed it.
    police.go(f"/documents/{copy.id}/handed-out")
    police.press("Keep it")
    assert "Enter the name of the person it was handed to" in police.problems()
    wrong += police.look("recall handed out, errors")
    police.page.get_by_label("Name", exact=True).fill("Leopold Achterberg")
    police.page.get_by_label("Where they work").fill("Custody suite")
    police.page.get_by_label("In person").check()
    police.press("Keep it")
    expect(police.page.get_by_text("Leopold Achterberg, Custody suite")).to_be_visible()
    wrong += police.look("recall handed out")

    # The manager withdraws it.
    manager.go(f"/records/{record_id}/who-had-it")
    wrong += manager.look("recall who had it")
    manager.go(f"/records/{record_id}/withdraw")
    expect(manager.page.get_by_text("2 people have a copy")).to_be_visible()
    wrong += manager.look("recall withdraw")
    manager.page.get_by_label("Something in it is dangerous, for example an address").check()
    manager.page.get_by_label("What happened, in your own words").fill("The second address is not safe.")
    manager.press("Withdraw it")
    expect(manager.page.get_by_text("0 of 2 answered")).to_be_visible()
    wrong += manager.look("recall follow")
    recall = manager.path

    # The police are told before anything else, and answer.
    police.go("/documents")
    expect(police.page.get_by_text("You have a copy that is asked back")).to_be_visible()
    wrong += police.look("recall on every page")
    police.go("/")
    assert police.page.locator("h2").first.inner_text().startswith("Before anything else")
    wrong += police.look("recall first page")
    police.page.get_by_label("Destroyed: every copy").check()
    police.press("Send my answer")
    expect(police.page.get_by_text("Thank you: your answer is kept.")).to_be_visible()
    assert "Before anything else" not in police.words

    # Outside, somebody is asked with words that name nobody, and the last answer closes it.
    manager.go("/")
    expect(manager.page.get_by_text("Withdrawn copies to follow to the end")).to_be_visible()
    wrong += manager.look("recall manager's first page")
    manager.go(recall)
    manager.page.get_by_role("link", name="Ask them, or answer for them").click()
    letter = manager.page.get_by_label("Message").input_value()
    assert "Isolde" not in letter
    wrong += manager.look("recall ask somebody outside")
    manager.page.get_by_label("They destroyed it").check()
    manager.press("Keep it")
    expect(manager.page.get_by_text("All answered")).to_be_visible()
    wrong += manager.look("recall closed")

    # What the child says of an answer, and who looked.
    manager.go(f"/records/{record_id}/disputes")
    manager.page.get_by_label("Which answer?").select_option("build")
    manager.page.get_by_label("The child", exact=True).check()
    manager.page.get_by_label("Their name").fill(NAME)
    manager.page.get_by_label("What they said, in their own words").fill("I am taller than that.")
    for label, text in (("Day", "3"), ("Month", "2"), ("Year", "2026")):
        manager.page.get_by_label(label, exact=True).fill(text)
    manager.press("Keep the note")
    expect(manager.page.get_by_text("I am taller than that.")).to_be_visible()
    wrong += manager.look("dispute")
    manager.go(f"/children/{copy.child_id}/looked")
    expect(manager.page.get_by_role("cell", name=who("police_coordinator").name).first).to_be_visible()
    wrong += manager.look("who looked")
    administrator = sit("administrator")
    administrator.go("/audit")
    assert NAME not in administrator.words
    wrong += administrator.look("audit")
    assert not wrong, "\n".join(wrong)
