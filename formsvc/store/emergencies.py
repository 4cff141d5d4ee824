"""Looks taken in an emergency: who, why, until when, and what the review found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from formsvc import clock
from formsvc.access.people import Person
from formsvc.access.terms import Relation
from formsvc.errors import NotFound
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.audit import Entry
from formsvc.store.children import Identity
from formsvc.store.relations import within
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class Emergency:
    """One look. `finding` is empty until somebody has reviewed it."""

    id: str
    child_id: str
    child: Identity = field(repr=False)
    reference: str
    user_id: str
    user_name: str
    role: str
    organisation_name: str
    place_name: str
    why: str = field(repr=False)
    from_at: datetime
    until_at: datetime
    reviewed_at: datetime | None
    finding: str
    remark: str = field(repr=False)
    reviewer_name: str


@dataclass(frozen=True, kw_only=True)
class Running:
    """A look that has not run out."""

    id: str
    child_id: str
    until_at: datetime


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


def running(tx: Tx, *, membership_id: str) -> tuple[Running, ...]:
    """Return the looks somebody has open in a role now, the first to run out first."""
    of = t.emergency.c
    rows = tx.c.execute(
        sa.select(of.id, of.child_id, of.until_at)
        .where(of.membership_id == membership_id, of.from_at <= tx.at, of.until_at > tx.at)
        .order_by(of.until_at, of.id)
    ).mappings()
    return tuple(Running(**row) for row in rows)


def end(tx: Tx, *, emergency_id: str, membership_id: str) -> str:
    """End a look of one's own now; return the id of the child. Raises NotFound where none is running."""
    of = t.emergency.c
    child_id = tx.c.execute(
        sa.update(t.emergency)
        .where(of.id == emergency_id, of.membership_id == membership_id, of.until_at > tx.at)
        .values(until_at=tx.at)
        .returning(of.child_id)
    ).scalar_one_or_none()
    if child_id is None:
        raise NotFound
    return str(child_id)


def tries(tx: Tx, *, user_id: str, since: datetime, act: str) -> tuple[int, int]:
    """Return how many looks somebody opened since a moment, and how often no child was found for them."""
    of, said = t.emergency.c, t.audit_entry.c
    opened = sa.select(sa.func.count()).select_from(t.emergency)
    missed = sa.select(sa.func.count()).select_from(t.audit_entry)
    return (
        tx.c.execute(opened.where(of.user_id == user_id, of.from_at > since)).scalar_one(),
        tx.c.execute(
            missed.where(
                said.actor_id == user_id, said.act == act, said.outcome == "refused", said.at > since
            )
        ).scalar_one(),
    )


def is_shut_out(tx: Tx, *, user_id: str, child_id: str) -> bool:
    """Say whether everything about a child is withheld from somebody by name."""
    of = t.withholding.c
    return (
        tx.c.execute(
            sa.select(of.id).where(
                of.child_id == child_id,
                of.user_id == user_id,
                of.record_id.is_(None),
                of.from_at <= tx.at,
                sa.or_(of.until_at.is_(None), of.until_at > tx.at),
            )
        ).first()
        is not None
    )


def seen(tx: Tx, one: Emergency, *, limit: int = 100) -> tuple[Entry, ...]:
    """Return what somebody did about the child while a look was open, the first first."""
    of = t.audit_entry.c
    rows = tx.c.execute(
        sa.select(t.audit_entry)
        .where(
            of.child_id == one.child_id,
            of.actor_id == one.user_id,
            of.at >= one.from_at,
            of.at <= one.until_at,
        )
        .order_by(of.at, of.id)
        .limit(limit)
    ).mappings()
    return tuple(Entry(**row) for row in rows)


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


def unreviewed(tx: Tx, person: Person, seen: frozenset[Relation]) -> tuple[Emergency, ...]:
    """Return the looks that others took and nobody has reviewed, about the children within reach."""
    where = sa.and_(t.emergency.c.user_id != person.user_id, within(tx, person, seen))
    return to_review(tx, where)


def to_review(tx: Tx, where: sa.ColumnElement[bool]) -> tuple[Emergency, ...]:
    """Return the looks that nobody has reviewed, about the children a condition on `child` names."""
    return _listed(tx, sa.and_(t.emergency.c.reviewed_at.is_(None), where))


def get(tx: Tx, emergency_id: str) -> Emergency:
    """Return one look; raise NotFound."""
    found = _listed(tx, t.emergency.c.id == emergency_id)
    if not found:
        raise NotFound
    return found[0]


def _listed(tx: Tx, where: sa.ColumnElement[bool]) -> tuple[Emergency, ...]:
    of, reviewer = t.emergency.c, t.user.alias("reviewer")
    rows = tx.c.execute(
        sa.select(
            t.emergency,
            t.child.c.identity,
            t.child.c.reference,
            t.membership.c.role,
            t.user.c.name.label("user_name"),
            t.organisation.c.name.label("organisation_name"),
            sa.func.coalesce(t.team.c.name, t.home.c.name, t.force.c.name, "").label("place_name"),
            sa.func.coalesce(reviewer.c.name, "").label("reviewer_name"),
        )
        .join(t.child, t.child.c.id == of.child_id)
        .join(t.user, t.user.c.id == of.user_id)
        .join(t.membership, t.membership.c.id == of.membership_id)
        .join(t.organisation, t.organisation.c.id == t.membership.c.organisation_id)
        .outerjoin(t.team, t.team.c.id == t.membership.c.team_id)
        .outerjoin(t.home, t.home.c.id == t.membership.c.home_id)
        .outerjoin(t.force, t.force.c.id == t.membership.c.force_id)
        .outerjoin(reviewer, reviewer.c.id == of.reviewed_by)
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
        child=Identity(**key.open_json(row.identity, about=("child", row.child_id, "identity"))),
        reference=row.reference,
        user_id=row.user_id,
        user_name=row.user_name,
        role=row.role,
        organisation_name=row.organisation_name,
        place_name=row.place_name,
        why=key.open_json(row.why, about=("emergency", row.id))["why"],
        from_at=row.from_at,
        until_at=row.until_at,
        reviewed_at=row.reviewed_at,
        finding=row.finding or "",
        remark=remark,
        reviewer_name=row.reviewer_name,
    )
