"""Organisations and what belongs to them: teams, homes, forces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa

from formsvc import clock
from formsvc.access.terms import Role
from formsvc.errors import NotFound, WrongState
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


@dataclass(frozen=True, kw_only=True)
class PlaceUse:
    """A place with how much of it is used: people in a role there, children there now. Numbers alone."""

    place: Place
    people: int
    children: int


class PlaceClosed(WrongState):
    """The team, home or force was closed: nobody is put there any more."""

    code = "place_closed"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An organisation as whoever runs the service may know it.

    `is_run` says that an administrator is in, `is_empty` that nobody ever had a role there.
    """

    id: str
    name: str
    kind: str
    created_at: datetime
    closed_at: datetime | None
    is_run: bool
    is_empty: bool


_TABLES: Final[Mapping[str, sa.Table]] = MappingProxyType({"team": t.team, "home": t.home, "force": t.force})


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


def standings(tx: Tx) -> tuple[Standing, ...]:
    """Return every organisation with how it stands, by name: nothing of what is in it."""
    of, member = t.organisation.c, t.membership.c
    is_run = sa.exists().where(
        member.organisation_id == of.id,
        member.role == Role.administrator.value,
        member.user_id == t.user.c.id,
        t.user.c.password.is_not(None),
        member.from_at <= tx.at,
        sa.or_(member.until_at.is_(None), member.until_at > tx.at),
    )
    is_empty = ~sa.exists().where(member.organisation_id == of.id)
    rows = tx.c.execute(
        sa.select(
            of.id,
            of.name,
            of.kind,
            of.created_at,
            of.closed_at,
            is_run.label("is_run"),
            is_empty.label("is_empty"),
        ).order_by(of.name, of.id)
    ).mappings()
    return tuple(Standing(**row) for row in rows)


def is_named(tx: Tx, name: str, *, but: str = "") -> bool:
    """Say whether another open organisation bears this name, in whatever letters."""
    of = t.organisation.c
    alike = sa.func.lower(of.name) == name.lower()
    found = sa.select(of.id).where(alike, of.closed_at.is_(None), of.id != but).limit(1)
    return tx.c.execute(found).first() is not None


def rename(tx: Tx, *, organisation_id: str, name: str) -> None:
    """Give an organisation another name."""
    tx.c.execute(sa.update(t.organisation).where(t.organisation.c.id == organisation_id).values(name=name))


def place(tx: Tx, place_id: str, *, organisation_id: str, lock: bool = False) -> Place:
    """Return an open place of an organisation; raise NotFound.

    Locked, nobody is put there meanwhile: a row that refers to it waits.
    """
    found = next((one for one in places(tx, organisation_id=organisation_id) if one.id == place_id), None)
    if found is None:
        raise NotFound
    if lock:
        of = _TABLES[found.kind].c
        still = sa.select(of.id).where(of.id == place_id, of.closed_at.is_(None)).with_for_update()
        if tx.c.execute(still).first() is None:
            raise NotFound
    return found


def hold_open(tx: Tx, kind: str, place_id: str) -> None:
    """Let nobody close a place until the end of this transaction; raise PlaceClosed where somebody has.

    Whoever puts a child or a person into a place asks for this first, so that closing it sees them.
    """
    of = _TABLES[kind].c
    still = sa.select(of.id).where(of.id == place_id, of.closed_at.is_(None)).with_for_update(read=True)
    if tx.c.execute(still).first() is None:
        raise PlaceClosed


def uses(tx: Tx, *, organisation_id: str) -> tuple[PlaceUse, ...]:
    """Return the open places of an organisation with how many people and children are there now."""
    member, child, placed = t.membership.c, t.child.c, t.placement.c
    where = sa.func.coalesce(member.team_id, member.home_id, member.force_id)
    people = _counted(
        tx,
        where,
        sa.func.count(member.user_id.distinct()),
        member.organisation_id == organisation_id,
        member.from_at <= tx.at,
        sa.or_(member.until_at.is_(None), member.until_at > tx.at),
    )
    listed = places(tx, organisation_id=organisation_id)
    ids = [one.id for one in listed]
    children = _counted(
        tx, child.team_id, sa.func.count(), child.team_id.in_(ids), child.disposed_at.is_(None)
    ) | _counted(tx, placed.home_id, sa.func.count(), placed.home_id.in_(ids), placed.until_at.is_(None))
    return tuple(
        PlaceUse(place=one, people=people.get(one.id, 0), children=children.get(one.id, 0)) for one in listed
    )


def _counted(
    tx: Tx, by: sa.ColumnElement[str | None], count: sa.ColumnElement[int], *where: sa.ColumnElement[bool]
) -> dict[str, int]:
    rows = tx.c.execute(sa.select(by.label("place"), count.label("many")).where(*where).group_by(by))
    return {row.place: row.many for row in rows if row.place is not None}


def homes_for(tx: Tx, *, organisation_id: str) -> tuple[Place, ...]:
    """Return the open homes in which an organisation can place a child: its own, and those of providers.

    The homes of another authority are that authority's own business.
    """
    of = t.organisation.c
    offered = set(
        tx.c.execute(
            sa.select(of.id).where(
                sa.or_(of.id == organisation_id, of.kind == "provider"), of.closed_at.is_(None)
            )
        ).scalars()
    )
    return tuple(one for one in places(tx) if one.kind == "home" and one.organisation_id in offered)


def rename_place(tx: Tx, place: Place, *, name: str) -> None:
    """Give a place another name."""
    table = _TABLES[place.kind]
    tx.c.execute(sa.update(table).where(table.c.id == place.id).values(name=name))


def close_place(tx: Tx, place: Place) -> int:
    """Close a place and end the roles that are held there; return how many there were."""
    table, member = _TABLES[place.kind], t.membership.c
    tx.c.execute(sa.update(table).where(table.c.id == place.id).values(closed_at=tx.at))
    return tx.c.execute(
        sa.update(t.membership)
        .where(
            member[f"{place.kind}_id"] == place.id,
            sa.or_(member.until_at.is_(None), member.until_at > tx.at),
        )
        .values(
            until_at=sa.case(
                (member.from_at > tx.at, member.from_at), else_=sa.literal(tx.at, member.until_at.type)
            )
        )
    ).rowcount


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
