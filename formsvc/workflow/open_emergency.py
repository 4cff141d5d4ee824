"""Break the glass: a child is here, nothing lets one see what is known, and it cannot wait.

Whoever opens it names the child and says why; what is opened is the newest copies made for their role, for
an hour. Nothing is told before: a child who is not here, one who is withheld from them by name and one
whose name is misspelt get the same answer. How often somebody may try is counted for the person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from formsvc.access.people import Person
from formsvc.access.table import Action, Relation, Role, allowed, ever
from formsvc.errors import FormsvcError, NotFound
from formsvc.store import children, emergencies, organisations, relations, users
from formsvc.store.emergencies import Running
from formsvc.store.findable import name_words, typed_words
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note

OPEN: Final = "emergency.open"
LASTS: Final = timedelta(minutes=60)
MOST_OPENED: Final = 3
MOST_MISSED: Final = 6
"""How often in 24 hours somebody may open one, and how often name no child they can be shown."""
LEAST_WORDS: Final = 4
"""Words of a reason: "missing" is none."""
_A_DAY: Final = timedelta(hours=24)
_LEAST_NAMES: Final = 2

log = structlog.get_logger()


class EmergencyRefused(FormsvcError):
    """No child is opened: `detail` is no_child, whatever the cause, or too_often."""

    code = "emergency_refused"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Sought:
    """Whom somebody means: a reference, or else a name with a date of birth (2011-03-17)."""

    reference: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    date_of_birth: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The child, and until when; None where the person may see her without an emergency."""

    child_id: str
    until_at: datetime | None


def open_emergency(store: Store, *, person: Person, actor: Actor, sought: Sought, why: str) -> Opened:
    """Let somebody in for LASTS, noted and to be reviewed; raise EmergencyRefused.

    The caller has judged the password already, and the reason's length (`is_reason`).
    """
    with store.write() as tx:
        found = _opened(tx, person, actor, sought, why)
    if isinstance(found, str):
        raise EmergencyRefused(found)
    if found.until_at is not None:
        log.warning("emergency access", user=person.user_id)
    return found


def is_reason(why: str) -> bool:
    """Say whether a reason says anything: so many words at least."""
    return len(why.split()) >= LEAST_WORDS


def running(store: Store, *, person: Person) -> tuple[Running, ...]:
    """Return what somebody has open in an emergency now, in the role they act in."""
    if not ever(person.role, Action.break_glass):
        return ()
    with store.read() as tx:
        return emergencies.running(tx, membership_id=person.membership_id)


def end_emergency(store: Store, *, person: Person, actor: Actor, emergency_id: str) -> None:
    """End one's own look before its time; raise NotFound."""
    with store.write() as tx:
        child_id = emergencies.end(tx, emergency_id=emergency_id, membership_id=person.membership_id)
        note(tx, actor, "emergency.end", child_id=child_id, subject_id=emergency_id)


def is_in_emergency(role: Role, tied: frozenset[Relation]) -> bool:
    """Say whether nothing but an emergency lets a role see a child."""
    others = tied - {Relation.emergency}
    return allowed(role, Action.see_child, tied) and not allowed(role, Action.see_child, others)


def _opened(tx: Tx, person: Person, actor: Actor, sought: Sought, why: str) -> Opened | str:
    users.by_id(tx, person.user_id, lock=True)  # of two tries at once one comes second, and is counted
    opened, missed = emergencies.tries(tx, user_id=person.user_id, since=tx.at - _A_DAY, act=OPEN)
    if opened >= MOST_OPENED or missed >= MOST_MISSED:
        note(tx, actor, "emergency.too_often", outcome="refused", opened=opened, missed=missed)
        return "too_often"
    child_id = _find(tx, sought)
    if child_id is None:
        note(tx, actor, OPEN, outcome="refused", why="no_child")
        return "no_child"
    if emergencies.is_shut_out(tx, user_id=person.user_id, child_id=child_id):
        note(tx, actor, OPEN, outcome="refused", why="withheld", child_id=child_id)
        return "no_child"
    tied = relations.relations(tx, person, child_id=child_id) or frozenset()
    if allowed(person.role, Action.see_child, tied):
        return Opened(child_id=child_id, until_at=None)
    until = tx.at + LASTS
    made = emergencies.add(
        tx,
        child_id=child_id,
        user_id=person.user_id,
        membership_id=person.membership_id,
        why=why,
        until_at=until,
    )
    note(tx, actor, OPEN, child_id=child_id, subject_id=made, minutes=LASTS.seconds // 60, reason=True)
    return Opened(child_id=child_id, until_at=until)


def _find(tx: Tx, sought: Sought) -> str | None:
    """Return the one child who is meant, of whichever organisation here; None for none and for several."""
    if sought.reference:
        try:
            return children.by_reference(tx, sought.reference)
        except NotFound:
            return None
    typed = frozenset(typed_words(sought.name))
    if len(typed) < _LEAST_NAMES or not sought.date_of_birth:
        return None
    found = children.search(
        tx,
        f"{sought.name} {sought.date_of_birth}",
        controllers=[one.id for one in organisations.listing(tx)],
    )
    meant = [
        one.id
        for one in found
        if one.identity.date_of_birth == sought.date_of_birth and typed <= name_words(one.identity.names)
    ]
    return meant[0] if len(meant) == 1 else None
