"""Review a look that was taken in an emergency: by whoever leads the case, never by who took it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from formsvc.access.people import Person
from formsvc.access.table import Action, ever, reach
from formsvc.errors import Forbidden, WrongState
from formsvc.store import emergencies
from formsvc.store.audit import Entry
from formsvc.store.emergencies import Emergency
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note

REVIEW_WITHIN: Final = timedelta(days=3)
FINDINGS: Final = ("justified", "not_justified")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A look that nobody has reviewed."""

    emergency: Emergency
    due_at: datetime
    is_overdue: bool
    is_running: bool


def emergencies_for(store: Store, *, person: Person) -> tuple[Waiting, ...]:
    """Return the looks that others took at the children of a lead or a worker and nobody has reviewed."""
    if not ever(person.role, Action.see_emergency):
        return ()
    with store.read() as tx:
        found = emergencies.unreviewed(tx, person, reach(person.role, Action.see_emergency))
        return tuple(
            Waiting(
                emergency=one,
                due_at=one.from_at + REVIEW_WITHIN,
                is_overdue=tx.at > one.from_at + REVIEW_WITHIN,
                is_running=one.until_at > tx.at,
            )
            for one in found
        )


def child_of(store: Store, *, emergency_id: str) -> str:
    """Return the id of the child a look was taken at; raise NotFound."""
    with store.read() as tx:
        return emergencies.get(tx, emergency_id).child_id


def read_emergency(store: Store, *, emergency_id: str) -> tuple[Emergency, tuple[Entry, ...]]:
    """Return a look and all that was seen in it; raise NotFound."""
    with store.read() as tx:
        one = emergencies.get(tx, emergency_id)
        return one, emergencies.seen(tx, one)


def review_emergency(store: Store, *, actor: Actor, emergency_id: str, finding: str, remark: str) -> None:
    """Say whether a look was justified; raise Forbidden for who took it, WrongState where it is reviewed."""
    if finding not in FINDINGS:
        raise ValueError(f"finding must be one of {FINDINGS}")
    with store.write() as tx:
        one = emergencies.get(tx, emergency_id)
        if one.user_id == actor.user_id:
            raise Forbidden("own", rule="own", words="Nobody reviews a look of their own.")
        if one.reviewed_at is not None:
            raise WrongState
        child_id = emergencies.review(
            tx,
            emergency_id=emergency_id,
            reviewed_by=actor.user_id or "",
            finding=finding,
            remark=remark,
        )
        note(tx, actor, "emergency.review", child_id=child_id, subject_id=emergency_id, finding=finding)
