"""The worker: takes jobs one at a time, chains the audit between them, may be killed at any moment.

Any number of processes may run it. Only it composes other workflows; each commits by itself.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

import structlog

from formsvc import clock
from formsvc.access.sheets import SHEET, WHOLE
from formsvc.access.views import make_view
from formsvc.errors import StampUnavailable, StampUnfit
from formsvc.seals.stamping import Authority
from formsvc.settings import Settings
from formsvc.store import audit, jobs
from formsvc.store.jobs import Job
from formsvc.store.session import Store, open_store
from formsvc.workflow.claim import LEASE, STAMP, claim, give_back
from formsvc.workflow.dispose_child import DISPOSE, dispose_of
from formsvc.workflow.export_child import EXPORT, EXPORT_END, end_export, make_export
from formsvc.workflow.finality import ISSUE
from formsvc.workflow.issue import IssueWork, Made, Make, keep_made, make_work, read_work, skip
from formsvc.workflow.link_audit import BATCH, link_audit
from formsvc.workflow.print_home import PRINT, PRINT_END, end_print, make_print
from formsvc.workflow.processes import this_process
from formsvc.workflow.refresh_revocation import REFRESH, do_refresh, enqueue_refresh
from formsvc.workflow.retention import RETENTION, enqueue_find_due, find_due
from formsvc.workflow.rewrap_keys import rewrap_keys
from formsvc.workflow.stamp_document import (
    Stamp,
    authority_of,
    document_stamper,
    keep_raised,
    read_stamping,
)
from formsvc.workflow.stamp_document import skip as skip_stamping
from formsvc.workflow.sweep import SWEEP, enqueue_sweep, orphans, sweep

WORK_KINDS: Final = (ISSUE, SWEEP, REFRESH, RETENTION, DISPOSE, EXPORT, EXPORT_END, PRINT, PRINT_END)
POLL: Final = timedelta(seconds=1)
SWEEP_EVERY: Final = timedelta(hours=1)
STAMP_PAUSE: Final = timedelta(seconds=30)
"""How long the authority is left alone after it could not be reached, so that no other work waits for it."""

log = structlog.get_logger()


def run_worker(
    settings: Settings,
    *,
    until_idle: bool = False,
    make: Make | None = None,
    stop: threading.Event | None = None,
    lasts: timedelta = LEASE,
) -> int:
    """Work until stopped, or until nothing is due and nobody is at work; return how many jobs were taken.

    `make` makes a document; by default it is rendered and sealed with this installation's key, and
    time-stamped afterwards where an authority is set.
    """
    store = open_store(settings)
    try:
        authority = authority_of(settings)
        stamp = None if authority is None else document_stamper(settings, authority)
        worker = _Worker(
            store,
            settings=settings,
            make=make or document_maker(settings, authority=authority),
            stamp=stamp,
            lasts=lasts,
        )
        with _stopped_by_signals(stop or threading.Event()) as asked:
            return worker.run(asked, until_idle=until_idle)
    finally:
        store.close()


def document_maker(settings: Settings, *, authority: Authority | None = None) -> Make:
    """Return what renders, seals and verifies a document with its controller's key, as it is by then."""
    from formsvc.workflow.produce import produce
    from formsvc.workflow.seal_keys import SealKeys

    keys = SealKeys(settings)
    keys.of()  # an installation without a usable key is told at once

    def make(work: IssueWork, files: Mapping[str, bytes]) -> Made:
        key = keys.of(work.snapshot.data["controller"]["id"])
        view = make_view(
            work.snapshot,
            work.effective,
            work.audience,
            verify_at=f"{settings.base_url}/verify",
            demonstration=key.demonstration,
            previous=work.previous,
            files=files,
            extent=SHEET if work.kind == SHEET else WHOLE,
        )
        at = clock.now().replace(microsecond=0)
        made = produce(view, kind=work.kind, key=key, at=at, settings=settings, authority=authority)
        return Made(
            data=made.data,
            seal_id=made.identity,
            view_hash=view.hash,
            stamp_later=authority is not None,
        )

    return make


class _Worker:
    """One process at work."""

    def __init__(
        self, store: Store, *, settings: Settings, make: Make, stamp: Stamp | None, lasts: timedelta
    ) -> None:
        self.store = store
        self.settings = settings
        self.make = make
        self.stamp = stamp
        self.lasts = lasts
        self.name = this_process()
        self.swept_at: datetime | None = None
        self.stamps_from: datetime | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of work to take: stamping where there is an authority and it was not just found down."""
        is_paused = self.stamps_from is not None and clock.now() < self.stamps_from
        return WORK_KINDS if self.stamp is None or is_paused else (*WORK_KINDS, STAMP)

    def run(self, asked: threading.Event, *, until_idle: bool) -> int:
        """Take jobs until asked to stop, or idle."""
        taken = 0
        while not asked.is_set():
            self.keep_house()
            job = claim(self.store, worker=self.name, kinds=self.kinds, lasts=self.lasts)
            if job is not None:
                self.do(job)
                taken += 1
                continue
            if link_audit(self.store) == BATCH:
                continue
            wait = self.wait_for(until_idle=until_idle)
            if wait is None:
                break
            asked.wait(wait)
        return taken

    def do(self, job: Job) -> None:
        """Do one job; whatever goes wrong, it is given back with the error's code."""
        try:
            if job.kind == ISSUE:
                self.issue(job)
            elif job.kind == STAMP and self.stamp is not None:
                self.put_stamp(job, self.stamp)
            elif job.kind == REFRESH:
                do_refresh(self.store, job, settings=self.settings)
            elif job.kind == RETENTION:
                find_due(self.store, job, settings=self.settings)
            elif job.kind == EXPORT:
                make_export(self.store, job, settings=self.settings)
            elif job.kind == EXPORT_END:
                end_export(self.store, job)
            elif job.kind == PRINT:
                make_print(self.store, job, settings=self.settings)
            elif job.kind == PRINT_END:
                end_print(self.store, job)
            elif job.kind == DISPOSE:
                dispose_of(self.store, job, settings=self.settings)
            else:
                sweep(self.store, job, addresses=orphans(self.store))
        except Exception as error:  # noqa: BLE001 (a job must never stop the worker; its code is kept)
            if isinstance(error, StampUnavailable):
                self.stamps_from = clock.now() + STAMP_PAUSE
            again = give_back(self.store, job, error=error)
            told = {"why": error.detail} if isinstance(error, StampUnavailable | StampUnfit) else {}
            name = type(error).__name__
            log.warning("job_failed", job=job.id, kind=job.kind, error=name, again=again, **told)

    def issue(self, job: Job) -> None:
        work = read_work(self.store, job)
        if work.needless:
            skip(self.store, work)
        else:
            keep_made(self.store, work, make_work(self.store, work, make=self.make))

    def put_stamp(self, job: Job, stamp: Stamp) -> None:
        work = read_stamping(self.store, job)
        if work.needless:
            skip_stamping(self.store, work)
        else:
            keep_raised(self.store, work, stamp(self.store.blobs.get(work.place.stored, key=work.place.key)))

    def keep_house(self) -> None:
        """Enqueue what is due by the clock, now and then; bring children under a content key that is new."""
        now = clock.now()
        if self.swept_at is None or now - self.swept_at >= SWEEP_EVERY:
            self.swept_at = now
            enqueue_sweep(self.store)
            enqueue_find_due(self.store)
            if self.settings.revocation:
                enqueue_refresh(self.store, settings=self.settings)
            while self.store.keyring.older and rewrap_keys(self.store):
                pass

    def wait_for(self, *, until_idle: bool) -> float | None:
        """Return for how many seconds nothing is due, None when the worker is to end."""
        with self.store.read() as tx:
            waiting = audit.unlinked(tx)
            due = jobs.next_due(tx, kinds=self.kinds)
            is_running = bool(jobs.holders(tx))
            left = POLL if due is None else due - tx.at
        if until_idle and not waiting and not is_running and (due is None or left > timedelta()):
            return None
        return max(0.01, min(left, POLL).total_seconds())


@contextmanager
def _stopped_by_signals(asked: threading.Event) -> Iterator[threading.Event]:
    """Let SIGTERM and SIGINT ask for an end after the job in hand, where this is the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    kinds = (signal.SIGTERM, signal.SIGINT)
    before = {kind: signal.signal(kind, lambda *_: asked.set()) for kind in kinds}
    try:
        yield asked
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
