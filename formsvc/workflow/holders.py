"""Who has a copy: everybody who took one from here, and everybody one was handed to outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from formsvc.store import audit, documents, handed_out, paper, recalls
from formsvc.store.documents import Document
from formsvc.store.handed_out import HandedOut
from formsvc.store.recalls import Recall
from formsvc.store.session import Tx
from formsvc.workflow.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Taker:
    """A user who took copies, as what and where they did so first. `copies` are (document id, when)."""

    user_id: str
    role: str
    organisation_id: str | None
    copies: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, kw_only=True)
class Holders:
    """All of them: users who took copies, and people outside whom one was handed to."""

    takers: tuple[Taker, ...]
    outside: tuple[HandedOut, ...] = field(repr=False)

    def __bool__(self) -> bool:
        """Say whether anybody has a copy."""
        return bool(self.takers or self.outside)


def holders_of(tx: Tx, made: Sequence[Document]) -> Holders:
    """Return who has a copy of some documents of one child."""
    if not made:
        return Holders(takers=(), outside=())
    ids, child_id = [one.id for one in made], made[0].child_id
    taken: dict[str, list[audit.Entry]] = {}
    for entry in audit.downloads(tx, child_id, ids):
        if entry.actor_id is not None:
            taken.setdefault(entry.actor_id, []).append(entry)
    given = handed_out.of_documents(tx, ids, child_id=child_id)
    gone = paper.gone(tx, [one.id for one in given])
    return Holders(
        takers=tuple(_taker(user_id, entries) for user_id, entries in taken.items()),
        outside=tuple(one for one in given if one.id not in gone),
    )


def ask_back(tx: Tx, *, recall_id: str, holders: Holders) -> int:
    """Add a line to a recall for each holder who has none yet; return for how many."""
    asked = recalls.asked_in(tx, recall_id)
    takers = [one for one in holders.takers if one.user_id not in asked]
    outside = [one for one in holders.outside if one.id not in asked]
    for one in takers:
        recalls.add_line(
            tx,
            recall_id=recall_id,
            copies=one.copies,
            user_id=one.user_id,
            role=one.role,
            organisation_id=one.organisation_id,
        )
    for given in outside:
        recalls.add_line(
            tx,
            recall_id=recall_id,
            copies=[(given.document_id, given.at)],
            handed_out_id=given.id,
        )
    return len(takers) + len(outside)


def hold_from_now(
    tx: Tx, document: Document, *, actor: Actor, handed_out_id: str | None = None, at: datetime | None = None
) -> None:
    """Let a recall that is there know of a copy that is taken, or handed out, after it was begun."""
    recall = recalls.of_revision(tx, document.revision_id)
    if recall is None or (handed_out_id is None and actor.user_id is None):
        return
    if recall.scope == recalls.COPY:
        _took_once_more(tx, recall, document, actor=actor, handed_out_id=handed_out_id)
        return
    copies = [(document.id, at or tx.at)]
    if handed_out_id is not None:
        recalls.add_line(tx, recall_id=recall.id, copies=copies, handed_out_id=handed_out_id)
    elif line_id := recalls.of_holder(tx, recall_id=recall.id, user_id=actor.user_id or ""):
        recalls.took_again(tx, line_id=line_id, document_id=document.id)
    else:
        recalls.add_line(
            tx,
            recall_id=recall.id,
            copies=copies,
            user_id=actor.user_id,
            role=actor.role,
            organisation_id=actor.organisation_id,
        )
    if recall.closed_at is not None:
        recalls.reopen(tx, recall.id)
    documents.call_back(tx, [document.id], state="recalled")


def _took_once_more(
    tx: Tx, recall: Recall, document: Document, *, actor: Actor, handed_out_id: str | None
) -> None:
    """Ask anew whoever takes a copy of a form that stands, after theirs was asked back; nobody else."""
    line_id = recalls.of_holder(tx, recall_id=recall.id, user_id=actor.user_id or "")
    if handed_out_id is not None or line_id is None:
        return
    recalls.took_again(tx, line_id=line_id, document_id=document.id)
    if recall.closed_at is not None:
        recalls.reopen(tx, recall.id)


def _taker(user_id: str, entries: Sequence[audit.Entry]) -> Taker:
    first = entries[0]
    return Taker(
        user_id=user_id,
        role=str(first.data.get("role", "")),
        organisation_id=first.organisation_id,
        copies=tuple((one.subject_id or "", one.at) for one in entries),
    )
