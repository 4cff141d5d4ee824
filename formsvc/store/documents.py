"""Issued documents: known by their first seal, kept as sealed bytes, never made again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.seals.levels import Level
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.blobs import Stored
from formsvc.store.crypto import DataKey
from formsvc.store.session import Tx
from formsvc.store.upsert import insert_once


@dataclass(frozen=True, kw_only=True)
class Document:
    """One issued PDF or DOCX. `state` is current, superseded, withdrawn or recalled.

    `stamp` says how its time stamp stands: none, pending, failed or stamped (then `stamped_at` says when).
    """

    id: str
    record_id: str
    revision_id: str
    reference: str
    child_id: str
    definition_hash: str
    revision_number: int
    status: str
    audience_id: str
    kind: str
    state: str
    level: Level
    stamp: str
    stamped_at: datetime | None
    seal_id: str
    sha256: str
    view_hash: str
    size: int
    issued_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the bytes of a document lie, and the key that opens them."""

    stored: Stored
    key: DataKey


def add(
    tx: Tx,
    *,
    snapshot_id: str,
    record_id: str,
    blob_id: str,
    audience_id: str,
    kind: str,
    seal_id: str,
    sha256: str,
    view_hash: str,
    state: str,
) -> str | None:
    """Keep a document and return its id, or None where the snapshot has one for audience and kind."""
    made = clock.new_id()
    is_new = insert_once(
        tx,
        t.document,
        id=made,
        snapshot_id=snapshot_id,
        record_id=record_id,
        blob_id=blob_id,
        audience_id=audience_id,
        kind=kind,
        seal_id=seal_id,
        sha256=sha256,
        view_hash=view_hash,
        state=state,
        issued_at=tx.at,
        ended_at=None if state == "current" else tx.at,
    )
    return made if is_new else None


def exists(tx: Tx, *, snapshot_id: str, audience_id: str, kind: str) -> bool:
    """Say whether a document of a snapshot was issued for an audience in a kind."""
    of = t.document.c
    here = sa.and_(of.snapshot_id == snapshot_id, of.audience_id == audience_id, of.kind == kind)
    return tx.c.execute(sa.select(of.id).where(here)).first() is not None


def get(tx: Tx, document_id: str) -> Document:
    """Return a document; raise NotFound."""
    return _one(tx, t.document.c.id == document_id)


def held(tx: Tx, document_ids: Collection[str], *, shared: bool = False) -> None:
    """Hold documents until the transaction ends, `shared` by whoever takes a copy of them.

    So nobody takes a copy that a recall begun at the same moment does not know of.
    """
    of = t.document.c
    tx.c.execute(
        sa.select(of.id).where(of.id.in_(sorted(document_ids))).order_by(of.id).with_for_update(read=shared)
    )


def by_seal(tx: Tx, seal_id: str) -> Document:
    """Return the document a seal's signature value names; raise NotFound."""
    return _one(tx, t.document.c.seal_id == seal_id)


def by_print(tx: Tx, *, reference: str, short_hash: str) -> tuple[Document, ...]:
    """Return the documents that bear a printed reference and the first 16 characters of a view's hash."""
    of = t.document.c
    rows = tx.c.execute(
        _query()
        .where(
            t.record.c.reference == reference.strip().upper(),
            sa.func.substr(of.view_hash, 1, 16) == short_hash.strip().lower(),
        )
        .order_by(of.issued_at, of.id)
    )
    return tuple(_document(row) for row in rows)


def of_record(tx: Tx, record_id: str) -> tuple[Document, ...]:
    """Return every document of a record, newest first."""
    return _listed(tx, t.document.c.record_id == record_id)


def of_child(tx: Tx, child_id: str, *, state: str = "current") -> tuple[Document, ...]:
    """Return the documents of a child in a state, newest first."""
    return _listed(tx, sa.and_(t.record.c.child_id == child_id, t.document.c.state == state))


def place(tx: Tx, document: Document) -> Place:
    """Return where a document's bytes lie; raise ContentDestroyed after disposal."""
    row = tx.c.execute(
        sa.select(t.blob.c.sha256, t.blob.c.address, t.blob.c.size)
        .join(t.document, t.document.c.blob_id == t.blob.c.id)
        .where(t.document.c.id == document.id)
    ).one()
    stored = Stored(address=row.address, sha256=row.sha256, size=row.size)
    return Place(stored=stored, key=keys.of_child(tx, document.child_id))


def of_revision(tx: Tx, revision_id: str) -> tuple[Document, ...]:
    """Return the documents of a revision, newest first."""
    return _listed(tx, t.snapshot.c.revision_id == revision_id)


def call_back(tx: Tx, document_ids: Collection[str], *, state: str) -> None:
    """Mark documents withdrawn, or recalled where copies of them are out, whatever they were before."""
    of = t.document.c
    tx.c.execute(
        sa.update(t.document)
        .where(of.id.in_(sorted(document_ids)))
        .values(state=state, ended_at=sa.func.coalesce(of.ended_at, sa.literal(tx.at, of.ended_at.type)))
    )


def end_of_revision(tx: Tx, *, revision_id: str, state: str) -> int:
    """Mark the current documents of a revision superseded or withdrawn; return how many there were."""
    of = t.document.c
    made_from = sa.select(t.snapshot.c.id).where(t.snapshot.c.revision_id == revision_id)
    return tx.c.execute(
        sa.update(t.document)
        .where(of.snapshot_id.in_(made_from), of.state == "current")
        .values(state=state, ended_at=tx.at)
    ).rowcount


def raise_level(
    tx: Tx, document: Document, *, level: Level, stamped_at: datetime, blob_id: str, sha256: str
) -> bool:
    """Put raised bytes in the place of a document's, and its level with them.

    Return False, and change nothing, where the level would not rise, or other bytes were put there since.
    """
    of = t.document.c
    here = sa.and_(of.id == document.id, of.sha256 == document.sha256)
    raised = tx.c.execute(
        sa.update(t.document)
        .where(here, of.level.in_([one.value for one in level.below]))
        .values(level=level.value, stamped_at=stamped_at, blob_id=blob_id, sha256=sha256)
    )
    return raised.rowcount == 1


def stamp_key(document_id: str) -> str:
    """Return the key of the job that puts a time stamp into a document."""
    return f"{_STAMP_KEY}{document_id}"


_STAMP_KEY: Final = "stamp:"


def stamp_state() -> sa.ColumnElement[str]:
    """Return the column that says how a document's time stamp stands; its job is the outer-joined one."""
    return sa.case(
        (t.document.c.stamped_at.is_not(None), "stamped"),
        (t.job.c.state == "failed", "failed"),
        (t.job.c.state.in_(("waiting", "running")), "pending"),
        else_="none",
    )


def is_stamp_job() -> sa.ColumnElement[bool]:
    """Return what joins a document with the job that stamps it."""
    return t.job.c.key == sa.literal(_STAMP_KEY) + t.document.c.id


def _query() -> sa.Select[Any]:
    return (
        sa.select(
            t.document,
            stamp_state().label("stamp"),
            t.record.c.reference,
            t.record.c.child_id,
            t.revision.c.id.label("revision_id"),
            t.revision.c.number.label("revision_number"),
            t.revision.c.status,
            t.revision.c.definition_hash,
            t.blob.c.size,
        )
        .join(t.record, t.record.c.id == t.document.c.record_id)
        .join(t.snapshot, t.snapshot.c.id == t.document.c.snapshot_id)
        .join(t.revision, t.revision.c.id == t.snapshot.c.revision_id)
        .join(t.blob, t.blob.c.id == t.document.c.blob_id)
        .outerjoin(t.job, is_stamp_job())
    )


def _listed(tx: Tx, where: sa.ColumnElement[bool]) -> tuple[Document, ...]:
    order = (t.document.c.issued_at.desc(), t.document.c.id)
    return tuple(_document(row) for row in tx.c.execute(_query().where(where).order_by(*order)))


def _one(tx: Tx, where: sa.ColumnElement[bool]) -> Document:
    row = tx.c.execute(_query().where(where)).one_or_none()
    if row is None:
        raise NotFound
    return _document(row)


def _document(row: sa.Row[Any]) -> Document:
    return Document(
        id=row.id,
        record_id=row.record_id,
        revision_id=row.revision_id,
        reference=row.reference,
        child_id=row.child_id,
        definition_hash=row.definition_hash,
        revision_number=row.revision_number,
        status=row.status,
        audience_id=row.audience_id,
        kind=row.kind,
        state=row.state,
        level=Level(row.level),
        stamp=row.stamp,
        stamped_at=row.stamped_at,
        seal_id=row.seal_id,
        sha256=row.sha256,
        view_hash=row.view_hash,
        size=row.size,
        issued_at=row.issued_at,
        ended_at=row.ended_at,
    )
