"""Say what was done with paper: put in the folder; taken out and destroyed, which a recall then knows."""

from __future__ import annotations

from collections.abc import Collection

from formsvc.access.people import Person
from formsvc.store import paper, recalls
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.answer_recall import close_if_answered


def tick_paper(
    store: Store, *, person: Person, actor: Actor, filed: Collection[str], destroyed: Collection[str]
) -> int:
    """Keep what somebody did with the paper of some revisions in their home; return for how many.

    What the home does not hold, or was ticked already, changes nothing. What is in both was destroyed.
    """
    if person.home_id is None:
        return 0
    count = 0
    with store.write() as tx:
        for revision_id in dict.fromkeys(destroyed):
            count += _destroy(tx, person.home_id, revision_id, actor=actor)
        for revision_id in dict.fromkeys(filed):
            count += _file(tx, person.home_id, revision_id, actor=actor)
    return count


def _destroy(tx: Tx, home_id: str, revision_id: str, *, actor: Actor) -> bool:
    held = paper.held(tx, home_id=home_id, revision_id=revision_id)
    if held is None:
        return False
    child_id, record_id = held
    given = paper.destroy(tx, home_id=home_id, revision_id=revision_id, by=actor.user_id)
    note(
        tx,
        actor,
        "paper.destroy",
        child_id=child_id,
        record_id=record_id,
        subject_id=revision_id,
        home=home_id,
        copies=len(given),
    )
    for line_id, recall_id in recalls.of_handed_out(tx, given):
        recall = recalls.get(tx, recall_id, lock=True)
        if recall.closed_at is not None:
            continue
        recalls.answer(tx, line_id=line_id, kind="destroyed", at=tx.at, by=actor.user_id)
        note(
            tx,
            actor,
            "recall.answer",
            child_id=child_id,
            record_id=record_id,
            subject_id=recall_id,
            line=line_id,
            answer="destroyed",
            revision=recall.number,
        )
        close_if_answered(tx, recall, actor=actor)
    return True


def _file(tx: Tx, home_id: str, revision_id: str, *, actor: Actor) -> bool:
    held = paper.held(tx, home_id=home_id, revision_id=revision_id)
    if held is None or not paper.put_in_folder(
        tx, home_id=home_id, revision_id=revision_id, by=actor.user_id
    ):
        return False
    child_id, record_id = held
    note(
        tx,
        actor,
        "paper.file",
        child_id=child_id,
        record_id=record_id,
        subject_id=revision_id,
        home=home_id,
    )
    return True
