"""Bring children, second factors and the head of the audit under a new content key, some at a time."""

from __future__ import annotations

from typing import Final

from formsvc.store import audit, children, second_factors
from formsvc.store.session import Store

BATCH: Final = 100


def rewrap_keys(store: Store) -> int:
    """Bring up to a hundred children and second factors under the content key in use; 0 when all are."""
    with store.write() as tx:
        audit.mark_anew(tx)
        return children.rewrap(tx, limit=BATCH) + second_factors.rewrap(tx, limit=BATCH)
