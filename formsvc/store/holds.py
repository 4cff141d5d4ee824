"""Legal holds: while one stands on a child, nothing that is held on her is disposed of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A hold: why, by whom, since when; and how it ended, where it did."""

    id: str
    why: str = field(repr=False)
    put_by: str
    from_at: datetime
    until_at: datetime | None
    lifted_by: str
    lifted_why: str = field(repr=False)


def begin(tx: Tx, *, child_id: str, why: str, by: str | None) -> str:
    """Put a hold on a child from now; return its id. A disposal waits for this, or this for it."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.legal_hold).values(
            id=made,
            child_id=child_id,
            why=keys.of_child(tx, child_id).seal_json({"why": why}, about=("legal_hold", made)),
            put_by=by,
            from_at=tx.at,
        )
    )
    return made


def lift(tx: Tx, *, child_id: str, hold_id: str, why: str, by: str | None) -> None:
    """Lift a hold that stands on a child; raise NotFound for any other."""
    told = keys.of_child(tx, child_id).seal_json({"why": why}, about=("legal_hold-lifted", hold_id))
    of = t.legal_hold.c
    done = tx.c.execute(
        sa.update(t.legal_hold)
        .where(of.id == hold_id, of.child_id == child_id, of.until_at.is_(None))
        .values(until_at=tx.at, lifted_by=by, lifted_why=told)
    )
    if done.rowcount != 1:
        raise NotFound


def is_held(tx: Tx, child_id: str) -> bool:
    """Say whether a hold stands on a child."""
    of = t.legal_hold.c
    return (
        tx.c.execute(sa.select(of.id).where(of.child_id == child_id, of.until_at.is_(None))).first()
        is not None
    )


def of_child(tx: Tx, child_id: str) -> tuple[Hold, ...]:
    """Return every hold that stands or stood on a child, newest first."""
    of = t.legal_hold.c
    putter, lifter = t.user.alias("putter"), t.user.alias("lifter")
    rows = tx.c.execute(
        sa.select(t.legal_hold, putter.c.name.label("putter"), lifter.c.name.label("lifter"))
        .outerjoin(putter, putter.c.id == of.put_by)
        .outerjoin(lifter, lifter.c.id == of.lifted_by)
        .where(of.child_id == child_id)
        .order_by(of.from_at.desc(), of.id)
    ).all()
    return tuple(_hold(tx, row) for row in rows)


def _hold(tx: Tx, row: sa.Row[tuple[object, ...]]) -> Hold:
    key = keys.of_child(tx, str(row.child_id))
    lifted = row.lifted_why
    return Hold(
        id=row.id,
        why=key.open_json(row.why, about=("legal_hold", row.id))["why"],
        put_by=row.putter or "",
        from_at=row.from_at,
        until_at=row.until_at,
        lifted_by=row.lifter or "",
        lifted_why=""
        if lifted is None
        else key.open_json(lifted, about=("legal_hold-lifted", row.id))["why"],
    )
