"""What ties a person to a child, worked out in the database: for one child, and for lists."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, cast

import sqlalchemy as sa

from formsvc.access.people import Person
from formsvc.access.table import Relation
from formsvc.store import tables as t
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class _Asks:
    """Who asks, and when: values, or the parameters of a statement that is kept. None where there is none."""

    user: Any
    membership: Any
    organisation: Any
    team: Any
    home: Any
    area: Any
    at: Any


def relations(tx: Tx, person: Person, *, child_id: str) -> frozenset[Relation] | None:
    """Return what ties a person to a child now; None where there is no such child (any more).

    The statement is built once for each kind of role, so that a request only fills it in.
    """
    asks = _asks(tx, person)
    named = {one: value for one, value in vars(asks).items() if value is not None}
    row = tx.c.execute(_ties(frozenset(named)), {**named, "child": child_id}).one_or_none()
    if row is None:
        return None
    return frozenset(relation for relation, holds in zip(Relation, row, strict=True) if holds)


@cache
def _ties(named: frozenset[str]) -> sa.Select[Any]:
    """Return the statement that asks for every relation to one child; `named` is what the role has."""
    kept = {
        one.name: sa.bindparam(one.name, type_=t.allocation.c.from_at.type if one.name == "at" else sa.String)
        if one.name in named
        else None
        for one in fields(_Asks)
    }
    asks = _Asks(**kept)
    shut_out = _shut_out(asks)
    ties = (sa.and_(_holds(asks, relation), ~shut_out).label(relation.value) for relation in Relation)
    query = sa.select(*ties).where(
        t.child.c.id == sa.bindparam("child", type_=sa.String), t.child.c.disposed_at.is_(None)
    )
    return cast("sa.Select[Any]", query)


def kept_statements() -> int:
    """Return how many statements for ties were built in this process: one for each kind of role."""
    return _ties.cache_info().currsize


def _asks(tx: Tx, person: Person) -> _Asks:
    return _Asks(
        user=person.user_id,
        membership=person.membership_id,
        organisation=person.organisation_id,
        team=person.team_id,
        home=person.home_id,
        area=(person.area_id or None) if person.force_id else None,
        at=tx.at,
    )


def within(tx: Tx, person: Person, reach: frozenset[Relation]) -> sa.ColumnElement[bool]:
    """Return the condition on `child` that one of these relations holds; never, where there are none.

    It never holds for a child who is withheld from the person by name. It is for lists, and an emergency
    opens one child's page: it puts her in no list, no search and no count.
    """
    listed = sorted(reach - {Relation.emergency})
    asks = _asks(tx, person)
    any_holds = sa.or_(sa.false(), *(_holds(asks, relation) for relation in listed))
    return sa.and_(any_holds, ~_shut_out(asks))


def withheld(tx: Tx, person: Person, *, record_id: str) -> frozenset[str]:
    """Return the parts of a record that are withheld from a person by name; "" stands for all of it."""
    of = t.withholding.c
    rows = tx.c.execute(
        sa.select(of.part).where(of.record_id == record_id, of.user_id == person.user_id, _now(tx.at, of))
    )
    return frozenset(rows.scalars())


def all_withheld(tx: Tx, person: Person) -> dict[str, frozenset[str]]:
    """Return what is withheld from a person by name now: record -> its parts, "" for all of it."""
    of = t.withholding.c
    rows = tx.c.execute(
        sa.select(of.record_id, of.part).where(
            of.record_id.is_not(None), of.user_id == person.user_id, _now(tx.at, of)
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
    named = sa.select(of.record_id, of.part).where(of.user_id == person.user_id, _now(tx.at, of))
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
        of.record_id == t.record.c.id, of.user_id == person.user_id, of.part == "", _now(tx.at, of)
    )


def _shut_out(asks: _Asks) -> sa.ColumnElement[bool]:
    of = t.withholding.alias("shut_out").c
    return sa.exists().where(
        of.child_id == t.child.c.id, of.user_id == asks.user, of.record_id.is_(None), _now(asks.at, of)
    )


def _now(at: Any, of: Any) -> sa.ColumnElement[bool]:
    return sa.and_(of.from_at <= at, sa.or_(of.until_at.is_(None), of.until_at > at))


def _holds(asks: _Asks, relation: Relation) -> sa.ColumnElement[bool]:
    match relation:
        case Relation.allocated:
            of = t.allocation.c
            return sa.exists().where(
                of.child_id == t.child.c.id, of.user_id == asks.user, of.until_at.is_(None)
            )
        case Relation.team if asks.team is not None:
            return sa.and_(t.child.c.team_id == asks.team)
        case Relation.placement if asks.home is not None:
            return _placed("home_id", asks.home)
        case Relation.former_placement if asks.home is not None:
            return sa.and_(_was_placed(asks.home), ~_placed("home_id", asks.home))
        case Relation.emergency:
            seen = t.emergency.alias("seen").c
            return sa.exists().where(
                seen.child_id == t.child.c.id,
                seen.membership_id == asks.membership,
                seen.from_at <= asks.at,
                seen.until_at > asks.at,
            )
        case Relation.force if asks.area is not None:
            return _placed("area_id", asks.area)
        case Relation.organisation:
            return sa.and_(t.child.c.controller_id == asks.organisation)
        case _:
            return sa.false()


def _placed(column: str, value: Any) -> sa.ColumnElement[bool]:
    of = t.placement.alias("placed").c  # a list may join the table under its own name
    return sa.exists().where(of.child_id == t.child.c.id, of.until_at.is_(None), of[column] == value)


def _was_placed(home_id: Any) -> sa.ColumnElement[bool]:
    of, undone = t.placement.alias("was_placed").c, t.placement_undone.alias("undone").c
    return sa.exists().where(
        of.child_id == t.child.c.id,
        of.until_at.is_not(None),
        of.home_id == home_id,
        ~sa.exists().where(undone.placement_id == of.id),
    )
