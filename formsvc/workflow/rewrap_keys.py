"""Bring children and the head of the audit under a new content key, some at a time, while everybody works."""

from __future__ import annotations

from typing import Final

from formsvc.store import audit, children
from formsvc.store.session import Store

BATCH: Final = 100


def rewrap_keys(store: Store) -> int:
    """Bring up to a hundred children under the content key in use; return how many, 0 when all are."""
    with store.write() as tx:
        audit.mark_anew(tx)
        return children.rewrap(tx, limit=BATCH)
