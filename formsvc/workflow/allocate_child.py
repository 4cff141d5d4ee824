"""Say which team and which workers answer for a child. Who is left out loses sight of her at once.

Nothing that was written moves: a draft stays with its record, and whoever answers for the child goes on
with it. From when until when each worker had her is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from formsvc.access.table import Role
from formsvc.errors import NotFound, StaleVersion
from formsvc.store import children, organisations, placements, users
from formsvc.store.organisations import Place
from formsvc.store.placements import Allocation
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.see_child import Still, judge_still_about


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Somebody whose caseload a child can be on, in a team (empty: the authority's) as what."""

    user_id: str
    name: str
    role: Role
    team_id: str
    team_name: str


@dataclass(frozen=True, kw_only=True)
class Allocated:
    """Who answers for a child now. `seen` marks it: a change is made against what was read."""

    team: Place | None
    workers: tuple[Allocation, ...]
    seen: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The open teams of the authority, and who can be chosen with one of them."""

    teams: tuple[Place, ...]
    workers: tuple[Worker, ...]


def allocated(store: Store, *, child_id: str) -> Allocated:
    """Return which team and workers answer for a child now; raise NotFound."""
    with store.read() as tx:
        return _now(tx, child_id)


def choices(store: Store, *, child_id: str, team_id: str) -> Choice:
    """Return who can answer for a child with a team: its social workers, those who do, interviewers."""
    with store.read() as tx:
        return _choices(tx, child_id, team_id=team_id)


def allocate_child(
    store: Store,
    *,
    actor: Actor,
    child_id: str,
    team_id: str,
    worker_ids: Collection[str],
    seen: str,
    still: Still | None = None,
) -> Allocated:
    """Give a child to a team and workers, from now; whoever is not named has her until now.

    Raises StaleVersion where somebody changed it since it was `seen`, PlaceClosed for a team that was
    closed, NotFound for a team or a worker that cannot be chosen.
    """
    with store.write() as tx:
        children.hold(tx, child_id)
        judge_still_about(tx, still, child_id=child_id)
        before = _now(tx, child_id)
        if before.seen != seen:
            raise StaleVersion
        organisations.hold_open(tx, "team", team_id)
        offered = _choices(tx, child_id, team_id=team_id)
        if team_id not in {one.id for one in offered.teams}:
            raise NotFound
        wanted = set(worker_ids)
        if wanted - {one.user_id for one in offered.workers}:
            raise NotFound
        held = {one.user_id for one in before.workers}
        for user_id in sorted(held - wanted):
            placements.end_allocation(tx, child_id=child_id, user_id=user_id)
        for user_id in sorted(wanted - held):
            placements.allocate(tx, child_id=child_id, user_id=user_id)
        children.set_team(tx, child_id=child_id, team_id=team_id)
        note(
            tx,
            actor,
            "child.allocate",
            child_id=child_id,
            subject_id=team_id,
            team_before=None if before.team is None else before.team.id,
            began=sorted(wanted - held),
            ended=sorted(held - wanted),
        )
        return _now(tx, child_id)


def _now(tx: Tx, child_id: str) -> Allocated:
    child = children.get(tx, child_id)
    places = organisations.places(tx, organisation_id=child.controller_id)
    workers = tuple(one for one in placements.workers(tx, child_id) if one.until_at is None)
    return Allocated(
        team=next((one for one in places if one.id == child.team_id), None),
        workers=workers,
        seen=_mark(child.team_id or "", [one.user_id for one in workers]),
    )


def _mark(team_id: str, user_ids: Sequence[str]) -> str:
    return hashlib.sha256("|".join([team_id, *sorted(user_ids)]).encode()).hexdigest()[:20]


def _choices(tx: Tx, child_id: str, *, team_id: str) -> Choice:
    child = children.get(tx, child_id)
    teams = {one.id: one for one in organisations.places(tx, organisation_id=child.controller_id)}
    has = {one.user_id for one in placements.workers(tx, child_id) if one.until_at is None}
    found: dict[str, Worker] = {}
    for user, held in users.members(tx, organisation_id=child.controller_id):
        is_of_team = held.role == Role.social_worker and held.team_id == team_id
        is_kept = held.role == Role.social_worker and user.id in has
        if user.id in found and not is_of_team:
            continue
        if is_of_team or is_kept or held.role == Role.return_interviewer:
            team = teams.get(held.team_id or "")
            found[user.id] = Worker(
                user_id=user.id,
                name=user.name,
                role=Role(held.role),
                team_id="" if team is None else team.id,
                team_name="" if team is None else team.name,
            )
    return Choice(
        teams=tuple(one for one in teams.values() if one.kind == "team"),
        workers=tuple(sorted(found.values(), key=lambda one: (one.role != Role.social_worker, one.name))),
    )
