"""What people are called, for pages that name many of them."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from formsvc.store import tables as t
from formsvc.store.session import Tx


def of_users(tx: Tx, ids: Iterable[str | None]) -> dict[str, str]:
    """Return user id -> name for those that are known."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    of = t.user.c
    return {
        row.id: row.name for row in tx.c.execute(sa.select(of.id, of.name).where(of.id.in_(sorted(wanted))))
    }


def in_home_of(tx: Tx, *, child_id: str, role: str) -> tuple[str, ...]:
    """Return the names of those who hold a role in the home where a child is placed now, in order."""
    of, placed = t.membership.c, t.placement.c
    rows = tx.c.execute(
        sa.select(t.user.c.name)
        .join(t.membership, of.user_id == t.user.c.id)
        .join(t.placement, placed.home_id == of.home_id)
        .where(
            placed.child_id == child_id,
            placed.until_at.is_(None),
            of.role == role,
            of.from_at <= tx.at,
            sa.or_(of.until_at.is_(None), of.until_at > tx.at),
            t.user.c.closed_at.is_(None),
        )
        .order_by(t.user.c.name)
    )
    return tuple(dict.fromkeys(rows.scalars()))


def in_role(tx: Tx, *, organisation_id: str, role: str) -> tuple[str, ...]:
    """Return the names of those who hold a role in an organisation now, in order."""
    of = t.membership.c
    rows = tx.c.execute(
        sa.select(t.user.c.name)
        .join(t.membership, of.user_id == t.user.c.id)
        .where(
            of.organisation_id == organisation_id,
            of.role == role,
            of.from_at <= tx.at,
            sa.or_(of.until_at.is_(None), of.until_at > tx.at),
            t.user.c.closed_at.is_(None),
        )
        .order_by(t.user.c.name)
    )
    return tuple(dict.fromkeys(rows.scalars()))
