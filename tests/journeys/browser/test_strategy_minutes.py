"""Minutes of a strategy meeting: written by the chair, and signed ones that a reviewing officer attaches."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import handed_in
from tests.journeys.browser import plan
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import Seat, who
from tests.journeys.browser.site import Site
from tests.journeys.browser.test_great_journey import download, signature, verify, wait_for_documents
from tests.unit.seals.small import sealed_pdf
from tests.validators import poppler

pytestmark = pytest.mark.long

TODAY = date.today()  # noqa: DTZ011  (the day a person reads off the wall)


def begin(seat: Seat, child_id: str) -> str:
    """Start minutes from the child's page; return the record's id."""
    seat.go(f"/children/{child_id}")
    seat.press("Start a Strategy meeting record")
    seat.page.wait_for_url("**/records/*")
    return seat.path.removeprefix("/records/")


def meeting(seat: Seat, record_id: str, *, minutes_as: str) -> None:
    """Say what is recorded, when, by whom, and why there was a meeting."""
    plan.at(seat, record_id, "meeting")
    seat.choose("minutes_as", minutes_as, part="choice")
    seat.choose("meeting_kind", "first", part="choice")
    seat.choose("held_by", "meeting", part="choice")
    plan.on(seat, TODAY, "held_on")
    seat.write("chair", name="Rosalind Peverell-Shah", role="team manager")
    seat.choose("threshold", "yes", part="answer")
    seat.write("threshold", detail="Two nights away, and no medicine with him.")
    seat.choose("in_time", "yes", part="answer")


def child(seat: Seat) -> None:
    """Say who the child is; the name came with the child."""
    plan.on(seat, date(2012, 5, 4), "date_of_birth")
    seat.write("lead", name="Theodora Blakiston-Nwosu", role="social worker", phone="07700 900530")
    seat.press(plan.CONTINUE)


def decided(seat: Seat, *, written: bool) -> None:
    """Say what was decided, who does what, and when it is looked at again."""
    seat.write("decision", value="Everything is done to find him today.")
    if written:
        seat.write("reasons", value="Two nights without his medicine.")
        seat.write("if_located", value="Hospital first.")
    plan.on(seat, TODAY + timedelta(days=2), "next_review")
    plan.row(
        seat, "actions", "Add action", "Save this action",
        what="Ask for the location of his telephone", who="Detective sergeant", agency="Police",
    )  # fmt: skip


def sign_and_issue(seat: Seat, record_id: str, name: str) -> None:
    """Check the answers, sign, issue, and wait for the documents."""
    seat.go(f"/records/{record_id}/check")
    seat.follow("Go on to sign-off")
    seat.page.locator("#declared").check()
    signature(seat, name)
    seat.press("Sign and hand in")
    expect(seat.page.locator("main")).to_contain_text("You have signed")
    seat.press("Issue the Strategy meeting record")
    wait_for_documents(seat, record_id)


def test_chair_writes_minutes_at_a_laptop(sit: Sit, site: Site, tmp_path: Path) -> None:
    """The social work manager who chaired types them, and page one says what was decided and who does it."""
    child_id = site.add_child("Leofric Oduya-Hartshorne")
    seat = sit("team_manager")
    record_id = begin(seat, child_id)
    meeting(seat, record_id, minutes_as="written")
    assert seat.look("minutes meeting") == []
    seat.press(plan.CONTINUE)
    child(seat)
    seat.press(plan.CONTINUE)  # no signed file
    seat.press("Add person", within=seat.question("attendance"))
    seat.write("name", value="Rosalind Peverell-Shah, chair")
    seat.choose("agency", "social_care", part="choice")
    seat.choose("came", "present", part="choice")
    seat.press("Save this person")
    seat.press(plan.CONTINUE)
    seat.write("risk_now", value="Every day without his medicine raises it.")
    seat.press(plan.CONTINUE)
    seat.choose("all_done", "no", part="answer")
    seat.write("all_done", detail="His telephone has not been located.")
    seat.press(plan.CONTINUE)
    seat.press(plan.CONTINUE)  # alerts
    decided(seat, written=True)
    assert seat.look("minutes decided") == []
    seat.press(plan.CONTINUE)
    sign_and_issue(seat, record_id, who("team_manager").name)
    file = download(seat.page, "Police copy, PDF", tmp_path)
    first = poppler.pdftotext(file).split("\f")[0]
    for words in ("Everything is done to find him today.", "Detective sergeant", "Next review"):
        assert words in first
    assert "genuine" in verify(seat, file).lower()


def test_reviewing_officer_attaches_signed_minutes(sit: Sit, site: Site, tmp_path: Path) -> None:
    """A dozen answers and a file; who signed it stands beside it; it lies in the sealed copy."""
    child_id = site.add_child("Saoirse Wolstenholme-Tran")
    signed = tmp_path / "minutes of 20 November.pdf"
    signed.write_bytes(sealed_pdf())
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(handed_in.pdf_with_script())
    seat = sit("reviewing_officer")
    record_id = begin(seat, child_id)
    meeting(seat, record_id, minutes_as="attached")
    seat.press(plan.CONTINUE)
    child(seat)

    seat.press("Add file", within=seat.question("minutes_files"))
    seat.write("file", title="Minutes, signed by the chair")
    seat.page.locator('[name="file-upload"]').set_input_files(bad)
    seat.press("Save this file")
    assert any("it can act by itself (scripts)" in one for one in seat.problems())
    expect(seat.page.locator('[name="file-title"]')).to_have_value("Minutes, signed by the chair")
    seat.page.locator('[name="file-upload"]').set_input_files(signed)
    seat.press("Save this file")
    listed = seat.question("minutes_files")
    expect(listed).to_contain_text("Signed electronically by Invented Council")
    expect(listed).to_contain_text("That signer is not known here")
    assert seat.look("minutes signed") == []
    seat.press(plan.CONTINUE)
    plan.at(seat, record_id, "decided")
    decided(seat, written=False)
    seat.press(plan.CONTINUE)
    sign_and_issue(seat, record_id, who("reviewing_officer").name)

    seat.go(f"/records/{record_id}/read")
    assert seat.look("minutes read") == []
    with seat.page.expect_download() as taken:
        seat.page.get_by_role("link", name="1. Minutes, signed by the chair").click()
    assert taken.value.path().read_bytes() == signed.read_bytes()
    seat.go(f"/records/{record_id}/history")
    mine = download(seat.page, "PDF", tmp_path)
    assert signed.read_bytes() in poppler.pdfdetach(mine, tmp_path / "inside").values()
    assert "genuine" in verify(seat, mine).lower()
    expect(seat.page.locator("main")).to_contain_text("Every file that the document names (1) is inside it")
