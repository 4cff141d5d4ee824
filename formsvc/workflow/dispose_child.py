"""Dispose of what is held on a child: proposed by one, confirmed by another, done by the worker days later.

One transaction destroys the key and every row: before it nothing has happened, after it nothing can be
read. What is left then are files that nobody can open; a worker that is killed finds their addresses
again and removes them. So it ends wholly done or wholly undone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Final

from formsvc import clock
from formsvc.cases.retention import load_schedule
from formsvc.errors import NotFound, WrongState
from formsvc.settings import Settings
from formsvc.store import attachments, children, disposals, erasure, jobs, keys
from formsvc.store.crypto import DataKey
from formsvc.store.disposals import Disposal
from formsvc.store.jobs import Job
from formsvc.store.session import Store
from formsvc.workflow.actors import SERVICE, Actor, note
from formsvc.workflow.retention import Defaults, dispose_key, keeping_in

DISPOSE: Final = "dispose"
COOLING: Final = timedelta(days=7)
"""How long a confirmed disposal can still be stopped."""
_BATCH: Final = 500


@dataclass(frozen=True, kw_only=True)
class DisposalWork:
    """What a disposal is about; `key` is None once it is destroyed."""

    disposal: Disposal
    key: DataKey | None = field(repr=False)


def propose_disposal(
    store: Store, *, actor: Actor, child_id: str, controller_id: str, defaults: Defaults
) -> str:
    """Propose a disposal that is due; return its id. Raises WrongState where it is not due, or stands."""
    with store.write() as tx:
        erasure.lock(tx, child_id)
        kept = keeping_in(tx, child_id=child_id, controller_id=controller_id, defaults=defaults)
        if not kept.is_due or kept.rule is None or kept.rule.number is None:
            raise WrongState("it is not due for disposal")
        made = disposals.propose(
            tx,
            child_id=child_id,
            organisation_id=controller_id,
            status=kept.rule.status,
            number=kept.rule.number,
            unit=kept.rule.unit,
            starts=kept.rule.starts,
            by=actor.user_id,
        )
        if made is None:
            raise WrongState("a disposal was proposed already")
        note(tx, actor, "disposal.propose", child_id=child_id, subject_id=made, status=kept.rule.status)
        return made


def confirm_disposal(
    store: Store, *, actor: Actor, child_id: str, disposal_id: str, defaults: Defaults
) -> None:
    """Confirm what somebody else proposed; it is done a week later. Raises WrongState."""
    with store.write() as tx:
        erasure.lock(tx, child_id)
        found = disposals.get(tx, disposal_id, lock=True)
        if found.child_id != child_id:
            raise NotFound
        kept = keeping_in(tx, child_id=child_id, controller_id=found.organisation_id, defaults=defaults)
        due_at = tx.at + COOLING
        if not kept.is_due or not disposals.confirm(
            tx, disposal_id=disposal_id, by=actor.user_id, due_at=due_at
        ):
            raise WrongState("it cannot be confirmed")
        jobs.enqueue(
            tx,
            kind=DISPOSE,
            key=dispose_key(disposal_id),
            payload={"disposal": disposal_id},
            organisation_id=found.organisation_id,
            subject_id=disposal_id,
            due_at=due_at,
        )
        note(tx, actor, "disposal.confirm", child_id=child_id, subject_id=disposal_id)


def cancel_disposal(store: Store, *, actor: Actor, child_id: str, why: str) -> None:
    """Stop the disposal that stands for a child; `why` is a code. Raises WrongState where it is too late."""
    with store.write() as tx:
        stopped = disposals.cancel(tx, child_id=child_id, by=actor.user_id, why=why)
        if stopped is None:
            raise WrongState("there is nothing to stop")
        jobs.forget(tx, key=dispose_key(stopped))
        note(tx, actor, "disposal.cancel", child_id=child_id, subject_id=stopped, why=why)


def dispose_of(store: Store, job: Job, *, settings: Settings) -> None:
    """Do a disposal, or go on with one that was begun; safe to be killed anywhere and to be done again."""
    work = read_disposal(store, job)
    unnamed = () if work.key is None else files_of(store, key=work.key)
    if destroy(store, job, work, unnamed=unnamed, defaults=load_schedule(settings.form_templates)):
        remove_files(store, disposal_id=work.disposal.id)
        erasure.scrub(store)
        finish(store, job, disposal_id=work.disposal.id)


def read_disposal(store: Store, job: Job) -> DisposalWork:
    """Read what a job is to dispose of; raise NotFound."""
    with store.read() as tx:
        found = disposals.get(tx, str(job.payload["disposal"]))
        key = keys.of_child(tx, found.child_id) if found.is_active else None
        return DisposalWork(disposal=found, key=key)


def files_of(store: Store, *, key: DataKey) -> tuple[str, ...]:
    """Return the addresses of files that no row names and that a child's key opens.

    What was typed when nobody was signed in lies there, and what a killed worker left.
    """
    every = store.blobs.addresses(older_than=clock.now() + timedelta(days=1))
    found: list[str] = []
    with store.read() as tx:
        while batch := list(islice(every, _BATCH)):
            known = attachments.known_addresses(tx, batch)
            found += [one for one in batch if one not in known]
    return tuple(one for one in found if store.blobs.opens(one, key=key))


def destroy(
    store: Store, job: Job, work: DisposalWork, *, unnamed: tuple[str, ...], defaults: Defaults
) -> bool:
    """Destroy the key and every row; return whether there are files to be removed now.

    Whether it may be is judged again: a hold, an opened case or a longer schedule stops it even now.
    """
    with store.write() as tx:
        child_id = work.disposal.child_id
        erasure.shut(tx, child_id)
        found = disposals.get(tx, work.disposal.id, lock=True)
        if not jobs.is_held(tx, job):
            return False
        if found.state in ("destroyed", "done"):
            return True
        kept = keeping_in(tx, child_id=child_id, controller_id=found.organisation_id, defaults=defaults)
        if found.state == "confirmed" and found.due_at is not None and found.due_at > tx.at:
            jobs.postpone(tx, job, due_at=found.due_at, outcome="waiting")  # somebody was in a hurry
            return False
        if found.state != "confirmed" or not kept.is_due:
            why = "held" if kept.held else "not_due"
            if disposals.cancel(tx, child_id=child_id, by=None, why=why) is not None:
                note(tx, SERVICE, "disposal.cancel", child_id=child_id, subject_id=found.id, why=why)
            jobs.finish(tx, job, outcome="not_due")
            return False
        head = erasure.last_head(tx, child_id)
        erasure.forget_jobs(tx, child_id)
        files = tuple(sorted({*children.dispose(tx, child_id=child_id), *unnamed}))
        disposals.destroyed(tx, disposal_id=found.id, files=files, head=head)
        note(
            tx,
            SERVICE,
            "child.dispose",
            child_id=child_id,
            subject_id=found.id,
            status=found.status,
            number=found.number,
            unit=found.unit,
            starts=found.starts,
            files=len(files),
        )
        return True


def remove_files(store: Store, *, disposal_id: str) -> None:
    """Overwrite and remove the files of a disposal; those that are gone already are no error."""
    with store.read() as tx:
        addresses = disposals.files_of(tx, disposal_id=disposal_id)
    for address in addresses:
        store.blobs.shred(address)


def finish(store: Store, job: Job, *, disposal_id: str) -> None:
    """Note that nothing is left."""
    with store.write() as tx:
        if jobs.is_held(tx, job):
            disposals.done(tx, disposal_id=disposal_id)
            jobs.finish(tx, job, outcome="disposed")
