"""Bundles that a home prints: asked for, made, taken within the hour, then gone.

A bundle lies under a key of its own. That key is sealed under the key of every child who is in the
bundle, one after the other: when one of them is disposed of, nobody can open the bundle any more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.blobs import Stored
from formsvc.store.crypto import KEY_BYTES, ContentUnreadable, DataKey
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class Named:
    """One document that is to be in a bundle, by its ids."""

    child_id: str
    record_id: str
    revision_id: str
    document_id: str


@dataclass(frozen=True, kw_only=True)
class HomePrint:
    """One bundle: waiting, ready or ended. `lines` are its documents in order."""

    id: str
    home_id: str
    asked_by: str
    asker: str = field(repr=False)
    asked_at: datetime
    until_at: datetime
    state: str
    ready_at: datetime | None
    pages: int | None
    lines: tuple[Named, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Where a bundle lies, and the key that opens it."""

    stored: Stored
    key: DataKey


def ask(tx: Tx, *, home_id: str, by: str, until_at: datetime, lines: Sequence[Named]) -> str:
    """Ask for a bundle of some documents, in this order; return its id."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.home_print).values(
            id=made, home_id=home_id, asked_by=by, asked_at=tx.at, until_at=until_at, state="waiting"
        )
    )
    for place, one in enumerate(lines):
        tx.c.execute(
            sa.insert(t.home_print_line).values(
                id=clock.new_id(),
                print_id=made,
                child_id=one.child_id,
                record_id=one.record_id,
                revision_id=one.revision_id,
                document_id=one.document_id,
                place=place,
            )
        )
    return made


def get(tx: Tx, print_id: str, *, lock: bool = False) -> HomePrint:
    """Return a bundle with its lines; raise NotFound. `lock` holds it until the transaction ends."""
    of = t.home_print.c
    if lock:
        tx.c.execute(sa.select(of.id).where(of.id == print_id).with_for_update())
    found = _listed(tx, of.id == print_id)
    if not found:
        raise NotFound
    return found[0]


def of_person(tx: Tx, *, home_id: str, user_id: str) -> tuple[HomePrint, ...]:
    """Return the bundles that a person asked for in a home and that have not ended, newest first."""
    of = t.home_print.c
    return _listed(
        tx, sa.and_(of.home_id == home_id, of.asked_by == user_id, of.state != "ended", of.until_at > tx.at)
    )


def ready(tx: Tx, *, print_id: str, stored: Stored, key: DataKey, pages: int) -> bool:
    """Note that a bundle is there to be taken; return False where nobody waits for it any more."""
    of = t.home_print.c
    sealed = key.key
    for child_id in _children(tx, print_id):
        sealed = keys.of_child(tx, child_id).seal(sealed, about=("home_print", print_id))
    done = tx.c.execute(
        sa.update(t.home_print)
        .where(of.id == print_id, of.state == "waiting")
        .values(
            state="ready",
            ready_at=tx.at,
            pages=pages,
            address=stored.address,
            sha256=stored.sha256,
            size=stored.size,
            key_id=key.id,
            key=sealed,
        )
    )
    return done.rowcount == 1


def kept(tx: Tx, print_id: str) -> Kept:
    """Return where a bundle lies, with its key.

    Raise NotFound where none is there to be taken, ContentDestroyed or ContentUnreadable where a child who
    is in it was disposed of.
    """
    of = t.home_print.c
    row = tx.c.execute(
        sa.select(of.address, of.sha256, of.size, of.key_id, of.key).where(
            of.id == print_id, of.state == "ready", of.until_at > tx.at
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    opened = row.key
    for child_id in reversed(_children(tx, print_id)):
        opened = keys.of_child(tx, child_id).open(opened, about=("home_print", print_id))
    if len(opened) != KEY_BYTES:
        raise ContentUnreadable("somebody who is in the print is not kept any more")
    stored = Stored(address=row.address, sha256=row.sha256, size=row.size)
    return Kept(stored=stored, key=DataKey(id=row.key_id, key=opened))


def end(tx: Tx, print_id: str) -> str:
    """End a bundle; return the address of what it held, to be deleted, empty where it held nothing."""
    of = t.home_print.c
    address = tx.c.execute(
        sa.select(of.address).where(of.id == print_id, of.state != "ended").with_for_update()
    ).scalar_one_or_none()
    tx.c.execute(
        sa.update(t.home_print)
        .where(of.id == print_id, of.state != "ended")
        .values(state="ended", ended_at=tx.at, address=None, key=None, key_id=None)
    )
    return address or ""


def _children(tx: Tx, print_id: str) -> list[str]:
    """Return the children who are in a bundle, by their ids."""
    of = t.home_print_line.c
    return list(
        tx.c.execute(
            sa.select(of.child_id).where(of.print_id == print_id).distinct().order_by(of.child_id)
        ).scalars()
    )


def _listed(tx: Tx, where: sa.ColumnElement[bool]) -> tuple[HomePrint, ...]:
    of = t.home_print.c
    rows = tx.c.execute(
        sa.select(t.home_print, t.user.c.name)
        .join(t.user, t.user.c.id == of.asked_by)
        .where(where)
        .order_by(of.asked_at.desc(), of.id)
    ).all()
    lines = _lines(tx, [row.id for row in rows])
    return tuple(
        HomePrint(
            id=row.id,
            home_id=row.home_id,
            asked_by=row.asked_by,
            asker=row.name,
            asked_at=row.asked_at,
            until_at=row.until_at,
            state=row.state,
            ready_at=row.ready_at,
            pages=row.pages,
            lines=lines.get(row.id, ()),
        )
        for row in rows
    )


def _lines(tx: Tx, print_ids: Collection[str]) -> dict[str, tuple[Named, ...]]:
    of = t.home_print_line.c
    rows: Any = tx.c.execute(
        sa.select(t.home_print_line).where(of.print_id.in_(sorted(print_ids))).order_by(of.print_id, of.place)
    )
    found: dict[str, tuple[Named, ...]] = {}
    for row in rows:
        one = Named(
            child_id=row.child_id,
            record_id=row.record_id,
            revision_id=row.revision_id,
            document_id=row.document_id,
        )
        found[row.print_id] = (*found.get(row.print_id, ()), one)
    return found
