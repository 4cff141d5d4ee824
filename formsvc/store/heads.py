"""The head of every page about a child: who she is, where she lives, her newest photo. One query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from formsvc.errors import NotFound
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.blobs import Stored
from formsvc.store.children import Identity
from formsvc.store.crypto import DataKey
from formsvc.store.session import Tx

PHOTO: Final = "photo.current"
"""The fact that names a child's newest photo."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """Who a child is and where she lives now. `photos` are newest first, each for whom it is."""

    id: str
    reference: str
    controller_id: str
    team_id: str | None
    identity: Identity = field(repr=False)
    home_id: str | None
    home_name: str
    area_id: str
    details: Mapping[str, Any] = field(repr=False)
    photos: tuple[tuple[Mapping[str, Any], frozenset[str]], ...] = field(repr=False)

    def photo(self, audience: str) -> Mapping[str, Any] | None:
        """Return the newest photo that an audience may have."""
        return next((value for value, may in self.photos if audience in may), None)


@dataclass(frozen=True, kw_only=True)
class PhotoPlace:
    """Where the bytes of a photo lie, and the key that opens them."""

    stored: Stored
    key: DataKey


def head(tx: Tx, child_id: str) -> Head:
    """Return the head of a child; raise NotFound, also after disposal."""
    lives = sa.and_(t.placement.c.child_id == t.child.c.id, t.placement.c.until_at.is_(None))
    stands = sa.or_(
        t.fact.c.revision_id.is_(None),
        sa.exists().where(t.revision.c.id == t.fact.c.revision_id, t.revision.c.state == "final"),
    )
    of = t.fact.c
    shown = sa.and_(of.child_id == t.child.c.id, of.name == PHOTO, of.replaced_at.is_(None), stands)
    rows = tx.c.execute(
        sa.select(
            t.child.c.id,
            t.child.c.reference,
            t.child.c.controller_id,
            t.child.c.team_id,
            t.child.c.identity,
            t.child_key.c.id.label("key_id"),
            t.child_key.c.wrapped,
            t.child_key.c.content_key_id,
            t.placement.c.id.label("placement_id"),
            t.placement.c.home_id,
            t.placement.c.area_id,
            t.placement.c.details,
            t.home.c.name.label("home_name"),
            t.fact.c.id.label("fact_id"),
            t.fact.c.value.label("fact_value"),
            t.fact.c.audiences,
        )
        .join(t.child_key, t.child_key.c.child_id == t.child.c.id)
        .outerjoin(t.placement, lives)
        .outerjoin(t.home, t.home.c.id == t.placement.c.home_id)
        .outerjoin(t.fact, shown)
        .where(t.child.c.id == child_id, t.child.c.disposed_at.is_(None))
        .order_by(of.confirmed_at.desc(), of.version.desc())
    ).all()
    if not rows:
        raise NotFound
    row = rows[0]
    key = keys.unwrapped(
        tx, child_id=row.id, key_id=row.key_id, wrapped=row.wrapped, content_key_id=row.content_key_id
    )
    return Head(
        id=row.id,
        reference=row.reference,
        controller_id=row.controller_id,
        team_id=row.team_id,
        identity=Identity(**key.open_json(row.identity, about=("child", row.id, "identity"))),
        home_id=row.home_id,
        home_name=row.home_name or "",
        area_id=row.area_id or "",
        details={}
        if row.details is None
        else key.open_json(row.details, about=("placement", row.placement_id)),
        photos=tuple(
            (value, frozenset(one.audiences))
            for one in rows
            if one.fact_value is not None
            and "sha256" in (value := key.open_json(one.fact_value, about=("fact", one.fact_id, PHOTO)))
        ),
    )


def photo_place(tx: Tx, *, child_id: str, sha256: str) -> PhotoPlace:
    """Return where a photo of a child lies; raise NotFound."""
    of = t.blob.c
    row = tx.c.execute(
        sa.select(of.address, of.sha256, of.size).where(
            of.child_id == child_id, of.sha256 == sha256, of.destroyed_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return PhotoPlace(
        stored=Stored(address=row.address, sha256=row.sha256, size=row.size), key=keys.of_child(tx, child_id)
    )
