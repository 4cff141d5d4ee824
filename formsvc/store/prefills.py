"""What a revision was filled in from: each answer that arrived with it, and who has confirmed it since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from formsvc import clock
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.session import Tx
from formsvc.store.upsert import insert_once


@dataclass(frozen=True, kw_only=True)
class Prefill:
    """One answer as it was filled in. `fact_id` is None where it came from the child's own page.

    `known_at` is when it had last been confirmed elsewhere, `confirmed_at` when somebody confirmed it here.
    """

    field_id: str
    fact_id: str | None
    version: int | None
    source: str
    value: Any = field(repr=False)
    reference: str
    title: str
    known_at: datetime
    confirmed_at: datetime | None

    @property
    def said_at(self) -> datetime:
        """When somebody last said so."""
        return self.confirmed_at or self.known_at


def add(
    tx: Tx,
    *,
    revision_id: str,
    child_id: str,
    field_id: str,
    value: object,
    source: str,
    known_at: datetime,
    by: str | None,
    fact_id: str | None = None,
    version: int | None = None,
    title: str = "",
    reference: str = "",
) -> bool:
    """Note that an answer of a revision was filled in; return False where that is noted already."""
    made = clock.new_id()
    said = {"value": value, "title": title, "reference": reference}
    return insert_once(
        tx,
        t.prefill,
        id=made,
        revision_id=revision_id,
        field_id=field_id,
        fact_id=fact_id,
        version=version,
        source=source,
        content=keys.of_child(tx, child_id).seal_json(said, about=("prefill", made)),
        known_at=known_at,
        filled_at=tx.at,
        filled_by=by,
    )


def of_revision(tx: Tx, *, revision_id: str, child_id: str) -> dict[str, Prefill]:
    """Return what arrived with a revision, by field."""
    of = t.prefill.c
    rows = tx.c.execute(sa.select(t.prefill).where(of.revision_id == revision_id).order_by(of.field_id))
    found = {}
    for row in rows:
        held = keys.of_child(tx, child_id).open_json(row.content, about=("prefill", row.id))
        found[row.field_id] = Prefill(
            field_id=row.field_id,
            fact_id=row.fact_id,
            version=row.version,
            source=row.source,
            value=held["value"],
            reference=held["reference"],
            title=held["title"],
            known_at=row.known_at,
            confirmed_at=row.confirmed_at,
        )
    return found


def confirm(tx: Tx, *, revision_id: str, field_ids: Collection[str], by: str | None) -> int:
    """Note that a person confirmed some answers now; return how many."""
    of = t.prefill.c
    done = tx.c.execute(
        sa.update(t.prefill)
        .where(of.revision_id == revision_id, of.field_id.in_(sorted(field_ids)))
        .values(confirmed_at=tx.at, confirmed_by=by)
    )
    return int(done.rowcount)


def forget(tx: Tx, *, revision_id: str, field_ids: Collection[str]) -> None:
    """Forget what some answers were filled in from: somebody answered otherwise."""
    of = t.prefill.c
    tx.c.execute(
        sa.delete(t.prefill).where(of.revision_id == revision_id, of.field_id.in_(sorted(field_ids)))
    )
