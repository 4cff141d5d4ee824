"""What is withheld from a person by name: a child, a record, or a part of a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import keys, persons
from formsvc.store import tables as t
from formsvc.store.session import Tx

KINDS: Final = ("withheld", "allegation")


@dataclass(frozen=True, kw_only=True)
class Withholding:
    """One thing withheld. Without a record it is everything about the child; an empty part is all of it."""

    id: str
    child_id: str
    user_id: str
    user_name: str
    record_id: str | None
    part: str
    kind: str
    why: str = field(repr=False)
    from_at: datetime
    until_at: datetime | None


def add(
    tx: Tx,
    *,
    child_id: str,
    user_id: str,
    kind: str,
    why: str,
    created_by: str | None,
    record_id: str | None = None,
    part: str = "",
) -> str:
    """Withhold from a person from now on; return the id."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.withholding).values(
            id=made,
            child_id=child_id,
            user_id=user_id,
            record_id=record_id,
            part=part,
            kind=kind,
            why=keys.of_child(tx, child_id).seal_json({"why": why}, about=("withholding", made)),
            created_by=created_by,
            from_at=tx.at,
        )
    )
    return made


def end(tx: Tx, *, withholding_id: str, ended_by: str | None) -> str:
    """Withhold no longer; return the id of the child. Raises NotFound where it does not hold."""
    of = t.withholding.c
    child_id = tx.c.execute(
        sa.update(t.withholding)
        .where(of.id == withholding_id, of.until_at.is_(None))
        .values(until_at=tx.at, ended_by=ended_by)
        .returning(of.child_id)
    ).scalar_one_or_none()
    if child_id is None:
        raise NotFound
    return str(child_id)


@dataclass(frozen=True, kw_only=True)
class PartReader:
    """Somebody named to read a part that only named people read."""

    id: str
    record_id: str
    part: str
    user_id: str
    user_name: str
    from_at: datetime
    until_at: datetime | None


def name_reader(
    tx: Tx, *, child_id: str, record_id: str, part: str, user_id: str, created_by: str | None
) -> str:
    """Let somebody read a part of named readers from now on; return the id."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.part_reader).values(
            id=made,
            child_id=child_id,
            record_id=record_id,
            part=part,
            user_id=user_id,
            created_by=created_by,
            from_at=tx.at,
        )
    )
    return made


def end_reader(tx: Tx, *, reader_id: str, child_id: str, ended_by: str | None) -> str:
    """End that somebody reads a part; return the id of the record. Raises NotFound where it does not hold."""
    of = t.part_reader.c
    record_id = tx.c.execute(
        sa.update(t.part_reader)
        .where(of.id == reader_id, of.child_id == child_id, of.until_at.is_(None))
        .values(until_at=tx.at, ended_by=ended_by)
        .returning(of.record_id)
    ).scalar_one_or_none()
    if record_id is None:
        raise NotFound
    return str(record_id)


def readers_of_child(tx: Tx, child_id: str) -> tuple[PartReader, ...]:
    """Return everybody who is or was named to read a part of a record about a child, newest first."""
    of = t.part_reader.c
    rows = tx.c.execute(
        sa.select(
            of.id,
            of.record_id,
            of.part,
            of.user_id,
            t.user.c.name.label("user_name"),
            of.from_at,
            of.until_at,
        )
        .join(t.user, t.user.c.id == of.user_id)
        .where(of.child_id == child_id)
        .order_by(of.from_at.desc(), of.id)
    ).mappings()
    return tuple(PartReader(**row) for row in rows)


@dataclass(frozen=True, kw_only=True)
class Near:
    """Somebody whose role may reach a child: where they work, in words."""

    user_id: str
    name: str
    role: str
    place: str


def near(tx: Tx, child_id: str) -> tuple[Near, ...]:
    """Return who holds a role in the authority, a home or a force that a child has to do with, by name."""
    of, held, lives = t.child.c, t.membership.c, t.placement.c
    child = tx.c.execute(sa.select(of.controller_id).where(of.id == child_id)).scalar_one()
    homes = sa.select(lives.home_id).where(lives.child_id == child_id, lives.home_id.is_not(None))
    areas = sa.select(lives.area_id).where(lives.child_id == child_id)
    rows = tx.c.execute(
        persons.with_places(
            sa.select(t.user.c.id.label("user_id"), *persons.COLUMNS).join(
                t.membership, t.membership.c.user_id == t.user.c.id
            )
        )
        .where(
            persons.holds(tx),
            held.role != "administrator",
            sa.or_(held.organisation_id == child, held.home_id.in_(homes), t.force.c.area_id.in_(areas)),
        )
        .order_by(t.user.c.name, t.user.c.id)
    )
    found: dict[str, Near] = {}
    for row in rows:
        place = row.place_name or row.organisation_name or ""
        found.setdefault(row.user_id, Near(user_id=row.user_id, name=row.name, role=row.role, place=place))
    return tuple(found.values())


def parts_of_child(tx: Tx, child_id: str) -> tuple[tuple[str, str, str], ...]:
    """Return (user, record, part) of what of a child's forms is withheld now; the part "" is the whole."""
    of = t.withholding.c
    rows = tx.c.execute(
        sa.select(of.user_id, of.record_id, of.part)
        .where(of.child_id == child_id, of.record_id.is_not(None))
        .where(sa.or_(of.until_at.is_(None), of.until_at > tx.at))
        .order_by(of.id)
    )
    return tuple((row.user_id, row.record_id, row.part) for row in rows)


def of_child(tx: Tx, child_id: str) -> tuple[Withholding, ...]:
    """Return all that is or was withheld about a child, newest first."""
    of = t.withholding.c
    rows = tx.c.execute(
        sa.select(t.withholding, t.user.c.name.label("user_name"))
        .join(t.user, t.user.c.id == of.user_id)
        .where(of.child_id == child_id)
        .order_by(of.from_at.desc(), of.id)
    )
    return tuple(
        Withholding(
            id=row.id,
            child_id=row.child_id,
            user_id=row.user_id,
            user_name=row.user_name,
            record_id=row.record_id,
            part=row.part,
            kind=row.kind,
            why=keys.of_child(tx, child_id).open_json(row.why, about=("withholding", row.id))["why"],
            from_at=row.from_at,
            until_at=row.until_at,
        )
        for row in rows
    )
