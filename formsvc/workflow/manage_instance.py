"""Look after an instance: which organisations are here, and a first administrator for each new one.

Whoever does it sees names and how an organisation stands, and nothing inside any.
"""

from __future__ import annotations

from formsvc.access.table import Role
from formsvc.errors import NotFound
from formsvc.store import accounts, organisations, users
from formsvc.store.organisations import Standing
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import SERVICE, Actor, note
from formsvc.workflow.begin_organisation import Begun
from formsvc.workflow.invite import LASTS
from formsvc.workflow.manage_organisation import NameTaken
from formsvc.workflow.reset_password import state_of
from formsvc.workflow.sessions import hashed, new_token


def standings(store: Store) -> tuple[Standing, ...]:
    """Return the organisations of this instance, by name."""
    with store.read() as tx:
        return organisations.standings(tx)


def add_organisation(store: Store, *, actor: Actor, name: str, kind: str, person: str, email: str) -> Begun:
    """Add an organisation with its first administrator; raise NameTaken.

    The link's token is empty where that person has an account already: it opens with its own password.
    """
    with store.write() as tx:
        if organisations.is_named(tx, name):
            raise NameTaken
        organisation_id = organisations.add(tx, name=name, kind=kind)
        try:
            account = users.by_email(tx, email)
            user_id, is_open = account.user.id, account.password is not None
        except NotFound:
            user_id, is_open = users.add(tx, email=email, name=person), False
        users.add_membership(
            tx, user_id=user_id, organisation_id=organisation_id, role=Role.administrator.value
        )
        note(tx, actor, "organisation.begin", subject_id=organisation_id, administrator=user_id)
        # An account that somebody was invited with elsewhere, and never opened, is opened there.
        is_only_here = len(accounts.held(tx, user_id=user_id)) == 1
        token = "" if is_open or not is_only_here else _link(tx, actor, user_id)
        return Begun(organisation_id=organisation_id, token=token)


def make_operator(store: Store, *, organisation_id: str, name: str, email: str) -> str:
    """Let somebody of an organisation run the service; return the token of a link, empty with an account.

    Raises NotFound for an organisation that is not here. Only the command line does this.
    """
    with store.write() as tx:
        organisations.get(tx, organisation_id)
        try:
            account = users.by_email(tx, email)
            user_id, is_open = account.user.id, account.password is not None
        except NotFound:
            user_id, is_open = users.add(tx, email=email, name=name), False
        users.add_membership(tx, user_id=user_id, organisation_id=organisation_id, role=Role.operator.value)
        note(tx, SERVICE, "instance.operator", subject_id=user_id, organisation=organisation_id)
        return "" if is_open else _link(tx, SERVICE, user_id)


def _link(tx: Tx, actor: Actor, user_id: str) -> str:
    token = new_token()
    accounts.add_link(
        tx,
        token_hash=hashed(token),
        user_id=user_id,
        kind="invite",
        state=state_of(users.by_id(tx, user_id)),
        created_by=actor.user_id,
        expires_at=tx.at + LASTS["invite"],
    )
    return token
