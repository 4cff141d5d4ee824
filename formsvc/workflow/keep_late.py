"""What a home was still typing when the child moved: kept for the child's worker, never put into the form."""

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
    """Keep what was typed into a form of a child who has left one's home; raise NotFound for any other."""
    with store.write() as tx:
        record = records.get(tx, record_id)
        tied = relations.relations(tx, person, child_id=record.child_id)
        if tied is None or Relation.former_placement not in tied:
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
