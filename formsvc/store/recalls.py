"""Recalls: who has a copy of what was withdrawn, what they were asked, what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
from formsvc.store.relations import within
from formsvc.store.session import Tx

ENDS: Final = frozenset({"destroyed", "replaced", "not_kept"})
"""Answers after which nothing is to be asked of a holder any more; `asked` is the other kind."""


WHOLE: Final = "revision"
COPY: Final = "copy"
"""What is asked back: every copy of a revision that was withdrawn, or the copies of some people alone."""


@dataclass(frozen=True, kw_only=True)
class Recall:
    """One revision whose copies are asked back: all, or some people's. `lines`, `waiting` count holders."""

    id: str
    record_id: str
    reference: str
    revision_id: str
    number: int
    child_id: str
    kind: str
    scope: str
    why: str = field(repr=False)
    begun_at: datetime
    begun_by: str | None
    due_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    closed_how: str | None
    remark: str = field(repr=False)
    lines: int
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was asked or answered, when, and who wrote it down."""

    kind: str
    channel: str | None
    at: datetime
    created_at: datetime
    created_by: str | None
    by_name: str


@dataclass(frozen=True, kw_only=True)
class Holder:
    """One who has a copy. Inside, `name` is a user's; outside, `recipient` says who it was handed to.

    `copies` holds (document id, when) for each time it was taken.
    """

    id: str
    recall_id: str
    user_id: str | None
    name: str = field(repr=False)
    role: str | None
    organisation: str
    recipient: Mapping[str, str] = field(repr=False)
    channel: str | None
    copies: tuple[tuple[str, datetime], ...]
    had_at: datetime
    asked_at: datetime | None
    answered_at: datetime | None
    is_closed: bool
    """Whether the person's account is closed: nobody can answer on the first page."""
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What one user is asked: a copy of which revision they have. It names no child."""

    line_id: str
    recall_id: str
    record_id: str
    child_id: str
    reference: str
    number: int
    kind: str
    scope: str
    had_at: datetime
    due_at: datetime
    answered_at: datetime | None
    documents: tuple[str, ...]


def add(
    tx: Tx,
    *,
    record_id: str,
    revision_id: str,
    child_id: str,
    controller_id: str,
    kind: str,
    why: str,
    due_at: datetime,
    begun_by: str | None,
    scope: str = WHOLE,
) -> str:
    """Begin a recall and return its id."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.recall).values(
            id=made,
            record_id=record_id,
            revision_id=revision_id,
            child_id=child_id,
            controller_id=controller_id,
            kind=kind,
            scope=scope,
            why=keys.of_child(tx, child_id).seal_json(why, about=("recall", made)),
            begun_at=tx.at,
            begun_by=begun_by,
            due_at=due_at,
        )
    )
    return made


def add_line(
    tx: Tx,
    *,
    recall_id: str,
    copies: Collection[tuple[str, datetime]],
    user_id: str | None = None,
    role: str | None = None,
    organisation_id: str | None = None,
    handed_out_id: str | None = None,
) -> str:
    """Add somebody who has a copy: a user, or whom a copy was handed to outside; return the line's id."""
    made = clock.new_id()
    taken = sorted(copies, key=lambda one: one[1])
    tx.c.execute(
        sa.insert(t.recall_line).values(
            id=made,
            recall_id=recall_id,
            user_id=user_id,
            role=role,
            organisation_id=organisation_id,
            handed_out_id=handed_out_id,
            copies=[[document_id, at.isoformat()] for document_id, at in taken],
            had_at=taken[0][1],
            created_at=tx.at,
        )
    )
    return made


def asked_in(tx: Tx, recall_id: str) -> frozenset[str]:
    """Return who is asked in a recall: ids of users, and of copies handed out."""
    of = t.recall_line.c
    asked = sa.select(sa.func.coalesce(of.user_id, of.handed_out_id)).where(of.recall_id == recall_id)
    return frozenset(tx.c.execute(asked).scalars())


def of_holder(tx: Tx, *, recall_id: str, user_id: str) -> str | None:
    """Return the line of a user in a recall, None where there is none."""
    of = t.recall_line.c
    found = tx.c.execute(sa.select(of.id).where(of.recall_id == recall_id, of.user_id == user_id))
    return found.scalar_one_or_none()


def of_handed_out(tx: Tx, handed_out_ids: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return (line id, recall id) of the unanswered lines of some copies that were handed out."""
    of = t.recall_line.c
    rows = tx.c.execute(
        sa.select(of.id, of.recall_id)
        .where(of.handed_out_id.in_(sorted(handed_out_ids)), of.answered_at.is_(None))
        .order_by(of.id)
    )
    return tuple((row.id, row.recall_id) for row in rows)


def took_again(tx: Tx, *, line_id: str, document_id: str) -> None:
    """Note that a holder took a copy once more: what they answered before does not hold for it."""
    of = t.recall_line.c
    copies = tx.c.execute(sa.select(of.copies).where(of.id == line_id)).scalar_one()
    tx.c.execute(
        sa.update(t.recall_line)
        .where(of.id == line_id)
        .values(copies=[*copies, [document_id, tx.at.isoformat()]], answered_at=None)
    )


def answer(
    tx: Tx, *, line_id: str, kind: str, at: datetime, by: str | None, channel: str | None = None
) -> None:
    """Keep that a holder was asked, or what became of the copy; nothing that was kept is changed."""
    tx.c.execute(
        sa.insert(t.recall_answer).values(
            id=clock.new_id(),
            line_id=line_id,
            kind=kind,
            channel=channel,
            at=at,
            created_at=tx.at,
            created_by=by,
        )
    )
    done = {"answered_at": tx.at} if kind in ENDS else {"asked_at": at}
    tx.c.execute(sa.update(t.recall_line).where(t.recall_line.c.id == line_id).values(**done))


def unseen(tx: Tx, *, user_id: str) -> bool:
    """Say whether a user is asked for something they were not shown yet."""
    of = t.recall_line.c
    here = sa.and_(of.user_id == user_id, of.answered_at.is_(None), of.asked_at.is_(None))
    return tx.c.execute(sa.select(of.id).where(here).limit(1)).first() is not None


def saw(tx: Tx, *, user_id: str) -> int:
    """Mark what a user is asked as seen by them, the first time it is shown; return how many were new."""
    of = t.recall_line.c
    here = sa.and_(of.user_id == user_id, of.answered_at.is_(None), of.asked_at.is_(None))
    return tx.c.execute(sa.update(t.recall_line).where(here).values(asked_at=tx.at)).rowcount


def close(tx: Tx, recall: Recall, *, how: str, by: str | None, remark: str = "") -> None:
    """Close a recall: every line answered, or somebody says why not."""
    sealed = keys.of_child(tx, recall.child_id).seal_json(remark, about=("recall", recall.id, "remark"))
    tx.c.execute(
        sa.update(t.recall)
        .where(t.recall.c.id == recall.id)
        .values(closed_at=tx.at, closed_by=by, closed_how=how, remark=sealed)
    )


def reopen(tx: Tx, recall_id: str, *, due_at: datetime | None = None) -> None:
    """Open a recall again: somebody took a copy after it was closed, or one more is asked, until then."""
    again = {"closed_at": None, "closed_by": None, "closed_how": None, "remark": None}
    due = {} if due_at is None else {"due_at": due_at}
    tx.c.execute(sa.update(t.recall).where(t.recall.c.id == recall_id).values(**again, **due))


def widen(tx: Tx, recall: Recall, *, kind: str, why: str, due_at: datetime, begun_by: str | None) -> None:
    """Ask everybody: the revision of which some people's copies were asked back is withdrawn."""
    sealed = keys.of_child(tx, recall.child_id).seal_json(why, about=("recall", recall.id))
    reopen(tx, recall.id, due_at=due_at)
    tx.c.execute(
        sa.update(t.recall)
        .where(t.recall.c.id == recall.id)
        .values(scope=WHOLE, kind=kind, why=sealed, begun_at=tx.at, begun_by=begun_by)
    )


def get(tx: Tx, recall_id: str, *, lock: bool = False) -> Recall:
    """Return a recall; raise NotFound. `lock` holds it until the transaction ends."""
    if lock:
        tx.c.execute(sa.select(t.recall.c.id).where(t.recall.c.id == recall_id).with_for_update())
    return _one(tx, t.recall.c.id == recall_id)


def of_revision(tx: Tx, revision_id: str) -> Recall | None:
    """Return the recall of a revision, None where its copies are not asked back."""
    found = _listed(tx, t.recall.c.revision_id == revision_id)
    return found[0] if found else None


def of_record(tx: Tx, record_id: str) -> tuple[Recall, ...]:
    """Return the recalls of a record, newest first."""
    return _listed(tx, t.recall.c.record_id == record_id)


def open_within(tx: Tx, person: Person, reach: frozenset[Relation], *, limit: int = 20) -> tuple[Recall, ...]:
    """Return the recalls that are not closed, of the children within reach, the soonest due first."""
    return _listed(
        tx, sa.and_(t.recall.c.closed_at.is_(None), within(tx, person, reach)), limit=limit, by_due=True
    )


def holders(tx: Tx, recall: Recall) -> tuple[Holder, ...]:
    """Return everybody who has a copy, what they were asked and answered; the unanswered first."""
    return _holders(tx, recall.child_id, t.recall_line.c.recall_id == recall.id)


def holder(tx: Tx, recall: Recall, line_id: str) -> Holder:
    """Return one who has a copy; raise NotFound."""
    here = sa.and_(t.recall_line.c.recall_id == recall.id, t.recall_line.c.id == line_id)
    found = _holders(tx, recall.child_id, here)
    if not found:
        raise NotFound
    return found[0]


def asked_of(tx: Tx, user_id: str, *, answered: bool = False) -> tuple[Asked, ...]:
    """Return what a user is asked and has not answered, the soonest due first; with `answered`, all of it."""
    of = t.recall_line.c
    here = of.user_id == user_id
    if not answered:
        here = sa.and_(here, of.answered_at.is_(None), t.recall.c.closed_at.is_(None))
    rows = tx.c.execute(
        sa.select(
            of.id,
            of.recall_id,
            of.had_at,
            of.answered_at,
            of.copies,
            t.recall.c.record_id,
            t.recall.c.child_id,
            t.recall.c.kind,
            t.recall.c.scope,
            t.recall.c.due_at,
            t.record.c.reference,
            t.revision.c.number,
        )
        .join(t.recall, t.recall.c.id == of.recall_id)
        .join(t.record, t.record.c.id == t.recall.c.record_id)
        .join(t.revision, t.revision.c.id == t.recall.c.revision_id)
        .where(here)
        .order_by(t.recall.c.due_at, of.id)
        .limit(100)
    )
    return tuple(
        Asked(
            line_id=row.id,
            recall_id=row.recall_id,
            record_id=row.record_id,
            child_id=row.child_id,
            reference=row.reference,
            number=row.number,
            kind=row.kind,
            scope=row.scope,
            had_at=row.had_at,
            due_at=row.due_at,
            answered_at=row.answered_at,
            documents=tuple(dict.fromkeys(one[0] for one in row.copies)),
        )
        for row in rows
    )


def waiting_for(tx: Tx, user_id: str) -> int:
    """Return how many questions a user has not answered."""
    of = t.recall_line.c
    return int(
        tx.c.execute(
            sa.select(sa.func.count())
            .select_from(t.recall_line)
            .join(t.recall, t.recall.c.id == of.recall_id)
            .where(of.user_id == user_id, of.answered_at.is_(None), t.recall.c.closed_at.is_(None))
        ).scalar_one()
    )


def _holders(tx: Tx, child_id: str, where: sa.ColumnElement[bool]) -> tuple[Holder, ...]:
    of, out = t.recall_line.c, t.handed_out.c
    rows = tx.c.execute(
        sa.select(
            t.recall_line,
            t.user.c.name.label("user_name"),
            t.user.c.closed_at,
            t.organisation.c.name.label("organisation_name"),
            out.recipient,
            out.channel,
        )
        .outerjoin(t.user, t.user.c.id == of.user_id)
        .outerjoin(t.organisation, t.organisation.c.id == of.organisation_id)
        .outerjoin(t.handed_out, out.id == of.handed_out_id)
        .where(where)
        .order_by(of.answered_at.is_not(None), of.had_at, of.id)
    ).all()
    said = _answers(tx, [row.id for row in rows])
    return tuple(_holder(tx, row, child_id=child_id, said=said.get(row.id, ())) for row in rows)


def _holder(tx: Tx, row: sa.Row[Any], *, child_id: str, said: tuple[Answer, ...]) -> Holder:
    recipient: dict[str, str] = {}
    if row.recipient is not None:
        recipient = keys.of_child(tx, child_id).open_json(
            row.recipient, about=("handed_out", row.handed_out_id)
        )
    return Holder(
        id=row.id,
        recall_id=row.recall_id,
        user_id=row.user_id,
        name=row.user_name or recipient.get("name", ""),
        role=row.role,
        organisation=row.organisation_name or recipient.get("organisation", ""),
        recipient=recipient,
        channel=row.channel,
        copies=tuple((document_id, datetime.fromisoformat(at)) for document_id, at in row.copies),
        had_at=row.had_at,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        is_closed=row.closed_at is not None,
        answers=said,
    )


def _answers(tx: Tx, line_ids: Collection[str]) -> dict[str, tuple[Answer, ...]]:
    of = t.recall_answer.c
    rows = tx.c.execute(
        sa.select(t.recall_answer, t.user.c.name)
        .outerjoin(t.user, t.user.c.id == of.created_by)
        .where(of.line_id.in_(sorted(line_ids)))
        .order_by(of.created_at, of.id)
    )
    found: dict[str, tuple[Answer, ...]] = {}
    for row in rows:
        one = Answer(
            kind=row.kind,
            channel=row.channel,
            at=row.at,
            created_at=row.created_at,
            created_by=row.created_by,
            by_name=row.name or "",
        )
        found[row.line_id] = (*found.get(row.line_id, ()), one)
    return found


def _one(tx: Tx, where: sa.ColumnElement[bool]) -> Recall:
    found = _listed(tx, where)
    if not found:
        raise NotFound
    return found[0]


def _listed(
    tx: Tx, where: sa.ColumnElement[bool], *, limit: int = 100, by_due: bool = False
) -> tuple[Recall, ...]:
    line = t.recall_line.c
    mine = line.recall_id == t.recall.c.id
    lines = sa.select(sa.func.count()).select_from(t.recall_line).where(mine).scalar_subquery()
    waiting = (
        sa.select(sa.func.count())
        .select_from(t.recall_line)
        .where(mine, line.answered_at.is_(None))
        .scalar_subquery()
    )
    order = (t.recall.c.due_at, t.recall.c.id) if by_due else (t.recall.c.begun_at.desc(), t.recall.c.id)
    rows = tx.c.execute(
        sa.select(
            t.recall,
            t.record.c.reference,
            t.revision.c.number,
            lines.label("lines"),
            waiting.label("waiting"),
        )
        .join(t.record, t.record.c.id == t.recall.c.record_id)
        .join(t.revision, t.revision.c.id == t.recall.c.revision_id)
        .join(t.child, t.child.c.id == t.recall.c.child_id)
        .where(where, t.child.c.disposed_at.is_(None))
        .order_by(*order)
        .limit(limit)
    )
    return tuple(_recall(tx, row) for row in rows)


def _recall(tx: Tx, row: sa.Row[Any]) -> Recall:
    key = keys.of_child(tx, row.child_id)
    return Recall(
        id=row.id,
        record_id=row.record_id,
        reference=row.reference,
        revision_id=row.revision_id,
        number=row.number,
        child_id=row.child_id,
        kind=row.kind,
        scope=row.scope,
        why=key.open_json(row.why, about=("recall", row.id)) if row.why else "",
        begun_at=row.begun_at,
        begun_by=row.begun_by,
        due_at=row.due_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        closed_how=row.closed_how,
        remark=key.open_json(row.remark, about=("recall", row.id, "remark")) if row.remark else "",
        lines=row.lines,
        waiting=row.waiting,
    )
