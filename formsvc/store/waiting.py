"""What waits for a person: drafts, what is to be approved, the newest plans. Each list is one query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from formsvc.access.people import Person
from formsvc.access.table import Relation
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.children import Identity
from formsvc.store.relations import within
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class RevisionLine:
    """One revision somebody has to do something about, with the child it is about."""

    revision_id: str
    record_id: str
    reference: str
    title: str
    number: int
    state: str
    status: str | None
    child_id: str
    child: Identity = field(repr=False)
    author_name: str
    sent_back: bool
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """One current plan: the documents of one audience of a final revision."""

    record_id: str
    reference: str
    title: str
    number: int
    status: str
    definition_hash: str
    child_id: str
    child: Identity = field(repr=False)
    home_id: str | None
    home_name: str
    is_confidential: bool
    """Whether where she lives is kept from those who need not know it."""
    issued_at: datetime
    documents: tuple[tuple[str, str], ...]
    """(kind, document id), PDF first."""


def drafts(
    tx: Tx, person: Person, reach: frozenset[Relation], *, shown: sa.ColumnElement[bool], limit: int = 25
) -> tuple[RevisionLine, ...]:
    """Return what a person works on about the children within reach, most lately changed first.

    `shown` is `relations.shown` here and in every list of this module.
    """
    of = t.revision.c
    where = sa.and_(of.created_by == person.user_id, of.state == "draft", within(tx, person, reach), shown)
    return _revisions(tx, where, limit=limit)


def of_children(
    tx: Tx,
    person: Person,
    reach: frozenset[Relation],
    *,
    states: Collection[str],
    shown: sa.ColumnElement[bool],
    limit: int = 25,
) -> tuple[RevisionLine, ...]:
    """Return the revisions in some states about the children within reach, most lately changed first."""
    where = sa.and_(t.revision.c.state.in_(list(states)), within(tx, person, reach), shown)
    return _revisions(tx, where, limit=limit)


def not_yet_approved(
    tx: Tx, person: Person, reach: frozenset[Relation], *, shown: sa.ColumnElement[bool], limit: int = 25
) -> tuple[RevisionLine, ...]:
    """Return what went out before anybody approved it, about the children within reach."""
    of = t.revision.c
    where = sa.and_(of.state == "final", of.status == "not_yet_approved", within(tx, person, reach), shown)
    return _revisions(tx, where, limit=limit)


def newest_plans(
    tx: Tx,
    person: Person,
    reach: frozenset[Relation],
    *,
    audience: str,
    shown: sa.ColumnElement[bool],
    limit: int = 10,
) -> tuple[PlanLine, ...]:
    """Return the current plans for an audience about the children within reach, newest first."""
    lives = sa.and_(t.placement.c.child_id == t.child.c.id, t.placement.c.until_at.is_(None))
    rows = tx.c.execute(
        _with_child(
            sa.select(
                t.document.c.id.label("document_id"),
                t.document.c.kind,
                t.document.c.issued_at,
                t.record.c.id.label("record_id"),
                t.record.c.reference,
                t.effective_definition.c.title,
                t.revision.c.number,
                t.revision.c.status,
                t.revision.c.definition_hash,
                t.placement.c.id.label("placement_id"),
                t.placement.c.home_id,
                t.placement.c.details,
                sa.func.coalesce(t.home.c.name, "").label("home_name"),
            )
            .select_from(t.document)
            .join(t.snapshot, t.snapshot.c.id == t.document.c.snapshot_id)
            .join(t.revision, t.revision.c.id == t.snapshot.c.revision_id)
            .join(t.record, t.record.c.id == t.document.c.record_id)
        )
        .outerjoin(t.placement, lives)
        .outerjoin(t.home, t.home.c.id == t.placement.c.home_id)
        .where(
            t.document.c.state == "current",
            t.document.c.audience_id == audience,
            within(tx, person, reach),
            shown,
        )
        .order_by(t.document.c.issued_at.desc(), t.document.c.record_id, t.document.c.kind.desc())
        .limit(limit * 2)
    ).all()
    made: dict[str, PlanLine] = {}
    for row in rows:
        before = made.get(row.record_id)
        made[row.record_id] = PlanLine(
            record_id=row.record_id,
            reference=row.reference,
            title=row.title,
            number=row.number,
            status=row.status,
            definition_hash=row.definition_hash,
            child_id=row.child_id,
            child=_identity(tx, row),
            home_id=row.home_id,
            home_name=row.home_name,
            is_confidential=_is_confidential(tx, row),
            issued_at=row.issued_at,
            documents=(
                *(() if before is None else before.documents),
                (row.kind, row.document_id),
            ),
        )
    return tuple(made.values())[:limit]


def past(
    tx: Tx, *, child_id: str, shown: sa.ColumnElement[bool], limit: int = 50
) -> tuple[RevisionLine, ...]:
    """Return every revision about a child that was ever final, most lately changed first."""
    of = t.revision.c
    where = sa.and_(
        t.record.c.child_id == child_id, of.state.in_(("final", "superseded", "withdrawn")), shown
    )
    return _revisions(tx, where, limit=limit)


def issued_of(
    tx: Tx, child_ids: Collection[str], *, audience: str, shown: sa.ColumnElement[bool]
) -> dict[str, datetime]:
    """Return when the newest current document for an audience was issued, by child."""
    rows = tx.c.execute(
        sa.select(t.record.c.child_id, sa.func.max(t.document.c.issued_at).label("newest"))
        .join(t.record, t.record.c.id == t.document.c.record_id)
        .join(t.snapshot, t.snapshot.c.id == t.document.c.snapshot_id)
        .join(t.revision, t.revision.c.id == t.snapshot.c.revision_id)
        .where(
            shown,
            t.record.c.child_id.in_(list(child_ids)),
            t.document.c.audience_id == audience,
            t.document.c.state == "current",
        )
        .group_by(t.record.c.child_id)
    )
    return {row.child_id: row.newest for row in rows}


def _revisions(tx: Tx, where: sa.ColumnElement[bool], *, limit: int) -> tuple[RevisionLine, ...]:
    of, back = t.revision.c, t.sendback.c
    rows = tx.c.execute(
        _with_child(
            sa.select(
                of.id.label("revision_id"),
                of.record_id,
                t.record.c.reference,
                t.effective_definition.c.title,
                of.number,
                of.state,
                of.status,
                t.user.c.name.label("author_name"),
                sa.exists().where(back.revision_id == of.id, back.resolved_at.is_(None)).label("sent_back"),
                of.changed_at,
            )
            .select_from(t.revision)
            .join(t.record, t.record.c.id == of.record_id)
        )
        .outerjoin(t.user, t.user.c.id == of.created_by)
        .where(where)
        .order_by(of.changed_at.desc(), of.id)
        .limit(limit)
    )
    return tuple(
        RevisionLine(
            revision_id=row.revision_id,
            record_id=row.record_id,
            reference=row.reference,
            title=row.title,
            number=row.number,
            state=row.state,
            status=row.status,
            child_id=row.child_id,
            child=_identity(tx, row),
            author_name=row.author_name or "",
            sent_back=row.sent_back,
            changed_at=row.changed_at,
        )
        for row in rows
    )


def _with_child(query: sa.Select[Any]) -> sa.Select[Any]:
    return (
        query.add_columns(
            t.child.c.id.label("child_id"),
            t.child.c.identity,
            t.child_key.c.id.label("key_id"),
            t.child_key.c.wrapped,
            t.child_key.c.content_key_id,
        )
        .join(t.effective_definition, t.effective_definition.c.hash == t.revision.c.definition_hash)
        .join(t.child, t.child.c.id == t.record.c.child_id)
        .join(t.child_key, t.child_key.c.child_id == t.child.c.id)
        .where(t.child.c.disposed_at.is_(None))
    )


def _is_confidential(tx: Tx, row: sa.Row[Any]) -> bool:
    """Say whether where a child lives is confidential; her key was unwrapped before."""
    if row.details is None:
        return False
    opened = keys.of_child(tx, row.child_id).open_json(row.details, about=("placement", row.placement_id))
    return bool(opened.get("confidential"))


def _identity(tx: Tx, row: sa.Row[Any]) -> Identity:
    key = keys.unwrapped(
        tx, child_id=row.child_id, key_id=row.key_id, wrapped=row.wrapped, content_key_id=row.content_key_id
    )
    return Identity(**key.open_json(row.identity, about=("child", row.child_id, "identity")))
