"""Add a child with where she lives and who works with her; move her when that changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from formsvc.access.people import Person
from formsvc.access.policy import Policy
from formsvc.access.table import Action, reach
from formsvc.cases.working_days import end_of
from formsvc.errors import Forbidden
from formsvc.store import children, organisations, placements, review_requests, revisions, users
from formsvc.store.children import ChildLine, Identity
from formsvc.store.organisations import Place
from formsvc.store.placements import Placement
from formsvc.store.relations import within
from formsvc.store.session import Store
from formsvc.store.users import User
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.confidential_place import close_open_forms

UNDO_WITHIN: Final = timedelta(days=3)
"""How long a move can be undone as a mistake; after that, where the child lived is what happened."""


def homes(store: Store, *, person: Person) -> tuple[Place, ...]:
    """Return the open homes in which a person's organisation can place a child, by name."""
    with store.read() as tx:
        return organisations.homes_for(tx, organisation_id=person.organisation_id)


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

    Raises Forbidden for a worker who is neither oneself nor of one's team, PlaceClosed for a home or a team
    that was closed meanwhile.
    """
    if worker_id != person.user_id and worker_id not in {one.id for one in workers_for(store, person=person)}:
        raise Forbidden
    with store.write() as tx:
        if person.team_id is not None:
            organisations.hold_open(tx, "team", person.team_id)
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


def where_now(store: Store, *, child_id: str) -> tuple[Placement, ...]:
    """Return where a child lives and lived, newest first, moves that were undone left out."""
    with store.read() as tx:
        return tuple(one for one in placements.of_child(tx, child_id) if not one.is_undone)


def move_child(
    store: Store,
    *,
    actor: Actor,
    policy: Policy,
    child_id: str,
    controller_id: str,
    placement: Mapping[str, Any],
    instead_of: str | None = None,
) -> str:
    """End where a child lives, begin another placement, and ask for each current form to be reviewed.

    Returns the placement's id. Raises StaleVersion where the child does not live at `instead_of` any more,
    PlaceClosed where the home was closed meanwhile.
    """
    with store.write() as tx:
        revisions.opened_of_child(tx, child_id)  # forms first, as everybody takes their locks
        placed = placements.move(
            tx, child_id=child_id, controller_id=controller_id, instead_of=instead_of, **placement
        )
        review_requests.close(tx, child_id=child_id, outcome="moved_again", by=actor.user_id)
        asked = [
            review_requests.ask(
                tx,
                child_id=child_id,
                placement_id=placed,
                record_id=one.record_id,
                revision_id=one.revision_id,
                due_at=end_of(tx.at, days=policy.days_to_review(one.area_id)),
            )
            for one in review_requests.current_forms(tx, child_id)
        ]
        close_open_forms(tx, actor=actor, child_id=child_id)
        children.touch(tx, child_id)
        note(
            tx,
            actor,
            "child.move",
            child_id=child_id,
            subject_id=placed,
            area=placement["area_id"],
            reviews=len(asked),
        )
        return placed


def undo_move(store: Store, *, actor: Actor, child_id: str, placement_id: str, why: str) -> None:
    """Put a child back who was moved by mistake: as if the move had not been, but that it is noted.

    Raises StaleVersion where it is not the last move any more, or older than UNDO_WITHIN; PlaceClosed where
    the home of before was closed meanwhile.
    """
    with store.write() as tx:
        revisions.opened_of_child(tx, child_id)
        moved_at = placements.undo(
            tx,
            child_id=child_id,
            placement_id=placement_id,
            since=tx.at - UNDO_WITHIN,
            why=why,
            by=actor.user_id,
        )
        review_requests.close(tx, child_id=child_id, outcome="undone", by=actor.user_id)
        review_requests.reopen(tx, child_id=child_id, at=moved_at)
        close_open_forms(tx, actor=actor, child_id=child_id)
        children.touch(tx, child_id)
        note(tx, actor, "child.move_undo", child_id=child_id, subject_id=placement_id, reason=bool(why))
