"""What is disputed: which answer, who says so, in their words, what was made of it. Nothing is removed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.session import Tx

SAID_BY = ("child", "parent")
OUTCOMES = ("changed", "not_changed")


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """One answer that somebody says is wrong. `who` is their name, `words` what they said."""

    id: str
    record_id: str
    child_id: str
    reference: str
    number: int
    path: str
    fact: str | None
    said_by: str
    who: str = field(repr=False)
    words: str = field(repr=False)
    said_on: str
    created_at: datetime
    by_name: str
    settled_at: datetime | None
    settled_by_name: str
    outcome: str | None
    answer: str = field(repr=False)


def add(
    tx: Tx,
    *,
    child_id: str,
    record_id: str,
    revision_id: str,
    path: str,
    fact: str | None,
    said_by: str,
    who: str,
    words: str,
    said_on: str,
    by: str | None,
) -> str:
    """Keep that an answer is disputed and return the note's id."""
    made = clock.new_id()
    content = keys.of_child(tx, child_id).seal_json({"who": who, "words": words}, about=("dispute", made))
    tx.c.execute(
        sa.insert(t.dispute).values(
            id=made,
            child_id=child_id,
            record_id=record_id,
            revision_id=revision_id,
            path=path,
            fact=fact,
            said_by=said_by,
            content=content,
            said_on=said_on,
            created_at=tx.at,
            created_by=by,
        )
    )
    return made


def settle(tx: Tx, dispute: Dispute, *, outcome: str, answer: str, by: str | None) -> None:
    """Keep what was made of it; the note itself stays as it is."""
    sealed = keys.of_child(tx, dispute.child_id).seal_json(answer, about=("dispute", dispute.id, "answer"))
    tx.c.execute(
        sa.update(t.dispute)
        .where(t.dispute.c.id == dispute.id)
        .values(settled_at=tx.at, settled_by=by, outcome=outcome, answer=sealed)
    )


def get(tx: Tx, dispute_id: str, *, record_id: str, lock: bool = False) -> Dispute:
    """Return a note of a record; raise NotFound. `lock` holds it until the transaction ends."""
    here = sa.and_(t.dispute.c.id == dispute_id, t.dispute.c.record_id == record_id)
    if lock:
        tx.c.execute(sa.select(t.dispute.c.id).where(here).with_for_update())
    found = _listed(tx, here)
    if not found:
        raise NotFound
    return found[0]


def about(tx: Tx, *, child_id: str, record_id: str, facts: Collection[str] = ()) -> tuple[Dispute, ...]:
    """Return what is disputed in a record, and of some facts wherever they stand, oldest first."""
    of = t.dispute.c
    here = of.record_id == record_id
    if facts:
        here = sa.or_(here, of.fact.in_(sorted(facts)))
    return _listed(tx, sa.and_(of.child_id == child_id, here))


def _listed(tx: Tx, where: sa.ColumnElement[bool]) -> tuple[Dispute, ...]:
    of, noted, settled = t.dispute.c, t.user.alias("noted"), t.user.alias("settled")
    rows = tx.c.execute(
        sa.select(
            t.dispute,
            t.record.c.reference,
            t.revision.c.number,
            noted.c.name.label("by_name"),
            settled.c.name.label("settled_by_name"),
        )
        .join(t.record, t.record.c.id == of.record_id)
        .join(t.revision, t.revision.c.id == of.revision_id)
        .outerjoin(noted, noted.c.id == of.created_by)
        .outerjoin(settled, settled.c.id == of.settled_by)
        .where(where)
        .order_by(of.created_at, of.id)
    )
    return tuple(_dispute(tx, row) for row in rows)


def _dispute(tx: Tx, row: sa.Row[tuple[object, ...]]) -> Dispute:
    key = keys.of_child(tx, row.child_id)
    content = key.open_json(row.content, about=("dispute", row.id)) if row.content else {}
    return Dispute(
        id=row.id,
        record_id=row.record_id,
        child_id=row.child_id,
        reference=row.reference,
        number=row.number,
        path=row.path,
        fact=row.fact,
        said_by=row.said_by,
        who=content.get("who", ""),
        words=content.get("words", ""),
        said_on=row.said_on,
        created_at=row.created_at,
        by_name=row.by_name or "",
        settled_at=row.settled_at,
        settled_by_name=row.settled_by_name or "",
        outcome=row.outcome,
        answer=key.open_json(row.answer, about=("dispute", row.id, "answer")) if row.answer else "",
    )
