"""Withdraw a revision: wrong child, dangerous address. Whoever has a copy of it is asked for that copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from formsvc.cases.working_days import end_of
from formsvc.errors import WrongState
from formsvc.store import documents, recalls, records, review_requests, revisions, uploads
from formsvc.store.recalls import Recall
from formsvc.store.revisions import Revision
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.holders import ask_back, holders_of

REASONS = ("wrong_child", "dangerous", "wrong_person", "mistaken", "other")
WITHIN = 2
"""Working days in which whoever has a copy answers, unless the policy says otherwise."""


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """What was withdrawn: how many documents, and the recall that asks `holders` people for their copies."""

    recall_id: str
    documents: int
    holders: int


def withdraw(
    store: Store,
    *,
    actor: Actor,
    revision_id: str,
    why: str,
    reason: str = "",
    within: int = WITHIN,
    seen_as: str = "",
) -> Withdrawn:
    """Withdraw the final revision, or call back one that it superseded; ask everybody who has a copy.

    `why` is one of REASONS, `reason` the same in somebody's own words, `within` how many working days they
    have to answer. Raises WrongState where it was never final, is withdrawn, or is being called back; and
    where it is not in the state it was `seen_as`: who means the current plan must not reach an old one.
    """
    if why not in REASONS:
        raise ValueError(f"why must be one of {REASONS}")
    with store.write() as tx:
        revision = revisions.get(tx, revision_id, lock=True)
        before = recalls.of_revision(tx, revision_id)
        if revision.state not in ("final", "superseded") or (before and before.scope != recalls.COPY):
            raise WrongState
        if seen_as and revision.state != seen_as:
            raise WrongState
        if revision.state == "final":
            revisions.end(tx, revision_id, state="withdrawn", why=why)
            review_requests.close(tx, record_id=revision.record_id, outcome="withdrawn", by=actor.user_id)
            uploads.close(tx, record_id=revision.record_id, outcome="withdrawn")
        recall_id = _begin(
            tx,
            revision,
            before,
            why=why,
            reason=reason,
            due_at=end_of(tx.at, days=within),
            begun_by=actor.user_id,
        )
        count, asked = _call_back(tx, revision, recall_id=recall_id, actor=actor)
        records.touch(tx, revision.record_id)
        note(
            tx,
            actor,
            "revision.withdraw" if revision.state == "final" else "revision.call_back",
            child_id=revision.child_id,
            record_id=revision.record_id,
            subject_id=revision_id,
            why=why,
            revision=revision.number,
            documents=count,
            recall=recall_id,
            holders=asked,
        )
        return Withdrawn(recall_id=recall_id, documents=count, holders=asked)


def _begin(
    tx: Tx,
    revision: Revision,
    before: Recall | None,
    *,
    why: str,
    reason: str,
    due_at: datetime,
    begun_by: str | None,
) -> str:
    """Begin the recall of a whole revision, or widen one that asked some people alone; return its id."""
    if before is not None:
        recalls.widen(tx, before, kind=why, why=reason, due_at=due_at, begun_by=begun_by)
        return before.id
    return recalls.add(
        tx,
        record_id=revision.record_id,
        revision_id=revision.id,
        child_id=revision.child_id,
        controller_id=revision.controller_id,
        kind=why,
        why=reason,
        due_at=due_at,
        begun_by=begun_by,
    )


def _call_back(tx: Tx, revision: Revision, *, recall_id: str, actor: Actor) -> tuple[int, int]:
    """Mark the documents and write a line for each holder; return how many there are of both."""
    made = documents.of_revision(tx, revision.id)
    documents.held(tx, [one.id for one in made])  # who takes one at this moment is first, or too late
    found = holders_of(tx, made)
    documents.call_back(tx, [one.id for one in made], state="recalled" if found else "withdrawn")
    asked = ask_back(tx, recall_id=recall_id, holders=found)
    if not recalls.get(tx, recall_id).waiting:
        recalls.close(tx, recalls.get(tx, recall_id), how="answered", by=actor.user_id)
    return len(made), asked
