"""Where children live, and who works with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound, StaleVersion
from formsvc.store import keys, organisations
from formsvc.store import tables as t
from formsvc.store.session import Tx
from formsvc.store.upsert import insert_once


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where a child lives or lived. `details` hold the kind, the address and the carer.

    `is_undone` says that the child was put there by mistake and put back.
    """

    id: str
    child_id: str
    home_id: str | None
    home_name: str
    area_id: str
    details: Mapping[str, Any] = field(repr=False)
    from_at: datetime
    until_at: datetime | None
    is_undone: bool = False


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """Who works with a child."""

    user_id: str
    user_name: str
    from_at: datetime
    until_at: datetime | None


def move(
    tx: Tx,
    *,
    child_id: str,
    controller_id: str,
    area_id: str,
    details: Mapping[str, Any],
    home_id: str | None = None,
    id: str | None = None,
    instead_of: str | None = None,
) -> str:
    """End the current placement and begin another now; return its id.

    Raises StaleVersion where `instead_of` is given and another placement is current by now, PlaceClosed
    where the home was closed.
    """
    of = t.placement.c
    now = _current(tx, child_id)
    if home_id is not None:
        organisations.hold_open(tx, "home", home_id)
    if instead_of is not None and instead_of != now:
        raise StaleVersion
    tx.c.execute(
        sa.update(t.placement).where(of.child_id == child_id, of.until_at.is_(None)).values(until_at=tx.at)
    )
    made = id or clock.new_id()
    tx.c.execute(
        sa.insert(t.placement).values(
            id=made,
            child_id=child_id,
            controller_id=controller_id,
            home_id=home_id,
            area_id=area_id,
            details=keys.of_child(tx, child_id).seal_json(dict(details), about=("placement", made)),
            from_at=tx.at,
            created_at=tx.at,
        )
    )
    return made


def undo(tx: Tx, *, child_id: str, placement_id: str, since: datetime, why: str, by: str | None) -> datetime:
    """Undo a move made since a moment: its placement ends, the one before it is current again.

    Returns when the move was made. Raises StaleVersion where it is not the last move any more, or is older,
    PlaceClosed where the home of before was closed meanwhile.
    """
    of = t.placement.c
    if _current(tx, child_id) != placement_id:
        raise StaleVersion
    moved_at = tx.c.execute(sa.select(of.from_at).where(of.id == placement_id)).scalar_one()
    before = tx.c.execute(
        sa.select(of.id, of.home_id)
        .where(of.child_id == child_id, of.until_at == moved_at, of.id != placement_id, ~_is_undone())
        .order_by(of.from_at.desc(), of.id)
        .limit(1)
    ).one_or_none()
    if before is None or moved_at < since:
        raise StaleVersion
    if before.home_id is not None:
        organisations.hold_open(tx, "home", before.home_id)
    sealed = keys.of_child(tx, child_id).seal_json({"why": why}, about=("placement-undone", placement_id))
    tx.c.execute(sa.update(t.placement).where(of.id == placement_id).values(until_at=tx.at))
    tx.c.execute(sa.update(t.placement).where(of.id == before.id).values(until_at=None))
    tx.c.execute(
        sa.insert(t.placement_undone).values(
            placement_id=placement_id, child_id=child_id, why=sealed, at=tx.at, by=by
        )
    )
    found: datetime = moved_at
    return found


def _current(tx: Tx, child_id: str) -> str | None:
    """Return the id of the placement that is current, the child locked: of two moves one comes second."""
    locked = sa.select(t.child.c.id).where(t.child.c.id == child_id)
    if tx.c.execute(locked.with_for_update()).first() is None:
        raise NotFound
    of = t.placement.c
    return tx.c.execute(
        sa.select(of.id).where(of.child_id == child_id, of.until_at.is_(None))
    ).scalar_one_or_none()


def _is_undone() -> sa.ColumnElement[bool]:
    return sa.exists().where(t.placement_undone.c.placement_id == t.placement.c.id)


def of_child(tx: Tx, child_id: str) -> tuple[Placement, ...]:
    """Return a child's placements, newest first; the current one has no end."""
    of = t.placement.c
    rows = tx.c.execute(
        sa.select(t.placement, t.home.c.name.label("home_name"), _is_undone().label("is_undone"))
        .outerjoin(t.home, t.home.c.id == of.home_id)
        .where(of.child_id == child_id)
        .order_by(of.from_at.desc(), of.id.desc())
    )
    return tuple(
        Placement(
            id=row.id,
            child_id=row.child_id,
            home_id=row.home_id,
            home_name=row.home_name or "",
            area_id=row.area_id,
            details=keys.of_child(tx, child_id).open_json(row.details, about=("placement", row.id)),
            from_at=row.from_at,
            until_at=row.until_at,
            is_undone=bool(row.is_undone),
        )
        for row in rows
    )


def allocate(tx: Tx, *, child_id: str, user_id: str, id: str | None = None) -> None:
    """Put a child on a worker's caseload from now; on which she is already, she stays since then."""
    keys.of_child(tx, child_id)  # nobody works with a child who was disposed of
    insert_once(tx, t.allocation, id=id or clock.new_id(), child_id=child_id, user_id=user_id, from_at=tx.at)


def end_allocation(tx: Tx, *, child_id: str, user_id: str) -> None:
    """Take a child off a worker's caseload now."""
    of = t.allocation.c
    tx.c.execute(
        sa.update(t.allocation)
        .where(of.child_id == child_id, of.user_id == user_id, of.until_at.is_(None))
        .values(until_at=tx.at)
    )


def workers(tx: Tx, child_id: str) -> tuple[Allocation, ...]:
    """Return who works or worked with a child, newest first."""
    of = t.allocation.c
    rows = tx.c.execute(
        sa.select(of.user_id, t.user.c.name.label("user_name"), of.from_at, of.until_at)
        .join(t.user, t.user.c.id == of.user_id)
        .where(of.child_id == child_id)
        .order_by(of.from_at.desc(), of.id)
    ).mappings()
    return tuple(Allocation(**row) for row in rows)
