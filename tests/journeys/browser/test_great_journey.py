"""A plan from its first question to its second revision, by five people in five windows, in Chromium."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from playwright.sync_api import Page, expect

from formsvc.demo import PASSWORD
from tests.journeys.browser import plan
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import Seat, who
from tests.journeys.browser.site import Site
from tests.validators import poppler

NAME = "Emlyn Ravensdale-Okoye"


def sign(seat: Seat, record_id: str, *, capacity: str = "allocated social worker") -> None:
    """Declare as the author, with the password again where it is asked for."""
    seat.go(f"/records/{record_id}/sign-off")
    seat.page.locator("#declared").check()
    signature(seat, who("social_worker").name)
    seat.page.locator("#capacity").fill(capacity)
    seat.press("Sign and hand in")
    expect(seat.page.locator("main")).to_contain_text("You have signed")


def signature(seat: Seat, name: str) -> None:
    """Type a name, and the password where it is asked for."""
    seat.page.locator("#name").fill(name)
    if seat.page.locator("#password").count():
        seat.page.locator("#password").fill(PASSWORD)


def approve(seat: Seat, record_id: str) -> None:
    """Read it as a manager, and approve it."""
    seat.go("/")
    seat.page.locator(f'a[href="/records/{record_id}"]').first.click()
    if not seat.path.endswith("/approve"):
        seat.go(f"/records/{record_id}/approve")
    assert seat.look("approve") == []
    signature(seat, who("team_manager").name)
    seat.press("Approve and issue the Trigger Plan")


def wait_for_documents(seat: Seat, record_id: str) -> None:
    """Stay on the progress page until it says, by itself, that every document is ready."""
    seat.go(f"/records/{record_id}/issue")
    expect(seat.page.locator("#progress")).to_have_attribute("data-progress", "done", timeout=60_000)


def download(page: Page, link: str, folder: Path) -> Path:
    """Follow a link that hands out a file and return where it was saved."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link).first.click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def verify(seat: Seat, file: Path) -> str:
    """Hand a file in where anybody may check it; return the verdict in words."""
    seat.go("/verify")
    seat.page.locator("#file").set_input_files(file)
    seat.press("Check")
    return seat.page.locator(".app-verdict").inner_text()


def err_and_correct(worker: Seat) -> None:
    """Answer the first section wrongly, be led to the fault, mend it."""
    plan.purpose(worker)
    worker.write("plan_date", day="31", month="2", year="2026")
    worker.press(plan.CONTINUE)
    said = worker.problems()
    assert len(said) == 1
    assert worker.page.title().startswith("Error: ")
    assert worker.look("section with an error") == []
    worker.follow(said[0], within=worker.page.locator(".govuk-error-summary"))
    expect(worker.page.locator('[name="plan_date-day"]')).to_be_focused()
    expect(worker.page.locator('[name="plan_date-day"]')).to_have_value("31")
    expect(worker.page.locator('[name="at_risk-detail"]')).to_have_value(
        "Twice in October, each time for a whole night."
    )
    plan.on(worker, date(2026, 11, 20), "plan_date")
    worker.press(plan.CONTINUE)


def arrange_rows(seat: Seat, record_id: str) -> None:
    """Add two phones, change one, move one, remove one and bring it back."""
    plan.at(seat, record_id, "phones")
    plan.row(
        seat, "phones", "Add phone", "Save this phone", number__e164="07700 900111", make_model="Old grey one"
    )
    seat.press("Add another phone", within=seat.question("phones"))
    seat.page.locator('[name="number-e164"]').fill("12")
    seat.press("Save this phone")
    assert seat.problems()
    expect(seat.page.locator('[name="number-e164"]')).to_have_value("12")
    seat.page.locator('[name="number-e164"]').fill("07700 900222")
    seat.press("Save this phone")
    rows = seat.page.locator("#rows-phones .app-rows__row")
    expect(rows).to_have_count(2)
    rows.nth(0).get_by_role("button", name="Change").click()
    seat.page.locator('[name="make_model"]').fill("Grey, screen cracked")
    seat.press("Save this phone")
    expect(rows.nth(0)).to_contain_text("Grey, screen cracked")
    rows.nth(1).get_by_role("button", name="Move up").click()
    expect(rows.nth(0)).to_contain_text("900222")
    rows.nth(1).get_by_role("button", name="Remove").click()
    expect(rows).to_have_count(1)
    seat.press("Undo: bring it back")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("Grey, screen cracked")
    seat.press(plan.CONTINUE)


def send_back(manager: Seat, record_id: str, question: str, why: str) -> None:
    """Read it as a manager, and send it back with a reason at one question."""
    manager.go(f"/records/{record_id}/send-back")
    manager.press("Send it back")
    assert manager.problems()
    assert manager.look("send back with an error") == []
    manager.page.locator("#where-1").select_option(label=question)
    manager.page.locator("#why-1").fill(why)
    manager.press("Send it back")
    expect(manager.page.locator("main")).to_contain_text("Sent back.")


def voices(worker: Seat, record_id: str) -> None:
    """Record what the child said, and why a parent was not asked."""
    worker.go(f"/records/{record_id}/sign-off/child")
    worker.page.locator('[name="outcome"][value="agreed"]').check()
    worker.page.locator("#words").fill("Fine. But ring before you come in.")
    worker.press("Record this")
    worker.go(f"/records/{record_id}/sign-off/parent_or_carer")
    worker.press("Record this")
    assert worker.problems()
    worker.page.locator('[name="outcome"][value="not_sought"]').check()
    worker.page.locator('[name="role"][value="parent"]').check()
    worker.page.locator("#why").fill("Rang three times, no answer.")
    worker.press("Record this")
    expect(worker.page.locator("main")).to_contain_text("Rang three times, no answer.")


def test_a_plan_is_completed_approved_issued_verified_and_revised(
    sit: Sit, site: Site, tmp_path: Path
) -> None:
    """Everything that a plan goes through, from the first error to the comparison of two revisions, works."""
    child_id = site.add_child(NAME, known_as="Em")
    worker = sit("social_worker")

    # Begin, err, correct; type half a section and leave without pressing anything.
    record_id = plan.begin(worker, child_id)
    plan.at(worker, record_id, "purpose")
    err_and_correct(worker)
    assert worker.path.endswith("/pages/child")
    plan.child(worker, NAME)
    expect(worker.page.locator("[data-saving]")).to_contain_text("Saved", timeout=10_000)
    expect(worker.page.locator("[data-saving]")).not_to_contain_text("Not saved")
    worker.page.context.close()

    # Go on from another machine.
    worker = sit("social_worker")
    worker.follow("Your drafts")
    worker.page.get_by_role("link", name=NAME).first.click()
    worker.follow("The child")
    expect(worker.page.locator('[name="lead-name"]')).to_have_value("Theodora Blakiston-Nwosu")
    worker.press(plan.CONTINUE)
    plan.photo(worker)
    plan.looks(worker)
    worker.press(plan.CONTINUE)
    arrange_rows(worker, record_id)
    plan.rest(worker, record_id)

    # Check the answers, be shown what is missing, read them.
    worker.go(f"/records/{record_id}/check")
    assert "Go on to sign-off" in worker.words, worker.words
    assert "Brown, to the shoulder" in worker.words
    worker.follow("Go on to sign-off")

    # Sign; nothing is signed without saying so.
    worker.press("Sign and hand in")
    assert worker.problems()
    sign(worker, record_id)

    # A manager sends it back; the reason stands at the question; mend it, sign again.
    manager = sit("team_manager")
    assert NAME in manager.words
    send_back(manager, record_id, "Hair", "She had it cut on Tuesday.")
    worker.go(f"/records/{record_id}")
    expect(worker.page.locator("main")).to_contain_text("She had it cut on Tuesday.")
    plan.at(worker, record_id, "looks")
    expect(worker.question("hair")).to_contain_text("She had it cut on Tuesday.")
    worker.write("hair", value="Brown, cropped")
    worker.press(plan.CONTINUE)
    sign(worker, record_id)
    voices(worker, record_id)

    # Approve and issue; the worker sees the documents come, downloads one, anybody checks it.
    approve(manager, record_id)
    worker.go("/")
    wait_for_documents(worker, record_id)
    issued = download(worker.page, "Full copy, PDF", tmp_path)
    assert "Brown, cropped" in poppler.pdftotext(issued)
    nobody = sit()
    assert "genuine" in verify(nobody, issued).lower()
    assert nobody.look("verdict") == []
    assert worker.look("progress") == []

    # Revise: another answer, signed and approved again; the first says that it is superseded.
    worker.go(f"/records/{record_id}/history")
    worker.follow("Start the next revision")
    worker.press("Start revision 2")
    plan.at(worker, record_id, "looks")
    worker.write("hair", value="Dyed black, cropped")
    worker.press(plan.CONTINUE)
    sign(worker, record_id)
    approve(manager, record_id)
    wait_for_documents(worker, record_id)
    worker.go(f"/records/{record_id}/compare")
    expect(worker.page.locator("main")).to_contain_text("Brown, cropped")
    expect(worker.page.locator("main")).to_contain_text("Dyed black, cropped")
    assert worker.look("compare") == []
    assert "superseded" in verify(nobody, issued).lower()
    assert nobody.look("verdict superseded") == []

    # The police take their copy, the home prints its own.
    police = sit("police_coordinator")
    police.follow("Documents")
    section = police.page.locator("section", has=police.page.get_by_role("heading", name=NAME))
    with police.page.expect_download() as waiting:
        section.get_by_role("link", name="Download the police copy, PDF").click()
    waiting.value.save_as(tmp_path / "police.pdf")
    assert "Dyed black, cropped" in poppler.pdftotext(tmp_path / "police.pdf")
    home = sit("residential_manager")
    home.follow("Documents")
    section = home.page.locator("section", has=home.page.get_by_role("heading", name=NAME))
    address = section.get_by_role("link", name="open to read or print").get_attribute("href")
    reply = home.page.request.get(site.address + str(address))
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.headers["content-disposition"].startswith("inline")
    home.page.emulate_media(media="print")
    expect(home.page.locator(".app-menu")).to_be_hidden()
