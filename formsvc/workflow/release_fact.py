"""What a form taught about the child, who has it, and letting one more audience have it.

A fact has the audiences of the question that taught it. Until a worker of the child releases it, with a
reason, it reaches nobody else: no form they read is filled in with it (D-02, R-43). A release holds for the
fact as it stands; another value has to be released anew.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from formsvc.access.people import Person
from formsvc.access.places import CARER_CLASS, DISCLOSURE_CLASS, PLACE_CLASS
from formsvc.access.readable import Reading, holds, pages_for
from formsvc.definitions.model import Audience, Field
from formsvc.errors import NotFound
from formsvc.fields.base import is_not_known
from formsvc.store import facts, records, revisions
from formsvc.store.facts import Fact, Release
from formsvc.store.records import Record
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.effective import effective_of
from formsvc.workflow.reading import reading_of

NEVER_WIDER: Final = frozenset({PLACE_CLASS, CARER_CLASS, DISCLOSURE_CLASS})
"""Classes that no release takes beyond the audiences the area gives them."""


@dataclass(frozen=True, kw_only=True)
class Taught:
    """One fact as it stands: the question, its answer in words, who has it and who may still be given it."""

    fact: Fact
    question: str
    said: str = field(repr=False)
    has: tuple[Audience, ...]
    lacks: tuple[Audience, ...]
    releases: tuple[Release, ...]


@dataclass(frozen=True, kw_only=True)
class TaughtBy:
    """What one record taught, as far as the person reads it."""

    record: Record
    title: str
    facts: tuple[Taught, ...]


def taught_by(store: Store, *, record_id: str, person: Person) -> TaughtBy:
    """Return what a record taught; raise NotFound."""
    with store.read() as tx:
        return _taught_by(tx, record_id=record_id, person=person)


def release_fact(
    store: Store,
    *,
    actor: Actor,
    person: Person,
    record_id: str,
    fact_id: str,
    audiences: Collection[str],
    why: str,
) -> int:
    """Release a fact to audiences; return to how many it was not before.

    Raises NotFound for a fact that the record did not teach, or an audience that the area does not name.
    """
    with store.write() as tx:
        found = _taught_by(tx, record_id=record_id, person=person)
        one = next((taught for taught in found.facts if taught.fact.id == fact_id), None)
        if one is None or not {*audiences} <= {lacking.id for lacking in (*one.lacks, *one.has)}:
            raise NotFound
        released = 0
        for audience in sorted(audiences):
            if not facts.release(
                tx,
                child_id=found.record.child_id,
                fact_id=fact_id,
                audience_id=audience,
                why=why,
                released_by=actor.user_id,
            ):
                continue
            released += 1
            note(
                tx,
                actor,
                "fact.release",
                child_id=found.record.child_id,
                record_id=record_id,
                subject_id=fact_id,
                audience=audience,
                version=one.fact.version,
            )
        return released


def _taught_by(tx: Tx, *, record_id: str, person: Person) -> TaughtBy:
    record = records.get(tx, record_id)
    history = {one.id: one for one in revisions.history(tx, record_id)}
    reading = reading_of(tx, person, record_id=record_id)
    released = facts.releases(tx, child_id=record.child_id)
    made = [
        taught
        for fact in (one.fact for one in facts.standing(tx, child_id=record.child_id))
        if fact.revision_id in history
        and (
            taught := _taught(
                tx, fact, history[fact.revision_id].definition_hash, reading, released.get(fact.id, ())
            )
        )
    ]
    newest = next(iter(history.values()), None)
    title = effective_of(tx, newest.definition_hash).short_title if newest else ""
    return TaughtBy(record=record, title=title, facts=tuple(made))


def _taught(
    tx: Tx, fact: Fact, definition_hash: str, reading: Reading, releases: tuple[Release, ...]
) -> Taught | None:
    """Return a fact for a page, None where its question is not one that the person reads."""
    effective = effective_of(tx, definition_hash)
    pages = pages_for(reading.of(effective), reading.audience)
    fields: dict[str, Field] = {one.id: one for page in pages for one in page.fields}
    if not holds(fields, fact.path):
        return None
    asked = fields[fact.path.partition(".")[0]]
    named = effective.area.audiences.values()
    most = effective.area.readers[asked.sensitivity] if asked.sensitivity in NEVER_WIDER else None
    return Taught(
        fact=fact,
        question=asked.label,
        said="Not known" if is_not_known(fact.value) else asked.type.text(asked, fact.value),
        has=tuple(one for one in named if one.id in fact.audiences),
        lacks=tuple(
            one for one in named if one.id not in fact.audiences and (most is None or one.id in most)
        ),
        releases=releases,
    )
