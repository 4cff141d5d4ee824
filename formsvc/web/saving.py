"""Save what was typed on a page: uploads taken in, put together with what others saved, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from werkzeug.datastructures import FileStorage, MultiDict

from formsvc.access.people import Person
from formsvc.access.table import Action
from formsvc.definitions.model import Field, Page
from formsvc.errors import StaleVersion, Unreadable
from formsvc.fields.base import Widget
from formsvc.fields.gather import TICK
from formsvc.forms.answers import AnswersForm, typed
from formsvc.records.attachments import accept_photo, file_name
from formsvc.store.session import Store
from formsvc.web.forms import UPLOAD
from formsvc.web.guarding import settings, still
from formsvc.workflow.actors import Actor
from formsvc.workflow.attach_file import attach_file, place_for_files, take_in
from formsvc.workflow.known_facts import Known
from formsvc.workflow.merge_edits import Clash, Edits, merge, rows_of
from formsvc.workflow.prefill import UNSAVED
from formsvc.workflow.read_draft import Draft, carry_known_files, files_in, read_draft, read_past
from formsvc.workflow.save_section import Saved, save_section

_TRIES: Final = 4
_BYTES: Final = ("sha256", "media_type", "name")

Arrange = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What came with a page: its edits, and by field id what was wrong with a file that came with it."""

    edits: Edits
    refused: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How a save went. `clashes` wait for a choice; `theirs` are labels of what another changed meanwhile."""

    saved: Saved
    draft: Draft = field(repr=False)
    clashes: tuple[Clash, ...] = ()
    theirs: tuple[str, ...] = ()
    merged: bool = False


def handed_in(
    form: AnswersForm,
    fields: Sequence[Field],
    *,
    held: Mapping[str, Any],
    files: Mapping[str, FileStorage],
    posted: MultiDict[str, str],
    record_id: str,
    store: Store,
    actor: Actor,
) -> Handed:
    """Return what was typed for some fields, the files that came with it stored and named.

    Which bytes an answer holds is never taken from the page: it is what is held, or what came.
    """
    answers = typed(form)
    refused: dict[str, str] = {}
    dropped = posted.get("do", "").removeprefix("drop:")
    for one in fields:
        if one.type.widget is Widget.ROWS:
            if f"{one.id}{TICK}" in posted and not rows_of(held.get(one.id)):
                answers[one.id] = {"not_known": posted[f"{one.id}{TICK}"]}
            elif one.not_known and f"{one.id}{TICK}-asked" in posted:
                answers[one.id] = rows_of(held.get(one.id))
        elif one.type.widget in (Widget.PHOTO, Widget.FILE):
            raw = {key: value for key, value in answers[one.id].items() if key not in _BYTES}
            before = held.get(one.id)
            kept = {key: before[key] for key in _BYTES if isinstance(before, Mapping) and key in before}
            came = files.get(f"{one.id}{UPLOAD}")
            if came is not None and came.filename:
                try:
                    kept = _taken_in(one, came, record_id=record_id, store=store, actor=actor)
                except Unreadable as error:
                    refused[one.id] = error.detail
            elif dropped == one.id:
                kept = {}
                raw = {key: value for key, value in raw.items() if key == "not_known"}
            answers[one.id] = {**raw, **kept}
    shown = {one.id for one in fields}
    return Handed(
        edits=Edits(fields={key: one for key, one in answers.items() if key in shown}), refused=refused
    )


def keep(
    store: Store,
    draft: Draft,
    page: Page,
    *,
    actor: Actor,
    version: int,
    edits: Edits,
    person: Person,
    arrange: Arrange = dict,
    confirmed: Collection[str] = (),
    taken: Mapping[str, Known] | None = None,
) -> Kept:
    """Save edits made on a page as it was read at `version`, put onto the page as it is now.

    `confirmed` are questions whose answer, as it arrived, the person says is still right; `taken` answers of
    other forms that they chose. `arrange` moves, removes or brings back rows of the page as it will be
    saved. Raises WrongState.
    """
    edits = edits.within(page)
    for _ in range(_TRIES):
        now_version = draft.version(page.id)
        clashes: tuple[Clash, ...] = ()
        theirs: tuple[str, ...] = ()
        held = edits.onto(draft.held(page))
        if version != now_version:
            base = read_past(store, draft, page_id=page.id, version=version)
            if version == UNSAVED:
                base = arrived_with(draft, page) | (base or {})
            merged = merge(
                draft.effective,
                page,
                others={
                    key: one
                    for key, one in draft.whole().items()
                    if key not in {field.id for field in page.fields}
                },
                base=base,
                now=draft.held(page),
                edits=edits,
            )
            held, clashes, theirs = merged.held, merged.clashes, merged.theirs
        held = arrange(held)
        try:
            saved = save_section(
                store,
                actor=actor,
                revision_id=draft.revision.id,
                page_id=page.id,
                version=now_version,
                typed=held,
                arrived={**taken_from(draft, page), **(taken or {})},
                confirmed=confirmed,
                still=still(Action.edit_record),
            )
        except StaleVersion:
            draft = read_draft(store, record_id=draft.record.id, person=person)
            continue
        carry_known_files(store, draft, actor=actor, held=saved.answers)
        if not files_in(saved.answers) <= draft.files.keys():  # some came with this very page
            draft = read_draft(store, record_id=draft.record.id, person=person)
        return Kept(saved=saved, draft=draft, clashes=clashes, theirs=theirs, merged=version != now_version)
    raise StaleVersion


def arrived_with(draft: Draft, page: Page) -> dict[str, Any]:
    """Return what a page showed before anybody saved it, as far as it is still what was answered."""
    here = {one.id for one in page.fields}
    return {id: one.value for id, one in draft.arrived.items() if id in here} | draft.filled_in(page)


def taken_from(draft: Draft, page: Page) -> dict[str, Known]:
    """Return what a page that nobody saved yet is filled in with as it is shown."""
    if draft.is_saved(page.id):
        return {}
    return {one.id: draft.known[one.id] for one in page.fields if one.id in draft.known}


def row_edits(edits: Edits, *, group: str, row_id: str) -> Edits:
    """Return what was typed on the page of one row as an edit of its group."""
    return Edits(row=(group, row_id, edits.fields))


def _taken_in(one: Field, came: FileStorage, *, record_id: str, store: Store, actor: Actor) -> dict[str, str]:
    data = came.stream.read()
    is_photo = one.type.widget is Widget.PHOTO
    taken = None if is_photo else take_in(data, settings=settings())
    accepted = accept_photo(data) if taken is None else taken.accepted
    accept = getattr(one.options, "accept", ())
    if accept and accepted.media_type not in accept:
        raise Unreadable("the file is of a kind that this question does not take")
    attach_file(
        store,
        actor=actor,
        place=place_for_files(store, record_id=record_id),
        accepted=accepted,
        signed=None if taken is None else taken.signed,
        still=still(Action.edit_record),
    )
    found = {"sha256": accepted.sha256, "media_type": accepted.media_type}
    if not is_photo:
        found["name"] = file_name(came.filename or "", media_type=accepted.media_type)
    return found
