"""Copies handed to somebody outside: to whom, how, when, and who says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from formsvc import clock
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.session import Tx

CHANNELS = ("in_person", "post", "secure_mail", "mail", "other")


@dataclass(frozen=True, kw_only=True)
class HandedOut:
    """One copy that left by somebody's hand. `recipient` holds name, role and organisation."""

    id: str
    document_id: str
    recipient: Mapping[str, str] = field(repr=False)
    channel: str
    at: datetime
    created_at: datetime
    created_by: str | None
    by_name: str


def add(
    tx: Tx,
    *,
    document_id: str,
    child_id: str,
    recipient: Mapping[str, str],
    channel: str,
    at: datetime,
    by: str | None,
) -> str:
    """Keep that a copy was handed to somebody and return its id."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.handed_out).values(
            id=made,
            document_id=document_id,
            child_id=child_id,
            recipient=keys.of_child(tx, child_id).seal_json(dict(recipient), about=("handed_out", made)),
            channel=channel,
            at=at,
            created_at=tx.at,
            created_by=by,
        )
    )
    return made


def of_documents(tx: Tx, document_ids: Collection[str], *, child_id: str) -> tuple[HandedOut, ...]:
    """Return what was handed out of some documents of a child, in order."""
    of = t.handed_out.c
    rows = tx.c.execute(
        sa.select(t.handed_out, t.user.c.name)
        .outerjoin(t.user, t.user.c.id == of.created_by)
        .where(of.document_id.in_(sorted(document_ids)))
        .order_by(of.at, of.id)
    )
    return tuple(
        HandedOut(
            id=row.id,
            document_id=row.document_id,
            recipient=keys.of_child(tx, child_id).open_json(row.recipient, about=("handed_out", row.id)),
            channel=row.channel,
            at=row.at,
            created_at=row.created_at,
            created_by=row.created_by,
            by_name=row.name or "",
        )
        for row in rows
    )
