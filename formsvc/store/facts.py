"""What is known about a child: value, where from, when confirmed, and who may have it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from formsvc import clock
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One fact as it stands. Its audiences travel with it: no copy may be made for anybody else."""

    id: str
    name: str
    version: int
    value: Any = field(repr=False)
    audiences: frozenset[str]
    revision_id: str | None
    path: str
    confirmed_at: datetime


def state(
    tx: Tx,
    *,
    child_id: str,
    controller_id: str,
    name: str,
    value: object,
    audiences: Collection[str],
    revision_id: str | None,
    path: str,
) -> Fact:
    """State a fact: an equal value for the same audiences is confirmed, another replaces it."""
    key = keys.of_child(tx, child_id)
    of = t.fact.c
    row = tx.c.execute(
        sa.select(t.fact)
        .where(of.child_id == child_id, of.name == name, of.replaced_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if row is not None and sorted(audiences) == row.audiences:
        known = _fact(tx, row, child_id=child_id)
        if known.value == value:
            tx.c.execute(
                sa.update(t.fact)
                .where(of.id == row.id)
                .values(confirmed_at=tx.at, revision_id=revision_id, path=path)
            )
            return replace(known, confirmed_at=tx.at, revision_id=revision_id, path=path)
    if row is not None:
        tx.c.execute(sa.update(t.fact).where(of.id == row.id).values(replaced_at=tx.at))
    made = Fact(
        id=clock.new_id(),
        name=name,
        version=1 if row is None else row.version + 1,
        value=value,
        audiences=frozenset(audiences),
        revision_id=revision_id,
        path=path,
        confirmed_at=tx.at,
    )
    tx.c.execute(
        sa.insert(t.fact).values(
            id=made.id,
            child_id=child_id,
            controller_id=controller_id,
            name=name,
            version=made.version,
            value=key.seal_json(value, about=("fact", made.id, name)),
            audiences=sorted(audiences),
            revision_id=revision_id,
            path=path,
            confirmed_at=tx.at,
        )
    )
    return made


def known(tx: Tx, *, child_id: str) -> dict[str, Fact]:
    """Return the facts that stand about a child, by name."""
    of = t.fact.c
    rows = tx.c.execute(
        sa.select(t.fact).where(of.child_id == child_id, of.replaced_at.is_(None)).order_by(of.name)
    )
    return {row.name: _fact(tx, row, child_id=child_id) for row in rows}


def _fact(tx: Tx, row: sa.Row[Any], *, child_id: str) -> Fact:
    return Fact(
        id=row.id,
        name=row.name,
        version=row.version,
        value=keys.of_child(tx, child_id).open_json(row.value, about=("fact", row.id, row.name)),
        audiences=frozenset(row.audiences),
        revision_id=row.revision_id,
        path=row.path,
        confirmed_at=row.confirmed_at,
    )
