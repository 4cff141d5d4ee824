"""What was still typed when a child moved or was given to others: kept for the child's worker, not saved."""

from __future__ import annotations

from collections.abc import Sequence

from formsvc.access.people import Person
from formsvc.access.table import Action, Relation, Role, reach
from formsvc.errors import NotFound
from formsvc.store import late_pages, records, relations
from formsvc.store.late_pages import LatePage
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note


def keep_late(
    store: Store,
    *,
    person: Person,
    actor: Actor,
    record_id: str,
    page_id: str,
    typed: Sequence[tuple[str, str]],
) -> None:
    """Keep what was typed into a form that one may not write any more; raise NotFound for any other.

    The child has left one's home, or is with another team or worker of the same authority. Whoever calls
    has seen that the page was opened by them.
    """
    with store.write() as tx:
        record = records.get(tx, record_id)
        tied = relations.relations(tx, person, child_id=record.child_id)
        if tied is None or tied & reach(person.role, Action.edit_record):
            raise NotFound
        if not tied & {Relation.former_placement, Relation.organisation}:
            raise NotFound
        made = late_pages.add(
            tx,
            child_id=record.child_id,
            record_id=record_id,
            page_id=page_id,
            user_id=person.user_id,
            pairs=typed,
        )
        note(
            tx,
            actor,
            "section.late",
            child_id=record.child_id,
            record_id=record_id,
            subject_id=made,
            page=page_id,
        )


def late_for(store: Store, *, person: Person) -> tuple[LatePage, ...]:
    """Return what came too late about the children of a worker, or of a team's manager."""
    if person.role not in (Role.social_worker, Role.team_manager):
        return ()
    own = frozenset({Relation.allocated if person.role is Role.social_worker else Relation.team})
    with store.read() as tx:
        return late_pages.unread(tx, person, own & reach(person.role, Action.edit_record))


def read_late(store: Store, *, record_id: str, late_id: str) -> tuple[LatePage, tuple[tuple[str, str], ...]]:
    """Return a page that came too late and what was typed on it; raise NotFound."""
    with store.read() as tx:
        one = late_pages.get(tx, late_id, record_id=record_id)
        return one, late_pages.typed(tx, one)


def late_is_read(store: Store, *, actor: Actor, record_id: str, late_id: str) -> None:
    """Note that somebody dealt with a page that came too late; raise NotFound."""
    with store.write() as tx:
        one = late_pages.get(tx, late_id, record_id=record_id)
        late_pages.read(tx, late_id, by=actor.user_id)
        note(tx, actor, "section.late_read", child_id=one.child_id, record_id=record_id, subject_id=late_id)
