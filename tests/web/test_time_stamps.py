"""Whether a document has its time stamp is seen wherever the document is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from formsvc import clock
from formsvc.store import documents, jobs
from formsvc.store.documents import Document
from formsvc.workflow.claim import STAMP
from formsvc.workflow.run_worker import run_worker
from tests.authority import Authority, an_authority
from tests.web.conftest import Installation
from tests.web.plans import As

PLAN = "demorecordplan222222"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """Return a running authority."""
    with an_authority(tmp_path_factory.mktemp("authority")) as made:
        yield made


def asked_for(demo: Installation, *, audience: str, kind: str) -> Document:
    """Ask for a time stamp of a document that was issued before there was an authority."""
    with demo.store.write() as tx:
        document = next(
            one for one in documents.of_record(tx, PLAN) if (one.audience_id, one.kind) == (audience, kind)
        )
        job = next(one for one in jobs.listing(tx, limit=200) if one.outcome == "issued")
        jobs.enqueue(
            tx,
            kind=STAMP,
            key=documents.stamp_key(document.id),
            payload={**job.payload, "document": document.id, "audience": audience, "kind": kind},
            organisation_id=job.organisation_id,
            subject_id=document.id,
        )
    return document


def test_a_pending_stamp_is_seen_and_then_when_it_was_stamped(
    demo: Installation, as_: As, authority: Authority
) -> None:
    """History, newest plans, progress and background work say it, first pending, then the moment."""
    document = asked_for(demo, audience="police", kind="docx")
    worker, police, administrator = (
        as_(one) for one in ("social_worker", "police_coordinator", "administrator")
    )
    pages = [
        (worker, f"/records/{PLAN}/history"), (police, f"/records/{PLAN}/history"),
        (police, "/documents"), (worker, f"/records/{PLAN}/issue"),
    ]  # fmt: skip
    for client, address in pages:
        assert client.get(address).text.count("Time stamp pending") == 1, address
    assert "Time stamp for: Police copy, Word" in administrator.get("/jobs").text
    authority.stop()
    there = replace(demo.settings, timestamp_url=authority.tsa_url)
    run_worker(there, until_idle=True)
    listed = administrator.get("/jobs").text
    assert "Will be tried again" in listed
    assert "time-stamping authority gave no time stamp" in listed
    authority.start()
    at = clock.now() + timedelta(minutes=1)
    authority.hold(at)
    with clock.held(at):
        run_worker(there, until_idle=True)
    for client, address in pages:
        told = client.get(address).text
        assert "Time stamp pending" not in told, address
        assert told.count(f"Time stamped {at.day} {at:%B %Y} at {at:%H:%M}") == 1, address
    assert "The time stamp was put in" in administrator.get("/jobs").text
    raised = police.get(f"/documents/{document.id}")
    assert raised.status_code == 200
    assert b"EncapsulatedTimeStamp" in raised.data


def test_a_stamp_that_failed_is_seen(demo: Installation, as_: As, authority: Authority) -> None:
    """A PDF made without room cannot take one: the pages say so, and the file is as it was."""
    document = asked_for(demo, audience="police", kind="pdf")
    police = as_("police_coordinator")
    before = police.get(f"/documents/{document.id}").data
    authority.hold(None)
    authority.start()
    run_worker(replace(demo.settings, timestamp_url=authority.tsa_url), until_idle=True)
    assert "Time stamp failed" in police.get("/documents").text
    failed = as_("administrator").get("/jobs?state=failed").text
    assert "The time stamp could not be put in. The document is as it was issued" in failed
    assert police.get(f"/documents/{document.id}").data == before


def test_nothing_is_said_where_nobody_asked_for_a_stamp(demo: Installation, as_: As) -> None:
    """Without an authority no page speaks of time stamps."""
    for role, address in (
        ("social_worker", f"/records/{PLAN}/history"),
        ("police_coordinator", "/documents"),
    ):
        assert "ime stamp" not in as_(role).get(address).text
