"""Take a job, give it back, ask for it again: each commits at once, and nothing is done in between."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from formsvc.errors import DefinitionNotFound, FormsvcError, GlyphsMissing, StampUnavailable, StampUnfit
from formsvc.store import jobs
from formsvc.store.crypto import ContentDestroyed, ContentUnreadable
from formsvc.store.jobs import Job
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.processes import is_gone

LEASE: Final = timedelta(minutes=2)
FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(minutes=15)
MOST_ATTEMPTS: Final = 10
HOPELESS: Final = (GlyphsMissing, ContentDestroyed, ContentUnreadable, DefinitionNotFound, StampUnfit)
"""Errors that trying again cannot cure."""
STAMP: Final = "stamp"
LONGEST_PATIENT_WAIT: Final = timedelta(hours=1)
PATIENT: Final = {STAMP: 2000}
"""Kinds of work that wait for somebody else, and how often they are tried: hourly, this is twelve weeks."""


def claim(store: Store, *, worker: str, kinds: Collection[str], lasts: timedelta = LEASE) -> Job | None:
    """Lease the next job for a worker; None when none is due.

    A job whose worker is gone is due again at once the first time, later after that: one that kills
    whoever takes it must not stop the others, and is given up in the end.
    """
    with store.write() as tx:
        for job in jobs.lost(tx, gone=[name for name in jobs.holders(tx) if is_gone(name)]):
            if job.attempts >= most_attempts(job.kind):
                jobs.fail(tx, job, outcome="too_many_attempts")
            else:
                wait = _wait_after(job.attempts - 1) if job.attempts > 1 else timedelta()
                jobs.postpone(tx, job, due_at=tx.at + wait, outcome="worker_lost")
        return jobs.lease_next(tx, kinds=kinds, worker=worker, lasts=lasts)


def give_back(store: Store, job: Job, *, error: BaseException) -> bool:
    """Put a job back that could not be done, later each time; return whether it is tried again.

    What is kept of the error is its code, never its text.
    """
    code = error.code if isinstance(error, FormsvcError) else type(error).__name__
    with store.write() as tx:
        if isinstance(error, HOPELESS) or job.attempts >= most_attempts(job.kind):
            jobs.fail(tx, job, outcome=code[:80])
            return False
        longest = LONGEST_PATIENT_WAIT if isinstance(error, StampUnavailable) else LONGEST_WAIT
        wait = _wait_after(job.attempts, longest=longest)
        jobs.postpone(tx, job, due_at=tx.at + wait, outcome=code[:80])
        return True


def most_attempts(kind: str) -> int:
    """Return how often work of a kind is tried before somebody has to ask for it."""
    return PATIENT.get(kind, MOST_ATTEMPTS)


def retry_job(store: Store, *, actor: Actor, job_id: str) -> None:
    """Make a job that failed or waits due now; raise NotFound for any other."""
    with store.write() as tx:
        job = jobs.retry(tx, job_id)
        note(tx, actor, "job.retry", subject_id=job.id, kind=job.kind)


def _wait_after(attempts: int, *, longest: timedelta = LONGEST_WAIT) -> timedelta:
    return min(FIRST_WAIT * (1 << min(attempts - 1, 20)), longest)
