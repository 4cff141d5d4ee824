"""Reveal one secret, once, for a reason that is kept sealed and an entry that says that there was one."""

from __future__ import annotations

from formsvc.access.people import Person
from formsvc.errors import NotFound, WrongState
from formsvc.store import records, secrets
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.keep_secret import answers_of, in_use, reference, slot_at
from formsvc.workflow.see_child import Still, judge_still


def reveal_secret(
    store: Store,
    *,
    person: Person,
    actor: Actor,
    record_id: str,
    path: str,
    why: str,
    look_id: str,
    still: Still | None = None,
) -> str:
    """Return the secret at a path of a record. `look_id` is of the page that asked and opens nothing twice.

    Raises NotFound where none is kept, SecretsOff, WrongState for a page that was used already,
    ContentDestroyed.
    """
    with store.write() as tx:
        judge_still(tx, still, record_id=record_id)
        record = records.get(tx, record_id)
        revision = in_use(tx, record_id)
        slot = slot_at(tx, person, record, revision, path)
        found = reference(answers_of(tx, revision), slot)
        if not found:
            raise NotFound
        value = secrets.reveal(tx, found, child_id=record.child_id, field=slot.field, row_id=slot.row_id)
        if not secrets.note_look(
            tx, id=look_id, reference=found, child_id=record.child_id, user_id=actor.user_id, why=why
        ):
            raise WrongState
        note(
            tx,
            actor,
            "secret.reveal",
            child_id=record.child_id,
            record_id=record_id,
            subject_id=found,
            field=slot.field,
            reason=bool(why),
        )
        return value
