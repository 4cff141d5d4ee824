"""Revisions: `draft -> awaiting sign-off -> final -> superseded | withdrawn`.

A record has at most one revision being worked on and at most one that is final: the database says so
itself, whoever writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.session import Tx

OPEN = ("draft", "awaiting_signoff")


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One version of a record. `status` is approved or not_yet_approved from final on."""

    id: str
    record_id: str
    child_id: str
    controller_id: str
    number: int
    state: str
    definition_hash: str
    supersedes: int | None
    status: str | None
    salt: str | None = field(repr=False)
    frozen_hash: str | None
    frozen_at: datetime | None
    frozen_by: str | None
    created_at: datetime
    created_by: str | None
    changed_at: datetime
    final_at: datetime | None
    ended_at: datetime | None
    ended_why: str | None


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """What a frozen revision holds: all that its hash, and later its snapshot, is made from."""

    answers: Mapping[str, Any] = field(repr=False)
    not_asked: tuple[str, ...]
    notices: tuple[tuple[str, str], ...]
    attachments: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """One line of "your drafts"."""

    revision_id: str
    record_id: str
    reference: str
    child_id: str
    title: str
    number: int
    state: str
    changed_at: datetime


def add(
    tx: Tx,
    *,
    record_id: str,
    number: int,
    definition_hash: str,
    supersedes: int | None,
    created_by: str | None,
    id: str | None = None,
) -> str:
    """Add a draft and return its id."""
    made = id or clock.new_id()
    tx.c.execute(
        sa.insert(t.revision).values(
            id=made,
            record_id=record_id,
            number=number,
            state="draft",
            definition_hash=definition_hash,
            supersedes=supersedes,
            created_at=tx.at,
            created_by=created_by,
            changed_at=tx.at,
        )
    )
    return made


def get(tx: Tx, revision_id: str, *, lock: bool = False) -> Revision:
    """Return a revision, its row locked until the end when `lock`; raise NotFound."""
    return _one(tx, t.revision.c.id == revision_id, lock=lock)


def current(tx: Tx, record_id: str, *, lock: bool = False) -> Revision | None:
    """Return the final revision of a record, if there is one."""
    return _maybe(tx, sa.and_(t.revision.c.record_id == record_id, t.revision.c.state == "final"), lock=lock)


def opened(tx: Tx, record_id: str) -> Revision | None:
    """Return the revision of a record that is being worked on, if there is one."""
    return _maybe(tx, sa.and_(t.revision.c.record_id == record_id, t.revision.c.state.in_(OPEN)))


def opened_of_child(tx: Tx, child_id: str) -> tuple[Revision, ...]:
    """Return the revisions of a child's records that are being worked on, locked, by id."""
    of = t.revision.c
    query = _query().where(t.record.c.child_id == child_id, of.state.in_(OPEN)).order_by(of.id)
    return tuple(Revision(**row) for row in tx.c.execute(query.with_for_update(of=t.revision)).mappings())


def history(tx: Tx, record_id: str) -> tuple[Revision, ...]:
    """Return every revision of a record, newest first."""
    rows = tx.c.execute(
        _query().where(t.revision.c.record_id == record_id).order_by(t.revision.c.number.desc())
    ).mappings()
    return tuple(Revision(**row) for row in rows)


def next_number(tx: Tx, record_id: str) -> int:
    """Return the number the next revision of a record bears."""
    of = t.revision.c
    last = tx.c.execute(sa.select(sa.func.max(of.number)).where(of.record_id == record_id)).scalar_one()
    return int(last or 0) + 1


def freeze(
    tx: Tx, revision: Revision, *, frozen: Frozen, salt: str, frozen_hash: str, by: str | None
) -> None:
    """Freeze a draft: from here on it awaits sign-off, and every sign-off binds to the hash."""
    sealed = keys.of_child(tx, revision.child_id).seal_json(
        {
            "answers": dict(frozen.answers),
            "not_asked": list(frozen.not_asked),
            "notices": [list(one) for one in frozen.notices],
            "attachments": [dict(one) for one in frozen.attachments],
        },
        about=("revision", revision.id, "frozen"),
    )
    _set(
        tx,
        revision.id,
        state="awaiting_signoff",
        salt=salt,
        frozen_hash=frozen_hash,
        frozen=sealed,
        frozen_at=tx.at,
        frozen_by=by,
        changed_at=tx.at,
    )


def thaw(tx: Tx, revision_id: str) -> None:
    """Return a revision to draft: its hash is gone, and with it all that was bound to it."""
    _set(
        tx,
        revision_id,
        state="draft",
        salt=None,
        frozen_hash=None,
        frozen=None,
        frozen_at=None,
        frozen_by=None,
        changed_at=tx.at,
    )


def reform(tx: Tx, revision_id: str, *, definition_hash: str) -> None:
    """Give a draft the same form with fewer readers: nothing else of it may differ."""
    _set(tx, revision_id, definition_hash=definition_hash, changed_at=tx.at)


def frozen(tx: Tx, revision: Revision) -> Frozen:
    """Return what a frozen revision holds; raise NotFound for a draft."""
    sealed = tx.c.execute(sa.select(t.revision.c.frozen).where(t.revision.c.id == revision.id)).scalar_one()
    if sealed is None:
        raise NotFound
    held = keys.of_child(tx, revision.child_id).open_json(sealed, about=("revision", revision.id, "frozen"))
    return Frozen(
        answers=held["answers"],
        not_asked=tuple(held["not_asked"]),
        notices=tuple((path, code) for path, code in held["notices"]),
        attachments=tuple(held["attachments"]),
    )


def finalise(tx: Tx, revision_id: str, *, status: str) -> None:
    """Make a frozen revision final; the one before must have been superseded already."""
    _set(tx, revision_id, state="final", status=status, final_at=tx.at, changed_at=tx.at)


def end(tx: Tx, revision_id: str, *, state: str, why: str) -> None:
    """Supersede or withdraw a final revision."""
    _set(tx, revision_id, state=state, ended_at=tx.at, ended_why=why, changed_at=tx.at)


def touch(tx: Tx, revision_id: str) -> None:
    """Note that a revision changed now."""
    _set(tx, revision_id, changed_at=tx.at)


def drafts_of(tx: Tx, *, user_id: str, limit: int = 50) -> tuple[DraftLine, ...]:
    """Return what a person is working on, most lately changed first."""
    of = t.revision.c
    rows = tx.c.execute(
        sa.select(
            of.id.label("revision_id"),
            of.record_id,
            t.record.c.reference,
            t.record.c.child_id,
            t.effective_definition.c.title,
            of.number,
            of.state,
            of.changed_at,
        )
        .join(t.record, t.record.c.id == of.record_id)
        .join(t.effective_definition, t.effective_definition.c.hash == of.definition_hash)
        .where(of.created_by == user_id, of.state.in_(OPEN))
        .order_by(of.changed_at.desc(), of.id)
        .limit(limit)
    ).mappings()
    return tuple(DraftLine(**row) for row in rows)


def _query() -> sa.Select[Any]:
    of = t.revision.c
    return sa.select(
        *(column for column in of if column.name != "frozen"), t.record.c.child_id, t.record.c.controller_id
    ).join(t.record, t.record.c.id == of.record_id)


def _maybe(tx: Tx, where: sa.ColumnElement[bool], *, lock: bool = False) -> Revision | None:
    query = _query().where(where)
    row = tx.c.execute(query.with_for_update(of=t.revision) if lock else query).mappings().one_or_none()
    return None if row is None else Revision(**row)


def _one(tx: Tx, where: sa.ColumnElement[bool], *, lock: bool) -> Revision:
    found = _maybe(tx, where, lock=lock)
    if found is None:
        raise NotFound
    return found


def _set(tx: Tx, revision_id: str, **values: object) -> None:
    tx.c.execute(sa.update(t.revision).where(t.revision.c.id == revision_id).values(values))
