"""Put a legal hold on a child, lift it: while one stands, nothing held on her is disposed of."""

from __future__ import annotations

from formsvc.store import disposals, holds, jobs
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.retention import dispose_key


def put_hold(store: Store, *, actor: Actor, child_id: str, why: str) -> str:
    """Put a hold on a child and stop a disposal that stands; return the hold's id."""
    with store.write() as tx:
        hold_id = holds.begin(tx, child_id=child_id, why=why, by=actor.user_id)
        stopped = disposals.cancel(tx, child_id=child_id, by=actor.user_id, why="held")
        if stopped is not None:
            jobs.forget(tx, key=dispose_key(stopped))
        told = {} if stopped is None else {"stopped": stopped}
        note(tx, actor, "child.hold", child_id=child_id, subject_id=hold_id, **told)
        return hold_id


def lift_hold(store: Store, *, actor: Actor, child_id: str, hold_id: str, why: str) -> None:
    """Lift a hold; raise NotFound where it does not stand on this child."""
    with store.write() as tx:
        holds.lift(tx, child_id=child_id, hold_id=hold_id, why=why, by=actor.user_id)
        note(tx, actor, "child.lift_hold", child_id=child_id, subject_id=hold_id)
