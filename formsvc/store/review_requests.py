"""After a move each current form is looked at again: who is asked, by when, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

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


@dataclass(frozen=True, kw_only=True)
class ReviewRequest:
    """One form to be looked at after a move. `wanted` is what the new home says has to change, if it did."""

    id: str
    child_id: str
    child: Identity = field(repr=False)
    record_id: str
    reference: str
    definition_id: str
    area_id: str
    title: str
    revision_id: str
    number: int
    author_id: str | None
    home_name: str
    moved_at: datetime
    due_at: datetime
    wanted: str = field(repr=False)
    wanted_at: datetime | None
    wanted_by_name: str


@dataclass(frozen=True, kw_only=True)
class CurrentForm:
    """A form of a child that is current now."""

    record_id: str
    revision_id: str
    area_id: str


def current_forms(tx: Tx, child_id: str) -> tuple[CurrentForm, ...]:
    """Return every form about a child that is current, in the order of its record."""
    of = t.revision.c
    rows = tx.c.execute(
        sa.select(t.record.c.id.label("record_id"), of.id.label("revision_id"), t.record.c.area_id)
        .join(t.revision, of.record_id == t.record.c.id)
        .where(t.record.c.child_id == child_id, of.state == "final")
        .order_by(t.record.c.id)
    ).mappings()
    return tuple(CurrentForm(**row) for row in rows)


def ask(
    tx: Tx, *, child_id: str, placement_id: str, record_id: str, revision_id: str, due_at: datetime
) -> str:
    """Ask for a form to be looked at after a move; return the id."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.review_request).values(
            id=made,
            child_id=child_id,
            placement_id=placement_id,
            record_id=record_id,
            revision_id=revision_id,
            due_at=due_at,
            created_at=tx.at,
        )
    )
    return made


def want(tx: Tx, request: ReviewRequest, *, words: str, by: str | None) -> None:
    """Note what has to change in a form; the request stays open until somebody changes it."""
    sealed = keys.of_child(tx, request.child_id).seal_json(
        {"wanted": words}, about=("review-request", request.id)
    )
    of = t.review_request.c
    tx.c.execute(
        sa.update(t.review_request)
        .where(of.id == request.id, of.done_at.is_(None))
        .values(wanted=sealed, wanted_at=tx.at, wanted_by=by)
    )


def close(tx: Tx, *, outcome: str, by: str | None, record_id: str = "", child_id: str = "") -> int:
    """End what is asked of a record, or of all about a child; return how many requests there were."""
    of = t.review_request.c
    where = of.record_id == record_id if record_id else of.child_id == child_id
    return tx.c.execute(
        sa.update(t.review_request)
        .where(where, of.done_at.is_(None))
        .values(done_at=tx.at, done_by=by, outcome=outcome)
    ).rowcount


def reopen(tx: Tx, *, child_id: str, at: datetime) -> int:
    """Ask again for what a move that was undone had ended at a moment; return how many there are."""
    of = t.review_request.c
    still = sa.exists().where(t.revision.c.id == of.revision_id, t.revision.c.state == "final")
    return tx.c.execute(
        sa.update(t.review_request)
        .where(of.child_id == child_id, of.outcome == "moved_again", of.done_at == at, still)
        .values(done_at=None, done_by=None, outcome=None)
    ).rowcount


def of_record(tx: Tx, record_id: str) -> ReviewRequest:
    """Return what is asked of a record now; raise NotFound where nothing is."""
    found = listing(tx, t.review_request.c.record_id == record_id, limit=1)
    if not found:
        raise NotFound
    return found[0]


def of_home(tx: Tx, person: Person, *, audience: str) -> tuple[ReviewRequest, ...]:
    """Return what is asked of a home: forms of the children who live there, of which it has a copy."""
    has_copy = sa.exists().where(
        t.snapshot.c.revision_id == t.revision.c.id,
        t.document.c.snapshot_id == t.snapshot.c.id,
        t.document.c.audience_id == audience,
    )
    return listing(tx, sa.and_(has_copy, within(tx, person, frozenset({Relation.placement}))))


def of_worker(tx: Tx, person: Person, *, seen: frozenset[Relation]) -> tuple[ReviewRequest, ...]:
    """Return what is asked about the children on a caseload, and of forms that a person wrote."""
    caseload = within(tx, person, seen & {Relation.allocated})
    wrote = sa.and_(t.revision.c.created_by == person.user_id, within(tx, person, seen))
    return listing(tx, sa.or_(caseload, wrote))


def of_lead(tx: Tx, person: Person, *, seen: frozenset[Relation]) -> tuple[ReviewRequest, ...]:
    """Return what is late about the children somebody leads the work with, and of forms they wrote."""
    late = t.review_request.c.due_at < tx.at
    wrote = t.revision.c.created_by == person.user_id
    return listing(tx, sa.and_(sa.or_(late, wrote), within(tx, person, seen)))


def listing(tx: Tx, where: sa.ColumnElement[bool], *, limit: int = 50) -> tuple[ReviewRequest, ...]:
    """Return what is still asked, the first due first; `where` speaks of request, child and revision."""
    of = t.review_request.c
    wanting = t.user.alias("wanting")
    rows = tx.c.execute(
        sa.select(
            t.review_request,
            t.record.c.reference,
            t.record.c.definition_id,
            t.record.c.area_id,
            t.effective_definition.c.title,
            t.revision.c.number,
            t.revision.c.created_by.label("author_id"),
            t.placement.c.from_at.label("moved_at"),
            sa.func.coalesce(t.home.c.name, "").label("home_name"),
            sa.func.coalesce(wanting.c.name, "").label("wanted_by_name"),
            t.child.c.identity,
            t.child_key.c.id.label("key_id"),
            t.child_key.c.wrapped,
            t.child_key.c.content_key_id,
        )
        .join(t.record, t.record.c.id == of.record_id)
        .join(t.revision, t.revision.c.id == of.revision_id)
        .join(t.effective_definition, t.effective_definition.c.hash == t.revision.c.definition_hash)
        .join(t.placement, t.placement.c.id == of.placement_id)
        .outerjoin(t.home, t.home.c.id == t.placement.c.home_id)
        .outerjoin(wanting, wanting.c.id == of.wanted_by)
        .join(t.child, t.child.c.id == of.child_id)
        .join(t.child_key, t.child_key.c.child_id == t.child.c.id)
        .where(of.done_at.is_(None), t.revision.c.state == "final", t.child.c.disposed_at.is_(None), where)
        .order_by(of.due_at, of.id)
        .limit(limit)
    ).mappings()
    return tuple(_request(tx, row) for row in rows)


def _request(tx: Tx, row: Mapping[Any, Any]) -> ReviewRequest:
    key = keys.unwrapped(
        tx,
        child_id=row["child_id"],
        key_id=row["key_id"],
        wrapped=row["wrapped"],
        content_key_id=row["content_key_id"],
    )
    identity = key.open_json(row["identity"], about=("child", row["child_id"], "identity"))
    wanted = row["wanted"]
    said = "" if wanted is None else key.open_json(wanted, about=("review-request", row["id"]))["wanted"]
    names = {one.name for one in fields(ReviewRequest)} - {"child", "wanted"}
    return ReviewRequest(**{name: row[name] for name in names}, child=Identity(**identity), wanted=str(said))
