"""Records: one filled form about one child, known in print by a short reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record and who controls it."""

    id: str
    reference: str
    controller_id: str
    controller_name: str
    child_id: str
    definition_id: str
    area_id: str


@dataclass(frozen=True, kw_only=True)
class RecordLine:
    """One line of a list: the record, its current revision, and the one being worked on."""

    id: str
    reference: str
    child_id: str
    definition_id: str
    area_id: str
    title: str
    current_id: str | None
    current_number: int | None
    current_status: str | None
    final_at: datetime | None
    open_id: str | None
    open_number: int | None
    open_state: str | None
    open_changed_at: datetime | None
    changed_at: datetime


def add(
    tx: Tx,
    *,
    child_id: str,
    controller_id: str,
    definition_id: str,
    area_id: str,
    reference_prefix: str,
    created_by: str | None,
    id: str | None = None,
    reference: str | None = None,
) -> str:
    """Add a record and return its id; raise ContentDestroyed for a child who was disposed of."""
    keys.of_child(tx, child_id)
    made = id or clock.new_id()
    tx.c.execute(
        sa.insert(t.record).values(
            id=made,
            reference=reference or _new_reference(tx, reference_prefix),
            controller_id=controller_id,
            child_id=child_id,
            definition_id=definition_id,
            area_id=area_id,
            created_at=tx.at,
            created_by=created_by,
            changed_at=tx.at,
        )
    )
    return made


def get(tx: Tx, record_id: str) -> Record:
    """Return a record; raise NotFound."""
    return _one(tx, t.record.c.id == record_id)


def by_reference(tx: Tx, reference: str) -> Record:
    """Return the record a printed reference names; raise NotFound."""
    return _one(tx, t.record.c.reference == reference.strip().upper())


def living(tx: Tx, *, child_id: str, definition_id: str, person_id: str | None) -> str | None:
    """Return the newest record of a definition about a child that is worked on or final; None without one.

    What is withheld from a person by name is not there for them.
    """
    of, one = t.record.c, t.revision.alias("one").c
    held = t.withholding.alias("held").c
    is_withheld = sa.exists().where(
        held.record_id == of.id,
        held.user_id == (person_id or ""),
        held.part == "",
        held.from_at <= tx.at,
        sa.or_(held.until_at.is_(None), held.until_at > tx.at),
    )
    found = tx.c.execute(
        sa.select(of.id)
        .where(
            of.child_id == child_id,
            of.definition_id == definition_id,
            sa.exists().where(one.record_id == of.id, one.state.in_(("draft", "awaiting_signoff", "final"))),
            ~is_withheld,
        )
        .order_by(of.changed_at.desc(), of.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return None if found is None else str(found)


def touch(tx: Tx, record_id: str) -> None:
    """Note that a record changed now."""
    tx.c.execute(sa.update(t.record).where(t.record.c.id == record_id).values(changed_at=tx.at))


def listing(
    tx: Tx,
    *,
    child_id: str | None = None,
    controllers: Sequence[str] = (),
    definition_id: str | None = None,
    where: sa.ColumnElement[bool] | None = None,
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> tuple[RecordLine, ...]:
    """Return records, most lately changed first; every condition given must hold.

    `where` is a further condition on the record (formsvc.store.relations.has_shown).
    """
    of = t.record.c
    current, opened = t.revision.alias("current"), t.revision.alias("opened")
    used = t.effective_definition
    query = (
        sa.select(
            of.id,
            of.reference,
            of.child_id,
            of.definition_id,
            of.area_id,
            used.c.title,
            current.c.id.label("current_id"),
            current.c.number.label("current_number"),
            current.c.status.label("current_status"),
            current.c.final_at,
            opened.c.id.label("open_id"),
            opened.c.number.label("open_number"),
            opened.c.state.label("open_state"),
            opened.c.changed_at.label("open_changed_at"),
            of.changed_at,
        )
        .outerjoin(current, sa.and_(current.c.record_id == of.id, current.c.state == "final"))
        .outerjoin(
            opened,
            sa.and_(opened.c.record_id == of.id, opened.c.state.in_(("draft", "awaiting_signoff"))),
        )
        .outerjoin(used, used.c.hash == sa.func.coalesce(opened.c.definition_hash, current.c.definition_hash))
    )
    if where is not None:
        query = query.where(where)
    if child_id is not None:
        query = query.where(of.child_id == child_id)
    if controllers:
        query = query.where(of.controller_id.in_(controllers))
    if definition_id is not None:
        query = query.where(of.definition_id == definition_id)
    if before is not None:
        query = query.where(
            sa.or_(of.changed_at < before[0], sa.and_(of.changed_at == before[0], of.id < before[1]))
        )
    rows = tx.c.execute(query.order_by(of.changed_at.desc(), of.id.desc()).limit(limit)).mappings()
    return tuple(RecordLine(**{**row, "title": row["title"] or ""}) for row in rows)


def _one(tx: Tx, where: sa.ColumnElement[bool]) -> Record:
    of = t.record.c
    row = (
        tx.c.execute(
            sa.select(
                of.id,
                of.reference,
                of.controller_id,
                t.organisation.c.name.label("controller_name"),
                of.child_id,
                of.definition_id,
                of.area_id,
            )
            .join(t.organisation, t.organisation.c.id == of.controller_id)
            .where(where)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound
    return Record(**row)


def _new_reference(tx: Tx, prefix: str) -> str:
    """Return a reference no record has; a clash is tried again."""
    while True:
        made = clock.new_reference(prefix)
        if tx.c.execute(sa.select(t.record.c.id).where(t.record.c.reference == made)).first() is None:
            return made
