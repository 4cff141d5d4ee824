"""Files in the store: what lies there for a child, and which record carries it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from formsvc import clock
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.blobs import Stored
from formsvc.store.session import Tx
from formsvc.store.upsert import insert_once


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A file that a record carries; `signed` is what was found of its signatures when it came."""

    stored: Stored
    media_type: str
    signed: Mapping[str, Any] | None = None


def keep_blob(tx: Tx, stored: Stored, *, child_id: str) -> str:
    """Note that a stored file belongs to a child and return its id; the same file is noted once."""
    of = t.blob.c
    here = sa.and_(of.child_id == child_id, of.sha256 == stored.sha256)
    insert_once(
        tx,
        t.blob,
        id=clock.new_id(),
        child_id=child_id,
        sha256=stored.sha256,
        address=stored.address,
        size=stored.size,
        created_at=tx.at,
    )
    return str(tx.c.execute(sa.select(of.id).where(here)).scalar_one())


def let_go(tx: Tx, *, child_id: str, sha256: str) -> None:
    """Forget a file of a child that nothing names any more: the sweeper removes it a day later."""
    of = t.blob.c
    is_named = sa.or_(*(sa.exists().where(one.c.blob_id == of.id) for one in (t.document, t.attachment)))
    tx.c.execute(sa.delete(t.blob).where(of.child_id == child_id, of.sha256 == sha256, ~is_named))


def attach(
    tx: Tx,
    stored: Stored,
    *,
    record_id: str,
    child_id: str,
    media_type: str,
    created_by: str | None,
    signed: Mapping[str, Any] | None = None,
) -> None:
    """Let a record carry a stored file; what was found of its signatures names people, and is sealed."""
    made = clock.new_id()
    insert_once(
        tx,
        t.attachment,
        id=made,
        record_id=record_id,
        blob_id=keep_blob(tx, stored, child_id=child_id),
        media_type=media_type,
        signed=None
        if signed is None
        else keys.of_child(tx, child_id).seal_json(dict(signed), about=("attachment", made)),
        created_at=tx.at,
        created_by=created_by,
    )


def of_record(tx: Tx, record_id: str) -> dict[str, KeptFile]:
    """Return the files a record may carry, by SHA-256."""
    rows = tx.c.execute(
        _kept()
        .where(t.attachment.c.record_id == record_id, t.blob.c.destroyed_at.is_(None))
        .order_by(t.blob.c.sha256)
    )
    return {row.sha256: _kept_file(tx, row) for row in rows}


def of_child(tx: Tx, *, child_id: str, sha256: str) -> KeptFile | None:
    """Return a file that any record of a child carries, None where none does."""
    row = tx.c.execute(
        _kept()
        .where(t.blob.c.child_id == child_id, t.blob.c.sha256 == sha256, t.blob.c.destroyed_at.is_(None))
        .order_by(t.attachment.c.created_at, t.attachment.c.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else _kept_file(tx, row)


def _kept() -> sa.Select[Any]:
    return sa.select(
        t.blob.c.sha256,
        t.blob.c.address,
        t.blob.c.size,
        t.blob.c.child_id,
        t.attachment.c.id,
        t.attachment.c.media_type,
        t.attachment.c.signed,
    ).join(t.attachment, t.attachment.c.blob_id == t.blob.c.id)


def _kept_file(tx: Tx, row: sa.Row[Any]) -> KeptFile:
    return KeptFile(
        stored=Stored(address=row.address, sha256=row.sha256, size=row.size),
        media_type=row.media_type,
        signed=None
        if row.signed is None
        else keys.of_child(tx, row.child_id).open_json(row.signed, about=("attachment", row.id)),
    )


def known_addresses(tx: Tx, addresses: Collection[str]) -> frozenset[str]:
    """Return those of some addresses that a row names."""
    of = t.blob.c
    found = tx.c.execute(
        sa.select(of.address).where(of.address.in_(list(addresses)), of.destroyed_at.is_(None))
    )
    return frozenset(found.scalars())
