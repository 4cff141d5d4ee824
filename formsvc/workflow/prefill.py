"""Fill a form in with what is known about the child as it is begun, and keep where each answer came from.

What nobody has confirmed since stays as old as it was when it arrived: a form that is final says it as the
form it was filled in from, not as something said today.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from formsvc.access.people import Person
from formsvc.access.readable import Reading, pages_for
from formsvc.definitions.model import Effective, Field, Page, Stage
from formsvc.records.gate import Gate
from formsvc.store import attachments, drafts, facts, prefills, sections
from formsvc.store.prefills import Source
from formsvc.store.revisions import Frozen, Revision
from formsvc.store.session import Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.effective import reached_by
from formsvc.workflow.known_facts import Known, knowledge
from formsvc.workflow.reading import reading_of

UNSAVED: Final = 0
"""The version of a page that arrived filled in and that nobody has saved yet."""


def fill_in(
    tx: Tx,
    *,
    actor: Actor,
    person: Person,
    record_id: str,
    revision_id: str,
    child_id: str,
    effective: Effective,
) -> int:
    """Fill a form in that a person begins, with what they may read; return how many answers it has so."""
    known = knowledge(tx, child_id=child_id, person=person)
    mine = _read_by(effective, reading_of(tx, person, record_id=record_id))
    found = {
        one.id: told
        for one in effective.fields()
        if (told := known.fill(effective, one)) is not None
        and told.fits
        and (one.id in mine or told.source == "placement")
    }
    carry_files(
        tx,
        actor=actor,
        record_id=record_id,
        child_id=child_id,
        wanted=files_in([one.value for one in found.values()]),
    )
    there = attachments.of_record(tx, record_id)
    found = {id: one for id, one in found.items() if files_in(one.value) <= there.keys()}
    found = _accepted(effective, found)
    for page in effective.pages:
        answers = {one.id: found[one.id].value for one in page.fields if one.id in found}
        if answers:
            sections.save(
                tx,
                revision_id=revision_id,
                child_id=child_id,
                page_id=page.id,
                version=UNSAVED,
                answers=answers,
                typed={},
                by=actor.user_id,
            )
    keep_source(tx, revision_id=revision_id, child_id=child_id, arrived=found, by=actor.user_id)
    return len(found)


def keep_source(
    tx: Tx, *, revision_id: str, child_id: str, arrived: Mapping[str, Known], by: str | None
) -> None:
    """Keep what answers of a revision were filled in from; what was kept of them before is forgotten."""
    found = {
        field_id: Source(
            value=one.value,
            source=one.source,
            known_at=one.confirmed_at,
            fact_id=one.fact_id,
            version=one.version,
            title=one.title,
            reference=one.reference,
            readers=one.readers,
        )
        for field_id, one in arrived.items()
    }
    prefills.add(tx, revision_id=revision_id, child_id=child_id, arrived=found, by=by)


def keep_carried(
    tx: Tx, *, child_id: str, record_id: str, revision_id: str, answers: Mapping[str, Any], form: Effective
) -> None:
    """Keep how old the answers are that the next revision of a record begins with."""
    stand = facts.standing(tx, child_id=child_id)
    said = {(one.fact.path, one.fact.name): one for one in stand if one.record_id == record_id}
    found = {
        asked.id: Source(
            value=answers[asked.id],
            source="fact",
            known_at=one.fact.confirmed_at,
            fact_id=one.fact.id,
            version=one.fact.version,
            title=one.source_title,
            reference=one.source_reference,
            readers=reached_by(tx, one.source_hash),
        )
        for asked in form.fields()
        if (one := said.get((asked.id, asked.fact))) is not None
        and asked.id in answers
        and without_secrets(asked, answers[asked.id]) == one.fact.value
    }
    prefills.add(tx, revision_id=revision_id, child_id=child_id, arrived=found, by=None)


def state_facts(tx: Tx, revision: Revision, effective: Effective, frozen: Frozen) -> None:
    """State what a revision says about the child, each fact for the readers of its question alone.

    What arrived with the form and nobody confirmed is as old as it was, and says where it was first said.
    What stands in a part of named readers is stated nowhere: its readers are not an audience.
    """
    arrived = prefills.of_revision(tx, revision_id=revision.id, child_id=revision.child_id)
    first = facts.origins(tx, [one.fact_id for one in arrived.values() if one.fact_id])
    for asked in effective.fields():
        part = effective.parts.get(asked.part)
        if not asked.fact or asked.id not in frozen.answers or (part is not None and part.named):
            continue
        value = frozen.answers[asked.id]
        one = arrived.get(asked.id)
        is_untouched = one is not None and one.value == value
        facts.state(
            tx,
            child_id=revision.child_id,
            controller_id=revision.controller_id,
            name=asked.fact,
            value=without_secrets(asked, value),
            audiences=effective.audiences(asked),
            revision_id=revision.id,
            path=asked.id,
            definition_id=effective.id,
            confirmed_at=one.said_at if one is not None and is_untouched else None,
            origin_id=first.get(one.fact_id or "")
            if one is not None and is_untouched and one.confirmed_at is None
            else None,
        )


def without_secrets(asked: Field, value: Any) -> Any:
    """Return an answer without what refers to a secret: that is the record's own and no fact."""
    kept_apart = {child.id for child in asked.children if child.type.secretive}
    if not kept_apart or not isinstance(value, list):
        return value
    return [{key: one for key, one in row.items() if key not in kept_apart} for row in value]


def carry_files(tx: Tx, *, actor: Actor, record_id: str, child_id: str, wanted: Collection[str]) -> None:
    """Let a record carry files that another of the child's records carries."""
    for sha256 in sorted(wanted):
        found = drafts.file_of_child(tx, child_id=child_id, sha256=sha256)
        if found is None:
            continue
        attachments.attach(
            tx,
            found.stored,
            record_id=record_id,
            child_id=child_id,
            media_type=found.media_type,
            signed=found.signed,
            created_by=actor.user_id,
        )
        note(tx, actor, "file.carry", child_id=child_id, record_id=record_id, sha256=sha256)


def files_in(value: Any) -> frozenset[str]:
    """Return the SHA-256 of every file that some answers name."""
    if isinstance(value, Mapping):
        own = {value["sha256"]} if isinstance(value.get("sha256"), str) else set()
        return frozenset(own).union(*map(files_in, value.values()))
    return frozenset().union(*map(files_in, value)) if isinstance(value, list | tuple) else frozenset()


def _accepted(effective: Effective, found: Mapping[str, Known]) -> dict[str, Known]:
    """Return what the gate accepts as it is; what hangs on an answer still to come is not judged."""
    judged = Gate(effective).judge({id: one.value for id, one in found.items()}, stage=Stage.DRAFT)
    wrong = {path.partition(".")[0] for path in (*judged.typed, *(one.path for one in judged.errors))}
    return {
        id: one
        for id, one in found.items()
        if id in judged.not_asked or (id not in wrong and judged.answers.get(id) == one.value)
    }


def _read_by(effective: Effective, reading: Reading) -> frozenset[str]:
    pages: tuple[Page, ...] = pages_for(reading.of(effective), reading.audience)
    return frozenset(one.id for page in pages for one in page.fields)
