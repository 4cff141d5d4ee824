"""Sweep up: files that no row names a day after they were written, jobs long done, pages kept in vain."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Final

from formsvc import clock
from formsvc.store import attachments, jobs, kept_pages
from formsvc.store.jobs import Job
from formsvc.store.session import Store
from formsvc.workflow.keep_typed import KEPT_FOR

SWEEP: Final = "sweep"
ORPHAN_AFTER: Final = timedelta(days=1)
DONE_FOR: Final = timedelta(days=90)
_BATCH: Final = 500


def enqueue_sweep(store: Store) -> None:
    """Enqueue today's sweep, once."""
    with store.write() as tx:
        jobs.enqueue(tx, kind=SWEEP, key=f"{SWEEP}:{tx.at:%Y-%m-%d}", payload={})


def orphans(store: Store) -> tuple[str, ...]:
    """Return the addresses of old files that no row names."""
    before = clock.now() - ORPHAN_AFTER
    old = store.blobs.addresses(older_than=before)
    found: list[str] = []
    with store.read() as tx:
        while batch := list(islice(old, _BATCH)):
            known = attachments.known_addresses(tx, batch)
            found += [address for address in batch if address not in known]
    return tuple(found)


def sweep(store: Store, job: Job, *, addresses: tuple[str, ...]) -> None:
    """Delete orphans, old jobs and pages that nobody came back for, and finish."""
    for address in addresses:
        store.blobs.delete(address, older_than=clock.now() - ORPHAN_AFTER)
    with store.write() as tx:
        jobs.forget_done(tx, before=tx.at - DONE_FOR)
        kept_pages.forget_old(tx, before=tx.at - KEPT_FOR)
        jobs.finish(tx, job, outcome=f"swept {len(addresses)}")
