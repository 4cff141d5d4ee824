"""What a person is working on, and which record a fact came from: each in one query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from formsvc.access.people import Person
from formsvc.access.table import Relation
from formsvc.store import attachments, keys
from formsvc.store import tables as t
from formsvc.store.attachments import KeptFile
from formsvc.store.relations import within
from formsvc.store.session import Tx

_OPEN = ("draft", "awaiting_signoff")


@dataclass(frozen=True, kw_only=True)
class MyDraft:
    """One line of "your drafts": a form that I began or saved a section of, and the child it is about."""

    record_id: str
    reference: str
    title: str
    number: int
    state: str
    changed_at: datetime
    child_id: str
    child_name: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """The record a fact was stated in."""

    record_id: str
    reference: str
    title: str


def of_person(
    tx: Tx, person: Person, *, reach: frozenset[Relation], shown: sa.ColumnElement[bool]
) -> tuple[MyDraft, ...]:
    """Return what a person began or saved and is still open, most lately changed first, at most 100.

    Only of children whom one of the relations of `reach` still ties to the person, and of forms that are
    still there for them (`relations.shown`).
    """
    of = t.revision.c
    saved = sa.select(t.section.c.revision_id).where(t.section.c.saved_by == person.user_id)
    query: sa.Select[Any] = (
        sa.select(
            of.record_id,
            t.record.c.reference,
            t.effective_definition.c.title,
            of.number,
            of.state,
            of.changed_at,
            t.record.c.child_id,
            t.child.c.identity,
            t.child_key.c.id.label("key_id"),
            t.child_key.c.wrapped,
            t.child_key.c.content_key_id,
        )
        .join(t.record, t.record.c.id == of.record_id)
        .join(t.effective_definition, t.effective_definition.c.hash == of.definition_hash)
        .join(t.child, t.child.c.id == t.record.c.child_id)
        .join(t.child_key, t.child_key.c.child_id == t.child.c.id)
        .where(of.state.in_(_OPEN), sa.or_(of.created_by == person.user_id, of.id.in_(saved)))
        .where(t.child.c.disposed_at.is_(None), within(tx, person, reach), shown)
        .order_by(of.changed_at.desc(), of.id)
        .limit(100)
    )
    return tuple(_line(tx, row) for row in tx.c.execute(query))


def sources(tx: Tx, revision_ids: Collection[str]) -> dict[str, Source]:
    """Return the record of each of some revisions, by the revision's id."""
    of = t.revision.c
    rows = tx.c.execute(
        sa.select(of.id, of.record_id, t.record.c.reference, t.effective_definition.c.title)
        .join(t.record, t.record.c.id == of.record_id)
        .join(t.effective_definition, t.effective_definition.c.hash == of.definition_hash)
        .where(of.id.in_(list(revision_ids)))
    )
    return {row.id: Source(record_id=row.record_id, reference=row.reference, title=row.title) for row in rows}


def _line(tx: Tx, row: sa.Row[Any]) -> MyDraft:
    keys.unwrapped(
        tx,
        child_id=row.child_id,
        key_id=row.key_id,
        wrapped=row.wrapped,
        content_key_id=row.content_key_id,
    )
    identity = keys.of_child(tx, row.child_id).open_json(
        row.identity, about=("child", row.child_id, "identity")
    )
    return MyDraft(
        record_id=row.record_id,
        reference=row.reference,
        title=row.title,
        number=row.number,
        state=row.state,
        changed_at=row.changed_at,
        child_id=row.child_id,
        child_name=identity["name"],
    )


def file_of_child(tx: Tx, *, child_id: str, sha256: str) -> KeptFile | None:
    """Return a file that any record of a child carries, None where none does."""
    return attachments.of_child(tx, child_id=child_id, sha256=sha256)
