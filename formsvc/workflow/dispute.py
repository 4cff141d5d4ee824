"""An answer is disputed by the child or a parent: their words are kept beside it, and what was made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from formsvc.access.people import Person
from formsvc.access.readable import FULL, visible
from formsvc.definitions.model import Effective, Field
from formsvc.errors import NotFound, WrongState
from formsvc.store import disputes, records, revisions
from formsvc.store.disputes import OUTCOMES, SAID_BY, Dispute
from formsvc.store.revisions import Revision
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.effective import effective_of
from formsvc.workflow.reading import reading_of


@dataclass(frozen=True, kw_only=True)
class Disputed:
    """What is disputed in a record, by the question it is about, and the questions a reader has of it."""

    questions: Mapping[str, str]
    """Id of a question -> its label, in the order of the form."""
    notes: Mapping[str, tuple[Dispute, ...]] = field(repr=False)

    @property
    def waiting(self) -> int:
        """How many nobody has answered yet."""
        return sum(one.settled_at is None for notes in self.notes.values() for one in notes)


def disputed(store: Store, *, person: Person, record_id: str) -> Disputed:
    """Return what is disputed in a record as a person may read it; raise NotFound.

    What is disputed of a fact in another form of the child is told to those alone who read every form.
    """
    with store.read() as tx:
        record = records.get(tx, record_id)
        readable = {one.id: one for one in _readable(tx, person, record_id)}
        facts = {one.fact: one.id for one in readable.values() if one.fact}
        full = reading_of(tx, person, record_id=record_id).audience == FULL
        found = disputes.about(
            tx, child_id=record.child_id, record_id=record_id, facts=list(facts) if full else ()
        )
        notes: dict[str, tuple[Dispute, ...]] = {}
        for one in found:
            path = one.path if one.record_id == record_id else facts.get(one.fact or "", "")
            if path in readable:
                notes[path] = (*notes.get(path, ()), one)
        return Disputed(questions={one.id: one.label for one in readable.values()}, notes=notes)


def dispute_answer(
    store: Store,
    *,
    actor: Actor,
    person: Person,
    record_id: str,
    path: str,
    said_by: str,
    who: str,
    words: str,
    said_on: str,
) -> str:
    """Keep that the child or a parent says an answer is wrong; return the note's id.

    `path` is the id of a question, `said_on` a day as 2026-11-22. Raises NotFound for a question this
    person does not read.
    """
    if said_by not in SAID_BY:
        raise ValueError(f"said_by must be one of {SAID_BY}")
    with store.write() as tx:
        record = records.get(tx, record_id)
        asked = next((one for one in _readable(tx, person, record_id) if one.id == path), None)
        if asked is None:
            raise NotFound
        revision = _newest(tx, record_id)
        made = disputes.add(
            tx,
            child_id=record.child_id,
            record_id=record_id,
            revision_id=revision.id,
            path=path,
            fact=asked.fact or None,
            said_by=said_by,
            who=who,
            words=words,
            said_on=said_on,
            by=actor.user_id,
        )
        note(
            tx,
            actor,
            "dispute.add",
            child_id=record.child_id,
            record_id=record_id,
            subject_id=made,
            path=path,
            said_by=said_by,
            revision=revision.number,
        )
        return made


def settle_dispute(
    store: Store, *, actor: Actor, record_id: str, dispute_id: str, outcome: str, answer: str
) -> None:
    """Keep what was made of a dispute and why; the note stays. Raises NotFound, WrongState when answered."""
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome must be one of {OUTCOMES}")
    with store.write() as tx:
        found = disputes.get(tx, dispute_id, record_id=record_id, lock=True)
        if found.settled_at is not None:
            raise WrongState
        disputes.settle(tx, found, outcome=outcome, answer=answer, by=actor.user_id)
        note(
            tx,
            actor,
            "dispute.settle",
            child_id=found.child_id,
            record_id=record_id,
            subject_id=dispute_id,
            outcome_of=outcome,
            revision=found.number,
        )


def _newest(tx: Tx, record_id: str) -> Revision:
    """Return the revision that people read: the current one, else the newest."""
    found = revisions.current(tx, record_id) or next(iter(revisions.history(tx, record_id)), None)
    if found is None:
        raise NotFound
    return found


def _readable(tx: Tx, person: Person, record_id: str) -> list[Field]:
    """Return the questions with an answer that a person reads of a record, in the order of the form."""
    effective: Effective = effective_of(tx, _newest(tx, record_id).definition_hash)
    reading = reading_of(tx, person, record_id=record_id)
    mine = reading.of(effective)
    shown = visible(tuple(mine.fields()), mine, reading.audience)
    return [one for one in shown if one.type.holds_answer]
