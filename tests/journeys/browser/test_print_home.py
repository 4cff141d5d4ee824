"""The residential manager prints the home at the shared PC, files the paper, reprints what is out of date."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import expect

from formsvc.workflow.start_revision import start_revision
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import Seat, axe
from tests.journeys.browser.site import Site
from tests.web.plans import AUTHOR, fill, sign, started, the_plan

SHARED_PC = {"width": 1280, "height": 900}
NAME = "Perdita Quillfeather-Okonjo"
WITHOUT = "Ignatz Halloway-Sé"


def lives_here(site: Site) -> str:
    """Let two children live in the home, one with a plan; return its record's id when it is issued."""
    record_id = started(site.installation, child_id=site.add_child(NAME))
    fill(site.installation, record_id)
    sign(site.installation, record_id, by_manager=True)
    site.add_child(WITHOUT)
    return record_id


def revise(site: Site, record_id: str) -> None:
    """Issue a second revision of a plan."""
    store = site.installation.store
    start_revision(store, actor=AUTHOR, record_id=record_id, effective=the_plan(site.installation))
    sign(site.installation, record_id, by_manager=True)


def wait_for_copies(seat: Seat, record_id: str) -> None:
    """Wait until every copy of the plan is issued."""
    seat.go(f"/records/{record_id}/issue")
    expect(seat.page.get_by_text("8 of 8 ready")).to_be_visible(timeout=120_000)


def take(seat: Seat, folder: Path) -> pypdf.PdfReader:
    """Wait until the print is ready, take it, and return it."""
    button = seat.page.get_by_role("button", name="Take the print (PDF)")
    expect(button).to_be_visible(timeout=60_000)
    with seat.page.expect_download() as coming:
        button.click()
    place = folder / coming.value.suggested_filename
    coming.value.save_as(place)
    return pypdf.PdfReader(io.BytesIO(place.read_bytes()))


def judged(seat: Seat, name: str) -> list[str]:
    """Judge a page at the shared PC's width besides a laptop's and a phone's; return what is wrong."""
    found = seat.look(name)
    seat.page.set_viewport_size(SHARED_PC)  # type: ignore[arg-type]  # a dictionary of the right shape
    return [*found, *(f"{name} at 1280: {one}" for one in axe(seat.page))]


@pytest.mark.long
def test_manager_prints_the_home_and_keeps_its_folder(sit: Sit, site: Site, tmp_path: Path) -> None:
    """Print all, put it in the folder, be told of a new revision, reprint it alone, destroy the old paper."""
    record_id = lives_here(site)
    worker = sit("social_worker")
    wait_for_copies(worker, record_id)
    seat = sit("residential_manager", viewport=SHARED_PC)
    wrong = []

    # What there is to print; nothing ticked is said.
    seat.follow("Print my home")
    assert seat.heading == "Print my home"
    expect(seat.page.get_by_label(NAME)).to_be_visible()
    expect(seat.page.get_by_role("link", name=WITHOUT)).to_be_visible()
    wrong += judged(seat, "print home")
    seat.press("Print what is ticked")
    assert seat.problems() == ["Tick at least one form to print"]
    wrong += judged(seat, "print home, nothing ticked")

    # All of it: progress, then one file.
    seat.page.get_by_role("button", name="Print all").click()
    wrong += judged(seat, "print home being made")
    reader = take(seat, tmp_path)
    wrong += judged(seat, "print home ready")
    assert any(NAME in str(one["/Title"]) for one in reader.outline)  # type: ignore[call-overload]
    contents = reader.pages[0].extract_text()
    assert NAME in contents
    assert WITHOUT in contents
    assert f"Print 1 of {len(reader.pages)}" in contents

    # Into the folder.
    seat.follow("tick what you have done")
    paper = seat.page.get_by_role("group", name="I have put in the folder")
    paper.get_by_label(NAME).check()
    wrong += judged(seat, "print home paper to file")
    seat.press("Keep what I ticked")
    expect(seat.page.get_by_role("heading", name="In the folder")).to_be_visible()

    # A new revision: the first page says so; that one alone is printed again.
    revise(site, record_id)
    wait_for_copies(worker, record_id)
    seat.go("/")
    expect(seat.page.get_by_text("1 out of date, reprint")).to_be_visible()
    wrong += judged(seat, "print home on the first page")
    seat.follow("Print my home")
    expect(seat.page.get_by_text("Printed revision 1, now 2")).to_be_visible()
    wrong += judged(seat, "print home out of date")
    seat.page.get_by_label(NAME).first.check()
    seat.press("Print what is ticked")
    reader = take(seat, tmp_path)
    assert "1 out of date, reprint" in reader.pages[0].extract_text()

    # The old paper is destroyed.
    seat.follow("tick what you have done")
    seat.page.get_by_role("group", name="I have taken out and destroyed").get_by_label(NAME).check()
    wrong += judged(seat, "print home old paper")
    seat.press("Keep what I ticked")
    expect(seat.page.get_by_text("out of date")).to_have_count(0)
    assert wrong == []
