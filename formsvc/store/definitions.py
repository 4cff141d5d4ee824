"""Effective definitions, stored whole when first used: a form never changes under a revision."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from formsvc.definitions.model import Effective
from formsvc.errors import DefinitionNotFound
from formsvc.store import canonical
from formsvc.store import tables as t
from formsvc.store.session import Tx
from formsvc.store.upsert import insert_once


def keep(tx: Tx, effective: Effective) -> str:
    """Store an effective definition unless it is there, and return its hash."""
    insert_once(
        tx,
        t.effective_definition,
        hash=effective.hash,
        definition_id=effective.id,
        version=effective.version,
        area_id=effective.area.id,
        title=effective.title,
        document=canonical.dumps(dict(effective.document)),
        first_used_at=tx.at,
    )
    return effective.hash


def document(tx: Tx, definition_hash: str) -> dict[str, Any]:
    """Return the plain data of an effective definition; raise DefinitionNotFound."""
    of = t.effective_definition.c
    found = tx.c.execute(sa.select(of.document).where(of.hash == definition_hash)).scalar_one_or_none()
    if found is None:
        raise DefinitionNotFound(definition_hash)
    kept: dict[str, Any] = canonical.loads(found)
    return kept
