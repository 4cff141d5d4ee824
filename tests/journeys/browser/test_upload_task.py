"""A social worker takes a final plan to the case file: the id it is known by there, the file, the tick."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from formsvc.store import documents
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import PHONE
from tests.journeys.browser.site import Site
from tests.web.plans import fill, sign, started

NAME = "Clementine Aske-Oduya"


def issued(site: Site) -> tuple[str, str]:
    """Make a plan about a child of this journey's own final; return the child's id and the record's."""
    child_id = site.add_child(NAME)
    record_id = started(site.installation, child_id=child_id)
    fill(site.installation, record_id)
    sign(site.installation, record_id, by_manager=True)
    return child_id, record_id


def test_final_plan_goes_to_the_case_file(sit: Sit, site: Site) -> None:
    """Enter the case-system id, find the child by it, take the file, tick it, take it back, say why not."""
    child_id, record_id = issued(site)
    seat = sit("social_worker")
    page, wrong = seat.page, list[str]()

    # What the case system calls the child, wrongly at first.
    seat.go(f"/children/{child_id}")
    seat.follow("Add a case-system id, an NHS number or another reference")
    wrong += seat.look("references none")
    seat.press("Add the reference")
    assert seat.problems() == ["Choose what kind of reference it is"]
    page.get_by_label("NHS number", exact=True).check()
    page.get_by_label("The reference").fill("943 476 5918")
    seat.press("Add the reference")
    assert seat.problems() == ["Check the NHS number: it has 10 digits, and at least one of these is wrong"]
    wrong += seat.look("references errors")
    page.get_by_label("The reference").fill("943 476 5919")
    seat.press("Add the reference")
    expect(page.get_by_text("The reference is added.")).to_be_visible()
    page.get_by_label("Case-system id").check()
    page.get_by_label("The reference").fill("MOS/4410")
    page.get_by_label("Whose system is it?").fill("Calderholme, Mosaic")
    seat.press("Add the reference")
    page.locator("dl a").filter(has_text="MOS/4410").click()
    wrong += seat.look("references one")
    page.get_by_label("Case-system id").fill("MOS/4411")
    seat.press("Save the correction")
    expect(page.get_by_text("Corrected. The one before is kept, and ended.")).to_be_visible()
    wrong += seat.look("references all")

    # Found by the whole of it.
    seat.go("/children")
    page.get_by_role("searchbox").or_(page.locator('input[name="q"]')).first.fill("mos 4411")
    page.locator('form:has(input[name="q"])').get_by_role("button").first.click()
    page.get_by_role("link", name=NAME).first.click()
    expect(page.get_by_text("MOS/4411")).to_be_visible()
    wrong += seat.look("references on the child's page")

    # The file, once it is made, under its name; on a phone.
    seat.go(f"/records/{record_id}/issue")
    expect(page.get_by_text("8 of 8 ready")).to_be_visible(timeout=120_000)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a dictionary of the right shape
    seat.go("/")
    line = page.locator("section[aria-labelledby=uploads] li").filter(has_text=NAME)
    with page.expect_download() as taken:
        line.get_by_role("link", name=re.compile(r"\.pdf$")).click()
    name = taken.value.suggested_filename
    assert re.fullmatch(r"MOS-4411_Trigger-Plan_TP-[A-Z0-9-]+_r1_\d{4}-\d\d-\d\d_full\.pdf", name)
    with site.installation.store.read() as tx:
        made = documents.of_record(tx, record_id)
    assert taken.value.path().stat().st_size in {one.size for one in made if one.kind == "pdf"}
    wrong += seat.look("upload first page")

    # Ticked, taken back, and not needed after all.
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # as above
    line.get_by_role("button").click()
    expect(page.get_by_text("Noted: it is in the case file.")).to_be_visible()
    wrong += seat.look("upload ticked")
    seat.press("Take it back")
    expect(page.get_by_text("it still has to go to the case file")).to_be_visible()
    seat.press("It is not needed")
    assert seat.problems() == ["Say why it is not needed in the case file"]
    wrong += seat.look("upload error")
    page.get_by_label("Why is it not needed in the case file?").fill("It was sent with the court papers")
    seat.press("It is not needed")
    expect(page.get_by_text("It was sent with the court papers")).to_be_visible()
    seat.go(f"/records/{record_id}/history")
    expect(page.get_by_text("Not to go to the case file")).to_be_visible()
    wrong += seat.look("upload history")
    seat.go(f"/records/{record_id}/text")
    expect(page.get_by_text("Case-system id (Calderholme, Mosaic): MOS/4411")).to_be_visible()
    wrong += seat.look("upload text")
    assert not wrong, "\n".join(wrong)
