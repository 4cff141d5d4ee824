"""Minutes that were signed elsewhere, attached: judged, said who signed, handed out and verified."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from formsvc.definitions.library import load_library
from formsvc.demo import CHILDREN, USERS
from formsvc.settings import PROJECT
from formsvc.store import audit, documents
from formsvc.workflow.actors import Actor
from formsvc.workflow.drafts import part_of
from formsvc.workflow.finalise import finalise
from formsvc.workflow.freeze import freeze
from formsvc.workflow.read_draft import read_draft
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.save_section import save_section
from formsvc.workflow.sign_off import sign_off
from formsvc.workflow.verify_file import verify_bytes
from tests import handed_in
from tests.web.completing import JSON, begun, page, shared
from tests.web.conftest import Installation, StrictClient

As = Callable[[str], StrictClient]
GROUP = "minutes_files"
_REVIEWER = next(one for one in USERS if one.role == "reviewing_officer")
REVIEWER = Actor(user_id=_REVIEWER.id, organisation_id=_REVIEWER.organisation_id, role="reviewing_officer")
EXAMPLE = PROJECT / "form_templates" / "examples" / "strategy_minutes.LAN.json"
ASKED = (
    "minutes_as", "meeting_kind", "held_by", "held_on", "chair", "threshold", "full_name", "date_of_birth",
    "lead", "decision", "next_review",
)  # fmt: skip


@pytest.fixture(scope="module")
def demo(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return the demonstration that this file's tests share."""
    yield from shared(demo_template, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def officer(as_: As) -> StrictClient:
    """Return a client signed in as the reviewing officer."""
    return as_("reviewing_officer")


@pytest.fixture
def minutes(demo: Installation) -> str:
    """Return the address of new minutes."""
    form = load_library(demo.settings.form_templates).effective("strategy_minutes", "LAN")
    return f"/records/{begun(demo, form)}"


def attach(
    client: StrictClient, address: str, data: bytes, *, name: str, row: str = "f1", group: str = GROUP
) -> Any:
    """Add a file in a row, as the page does; return the reply."""
    shown = page(client, f"{address}/pages/signed/rows/{group}/{row}").change(file__title="Minutes, signed")
    shown.sent["file-upload"] = (io.BytesIO(data), name)
    return shown.press()


def held(demo: Installation, address: str) -> list[dict[str, Any]]:
    """Return the rows of files that a form holds."""
    section = read_draft(demo.store, record_id=address.rpartition("/")[2]).sections.get("signed")
    return list(section.answers.get(GROUP, [])) if section else []


def test_reviewing_officer_begins_minutes_and_nothing_else(officer: StrictClient) -> None:
    """They put minutes on the record; the plan is the social worker's."""
    shown = officer.get(f"/children/{CHILDREN[1].id}").text
    assert "/start/strategy_minutes" in shown
    assert "/start/trigger_plan" not in shown


@pytest.mark.parametrize(
    ("make", "name", "words"),
    [
        (handed_in.signed_pdf, "minutes.pdf", "Signed electronically by Another Council"),
        (handed_in.signed_docx, "minutes.docx", "Signed electronically by Invented Council"),
        (handed_in.plain_pdf, "minutes.pdf", "None that is electronic"),
        (handed_in.docx_of_every_day, "minutes.docx", "None that is electronic"),
        (handed_in.scan, "scan.png", "None: it is a picture"),
    ],
    ids=["signed PDF", "signed Word", "PDF", "Word", "scan"],
)
def test_file_says_beside_it_who_signed(
    officer: StrictClient, minutes: str, make: Callable[[], bytes], name: str, words: str
) -> None:
    """Beside the upload and in the list stands what is known of the signature in it."""
    assert attach(officer, minutes, make(), name=name).status_code == 303
    assert words in officer.get(f"{minutes}/pages/signed/rows/{GROUP}/f1").text
    listed = officer.get(f"{minutes}/pages/signed").text
    assert words in listed
    assert "Minutes, signed" in listed


def test_signer_nobody_here_knows_is_called_that(officer: StrictClient, minutes: str) -> None:
    """A name in a certificate is what the file says, until somebody here trusts its key."""
    attach(officer, minutes, handed_in.signed_pdf(), name="minutes.pdf")
    shown = officer.get(f"{minutes}/pages/signed/rows/{GROUP}/f1").text
    assert "That signer is not known here, so the name is only what the file says." in shown
    assert "Not changed since." in shown


def test_file_changed_after_it_was_signed_is_called_that(officer: StrictClient, minutes: str) -> None:
    """It is taken, and nobody is left to believe its signature."""
    attach(officer, minutes, handed_in.signed_pdf_changed(), name="minutes.pdf")
    assert "Changed since it was signed." in officer.get(f"{minutes}/pages/signed/rows/{GROUP}/f1").text


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (handed_in.encrypted_pdf, "it is encrypted or has a password"),
        (handed_in.pdf_with_script, "it can act by itself (scripts)"),
        (handed_in.pdf_that_starts_a_program, "it can act by itself (actions that reach outside the file)"),
        (handed_in.docx_with_macros, "it holds macros"),
        (handed_in.docx_from_elsewhere, "it can act by itself (content from outside the file"),
        (handed_in.docx_with_fetching_field, "it can act by itself (fields that fetch content)"),
        (lambda: handed_in.OLD_WORD, "it is encrypted, or of the old kind of Word"),
        (lambda: b"%PDF-1.7\nnothing", "it is damaged or cut short"),
        (lambda: b"<html><script>", "is not a JPEG, PNG, WebP or HEIC picture"),
    ],
    ids=["encrypted", "script", "program", "macros", "template", "field", "old Word", "damaged", "page"],
)
def test_refused_file_says_why_and_leaves_everything(
    officer: StrictClient, demo: Installation, minutes: str, make: Callable[[], bytes], why: str
) -> None:
    """The error stands beside the file; the file that was there before stays, and the title typed is kept."""
    attach(officer, minutes, handed_in.plain_pdf(), name="before.pdf")
    before = held(demo, minutes)
    reply = attach(officer, minutes, make(), name="after.pdf")
    assert reply.status_code == 422
    assert why in reply.text
    assert "was not added" in reply.text
    assert held(demo, minutes) == before
    assert before[0]["file"]["name"] == "before.pdf"


def test_page_that_saves_itself_says_who_signed(officer: StrictClient, minutes: str) -> None:
    """The reply to the script carries the same words as the page."""
    shown = page(officer, f"{minutes}/pages/signed/rows/{GROUP}/f1")
    shown.sent["file-upload"] = (io.BytesIO(handed_in.signed_pdf()), "minutes.pdf")
    told = shown.press("autosave", headers=JSON).get_json()
    assert "Signed electronically by Another Council" in told["files"]["file-upload"]["words"]


def test_attached_minutes_are_issued_read_and_verified(
    officer: StrictClient, as_: As, demo: Installation, minutes: str
) -> None:
    """The signed file lies inside the sealed documents for who may read it, and in no other copy."""
    record_id = minutes.rpartition("/")[2]
    attach(officer, minutes, handed_in.signed_pdf(), name="minutes.pdf")
    attach(officer, minutes, handed_in.plain_docx(), name="letter.docx", group="open_files", row="g1")
    issue(demo, record_id)
    read = officer.get(f"{minutes}/read")
    assert "Files inside this document" in read.text
    assert "Signed electronically by Another Council" in read.text
    reply = officer.get(f"{minutes}/revisions/1/attachments/1")
    assert reply.data == handed_in.signed_pdf()
    assert reply.headers["Content-Disposition"] == 'attachment; filename="01-minutes.pdf"'
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    with demo.store.read() as tx:
        acts = [one.act for one in audit.of_child(tx, CHILDREN[1].id, limit=20)]
    assert "file.download" in acts
    manager = as_("residential_manager")
    home = manager.get(f"{minutes}/read")
    assert "letter" in home.text
    assert "Another Council" not in home.text
    assert manager.get(f"{minutes}/revisions/1/attachments/1").data == handed_in.plain_docx()
    assert manager.get(f"{minutes}/revisions/1/attachments/2").status_code == 404
    for one in ("x", "0", "99999999", "-1"):
        assert officer.get(f"{minutes}/revisions/1/attachments/{one}").status_code == 404


def issue(demo: Installation, record_id: str) -> None:
    """Fill in what attached minutes need, sign as the reviewing officer, issue and verify every copy."""
    answers = json.loads(EXAMPLE.read_text("utf-8"))["answers"]
    given = {key: answers[key] for key in ASKED} | {"minutes_as": {"choice": "attached"}}
    draft = read_draft(demo.store, record_id=record_id)
    for form_page in draft.effective.pages:
        typed = part_of(form_page, given)
        if typed:
            save_section(
                demo.store,
                actor=REVIEWER,
                revision_id=draft.revision.id,
                page_id=form_page.id,
                version=draft.version(form_page.id),
                typed=typed,
            )
    awaiting = freeze(demo.store, actor=REVIEWER, revision_id=draft.revision.id)
    sign_off(
        demo.store,
        actor=REVIEWER,
        revision_id=draft.revision.id,
        rule_id="chair",
        binds=awaiting.binds,
        name="Ambrose Tilquhillie",
        capacity="reviewing officer",
    )
    audiences = ("full", "police", "home")
    finalise(demo.store, actor=REVIEWER, revision_id=draft.revision.id, audiences=audiences)
    run_worker(demo.settings, until_idle=True)
    with demo.store.read() as tx:
        issued = documents.of_record(tx, record_id)
        places = [(one, documents.place(tx, one)) for one in issued]
    assert {(one.audience_id, one.kind) for one in issued} == {
        (audience, kind) for audience in audiences for kind in ("pdf", "docx")
    }
    for one, place in places:
        data = demo.store.blobs.get(place.stored, key=place.key)
        checked = verify_bytes(data, name="file", store=demo.store, settings=demo.settings)
        assert "File 1: " in checked.report()
        assert "there and equal" in checked.report()
        found = checked.verification
        assert found.genuine, found.to_json()
        carried = 1 if one.audience_id == "home" else 2
        assert found.attachments.detail["count"] == carried
