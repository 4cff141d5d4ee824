"""What somebody typed on a page of a form when it could no longer be saved as theirs: sealed, and dated.

It came after the session had ended or was locked, after another person had signed in, or after the
shift was over. It is shown to who typed it, or, once their role is over, to whoever looks after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from formsvc import clock
from formsvc.access.people import Held
from formsvc.errors import NotFound
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.session import Tx

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class KeptPage:
    """What was typed, where, by whom and when; `why` says what had happened. `group_id` may be empty."""

    id: str
    user_id: str
    user_name: str
    membership_id: str | None
    record_id: str
    record_reference: str
    definition_id: str
    page_id: str
    group_id: str
    row_id: str
    why: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Author:
    """Who typed a kept page, in which role, where, and whether that role is over."""

    role: Held
    is_over: bool


def keep(
    tx: Tx,
    *,
    user_id: str,
    membership_id: str | None,
    record_id: str,
    child_id: str,
    page_id: str,
    group_id: str,
    row_id: str,
    why: str,
    pairs: Pairs,
) -> str:
    """Keep what was typed in place of what was kept of the same page before; return the id."""
    of = t.kept_page.c
    forget(tx, user_id=user_id, record_id=record_id, page_id=page_id, group_id=group_id, row_id=row_id)
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.kept_page).values(
            {
                of.id: made,
                of.user_id: user_id,
                of.membership_id: membership_id,
                of.record_id: record_id,
                of.child_id: child_id,
                of.page_id: page_id,
                of.group_id: group_id,
                of.row_id: row_id,
                of.why: why,
                of.content: keys.of_child(tx, child_id).seal_json(
                    [list(pair) for pair in pairs], about=("kept_page", made)
                ),
                of.created_at: tx.at,
            }
        )
    )
    return made


def get(tx: Tx, kept_id: str) -> KeptPage:
    """Return a kept page that nobody has done with; raise NotFound."""
    row = tx.c.execute(_lines().where(t.kept_page.c.id == kept_id)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return KeptPage(**row)


def content(tx: Tx, kept_id: str) -> tuple[tuple[str, str], ...]:
    """Return what was typed, as names and values; raise NotFound."""
    of = t.kept_page.c
    row = tx.c.execute(sa.select(of.child_id, of.content).where(of.id == kept_id)).one_or_none()
    if row is None:
        raise NotFound
    pairs: list[Any] = keys.of_child(tx, row.child_id).open_json(row.content, about=("kept_page", kept_id))
    return tuple((str(name), str(value)) for name, value in pairs)


def of_user(tx: Tx, user_id: str, *, limit: int = 50) -> tuple[KeptPage, ...]:
    """Return what is kept for who typed it, newest first."""
    return _listed(tx, _lines().where(t.kept_page.c.user_id == user_id), limit=limit)


def left_behind(
    tx: Tx, *, organisation_id: str, place_id: str, but: str, limit: int = 50
) -> tuple[KeptPage, ...]:
    """Return what others typed in a team or home in a role that is over, newest first."""
    of = t.membership.c
    place = sa.func.coalesce(of.team_id, of.home_id)
    return _listed(
        tx,
        _lines().where(
            of.organisation_id == organisation_id,
            place == place_id,
            of.until_at <= tx.at,
            t.kept_page.c.user_id != but,
        ),
        limit=limit,
    )


def author(tx: Tx, kept: KeptPage) -> Author | None:
    """Return in which role a kept page was typed; None where none is known."""
    of = t.membership.c
    row = tx.c.execute(
        sa.select(
            of.role,
            of.organisation_id,
            sa.func.coalesce(of.team_id, of.home_id, of.force_id).label("place"),
            of.until_at,
        ).where(of.id == kept.membership_id)
    ).one_or_none()
    if row is None:
        return None
    held = Held(role=row.role, organisation_id=row.organisation_id, place_id=row.place)
    return Author(role=held, is_over=row.until_at is not None and row.until_at <= tx.at)


def finish(tx: Tx, *, kept_id: str, by: str | None) -> None:
    """Note that a kept page is dealt with: it is shown to nobody any more, and what was typed is gone."""
    of = t.kept_page.c
    tx.c.execute(
        sa.update(t.kept_page)
        .where(of.id == kept_id, of.done_at.is_(None))
        .values(done_at=tx.at, done_by=by, content=b"")
    )


def forget(tx: Tx, *, user_id: str, record_id: str, page_id: str, group_id: str, row_id: str) -> int:
    """Remove what was kept of one page of one person; return how many there were."""
    of = t.kept_page.c
    return tx.c.execute(
        sa.delete(t.kept_page).where(
            of.user_id == user_id,
            of.record_id == record_id,
            of.page_id == page_id,
            of.group_id == group_id,
            of.row_id == row_id,
            of.done_at.is_(None),
        )
    ).rowcount


def is_kept(tx: Tx, *, user_id: str, record_id: str, page_id: str) -> bool:
    """Say whether anything is kept of one page for one person."""
    of = t.kept_page.c
    found = sa.select(of.id).where(
        of.user_id == user_id, of.record_id == record_id, of.page_id == page_id, of.done_at.is_(None)
    )
    return tx.c.execute(found.limit(1)).one_or_none() is not None


def forget_old(tx: Tx, *, before: datetime) -> int:
    """Remove what nobody asked for since a moment; return how many there were."""
    return tx.c.execute(sa.delete(t.kept_page).where(t.kept_page.c.created_at < before)).rowcount


def _lines() -> sa.Select[Any]:
    of = t.kept_page.c
    return (
        sa.select(
            of.id,
            of.user_id,
            t.user.c.name.label("user_name"),
            of.membership_id,
            of.record_id,
            t.record.c.reference.label("record_reference"),
            t.record.c.definition_id,
            of.page_id,
            of.group_id,
            of.row_id,
            of.why,
            of.created_at,
        )
        .join(t.user, t.user.c.id == of.user_id)
        .join(t.record, t.record.c.id == of.record_id)
        .outerjoin(t.membership, t.membership.c.id == of.membership_id)
        .where(of.done_at.is_(None))
    )


def _listed(tx: Tx, query: sa.Select[Any], *, limit: int) -> tuple[KeptPage, ...]:
    of = t.kept_page.c
    rows = tx.c.execute(query.order_by(of.created_at.desc(), of.id).limit(limit)).mappings()
    return tuple(KeptPage(**row) for row in rows)
