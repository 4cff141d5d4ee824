"""Children's data keys: made with the child, unwrapped when needed, destroyed at disposal."""

from __future__ import annotations

import sqlalchemy as sa

from formsvc.errors import NotFound
from formsvc.store import tables as t
from formsvc.store.crypto import ContentDestroyed, DataKey, new_data_key
from formsvc.store.session import Tx


def add(tx: Tx, *, child_id: str) -> DataKey:
    """Make a child's data key and keep it wrapped."""
    made = new_data_key()
    tx.c.execute(
        sa.insert(t.child_key).values(
            id=made.id,
            child_id=child_id,
            content_key_id=tx.keyring.current.id,
            wrapped=tx.keyring.current.wrap(made, child_id=child_id),
            created_at=tx.at,
        )
    )
    tx.keys[child_id] = made
    return made


def of_child(tx: Tx, child_id: str) -> DataKey:
    """Return a child's data key; raise ContentDestroyed after disposal, NotFound without a child."""
    if child_id not in tx.keys:
        of = t.child_key.c
        asked = sa.select(of.id, of.wrapped, of.content_key_id).where(of.child_id == child_id)
        if tx.is_postgresql and tx.writes:
            asked = asked.with_for_update(
                read=True, key_share=True
            )  # disposal waits for who writes about her
        row = tx.c.execute(asked).one_or_none()
        if row is None:
            raise NotFound
        if row.wrapped is None:
            raise ContentDestroyed
        unwrapped(
            tx, child_id=child_id, key_id=row.id, wrapped=row.wrapped, content_key_id=row.content_key_id
        )
    return tx.keys[child_id]


def unwrapped(tx: Tx, *, child_id: str, key_id: str, wrapped: bytes, content_key_id: str) -> DataKey:
    """Return a data key that a listing has read with its rows, and remember it for the transaction."""
    if child_id not in tx.keys:
        tx.keys[child_id] = tx.keyring.unwrap(
            wrapped, content_key_id=content_key_id, key_id=key_id, child_id=child_id
        )
    return tx.keys[child_id]


def destroy(tx: Tx, *, child_id: str) -> None:
    """Destroy a child's data key: nothing sealed under it can be read again."""
    tx.keys.pop(child_id, None)
    tx.c.execute(
        sa.update(t.child_key)
        .where(t.child_key.c.child_id == child_id, t.child_key.c.wrapped.is_not(None))
        .values(wrapped=None, destroyed_at=tx.at)
    )


def rewrap(tx: Tx, *, limit: int) -> tuple[str, ...]:
    """Wrap under the content key in use what an older one wrapped; return the children it was done for."""
    of = t.child_key.c
    old = tx.c.execute(
        sa.select(of.id, of.child_id, of.wrapped, of.content_key_id)
        .where(of.content_key_id != tx.keyring.current.id, of.wrapped.is_not(None))
        .order_by(of.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in old:
        key = unwrapped(
            tx, child_id=row.child_id, key_id=row.id, wrapped=row.wrapped, content_key_id=row.content_key_id
        )
        tx.c.execute(
            sa.update(t.child_key)
            .where(of.id == row.id)
            .values(
                wrapped=tx.keyring.current.wrap(key, child_id=row.child_id),
                content_key_id=tx.keyring.current.id,
            )
        )
    return tuple(row.child_id for row in old)
