"""Who is on call in an organisation, from when until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from formsvc import clock
from formsvc.store import persons
from formsvc.store import tables as t
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class OnCall:
    """A dated span in which a manager is on call, in one of their roles."""

    id: str
    user_id: str
    name: str
    role: str
    place_name: str
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, kw_only=True)
class LockedOut:
    """Somebody of an organisation who is locked out."""

    user_id: str
    name: str
    locked_at: datetime


def add(
    tx: Tx,
    *,
    organisation_id: str,
    membership_id: str,
    named_by: str | None,
    from_at: datetime,
    until_at: datetime,
) -> str:
    """Name somebody as on call and return the span's id."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.on_call).values(
            id=made,
            organisation_id=organisation_id,
            membership_id=membership_id,
            named_by=named_by,
            created_at=tx.at,
            from_at=from_at,
            until_at=until_at,
        )
    )
    return made


def end(tx: Tx, *, organisation_id: str, on_call_id: str) -> bool:
    """End a span now, or undo one that has not begun; say whether there was one."""
    of = t.on_call.c
    ours = sa.and_(of.id == on_call_id, of.organisation_id == organisation_id, of.until_at > tx.at)
    ended = tx.c.execute(
        sa.update(t.on_call).where(ours, of.from_at <= tx.at).values(until_at=tx.at)
    ).rowcount
    return bool(ended or tx.c.execute(sa.delete(t.on_call).where(ours)).rowcount)


def is_on_call(tx: Tx, *, organisation_id: str, membership_id: str) -> bool:
    """Say whether somebody is on call now in this role, for this organisation."""
    of = t.on_call.c
    found = sa.select(of.id).where(
        of.organisation_id == organisation_id,
        of.membership_id == membership_id,
        of.from_at <= tx.at,
        of.until_at > tx.at,
    )
    return tx.c.execute(found.limit(1)).one_or_none() is not None


def listing(tx: Tx, *, organisation_id: str, limit: int = 50) -> tuple[OnCall, ...]:
    """Return who is on call now and later, soonest first; only roles that still hold."""
    of = t.on_call.c
    rows = tx.c.execute(
        sa.select(
            of.id,
            t.user.c.id.label("user_id"),
            t.user.c.name,
            t.membership.c.role,
            sa.func.coalesce(t.team.c.name, t.home.c.name, "").label("place_name"),
            of.from_at,
            of.until_at,
        )
        .join(t.membership, t.membership.c.id == of.membership_id)
        .join(t.user, t.user.c.id == t.membership.c.user_id)
        .outerjoin(t.team, t.team.c.id == t.membership.c.team_id)
        .outerjoin(t.home, t.home.c.id == t.membership.c.home_id)
        .where(
            of.organisation_id == organisation_id,
            of.until_at > tx.at,
            t.user.c.closed_at.is_(None),
            persons.holds(tx),
        )
        .order_by(of.from_at, of.id)
        .limit(limit)
    ).mappings()
    return tuple(OnCall(**row) for row in rows)


def locked_out(tx: Tx, *, organisation_id: str, but: str, limit: int = 100) -> tuple[LockedOut, ...]:
    """Return who of an organisation is locked out now, but one user, by name."""
    of = t.user.c
    member = sa.exists().where(
        t.membership.c.user_id == of.id, t.membership.c.organisation_id == organisation_id, persons.holds(tx)
    )
    rows = tx.c.execute(
        sa.select(of.id.label("user_id"), of.name, of.locked_at)
        .where(of.locked_at.is_not(None), of.closed_at.is_(None), of.id != but, member)
        .order_by(of.name, of.id)
        .limit(limit)
    ).mappings()
    return tuple(LockedOut(**row) for row in rows)
