"""Follow what was called back to the end: who was asked, what they said, and closing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from formsvc.access.people import Person
from formsvc.access.table import Action, reach
from formsvc.errors import NotFound, WrongState
from formsvc.store import audit, documents, names, reaching, recalls, revisions
from formsvc.store.documents import Document
from formsvc.store.reaching import Reacher
from formsvc.store.recalls import ENDS, Holder, Recall
from formsvc.store.revisions import Revision
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.answer_recall import close_if_answered
from formsvc.workflow.holders import Holders, holders_of


@dataclass(frozen=True, kw_only=True)
class Following:
    """One recall: who has a copy, who saw it on a screen only, who could still see the record."""

    recall: Recall
    begun_by: str
    closed_by: str
    holders: tuple[Holder, ...] = field(repr=False)
    copies: Mapping[str, Document]
    saw: tuple[tuple[str, datetime], ...]
    could_see: tuple[Reacher, ...]


@dataclass(frozen=True, kw_only=True)
class HadIt:
    """Who took copies of one revision, or was handed one."""

    revision: Revision
    holders: Holders
    recall: Recall | None
    asked: frozenset[str]
    """Whose copies are asked back: ids of users, and of copies handed out."""


@dataclass(frozen=True, kw_only=True)
class WhoHadIt:
    """The same of every revision of a record that was issued, newest first."""

    revisions: tuple[HadIt, ...]
    copies: Mapping[str, Document]
    people: Mapping[str, str]


def follow_recall(store: Store, *, record_id: str, recall_id: str) -> Following:
    """Return how a recall of a record stands; raise NotFound."""
    with store.read() as tx:
        recall = of_record(tx, record_id=record_id, recall_id=recall_id)
        held = recalls.holders(tx, recall)
        made = documents.of_revision(tx, recall.revision_id)
        revision = revisions.get(tx, recall.revision_id)
        looked = audit.lookers(
            tx,
            child_id=recall.child_id,
            record_id=record_id,
            since=revision.final_at or revision.created_at,
        )
        people = names.of_users(tx, [recall.begun_by, recall.closed_by, *(one for one, _ in looked)])
        has = {one.user_id for one in held}
        return Following(
            recall=recall,
            begun_by=people.get(recall.begun_by or "", ""),
            closed_by=people.get(recall.closed_by or "", ""),
            holders=held,
            copies={one.id: one for one in made},
            saw=tuple((people.get(one, ""), at) for one, at in looked if one not in has),
            could_see=reaching.who_reaches(tx, child_id=recall.child_id, action=Action.download),
        )


def who_had_it(store: Store, *, record_id: str) -> WhoHadIt:
    """Return who has, or had, a copy of each revision of a record."""
    with store.read() as tx:
        issued = [one for one in revisions.history(tx, record_id) if one.final_at is not None]
        made = documents.of_record(tx, record_id)
        found = tuple(
            HadIt(
                revision=one,
                holders=holders_of(tx, [copy for copy in made if copy.revision_id == one.id]),
                recall=(recall := recalls.of_revision(tx, one.id)),
                asked=frozenset() if recall is None else recalls.asked_in(tx, recall.id),
            )
            for one in issued
        )
        takers = [taker.user_id for one in found for taker in one.holders.takers]
        return WhoHadIt(
            revisions=found,
            copies={one.id: one for one in made},
            people=names.of_users(tx, takers),
        )


def open_recalls(store: Store, *, person: Person) -> tuple[Recall, ...]:
    """Return the recalls that somebody has to follow to the end, the soonest due first."""
    with store.read() as tx:
        return recalls.open_within(tx, person, reach(person.role, Action.recall))


def answer_for(
    store: Store,
    *,
    actor: Actor,
    record_id: str,
    recall_id: str,
    line_id: str,
    kind: str,
    at: datetime,
    channel: str | None = None,
) -> None:
    """Keep that a holder was asked (`asked`, by which channel), or what they say became of the copy.

    Raises NotFound, and WrongState where the recall is closed or `at` lies in the future.
    """
    if kind != "asked" and kind not in ENDS:
        raise ValueError(f"kind must be asked or one of {sorted(ENDS)}")
    with store.write() as tx:
        recall = of_record(tx, record_id=record_id, recall_id=recall_id, lock=True)
        recalls.holder(tx, recall, line_id)
        if recall.closed_at is not None or at > tx.at:
            raise WrongState
        recalls.answer(tx, line_id=line_id, kind=kind, at=at, by=actor.user_id, channel=channel)
        note(
            tx,
            actor,
            "recall.ask" if kind == "asked" else "recall.answer",
            child_id=recall.child_id,
            record_id=recall.record_id,
            subject_id=recall.id,
            line=line_id,
            answer=kind,
            channel=channel,
            revision=recall.number,
        )
        if kind in ENDS:
            close_if_answered(tx, recall, actor=actor)


def close_recall(store: Store, *, actor: Actor, record_id: str, recall_id: str, remark: str) -> None:
    """Close a recall with answers missing, for a reason; raise NotFound, WrongState when it is closed."""
    with store.write() as tx:
        recall = of_record(tx, record_id=record_id, recall_id=recall_id, lock=True)
        if recall.closed_at is not None or not remark.strip():
            raise WrongState
        recalls.close(tx, recall, how="reasoned", by=actor.user_id, remark=remark)
        note(
            tx,
            actor,
            "recall.close",
            child_id=recall.child_id,
            record_id=recall.record_id,
            subject_id=recall.id,
            how="reasoned",
            waiting=recall.waiting,
            revision=recall.number,
        )


def of_record(tx: Tx, *, record_id: str, recall_id: str, lock: bool = False) -> Recall:
    """Return a recall of this very record; raise NotFound for another's."""
    recall = recalls.get(tx, recall_id, lock=lock)
    if recall.record_id != record_id:
        raise NotFound
    return recall
