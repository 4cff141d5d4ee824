"""Who is signed in: sessions known by the hash of their token, and the person each stands for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from formsvc import clock
from formsvc.access.people import Person
from formsvc.store import persons
from formsvc.store import tables as t
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A session. `person` is None until a role is chosen, and once that role is over.

    `has_factor` says that a second factor is set up, `needs_factor` that the organisation asks for one in
    this role.
    """

    id: str
    user_id: str
    user_name: str
    membership_id: str | None
    person: Person | None
    has_factor: bool
    needs_factor: bool
    created_at: datetime
    seen_at: datetime
    proven_at: datetime
    locked_at: datetime | None
    code_due_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SessionLine:
    """One line of "where you are signed in"."""

    id: str
    agent: str
    created_at: datetime
    seen_at: datetime
    locked_at: datetime | None


def add(
    tx: Tx, *, token_hash: str, user_id: str, membership_id: str | None, agent: str, code_due: bool = False
) -> str:
    """Begin a session and return its id; with `code_due` nothing opens before the second factor's code."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.session).values(
            id=made,
            token_hash=token_hash,
            user_id=user_id,
            membership_id=membership_id,
            agent=agent,
            created_at=tx.at,
            seen_at=tx.at,
            proven_at=tx.at,
            code_due_at=tx.at if code_due else None,
        )
    )
    return made


def by_token(tx: Tx, token_hash: str) -> Signed | None:
    """Return the session of a token, ended or not, with its person; None where there is none."""
    of = t.session.c
    acting = sa.and_(
        t.membership.c.id == of.membership_id, t.membership.c.user_id == of.user_id, persons.holds(tx)
    )
    own = (
        of.id,
        of.user_id,
        of.created_at,
        of.seen_at,
        of.proven_at,
        of.locked_at,
        of.code_due_at,
        of.ended_at,
    )
    factor = t.second_factor.c
    query = (
        sa.select(
            *own,
            of.membership_id.label("begun_as"),
            factor.confirmed_at.label("factor_at"),
            t.organisation.c.totp_roles,
            *persons.COLUMNS,
        )
        .join(t.user, t.user.c.id == of.user_id)
        .outerjoin(t.second_factor, factor.user_id == of.user_id)
        .outerjoin(t.membership, acting)
        .where(of.token_hash == token_hash, t.user.c.closed_at.is_(None))
    )
    row = tx.c.execute(persons.with_places(query)).one_or_none()
    return None if row is None else _signed(row)


def touch(tx: Tx, session_id: str) -> None:
    """Note that a session was used now."""
    _set(tx, session_id, seen_at=tx.at)


def choose(tx: Tx, session_id: str, *, membership_id: str, token_hash: str) -> None:
    """Act in a role from now on, under a new token."""
    _set(tx, session_id, membership_id=membership_id, token_hash=token_hash, seen_at=tx.at)


def prove(tx: Tx, session_id: str) -> None:
    """Note that the password was given again now."""
    _set(tx, session_id, proven_at=tx.at, seen_at=tx.at)


def lock(tx: Tx, session_id: str) -> None:
    """Lock the screen of a session: nothing opens before its person's password."""
    of = t.session.c
    tx.c.execute(
        sa.update(t.session)
        .where(of.id == session_id, of.ended_at.is_(None), of.locked_at.is_(None))
        .values(locked_at=tx.at)
    )


def unlock(tx: Tx, session_id: str) -> None:
    """Open a locked session again, as used now."""
    _set(tx, session_id, locked_at=None, seen_at=tx.at)


def code_given(tx: Tx, session_id: str, *, membership_id: str | None, token_hash: str) -> None:
    """Let a session open whose second factor was proved, under a new token."""
    _set(
        tx,
        session_id,
        code_due_at=None,
        membership_id=membership_id,
        token_hash=token_hash,
        proven_at=tx.at,
        seen_at=tx.at,
    )


def end(tx: Tx, session_id: str, *, why: str) -> None:
    """End a session."""
    _set(tx, session_id, ended_at=tx.at, ended_why=why)


def end_all(tx: Tx, *, user_id: str, why: str, but: str | None = None) -> int:
    """End every session of a user but one; return how many there were."""
    of = t.session.c
    return tx.c.execute(
        sa.update(t.session)
        .where(of.user_id == user_id, of.ended_at.is_(None), of.id != (but or ""))
        .values(ended_at=tx.at, ended_why=why)
    ).rowcount


def end_of_role(tx: Tx, *, membership_id: str, why: str) -> int:
    """End every session that acts in a role; return how many there were."""
    of = t.session.c
    return tx.c.execute(
        sa.update(t.session)
        .where(of.membership_id == membership_id, of.ended_at.is_(None))
        .values(ended_at=tx.at, ended_why=why)
    ).rowcount


def end_one(tx: Tx, *, user_id: str, session_id: str, why: str) -> bool:
    """End one session of a user; say whether there was one to end."""
    of = t.session.c
    return bool(
        tx.c.execute(
            sa.update(t.session)
            .where(of.id == session_id, of.user_id == user_id, of.ended_at.is_(None))
            .values(ended_at=tx.at, ended_why=why)
        ).rowcount
    )


def of_user(tx: Tx, *, user_id: str, seen_after: datetime, begun_after: datetime) -> tuple[SessionLine, ...]:
    """Return the sessions of a user that still hold, most lately used first."""
    of = t.session.c
    rows = tx.c.execute(
        sa.select(of.id, of.agent, of.created_at, of.seen_at, of.locked_at)
        .where(
            of.user_id == user_id,
            of.ended_at.is_(None),
            of.code_due_at.is_(None),
            of.seen_at > seen_after,
            of.created_at > begun_after,
        )
        .order_by(of.seen_at.desc(), of.id)
        .limit(50)
    ).mappings()
    return tuple(SessionLine(**row) for row in rows)


def forget_old(tx: Tx, *, before: datetime) -> int:
    """Remove sessions begun before a moment: the audit remembers who signed in."""
    return tx.c.execute(sa.delete(t.session).where(t.session.c.created_at < before)).rowcount


def _set(tx: Tx, session_id: str, **values: object) -> None:
    of = t.session.c
    tx.c.execute(sa.update(t.session).where(of.id == session_id, of.ended_at.is_(None)).values(values))


def _signed(row: Any) -> Signed:
    person = persons.person(row)
    return Signed(
        id=row.id,
        user_id=row.user_id,
        user_name=row.name,
        membership_id=row.begun_as,
        person=person,
        has_factor=row.factor_at is not None,
        needs_factor=person is not None and person.role.value in (row.totp_roles or ()),
        created_at=row.created_at,
        seen_at=row.seen_at,
        proven_at=row.proven_at,
        locked_at=row.locked_at,
        code_due_at=row.code_due_at,
        ended_at=row.ended_at,
    )
