"""Look after people: invite, let in again, hand out a link to choose a password."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from formsvc.access.people import PLACE_OF, ROLES_OF, Held, Person, may_give, may_look_after
from formsvc.access.table import Role
from formsvc.errors import Forbidden, NotFound, WrongState
from formsvc.store import accounts, organisations, sessions, users
from formsvc.store.accounts import AccountLine
from formsvc.store.organisations import Place
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.reset_password import state_of
from formsvc.workflow.sessions import hashed, new_token

LASTS: Final = {"invite": timedelta(days=7), "reset": timedelta(hours=2)}
"""How long a link opens an account."""


@dataclass(frozen=True, kw_only=True)
class HandedOut:
    """A link to hand to somebody: told once. `token` is empty where the account is open already."""

    name: str
    email: str
    kind: str
    token: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Givable:
    """A role that a person may give, and where."""

    role: Role
    place: Place | None


def people_of(store: Store, *, person: Person, text: str = "") -> tuple[AccountLine, ...]:
    """Return the accounts that a person looks after: all of the organisation, or of one's own place."""
    own = None if person.role is Role.administrator else (person.team_id or person.home_id or "-")
    with store.read() as tx:
        return accounts.listing(tx, organisation_id=person.organisation_id, place_id=own, text=text)


def givable(store: Store, *, person: Person) -> tuple[Givable, ...]:
    """Return the roles a person may give, in order, with the places they can be held in."""
    with store.read() as tx:
        kind = organisations.get(tx, person.organisation_id).kind
        places = organisations.places(tx, organisation_id=person.organisation_id)
    found: list[Givable] = []
    for role in ROLES_OF.get(kind, (Role.administrator,)):
        wanted = PLACE_OF.get(role)
        found += [
            Givable(role=role, place=place)
            for place in ([None] if wanted is None else [one for one in places if one.kind == wanted])
            if may_give(person, _held(person, role, None if place is None else place.id))
        ]
    return tuple(found)


def invite(
    store: Store, *, person: Person, actor: Actor, email: str, name: str, role: Role, place_id: str | None
) -> HandedOut:
    """Give somebody a role; return a link to choose a password where the account has none yet.

    Raises Forbidden for oneself and for a role or place that is not the person's to give, WrongState
    where it is held.
    """
    offered = givable(store, person=person)
    if (role, place_id) not in {(one.role, None if one.place is None else one.place.id) for one in offered}:
        raise Forbidden
    kind = PLACE_OF.get(role)
    with store.write() as tx:
        user_id = _user(tx, email=email, name=name)
        if user_id == person.user_id:
            raise Forbidden  # whoever looks after people does not widen their own sight
        held = accounts.held(tx, user_id=user_id)
        wanted = _held(person, role, place_id)
        if wanted in held:
            raise WrongState
        users.add_membership(
            tx,
            user_id=user_id,
            organisation_id=person.organisation_id,
            role=role.value,
            team_id=place_id if kind == "team" else None,
            home_id=place_id if kind == "home" else None,
            force_id=place_id if kind == "force" else None,
        )
        note(tx, actor, "person.invite", subject_id=user_id, given=role.value, place=place_id)
        account = users.by_id(tx, user_id)
        ours = may_look_after(person, user_id, (*held, wanted))
        token = _link(tx, actor, user_id, kind="invite") if account.password is None and ours else ""
        return HandedOut(name=account.user.name, email=account.user.email, kind="invite", token=token)


def release_lockout(store: Store, *, person: Person, actor: Actor, user_id: str) -> str:
    """Let somebody who was locked out try again; return the name. Raises NotFound for another's people."""
    with store.write() as tx:
        _mine(tx, person, user_id)
        users.release(tx, user_id=user_id)
        note(tx, actor, "person.release", subject_id=user_id)
        return users.get(tx, user_id).name


def hand_out_reset(store: Store, *, person: Person, actor: Actor, user_id: str) -> HandedOut:
    """Return a link to choose a new password, for somebody of one's own; raise NotFound for another's."""
    with store.write() as tx:
        _mine(tx, person, user_id)
        account = users.by_id(tx, user_id)
        kind = "reset" if account.password is not None else "invite"
        token = _link(tx, actor, user_id, kind=kind)
        note(tx, actor, "person.reset", subject_id=user_id)
        return HandedOut(name=account.user.name, email=account.user.email, kind=kind, token=token)


def end_role(store: Store, *, person: Person, actor: Actor, membership_id: str) -> str:
    """End a role now; return the name of who held it. Raises NotFound for a role not one's to give."""
    lines = {one.membership_id: one for one in people_of(store, person=person)}
    line = lines.get(membership_id)
    if line is None or line.user_id == person.user_id:
        raise NotFound
    wanted = Held(role=line.role, organisation_id=person.organisation_id, place_id=line.place_id)
    if not may_give(person, wanted):
        raise NotFound
    with store.write() as tx:
        users.end_membership(tx, membership_id=membership_id)
        sessions.end_of_role(tx, membership_id=membership_id, why="role_ended")
        note(tx, actor, "person.end_role", subject_id=line.user_id, membership=membership_id)
        return line.name


def _mine(tx: Tx, person: Person, user_id: str) -> None:
    if not may_look_after(person, user_id, accounts.held(tx, user_id=user_id)):
        raise NotFound


def _user(tx: Tx, *, email: str, name: str) -> str:
    try:
        return users.by_email(tx, email).user.id
    except NotFound:
        return users.add(tx, email=email, name=name)


def _link(tx: Tx, actor: Actor, user_id: str, *, kind: str) -> str:
    token = new_token()
    accounts.add_link(
        tx,
        token_hash=hashed(token),
        user_id=user_id,
        kind=kind,
        state=state_of(users.by_id(tx, user_id)),
        created_by=actor.user_id,
        expires_at=tx.at + LASTS[kind],
    )
    return token


def _held(person: Person, role: Role, place_id: str | None) -> Held:
    return Held(role=role.value, organisation_id=person.organisation_id, place_id=place_id)
