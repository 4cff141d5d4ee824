"""Looks taken in an emergency: who, why, until when, and what the review found."""

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
class Emergency:
    """One look. `finding` is empty until somebody has reviewed it."""

    id: str
    child_id: str
    user_id: str
    user_name: str
    organisation_name: str
    why: str = field(repr=False)
    from_at: datetime
    until_at: datetime
    reviewed_at: datetime | None
    finding: str
    remark: str = field(repr=False)


def add(tx: Tx, *, child_id: str, user_id: str, membership_id: str, why: str, until_at: datetime) -> str:
    """Let somebody in until a moment; return the id."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.emergency).values(
            id=made,
            child_id=child_id,
            user_id=user_id,
            membership_id=membership_id,
            why=keys.of_child(tx, child_id).seal_json({"why": why}, about=("emergency", made)),
            from_at=tx.at,
            until_at=until_at,
        )
    )
    return made


def review(tx: Tx, *, emergency_id: str, reviewed_by: str, finding: str, remark: str) -> str:
    """Note what a review found; return the id of the child. Raises NotFound where it was reviewed already."""
    of = t.emergency.c
    child_id = tx.c.execute(sa.select(of.child_id).where(of.id == emergency_id)).scalar_one_or_none()
    if child_id is None:
        raise NotFound
    told = keys.of_child(tx, child_id).seal_json({"remark": remark}, about=("emergency-remark", emergency_id))
    done = tx.c.execute(
        sa.update(t.emergency)
        .where(of.id == emergency_id, of.reviewed_at.is_(None))
        .values(reviewed_at=tx.at, reviewed_by=reviewed_by, finding=finding, remark=told)
    )
    if done.rowcount != 1:
        raise NotFound
    return str(child_id)


def of_child(tx: Tx, child_id: str) -> tuple[Emergency, ...]:
    """Return the looks taken at a child in an emergency, newest first."""
    return _listed(tx, t.emergency.c.child_id == child_id)


def to_review(tx: Tx, where: sa.ColumnElement[bool]) -> tuple[Emergency, ...]:
    """Return the looks that nobody has reviewed, about the children a condition on `child` names."""
    return _listed(tx, sa.and_(t.emergency.c.reviewed_at.is_(None), where))


def _listed(tx: Tx, where: sa.ColumnElement[bool]) -> tuple[Emergency, ...]:
    of = t.emergency.c
    rows = tx.c.execute(
        sa.select(
            t.emergency,
            t.user.c.name.label("user_name"),
            t.organisation.c.name.label("organisation_name"),
        )
        .join(t.child, t.child.c.id == of.child_id)
        .join(t.user, t.user.c.id == of.user_id)
        .join(t.membership, t.membership.c.id == of.membership_id)
        .join(t.organisation, t.organisation.c.id == t.membership.c.organisation_id)
        .where(where, t.child.c.disposed_at.is_(None))
        .order_by(of.from_at.desc(), of.id)
    ).all()
    return tuple(_emergency(tx, row) for row in rows)


def _emergency(tx: Tx, row: sa.Row[tuple[object, ...]]) -> Emergency:
    key = keys.of_child(tx, row.child_id)
    remark = (
        "" if row.remark is None else key.open_json(row.remark, about=("emergency-remark", row.id))["remark"]
    )
    return Emergency(
        id=row.id,
        child_id=row.child_id,
        user_id=row.user_id,
        user_name=row.user_name,
        organisation_name=row.organisation_name,
        why=key.open_json(row.why, about=("emergency", row.id))["why"],
        from_at=row.from_at,
        until_at=row.until_at,
        reviewed_at=row.reviewed_at,
        finding=row.finding or "",
        remark=remark,
    )
