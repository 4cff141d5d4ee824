"""A child's page: current documents, what is being worked on, history, who works with her."""

from __future__ import annotations

from dataclasses import dataclass

from formsvc.access.people import Person
from formsvc.access.table import Action, allowed, audience_for
from formsvc.store import audit, documents, placements, records, users, waiting
from formsvc.store.audit import Entry
from formsvc.store.documents import Document
from formsvc.store.placements import Allocation, Placement
from formsvc.store.records import RecordLine
from formsvc.store.session import Store, Tx
from formsvc.store.waiting import RevisionLine
from formsvc.workflow.see_child import ChildHead


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A record with the current documents of the copy that this person may have."""

    record: RecordLine
    documents: tuple[Document, ...]


@dataclass(frozen=True, kw_only=True)
class Looked:
    """Somebody did or saw something about the child. `name` is empty for the service itself."""

    entry: Entry
    name: str


@dataclass(frozen=True, kw_only=True)
class ChildPage:
    """All of it, cut to what this person may see."""

    plans: tuple[Plan, ...]
    open: tuple[RecordLine, ...]
    past: tuple[RevisionLine, ...]
    placements: tuple[Placement, ...]
    workers: tuple[Allocation, ...]
    looked: tuple[Looked, ...]


def open_child(store: Store, *, person: Person, head: ChildHead) -> ChildPage:
    """Return a child's page for somebody who may see her."""

    def may(action: Action) -> bool:
        return allowed(person.role, action, head.relations)

    audience = audience_for(person.role)
    with store.read() as tx:
        lines = records.listing(tx, child_id=head.id)
        copies = [one for one in documents.of_child(tx, head.id) if one.audience_id == audience]
        found = may(Action.see_record)
        return ChildPage(
            plans=tuple(
                Plan(record=line, documents=held)
                for line in lines
                if (held := tuple(one for one in copies if one.record_id == line.id))
                or (found and line.current_id is not None)
            ),
            open=tuple(line for line in lines if line.open_id is not None) if found else (),
            past=waiting.past(tx, child_id=head.id) if found else (),
            placements=placements.of_child(tx, head.id) if found else (),
            workers=placements.workers(tx, head.id),
            looked=_looked(tx, head.id) if may(Action.see_history) else (),
        )


def _looked(tx: Tx, child_id: str) -> tuple[Looked, ...]:
    entries = audit.of_child(tx, child_id, limit=30)
    names = users.names(tx, [one.actor_id for one in entries if one.actor_id])
    return tuple(Looked(entry=one, name=names.get(one.actor_id or "", "")) for one in entries)
