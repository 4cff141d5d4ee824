"""Secrets: a value that an answer only refers to, bound to its child, field and row.

It never enters drafts, facts, differences, snapshots, jobs or the audit, and is read one at a time.
"""

from __future__ import annotations

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.crypto import ContentDestroyed
from formsvc.store.session import Tx


def put(
    tx: Tx,
    value: str,
    *,
    child_id: str,
    controller_id: str,
    field: str,
    row_id: str = "",
    created_by: str | None,
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


def destroy(tx: Tx, reference: str) -> None:
    """Destroy a secret: its reference stays, its value is gone."""
    of = t.secret.c
    tx.c.execute(sa.update(t.secret).where(of.id == reference).values(value=None, destroyed_at=tx.at))


def _about(child_id: str, field: str, row_id: str) -> tuple[str, ...]:
    return ("secret", child_id, field, row_id)
