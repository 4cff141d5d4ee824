"""Accounts as whoever looks after them sees them, and the one-time links that open one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from formsvc.access.people import Held
from formsvc.errors import NotFound
from formsvc.store import tables as t
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class AccountLine:
    """One role of one account in an organisation. `place_name` is a team, a home or a force, or empty."""

    user_id: str
    name: str
    email: str
    membership_id: str
    role: str
    place_id: str | None
    place_name: str
    has_password: bool
    has_factor: bool
    locked_at: datetime | None
    signed_in_at: datetime | None
    until_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Link:
    """A one-time link. `state` is of the account when the link was made."""

    user_id: str
    kind: str
    state: str
    expires_at: datetime
    used_at: datetime | None


def listing(
    tx: Tx, *, organisation_id: str, place_id: str | None = None, text: str = "", limit: int = 100
) -> tuple[AccountLine, ...]:
    """Return the roles held in an organisation now, by name; of one place, or found by name or email."""
    member = t.membership.c
    place = sa.func.coalesce(member.team_id, member.home_id, member.force_id)
    query = (
        sa.select(
            t.user.c.id.label("user_id"),
            t.user.c.name,
            t.user.c.email,
            member.id.label("membership_id"),
            member.role,
            place.label("place_id"),
            sa.func.coalesce(t.team.c.name, t.home.c.name, t.force.c.name, "").label("place_name"),
            t.user.c.password.is_not(None).label("has_password"),
            t.second_factor.c.confirmed_at.is_not(None).label("has_factor"),
            t.user.c.locked_at,
            t.user.c.signed_in_at,
            member.until_at,
        )
        .join(t.membership, member.user_id == t.user.c.id)
        .outerjoin(t.second_factor, t.second_factor.c.user_id == t.user.c.id)
        .outerjoin(t.team, t.team.c.id == member.team_id)
        .outerjoin(t.home, t.home.c.id == member.home_id)
        .outerjoin(t.force, t.force.c.id == member.force_id)
        .where(
            member.organisation_id == organisation_id,
            t.user.c.closed_at.is_(None),
            member.from_at <= tx.at,
            sa.or_(member.until_at.is_(None), member.until_at > tx.at),
        )
    )
    if place_id is not None:
        query = query.where(place == place_id)
    if text:
        query = query.where(
            sa.or_(
                t.user.c.name.icontains(text, autoescape=True),
                t.user.c.email.icontains(text, autoescape=True),
            )
        )
    rows = tx.c.execute(query.order_by(t.user.c.name, t.user.c.id, member.id).limit(limit)).mappings()
    return tuple(AccountLine(**row) for row in rows)


def ids_like(tx: Tx, *, organisation_id: str, text: str, limit: int = 50) -> tuple[str, ...]:
    """Return the ids of those of an organisation, now or ever, whose name or email holds a text."""
    rows = tx.c.execute(
        sa.select(t.user.c.id)
        .where(
            t.user.c.id.in_(
                sa.select(t.membership.c.user_id).where(t.membership.c.organisation_id == organisation_id)
            ),
            sa.or_(
                t.user.c.name.icontains(text, autoescape=True),
                t.user.c.email.icontains(text, autoescape=True),
            ),
        )
        .order_by(t.user.c.name, t.user.c.id)
        .limit(limit)
    )
    return tuple(rows.scalars())


def held(tx: Tx, *, user_id: str) -> tuple[Held, ...]:
    """Return every role that somebody holds now, anywhere."""
    of = t.membership.c
    rows = tx.c.execute(
        sa.select(
            of.role, of.organisation_id, sa.func.coalesce(of.team_id, of.home_id, of.force_id).label("place")
        )
        .where(
            of.user_id == user_id,
            of.from_at <= tx.at,
            sa.or_(of.until_at.is_(None), of.until_at > tx.at),
        )
        .order_by(of.id)
    )
    return tuple(Held(role=row.role, organisation_id=row.organisation_id, place_id=row.place) for row in rows)


def add_link(
    tx: Tx,
    *,
    token_hash: str,
    user_id: str,
    kind: str,
    state: str,
    created_by: str | None,
    expires_at: datetime,
) -> None:
    """Keep a link, known by the hash of its token."""
    tx.c.execute(
        sa.insert(t.password_link).values(
            token_hash=token_hash,
            user_id=user_id,
            kind=kind,
            state=state,
            created_by=created_by,
            created_at=tx.at,
            expires_at=expires_at,
        )
    )


def link(tx: Tx, token_hash: str, *, lock: bool = False) -> Link:
    """Return a link; raise NotFound."""
    of = t.password_link.c
    query = sa.select(of.user_id, of.kind, of.state, of.expires_at, of.used_at).where(
        of.token_hash == token_hash
    )
    row = tx.c.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise NotFound
    return Link(**row)


def use_link(tx: Tx, token_hash: str) -> None:
    """Note that a link was used: it opens nothing again."""
    of = t.password_link.c
    tx.c.execute(sa.update(t.password_link).where(of.token_hash == token_hash).values(used_at=tx.at))
