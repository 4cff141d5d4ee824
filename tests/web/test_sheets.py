"""The grab sheet: at once on the screen, one sealed page on demand, cut to whoever reads it."""

from __future__ import annotations

import io

import pypdf
import pytest

from formsvc.seals.verify import Status, verify
from formsvc.store import documents
from formsvc.workflow.known_definitions import KnownDefinitions
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.standings import standing_of
from formsvc.workflow.start_revision import start_revision
from formsvc.workflow.trust import trust_of
from tests.web.conftest import Installation
from tests.web.plans import AUTHOR, As, sign, the_plan

PLAN = "demorecordplan222222"
PAGE = f"/records/{PLAN}/sheet"


@pytest.mark.parametrize("role", ["police_coordinator", "residential_manager", "social_worker"])
def test_sheet_is_there_at_once(as_: As, role: str) -> None:
    """Whoever may have a copy of the plan reads its first page on one side, before anything is made."""
    page = as_(role).get(PAGE)
    assert page.status_code == 200
    assert "Do not approach without police" in page.text
    assert "Ring now" in page.text
    assert "Make a sealed PDF of this sheet" in page.text


def test_sheet_holds_no_more_than_page_one(as_: As) -> None:
    """What the plan says further in is not on the page, whoever reads it."""
    whole = as_("social_worker").get(f"/records/{PLAN}/read").text
    sheet = as_("social_worker").get(PAGE).text
    assert "Why there is a plan" in whole
    assert "Why there is a plan" not in sheet
    assert "sealed envelope" not in sheet


def test_sheet_is_refused_to_who_has_no_copy(as_: As) -> None:
    """An administrator reads nothing about a child, and no record has no sheet."""
    assert as_("administrator").get(PAGE).status_code == 403
    assert as_("social_worker").get("/records/nothing/sheet").status_code == 404


def test_photo_of_the_sheet_is_the_plan_s(as_: As) -> None:
    """The photo comes with the page, and only to whoever may read it."""
    photo = as_("police_coordinator").get(f"{PAGE}/photo")
    assert photo.mimetype == "image/jpeg"
    assert photo.headers["Cache-Control"] == "no-store"
    assert as_("administrator").get(f"{PAGE}/photo").status_code == 403


def test_sealed_sheet_is_one_page_genuine_and_newest(demo: Installation, as_: As) -> None:
    """Asked for twice it is made once: one side, for the police alone, verified whole, and the newest."""
    client = as_("police_coordinator")
    for _ in range(2):
        assert client.post(PAGE).status_code == 303
    run_worker(demo.settings, until_idle=True)
    with demo.store.read() as tx:
        (kept,) = (one for one in documents.of_record(tx, PLAN) if one.kind == "sheet")
    assert kept.audience_id == "police"
    taken = client.get(f"/documents/{kept.id}?show=yes")
    assert taken.headers["Content-Disposition"] == 'inline; filename="TP-DEM2-PAGE_r1_police_sheet.pdf"'
    assert len(pypdf.PdfReader(io.BytesIO(taken.data)).pages) == 1
    definitions = KnownDefinitions(folder=demo.settings.form_templates)
    found = verify(taken.data, name="sheet.pdf", trust=trust_of(demo.settings), definitions=definitions)
    assert found.genuine
    assert (found.print.status, found.valid.status) == (Status.GOOD, Status.GOOD)
    assert standing_of(found, demo.store).code == "newest"
    assert "Download the sealed grab sheet" in client.get(PAGE).text
    assert "Grab sheet, one page" in client.get(f"/records/{PLAN}/history").text
    assert as_("residential_manager").get(f"/documents/{kept.id}").status_code == 404


@pytest.mark.long
def test_dispute_stands_in_the_next_documents(demo: Installation, as_: As) -> None:
    """A note on an answer is printed with it in what is issued next, which verifies whole."""
    worker = as_("social_worker")
    note = {
        "path": "build",
        "said_by": "child",
        "who": "Szymon himself",
        "words": "I am not slight, I do boxing",
        "said_day": "20",
        "said_month": "11",
        "said_year": "2025",
    }
    assert worker.post(f"/records/{PLAN}/disputes", data=note).status_code == 302
    start_revision(demo.store, actor=AUTHOR, record_id=PLAN, effective=the_plan(demo))
    sign(demo, PLAN, by_manager=True)
    run_worker(demo.settings, until_idle=True)
    with demo.store.read() as tx:
        issued = [one for one in documents.of_record(tx, PLAN) if one.revision_number == 2]
        police = next(one for one in issued if (one.audience_id, one.kind) == ("police", "pdf"))
        place = documents.place(tx, police)
    data = demo.store.blobs.get(place.stored, key=place.key)
    definitions = KnownDefinitions(folder=demo.settings.form_templates)
    found = verify(data, name="plan.pdf", trust=trust_of(demo.settings), definitions=definitions)
    assert found.genuine
    assert found.valid.status is Status.GOOD
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    assert "I am not slight" in text
