"""Add a child with where she lives and who works with her; move her when that changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from formsvc.access.people import Person
from formsvc.access.table import Action, reach
from formsvc.errors import Forbidden
from formsvc.store import children, organisations, placements, users
from formsvc.store.children import ChildLine, Identity
from formsvc.store.organisations import Place
from formsvc.store.relations import within
from formsvc.store.session import Store
from formsvc.store.users import User
from formsvc.workflow.actors import Actor, note


def homes(store: Store) -> tuple[Place, ...]:
    """Return every open home, by name."""
    with store.read() as tx:
        return tuple(one for one in organisations.places(tx) if one.kind == "home")


def workers_for(store: Store, *, person: Person) -> tuple[User, ...]:
    """Return whose caseload a child can be put on: one's own alone, or one's team's for its manager."""
    with store.read() as tx:
        found = users.members(tx, organisation_id=person.organisation_id)
    return tuple(
        user
        for user, held in found
        if held.role == "social_worker" and held.team_id is not None and held.team_id == person.team_id
    )


def known_already(store: Store, *, person: Person, identity: Mapping[str, str]) -> tuple[ChildLine, ...]:
    """Return the children within one's own reach who have this name and date of birth."""
    with store.read() as tx:
        found = children.search(
            tx,
            identity["name"],
            controllers=(person.organisation_id,),
            where=within(tx, person, reach(person.role, Action.see_child)),
        )
    born = identity["date_of_birth"]
    return tuple(one for one in found if not born or one.identity.date_of_birth in (born, ""))


def add_child(
    store: Store,
    *,
    person: Person,
    actor: Actor,
    identity: Mapping[str, str],
    placement: Mapping[str, Any],
    worker_id: str,
) -> str:
    """Add a child to one's team, place her, put her on a worker's caseload; return her id.

    Raises Forbidden for a worker who is neither oneself nor of one's team.
    """
    if worker_id != person.user_id and worker_id not in {one.id for one in workers_for(store, person=person)}:
        raise Forbidden
    with store.write() as tx:
        child_id = children.add(
            tx,
            controller_id=person.organisation_id,
            identity=Identity(**identity),
            created_by=person.user_id,
            team_id=person.team_id,
        )
        placed = placements.move(tx, child_id=child_id, controller_id=person.organisation_id, **placement)
        placements.allocate(tx, child_id=child_id, user_id=worker_id)
        note(
            tx,
            actor,
            "child.add",
            child_id=child_id,
            placement=placed,
            area=placement["area_id"],
            worker=worker_id,
        )
        return child_id


def move_child(
    store: Store, *, actor: Actor, child_id: str, controller_id: str, placement: Mapping[str, Any]
) -> str:
    """End where a child lives and begin another placement now; return its id."""
    with store.write() as tx:
        placed = placements.move(tx, child_id=child_id, controller_id=controller_id, **placement)
        children.touch(tx, child_id)
        note(tx, actor, "child.move", child_id=child_id, subject_id=placed, area=placement["area_id"])
        return placed
