"""Secrets: a value that an answer only refers to, bound to its child, field and row.

It never enters drafts, facts, differences, snapshots, jobs or the audit, and is read one at a time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.crypto import ContentDestroyed
from formsvc.store.session import Tx
from formsvc.store.upsert import insert_once


@dataclass(frozen=True, kw_only=True)
class Held:
    """That a secret is kept: for which field and row, since when and by whom; never what it is."""

    id: str
    child_id: str
    field: str
    row_id: str
    created_at: datetime
    created_by_name: str
    changed_at: datetime | None
    destroyed_at: datetime | None


def put(
    tx: Tx,
    value: str,
    *,
    child_id: str,
    controller_id: str,
    field: str,
    row_id: str = "",
    created_by: str | None,
    record_id: str | None = None,
) -> str:
    """Keep a secret and return the reference that stands in the answer."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.secret).values(
            id=made,
            child_id=child_id,
            controller_id=controller_id,
            field=field,
            row_id=row_id,
            value=keys.of_child(tx, child_id).seal(value.encode(), about=_about(child_id, field, row_id)),
            record_id=record_id,
            created_at=tx.at,
            created_by=created_by,
        )
    )
    return made


def reveal(tx: Tx, reference: str, *, child_id: str, field: str, row_id: str = "") -> str:
    """Return a secret for the child, field and row it was kept for; raise NotFound for any other."""
    of = t.secret.c
    row = tx.c.execute(
        sa.select(of.value).where(
            of.id == reference, of.child_id == child_id, of.field == field, of.row_id == row_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.value is None:
        raise ContentDestroyed
    return keys.of_child(tx, child_id).open(row.value, about=_about(child_id, field, row_id)).decode()


def replace(tx: Tx, reference: str, value: str, *, child_id: str, field: str, row_id: str = "") -> None:
    """Put another value in the place of a secret that is there; raise NotFound for any other."""
    of = t.secret.c
    sealed = keys.of_child(tx, child_id).seal(value.encode(), about=_about(child_id, field, row_id))
    done = tx.c.execute(
        sa.update(t.secret)
        .where(
            of.id == reference,
            of.child_id == child_id,
            of.field == field,
            of.row_id == row_id,
            of.destroyed_at.is_(None),
        )
        .values(value=sealed, changed_at=tx.at)
    )
    if done.rowcount != 1:
        raise NotFound


def destroy(tx: Tx, reference: str) -> None:
    """Destroy a secret: its reference stays, its value is gone."""
    of = t.secret.c
    tx.c.execute(sa.update(t.secret).where(of.id == reference).values(value=None, destroyed_at=tx.at))


def destroy_others(tx: Tx, *, record_id: str, referred_to: Collection[str]) -> int:
    """Destroy the secrets of a record that no answer refers to any more; return how many there were."""
    of = t.secret.c
    return tx.c.execute(
        sa.update(t.secret)
        .where(of.record_id == record_id, of.id.not_in(list(referred_to)), of.destroyed_at.is_(None))
        .values(value=None, destroyed_at=tx.at)
    ).rowcount


def held(tx: Tx, references: Collection[str], *, child_id: str) -> dict[str, Held]:
    """Return what is known of some secrets of a child, by reference."""
    of = t.secret.c
    rows = tx.c.execute(
        sa.select(
            of.id,
            of.child_id,
            of.field,
            of.row_id,
            of.created_at,
            of.changed_at,
            of.destroyed_at,
            sa.func.coalesce(t.user.c.name, "").label("created_by_name"),
        )
        .outerjoin(t.user, t.user.c.id == of.created_by)
        .where(of.child_id == child_id, of.id.in_(list(references)))
    ).mappings()
    return {row["id"]: Held(**row) for row in rows}


def note_look(tx: Tx, *, id: str, reference: str, child_id: str, user_id: str | None, why: str) -> bool:
    """Note why a secret is looked at, under the id of the page that asked; False where that was used."""
    return insert_once(
        tx,
        t.secret_look,
        id=id,
        secret_id=reference,
        child_id=child_id,
        user_id=user_id,
        why=keys.of_child(tx, child_id).seal_json({"why": why}, about=("secret-look", id)),
        at=tx.at,
    )


def looks(tx: Tx, reference: str, *, child_id: str) -> tuple[tuple[datetime, str, str], ...]:
    """Return (when, who, why) of the looks at a secret, newest first."""
    of = t.secret_look.c
    rows = tx.c.execute(
        sa.select(of.id, of.at, of.why, sa.func.coalesce(t.user.c.name, "").label("name"))
        .outerjoin(t.user, t.user.c.id == of.user_id)
        .where(of.secret_id == reference, of.child_id == child_id)
        .order_by(of.at.desc(), of.id)
    )
    key = keys.of_child(tx, child_id)
    return tuple(
        (row.at, row.name, str(key.open_json(row.why, about=("secret-look", row.id))["why"])) for row in rows
    )


def _about(child_id: str, field: str, row_id: str) -> tuple[str, ...]:
    return ("secret", child_id, field, row_id)
