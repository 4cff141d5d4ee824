"""Organisations and what belongs to them: teams, homes, forces."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import tables as t
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """Who controls data."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """A team, home or force of an organisation; `area_id` is empty for a team."""

    id: str
    kind: str
    name: str
    organisation_id: str
    organisation_name: str
    area_id: str = ""


def add(tx: Tx, *, name: str, kind: str, id: str | None = None) -> str:
    """Add an organisation and return its id."""
    made = id or clock.new_id()
    tx.c.execute(sa.insert(t.organisation).values(id=made, name=name, kind=kind, created_at=tx.at))
    return made


def add_team(tx: Tx, *, organisation_id: str, name: str, id: str | None = None) -> str:
    """Add a team and return its id."""
    made = id or clock.new_id()
    tx.c.execute(
        sa.insert(t.team).values(id=made, organisation_id=organisation_id, name=name, created_at=tx.at)
    )
    return made


def add_home(tx: Tx, *, organisation_id: str, name: str, area_id: str, id: str | None = None) -> str:
    """Add a home and return its id."""
    return _add_placed(tx, t.home, organisation_id=organisation_id, name=name, area_id=area_id, id=id)


def add_force(tx: Tx, *, organisation_id: str, name: str, area_id: str, id: str | None = None) -> str:
    """Add a police force and return its id."""
    return _add_placed(tx, t.force, organisation_id=organisation_id, name=name, area_id=area_id, id=id)


def get(tx: Tx, organisation_id: str) -> Organisation:
    """Return an organisation; raise NotFound."""
    of = t.organisation.c
    row = tx.c.execute(sa.select(of.id, of.name, of.kind).where(of.id == organisation_id)).one_or_none()
    if row is None:
        raise NotFound
    return Organisation(id=row.id, name=row.name, kind=row.kind)


def listing(tx: Tx) -> tuple[Organisation, ...]:
    """Return every organisation that is not closed, by name."""
    of = t.organisation.c
    rows = tx.c.execute(
        sa.select(of.id, of.name, of.kind).where(of.closed_at.is_(None)).order_by(of.name, of.id)
    )
    return tuple(Organisation(id=row.id, name=row.name, kind=row.kind) for row in rows)


def places(tx: Tx, *, organisation_id: str | None = None) -> tuple[Place, ...]:
    """Return the open teams, homes and forces of one organisation, or of all."""
    queries = [
        _places(t.team, "team", sa.literal("")),
        _places(t.home, "home", t.home.c.area_id),
        _places(t.force, "force", t.force.c.area_id),
    ]
    found = sa.union_all(*queries).subquery()
    wanted = sa.select(found).order_by(found.c.kind, found.c.name, found.c.id)
    if organisation_id is not None:
        wanted = wanted.where(found.c.organisation_id == organisation_id)
    return tuple(
        Place(
            id=row.id,
            kind=row.kind,
            name=row.name,
            organisation_id=row.organisation_id,
            organisation_name=row.organisation_name,
            area_id=row.area_id,
        )
        for row in tx.c.execute(wanted)
    )


def _places(table: sa.Table, kind: str, area: sa.ColumnElement[str]) -> sa.Select[tuple[str, ...]]:
    return (
        sa.select(
            table.c.id,
            sa.literal(kind).label("kind"),
            table.c.name,
            table.c.organisation_id,
            t.organisation.c.name.label("organisation_name"),
            area.label("area_id"),
        )
        .join(t.organisation, t.organisation.c.id == table.c.organisation_id)
        .where(table.c.closed_at.is_(None))
    )


def _add_placed(
    tx: Tx, table: sa.Table, *, organisation_id: str, name: str, area_id: str, id: str | None
) -> str:
    made = id or clock.new_id()
    tx.c.execute(
        sa.insert(table).values(
            id=made, organisation_id=organisation_id, name=name, area_id=area_id, created_at=tx.at
        )
    )
    return made
