"""Ask one person's copy back, because it was the wrong person who received it. The form stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from formsvc.cases.working_days import end_of
from formsvc.errors import NotFound, WrongState
from formsvc.store import documents, names, recalls, revisions
from formsvc.store.documents import Document
from formsvc.store.recalls import COPY, Recall
from formsvc.store.revisions import Revision
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.holders import Holders, ask_back, holders_of
from formsvc.workflow.withdraw import WITHIN

ISSUED = ("final", "superseded")


@dataclass(frozen=True, kw_only=True)
class Had:
    """One who has a copy of a revision: a user, or somebody outside whom one was handed to."""

    revision: Revision
    holder_id: str
    name: str = field(repr=False)
    is_outside: bool
    copies: tuple[tuple[str, datetime], ...]
    documents: dict[str, Document]


def had_copy(store: Store, *, record_id: str, revision_id: str, holder_id: str) -> Had:
    """Return what one holder has of a revision, whose copies can be asked back; raise NotFound."""
    with store.read() as tx:
        revision = _revision(tx, record_id, revision_id)
        made = documents.of_revision(tx, revision.id)
        one = _only(holders_of(tx, made), holder_id)
        held = one.takers[0].copies if one.takers else ((one.outside[0].document_id, one.outside[0].at),)
        known = names.of_users(tx, [holder_id])
        return Had(
            revision=revision,
            holder_id=holder_id,
            name=known.get(holder_id, "") if one.takers else one.outside[0].recipient.get("name", ""),
            is_outside=not one.takers,
            copies=tuple(held),
            documents={copy.id: copy for copy in made},
        )


def recall_copy(
    store: Store,
    *,
    actor: Actor,
    record_id: str,
    revision_id: str,
    holder_id: str,
    within: int = WITHIN,
) -> str:
    """Ask one holder for every copy they have of a revision; return the recall's id.

    `within` is how many working days they have to answer. Raises NotFound for whoever has none, WrongState
    where the revision is withdrawn, or the holder is asked already.
    """
    with store.write() as tx:
        revision = _revision(tx, record_id, revision_id, lock=True)
        if revision.state not in ISSUED:
            raise WrongState
        made = documents.of_revision(tx, revision.id)
        documents.held(tx, [one.id for one in made])  # who takes one at this moment is first, or too late
        one = _only(holders_of(tx, made), holder_id)
        recall_id = _recall(tx, revision, actor=actor, due_at=end_of(tx.at, days=within))
        if not ask_back(tx, recall_id=recall_id, holders=one):
            raise WrongState
        note(
            tx,
            actor,
            "recall.copy",
            child_id=revision.child_id,
            record_id=record_id,
            subject_id=recall_id,
            revision=revision.number,
            holder=holder_id,
        )
        return recall_id


def _revision(tx: Tx, record_id: str, revision_id: str, *, lock: bool = False) -> Revision:
    revision = revisions.get(tx, revision_id, lock=lock)
    if revision.record_id != record_id:
        raise NotFound
    return revision


def _only(found: Holders, holder_id: str) -> Holders:
    """Return one of the holders alone; raise NotFound."""
    one = Holders(
        takers=tuple(taker for taker in found.takers if taker.user_id == holder_id),
        outside=tuple(given for given in found.outside if given.id == holder_id),
    )
    if not one:
        raise NotFound
    return one


def _recall(tx: Tx, revision: Revision, *, actor: Actor, due_at: datetime) -> str:
    """Return the recall that asks some people of a revision, begun or opened again; raise WrongState."""
    found: Recall | None = recalls.of_revision(tx, revision.id)
    if found is None:
        return recalls.add(
            tx,
            record_id=revision.record_id,
            revision_id=revision.id,
            child_id=revision.child_id,
            controller_id=revision.controller_id,
            kind="wrong_person",
            scope=COPY,
            why="",
            due_at=due_at,
            begun_by=actor.user_id,
        )
    if found.scope != COPY:
        raise WrongState
    recalls.reopen(tx, found.id, due_at=due_at)
    return found.id
