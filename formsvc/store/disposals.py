"""Disposals: proposed by one person, confirmed by another, done days later, remembered without the child."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import tables as t
from formsvc.store.session import Tx
from formsvc.store.upsert import insert_once

ACTIVE: Final = ("proposed", "confirmed")
"""The states in which it can still be stopped."""


@dataclass(frozen=True, kw_only=True)
class Disposal:
    """One disposal: of which child, under which rule, by whom, and how far it is.

    `state` is proposed, confirmed, cancelled, destroyed (its files are still being removed) or done.
    """

    id: str
    child_id: str
    reference: str
    organisation_id: str
    team_id: str | None
    state: str
    status: str
    number: int
    unit: str
    starts: str
    proposed_by: str | None
    proposer: str
    proposed_at: datetime
    confirmed_by: str | None
    confirmer: str
    confirmed_at: datetime | None
    due_at: datetime | None
    ender: str
    ended_why: str
    ended_at: datetime | None
    destroyed_at: datetime | None

    @property
    def is_active(self) -> bool:
        """Whether it can still be stopped."""
        return self.state in ACTIVE


def propose(
    tx: Tx,
    *,
    child_id: str,
    organisation_id: str,
    status: str,
    number: int,
    unit: str,
    starts: str,
    by: str | None,
) -> str | None:
    """Propose a disposal and return its id; None where one stands for the child already."""
    made = clock.new_id()
    is_new = insert_once(
        tx,
        t.disposal,
        id=made,
        child_id=child_id,
        organisation_id=organisation_id,
        state="proposed",
        status=status,
        number=number,
        unit=unit,
        starts=starts,
        proposed_by=by,
        proposed_at=tx.at,
    )
    return made if is_new else None


def confirm(tx: Tx, *, disposal_id: str, by: str | None, due_at: datetime) -> bool:
    """Confirm what somebody else proposed; return False where it is not there to be confirmed."""
    of = t.disposal.c
    here = sa.and_(
        of.id == disposal_id, of.state == "proposed", sa.or_(of.proposed_by.is_(None), of.proposed_by != by)
    )
    done = tx.c.execute(
        sa.update(t.disposal)
        .where(here)
        .values(state="confirmed", confirmed_by=by, confirmed_at=tx.at, due_at=due_at)
    )
    return done.rowcount == 1


def cancel(tx: Tx, *, child_id: str, by: str | None, why: str) -> str | None:
    """Stop the disposal that stands for a child; return its id, None where there is none to stop."""
    of = t.disposal.c
    row = tx.c.execute(
        sa.update(t.disposal)
        .where(of.child_id == child_id, of.state.in_(ACTIVE))
        .values(state="cancelled", ended_by=by, ended_why=why, ended_at=tx.at)
        .returning(of.id)
    ).scalar_one_or_none()
    return None if row is None else str(row)


def destroyed(tx: Tx, *, disposal_id: str, files: Sequence[str], head: tuple[int, str] | None) -> None:
    """Note that everything is destroyed, and which files are still to be removed."""
    seq, last = head or (None, None)
    tx.c.execute(
        sa.update(t.disposal)
        .where(t.disposal.c.id == disposal_id)
        .values(state="destroyed", destroyed_at=tx.at, audit_seq=seq, audit_hash=last)
    )
    for address in files:
        insert_once(tx, t.disposed_file, address=address, disposal_id=disposal_id)


def done(tx: Tx, *, disposal_id: str) -> None:
    """Note that nothing is left to be removed."""
    tx.c.execute(sa.delete(t.disposed_file).where(t.disposed_file.c.disposal_id == disposal_id))
    tx.c.execute(
        sa.update(t.disposal)
        .where(t.disposal.c.id == disposal_id, t.disposal.c.state == "destroyed")
        .values(state="done", ended_at=tx.at)
    )


def files_of(tx: Tx, *, disposal_id: str) -> tuple[str, ...]:
    """Return the addresses of the files that are still to be removed."""
    of = t.disposed_file.c
    found = sa.select(of.address).where(of.disposal_id == disposal_id).order_by(of.address)
    return tuple(tx.c.execute(found).scalars())


def get(tx: Tx, disposal_id: str, *, lock: bool = False) -> Disposal:
    """Return a disposal, its row locked until the end when `lock`; raise NotFound."""
    if lock:
        of = t.disposal.c
        tx.c.execute(sa.select(of.id).where(of.id == disposal_id).with_for_update())
    row = tx.c.execute(_query().where(t.disposal.c.id == disposal_id)).one_or_none()
    if row is None:
        raise NotFound
    return _disposal(row)


def active_of(tx: Tx, child_id: str) -> Disposal | None:
    """Return the disposal that stands for a child and can be stopped."""
    of = t.disposal.c
    row = tx.c.execute(_query().where(of.child_id == child_id, of.state.in_(ACTIVE))).one_or_none()
    return None if row is None else _disposal(row)


def of_organisation(tx: Tx, organisation_id: str, *, limit: int = 100) -> tuple[Disposal, ...]:
    """Return the disposals of an organisation, newest first."""
    of = t.disposal.c
    rows = tx.c.execute(
        _query()
        .where(of.organisation_id == organisation_id)
        .order_by(of.proposed_at.desc(), of.id)
        .limit(limit)
    )
    return tuple(_disposal(row) for row in rows)


def of_child(tx: Tx, child_id: str) -> tuple[Disposal, ...]:
    """Return the disposals that were ever proposed for a child, newest first."""
    of = t.disposal.c
    rows = tx.c.execute(_query().where(of.child_id == child_id).order_by(of.proposed_at.desc(), of.id))
    return tuple(_disposal(row) for row in rows)


def _query() -> sa.Select[Any]:
    of = t.disposal.c
    proposer, confirmer, ender = (t.user.alias(name) for name in ("proposer", "confirmer", "ender"))
    return (
        sa.select(
            t.disposal,
            t.child.c.reference,
            t.child.c.team_id,
            proposer.c.name.label("proposer"),
            confirmer.c.name.label("confirmer"),
            ender.c.name.label("ender"),
        )
        .join(t.child, t.child.c.id == of.child_id)
        .outerjoin(proposer, proposer.c.id == of.proposed_by)
        .outerjoin(confirmer, confirmer.c.id == of.confirmed_by)
        .outerjoin(ender, ender.c.id == of.ended_by)
    )


def _disposal(row: sa.Row[Any]) -> Disposal:
    return Disposal(
        id=row.id,
        child_id=row.child_id,
        reference=row.reference,
        organisation_id=row.organisation_id,
        team_id=row.team_id,
        state=row.state,
        status=row.status,
        number=row.number,
        unit=row.unit,
        starts=row.starts,
        proposed_by=row.proposed_by,
        proposer=row.proposer or "",
        proposed_at=row.proposed_at,
        confirmed_by=row.confirmed_by,
        confirmer=row.confirmer or "",
        confirmed_at=row.confirmed_at,
        due_at=row.due_at,
        ender=row.ender or "",
        ended_why=row.ended_why or "",
        ended_at=row.ended_at,
        destroyed_at=row.destroyed_at,
    )
