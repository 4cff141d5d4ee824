"""What ties a person to a child, worked out in the database: for one child, and for lists."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from formsvc.access.people import Person
from formsvc.access.table import Relation
from formsvc.store import tables as t
from formsvc.store.session import Tx


def relations(tx: Tx, person: Person, *, child_id: str) -> frozenset[Relation] | None:
    """Return what ties a person to a child now; None where there is no such child (any more)."""
    shut_out = _shut_out(tx, person)
    named = {relation: sa.and_(_holds(tx, person, relation), ~shut_out) for relation in Relation}
    row = tx.c.execute(
        sa.select(*(found.label(relation.value) for relation, found in named.items())).where(
            t.child.c.id == child_id, t.child.c.disposed_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        return None
    return frozenset(relation for relation in Relation if getattr(row, relation.value))


def within(tx: Tx, person: Person, reach: frozenset[Relation]) -> sa.ColumnElement[bool]:
    """Return the condition on `child` that one of these relations holds; never, where there are none.

    It never holds for a child who is withheld from the person by name. It is for lists, and an emergency
    opens one child's page: it puts her in no list, no search and no count.
    """
    listed = sorted(reach - {Relation.emergency})
    any_holds = sa.or_(sa.false(), *(_holds(tx, person, relation) for relation in listed))
    return sa.and_(any_holds, ~_shut_out(tx, person))


def withheld(tx: Tx, person: Person, *, record_id: str) -> frozenset[str]:
    """Return the parts of a record that are withheld from a person by name; "" stands for all of it."""
    of = t.withholding.c
    rows = tx.c.execute(
        sa.select(of.part).where(of.record_id == record_id, of.user_id == person.user_id, _now(tx, of))
    )
    return frozenset(rows.scalars())


def all_withheld(tx: Tx, person: Person) -> dict[str, frozenset[str]]:
    """Return what is withheld from a person by name now: record -> its parts, "" for all of it."""
    of = t.withholding.c
    rows = tx.c.execute(
        sa.select(of.record_id, of.part).where(
            of.record_id.is_not(None), of.user_id == person.user_id, _now(tx, of)
        )
    )
    found: dict[str, frozenset[str]] = {}
    for row in rows:
        found[row.record_id] = found.get(row.record_id, frozenset()) | {row.part}
    return found


def opened(tx: Tx, person: Person, *, record_id: str) -> frozenset[str]:
    """Return the parts of named readers that a person was named for; "" for all, who began the record."""
    return all_opened(tx, person, record_id=record_id).get(record_id, frozenset())


def all_opened(tx: Tx, person: Person, *, record_id: str | None = None) -> dict[str, frozenset[str]]:
    """Return the same of every record, or of one: record -> its parts."""
    of, record = t.part_reader.c, t.record.c
    named = sa.select(of.record_id, of.part).where(of.user_id == person.user_id, _now(tx, of))
    begun = sa.select(record.id, sa.literal("")).where(record.created_by == person.user_id)
    if record_id is not None:
        named, begun = named.where(of.record_id == record_id), begun.where(record.id == record_id)
    found: dict[str, frozenset[str]] = {}
    for id, part in tx.c.execute(named.union_all(begun)):
        found[id] = found.get(id, frozenset()) | {part}
    return found


def shown(tx: Tx, person: Person, *, forms: Collection[str]) -> sa.ColumnElement[bool]:
    """Return the condition on `record` and `revision` that a revision may be listed for a person.

    `forms` are the hashes of the forms that have anything for them; no record withheld by name is shown.
    """
    return sa.and_(t.revision.c.definition_hash.in_(sorted(forms)), ~_withheld_whole(tx, person))


def has_shown(tx: Tx, person: Person, *, forms: Collection[str]) -> sa.ColumnElement[bool]:
    """Return the same condition on `record` alone: one of its revisions may be listed."""
    any_of = t.revision.alias("any_of").c
    of_form = any_of.definition_hash.in_(sorted(forms))
    return sa.and_(
        sa.exists().where(any_of.record_id == t.record.c.id, of_form), ~_withheld_whole(tx, person)
    )


def _withheld_whole(tx: Tx, person: Person) -> sa.ColumnElement[bool]:
    of = t.withholding.alias("withheld_whole").c
    return sa.exists().where(
        of.record_id == t.record.c.id, of.user_id == person.user_id, of.part == "", _now(tx, of)
    )


def _shut_out(tx: Tx, person: Person) -> sa.ColumnElement[bool]:
    of = t.withholding.alias("shut_out").c
    return sa.exists().where(
        of.child_id == t.child.c.id, of.user_id == person.user_id, of.record_id.is_(None), _now(tx, of)
    )


def _now(tx: Tx, of: Any) -> sa.ColumnElement[bool]:
    return sa.and_(of.from_at <= tx.at, sa.or_(of.until_at.is_(None), of.until_at > tx.at))


def _holds(tx: Tx, person: Person, relation: Relation) -> sa.ColumnElement[bool]:
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
        case Relation.former_placement if person.home_id:
            return sa.and_(_was_placed(person.home_id), ~_placed("home_id", person.home_id))
        case Relation.emergency:
            seen = t.emergency.alias("seen").c
            return sa.exists().where(
                seen.child_id == t.child.c.id,
                seen.membership_id == person.membership_id,
                seen.from_at <= tx.at,
                seen.until_at > tx.at,
            )
        case Relation.force if person.force_id and person.area_id:
            return _placed("area_id", person.area_id)
        case Relation.organisation:
            return t.child.c.controller_id == person.organisation_id
        case _:
            return sa.false()


def _placed(column: str, value: str) -> sa.ColumnElement[bool]:
    of = t.placement.alias("placed").c  # a list may join the table under its own name
    return sa.exists().where(of.child_id == t.child.c.id, of.until_at.is_(None), of[column] == value)


def _was_placed(home_id: str) -> sa.ColumnElement[bool]:
    of, undone = t.placement.alias("was_placed").c, t.placement_undone.alias("undone").c
    return sa.exists().where(
        of.child_id == t.child.c.id,
        of.until_at.is_not(None),
        of.home_id == home_id,
        ~sa.exists().where(undone.placement_id == of.id),
    )
