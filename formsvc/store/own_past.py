"""What a home wrote about children who lived there and do not any more, as it was issued till they moved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from formsvc.access.people import Person
from formsvc.access.terms import Relation
from formsvc.store import relations
from formsvc.store import tables as t
from formsvc.store.session import Tx

_HANDED_OUT: Final = ("current", "superseded")


@dataclass(frozen=True, kw_only=True)
class OwnForm:
    """One issued revision that people of a home wrote or signed; nothing that came after shows in it.

    `documents` holds (kind, document id), PDF first.
    """

    record_id: str
    definition_id: str
    area_id: str
    reference: str
    title: str
    number: int
    issued_at: datetime
    documents: tuple[tuple[str, str], ...]


def listing(tx: Tx, person: Person, *, audience: str, limit: int = 100) -> tuple[OwnForm, ...]:
    """Return the forms of one's home about children who left it, the latest first."""
    return _found(tx, person, audience=audience, where=sa.true(), limit=limit)


def of_document(tx: Tx, person: Person, *, document_id: str, audience: str) -> OwnForm | None:
    """Return the form that a document is of, where it is one of those."""
    found = _found(tx, person, audience=audience, where=t.document.c.id == document_id, limit=1)
    return found[0] if found else None


def _found(
    tx: Tx, person: Person, *, audience: str, where: sa.ColumnElement[bool], limit: int
) -> tuple[OwnForm, ...]:
    of = t.document.c
    rows = tx.c.execute(
        sa.select(
            of.id.label("document_id"),
            of.kind,
            t.record.c.id.label("record_id"),
            t.record.c.definition_id,
            t.record.c.area_id,
            t.record.c.reference,
            t.effective_definition.c.title,
            t.revision.c.id.label("revision_id"),
            t.revision.c.number,
            t.revision.c.final_at,
        )
        .select_from(t.document)
        .join(t.snapshot, t.snapshot.c.id == of.snapshot_id)
        .join(t.revision, t.revision.c.id == t.snapshot.c.revision_id)
        .join(t.effective_definition, t.effective_definition.c.hash == t.revision.c.definition_hash)
        .join(t.record, t.record.c.id == of.record_id)
        .join(t.child, t.child.c.id == t.record.c.child_id)
        .where(
            of.audience_id == audience,
            of.state.in_(_HANDED_OUT),
            t.child.c.disposed_at.is_(None),
            relations.within(tx, person, frozenset({Relation.former_placement})),
            _while_here(person.home_id or "-"),
            where,
        )
        .order_by(t.revision.c.final_at.desc(), t.revision.c.id, of.kind.desc())
        .limit(limit * 2)
    ).all()
    return _grouped(rows)[:limit]


def _grouped(rows: Collection[Any]) -> tuple[OwnForm, ...]:
    made: dict[str, OwnForm] = {}
    for row in rows:
        before = made.get(row.revision_id)
        made[row.revision_id] = OwnForm(
            record_id=row.record_id,
            definition_id=row.definition_id,
            area_id=row.area_id,
            reference=row.reference,
            title=row.title,
            number=row.number,
            issued_at=row.final_at,
            documents=(*(before.documents if before else ()), (row.kind, row.document_id)),
        )
    return tuple(made.values())


def _while_here(home_id: str) -> sa.ColumnElement[bool]:
    """Return that a revision became final while its child lived in a home whose people wrote or signed it."""
    stay, undone = t.placement.alias("stay").c, t.placement_undone.alias("undone").c
    return sa.exists().where(
        stay.child_id == t.child.c.id,
        stay.home_id == home_id,
        stay.until_at.is_not(None),
        ~sa.exists().where(undone.placement_id == stay.id),
        t.revision.c.final_at >= stay.from_at,
        t.revision.c.final_at <= stay.until_at,
        sa.or_(_wrote(home_id), _signed(home_id, stay)),
    )


def _wrote(home_id: str) -> sa.ColumnElement[bool]:
    return _worked_here(home_id, t.revision.c.created_by, t.revision.c.created_at)


def _signed(home_id: str, stay: Any) -> sa.ColumnElement[bool]:
    said = t.signoff.alias("said").c
    return sa.exists().where(
        said.revision_id == t.revision.c.id,
        said.voided_at.is_(None),
        said.at <= stay.until_at,
        _worked_here(home_id, said.user_id, said.at),
    )


def _worked_here(home_id: str, user_id: Any, at: Any) -> sa.ColumnElement[bool]:
    held = t.membership.alias().c
    return sa.exists().where(
        held.user_id == user_id,
        held.home_id == home_id,
        held.from_at <= at,
        sa.or_(held.until_at.is_(None), held.until_at >= at),
    )
