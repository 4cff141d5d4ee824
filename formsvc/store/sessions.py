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
    """A session. `person` is None until a role is chosen, and once that role is over."""

    id: str
    user_id: str
    user_name: str
    person: Person | None
    created_at: datetime
    seen_at: datetime
    proven_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SessionLine:
    """One line of "where you are signed in"."""

    id: str
    agent: str
    created_at: datetime
    seen_at: datetime


def add(tx: Tx, *, token_hash: str, user_id: str, membership_id: str | None, agent: str) -> str:
    """Begin a session and return its id."""
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
        )
    )
    return made


def by_token(tx: Tx, token_hash: str) -> Signed | None:
    """Return the session of a token, ended or not, with its person; None where there is none."""
    of = t.session.c
    acting = sa.and_(
        t.membership.c.id == of.membership_id, t.membership.c.user_id == of.user_id, persons.holds(tx)
    )
    query = (
        sa.select(of.id, of.user_id, of.created_at, of.seen_at, of.proven_at, of.ended_at, *persons.COLUMNS)
        .join(t.user, t.user.c.id == of.user_id)
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


def of_user(tx: Tx, *, user_id: str, seen_after: datetime, begun_after: datetime) -> tuple[SessionLine, ...]:
    """Return the sessions of a user that still hold, most lately used first."""
    of = t.session.c
    rows = tx.c.execute(
        sa.select(of.id, of.agent, of.created_at, of.seen_at)
        .where(
            of.user_id == user_id,
            of.ended_at.is_(None),
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
    return Signed(
        id=row.id,
        user_id=row.user_id,
        user_name=row.name,
        person=persons.person(row),
        created_at=row.created_at,
        seen_at=row.seen_at,
        proven_at=row.proven_at,
        ended_at=row.ended_at,
    )
