"""A final document waits to be taken to the case file: on the first page, in the history, ticked once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from formsvc import clock
from formsvc.demo import CHILDREN, USERS
from formsvc.store import uploads
from formsvc.store.uploads import Upload
from tests.web.conftest import Installation, StrictClient
from tests.web.test_recall import withdraw

As = Callable[[str], StrictClient]

SZYMON = CHILDREN[0]
PLAN = "demorecordplan222222"
HOME = "To upload to the case file"


@pytest.fixture
def task(demo: Installation) -> Upload:
    """Return the task of the demonstration's current plan."""
    with demo.store.read() as tx:
        return uploads.of_record(tx, PLAN, organisation_id=USERS[0].organisation_id)[-1]


@pytest.fixture
def page(task: Upload) -> str:
    """Return the address of its page."""
    return f"/records/{PLAN}/uploads/{task.id}"


def test_first_page_lists_it_with_its_file(as_: As, page: str) -> None:
    """The worker's first page names the child, the document, and the file by the child's reference."""
    told = as_("social_worker").get("/").text
    assert HOME in told
    assert f'href="{page}"' in told
    assert f"{SZYMON.reference}_Trigger-Plan_TP-DEM2-PAGE_r1_" in told
    for role in ("residential_manager", "police_coordinator", "reviewing_officer", "administrator"):
        assert HOME not in as_(role).get("/").text


def test_file_bears_the_case_system_id_and_no_name(as_: As, page: str) -> None:
    """The sealed bytes are those of the download; the name has the case id and nobody's name."""
    worker = as_("social_worker")
    worker.post(
        f"/children/{SZYMON.id}/references",
        data={"kind": "case_system", "value": "MOS/2211-88", "system": "Mosaic"},
    )
    reply = worker.get(f"{page}/file")
    name = reply.headers["Content-Disposition"]
    assert re.fullmatch(
        r'attachment; filename="MOS-2211-88_Trigger-Plan_TP-DEM2-PAGE_r1_20\d\d-\d\d-\d\d_full\.pdf"', name
    )
    assert not any(word in name for word in SZYMON.name.split())
    assert reply.data.startswith(b"%PDF-")
    history = worker.get(f"/records/{PLAN}/history").text
    own = re.findall(r'href="/documents/([a-z0-9]+)"', history)
    assert reply.data in [worker.get(f"/documents/{one}").data for one in own]


def test_tick_says_who_and_when_and_is_taken_back(as_: As, page: str) -> None:
    """It leaves the first page, stands in the history, and comes back while it may."""
    worker, manager = as_("social_worker"), as_("team_manager")
    assert worker.post(page).status_code == 302
    assert HOME not in worker.get("/").text
    for told in (worker.get(page).text, manager.get(f"/records/{PLAN}/history").text):
        assert "In the case file" in told
        assert f"Uploaded by {USERS[0].name}" in told
    late = manager.post(page)
    assert late.status_code == 409
    assert "Somebody else dealt with this before you" in late.text
    assert manager.post(f"{page}/undo").status_code == 302
    assert HOME in worker.get("/").text
    assert worker.post(f"{page}/undo").status_code == 409


def test_undoing_ends_after_a_day(as_: As, page: str) -> None:
    """After 24 hours it is offered no more, and refused."""
    worker = as_("social_worker")
    worker.post(page)
    assert "Take it back" in worker.get(page).text
    with clock.held(clock.now() + timedelta(hours=24, minutes=1)):
        later = as_("social_worker")
        assert "Take it back" not in later.get(page).text
        assert "cannot be taken back" in later.post(f"{page}/undo").text


def test_not_needed_asks_why(as_: As, page: str) -> None:
    """Without a reason nothing is said; with one it stands in the history as it was typed."""
    worker = as_("social_worker")
    assert worker.post(f"{page}/not-needed", data={"why": " "}).status_code == 422
    long = worker.post(f"{page}/not-needed", data={"why": "x" * 501})
    assert long.status_code == 422
    assert "x" * 501 in long.text
    assert worker.post(f"{page}/not-needed", data={"why": "Held <b>elsewhere"}).status_code == 302
    told = worker.get(f"/records/{PLAN}/history").text
    assert "Not to go to the case file, said by" in told
    assert "Held &lt;b&gt;elsewhere" in told


def test_withdrawn_revision_says_so(as_: As, page: str) -> None:
    """What was uploaded is to be marked in the case system too, and its file is offered no more."""
    worker, manager = as_("social_worker"), as_("team_manager")
    worker.post(page)
    withdraw(manager)
    told = worker.get(page).text
    assert "mark it withdrawn in the case system too" in told
    assert "Download the file" not in told
    assert worker.get(f"{page}/file").status_code == 404
    assert worker.post(f"{page}/undo").status_code == 409


def test_manager_is_shown_what_waits_too_long(as_: As) -> None:
    """For two days it is the worker's; then the team manager sees it as well."""
    assert HOME not in as_("team_manager").get("/").text
    with clock.held(clock.now() + timedelta(days=2, hours=1)):
        assert HOME in as_("team_manager").get("/").text


def test_only_those_whose_case_file_it_is_answer(as_: As, page: str) -> None:
    """Home, police and reviewing officer are refused, and an id of another record leads nowhere."""
    for role in ("residential_manager", "police_coordinator", "reviewing_officer", "administrator"):
        for path in (page, f"{page}/undo", f"{page}/not-needed"):
            assert as_(role).post(path).status_code in (403, 404)
        assert as_(role).get(f"{page}/file").status_code in (403, 404)
    assert as_("social_worker").post(page.replace("uploads/", "uploads/x")).status_code == 404
