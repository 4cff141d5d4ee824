"""Users: who they are, how they sign in, in which organisation or home they are what, until when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import tables as t
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class User:
    """A person who works here."""

    id: str
    email: str
    name: str


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """What a sign-in is judged by. `password` is the argon2 hash, None before the first one is set.

    `code` is that of a one-time code, which stands for the password until `code_until`.
    """

    user: User
    password: str | None = field(repr=False)
    code: str | None = field(repr=False)
    code_until: datetime | None
    has_factor: bool
    failures: int
    failed_at: datetime | None
    locked_at: datetime | None
    closed: bool


@dataclass(frozen=True, kw_only=True)
class Membership:
    """As what, where, until when."""

    id: str
    user_id: str
    organisation_id: str
    organisation_name: str
    role: str
    team_id: str | None
    home_id: str | None
    force_id: str | None
    from_at: datetime
    until_at: datetime | None


def add(tx: Tx, *, email: str, name: str, password: str | None = None, id: str | None = None) -> str:
    """Add a user and return the id. `password` is already an argon2 hash."""
    made = id or clock.new_id()
    tx.c.execute(
        sa.insert(t.user).values(
            id=made,
            email=email.strip().lower(),
            name=name,
            password=password,
            password_changed_at=tx.at if password else None,
            created_at=tx.at,
        )
    )
    return made


def get(tx: Tx, user_id: str) -> User:
    """Return a user; raise NotFound."""
    return _sign_in(tx, t.user.c.id == user_id).user


def names(tx: Tx, user_ids: Collection[str]) -> dict[str, str]:
    """Return the names of users by id."""
    of = t.user.c
    rows = tx.c.execute(sa.select(of.id, of.name).where(of.id.in_(sorted(set(user_ids)))))
    return {row.id: row.name for row in rows}


def by_email(tx: Tx, email: str, *, lock: bool = False) -> SignIn:
    """Return what a sign-in is judged by; raise NotFound."""
    return _sign_in(tx, t.user.c.email == email.strip().lower(), lock=lock)


def by_id(tx: Tx, user_id: str, *, lock: bool = False) -> SignIn:
    """Return what signing again is judged by; raise NotFound."""
    return _sign_in(tx, t.user.c.id == user_id, lock=lock)


def set_password(tx: Tx, *, user_id: str, password: str) -> None:
    """Keep a new argon2 hash; a one-time code and failures are forgotten, and the lock is released."""
    _set(
        tx,
        user_id,
        password=password,
        password_changed_at=tx.at,
        code=None,
        code_until=None,
        failures=0,
        failed_at=None,
        locked_at=None,
    )


def set_code(tx: Tx, *, user_id: str, code: str, until: datetime) -> None:
    """Keep the argon2 hash of a one-time code; failures are forgotten and the lock released."""
    _set(tx, user_id, code=code, code_until=until, failures=0, failed_at=None, locked_at=None)


def count_failure(tx: Tx, *, user_id: str, most: int) -> bool:
    """Count a wrong password; lock the account at `most`. Returns whether it is locked now."""
    of = t.user.c
    count = tx.c.execute(
        sa.update(t.user)
        .where(of.id == user_id)
        .values(failures=of.failures + 1, failed_at=tx.at)
        .returning(of.failures)
    ).scalar_one()
    if count < most:
        return False
    tx.c.execute(sa.update(t.user).where(of.id == user_id, of.locked_at.is_(None)).values(locked_at=tx.at))
    return True


def count_success(tx: Tx, *, user_id: str) -> None:
    """Forget earlier failures and remember when."""
    _set(tx, user_id, failures=0, failed_at=None, signed_in_at=tx.at)


def release(tx: Tx, *, user_id: str) -> None:
    """Release a locked account."""
    _set(tx, user_id, failures=0, failed_at=None, locked_at=None)


def close(tx: Tx, *, user_id: str) -> None:
    """Close an account: nobody signs in with it again; what it did keeps its author."""
    _set(tx, user_id, closed_at=tx.at, password=None, code=None, code_until=None)


def add_membership(
    tx: Tx,
    *,
    user_id: str,
    organisation_id: str,
    role: str,
    team_id: str | None = None,
    home_id: str | None = None,
    force_id: str | None = None,
    until_at: datetime | None = None,
    id: str | None = None,
) -> str:
    """Add a membership that holds from now and return its id."""
    made = id or clock.new_id()
    tx.c.execute(
        sa.insert(t.membership).values(
            id=made,
            user_id=user_id,
            organisation_id=organisation_id,
            role=role,
            team_id=team_id,
            home_id=home_id,
            force_id=force_id,
            from_at=tx.at,
            until_at=until_at,
        )
    )
    return made


def end_membership(tx: Tx, *, membership_id: str) -> None:
    """End a membership now."""
    of = t.membership.c
    tx.c.execute(sa.update(t.membership).where(of.id == membership_id).values(until_at=tx.at))


def set_until(tx: Tx, *, membership_id: str, until_at: datetime) -> None:
    """Let a membership end at another moment."""
    of = t.membership.c
    tx.c.execute(sa.update(t.membership).where(of.id == membership_id).values(until_at=until_at))


def memberships(tx: Tx, *, user_id: str) -> tuple[Membership, ...]:
    """Return the memberships that hold now, oldest first."""
    return _memberships(tx, t.membership.c.user_id == user_id)


def members(tx: Tx, *, organisation_id: str) -> tuple[tuple[User, Membership], ...]:
    """Return who is a member of an organisation now, by name."""
    known = {row.id: row for row in _memberships(tx, t.membership.c.organisation_id == organisation_id)}
    of = t.user.c
    rows = tx.c.execute(
        sa.select(of.id, of.email, of.name, t.membership.c.id.label("membership_id"))
        .join(t.membership, t.membership.c.user_id == of.id)
        .where(t.membership.c.organisation_id == organisation_id)
        .order_by(of.name, of.id)
    )
    return tuple(
        (User(id=row.id, email=row.email, name=row.name), known[row.membership_id])
        for row in rows
        if row.membership_id in known
    )


def was_ever_member(tx: Tx, *, user_id: str, organisation_id: str) -> bool:
    """Say whether somebody has, or had, a role in an organisation."""
    of = t.membership.c
    found = sa.select(of.id).where(of.user_id == user_id, of.organisation_id == organisation_id).limit(1)
    return tx.c.execute(found).first() is not None


def _memberships(tx: Tx, where: sa.ColumnElement[bool]) -> tuple[Membership, ...]:
    of = t.membership.c
    rows = tx.c.execute(
        sa.select(t.membership, t.organisation.c.name.label("organisation_name"))
        .join(t.organisation, t.organisation.c.id == of.organisation_id)
        .where(where, of.from_at <= tx.at, sa.or_(of.until_at.is_(None), of.until_at > tx.at))
        .order_by(of.from_at, of.id)
    ).mappings()
    return tuple(Membership(**row) for row in rows)


def _sign_in(tx: Tx, where: sa.ColumnElement[bool], *, lock: bool = False) -> SignIn:
    factor = sa.exists().where(
        t.second_factor.c.user_id == t.user.c.id, t.second_factor.c.confirmed_at.is_not(None)
    )
    query = sa.select(t.user, factor.label("has_factor")).where(where)
    row = tx.c.execute(query.with_for_update(of=t.user) if lock else query).one_or_none()
    if row is None:
        raise NotFound
    return SignIn(
        user=User(id=row.id, email=row.email, name=row.name),
        password=row.password,
        code=row.code,
        code_until=row.code_until,
        has_factor=row.has_factor,
        failures=row.failures,
        failed_at=row.failed_at,
        locked_at=row.locked_at,
        closed=row.closed_at is not None,
    )


def _set(tx: Tx, user_id: str, **values: object) -> None:
    if tx.c.execute(sa.update(t.user).where(t.user.c.id == user_id).values(values)).rowcount != 1:
        raise NotFound
