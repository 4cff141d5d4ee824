"""Invitations: a role that somebody offers to an email address, until whoever has the address accepts it.

Whether the address has an account here plays no part in any of it but the accepting: who invites learns
nothing of anybody by it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import tables as t
from formsvc.store.session import Tx

LISTED_FOR: Final = timedelta(days=30)
"""How long an invitation that came to nothing is shown to those who look after people."""


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A role that is offered. `name` is as whoever invites wrote it; `place_kind` is team, home or force."""

    id: str
    organisation_id: str
    organisation_name: str
    email: str
    name: str
    role: str
    place_kind: str
    place_id: str | None
    place_name: str
    created_by: str
    by_name: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    answered_at: datetime | None
    answer: str | None


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What an invitation is made from. `token_hash` is of the link."""

    organisation_id: str
    email: str
    name: str
    role: str
    place_kind: str
    place_id: str | None
    token_hash: str = field(repr=False)


def add(tx: Tx, offer: Offer, *, created_by: str, expires_at: datetime) -> str:
    """Keep an invitation and return its id; the same one that still waits is withdrawn."""
    of = t.invitation.c
    email = offer.email.strip().lower()
    place = {f"{kind}_id": offer.place_id if kind == offer.place_kind else None for kind in _KINDS}
    tx.c.execute(
        sa.update(t.invitation)
        .where(
            of.organisation_id == offer.organisation_id,
            of.email == email,
            of.role == offer.role,
            *(of[name].is_(None) if id is None else of[name] == id for name, id in place.items()),
            of.answered_at.is_(None),
        )
        .values(answered_at=tx.at, answer="withdrawn")
    )
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.invitation).values(
            id=made,
            token_hash=offer.token_hash,
            organisation_id=offer.organisation_id,
            email=email,
            name=offer.name,
            role=offer.role,
            created_by=created_by,
            created_at=tx.at,
            expires_at=expires_at,
            **place,
        )
    )
    return made


def get(tx: Tx, invitation_id: str, *, lock: bool = False) -> Invitation:
    """Return an invitation; raise NotFound."""
    return _one(tx, t.invitation.c.id == invitation_id, lock=lock)


def by_token(tx: Tx, token_hash: str, *, lock: bool = False) -> Invitation:
    """Return the invitation of a link; raise NotFound."""
    return _one(tx, t.invitation.c.token_hash == token_hash, lock=lock)


def waiting_for(tx: Tx, email: str) -> tuple[Invitation, ...]:
    """Return what waits for the answer of whoever has an address, the oldest first."""
    of = t.invitation.c
    waits = sa.and_(of.email == email.strip().lower(), of.answered_at.is_(None), of.expires_at > tx.at)
    return _listed(tx, waits)


def of_organisation(tx: Tx, *, organisation_id: str, place_id: str | None = None) -> tuple[Invitation, ...]:
    """Return what was offered in an organisation, or one place of it, and is not accepted, for a while."""
    of = t.invitation.c
    where = [
        of.organisation_id == organisation_id,
        sa.or_(of.answer.is_(None), of.answer == "declined"),
        of.created_at > tx.at - LISTED_FOR,
    ]
    if place_id is not None:
        where.append(sa.func.coalesce(of.team_id, of.home_id, of.force_id) == place_id)
    return _listed(tx, sa.and_(*where))


def answer(tx: Tx, invitation_id: str, *, how: str, user_id: str | None = None) -> None:
    """Keep how an invitation was answered: accepted (by whom), declined, withdrawn."""
    of = t.invitation.c
    tx.c.execute(
        sa.update(t.invitation)
        .where(of.id == invitation_id, of.answered_at.is_(None))
        .values(answered_at=tx.at, answer=how, user_id=user_id)
    )


def use(tx: Tx, invitation_id: str) -> None:
    """Note that the link was used: it opens nothing again."""
    tx.c.execute(sa.update(t.invitation).where(t.invitation.c.id == invitation_id).values(used_at=tx.at))


_KINDS: Final = ("team", "home", "force")


def _one(tx: Tx, where: sa.ColumnElement[bool], *, lock: bool) -> Invitation:
    if lock:
        tx.c.execute(sa.select(t.invitation.c.id).where(where).with_for_update())
    found = _listed(tx, where)
    if not found:
        raise NotFound
    return found[0]


def _listed(tx: Tx, where: sa.ColumnElement[bool]) -> tuple[Invitation, ...]:
    of = t.invitation.c
    rows = tx.c.execute(
        sa.select(
            t.invitation,
            t.organisation.c.name.label("organisation_name"),
            t.user.c.name.label("by_name"),
            sa.func.coalesce(t.team.c.name, t.home.c.name, t.force.c.name, "").label("place_name"),
        )
        .join(t.organisation, t.organisation.c.id == of.organisation_id)
        .join(t.user, t.user.c.id == of.created_by)
        .outerjoin(t.team, t.team.c.id == of.team_id)
        .outerjoin(t.home, t.home.c.id == of.home_id)
        .outerjoin(t.force, t.force.c.id == of.force_id)
        .where(where)
        .order_by(of.created_at, of.id)
        .limit(100)
    )
    return tuple(_invitation(row) for row in rows)


def _invitation(row: Any) -> Invitation:
    kind = next((one for one in _KINDS if getattr(row, f"{one}_id") is not None), "")
    return Invitation(
        id=row.id,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation_name,
        email=row.email,
        name=row.name,
        role=row.role,
        place_kind=kind,
        place_id=getattr(row, f"{kind}_id") if kind else None,
        place_name=row.place_name,
        created_by=row.created_by,
        by_name=row.by_name,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        answered_at=row.answered_at,
        answer=row.answer,
    )
