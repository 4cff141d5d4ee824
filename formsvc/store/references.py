"""What other systems know a child by: sealed under the child's key, ended and never deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from formsvc import clock
from formsvc.cases.references import found_by
from formsvc.errors import NotFound
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class External:
    """One reference. It stands while `until_at` is None; `replaces` is the id of the one it corrects."""

    id: str
    child_id: str
    kind: str
    value: str = field(repr=False)
    system: str = field(repr=False)
    replaces: str | None
    from_at: datetime
    by_name: str
    until_at: datetime | None
    ended_by_name: str
    ended_why: str | None


def add(
    tx: Tx,
    *,
    child_id: str,
    kind: str,
    value: str,
    system: str,
    created_by: str | None,
    replaces: str | None = None,
) -> str:
    """Keep a reference from now on; return its id. `children.index_again` makes it found."""
    made = clock.new_id()
    content = keys.of_child(tx, child_id).seal_json(
        {"value": value, "system": system}, about=("external_reference", made)
    )
    tx.c.execute(
        sa.insert(t.external_reference).values(
            id=made,
            child_id=child_id,
            kind=kind,
            content=content,
            replaces_id=replaces,
            from_at=tx.at,
            created_by=created_by,
        )
    )
    return made


def end(tx: Tx, *, reference_id: str, why: str, by: str | None) -> bool:
    """End a reference that stands; return False where somebody ended it before."""
    of = t.external_reference.c
    ended = tx.c.execute(
        sa.update(t.external_reference)
        .where(of.id == reference_id, of.until_at.is_(None))
        .values(until_at=tx.at, ended_by=by, ended_why=why)
    )
    return ended.rowcount == 1


def get(tx: Tx, reference_id: str, *, child_id: str) -> External:
    """Return a reference of a child; raise NotFound."""
    of = t.external_reference.c
    found = _listed(tx, sa.and_(of.id == reference_id, of.child_id == child_id))
    if not found:
        raise NotFound
    return found[0]


def of_child(tx: Tx, child_id: str) -> tuple[External, ...]:
    """Return every reference of a child, those that ended too, the first kept first."""
    return _listed(tx, t.external_reference.c.child_id == child_id)


def standing(tx: Tx, child_ids: Collection[str]) -> Mapping[str, tuple[External, ...]]:
    """Return the references that stand, by child, in one query; the first kept first."""
    of = t.external_reference.c
    found: dict[str, tuple[External, ...]] = {}
    for one in _listed(tx, sa.and_(of.child_id.in_(sorted(child_ids)), of.until_at.is_(None))):
        found[one.child_id] = (*found.get(one.child_id, ()), one)
    return found


def what_is_found(tx: Tx, child_id: str) -> frozenset[str]:
    """Return the texts of the blind index for the references of a child that stand."""
    told = standing(tx, [child_id]).get(child_id, ())
    return frozenset(found_by(one.kind, one.value) for one in told)


def _listed(tx: Tx, where: sa.ColumnElement[bool]) -> tuple[External, ...]:
    of, by, ended = t.external_reference.c, t.user.alias("kept_by").c, t.user.alias("ended_by_whom").c
    rows = tx.c.execute(
        sa.select(
            t.external_reference,
            sa.func.coalesce(by.name, "").label("by_name"),
            sa.func.coalesce(ended.name, "").label("ended_by_name"),
            t.child_key.c.id.label("key_id"),
            t.child_key.c.wrapped,
            t.child_key.c.content_key_id,
        )
        .join(t.child_key, t.child_key.c.child_id == of.child_id)
        .outerjoin(by.id.table, by.id == of.created_by)
        .outerjoin(ended.id.table, ended.id == of.ended_by)
        .where(where, t.child_key.c.wrapped.is_not(None))
        .order_by(of.from_at, of.id)
    )
    return tuple(_external(tx, row) for row in rows)


def _external(tx: Tx, row: sa.Row[Any]) -> External:
    key = keys.unwrapped(
        tx, child_id=row.child_id, key_id=row.key_id, wrapped=row.wrapped, content_key_id=row.content_key_id
    )
    said = key.open_json(row.content, about=("external_reference", row.id))
    return External(
        id=row.id,
        child_id=row.child_id,
        kind=row.kind,
        value=str(said["value"]),
        system=str(said["system"]),
        replaces=row.replaces_id,
        from_at=row.from_at,
        by_name=row.by_name,
        until_at=row.until_at,
        ended_by_name=row.ended_by_name,
        ended_why=row.ended_why,
    )
