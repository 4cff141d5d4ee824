"""Schedules as each organisation keeps them, cases that are closed, and what was found due."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from formsvc.fields.moments import LONDON
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.session import Tx
from formsvc.store.upsert import insert_once


@dataclass(frozen=True, kw_only=True)
class OwnRule:
    """What an organisation set for a status, and who set it when."""

    status: str
    number: int | None
    unit: str
    starts: str
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Closing:
    """A closed case: why, and on which day (2026-11-22)."""

    status: str
    on_day: str
    closed_by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ClosedCase:
    """A closed case with all that the day of its disposal follows from."""

    child_id: str
    reference: str
    status: str
    closed_on: str
    born: str = field(repr=False)
    changed_on: str
    is_held: bool


def own_rules(tx: Tx, organisation_id: str) -> dict[str, OwnRule]:
    """Return what an organisation set, by status."""
    of = t.retention_rule.c
    rows = tx.c.execute(
        sa.select(t.retention_rule, t.user.c.name)
        .outerjoin(t.user, t.user.c.id == of.changed_by)
        .where(of.organisation_id == organisation_id)
        .order_by(of.status)
    )
    return {
        row.status: OwnRule(
            status=row.status,
            number=row.number,
            unit=row.unit,
            starts=row.starts,
            changed_by=row.name or "",
            changed_at=row.changed_at,
        )
        for row in rows
    }


def set_rule(
    tx: Tx, *, organisation_id: str, status: str, number: int | None, unit: str, starts: str, by: str | None
) -> None:
    """Set how long an organisation keeps cases of a status."""
    of = t.retention_rule.c
    told = {"number": number, "unit": unit, "starts": starts, "changed_by": by, "changed_at": tx.at}
    here = {"organisation_id": organisation_id, "status": status}
    if not insert_once(tx, t.retention_rule, **here, **told):
        same = sa.and_(of.organisation_id == organisation_id, of.status == status)
        tx.c.execute(sa.update(t.retention_rule).where(same).values(**told))


def closing_of(tx: Tx, child_id: str) -> Closing | None:
    """Return how a child's case was closed; None while it is open."""
    of = t.closing.c
    row = tx.c.execute(
        sa.select(t.closing, t.user.c.name)
        .outerjoin(t.user, t.user.c.id == of.closed_by)
        .where(of.child_id == child_id)
    ).one_or_none()
    if row is None:
        return None
    return Closing(status=row.status, on_day=row.on_day, closed_by=row.name or "", at=row.at)


def close(tx: Tx, *, child_id: str, status: str, on_day: str, by: str | None) -> bool:
    """Close a case; return False, and change nothing, where it is closed already."""
    return insert_once(tx, t.closing, child_id=child_id, status=status, on_day=on_day, closed_by=by, at=tx.at)


def reopen(tx: Tx, *, child_id: str) -> bool:
    """Open a case again; return False where it is open."""
    done = tx.c.execute(sa.delete(t.closing).where(t.closing.c.child_id == child_id)).rowcount == 1
    tx.c.execute(sa.delete(t.disposal_due).where(t.disposal_due.c.child_id == child_id))
    return done


def any_closed(tx: Tx) -> bool:
    """Say whether any case is closed at all."""
    return tx.c.execute(sa.select(t.closing.c.child_id).limit(1)).first() is not None


def closed_cases(
    tx: Tx, *, organisation_id: str, child_ids: Collection[str] | None = None
) -> tuple[ClosedCase, ...]:
    """Return the closed cases of an organisation, or those of them that are named, by reference."""
    of, record = t.child.c, t.record.alias("record_of")
    last = sa.select(sa.func.max(record.c.changed_at)).where(record.c.child_id == of.id).scalar_subquery()
    held = sa.exists().where(t.legal_hold.c.child_id == of.id, t.legal_hold.c.until_at.is_(None))
    query = (
        sa.select(
            of.id,
            of.reference,
            of.identity,
            of.changed_at,
            t.closing.c.status,
            t.closing.c.on_day,
            last.label("record_changed_at"),
            held.label("is_held"),
            t.child_key.c.id.label("key_id"),
            t.child_key.c.wrapped,
            t.child_key.c.content_key_id,
        )
        .join(t.closing, t.closing.c.child_id == of.id)
        .join(t.child_key, t.child_key.c.child_id == of.id)
        .where(of.controller_id == organisation_id, of.disposed_at.is_(None))
        .order_by(of.reference)
    )
    if child_ids is not None:
        query = query.where(of.id.in_(sorted(child_ids)))
    return tuple(_case(tx, row) for row in tx.c.execute(query).all())


def write_due(tx: Tx, *, organisation_id: str, child_ids: Collection[str]) -> None:
    """Keep which cases were found due; those found before keep their moment."""
    of = t.disposal_due.c
    gone = sa.and_(of.organisation_id == organisation_id, of.child_id.not_in(sorted(child_ids)))
    tx.c.execute(sa.delete(t.disposal_due).where(gone))
    for one in sorted(child_ids):
        insert_once(tx, t.disposal_due, child_id=one, organisation_id=organisation_id, found_at=tx.at)


def found_due(tx: Tx, *, organisation_id: str) -> dict[str, datetime]:
    """Return the children found due of an organisation, and since when."""
    of = t.disposal_due.c
    rows = tx.c.execute(
        sa.select(of.child_id, of.found_at).where(of.organisation_id == organisation_id).order_by(of.found_at)
    )
    return {row.child_id: row.found_at for row in rows}


def _case(tx: Tx, row: sa.Row[tuple[object, ...]]) -> ClosedCase:
    key = keys.unwrapped(
        tx, child_id=row.id, key_id=row.key_id, wrapped=row.wrapped, content_key_id=row.content_key_id
    )
    identity = key.open_json(row.identity, about=("child", row.id, "identity"))
    moments = [row.changed_at] if row.record_changed_at is None else [row.changed_at, row.record_changed_at]
    return ClosedCase(
        child_id=row.id,
        reference=row.reference,
        status=row.status,
        closed_on=row.on_day,
        born=identity["date_of_birth"],
        changed_on=max(moments).astimezone(LONDON).date().isoformat(),
        is_held=bool(row.is_held),
    )
