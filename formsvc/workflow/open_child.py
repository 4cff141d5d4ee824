"""A child's page: current documents, what is being worked on, history, who works with her."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from formsvc.access.people import Person
from formsvc.access.places import CONFIDENTIAL, knows_place
from formsvc.access.policy import Policy
from formsvc.access.table import Action, allowed
from formsvc.store import audit, documents, placements, records, relations, users, waiting
from formsvc.store.audit import Entry
from formsvc.store.documents import Document
from formsvc.store.placements import Allocation, Placement
from formsvc.store.records import RecordLine
from formsvc.store.session import Store, Tx
from formsvc.store.waiting import RevisionLine
from formsvc.workflow.reading import Reads, is_handed_to, reads
from formsvc.workflow.see_child import ChildHead

WITHHOLDING: Final = "withholding."
"""What the acts of withholding begin with in the audit."""
ELSEWHERE: Final = "Somebody of another organisation"


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


def open_child(store: Store, *, policy: Policy, person: Person, head: ChildHead) -> ChildPage:
    """Return a child's page for somebody who may see her."""

    def may(action: Action) -> bool:
        return allowed(person.role, action, head.relations)

    with store.read() as tx:
        mine = reads(tx, policy, person)
        seen = relations.has_shown(tx, person, forms=mine.copies)
        lines = records.listing(tx, child_id=head.id, where=seen)
        worked = {one.id for one in _whole(tx, person, mine, child_id=head.id)}
        copies = _copies(tx, mine, child_id=head.id)
        found = may(Action.see_record)
        return ChildPage(
            plans=tuple(
                Plan(record=line, documents=held)
                for line in lines
                if (held := tuple(one for one in copies if one.record_id == line.id))
                or (found and line.current_id is not None)
            ),
            open=tuple(one for one in lines if one.open_id is not None and one.id in worked) if found else (),
            past=waiting.past(tx, child_id=head.id, shown=relations.shown(tx, person, forms=mine.copies))
            if found
            else (),
            placements=_lived(tx, person, head.id) if found else (),
            workers=placements.workers(tx, head.id),
            looked=_looked(tx, person, head.id, of={one.id for one in lines})
            if may(Action.see_history)
            else (),
        )


def _whole(tx: Tx, person: Person, mine: Reads, *, child_id: str) -> tuple[RecordLine, ...]:
    """Return the records that a person sees as records, not in copies alone."""
    where = relations.has_shown(tx, person, forms=mine.whole)
    return records.listing(tx, child_id=child_id, where=where)


def _copies(tx: Tx, mine: Reads, *, child_id: str) -> list[Document]:
    """Return a person's own copies of what is current, but for those that carry what is withheld."""
    found = (one for one in documents.of_child(tx, child_id) if one.audience_id == mine.audience)
    return [one for one in found if is_handed_to(tx, mine.of(one.record_id), one)]


def _lived(tx: Tx, person: Person, child_id: str) -> tuple[Placement, ...]:
    """Return where a child lived, without the places that a person may not know."""
    return tuple(
        one
        for one in placements.of_child(tx, child_id)
        if knows_place(person, home_id=one.home_id, is_confidential=bool(one.details.get(CONFIDENTIAL)))
    )


def _looked(tx: Tx, person: Person, child_id: str, *, of: Collection[str]) -> tuple[Looked, ...]:
    """Return who looked and who did what, but for records that are not there for whoever asks.

    What was withheld from whom is told on its own page alone. Whoever tried in vain and belongs to another
    organisation is not named: neither sees anything of the other.
    """
    entries = [
        one
        for one in audit.of_child(tx, child_id, limit=60)
        if (one.record_id is None or one.record_id in of) and not one.act.startswith(WITHHOLDING)
    ][:30]
    names = users.names(tx, [one.actor_id for one in entries if one.actor_id])

    def name(one: Entry) -> str:
        if one.outcome == "refused" and one.organisation_id not in (None, person.organisation_id):
            return ELSEWHERE
        return names.get(one.actor_id or "", "")

    return tuple(Looked(entry=one, name=name(one)) for one in entries)
