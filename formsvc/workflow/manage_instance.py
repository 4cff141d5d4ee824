"""Look after an instance: which organisations are here, and a first administrator for each new one.

Whoever does it sees names and how an organisation stands, and nothing inside any.
"""

from __future__ import annotations

from formsvc.access.table import Role
from formsvc.errors import NotFound, WrongState
from formsvc.store import accounts, invitations, organisations, users
from formsvc.store.invitations import Offer
from formsvc.store.organisations import Standing
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import SERVICE, Actor, note
from formsvc.workflow.begin_organisation import Begun
from formsvc.workflow.invite import LASTS, offer_role
from formsvc.workflow.manage_organisation import NameTaken
from formsvc.workflow.reset_password import state_of
from formsvc.workflow.sessions import hashed, new_token


def standings(store: Store) -> tuple[Standing, ...]:
    """Return the organisations of this instance, by name."""
    with store.read() as tx:
        return organisations.standings(tx)


def add_organisation(store: Store, *, actor: Actor, name: str, kind: str, person: str, email: str) -> Begun:
    """Add an organisation and invite its first administrator; raise NameTaken.

    What comes back is the same whether the address has an account or none: nobody has a role in the
    organisation before they accept.
    """
    with store.write() as tx:
        if organisations.is_named(tx, name):
            raise NameTaken
        organisation_id, token = organisations.add(tx, name=name, kind=kind), new_token()
        invited = _invite(tx, actor, organisation_id=organisation_id, name=person, email=email, token=token)
        note(tx, actor, "organisation.begin", subject_id=organisation_id, invitation=invited)
        return Begun(organisation_id=organisation_id, token=token)


def invite_again(store: Store, *, actor: Actor, organisation_id: str, person: str, email: str) -> str:
    """Invite a first administrator anew, where nobody ever had a role; return the link's token.

    What was offered before is taken back. Raises NotFound, WrongState for an organisation in which anybody
    has worked: whoever runs the service opens no door to it.
    """
    with store.write() as tx:
        one = next((one for one in organisations.standings(tx) if one.id == organisation_id), None)
        if one is None:
            raise NotFound
        if not one.is_empty:
            raise WrongState
        for before in invitations.of_organisation(tx, organisation_id=organisation_id):
            invitations.answer(tx, before.id, how="withdrawn")
        token = new_token()
        made = _invite(tx, actor, organisation_id=organisation_id, name=person, email=email, token=token)
        note(tx, actor, "organisation.invite", subject_id=organisation_id, invitation=made)
        return token


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


def _invite(tx: Tx, actor: Actor, *, organisation_id: str, name: str, email: str, token: str) -> str:
    offer = Offer(
        organisation_id=organisation_id,
        email=email,
        name=name,
        role=Role.administrator.value,
        place_kind="",
        place_id=None,
        token_hash=hashed(token),
    )
    return offer_role(tx, actor, offer)


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
