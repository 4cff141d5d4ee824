"""What is to be taken to the case file: one task for each final revision, ticked once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from formsvc import clock
from formsvc.access.people import Person
from formsvc.access.terms import Relation, Role
from formsvc.errors import NotFound
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.children import Identity
from formsvc.store.relations import within
from formsvc.store.session import Tx

LATE: Final = timedelta(days=2)
"""After this long a task shows on the team manager's first page as well."""


@dataclass(frozen=True, kw_only=True)
class Upload:
    """One final revision to be taken to the case file of an organisation.

    `outcome` is uploaded, not_needed, superseded or withdrawn, None while it waits; `state` and `status`
    are the revision's. `why` says in somebody's words why it is not needed.
    """

    id: str
    child_id: str
    child_reference: str
    child: Identity = field(repr=False)
    record_id: str
    reference: str
    area_id: str
    definition_hash: str
    revision_id: str
    organisation_id: str
    number: int
    state: str
    status: str
    final_at: datetime
    opened_at: datetime
    done_at: datetime | None
    done_by_name: str
    outcome: str | None
    why: str = field(repr=False)


def open_task(tx: Tx, *, revision_id: str, record_id: str, child_id: str, organisation_id: str) -> str:
    """Open the task of a revision that became final; return its id."""
    made = clock.new_id()
    tx.c.execute(
        sa.insert(t.upload_task).values(
            id=made,
            child_id=child_id,
            record_id=record_id,
            revision_id=revision_id,
            organisation_id=organisation_id,
            opened_at=tx.at,
        )
    )
    return made


def close(tx: Tx, *, record_id: str, outcome: str) -> int:
    """End what waits of a record because nothing is left to take; return how many tasks there were."""
    of = t.upload_task.c
    return tx.c.execute(
        sa.update(t.upload_task)
        .where(of.record_id == record_id, of.done_at.is_(None))
        .values(done_at=tx.at, outcome=outcome)
    ).rowcount


def end(tx: Tx, upload: Upload, *, outcome: str, by: str | None, why: str = "") -> bool:
    """End a task that waits; return False where somebody ended it before."""
    sealed = None
    if why:
        sealed = keys.of_child(tx, upload.child_id).seal_json({"why": why}, about=("upload_task", upload.id))
    of = t.upload_task.c
    ended = tx.c.execute(
        sa.update(t.upload_task)
        .where(of.id == upload.id, of.done_at.is_(None))
        .values(done_at=tx.at, done_by=by, outcome=outcome, why=sealed)
    )
    return ended.rowcount == 1


def reopen(tx: Tx, upload: Upload, *, since: datetime) -> bool:
    """Let a task wait again that was ended by hand after a moment; return False where it was not."""
    of = t.upload_task.c
    opened = tx.c.execute(
        sa.update(t.upload_task)
        .where(
            of.id == upload.id,
            of.done_at == upload.done_at,
            of.done_at > since,
            of.outcome.in_(("uploaded", "not_needed")),
        )
        .values(done_at=None, done_by=None, outcome=None, why=None)
    )
    return opened.rowcount == 1


def get(tx: Tx, upload_id: str, *, record_id: str, organisation_id: str) -> Upload:
    """Return a task of a record, for the organisation whose case file it is for; raise NotFound."""
    of = t.upload_task.c
    mine = sa.and_(of.id == upload_id, of.record_id == record_id, of.organisation_id == organisation_id)
    found = _listed(tx, mine, limit=1)
    if not found:
        raise NotFound
    return found[0]


def of_record(tx: Tx, record_id: str, *, organisation_id: str) -> tuple[Upload, ...]:
    """Return the tasks of a record for an organisation, the first opened first."""
    of = t.upload_task.c
    return _listed(tx, sa.and_(of.record_id == record_id, of.organisation_id == organisation_id))


def waiting(
    tx: Tx,
    person: Person,
    reach: frozenset[Relation],
    *,
    shown: sa.ColumnElement[bool],
    closed: Collection[str],
    opened: Collection[str],
    limit: int,
) -> tuple[Upload, ...]:
    """Return what waits for a person, the first opened first, in one query.

    It is what they wrote and what is about the children on their caseload; for a team manager, too, what
    waits longer than LATE. `shown` is `relations.shown`; `closed` are the hashes of the forms with a part of
    named readers in their copy, `opened` the records of which such a part is open to them.
    """
    of = t.upload_task.c
    theirs = [
        t.revision.c.created_by == person.user_id,
        within(tx, person, reach & {Relation.allocated}),
    ]
    if person.role is Role.team_manager:
        theirs.append(of.opened_at < tx.at - LATE)
    where = sa.and_(
        of.organisation_id == person.organisation_id,
        of.done_at.is_(None),
        sa.or_(*theirs),
        within(tx, person, reach),
        shown,
        sa.or_(
            t.revision.c.definition_hash.not_in(sorted(closed)),
            t.record.c.id.in_(sorted(opened)),
        ),
    )
    return _listed(tx, where, limit=limit)


def files(tx: Tx, revision_ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """Return the current PDF documents of some revisions, in one query: revision -> audience -> document."""
    of = t.document.c
    rows = tx.c.execute(
        sa.select(t.snapshot.c.revision_id, of.audience_id, of.id)
        .join(t.snapshot, t.snapshot.c.id == of.snapshot_id)
        .where(t.snapshot.c.revision_id.in_(sorted(revision_ids)), of.kind == "pdf", of.state == "current")
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row.revision_id, {})[row.audience_id] = row.id
    return found


def _listed(tx: Tx, where: sa.ColumnElement[bool], *, limit: int = 500) -> tuple[Upload, ...]:
    of, done = t.upload_task.c, t.user.alias("done_by_whom")
    rows = tx.c.execute(
        sa.select(
            t.upload_task,
            t.record.c.reference,
            t.record.c.area_id,
            t.revision.c.definition_hash,
            t.revision.c.number,
            t.revision.c.state,
            t.revision.c.status,
            t.revision.c.final_at,
            t.child.c.reference.label("child_reference"),
            t.child.c.identity,
            sa.func.coalesce(done.c.name, "").label("done_by_name"),
            t.child_key.c.id.label("key_id"),
            t.child_key.c.wrapped,
            t.child_key.c.content_key_id,
        )
        .join(t.record, t.record.c.id == of.record_id)
        .join(t.revision, t.revision.c.id == of.revision_id)
        .join(t.child, t.child.c.id == of.child_id)
        .join(t.child_key, t.child_key.c.child_id == t.child.c.id)
        .outerjoin(done, done.c.id == of.done_by)
        .where(where, t.child.c.disposed_at.is_(None))
        .order_by(of.opened_at, of.id)
        .limit(limit)
    )
    return tuple(_upload(tx, row) for row in rows)


def _upload(tx: Tx, row: sa.Row[Any]) -> Upload:
    key = keys.unwrapped(
        tx, child_id=row.child_id, key_id=row.key_id, wrapped=row.wrapped, content_key_id=row.content_key_id
    )
    why = "" if row.why is None else str(key.open_json(row.why, about=("upload_task", row.id))["why"])
    return Upload(
        id=row.id,
        child_id=row.child_id,
        child_reference=row.child_reference,
        child=Identity(**key.open_json(row.identity, about=("child", row.child_id, "identity"))),
        record_id=row.record_id,
        reference=row.reference,
        area_id=row.area_id,
        definition_hash=row.definition_hash,
        revision_id=row.revision_id,
        organisation_id=row.organisation_id,
        number=row.number,
        state=row.state,
        status=row.status,
        final_at=row.final_at,
        opened_at=row.opened_at,
        done_at=row.done_at,
        done_by_name=row.done_by_name,
        outcome=row.outcome,
        why=why,
    )
