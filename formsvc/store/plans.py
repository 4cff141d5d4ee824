"""The newest issued form of each record in somebody's reach, and what was newest at an earlier moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from formsvc.access.people import Person
from formsvc.access.table import Action, reach
from formsvc.store import documents, keys, relations
from formsvc.store import tables as t
from formsvc.store.children import Identity
from formsvc.store.session import Tx

_ENDED: Final = ("final", "superseded", "withdrawn")


@dataclass(frozen=True, kw_only=True)
class Copy:
    """One file to download. `is_mine` says whether this person took it before; `stamp` as in `Document`."""

    id: str
    kind: str
    size: int
    is_mine: bool
    stamp: str
    stamped_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """The newest revision of a record that was ever final: `state` is final or withdrawn."""

    record_id: str
    reference: str
    title: str
    child_id: str
    identity: Identity = field(repr=False)
    home_id: str | None
    home_name: str
    is_confidential: bool
    """Whether where she lives is kept from those who need not know it."""
    definition_hash: str
    revision_id: str
    number: int
    state: str
    status: str
    final_at: datetime
    changed_at: datetime


def newest(
    tx: Tx,
    person: Person,
    *,
    shown: sa.ColumnElement[bool],
    before: tuple[datetime, str] | None = None,
    limit: int = 25,
) -> tuple[PlanLine, ...]:
    """Return the newest plans of the children a person may have documents of, most lately changed first.

    `shown` is `relations.shown`.
    """
    of = t.revision.c
    later = t.revision.alias("later")
    lives = sa.and_(t.placement.c.child_id == t.child.c.id, t.placement.c.until_at.is_(None))
    is_newest = ~sa.exists().where(
        later.c.record_id == of.record_id, later.c.number > of.number, later.c.state.in_(_ENDED)
    )
    query: sa.Select[Any] = (
        sa.select(
            t.record.c.id,
            t.record.c.reference,
            t.effective_definition.c.title,
            t.record.c.child_id,
            t.child.c.identity,
            t.child_key.c.id.label("key_id"),
            t.child_key.c.wrapped,
            t.child_key.c.content_key_id,
            t.home.c.name.label("home_name"),
            t.placement.c.id.label("placement_id"),
            t.placement.c.home_id,
            t.placement.c.details,
            of.definition_hash,
            of.id.label("revision_id"),
            of.number,
            of.state,
            of.status,
            of.final_at,
            of.changed_at,
        )
        .join(t.record, t.record.c.id == of.record_id)
        .join(t.child, t.child.c.id == t.record.c.child_id)
        .join(t.child_key, t.child_key.c.child_id == t.child.c.id)
        .join(t.effective_definition, t.effective_definition.c.hash == of.definition_hash)
        .outerjoin(t.placement, lives)
        .outerjoin(t.home, t.home.c.id == t.placement.c.home_id)
        .where(
            of.state.in_(("final", "withdrawn")),
            is_newest,
            t.child.c.disposed_at.is_(None),
            relations.within(tx, person, reach(person.role, Action.download)),
            shown,
        )
        .order_by(of.changed_at.desc(), of.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(
            sa.or_(of.changed_at < before[0], sa.and_(of.changed_at == before[0], of.id < before[1]))
        )
    return tuple(_line(tx, row) for row in tx.c.execute(query))


def copies(
    tx: Tx, revision_ids: Collection[str], *, audience_id: str, user_id: str
) -> dict[str, tuple[Copy, ...]]:
    """Return the files made for an audience of some revisions, by revision, PDF first."""
    of, seen = t.document.c, t.audit_entry.c
    taken = sa.exists().where(
        seen.actor_id == user_id, seen.act == "document.download", seen.subject_id == of.id
    )
    rows = tx.c.execute(
        sa.select(
            t.snapshot.c.revision_id,
            of.id,
            of.kind,
            of.stamped_at,
            t.blob.c.size,
            taken.label("taken"),
            documents.stamp_state().label("stamp"),
        )
        .join(t.snapshot, t.snapshot.c.id == of.snapshot_id)
        .join(t.blob, t.blob.c.id == of.blob_id)
        .outerjoin(t.job, documents.is_stamp_job())
        .where(t.snapshot.c.revision_id.in_(list(revision_ids)), of.audience_id == audience_id)
        .order_by(of.kind.desc())
    )
    found: dict[str, tuple[Copy, ...]] = {}
    for row in rows:
        one = Copy(
            id=row.id,
            kind=row.kind,
            size=row.size,
            is_mine=bool(row.taken),
            stamp=row.stamp,
            stamped_at=row.stamped_at,
        )
        found[row.revision_id] = (*found.get(row.revision_id, ()), one)
    return found


def numbers_at(tx: Tx, record_ids: Collection[str], *, at: datetime) -> dict[str, int]:
    """Return the number of the revision of each record that was final at a moment."""
    of = t.revision.c
    rows = tx.c.execute(
        sa.select(of.record_id, of.number).where(
            of.record_id.in_(list(record_ids)),
            of.final_at <= at,
            sa.or_(of.ended_at.is_(None), of.ended_at > at),
        )
    )
    return {row.record_id: row.number for row in rows}


def looked_at(tx: Tx, *, user_id: str, act: str, limit: int = 300) -> tuple[datetime, ...]:
    """Return when a person last did something, newest first."""
    of = t.audit_entry.c
    query = sa.select(of.at).where(of.actor_id == user_id, of.act == act).order_by(of.at.desc()).limit(limit)
    return tuple(tx.c.execute(query).scalars())


@dataclass(frozen=True, kw_only=True)
class Named:
    """What a snapshot is of, as print says it."""

    record_id: str
    reference: str
    title: str
    number: int


def of_snapshots(tx: Tx, snapshot_ids: Collection[str]) -> dict[str, Named]:
    """Return what some snapshots are of, by id."""
    rows = tx.c.execute(
        sa.select(
            t.snapshot.c.id,
            t.revision.c.record_id,
            t.revision.c.number,
            t.record.c.reference,
            t.effective_definition.c.title,
        )
        .join(t.revision, t.revision.c.id == t.snapshot.c.revision_id)
        .join(t.record, t.record.c.id == t.revision.c.record_id)
        .join(t.effective_definition, t.effective_definition.c.hash == t.revision.c.definition_hash)
        .where(t.snapshot.c.id.in_(list(snapshot_ids)))
    )
    return {
        row.id: Named(record_id=row.record_id, reference=row.reference, title=row.title, number=row.number)
        for row in rows
    }


def _line(tx: Tx, row: sa.Row[Any]) -> PlanLine:
    keys.unwrapped(
        tx,
        child_id=row.child_id,
        key_id=row.key_id,
        wrapped=row.wrapped,
        content_key_id=row.content_key_id,
    )
    key = keys.of_child(tx, row.child_id)
    identity = key.open_json(row.identity, about=("child", row.child_id, "identity"))
    lives = {} if row.details is None else key.open_json(row.details, about=("placement", row.placement_id))
    return PlanLine(
        record_id=row.id,
        reference=row.reference,
        title=row.title,
        child_id=row.child_id,
        identity=Identity(**identity),
        home_id=row.home_id,
        home_name=row.home_name or "",
        is_confidential=bool(lives.get("confidential")),
        definition_hash=row.definition_hash,
        revision_id=row.revision_id,
        number=row.number,
        state=row.state,
        status=row.status,
        final_at=row.final_at,
        changed_at=row.changed_at,
    )
