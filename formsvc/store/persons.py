"""People in their roles, as the database holds them now: one query, for sessions and for whoever asks."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from formsvc import clock
from formsvc.access.people import Person
from formsvc.access.terms import Role
from formsvc.store import tables as t
from formsvc.store.session import Tx

COLUMNS: Final = (
    t.user.c.name,
    t.user.c.email,
    t.membership.c.id.label("membership_id"),
    t.membership.c.role,
    t.membership.c.organisation_id,
    t.organisation.c.name.label("organisation_name"),
    t.membership.c.team_id,
    t.membership.c.home_id,
    t.membership.c.force_id,
    sa.func.coalesce(t.home.c.area_id, t.force.c.area_id, "").label("area_id"),
    sa.func.coalesce(t.team.c.name, t.home.c.name, t.force.c.name, "").label("place_name"),
)
"""What a person is made of, but for the id of the user."""


def with_places(query: sa.Select[Any]) -> sa.Select[Any]:
    """Join the organisation and the place of the membership in a query, where there is one."""
    of = t.membership.c
    return (
        query.outerjoin(t.organisation, t.organisation.c.id == of.organisation_id)
        .outerjoin(t.team, t.team.c.id == of.team_id)
        .outerjoin(t.home, t.home.c.id == of.home_id)
        .outerjoin(t.force, t.force.c.id == of.force_id)
    )


def holds(tx: Tx) -> sa.ColumnElement[bool]:
    """Return the condition that a membership holds at the moment of a transaction."""
    of = t.membership.c
    return sa.and_(of.from_at <= tx.at, sa.or_(of.until_at.is_(None), of.until_at > tx.at))


def still_holds(tx: Tx, membership_id: str) -> bool:
    """Say whether a membership holds at this very moment, and let nobody end it until this transaction does.

    A role that was ended while this waited for it is over, though the transaction began before.
    """
    of = t.membership.c
    now = clock.now()
    held = sa.select(of.id).where(
        of.id == membership_id, of.from_at <= now, sa.or_(of.until_at.is_(None), of.until_at > now)
    )
    return tx.c.execute(held.with_for_update(read=True)).first() is not None


def person(row: Any) -> Person | None:
    """Return the person of a row with `user_id` and COLUMNS; None without a membership in a known role."""
    if row.membership_id is None or row.role not in set(Role):
        return None
    return Person(
        user_id=row.user_id,
        name=row.name,
        email=row.email,
        membership_id=row.membership_id,
        role=Role(row.role),
        organisation_id=row.organisation_id,
        organisation_name=row.organisation_name,
        team_id=row.team_id,
        home_id=row.home_id,
        force_id=row.force_id,
        area_id=row.area_id,
        place_name=row.place_name,
    )


def of_user(tx: Tx, user_id: str) -> tuple[Person, ...]:
    """Return somebody in each of the roles that hold now, oldest first."""
    rows = tx.c.execute(
        with_places(
            sa.select(t.user.c.id.label("user_id"), *COLUMNS).join(
                t.membership, t.membership.c.user_id == t.user.c.id
            )
        )
        .where(t.user.c.id == user_id, holds(tx))
        .order_by(t.membership.c.from_at, t.membership.c.id)
    )
    return tuple(found for row in rows if (found := person(row)) is not None)
