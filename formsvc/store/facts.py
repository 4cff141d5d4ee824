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
    definition_id: str = ""
    origin_id: str | None = None


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
    definition_id: str = "",
    confirmed_at: datetime | None = None,
    origin_id: str | None = None,
) -> Fact:
    """State a fact: an equal value for the same audiences is confirmed, another replaces it.

    Each kind of form, `definition_id`, says it for itself and replaces what its own kind said before.
    `confirmed_at` is when somebody said so, now where it is None; `origin_id` the fact that an answer was
    filled in from and that nobody has confirmed in this form.
    """
    at = confirmed_at or tx.at
    of = t.fact.c
    row = tx.c.execute(
        sa.select(t.fact)
        .where(
            of.child_id == child_id,
            of.name == name,
            of.definition_id == definition_id,
            of.replaced_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if row is not None and sorted(audiences) == row.audiences:
        known = _fact(tx, row, child_id=child_id)
        if known.value == value:
            first = None if origin_id == known.id else origin_id
            tx.c.execute(
                sa.update(t.fact)
                .where(of.id == row.id)
                .values(confirmed_at=at, revision_id=revision_id, path=path, origin_id=first)
            )
            return replace(known, confirmed_at=at, revision_id=revision_id, path=path, origin_id=first)
    if row is not None:
        tx.c.execute(sa.update(t.fact).where(of.id == row.id).values(replaced_at=tx.at))
    made = Fact(
        id=clock.new_id(),
        name=name,
        version=_next_version(tx, child_id=child_id, name=name),
        value=value,
        audiences=frozenset(audiences),
        revision_id=revision_id,
        path=path,
        confirmed_at=at,
        definition_id=definition_id,
        origin_id=origin_id,
    )
    tx.c.execute(
        sa.insert(t.fact).values(
            id=made.id,
            child_id=child_id,
            controller_id=controller_id,
            name=name,
            version=made.version,
            value=keys.of_child(tx, child_id).seal_json(value, about=("fact", made.id, name)),
            audiences=sorted(audiences),
            revision_id=revision_id,
            path=path,
            confirmed_at=at,
            definition_id=definition_id,
            origin_id=origin_id,
        )
    )
    return made


def known(tx: Tx, *, child_id: str) -> dict[str, Fact]:
    """Return what was last confirmed of each fact that stands about a child, by name.

    Each is for whom it was stated or released.
    """
    stand = sorted((one.fact for one in standing(tx, child_id=child_id)), key=lambda one: one.version)
    return {one.name: one for one in sorted(stand, key=lambda one: one.confirmed_at)}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A fact that a current form says, and that form. The texts are empty where no form says it.

    `source` names the form that an answer was filled in from, where nobody has confirmed it since.
    """

    fact: Fact
    record_id: str
    definition_hash: str
    reference: str
    title: str
    source_reference: str
    source_title: str
    source_hash: str


def standing(tx: Tx, *, child_id: str) -> tuple[Standing, ...]:
    """Return every fact that a current form says about a child, by name and version: two queries.

    What was said in a form that was withdrawn, or that its next revision says no more, does not stand.
    """
    released = releases(tx, child_id=child_id)
    of, origin, first = t.fact.c, t.fact.alias("origin"), t.revision.alias("first")
    first_record, first_form = t.record.alias("first_record"), t.effective_definition.alias("first_form")
    rows = tx.c.execute(
        sa.select(
            t.fact,
            t.revision.c.record_id,
            t.revision.c.definition_hash,
            t.record.c.reference,
            t.effective_definition.c.title,
            first_record.c.reference.label("source_reference"),
            first_form.c.title.label("source_title"),
            first.c.definition_hash.label("source_hash"),
        )
        .outerjoin(t.revision, t.revision.c.id == of.revision_id)
        .outerjoin(t.record, t.record.c.id == t.revision.c.record_id)
        .outerjoin(t.effective_definition, t.effective_definition.c.hash == t.revision.c.definition_hash)
        .outerjoin(origin, origin.c.id == of.origin_id)
        .outerjoin(first, first.c.id == origin.c.revision_id)
        .outerjoin(first_record, first_record.c.id == first.c.record_id)
        .outerjoin(first_form, first_form.c.hash == first.c.definition_hash)
        .where(
            of.child_id == child_id,
            of.replaced_at.is_(None),
            sa.or_(of.revision_id.is_(None), t.revision.c.state == "final"),
        )
        .order_by(of.name, of.version)
    )
    return tuple(
        Standing(
            fact=_fact(
                tx, row, child_id=child_id, more=[one.audience_id for one in released.get(row.id, ())]
            ),
            record_id=row.record_id or "",
            definition_hash=row.definition_hash or "",
            reference=row.reference or "",
            title=row.title or "",
            source_reference=row.source_reference or row.reference or "",
            source_title=row.source_title or row.title or "",
            source_hash=row.source_hash or row.definition_hash or "",
        )
        for row in rows
    )


def origins(tx: Tx, fact_ids: Collection[str]) -> dict[str, str]:
    """Return where each of some facts was first said: the fact it was filled in from, or itself."""
    of = t.fact.c
    rows = tx.c.execute(sa.select(of.id, of.origin_id).where(of.id.in_(sorted(fact_ids))))
    return {row.id: row.origin_id or row.id for row in rows}


def _next_version(tx: Tx, *, child_id: str, name: str) -> int:
    of = t.fact.c
    last = sa.select(sa.func.max(of.version)).where(of.child_id == child_id, of.name == name)
    return int(tx.c.execute(last).scalar_one() or 0) + 1


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
        definition_id=row.definition_id,
        origin_id=row.origin_id,
    )
