"""Somebody for a shift: named, added on the spot with a one-time code, gone by themselves when it ends."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from formsvc import clock
from formsvc.access.people import PLACE_OF, Held, Person, may_give, may_look_after
from formsvc.access.terms import Role
from formsvc.errors import Forbidden, FormsvcError, NotFound, WrongState
from formsvc.store import accounts, organisations, users
from formsvc.store.accounts import AccountLine
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.invite import Givable, givable
from formsvc.workflow.one_time import new_code, plain
from formsvc.workflow.passwords import hash_password

LONGEST_SHIFT: Final = timedelta(days=14)
CODE_LASTS: Final = timedelta(hours=12)
"""A manager adds somebody before going home; who comes at ten types the code then."""
SHIFT_ROLES: Final = frozenset({Role.home_staff, Role.social_worker, Role.out_of_hours})


class ShiftEndWrong(FormsvcError):
    """A shift ends after now and within fourteen days; the detail is the code that says what is wrong."""

    code = "shift_end_wrong"
    status = 422


class NotHereBefore(FormsvcError):
    """Nobody with a role in this organisation, now or before, has this address; who else has, is not said."""

    code = "not_here_before"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Added:
    """Somebody who may sign in: by `code`, told once, or by the password they have (`code` is empty then)."""

    user_id: str
    name: str
    sign_in_name: str
    until_at: datetime | None
    code: str = field(repr=False)
    code_until: datetime | None


def shift_roles(store: Store, *, person: Person) -> tuple[Givable, ...]:
    """Return the roles, with their places, that a person may give for a shift."""
    return tuple(one for one in givable(store, person=person) if one.role in SHIFT_ROLES)


def add_shift(
    store: Store,
    *,
    person: Person,
    actor: Actor,
    name: str,
    email: str,
    role: Role,
    place_id: str | None,
    until_at: datetime,
) -> Added:
    """Give somebody a role until the end of a shift; return what to hand over.

    Without `email` a sign-in name is made of the name; with it, the account of somebody who worked in this
    organisation before is used again, with its own password. Raises Forbidden for oneself and for a role
    not the person's to give, WrongState where it is held now, NotHereBefore, ShiftEndWrong, PlaceClosed.
    """
    offered = {(one.role, one.place.id if one.place else None) for one in shift_roles(store, person=person)}
    if (role, place_id) not in offered:
        raise Forbidden
    code = new_code()
    made = hash_password(plain(code))
    with store.write() as tx:
        _judge_end(tx, until_at)
        if place_id is not None:
            organisations.hold_open(tx, PLACE_OF[role], place_id)
        user_id = _account(tx, name=name, email=email, organisation_id=person.organisation_id)
        if user_id == person.user_id:
            raise Forbidden
        held = accounts.held(tx, user_id=user_id)
        wanted = Held(role=role.value, organisation_id=person.organisation_id, place_id=place_id)
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
            until_at=until_at,
        )
        account = users.by_id(tx, user_id)
        needs_code = account.password is None and may_look_after(person, user_id, (*held, wanted))
        code_until = min(tx.at + CODE_LASTS, until_at)
        if needs_code:
            users.set_code(tx, user_id=user_id, code=made, until=code_until)
        note(
            tx,
            actor,
            "person.shift",
            subject_id=user_id,
            given=role.value,
            place=place_id,
            until=until_at.isoformat(),
        )
        return Added(
            user_id=user_id,
            name=account.user.name,
            sign_in_name=account.user.email,
            until_at=until_at,
            code=code if needs_code else "",
            code_until=code_until if needs_code else None,
        )


def hand_out_code(store: Store, *, person: Person, actor: Actor, user_id: str) -> Added:
    """Return a one-time code for somebody one looks after, who stands beside one; raise NotFound.

    It stands for the password until it runs out; choosing a new password ends it. A lock is released.
    """
    code = new_code()
    made = hash_password(plain(code))
    with store.write() as tx:
        if not may_look_after(person, user_id, accounts.held(tx, user_id=user_id)):
            raise NotFound
        until = tx.at + CODE_LASTS
        users.set_code(tx, user_id=user_id, code=made, until=until)
        note(tx, actor, "person.one_time_code", subject_id=user_id)
        found = users.get(tx, user_id)
        return Added(
            user_id=user_id,
            name=found.name,
            sign_in_name=found.email,
            until_at=None,
            code=code,
            code_until=until,
        )


def move_shift_end(
    store: Store, *, person: Person, actor: Actor, membership_id: str, until_at: datetime
) -> str:
    """Let a shift end later or earlier; return the name. Raises NotFound, WrongState, ShiftEndWrong.

    Only what has an end already is a shift; ending it now is `end_role`.
    """
    with store.write() as tx:
        line = _shift(tx, person, membership_id)
        _judge_end(tx, until_at)
        users.set_until(tx, membership_id=membership_id, until_at=until_at)
        note(
            tx,
            actor,
            "person.shift_end",
            subject_id=line.user_id,
            membership=membership_id,
            until=until_at.isoformat(),
        )
        return line.name


def shift_ends_at(store: Store, *, person: Person, membership_id: str) -> datetime:
    """Return when a shift that somebody may move ends; raise NotFound, WrongState where it is no shift."""
    with store.read() as tx:
        ends = _shift(tx, person, membership_id).until_at
        if ends is None:
            raise WrongState
        return ends


def _shift(tx: Tx, person: Person, membership_id: str) -> AccountLine:
    line = _line(accounts.listing(tx, organisation_id=person.organisation_id, limit=1000), membership_id)
    held = Held(role=line.role, organisation_id=person.organisation_id, place_id=line.place_id)
    if line.user_id == person.user_id or not may_give(person, held):
        raise NotFound
    if line.until_at is None:
        raise WrongState
    return line


def _judge_end(tx: Tx, until_at: datetime) -> None:
    if until_at <= tx.at:
        raise ShiftEndWrong("past")
    if until_at > tx.at + LONGEST_SHIFT:
        raise ShiftEndWrong("too_late")


def _account(tx: Tx, *, name: str, email: str, organisation_id: str) -> str:
    """Return whose account it is: of somebody who worked here before, or a new one."""
    if email:
        try:
            user_id = users.by_email(tx, email).user.id
        except NotFound as error:
            raise NotHereBefore from error
        if not users.was_ever_member(tx, user_id=user_id, organisation_id=organisation_id):
            raise NotHereBefore  # whether somebody has it elsewhere is not told
        return user_id
    return users.add(tx, email=_sign_in_name(tx, name), name=name)


def _sign_in_name(tx: Tx, name: str) -> str:
    """Return a sign-in name nobody has: the first name and four letters, which tell of nobody else."""
    plain_name = unicodedata.normalize("NFKD", next(iter(name.split()), ""))
    first = "".join(letter for letter in plain_name.lower() if letter.isascii() and letter.isalpha())[:20]
    while True:
        made = f"{first or 'shift'}-{clock.new_id(4)}"
        try:
            users.by_email(tx, made)
        except NotFound:
            return made


def _line(lines: Iterable[AccountLine], membership_id: str) -> AccountLine:
    for one in lines:
        if one.membership_id == membership_id:
            return one
    raise NotFound
