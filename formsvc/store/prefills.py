"""What a revision was filled in from: each answer that arrived with it, and who has confirmed it since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from formsvc import clock
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class Prefill:
    """One answer as it was filled in. `fact_id` is None where it came from the child's own page.

    `title` and `reference` name the form it was first said in, `readers` the audiences who have that form.

    `known_at` is when it had last been confirmed elsewhere, `confirmed_at` when somebody confirmed it here.
    """

    field_id: str
    fact_id: str | None
    version: int | None
    source: str
    value: Any = field(repr=False)
    reference: str
    title: str
    readers: frozenset[str]
    known_at: datetime
    confirmed_at: datetime | None

    @property
    def said_at(self) -> datetime:
        """When somebody last said so."""
        return self.confirmed_at or self.known_at


@dataclass(frozen=True, kw_only=True)
class Source:
    """What an answer is filled in from, as it was then."""

    value: Any = field(repr=False)
    source: str
    known_at: datetime
    fact_id: str | None = None
    version: int | None = None
    title: str = ""
    reference: str = ""
    readers: frozenset[str] = frozenset()


def add(tx: Tx, *, revision_id: str, child_id: str, arrived: Mapping[str, Source], by: str | None) -> None:
    """Note what answers of a revision were filled in from, by field; no more what was noted before."""
    if not arrived:
        return
    forget(tx, revision_id=revision_id, field_ids=list(arrived))
    key = keys.of_child(tx, child_id)
    rows = []
    for field_id, one in arrived.items():
        made = clock.new_id()
        said = {
            "value": one.value,
            "title": one.title,
            "reference": one.reference,
            "readers": sorted(one.readers),
        }
        rows.append(
            {
                "id": made,
                "revision_id": revision_id,
                "field_id": field_id,
                "fact_id": one.fact_id,
                "version": one.version,
                "source": one.source,
                "content": key.seal_json(said, about=("prefill", made)),
                "known_at": one.known_at,
                "filled_at": tx.at,
                "filled_by": by,
            }
        )
    tx.c.execute(sa.insert(t.prefill), rows)


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
            readers=frozenset(held["readers"]),
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
