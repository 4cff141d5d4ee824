"""Effective definitions, stored whole when first used: a form never changes under a revision."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class Known:
    """A form that was ever used here: its hash, and what it is in which area."""

    hash: str
    definition_id: str
    area_id: str


def known(tx: Tx) -> tuple[Known, ...]:
    """Return every form that was ever used here."""
    of = t.effective_definition.c
    rows = tx.c.execute(sa.select(of.hash, of.definition_id, of.area_id).order_by(of.hash)).mappings()
    return tuple(Known(**row) for row in rows)


def of_record(tx: Tx, record_id: str) -> tuple[str, ...]:
    """Return the hashes of the forms that the revisions of a record were made with."""
    of = t.revision.c
    return tuple(
        tx.c.execute(sa.select(of.definition_hash).where(of.record_id == record_id).distinct()).scalars()
    )


def document(tx: Tx, definition_hash: str) -> dict[str, Any]:
    """Return the plain data of an effective definition; raise DefinitionNotFound."""
    of = t.effective_definition.c
    found = tx.c.execute(sa.select(of.document).where(of.hash == definition_hash)).scalar_one_or_none()
    if found is None:
        raise DefinitionNotFound(definition_hash)
    kept: dict[str, Any] = canonical.loads(found)
    return kept
