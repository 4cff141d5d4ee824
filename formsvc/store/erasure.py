"""Everything of a child that stands in the database, found by following the foreign keys; and its erasure.

A table belongs to a child when a chain of foreign keys leads from it to `child`. A new table is found by
itself: nobody has to remember to name it here. What stays is named in KEPT, with why.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import sqlalchemy as sa

from formsvc.errors import FormsvcError
from formsvc.store import tables as t
from formsvc.store.session import Store, Tx
from formsvc.store.tables import metadata
from formsvc.store.upsert import insert_once

KEPT: Final[Mapping[str, str]] = {
    "child": "the reference, who controlled it, and when: the identity in it is removed",
    "child_key": "that there was a key, and when it was destroyed: the key in it is removed",
    "disposal": "who proposed and who confirmed what was done, and under which rule",
}
"""What stays of a child after disposal, and why."""


class StoreBusy(FormsvcError):
    """Somebody reads or writes just now, so that the files cannot be cleared yet: ask again."""

    code = "store_busy"
    status = 503


@cache
def belonging() -> tuple[sa.Table, ...]:
    """Return the tables whose rows belong to a child, those that refer to others first; none of KEPT."""
    found: list[sa.Table] = []
    for table in metadata.sorted_tables:
        if table.name not in KEPT and any(_leads(fk, found) for fk in table.foreign_keys):
            found.append(table)
    return tuple(reversed(found))


def rows_of(table: sa.Table, child_id: str) -> sa.ColumnElement[bool]:
    """Return the condition that a row of a table belongs to a child."""
    return sa.or_(sa.false(), *_conditions(table, child_id))


def last_head(tx: Tx, child_id: str) -> tuple[int, str] | None:
    """Return the newest head of the audit that a snapshot of a child carries: it still proves a cut."""
    of = t.snapshot.c
    row = tx.c.execute(
        sa.select(of.audit_seq, of.audit_head)
        .where(rows_of(t.snapshot, child_id), of.audit_seq.is_not(None))
        .order_by(of.audit_seq.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (int(row.audit_seq), str(row.audit_head))


def shut(tx: Tx, child_id: str) -> None:
    """Wait until nobody writes about a child any more, forms first, as those who write take their locks."""
    of = t.revision.c
    mine = sa.select(of.id).where(rows_of(t.revision, child_id)).order_by(of.id)
    tx.c.execute(mine.with_for_update()).all()
    lock(tx, child_id)


def lock(tx: Tx, child_id: str) -> None:
    """Wait until nobody writes about a child any more, and let nobody begin (keys.of_child asks for it)."""
    of = t.child_key.c
    tx.c.execute(sa.select(of.id).where(of.child_id == child_id).with_for_update())


def erase(tx: Tx, child_id: str) -> tuple[str, ...]:
    """Delete every row that belongs to a child, end her jobs; return the addresses of her files.

    The seals of her documents are remembered, so that a copy somebody kept is still known as issued here.
    """
    _remember_seals(tx, child_id)
    _end_jobs(tx, child_id)
    of = t.blob.c
    addresses = tx.c.execute(
        sa.select(of.address).where(of.child_id == child_id, of.destroyed_at.is_(None)).order_by(of.address)
    ).scalars()
    gone = tuple(addresses)
    for table in belonging():
        tx.c.execute(sa.delete(table).where(rows_of(table, child_id)))
    return gone


def printed(reference: str, short_hash: str) -> str:
    """Return what is remembered of a printed reference and check code: neither can be read from it."""
    return hashlib.sha256(f"{reference.strip().upper()}|{short_hash.strip().lower()}".encode()).hexdigest()


def was_sealed(tx: Tx, seal_id: str) -> bool:
    """Say whether a seal is that of a document that was issued here and is no longer kept."""
    of = t.disposed_seal.c
    return tx.c.execute(sa.select(of.seal_id).where(of.seal_id == seal_id)).first() is not None


def was_printed(tx: Tx, *, reference: str, short_hash: str) -> bool:
    """Say whether a reference and its check code stood on a document that is no longer kept."""
    of = t.disposed_seal.c
    wanted = of.printed == printed(reference, short_hash)
    return tx.c.execute(sa.select(of.seal_id).where(wanted).limit(1)).first() is not None


def scrub(store: Store) -> None:
    """Clear what deleted rows left in the database's own files; raise StoreBusy where that must wait.

    SQLite overwrites what is deleted (secure_delete); its write-ahead log is copied back and cut to
    nothing. PostgreSQL writes the table of keys anew and frees the dead rows of the others.
    """
    if store.engine.dialect.name == "sqlite":
        _cut_log(store)
    else:
        _write_anew(store)


def _cut_log(store: Store) -> None:
    connection = store.engine.raw_connection()
    try:
        busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    if busy:
        raise StoreBusy


def _write_anew(store: Store) -> None:
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("SET lock_timeout = '10s'"))
        try:
            connection.execute(sa.text('VACUUM FULL "child_key"'))
            for table in (t.child, *belonging()):
                connection.execute(sa.text(f'VACUUM "{table.name}"'))
        except sa.exc.OperationalError as error:
            raise StoreBusy from error
        finally:
            connection.execute(sa.text("RESET lock_timeout"))


def _leads(key: sa.ForeignKey, found: list[sa.Table]) -> bool:
    return key.column.table is t.child or key.column.table in found


def _conditions(table: sa.Table, child_id: str) -> Iterator[sa.ColumnElement[bool]]:
    within = belonging()
    for key in table.foreign_keys:
        parent = key.column.table
        if parent is t.child:
            yield key.parent == child_id
        elif parent in within and parent is not table:
            yield key.parent.in_(sa.select(key.column).where(rows_of(parent, child_id)))


def _remember_seals(tx: Tx, child_id: str) -> None:
    of = t.document.c
    rows = tx.c.execute(
        sa.select(of.seal_id, of.view_hash, t.record.c.reference)
        .join(t.record, t.record.c.id == of.record_id)
        .where(t.record.c.child_id == child_id)
    ).all()
    for row in rows:
        said = printed(row.reference, row.view_hash[:16])
        insert_once(tx, t.disposed_seal, seal_id=row.seal_id, printed=said, at=tx.at)


def _end_jobs(tx: Tx, child_id: str) -> None:
    """Give up what waits about a child: a job names a snapshot or a document of hers, by its id."""
    subjects = sa.union_all(
        sa.select(t.snapshot.c.id).where(rows_of(t.snapshot, child_id)),
        sa.select(t.document.c.id).where(rows_of(t.document, child_id)),
        sa.select(t.export.c.id).where(rows_of(t.export, child_id)),
    )
    of = t.job.c
    tx.c.execute(
        sa.update(t.job)
        .where(of.subject_id.in_(subjects), of.state.in_(("waiting", "running")))
        .values(
            state="failed",
            outcome="content_destroyed",
            progress="failed",
            lease=None,
            worker=None,
            leased_until=None,
            finished_at=tx.at,
        )
    )


def forget_jobs(tx: Tx, child_id: str) -> None:
    """Delete the jobs about a child's snapshots and documents: nobody can ask for them again."""
    subjects = sa.union_all(
        sa.select(t.snapshot.c.id).where(rows_of(t.snapshot, child_id)),
        sa.select(t.document.c.id).where(rows_of(t.document, child_id)),
        sa.select(t.export.c.id).where(rows_of(t.export, child_id)),
    )
    tx.c.execute(sa.delete(t.job).where(t.job.c.subject_id.in_(subjects)))
