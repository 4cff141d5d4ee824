"""Answer an invitation: signed in, by accepting or declining; without an account, by choosing a password.

Nothing an inviter sees tells whether the address has an account: the link leads to the same page, the
page gives the same answer, and the role is there only once somebody has accepted it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from formsvc.access.people import Held, may_give
from formsvc.access.table import Role
from formsvc.errors import NotFound, WrongState
from formsvc.store import accounts, invitations, organisations, persons, users
from formsvc.store.invitations import Invitation
from formsvc.store.organisations import PlaceClosed
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.passwords import hash_password
from formsvc.workflow.reset_password import LinkDead, check_words, own_words
from formsvc.workflow.sessions import hashed

INVITED: Final = "invited"
"""What the audit calls whoever answers without being signed in."""


@dataclass(frozen=True, kw_only=True)
class Invited:
    """Who invites whom, to what, until when."""

    id: str
    by_name: str
    organisation_name: str
    role: Role
    place_name: str
    email: str
    expires_at: datetime


def look_at_invitation(store: Store, *, token: str, user_id: str = "") -> Invited:
    """Return what a link invites to; raise LinkDead.

    For whoever is signed in under its address it still stands after a password was tried with it.
    """
    with store.read() as tx:
        found = _by_link(tx, token, tried=True)
        if found.used_at is not None and not (user_id and users.get(tx, user_id).email == found.email):
            raise LinkDead
        return _said(found)


def invitations_for(store: Store, *, user_id: str) -> tuple[Invited, ...]:
    """Return what waits for somebody's answer, the oldest first."""
    with store.read() as tx:
        email = users.get(tx, user_id).email
        return tuple(_said(one) for one in invitations.waiting_for(tx, email) if _stands(tx, one))


def invited_address(store: Store, *, user_id: str) -> str:
    """Return the address that somebody's invitations come to."""
    with store.read() as tx:
        return users.get(tx, user_id).email


def open_account(store: Store, *, token: str, password: str) -> None:
    """Open a new account by a link and accept; raise LinkDead, PasswordWeak.

    An account that the address has already is left as it is, in the same time and with the same answer:
    its owner signs in and accepts there. The link opens nothing again either way.
    """
    with store.read() as tx:
        found = _by_link(tx, token)
    words = own_words(found.name, email=found.email)
    check_words(password, words=words, organisations=[found.organisation_name])
    made = hash_password(password)
    with store.write() as tx:
        found = _by_link(tx, token, lock=True)
        invitations.use(tx, found.id)
        try:
            known = users.by_email(tx, found.email).user.id
        except NotFound:
            user_id = users.add(tx, email=found.email, name=found.name, password=made)
            note(tx, _nobody(user_id), "password.choose", subject_id=user_id, by="invitation")
            _accept(tx, found, user_id=user_id)
        else:
            note(tx, _nobody(None), "invitation.known", outcome="refused", subject_id=known)


def accept(store: Store, *, actor: Actor, token: str) -> str:
    """Take the role on that one was handed a link to; return the new membership's id.

    Both are asked for: being signed in under the address, and the link, so that whoever only opened an
    account under somebody's address accepts nothing that is meant for them. Raises LinkDead, NotFound for
    what is not one's own, WrongState where the role is held or its place closed.
    """
    with store.write() as tx:
        found = _by_link(tx, token, lock=True, tried=True)
        if users.get(tx, actor.user_id or "").email != found.email:
            raise NotFound
        made = _accept(tx, found, user_id=actor.user_id or "")
        note(tx, actor, "invitation.accept", subject_id=found.id, organisation=found.organisation_id)
        return made


def decline(store: Store, *, actor: Actor, invitation_id: str) -> None:
    """Say no; raise NotFound for what is not one's own, WrongState where it is answered."""
    with store.write() as tx:
        found = _own(tx, actor, invitation_id)
        _decline(tx, found)
        note(tx, actor, "invitation.decline", subject_id=found.id, organisation=found.organisation_id)


def decline_by_link(store: Store, *, token: str) -> None:
    """Say no without signing in; raise LinkDead."""
    with store.write() as tx:
        found = _by_link(tx, token, lock=True)
        invitations.use(tx, found.id)
        _decline(tx, found)


def _accept(tx: Tx, found: Invitation, *, user_id: str) -> str:
    held = Held(role=found.role, organisation_id=found.organisation_id, place_id=found.place_id)
    if held in accounts.held(tx, user_id=user_id):
        raise WrongState
    if found.place_id is not None:
        try:
            organisations.hold_open(tx, found.place_kind, found.place_id)
        except PlaceClosed as error:
            raise WrongState from error
    made = users.add_membership(
        tx,
        user_id=user_id,
        organisation_id=found.organisation_id,
        role=found.role,
        team_id=found.place_id if found.place_kind == "team" else None,
        home_id=found.place_id if found.place_kind == "home" else None,
        force_id=found.place_id if found.place_kind == "force" else None,
    )
    invitations.answer(tx, found.id, how="accepted", user_id=user_id)
    there = Actor(user_id=user_id, organisation_id=found.organisation_id, role=found.role)
    note(tx, there, "person.accept", subject_id=found.id, membership=made, place=found.place_id)
    return made


def _decline(tx: Tx, found: Invitation) -> None:
    """Tell those who invited that the answer is no, and not whose it is."""
    invitations.answer(tx, found.id, how="declined")
    there = Actor(user_id=None, organisation_id=found.organisation_id, role=INVITED)
    note(tx, there, "person.decline", subject_id=found.id)


def _by_link(tx: Tx, token: str, *, lock: bool = False, tried: bool = False) -> Invitation:
    try:
        found = invitations.by_token(tx, hashed(token), lock=lock)
    except NotFound as error:
        raise LinkDead from error
    if (found.used_at is not None and not tried) or not _stands(tx, found):
        raise LinkDead
    return found


def _own(tx: Tx, actor: Actor, invitation_id: str) -> Invitation:
    """Return an invitation to the address of who is signed in, held until the end; raise NotFound."""
    found = invitations.get(tx, invitation_id, lock=True)
    if users.get(tx, actor.user_id or "").email != found.email:
        raise NotFound
    if found.answered_at is not None:
        raise WrongState
    return found


def _stands(tx: Tx, found: Invitation) -> bool:
    """Say whether an invitation can be accepted: it waits, in time, and is still the inviter's to make."""
    if found.answered_at is not None or found.expires_at <= tx.at:
        return False
    held = Held(role=found.role, organisation_id=found.organisation_id, place_id=found.place_id)
    inviters = persons.of_user(tx, found.created_by)
    first = found.role == Role.administrator and any(one.role is Role.operator for one in inviters)
    return first or any(may_give(one, held) for one in inviters)


def _said(found: Invitation) -> Invited:
    return Invited(
        id=found.id,
        by_name=found.by_name,
        organisation_name=found.organisation_name,
        role=Role(found.role),
        place_name=found.place_name,
        email=found.email,
        expires_at=found.expires_at,
    )


def _nobody(user_id: str | None) -> Actor:
    return Actor(user_id=user_id, organisation_id=None, role="")
