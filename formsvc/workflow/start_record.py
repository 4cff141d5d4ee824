"""Begin a form about a child: a record with its first draft, in the form as its area has it today."""

from __future__ import annotations

from dataclasses import dataclass

from formsvc.access.people import Person
from formsvc.definitions.model import Effective
from formsvc.store import children, definitions, records, revisions
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.confidential_place import as_for
from formsvc.workflow.prefill import fill_in
from formsvc.workflow.see_child import Still, judge_still_about


@dataclass(frozen=True, kw_only=True)
class Started:
    """The record, its printed reference, and the draft to work on.

    `is_new` is False where it was there already; `revision_id` is empty where nothing of it is worked on.
    """

    record_id: str
    reference: str
    revision_id: str
    is_new: bool = True


def start_record(
    store: Store,
    *,
    actor: Actor,
    child_id: str,
    effective: Effective,
    once: bool = False,
    person: Person | None = None,
    still: Still | None = None,
) -> Started:
    """Begin a record, filled in with what is known for `person`; raise NotFound for an unknown child.

    With `once` a child has one living record of the form: who comes second is given the first one's.
    `still` is who begins it, to be judged in the same transaction.
    """
    with store.write() as tx:
        children.lock(tx, child_id)
        judge_still_about(tx, still, child_id=child_id, definition=effective.id)
        child = children.get(tx, child_id)
        there = _there(tx, actor, child_id=child_id, definition_id=effective.id) if once else None
        if there is not None:
            return there
        effective = as_for(tx, effective, child_id=child_id)
        record_id = records.add(
            tx,
            child_id=child_id,
            controller_id=child.controller_id,
            definition_id=effective.id,
            area_id=effective.area.id,
            reference_prefix=effective.reference_prefix,
            created_by=actor.user_id,
        )
        revision_id = revisions.add(
            tx,
            record_id=record_id,
            number=1,
            definition_hash=definitions.keep(tx, effective),
            supersedes=None,
            created_by=actor.user_id,
        )
        filled = 0
        if person is not None:
            filled = fill_in(
                tx,
                actor=actor,
                person=person,
                record_id=record_id,
                revision_id=revision_id,
                child_id=child_id,
                effective=effective,
            )
        children.touch(tx, child_id)
        note(
            tx,
            actor,
            "record.start",
            child_id=child_id,
            record_id=record_id,
            subject_id=revision_id,
            definition=effective.hash,
            filled=filled,
        )
        return Started(
            record_id=record_id, reference=records.get(tx, record_id).reference, revision_id=revision_id
        )


def _there(tx: Tx, actor: Actor, *, child_id: str, definition_id: str) -> Started | None:
    found = records.living(tx, child_id=child_id, definition_id=definition_id, person_id=actor.user_id)
    if found is None:
        return None
    opened = revisions.opened(tx, found)
    return Started(
        record_id=found,
        reference=records.get(tx, found).reference,
        revision_id="" if opened is None else opened.id,
        is_new=False,
    )
