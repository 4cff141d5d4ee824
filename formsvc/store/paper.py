"""Paper copies of a home: printed, put in the folder, taken out and destroyed; and what is current."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from formsvc import clock
from formsvc.store import keys
from formsvc.store import tables as t
from formsvc.store.children import Identity
from formsvc.store.session import Tx
from formsvc.store.upsert import insert_once

_ENDED: Final = ("final", "superseded", "withdrawn")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What a home holds on paper of one revision, printed once or several times.

    `state` is that of the revision; `lives_here` whether the child is placed in the home now.
    """

    child_id: str
    identity: Identity = field(repr=False)
    record_id: str
    reference: str
    title: str
    definition_id: str
    revision_id: str
    number: int
    state: str
    lives_here: bool
    printed_at: datetime
    printed_by: str = field(repr=False)
    filed_at: datetime | None
    filed_by: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Newest:
    """The newest revision of a record that was ever final: `state` is final or withdrawn.

    `document_id` is the sealed PDF for an audience, empty while there is none; `changed_at` for the order.
    """

    child_id: str
    record_id: str
    definition_id: str
    definition_hash: str
    reference: str
    title: str
    revision_id: str
    number: int
    state: str
    status: str
    final_at: datetime
    document_id: str
    issued_at: datetime | None


def newest(
    tx: Tx,
    child_ids: Collection[str],
    *,
    definitions: Collection[str],
    audience_id: str,
    shown: sa.ColumnElement[bool],
) -> tuple[Newest, ...]:
    """Return the newest forms of some children, the latest first; `shown` is `relations.shown`."""
    of, made = t.revision.c, t.document.c
    later = t.revision.alias("later").c
    is_newest = ~sa.exists().where(
        later.record_id == of.record_id, later.number > of.number, later.state.in_(_ENDED)
    )
    is_theirs = sa.and_(
        made.snapshot_id == t.snapshot.c.id,
        made.audience_id == audience_id,
        made.kind == "pdf",
        made.state == "current",
    )
    rows = tx.c.execute(
        sa.select(
            t.record.c.child_id,
            t.record.c.id.label("record_id"),
            t.record.c.definition_id,
            of.definition_hash,
            t.record.c.reference,
            t.effective_definition.c.title,
            of.id.label("revision_id"),
            of.number,
            of.state,
            of.status,
            of.final_at,
            sa.func.coalesce(made.id, "").label("document_id"),
            made.issued_at,
        )
        .join(t.record, t.record.c.id == of.record_id)
        .join(t.effective_definition, t.effective_definition.c.hash == of.definition_hash)
        .join(t.snapshot, t.snapshot.c.revision_id == of.id)
        .outerjoin(t.document, is_theirs)
        .where(
            t.record.c.child_id.in_(sorted(child_ids)),
            t.record.c.definition_id.in_(sorted(definitions)),
            of.state.in_(("final", "withdrawn")),
            is_newest,
            shown,
        )
        .order_by(of.final_at.desc(), of.id)
    ).mappings()
    return tuple(Newest(**row) for row in rows)


def keep(
    tx: Tx,
    *,
    home_id: str,
    print_id: str,
    child_id: str,
    record_id: str,
    revision_id: str,
    document_id: str,
    handed_out_id: str,
    by: str | None,
) -> None:
    """Keep that a home has a document on paper, out of a bundle."""
    insert_once(
        tx,
        t.paper_copy,
        id=clock.new_id(),
        home_id=home_id,
        print_id=print_id,
        child_id=child_id,
        record_id=record_id,
        revision_id=revision_id,
        document_id=document_id,
        handed_out_id=handed_out_id,
        printed_at=tx.at,
        printed_by=by,
    )


def is_kept(tx: Tx, *, print_id: str, document_id: str) -> bool:
    """Say whether a document of a bundle is known to be on paper, or was."""
    of = t.paper_copy.c
    here = sa.and_(of.print_id == print_id, of.document_id == document_id)
    return tx.c.execute(sa.select(of.id).where(here)).first() is not None


def of_home(tx: Tx, home_id: str) -> tuple[Paper, ...]:
    """Return what a home holds on paper and has not destroyed, by revision, the oldest print first."""
    of, lives = t.paper_copy.c, t.placement.c
    printer, filer = t.user.alias("printer"), t.user.alias("filer")
    lives_here = sa.exists().where(
        lives.child_id == of.child_id, lives.home_id == home_id, lives.until_at.is_(None)
    )
    rows = tx.c.execute(
        sa.select(
            t.paper_copy,
            t.child.c.identity,
            t.record.c.reference,
            t.record.c.definition_id,
            t.effective_definition.c.title,
            t.revision.c.number,
            t.revision.c.state,
            lives_here.label("lives_here"),
            printer.c.name.label("printer"),
            filer.c.name.label("filer"),
        )
        .join(t.child, t.child.c.id == of.child_id)
        .join(t.record, t.record.c.id == of.record_id)
        .join(t.revision, t.revision.c.id == of.revision_id)
        .join(t.effective_definition, t.effective_definition.c.hash == t.revision.c.definition_hash)
        .outerjoin(printer, printer.c.id == of.printed_by)
        .outerjoin(filer, filer.c.id == of.filed_by)
        .where(of.home_id == home_id, of.destroyed_at.is_(None), t.child.c.disposed_at.is_(None))
        .order_by(of.printed_at, of.id)
    )
    found: dict[str, Paper] = {}
    for row in rows:
        found[row.revision_id] = _paper(tx, row)  # the latest print of a revision says when and by whom
    return tuple(found.values())


def put_in_folder(tx: Tx, *, home_id: str, revision_id: str, by: str | None) -> bool:
    """Note that what is on paper of a revision was put in the folder; say whether there was any."""
    of = t.paper_copy.c
    done = tx.c.execute(
        sa.update(t.paper_copy)
        .where(*_held(home_id, revision_id), of.filed_at.is_(None))
        .values(filed_at=tx.at, filed_by=by)
    )
    return done.rowcount > 0


def destroy(tx: Tx, *, home_id: str, revision_id: str, by: str | None) -> tuple[str, ...]:
    """Note that what is on paper of a revision was taken out and destroyed.

    Return as which handed-out copies a recall knows it, empty where there was none.
    """
    of = t.paper_copy.c
    held = tx.c.execute(
        sa.select(of.id, of.handed_out_id).where(*_held(home_id, revision_id)).with_for_update()
    ).all()
    tx.c.execute(
        sa.update(t.paper_copy)
        .where(of.id.in_([row.id for row in held]))
        .values(destroyed_at=tx.at, destroyed_by=by)
    )
    return tuple(row.handed_out_id for row in held)


def held(tx: Tx, *, home_id: str, revision_id: str) -> tuple[str, str] | None:
    """Return (child id, record id) of what a home has on paper of a revision, None where it has nothing."""
    of = t.paper_copy.c
    row = tx.c.execute(
        sa.select(of.child_id, of.record_id).where(*_held(home_id, revision_id)).limit(1)
    ).one_or_none()
    return None if row is None else (str(row.child_id), str(row.record_id))


def gone(tx: Tx, handed_out_ids: Collection[str]) -> frozenset[str]:
    """Return which of some handed-out copies were paper that is destroyed: nobody has to be asked for it."""
    of = t.paper_copy.c
    return frozenset(
        tx.c.execute(
            sa.select(of.handed_out_id).where(
                of.handed_out_id.in_(sorted(handed_out_ids)), of.destroyed_at.is_not(None)
            )
        ).scalars()
    )


def _held(home_id: str, revision_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    of = t.paper_copy.c
    return (of.home_id == home_id, of.revision_id == revision_id, of.destroyed_at.is_(None))


def _paper(tx: Tx, row: sa.Row[Any]) -> Paper:
    identity = keys.of_child(tx, row.child_id).open_json(
        row.identity, about=("child", row.child_id, "identity")
    )
    return Paper(
        child_id=row.child_id,
        identity=Identity(**identity),
        record_id=row.record_id,
        reference=row.reference,
        title=row.title,
        definition_id=row.definition_id,
        revision_id=row.revision_id,
        number=row.number,
        state=row.state,
        lives_here=bool(row.lives_here),
        printed_at=row.printed_at,
        printed_by=row.printer or "",
        filed_at=row.filed_at,
        filed_by=row.filer or "",
    )
