"""Who reaches a child: everybody who could see what is held on her now, by what ties them to her."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from formsvc.access.table import Action, Relation, Role, ever, reach
from formsvc.store import tables as t
from formsvc.store.session import Tx

MOST = 500


@dataclass(frozen=True, kw_only=True)
class Reacher:
    """Somebody who could see the child now, as what and where."""

    user_id: str
    name: str
    role: str
    organisation: str


def who_reaches(tx: Tx, *, child_id: str, action: Action) -> tuple[Reacher, ...]:
    """Return who may do something to a child today, by name; nobody of them need ever have done it."""
    of = t.membership.c
    tied = sa.or_(*(_tied(role, reach(role, action)) for role in Role if ever(role, action)))
    shut_out = t.withholding.c
    rows = tx.c.execute(
        sa.select(of.user_id, of.role, t.user.c.name, t.organisation.c.name.label("organisation"))
        .select_from(t.membership)
        .join(t.user, t.user.c.id == of.user_id)
        .join(t.organisation, t.organisation.c.id == of.organisation_id)
        .join(t.child, t.child.c.id == child_id)
        .outerjoin(
            t.placement, sa.and_(t.placement.c.child_id == t.child.c.id, t.placement.c.until_at.is_(None))
        )
        .outerjoin(t.force, t.force.c.id == of.force_id)
        .where(
            of.from_at <= tx.at,
            sa.or_(of.until_at.is_(None), of.until_at > tx.at),
            t.user.c.closed_at.is_(None),
            tied,
            ~sa.exists().where(
                shut_out.child_id == t.child.c.id,
                shut_out.user_id == of.user_id,
                shut_out.record_id.is_(None),
                shut_out.from_at <= tx.at,
                sa.or_(shut_out.until_at.is_(None), shut_out.until_at > tx.at),
            ),
        )
        .order_by(t.user.c.name, of.id)
        .limit(MOST)
    )
    return tuple(
        Reacher(user_id=row.user_id, name=row.name, role=row.role, organisation=row.organisation)
        for row in rows
    )


def _tied(role: Role, wanted: frozenset[Relation]) -> sa.ColumnElement[bool]:
    of = t.membership.c
    return sa.and_(of.role == role.value, sa.or_(sa.false(), *(_holds(one) for one in sorted(wanted))))


def _holds(relation: Relation) -> sa.ColumnElement[bool]:
    of, lives = t.membership.c, t.placement.c
    match relation:
        case Relation.allocated:
            given = t.allocation.c
            return sa.exists().where(
                given.child_id == t.child.c.id, given.user_id == of.user_id, given.until_at.is_(None)
            )
        case Relation.team:
            return sa.and_(of.team_id.is_not(None), of.team_id == t.child.c.team_id)
        case Relation.placement:
            return sa.and_(of.home_id.is_not(None), of.home_id == lives.home_id)
        case Relation.force:
            return sa.and_(t.force.c.area_id == lives.area_id)
        case Relation.organisation:
            return of.organisation_id == t.child.c.controller_id
        case _:
            return sa.false()
