"""Chain the audit: one linker at a time takes the entries that wait and links them, seconds later."""

from __future__ import annotations

from typing import Final

from formsvc.store import audit
from formsvc.store.audit_file import write_head
from formsvc.store.session import Store

BATCH: Final = 500


def link_audit(store: Store, *, limit: int = BATCH) -> int:
    """Link up to `limit` waiting entries and return how many; then keep the head in the instance as well."""
    with store.write() as tx:
        count = audit.link(tx, limit=limit)
        head = audit.head(tx)
    if count and head is not None:
        write_head(store.instance, head)
    return count
