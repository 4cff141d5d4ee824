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
from formsvc.store.upsert import insert_once


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
    """Return the facts that stand about a child, by name, each for whom it was stated or released."""
    of = t.fact.c
    released = releases(tx, child_id=child_id)
    rows = tx.c.execute(
        sa.select(t.fact).where(of.child_id == child_id, of.replaced_at.is_(None)).order_by(of.name)
    )
    return {
        row.name: _fact(
            tx, row, child_id=child_id, more=[one.audience_id for one in released.get(row.id, ())]
        )
        for row in rows
    }


@dataclass(frozen=True, kw_only=True)
class Release:
    """That somebody named let one more audience have a fact, as it stands: another value is not released."""

    fact_id: str
    audience_id: str
    why: str = field(repr=False)
    released_by: str | None
    by_name: str
    released_at: datetime


def release(
    tx: Tx, *, child_id: str, fact_id: str, audience_id: str, why: str, released_by: str | None
) -> bool:
    """Let an audience have a fact; return False where it was released to them before."""
    made = clock.new_id()
    sealed = keys.of_child(tx, child_id).seal_json({"why": why}, about=("fact_release", made))
    return insert_once(
        tx,
        t.fact_release,
        id=made,
        child_id=child_id,
        fact_id=fact_id,
        audience_id=audience_id,
        why=sealed,
        released_by=released_by,
        released_at=tx.at,
    )


def releases(tx: Tx, *, child_id: str) -> dict[str, tuple[Release, ...]]:
    """Return every release of a child's facts, by the fact, oldest first."""
    of = t.fact_release.c
    rows = tx.c.execute(
        sa.select(t.fact_release, t.user.c.name.label("by_name"))
        .outerjoin(t.user, t.user.c.id == of.released_by)
        .where(of.child_id == child_id)
        .order_by(of.released_at, of.id)
    )
    found: dict[str, tuple[Release, ...]] = {}
    for row in rows:
        opened = keys.of_child(tx, child_id).open_json(row.why, about=("fact_release", row.id))
        one = Release(
            fact_id=row.fact_id,
            audience_id=row.audience_id,
            why=opened["why"],
            released_by=row.released_by,
            by_name=row.by_name or "",
            released_at=row.released_at,
        )
        found[one.fact_id] = (*found.get(one.fact_id, ()), one)
    return found


def _fact(tx: Tx, row: sa.Row[Any], *, child_id: str, more: Collection[str] = ()) -> Fact:
    return Fact(
        id=row.id,
        name=row.name,
        version=row.version,
        value=keys.of_child(tx, child_id).open_json(row.value, about=("fact", row.id, row.name)),
        audiences=frozenset(row.audiences) | frozenset(more),
        revision_id=row.revision_id,
        path=row.path,
        confirmed_at=row.confirmed_at,
    )
