"""Begin a form about a child: a record with its first draft, in the form as its area has it today."""

from __future__ import annotations

from dataclasses import dataclass

from formsvc.definitions.model import Effective
from formsvc.store import children, definitions, records, revisions
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note


@dataclass(frozen=True, kw_only=True)
class Started:
    """The record, its printed reference, and the draft to work on."""

    record_id: str
    reference: str
    revision_id: str


def start_record(store: Store, *, actor: Actor, child_id: str, effective: Effective) -> Started:
    """Begin a record; raise NotFound for an unknown child."""
    with store.write() as tx:
        child = children.get(tx, child_id)
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
        children.touch(tx, child_id)
        note(
            tx,
            actor,
            "record.start",
            child_id=child_id,
            record_id=record_id,
            subject_id=revision_id,
            definition=effective.hash,
        )
        return Started(
            record_id=record_id, reference=records.get(tx, record_id).reference, revision_id=revision_id
        )
