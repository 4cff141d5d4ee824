"""Jobs: background work, enqueued with what causes it, leased by one worker at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import tables as t
from formsvc.store.session import Tx
from formsvc.store.upsert import insert_once


@dataclass(frozen=True, kw_only=True)
class Job:
    """One piece of background work. `payload` holds ids only; `outcome` is a code."""

    id: str
    kind: str
    key: str
    organisation_id: str | None
    subject_id: str | None
    payload: Mapping[str, Any]
    state: str
    due_at: datetime
    lease: str | None
    worker: str | None
    leased_until: datetime | None
    attempts: int
    progress: str
    outcome: str
    created_at: datetime
    finished_at: datetime | None


def enqueue(
    tx: Tx,
    *,
    kind: str,
    key: str,
    payload: Mapping[str, Any],
    organisation_id: str | None = None,
    subject_id: str | None = None,
    due_at: datetime | None = None,
) -> bool:
    """Enqueue a job in the transaction that causes it; return False where the same was enqueued before."""
    return insert_once(
        tx,
        t.job,
        id=clock.new_id(),
        kind=kind,
        key=key,
        organisation_id=organisation_id,
        subject_id=subject_id,
        payload=dict(payload),
        state="waiting",
        due_at=due_at or tx.at,
        created_at=tx.at,
    )


def lost(tx: Tx, *, gone: Collection[str]) -> tuple[Job, ...]:
    """Return the jobs whose worker is gone: its lease ran out, or it is named in `gone`. Locks them."""
    of = t.job.c
    is_lost = sa.or_(of.leased_until <= tx.at, of.worker.in_(list(gone)))
    found = sa.select(t.job).where(of.state == "running", is_lost).order_by(of.id)
    rows = tx.c.execute(found.with_for_update(skip_locked=True)).mappings()
    return tuple(Job(**row) for row in rows)


def lease_next(tx: Tx, *, kinds: Collection[str], worker: str, lasts: timedelta) -> Job | None:
    """Lease the job that has been due longest; None when there is none.

    Of several workers each gets another job: PostgreSQL skips rows that are locked, SQLite lets one
    writer in at a time.
    """
    of = t.job.c
    found = tx.c.execute(
        sa.select(of.id)
        .where(of.state == "waiting", of.due_at <= tx.at, of.kind.in_(list(kinds)))
        .order_by(of.due_at, of.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar_one_or_none()
    if found is None:
        return None
    row = (
        tx.c.execute(
            sa.update(t.job)
            .where(of.id == found)
            .values(
                state="running",
                lease=clock.new_id(),
                worker=worker,
                leased_until=tx.at + lasts,
                attempts=of.attempts + 1,
                progress="started",
            )
            .returning(*of)
        )
        .mappings()
        .one()
    )
    return Job(**row)


def holders(tx: Tx) -> tuple[str, ...]:
    """Return the workers that hold a lease."""
    of = t.job.c
    found = sa.select(of.worker).where(of.state == "running", of.worker.is_not(None)).distinct()
    return tuple(tx.c.execute(found).scalars())


def is_held(tx: Tx, job: Job) -> bool:
    """Lock a job's row and say whether this lease still holds it."""
    of = t.job.c
    row = tx.c.execute(sa.select(of.lease).where(of.id == job.id).with_for_update()).one_or_none()
    return row is not None and row.lease == job.lease


def finish(tx: Tx, job: Job, *, outcome: str) -> None:
    """Note that a job is done."""
    _release(tx, job, state="done", outcome=outcome, progress="done", finished_at=tx.at)


def tell(tx: Tx, job: Job, *, progress: str) -> None:
    """Note how far a job has come."""
    tx.c.execute(
        sa.update(t.job).where(t.job.c.id == job.id, t.job.c.lease == job.lease).values(progress=progress)
    )


def by_key(tx: Tx, key: str) -> Job | None:
    """Return the job of a key, None where there is none."""
    row = tx.c.execute(sa.select(t.job).where(t.job.c.key == key)).mappings().one_or_none()
    return None if row is None else Job(**row)


def postpone(tx: Tx, job: Job, *, due_at: datetime, outcome: str) -> None:
    """Put a job back to be tried again."""
    _release(tx, job, state="waiting", due_at=due_at, outcome=outcome, progress="waiting to try again")


def fail(tx: Tx, job: Job, *, outcome: str) -> None:
    """Give a job up until somebody asks for it again."""
    _release(tx, job, state="failed", outcome=outcome, progress="failed", finished_at=tx.at)


def retry(tx: Tx, job_id: str) -> Job:
    """Make a failed or waiting job due now, as if it had never been tried; raise NotFound."""
    of = t.job.c
    row = (
        tx.c.execute(
            sa.update(t.job)
            .where(of.id == job_id, of.state.in_(("failed", "waiting")))
            .values(state="waiting", due_at=tx.at, attempts=0, progress="", outcome="", finished_at=None)
            .returning(*of)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound
    return Job(**row)


def get(tx: Tx, job_id: str) -> Job:
    """Return a job; raise NotFound."""
    row = tx.c.execute(sa.select(t.job).where(t.job.c.id == job_id)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return Job(**row)


def about(tx: Tx, subject_id: str) -> tuple[Job, ...]:
    """Return the jobs about something: how far the issuing of a snapshot has come."""
    of = t.job.c
    found = sa.select(t.job).where(of.subject_id == subject_id).order_by(of.key)
    return tuple(Job(**row) for row in tx.c.execute(found).mappings())


def listing(
    tx: Tx,
    *,
    organisation_id: str | None = None,
    of_service: bool = False,
    states: Collection[str] = (),
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> tuple[Job, ...]:
    """Return jobs, newest first; every condition given must hold.

    `of_service` asks for those of the service itself, which are no organisation's.
    """
    of = t.job.c
    query = sa.select(t.job)
    if organisation_id is not None:
        query = query.where(of.organisation_id == organisation_id)
    if of_service:
        query = query.where(of.organisation_id.is_(None))
    if states:
        query = query.where(of.state.in_(list(states)))
    if before is not None:
        query = query.where(
            sa.or_(of.created_at < before[0], sa.and_(of.created_at == before[0], of.id < before[1]))
        )
    rows = tx.c.execute(query.order_by(of.created_at.desc(), of.id.desc()).limit(limit)).mappings()
    return tuple(Job(**row) for row in rows)


def next_due(tx: Tx, *, kinds: Collection[str]) -> datetime | None:
    """Return when the next job falls due or the next lease runs out, None when nothing waits or runs."""
    of = t.job.c
    wanted = of.kind.in_(list(kinds))
    waiting = sa.select(sa.func.min(of.due_at)).where(of.state == "waiting", wanted)
    running = sa.select(sa.func.min(of.leased_until)).where(of.state == "running", wanted)
    found = [tx.c.execute(query).scalar_one() for query in (waiting, running)]
    return min((one for one in found if one is not None), default=None)


def forget(tx: Tx, *, key: str) -> None:
    """Remove a job that waits and that nobody wants any more; one that runs sees so for itself."""
    of = t.job.c
    tx.c.execute(sa.delete(t.job).where(of.key == key, of.state.in_(("waiting", "failed"))))


def forget_done(tx: Tx, *, before: datetime) -> int:
    """Remove jobs that were done before a moment; those that failed stay."""
    of = t.job.c
    return tx.c.execute(sa.delete(t.job).where(of.state == "done", of.finished_at < before)).rowcount


def _release(tx: Tx, job: Job, **values: object) -> None:
    tx.c.execute(
        sa.update(t.job)
        .where(t.job.c.id == job.id, t.job.c.lease == job.lease)
        .values(lease=None, worker=None, leased_until=None, **values)
    )
