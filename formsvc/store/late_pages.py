"""What a home was still typing when the child moved: kept apart from the form, for the child's worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from formsvc import clock
from formsvc.access.people import Person
from formsvc.access.terms import Relation
from formsvc.errors import NotFound
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.children import Identity
from formsvc.store.relations import within
from formsvc.store.session import Tx

ROW: Final = "held-row"
"""The name under which the row of a group is kept with what was typed on its page."""


@dataclass(frozen=True, kw_only=True)
class LatePage:
    """One page that came too late: who typed it, for which section of which form."""

    id: str
    child_id: str
    child: Identity = field(repr=False)
    record_id: str
    reference: str
    page_id: str
    user_name: str
    at: datetime
    read_at: datetime | None


def add(
    tx: Tx,
    *,
    child_id: str,
    record_id: str,
    page_id: str,
    user_id: str | None,
    pairs: Sequence[tuple[str, str]],
) -> str:
    """Keep what was typed, as (name of the input, text); return the id.

    A page that saves itself comes again and again: the last one takes the place of those before.
    """
    _forget(tx, record_id=record_id, page_id=page_id, user_id=user_id, row=dict(pairs).get(ROW, ""))
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.late_page).values(
            id=made,
            child_id=child_id,
            record_id=record_id,
            page_id=page_id,
            user_id=user_id,
            content=keys.of_child(tx, child_id).seal_json(
                {"typed": [list(one) for one in pairs]}, about=("late-page", made)
            ),
            at=tx.at,
        )
    )
    return made


def _forget(tx: Tx, *, record_id: str, page_id: str, user_id: str | None, row: str) -> None:
    of = t.late_page.c
    where = sa.and_(of.record_id == record_id, of.page_id == page_id, of.user_id == user_id)
    for one in _listed(tx, sa.and_(where, of.read_at.is_(None)), limit=100):
        if dict(typed(tx, one)).get(ROW, "") == row:
            tx.c.execute(sa.delete(t.late_page).where(of.id == one.id))


def typed(tx: Tx, one: LatePage) -> tuple[tuple[str, str], ...]:
    """Return what was typed on a page."""
    sealed = tx.c.execute(sa.select(t.late_page.c.content).where(t.late_page.c.id == one.id)).scalar_one()
    held = keys.of_child(tx, one.child_id).open_json(sealed, about=("late-page", one.id))
    return tuple((str(name), str(text)) for name, text in held["typed"])


def get(tx: Tx, late_id: str, *, record_id: str) -> LatePage:
    """Return a page that came too late for a record; raise NotFound."""
    of = t.late_page.c
    found = _listed(tx, sa.and_(of.id == late_id, of.record_id == record_id), limit=1)
    if not found:
        raise NotFound
    return found[0]


def unread(tx: Tx, person: Person, seen: frozenset[Relation], *, limit: int = 25) -> tuple[LatePage, ...]:
    """Return the pages nobody has dealt with, about the children within reach."""
    where = sa.and_(t.late_page.c.read_at.is_(None), within(tx, person, seen))
    return _listed(tx, where, limit=limit)


def read(tx: Tx, late_id: str, *, by: str | None) -> None:
    """Note that somebody dealt with a page."""
    of = t.late_page.c
    tx.c.execute(
        sa.update(t.late_page).where(of.id == late_id, of.read_at.is_(None)).values(read_at=tx.at, read_by=by)
    )


def _listed(tx: Tx, where: sa.ColumnElement[bool], *, limit: int) -> tuple[LatePage, ...]:
    of = t.late_page.c
    rows = tx.c.execute(
        sa.select(
            of.id,
            of.child_id,
            of.record_id,
            of.page_id,
            of.at,
            of.read_at,
            t.record.c.reference,
            t.child.c.identity,
            sa.func.coalesce(t.user.c.name, "").label("user_name"),
        )
        .join(t.record, t.record.c.id == of.record_id)
        .join(t.child, t.child.c.id == of.child_id)
        .outerjoin(t.user, t.user.c.id == of.user_id)
        .where(where, t.child.c.disposed_at.is_(None))
        .order_by(of.at.desc(), of.id)
        .limit(limit)
    ).mappings()
    return tuple(_late(tx, dict(row)) for row in rows)


def _late(tx: Tx, row: Mapping[str, Any]) -> LatePage:
    sealed = row["identity"]
    named = keys.of_child(tx, row["child_id"]).open_json(sealed, about=("child", row["child_id"], "identity"))
    rest = {name: value for name, value in row.items() if name != "identity"}
    return LatePage(**rest, child=Identity(**named))
