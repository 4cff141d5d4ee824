"""Withdraw a final revision: wrong child, dangerous address. Its documents say so wherever they are seen."""

from __future__ import annotations

from formsvc.errors import WrongState
from formsvc.store import documents, records, revisions
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note

REASONS = ("wrong_child", "dangerous", "mistaken", "other")


def withdraw(store: Store, *, actor: Actor, revision_id: str, why: str) -> int:
    """Withdraw a final revision and its documents; return how many documents there were.

    `why` is one of REASONS. Raises WrongState when it is not the final one.
    """
    if why not in REASONS:
        raise ValueError(f"why must be one of {REASONS}")
    with store.write() as tx:
        revision = revisions.get(tx, revision_id, lock=True)
        if revision.state != "final":
            raise WrongState
        revisions.end(tx, revision_id, state="withdrawn", why=why)
        count = documents.end_of_revision(tx, revision_id=revision_id, state="withdrawn")
        records.touch(tx, revision.record_id)
        note(
            tx,
            actor,
            "revision.withdraw",
            child_id=revision.child_id,
            record_id=revision.record_id,
            subject_id=revision_id,
            why=why,
            documents=count,
        )
        return count
