"""Snapshots: the frozen envelopes of final revisions, sealed, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.records.snapshots import Snapshot
from formsvc.store import canonical, keys
from formsvc.store import tables as t
from formsvc.store.crypto import ContentUnreadable
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class KeptSnapshot:
    """A snapshot with what it belongs to."""

    id: str
    revision_id: str
    record_id: str
    child_id: str
    number: int
    state: str
    definition_hash: str
    snapshot: Snapshot
    at: datetime


def add(
    tx: Tx,
    snapshot: Snapshot,
    *,
    revision_id: str,
    child_id: str,
    audit_head: tuple[int, str] | None,
) -> str:
    """Keep a snapshot and return its id. The database refuses a second one for a revision."""
    made = clock.new_id()
    seq, head = audit_head or (None, None)
    tx.c.execute(
        sa.insert(t.snapshot).values(
            id=made,
            revision_id=revision_id,
            envelope=keys.of_child(tx, child_id).seal(snapshot.json, about=("snapshot", made, revision_id)),
            hash=snapshot.hash,
            audit_seq=seq,
            audit_head=head,
            at=tx.at,
        )
    )
    return made


def get(tx: Tx, snapshot_id: str) -> KeptSnapshot:
    """Return a snapshot, proven equal to the hash it was kept under; raise NotFound."""
    return _one(tx, t.snapshot.c.id == snapshot_id)


def of_revision(tx: Tx, revision_id: str) -> KeptSnapshot:
    """Return the snapshot of a final revision; raise NotFound."""
    return _one(tx, t.snapshot.c.revision_id == revision_id)


def before(tx: Tx, kept: KeptSnapshot) -> KeptSnapshot | None:
    """Return the snapshot of the revision that this one supersedes, if there was one."""
    number = kept.snapshot.data["supersedes"]
    if number is None:
        return None
    return _one(tx, sa.and_(t.revision.c.record_id == kept.record_id, t.revision.c.number == number))


def _one(tx: Tx, where: sa.ColumnElement[bool]) -> KeptSnapshot:
    of = t.snapshot.c
    row = tx.c.execute(
        sa.select(
            t.snapshot,
            t.revision.c.record_id,
            t.revision.c.number,
            t.revision.c.state,
            t.revision.c.definition_hash,
            t.record.c.child_id,
        )
        .join(t.revision, t.revision.c.id == of.revision_id)
        .join(t.record, t.record.c.id == t.revision.c.record_id)
        .where(where)
    ).one_or_none()
    if row is None:
        raise NotFound
    plain = keys.of_child(tx, row.child_id).open(row.envelope, about=("snapshot", row.id, row.revision_id))
    snapshot = Snapshot(data=canonical.loads(plain))
    if snapshot.hash != row.hash:
        raise ContentUnreadable("a snapshot is not the one that was kept")
    return KeptSnapshot(
        id=row.id,
        revision_id=row.revision_id,
        record_id=row.record_id,
        child_id=row.child_id,
        number=row.number,
        state=row.state,
        definition_hash=row.definition_hash,
        snapshot=snapshot,
        at=row.at,
    )
