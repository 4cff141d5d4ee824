"""What whoever runs the service does at a terminal: an organisation, its places, its first administrator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from formsvc.access.table import Role
from formsvc.errors import NotFound
from formsvc.store import accounts, organisations, users
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import SERVICE, note
from formsvc.workflow.invite import LASTS
from formsvc.workflow.reset_password import state_of
from formsvc.workflow.sessions import hashed, new_token

KINDS: Final = ("authority", "provider", "police", "health", "school", "other")
PLACES: Final = ("team", "home", "force")


@dataclass(frozen=True, kw_only=True)
class Begun:
    """An organisation with its first administrator. `token` is of the link that opens the account."""

    organisation_id: str
    token: str = field(repr=False)


def begin_organisation(store: Store, *, name: str, kind: str, person: str, email: str) -> Begun:
    """Add an organisation and an administrator; the link's token is empty where the account is open."""
    with store.write() as tx:
        organisation_id = organisations.add(tx, name=name, kind=kind)
        try:
            user_id = users.by_email(tx, email).user.id
        except NotFound:
            user_id = users.add(tx, email=email, name=person)
        users.add_membership(
            tx, user_id=user_id, organisation_id=organisation_id, role=Role.administrator.value
        )
        note(tx, SERVICE, "organisation.begin", subject_id=organisation_id, administrator=user_id)
        has_password = users.by_id(tx, user_id).password is not None
        return Begun(
            organisation_id=organisation_id,
            token="" if has_password else _link(tx, user_id, kind="invite"),
        )


def add_place(store: Store, *, organisation_id: str, kind: str, name: str, area_id: str) -> str:
    """Add a team, home or force to an organisation and return its id; raise NotFound."""
    with store.write() as tx:
        organisations.get(tx, organisation_id)
        match kind:
            case "team":
                made = organisations.add_team(tx, organisation_id=organisation_id, name=name)
            case "home":
                made = organisations.add_home(tx, organisation_id=organisation_id, name=name, area_id=area_id)
            case _:
                made = organisations.add_force(
                    tx, organisation_id=organisation_id, name=name, area_id=area_id
                )
        note(tx, SERVICE, "organisation.place", subject_id=made, place=kind)
        return made


def release_account(store: Store, *, email: str) -> None:
    """Let an account in again that was locked, whoever's it is; raise NotFound."""
    with store.write() as tx:
        user_id = users.by_email(tx, email).user.id
        users.release(tx, user_id=user_id)
        note(tx, SERVICE, "person.release", subject_id=user_id)


def open_account(store: Store, *, email: str) -> str:
    """Return the token of a link to choose a password, for any account; raise NotFound."""
    with store.write() as tx:
        account = users.by_email(tx, email)
        note(tx, SERVICE, "person.reset", subject_id=account.user.id)
        return _link(tx, account.user.id, kind="reset" if account.password is not None else "invite")


def _link(tx: Tx, user_id: str, *, kind: str) -> str:
    token = new_token()
    accounts.add_link(
        tx,
        token_hash=hashed(token),
        user_id=user_id,
        kind=kind,
        state=state_of(users.by_id(tx, user_id)),
        created_by=None,
        expires_at=tx.at + LASTS[kind],
    )
    return token
