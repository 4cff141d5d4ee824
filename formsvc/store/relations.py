"""What ties a person to a child, worked out in the database: for one child, and for lists."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.access.people import Person
from formsvc.access.table import Relation
from formsvc.store import tables as t
from formsvc.store.session import Tx


def relations(tx: Tx, person: Person, *, child_id: str) -> frozenset[Relation] | None:
    """Return what ties a person to a child now; None where there is no such child (any more)."""
    named = {relation: _holds(person, relation) for relation in Relation}
    row = tx.c.execute(
        sa.select(*(found.label(relation.value) for relation, found in named.items())).where(
            t.child.c.id == child_id, t.child.c.disposed_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        return None
    return frozenset(relation for relation in Relation if getattr(row, relation.value))


def within(person: Person, reach: frozenset[Relation]) -> sa.ColumnElement[bool]:
    """Return the condition on `child` that one of these relations holds; never, where there are none."""
    return sa.or_(sa.false(), *(_holds(person, relation) for relation in sorted(reach)))


def _holds(person: Person, relation: Relation) -> sa.ColumnElement[bool]:
    match relation:
        case Relation.allocated:
            of = t.allocation.c
            return sa.exists().where(
                of.child_id == t.child.c.id, of.user_id == person.user_id, of.until_at.is_(None)
            )
        case Relation.team if person.team_id:
            return t.child.c.team_id == person.team_id
        case Relation.placement if person.home_id:
            return _placed("home_id", person.home_id)
        case Relation.force if person.force_id and person.area_id:
            return _placed("area_id", person.area_id)
        case Relation.organisation:
            return t.child.c.controller_id == person.organisation_id
        case _:
            return sa.false()


def _placed(column: str, value: str) -> sa.ColumnElement[bool]:
    of = t.placement.alias("placed").c  # a list may join the table under its own name
    return sa.exists().where(of.child_id == t.child.c.id, of.until_at.is_(None), of[column] == value)
