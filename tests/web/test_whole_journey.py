"""A plan from its first page to its second revision, asked for as each role would, with a real worker."""

from __future__ import annotations

import re
from pathlib import Path

from formsvc.store import documents, revisions
from formsvc.store.documents import Document
from formsvc.workflow.run_worker import run_worker
from tests.validators import poppler
from tests.web.conftest import Installation
from tests.web.plans import KIT, As, a_file, approve, declare, fill, hidden, the_plan, write


def current(demo: Installation, record_id: str, audience: str, kind: str) -> Document:
    """Return the current document of an audience and kind."""
    with demo.store.read() as tx:
        (found,) = (
            one
            for one in documents.of_record(tx, record_id)
            if (one.audience_id, one.kind, one.state) == (audience, kind, "current")
        )
        return found


def test_a_plan_lives_its_whole_life(demo: Installation, as_: As, tmp_path: Path) -> None:
    """Start, fill, check, sign, send back, correct, approve, issue, download, verify, revise, compare."""
    worker, manager, police = as_("social_worker"), as_("team_manager"), as_("police_coordinator")

    # Start, and look at what is missing.
    begun = worker.post(f"/children/{KIT.id}/start/trigger_plan")
    assert begun.status_code in (302, 303), begun.text
    record_id = re.search(r"/records/([a-z0-9]+)", begun.location)[1]  # type: ignore[index]  # it is there
    assert "to be done before this can be signed off" in worker.get(f"/records/{record_id}/check").text
    refused = declare(worker, record_id)
    assert refused.location == f"/records/{record_id}/check"

    # Fill in, check, sign.
    fill(demo, record_id)
    check = worker.get(f"/records/{record_id}/check").text
    assert f"/records/{record_id}/sign-off" in check
    assert declare(worker, record_id).status_code == 302
    voice = f"/records/{record_id}/sign-off/child"
    binds = hidden(worker.get(voice).text, "binds")
    said = {"binds": binds, "outcome": "agreed", "name": "Kit O'Shaughnessy", "words": "Yeah. Call first."}
    assert worker.post(voice, data=said).status_code == 302
    asked = {"binds": binds, "outcome": "not_sought", "role": "parent", "why": "No safe number for her"}
    assert worker.post(f"/records/{record_id}/sign-off/parent_or_carer", data=asked).status_code == 302
    assert "Yeah. Call first." in worker.get(f"/records/{record_id}/sign-off").text

    # The manager sends it back; the author sees why at the question, mends it and signs again.
    back = f"/records/{record_id}/send-back"
    binds = hidden(manager.get(back).text, "binds")
    reason = {"binds": binds, "where": "field:build", "why": "He has grown."}
    assert manager.post(back, data=reason).status_code == 302
    assert "He has grown." in worker.get(f"/records/{record_id}").text
    plan_page = next(
        page.id for page in the_plan(demo).pages if any(one.id == "build" for one in page.fields)
    )
    assert "He has grown." in worker.get(f"/records/{record_id}/pages/{plan_page}").text
    overview = worker.get(f"/records/{record_id}/sign-off").text
    assert "Signatures were taken back" in overview
    assert "A manager sent it back" in overview
    write(demo, record_id, {"build": "heavy, taller than in the photo"})
    assert declare(worker, record_id).status_code == 302

    # The manager approves; the documents are made by a worker.
    approved = approve(manager, record_id)
    assert approved.location == f"/records/{record_id}/issue", approved.text
    progress = worker.get(approved.location).text
    assert "0 of 8 ready" in progress
    assert "Look again" in progress
    run_worker(demo.settings, until_idle=True)
    progress = worker.get(approved.location).text
    assert "8 of 8 ready" in progress
    assert "Look again" not in progress

    # The police find it, download their copy, and anybody can check it.
    listed = police.get("/documents").text
    first = current(demo, record_id, "police", "pdf")
    assert f"/documents/{first.id}" in listed
    file = police.get(f"/documents/{first.id}")
    assert file.mimetype == "application/pdf"
    assert file.headers["Content-Disposition"] == f'attachment; filename="{first.reference}_r1_police.pdf"'
    visitor = demo.client()
    verdict = visitor.post("/verify", data={"file": a_file(file.data)}).text
    assert "It is genuine, and was made for trying out" in verdict
    assert "It is the newest revision" in verdict
    printed = {"reference": first.reference.lower(), "short_hash": f"{first.view_hash[:16].upper()}"}
    assert "and it is the newest" in visitor.post("/verify/printed", data=printed).text

    # The next revision starts from the last, and shows what changed.
    assert "Start revision 2" in worker.get(f"/records/{record_id}/revise").text
    assert worker.post(f"/records/{record_id}/revise").location == f"/records/{record_id}"
    with demo.store.read() as tx:
        opened = revisions.opened(tx, record_id)
        assert opened is not None
        assert (opened.number, opened.supersedes) == (2, 1)
    write(demo, record_id, {"build": "slim", "known_as": "Kitty"})
    assert "What this revision changes: 2 answers" in worker.get(f"/records/{record_id}/sign-off").text
    assert declare(worker, record_id).status_code == 302
    assert "What changed since revision 1" in manager.get(f"/records/{record_id}/approve").text
    assert approve(manager, record_id).status_code == 302
    run_worker(demo.settings, until_idle=True)
    compared = police.get(f"/records/{record_id}/compare?from=1&to=2").text
    assert "2 changes." in compared
    assert "Kitty" in compared
    assert "Changed" in compared

    # The first one says that it is superseded, wherever it is seen.
    assert "Superseded" in police.get(f"/records/{record_id}/history").text
    old = police.get(f"/documents/{first.id}")
    assert old.status_code == 410
    assert "This document is superseded" in old.text
    newest = current(demo, record_id, "police", "pdf")
    assert f"/documents/{newest.id}" in old.text
    again = police.get(f"/documents/{first.id}?old=yes")
    assert again.headers["Content-Disposition"].endswith('_r1_police_SUPERSEDED.pdf"')
    assert again.data == file.data
    assert "It has been superseded" in visitor.post("/verify", data={"file": a_file(file.data)}).text
    assert "but it is not the newest" in visitor.post("/verify/printed", data=printed).text
    page_one = police.get(f"/documents/{newest.id}?show=yes")
    assert page_one.headers["Content-Disposition"].startswith("inline")
    (tmp_path / "newest.pdf").write_bytes(page_one.data)
    assert "Kitty" in poppler.pdftotext(tmp_path / "newest.pdf")
