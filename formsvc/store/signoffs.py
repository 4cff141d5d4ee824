"""Sign-offs and sendings-back: who approved, agreed or refused, and what must be mended."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from formsvc import clock
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.session import Tx


@dataclass(frozen=True, kw_only=True)
class KeptSignoff:
    """A person approving or agreeing to exactly what `binds` was made from.

    `drawing` is a drawn signature as PNG bytes, empty where the name was typed alone.
    """

    id: str
    rule_id: str
    user_id: str | None
    role: str
    outcome: str
    name: str = field(repr=False)
    capacity: str = field(repr=False)
    words: str = field(repr=False)
    binds: str
    at: datetime
    voided_at: datetime | None
    voided_why: str | None
    drawing: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, kw_only=True)
class SentBack:
    """Why a revision was sent back: at which questions, at which pages, or (neither) as a whole."""

    id: str
    user_id: str | None
    user_name: str
    reason: str = field(repr=False)
    paths: tuple[str, ...]
    at: datetime
    pages: tuple[str, ...] = ()
    resolved_at: datetime | None = None


def add(
    tx: Tx,
    *,
    revision_id: str,
    child_id: str,
    rule_id: str,
    user_id: str | None,
    role: str,
    outcome: str,
    name: str,
    capacity: str,
    words: str,
    binds: str,
    at: datetime | None = None,
    drawing: bytes = b"",
) -> str:
    """Keep a sign-off and return its id. The database refuses a second standing one for a rule."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.signoff).values(
            id=made,
            revision_id=revision_id,
            rule_id=rule_id,
            user_id=user_id,
            role=role,
            outcome=outcome,
            content=keys.of_child(tx, child_id).seal_json(
                {
                    "name": name,
                    "capacity": capacity,
                    "words": words,
                    "drawing": base64.b64encode(drawing).decode("ascii"),
                },
                about=("signoff", made, revision_id, rule_id),
            ),
            binds=binds,
            at=at or tx.at,
        )
    )
    return made


def standing(tx: Tx, *, revision_id: str, child_id: str) -> tuple[KeptSignoff, ...]:
    """Return the sign-offs of a revision that were not voided, oldest first."""
    return tuple(
        one for one in history(tx, revision_id=revision_id, child_id=child_id) if one.voided_at is None
    )


def history(tx: Tx, *, revision_id: str, child_id: str) -> tuple[KeptSignoff, ...]:
    """Return every sign-off a revision ever had, oldest first."""
    of = t.signoff.c
    rows = tx.c.execute(sa.select(t.signoff).where(of.revision_id == revision_id).order_by(of.at, of.id))
    return tuple(_signoff(tx, row, child_id=child_id) for row in rows)


def void(tx: Tx, *, revision_id: str, why: str, rule_id: str | None = None) -> tuple[str, ...]:
    """Void the standing sign-offs of a revision, or of one rule; return the rules they were for."""
    of = t.signoff.c
    wanted = sa.update(t.signoff).where(of.revision_id == revision_id, of.voided_at.is_(None))
    if rule_id is not None:
        wanted = wanted.where(of.rule_id == rule_id)
    gone = tx.c.execute(wanted.values(voided_at=tx.at, voided_why=why).returning(of.rule_id))
    return tuple(sorted(gone.scalars()))


def send_back(
    tx: Tx,
    *,
    revision_id: str,
    child_id: str,
    user_id: str | None,
    reason: str,
    paths: Sequence[str] = (),
    pages: Sequence[str] = (),
) -> str:
    """Keep why a revision was sent back and return the id."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.sendback).values(
            id=made,
            revision_id=revision_id,
            user_id=user_id,
            content=keys.of_child(tx, child_id).seal_json(
                {"reason": reason, "paths": list(paths), "pages": list(pages)},
                about=("sendback", made, revision_id),
            ),
            at=tx.at,
        )
    )
    return made


def resolve(tx: Tx, *, revision_id: str) -> None:
    """Note that what was sent back has been handed in again."""
    of = t.sendback.c
    tx.c.execute(
        sa.update(t.sendback)
        .where(of.revision_id == revision_id, of.resolved_at.is_(None))
        .values(resolved_at=tx.at)
    )


def to_mend(tx: Tx, *, revision_id: str, child_id: str) -> tuple[SentBack, ...]:
    """Return what a revision was sent back for and is not yet handed in again, oldest first."""
    return tuple(
        one for one in sent_back(tx, revision_id=revision_id, child_id=child_id) if one.resolved_at is None
    )


def sent_back(tx: Tx, *, revision_id: str, child_id: str) -> tuple[SentBack, ...]:
    """Return everything a revision was ever sent back for, oldest first."""
    of = t.sendback.c
    rows = tx.c.execute(
        sa.select(t.sendback, t.user.c.name.label("user_name"))
        .outerjoin(t.user, t.user.c.id == of.user_id)
        .where(of.revision_id == revision_id)
        .order_by(of.at, of.id)
    )
    return tuple(_sent_back(tx, row, child_id=child_id) for row in rows)


def _signoff(tx: Tx, row: sa.Row[Any], *, child_id: str) -> KeptSignoff:
    content = keys.of_child(tx, child_id).open_json(
        row.content, about=("signoff", row.id, row.revision_id, row.rule_id)
    )
    return KeptSignoff(
        id=row.id,
        rule_id=row.rule_id,
        user_id=row.user_id,
        role=row.role,
        outcome=row.outcome,
        name=content["name"],
        capacity=content["capacity"],
        words=content["words"],
        binds=row.binds,
        at=row.at,
        voided_at=row.voided_at,
        voided_why=row.voided_why,
        drawing=base64.b64decode(content.get("drawing", "")),
    )


def _sent_back(tx: Tx, row: sa.Row[Any], *, child_id: str) -> SentBack:
    content = keys.of_child(tx, child_id).open_json(row.content, about=("sendback", row.id, row.revision_id))
    return SentBack(
        id=row.id,
        user_id=row.user_id,
        user_name=row.user_name or "",
        reason=content["reason"],
        paths=tuple(content["paths"]),
        at=row.at,
        pages=tuple(content.get("pages", ())),
        resolved_at=row.resolved_at,
    )
