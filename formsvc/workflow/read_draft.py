"""Read the form that is being worked on: its sections, what is known about the child, what to mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import marshmallow

from formsvc.access.people import Person
from formsvc.access.places import class_of
from formsvc.access.policy import Policy
from formsvc.access.readable import FULL, Reading, pages_for, reduced
from formsvc.access.table import Action, reach
from formsvc.definitions.model import Effective, Field, Page
from formsvc.errors import NotFound
from formsvc.records.gate import restored
from formsvc.store import (
    attachments,
    children,
    drafts,
    facts,
    keys,
    placements,
    records,
    relations,
    revisions,
    sections,
    signoffs,
)
from formsvc.store.attachments import KeptFile
from formsvc.store.crypto import DataKey
from formsvc.store.facts import Fact
from formsvc.store.records import Record
from formsvc.store.revisions import Revision
from formsvc.store.sections import Section
from formsvc.store.session import Store, Tx
from formsvc.store.signoffs import SentBack
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.effective import effective_of
from formsvc.workflow.read_record import told_of
from formsvc.workflow.reading import reading_of, reads

ADDRESS: Final = "child.address"


@dataclass(frozen=True, kw_only=True)
class Known:
    """A fact that may stand in this form: its value, the record it was stated in, when it was confirmed."""

    value: Any = field(repr=False)
    reference: str
    title: str
    confirmed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A form that is being worked on, as its editor has it.

    `pages` hold the questions that the editor reads and answers; `is_whole` says that these are all. What
    was saved is whole in any case, so that nothing is lost when it is saved again: show what `shown_of`
    leaves of it. `known` is by field id; `files` what the record carries, by SHA-256.
    """

    record: Record
    revision: Revision
    effective: Effective
    audience: str
    pages: tuple[Page, ...]
    is_whole: bool
    sections: Mapping[str, Section]
    known: Mapping[str, Known]
    sent_back: tuple[SentBack, ...]
    files: Mapping[str, KeptFile] = field(repr=False)

    def version(self, page_id: str) -> int:
        """Return the version of a page, 0 for one that was never saved."""
        held = self.sections.get(page_id)
        return held.version if held else 0

    def held(self, page: Page) -> dict[str, Any]:
        """Return what a page holds as the gate takes it; one never saved holds what is known."""
        section = self.sections.get(page.id)
        if section is not None:
            return restored(section.answers, section.typed)
        return self.filled_in(page)

    def filled_in(self, page: Page) -> dict[str, Any]:
        """Return what a page that was never saved arrives with: what is known about the child."""
        return {one.id: self.known[one.id].value for one in page.fields if one.id in self.known}

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
        found: dict[str, Any] = {}
        for page in self.effective.pages:
            if filled_in or page.id in self.sections:
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
        return Draft(
            record=record,
            revision=revision,
            effective=effective,
            audience=reading.audience,
            pages=pages_for(effective, reading.audience),
            is_whole=reading.reads_all(form),
            sections=sections.all_of(tx, revision_id=revision.id, child_id=record.child_id),
            known=_known(tx, effective, child_id=record.child_id, audience=reading.audience),
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
        if found is None and sha256 in files_in([one.value for one in draft.known.values()]):
            found = drafts.file_of_child(tx, child_id=child_id, sha256=sha256)
        if found is None:
            raise NotFound
        return found, keys.of_child(tx, child_id)


def carry_known_files(store: Store, draft: Draft, *, actor: Actor, held: Mapping[str, Any]) -> None:
    """Let a record carry the files that answers took over from what is known about the child."""
    known = files_in([one.value for one in draft.known.values()])
    wanted = [one for one in files_in(held) if one in known and one not in draft.files]
    if not wanted:
        return
    with store.write() as tx:
        for sha256 in wanted:
            found = drafts.file_of_child(tx, child_id=draft.record.child_id, sha256=sha256)
            if found is not None:
                attachments.attach(
                    tx,
                    found.stored,
                    record_id=draft.record.id,
                    child_id=draft.record.child_id,
                    media_type=found.media_type,
                    created_by=actor.user_id,
                )
                note(
                    tx,
                    actor,
                    "file.carry",
                    child_id=draft.record.child_id,
                    record_id=draft.record.id,
                    sha256=sha256,
                )


def files_in(value: Any) -> frozenset[str]:
    """Return the SHA-256 of every file that some answers name."""
    if isinstance(value, Mapping):
        own = {value["sha256"]} if isinstance(value.get("sha256"), str) else set()
        return frozenset(own).union(*map(files_in, value.values()))
    return frozenset().union(*map(files_in, value)) if isinstance(value, list | tuple) else frozenset()


def _known(tx: Tx, effective: Effective, *, child_id: str, audience: str) -> dict[str, Known]:
    """Return what may be filled in: read by the editor, and by no fewer than read the answer."""
    stated = facts.known(tx, child_id=child_id)
    usable = {
        one.id: stated[one.fact]
        for one in effective.fields()
        if one.fact in stated and _may_stand(effective, one, stated[one.fact], audience=audience)
    }
    registered, place = _registered(tx, child_id=child_id)
    found = {
        one.id: registered[one.fact]
        for one in effective.fields()
        if one.fact in registered
        and one.id not in usable
        and _is_readable(one, registered[one.fact].value)
        and (one.fact != ADDRESS or _may_hold(effective, one, place, audience=audience))
    }
    of = drafts.sources(tx, {fact.revision_id for fact in usable.values() if fact.revision_id})
    for field_id, fact in usable.items():
        source = of.get(fact.revision_id or "")
        found[field_id] = Known(
            value=fact.value,
            reference=source.reference if source else "",
            title=source.title if source else "",
            confirmed_at=fact.confirmed_at,
        )
    return found


def _registered(tx: Tx, *, child_id: str) -> tuple[dict[str, Known], str]:
    """Return what the child's own page says of her, by the name of the fact, and the class of her address."""
    child = children.get(tx, child_id)
    found: dict[str, tuple[Any, datetime]] = {}
    if child.identity is not None:
        found["child.full_name"] = child.identity.name, child.changed_at
        found["child.known_as"] = child.identity.known_as, child.changed_at
        found["child.date_of_birth"] = child.identity.date_of_birth, child.changed_at
    place = ""
    for placement in placements.of_child(tx, child_id):
        if placement.until_at is None:
            found[ADDRESS] = placement.details.get("address"), placement.from_at
            place = class_of(placement.details)
    known = {
        name: Known(value=value, reference="", title="the child's page", confirmed_at=at)
        for name, (value, at) in found.items()
        if value
    }
    return known, place


def _may_hold(effective: Effective, one: Field, place: str, *, audience: str) -> bool:
    """Say whether a question may be filled in with an address of a class: no wider, and for its editor.

    A confidential address never stands in a form whose readers may not have it, nor a foster carer's in
    what a parent or the child receives.
    """
    if not place:
        return True
    may = effective.area.readers.get(place, frozenset({FULL}))
    return audience in may and effective.audiences(one) <= may


def _may_stand(effective: Effective, one: Field, fact: Fact, *, audience: str) -> bool:
    may = audience in fact.audiences and effective.audiences(one) <= fact.audiences
    return may and _is_readable(one, fact.value)


def _is_readable(one: Field, value: Any) -> bool:
    try:
        one.type.rule(one).deserialize(value)
    except marshmallow.ValidationError:
        return False
    return True
