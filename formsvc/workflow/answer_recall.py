"""Answer for a copy that was called back: destroyed, replaced, or never kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from formsvc.errors import NotFound, WrongState
from formsvc.store import documents, recalls
from formsvc.store.documents import Document
from formsvc.store.recalls import ENDS, Asked, Recall
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note


@dataclass(frozen=True, kw_only=True)
class Called:
    """What a person is asked, with the copies they took."""

    asked: tuple[Asked, ...]
    copies: Mapping[str, Document]


def called_back(store: Store, *, actor: Actor, answered: bool = False) -> Called:
    """Return what somebody is asked for; that they saw it is kept the first time."""
    user_id = actor.user_id or ""
    with store.read() as tx:
        found = _called(tx, user_id, answered=answered)
        is_new = bool(found.asked) and recalls.unseen(tx, user_id=user_id)
    if not is_new:
        return found
    with store.write() as tx:
        if recalls.saw(tx, user_id=user_id):
            note(tx, actor, "recall.see", recalls=sorted({one.recall_id for one in found.asked}))
    return found


def answers_due(store: Store, *, user_id: str) -> int:
    """Return for how many withdrawn copies a user has to answer."""
    with store.read() as tx:
        return recalls.waiting_for(tx, user_id)


def answer_recall(store: Store, *, actor: Actor, line_id: str, kind: str) -> None:
    """Keep what a holder says became of their copy; close the recall with the last answer.

    Raises NotFound for what they are not asked, WrongState for what was answered or closed already.
    """
    if kind not in ENDS:
        raise ValueError(f"kind must be one of {sorted(ENDS)}")
    with store.write() as tx:
        mine = recalls.asked_of(tx, actor.user_id or "", answered=True)
        asked = next((one for one in mine if one.line_id == line_id), None)
        if asked is None:
            raise NotFound
        recall = recalls.get(tx, asked.recall_id, lock=True)
        line = recalls.holder(tx, recall, line_id)
        if line.answered_at is not None or recall.closed_at is not None:
            raise WrongState
        recalls.answer(tx, line_id=line_id, kind=kind, at=tx.at, by=actor.user_id)
        note(
            tx,
            actor,
            "recall.answer",
            child_id=recall.child_id,
            record_id=recall.record_id,
            subject_id=recall.id,
            line=line_id,
            answer=kind,
            revision=recall.number,
        )
        close_if_answered(tx, recall, actor=actor)


def close_if_answered(tx: Tx, recall: Recall, *, actor: Actor) -> None:
    """Close a recall when nobody is waited for any more."""
    if recalls.get(tx, recall.id).waiting:
        return
    recalls.close(tx, recall, how="answered", by=actor.user_id)
    note(
        tx,
        actor,
        "recall.close",
        child_id=recall.child_id,
        record_id=recall.record_id,
        subject_id=recall.id,
        how="answered",
        revision=recall.number,
    )


def _called(tx: Tx, user_id: str, *, answered: bool) -> Called:
    asked = recalls.asked_of(tx, user_id, answered=answered)
    wanted = {one for line in asked for one in line.documents}
    return Called(asked=asked, copies={one: documents.get(tx, one) for one in sorted(wanted)})
