"""Which deadlines wait for somebody about a record: worked out from its revisions each time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from formsvc.cases.clocks import RULES, Clock, running_clock
from formsvc.cases.events import Event, Kind
from formsvc.store import records, revisions
from formsvc.store.revisions import Revision
from formsvc.store.session import Store


def read_clocks(store: Store, *, record_id: str) -> tuple[Clock, ...]:
    """Return the clocks that are running for a record, soonest first; raise NotFound."""
    with store.read() as tx:
        records.get(tx, record_id)
        told = tuple(plan_events(revisions.history(tx, record_id)))
    found = (running_clock(told, rule) for rule in RULES)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.due_at))


def plan_events(history: Iterable[Revision]) -> Iterator[Event]:
    """Yield what the revisions of a plan tell: sent, approved, withdrawn."""
    for one in history:
        if one.final_at is None:
            continue
        sent = Kind.PLAN_APPROVED if one.status == "approved" else Kind.PLAN_SENT
        yield Event(id=one.id, kind=sent, happened_at=one.final_at, known_at=one.final_at)
        if one.state == "withdrawn" and one.ended_at is not None:
            gone = f"{one.id}.withdrawn"
            yield Event(id=gone, kind=Kind.PLAN_WITHDRAWN, happened_at=one.ended_at, known_at=one.ended_at)
