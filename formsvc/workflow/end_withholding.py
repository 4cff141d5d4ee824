"""Let somebody see again what was withheld from them by name; end that somebody reads a part."""

from __future__ import annotations

from formsvc.errors import Forbidden, NotFound
from formsvc.store import withholdings
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note


def end_withholding(store: Store, *, actor: Actor, child_id: str, withholding_id: str) -> None:
    """Withhold no longer; raise NotFound where it does not hold, Forbidden for what is kept from oneself."""
    with store.write() as tx:
        found = {one.id: one for one in withholdings.of_child(tx, child_id)}.get(withholding_id)
        if found is None:
            raise NotFound
        if found.user_id == actor.user_id:
            raise Forbidden("nobody ends what is withheld from themselves")
        withholdings.end(tx, withholding_id=withholding_id, ended_by=actor.user_id)
        note(
            tx,
            actor,
            "withholding.end",
            child_id=child_id,
            record_id=found.record_id,
            subject_id=withholding_id,
            user=found.user_id,
            part=found.part,
        )


def end_reader(store: Store, *, actor: Actor, child_id: str, reader_id: str) -> None:
    """End that somebody who was named reads a part; raise NotFound where they are not named."""
    with store.write() as tx:
        record_id = withholdings.end_reader(
            tx, reader_id=reader_id, child_id=child_id, ended_by=actor.user_id
        )
        note(
            tx,
            actor,
            "withholding.end_reader",
            child_id=child_id,
            record_id=record_id,
            subject_id=reader_id,
        )
