"""Chain the audit: one linker at a time takes the entries that wait and links them, seconds later."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import structlog

from formsvc.store import audit
from formsvc.store.audit import AuditBroken
from formsvc.store.audit_file import read_head, write_head
from formsvc.store.session import Store

BATCH: Final = 500

log = structlog.get_logger()


def link_audit(store: Store, *, limit: int = BATCH) -> int:
    """Link up to `limit` waiting entries and return how many; then keep the head in the instance as well.

    A chain that somebody cut or wrote anew is left as it is, and the log says so: our mark would hide it.
    """
    count, head = 0, None
    with suppress(AuditBroken), store.write() as tx:
        count = audit.link(tx, limit=limit, kept=lambda: read_head(store.instance))
        head = audit.head(tx)
    if head is None:
        log.error("audit is broken, nothing is linked", remedy="formsvc audit verify")
    if count and head is not None:
        write_head(store.instance, head)
    return count
