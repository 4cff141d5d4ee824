"""Signing off in the browser: declaration, agreements, approval, sending back, not yet approved."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageDraw

from formsvc import clock
from formsvc.demo import CHILDREN, PASSWORD, TEAM_MANAGER, WORKER
from formsvc.store import revisions, signoffs, users
from formsvc.store.revisions import Revision
from formsvc.store.signoffs import KeptSignoff, SentBack
from formsvc.web.signatures import drawn
from formsvc.workflow.freeze import freeze
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.sign_off import sign_off
from tests.web.conftest import Installation, sign_in_as
from tests.web.plans import (
    AUTHOR,
    MANAGER,
    As,
    Prepared,
    approve,
    declare,
    hidden,
    opened,
    prepare,
    started,
    write,
)


@pytest.fixture(scope="module")
def prepared(demo_template: Path, demo_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Return an instance with a plan that is filled in, and one with the same plan signed by its author."""
    return prepare(demo_template, tmp_path_factory.mktemp("prepared"), demo_app)


@pytest.fixture
def demo(
    prepared: Prepared, demo_app: Flask, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Installation]:
    """Return a demonstration of the test's own, with the plan as far as the test asks."""
    template = prepared.signed if "signed" in request.fixturenames else prepared.filled
    yield from opened(template, tmp_path, demo_app)


@pytest.fixture
def record_id(prepared: Prepared) -> str:
    """Return a plan that is filled in and waits for its author to sign."""
    return prepared.record_id


@pytest.fixture
def signed(prepared: Prepared) -> str:
    """Return a plan that its author has signed."""
    return prepared.record_id


def newest(demo: Installation, record_id: str) -> Revision:
    """Return the newest revision of a record."""
    with demo.store.read() as tx:
        return revisions.history(tx, record_id)[0]


def standing(demo: Installation, record_id: str) -> dict[str, KeptSignoff]:
    """Return the standing sign-offs of the newest revision, by rule."""
    revision = newest(demo, record_id)
    with demo.store.read() as tx:
        found = signoffs.standing(tx, revision_id=revision.id, child_id=revision.child_id)
    return {one.rule_id: one for one in found}


def to_mend(demo: Installation, record_id: str) -> tuple[SentBack, ...]:
    """Return what the newest revision was sent back for."""
    revision = newest(demo, record_id)
    with demo.store.read() as tx:
        return signoffs.to_mend(tx, revision_id=revision.id, child_id=revision.child_id)


def a_drawing(size: tuple[int, int] = (600, 200), *, line: bool = True) -> str:
    """Return a signature as a canvas gives it: black on nothing."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    if line:
        ImageDraw.Draw(picture).line((20, 100, 300, 60), fill=(0, 0, 0, 255), width=4)
    made = io.BytesIO()
    picture.save(made, "PNG")
    return "data:image/png;base64," + base64.b64encode(made.getvalue()).decode()


def test_declaration_freezes_and_binds(demo: Installation, record_id: str, as_: As) -> None:
    """The author ticks, types the name and gives the password: the form waits for the others."""
    worker = as_("social_worker")
    assert "It is accurate and up to date today" in worker.get(f"/records/{record_id}/sign-off").text
    assert declare(worker, record_id).location == f"/records/{record_id}/sign-off"
    said = standing(demo, record_id)["author"]
    assert newest(demo, record_id).state == "awaiting_signoff"
    assert (said.binds, said.capacity) == (newest(demo, record_id).frozen_hash, "allocated worker")
    page = worker.get(f"/records/{record_id}/sign-off").text
    assert "every signature above is taken back" in page
    assert "Rosalind Peverell-Shah can approve it" in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"declared": ""}, "Tick the box"),
        ({"name": "  "}, "Enter your full name"),
        ({"name": "x" * 121}, "120 characters or fewer"),
        ({"password": "not the password"}, "Enter your password"),
    ],
)
def test_what_a_signature_lacks_is_said(
    demo: Installation, record_id: str, as_: As, changed: dict[str, str], told: str
) -> None:
    """In the summary and beside the field; nothing is frozen."""
    reply = declare(as_("social_worker"), record_id, **changed)
    assert reply.status_code == 422
    assert reply.text.count(told) == 2
    assert newest(demo, record_id).state == "draft"


def test_password_is_asked_again_after_ten_minutes(demo: Installation, record_id: str, as_: As) -> None:
    """An old sign-in does not sign: the page asks, and without an answer nothing is signed."""
    worker = as_("social_worker")
    now = clock.now()
    with clock.held(now + timedelta(minutes=6)):
        assert worker.get("/").status_code == 200  # still at work: the screen does not lock
    with clock.held(now + timedelta(minutes=11)):
        assert "Your password, once more" in worker.get(f"/records/{record_id}/sign-off").text
        assert declare(worker, record_id, password="").status_code == 422
        assert newest(demo, record_id).state == "draft"
        assert declare(worker, record_id).status_code == 302


def test_answers_that_are_missing_lead_back_to_them(demo: Installation, as_: As) -> None:
    """What keeps it from being final stands on the check page."""
    record_id = started(demo, child_id=CHILDREN[2].id)
    assert declare(as_("social_worker"), record_id).location == f"/records/{record_id}/check"
    assert newest(demo, record_id).state == "draft"


def test_answer_changed_while_the_author_reads_is_not_signed(
    demo: Installation, record_id: str, as_: As
) -> None:
    """The declaration binds to what was read, or to nothing."""
    worker = as_("social_worker")
    read = hidden(worker.get(f"/records/{record_id}/sign-off").text, "versions")
    write(demo, record_id, {"build": "slim"})
    reply = declare(worker, record_id, versions=read)
    assert reply.status_code == 409
    assert "changed or signed by somebody else" in reply.text
    assert newest(demo, record_id).state == "draft"
    assert declare(worker, record_id, versions="rubbish").status_code == 409


def test_child_and_carer_speak_in_their_own_words(demo: Installation, signed: str, as_: As) -> None:
    """What they said, or why they were not asked, is recorded by the worker who asked."""
    worker = as_("social_worker")
    address = f"/records/{signed}/sign-off/child"
    page = worker.get(address)
    assert "What did Kit say?" in page.text
    binds = hidden(page.text, "binds")
    said = {"binds": binds, "outcome": "declined", "name": "Kit", "words": "لا. Not like that.", "role": "x"}
    assert worker.post(address, data=said).status_code == 302
    voice = standing(demo, signed)["child"]
    assert (voice.outcome, voice.words, voice.role) == ("declined", "لا. Not like that.", "child")
    assert "لا. Not like that." in worker.get(f"/records/{signed}/sign-off").text
    address = f"/records/{signed}/sign-off/parent_or_carer"
    why = {"binds": binds, "outcome": "not_sought", "role": "parent", "why": "Three calls, no answer"}
    assert worker.post(address, data=why).status_code == 302
    voice = standing(demo, signed)["parent_or_carer"]
    assert (voice.outcome, voice.words, voice.role) == ("not_sought", "Three calls, no answer", "parent")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "agreed, did not agree, or were not asked"),
        ({"outcome": "agreed", "role": "parent"}, "Type the name of the person"),
        ({"outcome": "not_sought", "role": "parent"}, "Say why they were not asked"),
        ({"outcome": "agreed", "name": "A", "role": "team_manager"}, "Say whose agreement this is"),
        ({"outcome": "agreed", "name": "A", "role": "carer", "words": "x" * 2001}, "2000 characters"),
    ],
)
def test_what_a_voice_lacks_is_said(signed: str, as_: As, data: dict[str, str], told: str) -> None:
    """In the summary and beside the field."""
    reply = as_("social_worker").post(f"/records/{signed}/sign-off/parent_or_carer", data=data)
    assert reply.status_code == 422
    assert reply.text.count(told) == 2


def test_voice_against_something_else_is_not_recorded(demo: Installation, signed: str, as_: As) -> None:
    """What they agreed to has changed since it was read to them."""
    data = {"binds": "0" * 64, "outcome": "agreed", "name": "Kit"}
    reply = as_("social_worker").post(f"/records/{signed}/sign-off/child", data=data)
    assert reply.status_code == 409
    assert set(standing(demo, signed)) == {"author"}


def test_worker_cannot_speak_for_a_manager(signed: str, as_: As) -> None:
    """The manager's rule has no page for anybody's voice, and approving is not a worker's."""
    worker = as_("social_worker")
    assert worker.get(f"/records/{signed}/sign-off/manager").status_code == 404
    assert worker.get(f"/records/{signed}/sign-off/nothing").status_code == 404
    assert worker.post(f"/records/{signed}/approve", data={"name": "x"}).status_code == 403
    assert worker.get(f"/records/{signed}/send-back").status_code == 403


def test_drawing_stands_beside_the_typed_name(demo: Installation, record_id: str, as_: As) -> None:
    """It is made anew, kept with the signature, and shown to those who see the record."""
    worker = as_("social_worker")
    assert declare(worker, record_id, drawing=a_drawing()).status_code == 302
    said = standing(demo, record_id)["author"]
    assert said.drawing.startswith(b"\x89PNG")
    address = f"/records/{record_id}/signatures/{said.id}"
    assert address in worker.get(f"/records/{record_id}/sign-off").text
    shown = worker.get(address)
    assert (shown.mimetype, shown.data) == ("image/png", said.drawing)
    assert worker.get(f"/records/{record_id}/signatures/nothing").status_code == 404
    assert as_("police_coordinator").get(address).status_code == 403


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rubbish",
        "data:image/png;base64,????",
        "data:image/png;base64," + base64.b64encode(b"GIF89a").decode(),
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:image/png;base64," + "A" * 300_000,
        a_drawing(line=False),
        a_drawing((1201, 10)),
    ],
)
def test_drawing_that_is_none_is_left_out(text: str) -> None:
    """A typed name is enough: what cannot be read holds nobody up."""
    assert drawn(text) == b""


def test_manager_reads_all_of_it_and_approves(demo: Installation, signed: str, as_: As) -> None:
    """Every answer stands on the page; approval issues it."""
    manager = as_("team_manager")
    page = manager.get(f"/records/{signed}/approve").text
    assert "Slight, long arms" in page
    assert "Not recorded yet: the child" in page
    assert approve(manager, signed).location == f"/records/{signed}/issue"
    found = newest(demo, signed)
    assert (found.state, found.status) == ("final", "approved")
    assert manager.get(f"/records/{signed}/approve").location == f"/records/{signed}/history"


def test_what_broke_off_half_way_can_be_gone_on_with(demo: Installation, record_id: str, as_: As) -> None:
    """Frozen but not signed, or signed by all but not issued: the page offers what is left to do."""
    worker, manager = as_("social_worker"), as_("team_manager")
    freeze(demo.store, actor=AUTHOR, revision_id=newest(demo, record_id).id)
    assert declare(worker, record_id).status_code == 302
    frozen = newest(demo, record_id)
    sign_off(
        demo.store,
        actor=MANAGER,
        revision_id=frozen.id,
        rule_id="manager",
        binds=str(frozen.frozen_hash),
        name="Rosalind Peverell-Shah",
    )
    assert manager.get(f"/records/{record_id}/approve").location == f"/records/{record_id}/sign-off"
    for client in (worker, manager):
        assert "Issue the Trigger Plan" in client.get(f"/records/{record_id}/sign-off").text
    assert manager.post(f"/records/{record_id}/issue").location == f"/records/{record_id}/issue"
    assert newest(demo, record_id).status == "approved"


def test_approval_asks_for_name_and_password(demo: Installation, signed: str, as_: As) -> None:
    """A manager signs like anybody else."""
    manager = as_("team_manager")
    assert approve(manager, signed, name="").status_code == 422
    assert approve(manager, signed, password="wrong").status_code == 422
    assert approve(manager, signed, binds="0" * 64).status_code == 409
    assert newest(demo, signed).state == "awaiting_signoff"


def test_nobody_approves_what_they_signed_themselves(demo: Installation, signed: str) -> None:
    """Somebody who is a worker and a manager needs another manager."""
    with demo.store.write() as tx:
        other = users.add_membership(
            tx,
            user_id=WORKER.id,
            organisation_id=WORKER.organisation_id,
            role="team_manager",
            team_id=WORKER.place_id,
        )
    both = sign_in_as(demo, user_id=WORKER.id, membership_id=other)
    reply = approve(both, signed)
    assert reply.status_code == 422
    assert "Somebody else must approve this" in reply.text
    assert newest(demo, signed).state == "awaiting_signoff"


def test_sending_back_says_why_where_it_is(demo: Installation, signed: str, as_: As) -> None:
    """One reason at a question, one at a section, one about all of it; another row is a button away."""
    manager = as_("team_manager")
    address = f"/records/{signed}/send-back"
    page = manager.get(f"{address}?where=field:build").text
    assert '<option value="field:build" selected>' in page
    binds = hidden(page, "binds")
    rows: dict[str, Any] = {"where": ["field:build"], "why": ["He has grown."]}
    more = manager.post(address, data={"binds": binds, "add": "yes", **rows}).text
    assert "Reason 2" in more
    assert "He has grown." in more
    rows = {
        "where": ["field:build", "page:health", "", ""],
        "why": ["He has grown.", "Ask the nurse.", "Read it aloud once.", ""],
    }
    assert manager.post(address, data={"binds": binds, **rows}).status_code == 302
    assert newest(demo, signed).state == "draft"
    assert {(one.reason, one.paths, one.pages) for one in to_mend(demo, signed)} == {
        ("He has grown.", ("build",), ()),
        ("Ask the nurse.", (), ("health",)),
        ("Read it aloud once.", (), ()),
    }
    told = as_("social_worker").get(f"/records/{signed}/sign-off").text
    for words in ("He has grown.", "Section “Health”", "The whole Trigger Plan", "A manager sent it back"):
        assert words in told
    assert standing(demo, signed) == {}


def test_sending_back_without_a_reason_is_refused(demo: Installation, signed: str, as_: As) -> None:
    """The author must be able to mend it."""
    manager = as_("team_manager")
    binds = hidden(manager.get(f"/records/{signed}/send-back").text, "binds")
    reply = manager.post(f"/records/{signed}/send-back", data={"binds": binds, "where": "", "why": " "})
    assert reply.status_code == 422
    assert reply.text.count("Say what has to be changed") == 2
    too_old = {"binds": "0" * 64, "where": "", "why": "x"}
    assert manager.post(f"/records/{signed}/send-back", data=too_old).status_code == 422
    assert newest(demo, signed).state == "awaiting_signoff"


def test_edit_voids_signatures_and_says_so(demo: Installation, signed: str, as_: As) -> None:
    """Whoever looks next sees whose signatures were taken back, and why."""
    write(demo, signed, {"build": "slim"})
    assert newest(demo, signed).state == "draft"
    page = as_("social_worker").get(f"/records/{signed}/sign-off").text
    assert "Signatures were taken back" in page
    assert "An answer was changed" in page
    assert "Theodora Blakiston-Nwosu, allocated worker" in page
    assert "who signs it first" in as_("team_manager").get(f"/records/{signed}/sign-off").text
    assert "Taken back" in as_("social_worker").get(f"/records/{signed}/history").text


def test_send_now_says_not_yet_approved_until_it_is(demo: Installation, signed: str, as_: As) -> None:
    """It goes out unapproved and says so; approval issues the approved one in its place."""
    worker, manager = as_("social_worker"), as_("team_manager")
    page = worker.get(f"/records/{signed}/send-now").text
    assert "Not\N{NO-BREAK SPACE}yet approved" in page or "Not yet approved" in page
    stale = worker.post(f"/records/{signed}/send-now", data={"binds": "0" * 64})
    assert stale.location == f"/records/{signed}/sign-off"
    sent = worker.post(f"/records/{signed}/send-now", data={"binds": hidden(page, "binds")})
    assert sent.location == f"/records/{signed}/issue"
    assert newest(demo, signed).status == "not_yet_approved"
    run_worker(demo.settings, until_idle=True)
    assert "Not yet approved" in worker.get(f"/records/{signed}/issue").text
    assert "Not yet approved" in as_("police_coordinator").get("/documents").text
    reading = manager.get(f"/records/{signed}/approve").text
    assert "This went out on" in reading
    assert "Send it back instead" not in reading
    assert approve(manager, signed).status_code == 302
    found = newest(demo, signed)
    assert (found.number, found.supersedes, found.status) == (2, 1, "approved")
    assert "Superseded" in manager.get(f"/records/{signed}/history").text


def test_send_now_waits_for_the_author(record_id: str, as_: As) -> None:
    """Nothing goes out that nobody signed."""
    worker = as_("social_worker")
    assert worker.post(f"/records/{record_id}/send-now").location == f"/records/{record_id}/sign-off"


@pytest.mark.parametrize("place", ["sign-off", "sign-off/child", "send-now", "approve", "send-back"])
def test_no_page_of_signing_is_for_readers(signed: str, as_: As, place: str) -> None:
    """Police and homes receive copies; they take no part in signing."""
    for role in ("police_coordinator", "residential_manager", "administrator"):
        assert as_(role).get(f"/records/{signed}/{place}").status_code == 403


def test_other_childs_plan_is_not_found(demo: Installation, record_id: str, as_: As) -> None:
    """A worker of another team does not learn that it is there."""
    with demo.store.write() as tx:
        stranger = users.add(tx, email="stranger@example.org", name="Stranger Invented")
        held = users.add_membership(
            tx, user_id=stranger, organisation_id=TEAM_MANAGER.organisation_id, role="social_worker"
        )
    client = sign_in_as(demo, user_id=stranger, membership_id=held)
    for place in ("sign-off", "issue", "history", "compare"):
        assert client.get(f"/records/{record_id}/{place}").status_code == 404
    assert client.post(f"/records/{record_id}/sign-off", data={"password": PASSWORD}).status_code == 404
