"""Insert what must stand once, on both databases."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from formsvc.store.session import Tx


def insert_once(tx: Tx, table: sa.Table, **values: object) -> bool:
    """Insert a row unless one stands with the same unique values; return whether it was inserted."""
    insert = postgresql.insert(table) if tx.is_postgresql else sqlite.insert(table)
    once = insert.values(values).on_conflict_do_nothing().returning(*table.primary_key)
    return tx.c.execute(once).first() is not None
