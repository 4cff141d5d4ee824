"""Background work as the administrator sees it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from formsvc.demo import PROVIDER
from formsvc.store import jobs
from formsvc.store import tables as t
from formsvc.store.jobs import Job
from formsvc.workflow.run_worker import run_worker
from tests.web.conftest import Installation
from tests.web.plans import As


def failed(demo: Installation) -> Job:
    """Let a job of the demonstration have failed for good, its document not made."""
    with demo.store.write() as tx:
        job = next(one for one in jobs.listing(tx, states=("done",)) if one.kind == "issue")
        tx.c.execute(sa.delete(t.document).where(t.document.c.audience_id == job.payload["audience"]))
        tx.c.execute(
            sa.update(t.job)
            .where(t.job.c.id == job.id)
            .values(state="failed", outcome="glyphs_missing", attempts=1)
        )
        return jobs.get(tx, job.id)


def test_jobs_are_told_in_words(demo: Installation, as_: As) -> None:
    """What, of which form, in which state, and why."""
    job = failed(demo)
    page = as_("administrator").get("/jobs").text
    assert "of TP-DEM2-PAGE revision 1" in page
    assert "It was made and sealed" in page
    assert "no font here can draw" in page
    assert f"/jobs/{job.id}/retry" in page
    only = as_("administrator").get("/jobs?state=failed").text
    assert "It was made and sealed" not in only
    assert "Nothing is in this state" in as_("administrator").get("/jobs?state=running").text


def test_failed_job_is_started_again_and_done(demo: Installation, as_: As) -> None:
    """One button; the worker does it; a second press does no harm."""
    job = failed(demo)
    administrator = as_("administrator")
    assert administrator.post(f"/jobs/{job.id}/retry").location == "/jobs"
    run_worker(demo.settings, until_idle=True)
    with demo.store.read() as tx:
        assert jobs.get(tx, job.id).outcome == "issued"
    administrator.post(f"/jobs/{job.id}/retry")
    assert "in the meantime" in administrator.get("/jobs").text


def test_jobs_of_another_organisation_are_not_there(demo: Installation, as_: As) -> None:
    """Neither seen nor started."""
    job = failed(demo)
    with demo.store.write() as tx:
        tx.c.execute(sa.update(t.job).values(organisation_id=PROVIDER))
    administrator = as_("administrator")
    assert "TP-DEM2-PAGE" not in administrator.get("/jobs").text
    assert administrator.post(f"/jobs/{job.id}/retry").status_code == 404
    assert administrator.post("/jobs/nothing/retry").status_code == 404


@pytest.mark.parametrize("role", ["social_worker", "team_manager", "police_coordinator", "home_staff"])
def test_jobs_are_for_administrators(as_: As, role: str) -> None:
    """Nobody else sees or starts background work."""
    assert as_(role).get("/jobs").status_code == 403
    assert as_(role).post("/jobs/nothing/retry").status_code == 403


@pytest.mark.parametrize("query", ["state=x", "before=x~y"])
def test_jobs_refuse_what_they_do_not_know(as_: As, query: str) -> None:
    """An address that was written by hand is answered, not failed."""
    assert as_("administrator").get(f"/jobs?{query}").status_code == 400
