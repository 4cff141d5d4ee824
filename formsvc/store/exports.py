"""Exports of everything held on a child, while they wait to be fetched: a day at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import attachments, keys
from formsvc.store import tables as t
from formsvc.store.blobs import Stored
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class Export:
    """One export: waiting, ready, fetched or expired; `why` is what was typed."""

    id: str
    child_id: str
    asked_by: str | None
    asker: str
    why: str
    state: str
    asked_at: datetime
    ready_at: datetime | None
    until_at: datetime
    ended_at: datetime | None


def ask(tx: Tx, *, child_id: str, why: str, by: str | None, until_at: datetime) -> str:
    """Ask for an export and return its id."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.export).values(
            id=made,
            child_id=child_id,
            asked_by=by,
            why=keys.of_child(tx, child_id).seal_json({"why": why}, about=("export", made)),
            state="waiting",
            asked_at=tx.at,
            until_at=until_at,
        )
    )
    return made


def ready(tx: Tx, *, export_id: str, child_id: str, stored: Stored) -> bool:
    """Note that an export is there to be fetched; return False where it waits no more."""
    blob_id = attachments.keep_blob(tx, stored, child_id=child_id)
    of = t.export.c
    done = tx.c.execute(
        sa.update(t.export)
        .where(of.id == export_id, of.state == "waiting")
        .values(state="ready", ready_at=tx.at, blob_id=blob_id)
    )
    return done.rowcount == 1


def end(tx: Tx, *, export_id: str, state: str) -> str | None:
    """End an export, fetched or expired; return the address of what it held, to be deleted."""
    of, blob = t.export.c, t.blob.c
    row = tx.c.execute(
        sa.select(of.blob_id, blob.address)
        .outerjoin(t.blob, blob.id == of.blob_id)
        .where(of.id == export_id, of.state.in_(("waiting", "ready")))
        .with_for_update(of=t.export)
    ).one_or_none()
    if row is None:
        return None
    tx.c.execute(
        sa.update(t.export).where(of.id == export_id).values(state=state, ended_at=tx.at, blob_id=None)
    )
    if row.blob_id is not None:
        tx.c.execute(sa.delete(t.blob).where(blob.id == row.blob_id))
    return "" if row.address is None else str(row.address)


def get(tx: Tx, export_id: str) -> Export:
    """Return an export; raise NotFound."""
    found = _listed(tx, t.export.c.id == export_id)
    if not found:
        raise NotFound
    return found[0]


def of_child(tx: Tx, child_id: str) -> tuple[Export, ...]:
    """Return the exports that were asked for about a child, newest first."""
    return _listed(tx, t.export.c.child_id == child_id)


def stored(tx: Tx, export_id: str) -> Stored:
    """Return where what an export holds lies; raise NotFound where it is not there to be fetched."""
    of = t.blob.c
    row = tx.c.execute(
        sa.select(of.address, of.sha256, of.size)
        .join(t.export, t.export.c.blob_id == of.id)
        .where(t.export.c.id == export_id, t.export.c.state == "ready", t.export.c.until_at > tx.at)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Stored(address=row.address, sha256=row.sha256, size=row.size)


def _listed(tx: Tx, where: sa.ColumnElement[bool]) -> tuple[Export, ...]:
    of = t.export.c
    rows = tx.c.execute(
        sa.select(t.export, t.user.c.name)
        .outerjoin(t.user, t.user.c.id == of.asked_by)
        .where(where)
        .order_by(of.asked_at.desc(), of.id)
    ).all()
    return tuple(
        Export(
            id=row.id,
            child_id=row.child_id,
            asked_by=row.asked_by,
            asker=row.name or "",
            why=keys.of_child(tx, row.child_id).open_json(row.why, about=("export", row.id))["why"],
            state=row.state,
            asked_at=row.asked_at,
            ready_at=row.ready_at,
            until_at=row.until_at,
            ended_at=row.ended_at,
        )
        for row in rows
    )
