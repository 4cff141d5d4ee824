"""What is withheld from a person by name: a child, a record, or a part of a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import keys
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
