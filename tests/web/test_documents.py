"""Issued documents in the browser: progress, newest plans, download, history, compare, revise, withdraw."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask

from formsvc import clock
from formsvc.demo import WORKER
from formsvc.store import audit, documents, jobs, revisions
from formsvc.store import tables as t
from formsvc.store.documents import Document
from formsvc.web.limiting import Limiter
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.start_revision import start_revision
from tests.web.conftest import Installation
from tests.web.plans import AUTHOR, As, hidden, opened, sign, the_plan, write

PLAN = "demorecordplan222222"


@pytest.fixture(scope="module")
def revised(demo_template: Path, demo_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an instance in which the demonstration's plan has a second revision, its documents waiting."""
    folder = tmp_path_factory.mktemp("revised")
    for demo in opened(demo_template, folder, demo_app):
        start_revision(demo.store, actor=AUTHOR, record_id=PLAN, effective=the_plan(demo))
        write(demo, PLAN, {"build": "Slim, taller now", "eyes": "green"})
        sign(demo, PLAN, by_manager=True)
    return folder / "instance"


@pytest.fixture
def demo(
    demo_template: Path,
    demo_app: Flask,
    revised: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Installation]:
    """Return a demonstration of the test's own, with a second revision where the test asks for it."""
    template = revised if "twice" in request.fixturenames else demo_template
    yield from opened(template, tmp_path, demo_app)


@pytest.fixture
def twice() -> None:
    """Ask for the demonstration whose plan was revised."""


def made(demo: Installation, *, audience: str = "police", kind: str = "pdf", number: int = 1) -> Document:
    """Return a document of the plan."""
    with demo.store.read() as tx:
        (found,) = (
            one
            for one in documents.of_record(tx, PLAN)
            if (one.audience_id, one.kind, one.revision_number) == (audience, kind, number)
        )
        return found


@pytest.mark.parametrize(
    ("role", "own"),
    [
        ("police_coordinator", {"police"}),
        ("residential_manager", {"home"}),
        ("home_staff", {"home"}),
        ("social_worker", {"full", "police", "home", "reviewing_officer"}),
        ("reviewing_officer", {"reviewing_officer"}),
        ("administrator", set()),
    ],
)
def test_each_role_downloads_its_own_copy(demo: Installation, as_: As, role: str, own: set[str]) -> None:
    """Whoever holds the full copy may hand on the others; any other role has one."""
    client = as_(role)
    for audience in ("full", "police", "home", "reviewing_officer"):
        for kind in ("pdf", "docx"):
            document = made(demo, audience=audience, kind=kind)
            reply = client.get(f"/documents/{document.id}")
            wanted = 200 if audience in own else 403 if role == "administrator" else 404
            assert reply.status_code == wanted
            if wanted == 200:
                name = f"TP-DEM2-PAGE_r1_{audience}.{kind}"
                assert reply.headers["Content-Disposition"] == f'attachment; filename="{name}"'
                assert reply.headers["Cache-Control"] == "no-store"
                assert int(reply.headers["Content-Length"]) == len(reply.data) == document.size


def test_download_is_noted(demo: Installation, as_: As) -> None:
    """Who took which copy of whose document stands in the audit."""
    document = made(demo)
    client = as_("police_coordinator")
    assert client.get(f"/documents/{document.id}").status_code == 200
    with demo.store.read() as tx:
        (entry,) = (one for one in audit.of_child(tx, document.child_id) if one.act == "document.download")
    assert (entry.subject_id, entry.data["audience"], entry.data["role"]) == (
        document.id,
        "police",
        "police_coordinator",
    )
    assert "You have taken this one before" in client.get("/documents").text


def test_pdf_opens_in_the_browser_to_print(demo: Installation, as_: As) -> None:
    """The home prints it for the night; a Word file is always saved."""
    client = as_("residential_manager")
    pdf = client.get(f"/documents/{made(demo, audience='home').id}?show=yes")
    assert pdf.headers["Content-Disposition"].startswith("inline")
    word = client.get(f"/documents/{made(demo, audience='home', kind='docx').id}?show=yes")
    assert word.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("document_id", ["nothing", "x" * 300, "demorecordplan222222"])
def test_no_such_document_is_a_page(as_: As, document_id: str) -> None:
    """A wrong address says so."""
    assert as_("social_worker").get(f"/documents/{document_id}").status_code == 404


def test_superseded_one_says_so_before_it_is_handed_out(demo: Installation, twice: None, as_: As) -> None:
    """First the newest is offered; the old one's name says what it is."""
    client = as_("police_coordinator")
    old = made(demo)
    page = client.get(f"/documents/{old.id}")
    assert page.status_code == 410
    assert "The newest revision is being made" in page.text
    run_worker(demo.settings, until_idle=True)
    page = client.get(f"/documents/{old.id}")
    assert f"/documents/{made(demo, number=2).id}" in page.text
    taken = client.get(f"/documents/{old.id}?old=yes")
    assert taken.headers["Content-Disposition"].endswith('"TP-DEM2-PAGE_r1_police_SUPERSEDED.pdf"')


def test_newest_plans_say_what_changed_since_the_last_visit(demo: Installation, twice: None, as_: As) -> None:
    """The first visit marks nothing; a later one names the answers that changed."""
    with demo.store.read() as tx:
        second, first = revisions.history(tx, PLAN)
        assert first.final_at is not None
        assert second.final_at is not None
    with clock.held(first.final_at + timedelta(seconds=1)):
        assert "first visit" in as_("police_coordinator").get("/documents").text
    with clock.held(second.final_at + timedelta(minutes=40)):
        page = as_("police_coordinator").get("/documents").text
    assert "Changed since your last visit" in page
    assert "Changed: Build" in page
    assert "compare?from=1&amp;to=2" in page
    assert "There is no file of it for you here yet" in page
    with clock.held(second.final_at + timedelta(minutes=45)):
        again = as_("police_coordinator").get("/documents").text
        assert "Changed since your last visit" in again  # the same visit
    with clock.held(second.final_at + timedelta(hours=3)):
        assert "nothing below has changed" in as_("police_coordinator").get("/documents").text


def test_newest_plans_mark_a_new_one_and_a_withdrawn_one(demo: Installation, twice: None, as_: As) -> None:
    """A plan that was not there is new; one that was withdrawn is not to be used."""
    client = as_("police_coordinator")
    long_ago = quote("2020-01-01T00:00:00+00:00")
    assert "New since your last visit" in client.get(f"/documents?since={long_ago}").text
    manager = as_("team_manager")
    page = manager.get(f"/records/{PLAN}/withdraw").text
    data = {"revision": hidden(page, "revision"), "why": "dangerous"}
    assert manager.post(f"/records/{PLAN}/withdraw", data=data).status_code == 302
    page = client.get(f"/documents?since={long_ago}").text
    assert "Withdrawn since your last visit" in page
    assert "Do not use any copy of it" in page
    assert "Download the police copy" not in page


@pytest.mark.parametrize("query", ["since=x", "since=2026-01-01", "before=x~y", "before=2026"])
def test_newest_plans_refuse_what_is_no_moment(as_: As, query: str) -> None:
    """An address that was written by hand is answered, not failed."""
    assert as_("police_coordinator").get(f"/documents?{query}").status_code in (200, 400)


@pytest.mark.parametrize(
    ("role", "seen"),
    [("police_coordinator", True), ("residential_manager", True), ("return_interviewer", False)],
)
def test_newest_plans_are_those_of_ones_own(demo: Installation, as_: As, role: str, *, seen: bool) -> None:
    """Area, home, caseload: what is somebody else's is not there."""
    assert ("TP-DEM2-PAGE" in as_(role).get("/documents").text) is seen
    with demo.store.write() as tx:
        tx.c.execute(sa.update(t.placement).values(until_at=tx.at))
    assert ("TP-DEM2-PAGE" in as_(role).get("/documents").text) is False


def test_history_shows_signing_to_those_who_work_on_it(demo: Installation, twice: None, as_: As) -> None:
    """Police see what was issued; the authority sees who signed too."""
    police = as_("police_coordinator").get(f"/records/{PLAN}/history").text
    reviewing = as_("reviewing_officer").get(f"/records/{PLAN}/history").text
    assert "Superseded" in police
    assert "Police copy" in police
    assert "Full copy" not in police
    assert "Who signed" not in police
    assert "Rosalind Peverell-Shah" in reviewing
    assert "Reviewing officer's copy" in unescape(reviewing)
    assert "Full copy" not in reviewing
    assert "Start the next revision" not in reviewing


def test_readers_see_nothing_of_a_draft(demo: Installation, as_: As) -> None:
    """What is being worked on is nobody else's yet: not its number, not its answers."""
    start_revision(demo.store, actor=AUTHOR, record_id=PLAN, effective=the_plan(demo))
    write(demo, PLAN, {"build": "A secret so far"})
    police = as_("police_coordinator")
    assert "Revision 2" not in police.get(f"/records/{PLAN}/history").text
    assert "There is only one revision" in police.get(f"/records/{PLAN}/compare").text
    page = police.get(f"/records/{PLAN}/compare?from=1&to=2")
    assert "A secret so far" not in page.text
    assert "A secret so far" in as_("social_worker").get(f"/records/{PLAN}/compare?from=1&to=2").text


def test_compare_shows_both_texts_with_words(demo: Installation, twice: None, as_: As) -> None:
    """Was, is now, and a word for what happened; the order of the numbers does not matter."""
    client = as_("police_coordinator")
    for query in ("", "?from=1&to=2", "?from=2&to=1"):
        page = client.get(f"/records/{PLAN}/compare{query}").text
        assert "Slight, long arms" in page
        assert "Slim, taller now" in page
        assert "2 changes." in page
        assert ">Changed</strong>" in page
    assert "No answer changed" in client.get(f"/records/{PLAN}/compare?from=2&to=2").text


@pytest.mark.parametrize(("query", "status"), [("from=x", 400), ("from=1&to=99", 404), ("from=-1", 404)])
def test_compare_refuses_what_is_no_revision(
    demo: Installation, twice: None, as_: As, query: str, status: int
) -> None:
    """An address that was written by hand is answered, not failed."""
    assert as_("social_worker").get(f"/records/{PLAN}/compare?{query}").status_code == status


def test_compare_leaves_out_what_a_reader_may_not_see(demo: Installation, as_: As) -> None:
    """A change in the authority's own part is no change for the police."""
    start_revision(demo.store, actor=AUTHOR, record_id=PLAN, effective=the_plan(demo))
    row = {"id": "row1", "who": "A named team of the authority", "how": {"choice": "system"}}
    write(demo, PLAN, {"copies": [row]} if "copies" in ids(demo) else {office(demo): [row]})
    sign(demo, PLAN, by_manager=True)
    assert "A named team of the authority" in as_("social_worker").get(f"/records/{PLAN}/compare").text
    page = as_("police_coordinator").get(f"/records/{PLAN}/compare").text
    assert "A named team of the authority" not in page
    assert "No answer changed" in page


def ids(demo: Installation) -> set[str]:
    """Return the ids of the plan's questions."""
    return {one.id for one in the_plan(demo).fields()}


def office(demo: Installation) -> str:
    """Return the rows of the authority's own part."""
    return next(one.id for one in the_plan(demo).fields() if one.part == "office" and one.children)


def test_next_revision_starts_once(demo: Installation, as_: As) -> None:
    """It carries every answer; asking twice leads to the same one; others may not."""
    worker = as_("social_worker")
    address = f"/records/{PLAN}/revise"
    assert "Start revision 2" in worker.get(address).text
    assert worker.post(address).location == f"/records/{PLAN}"
    assert worker.post(address).location == f"/records/{PLAN}"
    assert worker.get(address).location == f"/records/{PLAN}"
    with demo.store.read() as tx:
        assert [one.number for one in revisions.history(tx, PLAN)] == [2, 1]
    assert "Go on with it" in worker.get(f"/records/{PLAN}/history").text
    for role in ("police_coordinator", "residential_manager", "reviewing_officer"):
        assert as_(role).post(address).status_code == 403


def test_withdrawing_needs_a_reason_and_the_one_that_was_read(
    demo: Installation, twice: None, as_: As
) -> None:
    """Nothing is withdrawn by mistake; what is says so everywhere."""
    manager = as_("team_manager")
    address = f"/records/{PLAN}/withdraw"
    revision = hidden(manager.get(address).text, "revision")
    assert "Say why it is withdrawn" in manager.post(address, data={"revision": revision}).text
    other = manager.post(address, data={"revision": "another", "why": "other"})
    assert other.status_code == 422
    assert "A newer revision was issued" in other.text
    assert as_("social_worker").post(address, data={"revision": revision, "why": "other"}).status_code == 403
    assert manager.post(address, data={"revision": revision, "why": "wrong_child"}).status_code == 302
    page = as_("police_coordinator").get(f"/records/{PLAN}/history").text
    assert "It is about the wrong child" in page
    assert "Nothing is current" in page
    assert manager.get(address).location == f"/records/{PLAN}/history"
    run_worker(demo.settings, until_idle=True)
    assert "withdrawn before it was made" in manager.get(f"/records/{PLAN}/issue").text


def test_withdrawn_file_is_kept_from_those_who_received_it(demo: Installation, as_: As) -> None:
    """The authority may still look at what it withdrew; nobody else takes it any more."""
    manager = as_("team_manager")
    data = {"revision": hidden(manager.get(f"/records/{PLAN}/withdraw").text, "revision"), "why": "dangerous"}
    manager.post(f"/records/{PLAN}/withdraw", data=data)
    document = made(demo)
    police = as_("police_coordinator").get(f"/documents/{document.id}?old=yes")
    assert police.status_code == 410
    assert "Do not use it" in police.text
    kept = manager.get(f"/documents/{document.id}?old=yes")
    assert kept.status_code == 200
    assert "_WITHDRAWN.pdf" in kept.headers["Content-Disposition"]


def test_progress_says_each_state_in_words(demo: Installation, twice: None, as_: As) -> None:
    """Waiting, being made, tried again, failed for good, waiting too long: and what happens next."""
    worker = as_("social_worker")
    page = worker.get(f"/records/{PLAN}/issue").text
    assert "0 of 8 ready" in page
    assert 'data-progress="working"' in page
    with demo.store.write() as tx:
        waiting = jobs.listing(tx, states=("waiting",))
        for job, values in zip(
            waiting,
            (
                {"state": "running", "lease": "l", "worker": "w", "leased_until": tx.at},
                {"attempts": 2, "outcome": "render_failed"},
                {"state": "failed", "outcome": "glyphs_missing", "attempts": 1},
                {"state": "failed", "outcome": "SomethingNew", "attempts": 10},
            ),
            strict=False,
        ):
            tx.c.execute(sa.update(t.job).where(t.job.c.id == job.id).values(values))
    page = worker.get(f"/records/{PLAN}/issue").text
    for words in (
        "Being made",
        "Will be tried again",
        "It could not be drawn",
        "no font here can draw",
        "Something went wrong on the server (SomethingNew)",
        "An administrator sees it under background work",
    ):
        assert words in page
    with clock.held(clock.now() + timedelta(minutes=5)):
        late = as_("social_worker").get(f"/records/{PLAN}/issue").text
    assert "may not be running: tell an administrator" in late


def test_progress_shows_a_reader_only_their_own_copy(demo: Installation, as_: As) -> None:
    """The police see how far theirs is."""
    page = as_("police_coordinator").get(f"/records/{PLAN}/issue").text
    assert "2 of 2 ready" in page
    assert "Full copy" not in page


def test_issuing_waits_for_every_signature(demo: Installation, as_: As) -> None:
    """Asking for it too soon leads to what is missing."""
    start_revision(demo.store, actor=AUTHOR, record_id=PLAN, effective=the_plan(demo))
    sign(demo, PLAN)
    reply = as_("social_worker").post(f"/records/{PLAN}/issue")
    assert reply.location == f"/records/{PLAN}/sign-off"
    with demo.store.read() as tx:
        found = revisions.opened(tx, PLAN)
    assert found is not None
    assert found.created_by == WORKER.id


def test_limiter_lets_so_many_through_a_minute() -> None:
    """The next minute begins anew, and one address does not use up another's."""
    limiter = Limiter(most=2)
    at = clock.now()
    with clock.held(at):
        assert [limiter.allows("a"), limiter.allows("a"), limiter.allows("a"), limiter.allows("b")] == [
            True,
            True,
            False,
            True,
        ]
    with clock.held(at + timedelta(seconds=60)):
        assert limiter.allows("a")
