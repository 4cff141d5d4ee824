"""Look after people: invite, let in again, hand out a link to choose a password."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from formsvc.access.people import PLACE_OF, ROLES_OF, Held, Person, may_give, may_look_after
from formsvc.access.table import Role
from formsvc.errors import Forbidden, NotFound, WrongState
from formsvc.store import accounts, invitations, organisations, sessions, users
from formsvc.store.accounts import AccountLine
from formsvc.store.invitations import Invitation, Offer
from formsvc.store.organisations import Place
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.reset_password import state_of
from formsvc.workflow.sessions import hashed, new_token

LASTS: Final = {"invite": timedelta(days=7), "reset": timedelta(hours=2)}
"""How long a link opens an account."""


@dataclass(frozen=True, kw_only=True)
class HandedOut:
    """A link to hand to somebody: told once. `token` is empty where the account is open already.

    `kind` is reset or invite (of an account one looks after), or invitation (which has yet to be accepted).
    """

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
    """Offer a role to an email address; return the link to hand over. One's own people have it at once.

    Whoever is not of this organisation has the role when they accept it, and what comes back is the same
    whether the address has an account or none. Raises Forbidden for oneself and for a role or place that
    is not the person's to give, WrongState where it is held, PlaceClosed.
    """
    offered = givable(store, person=person)
    if (role, place_id) not in {(one.role, None if one.place is None else one.place.id) for one in offered}:
        raise Forbidden
    if email.strip().lower() == person.email:
        raise Forbidden  # whoever looks after people does not widen their own sight
    with store.write() as tx:
        if place_id is not None:
            organisations.hold_open(tx, PLACE_OF[role], place_id)
        ours = _of_organisation(tx, email, organisation_id=person.organisation_id)
        if ours is not None:
            return _give(tx, ours, person=person, actor=actor, role=role, place_id=place_id)
        token = new_token()
        made = offer_role(
            tx,
            actor,
            Offer(
                organisation_id=person.organisation_id,
                email=email,
                name=name,
                role=role.value,
                place_kind=PLACE_OF.get(role, ""),
                place_id=place_id,
                token_hash=hashed(token),
            ),
        )
        note(tx, actor, "person.invite", subject_id=made, given=role.value, place=place_id)
        return HandedOut(name=name, email=email, kind="invitation", token=token)


def offer_role(tx: Tx, actor: Actor, offer: Offer) -> str:
    """Keep what a role is offered with, for as long as a link lasts; return the invitation's id."""
    lasts = tx.at + LASTS["invite"]
    return invitations.add(tx, offer, created_by=actor.user_id or "", expires_at=lasts)


def offered_by(store: Store, *, person: Person) -> tuple[Invitation, ...]:
    """Return what was offered to people outside and is not accepted, as far as it is a person's to give."""
    own = None if person.role is Role.administrator else (person.team_id or person.home_id or "-")
    with store.read() as tx:
        return invitations.of_organisation(tx, organisation_id=person.organisation_id, place_id=own)


def withdraw_invitation(store: Store, *, person: Person, actor: Actor, invitation_id: str) -> None:
    """Take back what was offered; raise NotFound for what is another's, WrongState where it is answered."""
    with store.write() as tx:
        found = invitations.get(tx, invitation_id, lock=True)
        held = Held(role=found.role, organisation_id=found.organisation_id, place_id=found.place_id)
        if not may_give(person, held):
            raise NotFound
        if found.answered_at is not None:
            raise WrongState
        invitations.answer(tx, found.id, how="withdrawn")
        note(tx, actor, "person.uninvite", subject_id=found.id)


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


def _of_organisation(tx: Tx, email: str, *, organisation_id: str) -> str | None:
    """Return whose address it is, if they have a role in an organisation now; None for anybody else."""
    try:
        account = users.by_email(tx, email)
    except NotFound:
        return None
    has = any(one.organisation_id == organisation_id for one in accounts.held(tx, user_id=account.user.id))
    return account.user.id if has and not account.closed else None


def _give(
    tx: Tx, user_id: str, *, person: Person, actor: Actor, role: Role, place_id: str | None
) -> HandedOut:
    """Give one more role to somebody of one's own organisation, at once."""
    held, wanted = accounts.held(tx, user_id=user_id), _held(person, role, place_id)
    if wanted in held:
        raise WrongState
    kind = PLACE_OF.get(role)
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
