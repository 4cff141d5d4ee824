"""Read the form that is being worked on: its sections, what is known about the child, what to mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from formsvc.access.people import Person
from formsvc.access.policy import Policy
from formsvc.access.readable import FULL, Reading, pages_for, reduced
from formsvc.access.table import Action, reach
from formsvc.definitions.model import Effective, Field, Page
from formsvc.errors import NotFound
from formsvc.fields.base import is_not_known
from formsvc.records.gate import restored
from formsvc.store import (
    attachments,
    drafts,
    keys,
    prefills,
    records,
    relations,
    revisions,
    sections,
    signoffs,
)
from formsvc.store.attachments import KeptFile
from formsvc.store.crypto import DataKey
from formsvc.store.prefills import Prefill
from formsvc.store.records import Record
from formsvc.store.revisions import Revision
from formsvc.store.sections import Section
from formsvc.store.session import Store
from formsvc.store.signoffs import SentBack
from formsvc.workflow.actors import Actor
from formsvc.workflow.drafts import whole
from formsvc.workflow.effective import effective_of
from formsvc.workflow.known_facts import Knowledge, Known, Otherwise, knowledge
from formsvc.workflow.prefill import UNSAVED, carry_files, files_in
from formsvc.workflow.read_record import told_of
from formsvc.workflow.reading import reading_of, reads

__all__ = ["Draft", "Known", "carry_known_files", "file_of_draft", "files_in", "my_drafts", "read_draft"]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A form that is being worked on, as its editor has it.

    `pages` hold the questions that the editor reads and answers; `is_whole` says that these are all. What
    was saved is whole in any case, so that nothing is lost when it is saved again: show what `shown_of`
    leaves of it. `files` are what the record carries, by SHA-256. By the id of a question the editor has:
    `known` is what fills it in or is offered, `arrived` what it was filled in from, `otherwise` what other
    current forms answer.
    """

    record: Record
    revision: Revision
    effective: Effective
    audience: str
    pages: tuple[Page, ...]
    is_whole: bool
    sections: Mapping[str, Section]
    known: Mapping[str, Known]
    arrived: Mapping[str, Prefill]
    otherwise: Mapping[str, tuple[Otherwise, ...]]
    sent_back: tuple[SentBack, ...]
    files: Mapping[str, KeptFile] = field(repr=False)

    @property
    def told(self) -> list[Any]:
        """Every value that is offered to the editor."""
        others = (one.value for found in self.otherwise.values() for one in found)
        return [*(one.value for one in self.known.values()), *others]

    def is_saved(self, page_id: str) -> bool:
        """Say whether anybody saved a page: one that only arrived filled in was not."""
        return self.version(page_id) != UNSAVED

    def version(self, page_id: str) -> int:
        """Return the version of a page, 0 for one that was never saved."""
        held = self.sections.get(page_id)
        return held.version if held else UNSAVED

    def held(self, page: Page) -> dict[str, Any]:
        """Return what a page holds as the gate takes it; one never saved holds what is known."""
        section = self.sections.get(page.id)
        if section is not None and section.version != UNSAVED:
            return restored(section.answers, section.typed)
        return self.filled_in(page)

    def filled_in(self, page: Page) -> dict[str, Any]:
        """Return what a page that was never saved arrives with: what is known about the child."""
        section = self.sections.get(page.id)
        known = {one.id: self.known[one.id] for one in page.fields if one.id in self.known}
        arrived = restored(section.answers, section.typed) if section and section.version == UNSAVED else {}
        return {**{id: one.value for id, one in known.items() if one.fits}, **arrived}

    def has_whole(self, group: Field) -> bool:
        """Say whether the editor has every question of a repeating group."""
        return {one.id for one in group.children} == {
            one.id for one in self.effective.field(group.id).children
        }

    def shown_of(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Return those of some answers that the editor reads."""
        return reduced(held, [one for page in self.pages for one in page.fields])

    def whole(self, *, filled_in: bool = False) -> dict[str, Any]:
        """Return all that was saved, as the gate takes it; what is known too where `filled_in`."""
        found = whole(self.sections.values())
        if filled_in:
            for page in self.effective.pages:
                found |= self.held(page)
        return found


def read_draft(store: Store, *, record_id: str, person: Person | None = None, closed: bool = False) -> Draft:
    """Return the form being worked on, for an editor; raise NotFound where none is.

    Without a `person` it is whole, for the service itself.

    With `closed` the newest revision is returned where none is being worked on: its form, not its answers.
    """
    with store.read() as tx:
        record = records.get(tx, record_id)
        revision = revisions.opened(tx, record_id)
        if revision is None and closed:
            revision = next(iter(revisions.history(tx, record_id)), None)
        if revision is None:
            raise NotFound
        form = effective_of(tx, revision.definition_hash)
        reading = Reading(audience=FULL) if person is None else reading_of(tx, person, record_id=record_id)
        effective = reading.of(form)
        held = sections.all_of(tx, revision_id=revision.id, child_id=record.child_id)
        pages = pages_for(effective, reading.audience)
        asked = [one for page in pages for one in page.fields]
        told = knowledge(tx, child_id=record.child_id, person=person)
        answers = {id: one for section in held.values() for id, one in section.answers.items()}
        return Draft(
            record=record,
            revision=revision,
            effective=effective,
            audience=reading.audience,
            pages=pages,
            is_whole=reading.reads_all(form),
            sections=held,
            known=_known(
                told, form, record_id=record_id, asked=[one for one in asked if is_open(answers.get(one.id))]
            ),
            arrived=_named(
                prefills.of_revision(tx, revision_id=revision.id, child_id=record.child_id), reading.audience
            ),
            otherwise={
                one.id: found
                for one in asked
                if (
                    found := told.others(
                        form, form.field(one.id), held=answers.get(one.id), record_id=record_id
                    )
                )
            },
            sent_back=told_of(
                signoffs.to_mend(tx, revision_id=revision.id, child_id=record.child_id), form, reading
            ),
            files=attachments.of_record(tx, record_id),
        )


def read_past(store: Store, draft: Draft, *, page_id: str, version: int) -> dict[str, Any] | None:
    """Return what a page held at an earlier version, None where that is no longer kept."""
    now = draft.sections.get(page_id)
    if now is not None and now.version == version:
        return restored(now.answers, now.typed)
    with store.read() as tx:
        past = sections.past(
            tx,
            revision_id=draft.revision.id,
            child_id=draft.record.child_id,
            page_id=page_id,
            version=version,
        )
        return None if past is None else restored(past.answers, past.typed)


def my_drafts(store: Store, *, policy: Policy, person: Person) -> tuple[drafts.MyDraft, ...]:
    """Return what a person is working on, of the children they may work with today."""
    with store.read() as tx:
        shown = relations.shown(tx, person, forms=reads(tx, policy, person).whole)
        return drafts.of_person(tx, person, reach=reach(person.role, Action.edit_record), shown=shown)


def file_of_draft(store: Store, draft: Draft, *, sha256: str) -> tuple[KeptFile, DataKey]:
    """Return a file that a form carries or knows of, and the key that opens it; raise NotFound."""
    with store.read() as tx:
        child_id = draft.record.child_id
        found = draft.files.get(sha256)
        if found is not None and not draft.is_whole and sha256 not in files_in(draft.shown_of(draft.whole())):
            found = None
        if found is None and sha256 in files_in(draft.told):
            found = drafts.file_of_child(tx, child_id=child_id, sha256=sha256)
        if found is None:
            raise NotFound
        return found, keys.of_child(tx, child_id)


def carry_known_files(store: Store, draft: Draft, *, actor: Actor, held: Mapping[str, Any]) -> None:
    """Let a record carry the files that answers took over from what is known about the child."""
    known = files_in(draft.told)
    wanted = [one for one in files_in(held) if one in known and one not in draft.files]
    if wanted:
        with store.write() as tx:
            carry_files(
                tx, actor=actor, record_id=draft.record.id, child_id=draft.record.child_id, wanted=wanted
            )


def _named(arrived: Mapping[str, Prefill], audience: str) -> dict[str, Prefill]:
    """Return what answers were filled in from; a form that the editor has no copy of is not named."""
    return {
        id: one if one.fact_id is None or audience in one.readers else replace(one, title="", reference="")
        for id, one in arrived.items()
    }


def is_open(value: Any) -> bool:
    """Say whether a question is still to be answered: with nothing, or with "not known"."""
    return value is None or is_not_known(value)


def _known(told: Knowledge, form: Effective, *, record_id: str, asked: Iterable[Field]) -> dict[str, Known]:
    """Return what may be filled in or offered, by question; but for what the form itself said last."""
    others = told.without(record_id)
    found = ((one.id, others.fill(form, form.field(one.id))) for one in asked)
    return {id: one for id, one in found if one is not None}
