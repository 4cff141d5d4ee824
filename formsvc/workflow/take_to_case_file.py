"""Take a final document to the case file: what waits, the file under its name, the tick and its undoing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from formsvc.access.people import Person
from formsvc.access.policy import Policy
from formsvc.access.readable import FULL, Reading
from formsvc.access.table import Action, ever, reach
from formsvc.cases.file_names import case_file_name
from formsvc.errors import NotFound, WrongState
from formsvc.fields.moments import LONDON
from formsvc.store import documents, references, relations, revisions, uploads
from formsvc.store.documents import Document, Place
from formsvc.store.session import Store, Tx
from formsvc.store.uploads import Upload
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.effective import effective_of
from formsvc.workflow.holders import hold_from_now
from formsvc.workflow.reading import Reads, is_handed_to, reading_of, reads
from formsvc.workflow.see_child import Still, judge_still

SHOWN: Final = 10
"""How many are listed on a first page, the oldest."""
UNDO_WITHIN: Final = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A task with the file to take: `document_id` is empty while none is made, or none may be had."""

    task: Upload
    title: str
    document_id: str
    file_name: str
    undo_until: datetime | None
    """Until when the tick can be taken back; None where it cannot."""


@dataclass(frozen=True, kw_only=True)
class ToTake:
    """What waits for somebody on the first page."""

    lines: tuple[Line, ...] = ()
    more: bool = False


def uploads_for(store: Store, *, policy: Policy, person: Person) -> ToTake:
    """Return what waits for a person, the oldest first. The same number of queries always."""
    if not ever(person.role, Action.upload_copy):
        return ToTake()
    with store.read() as tx:
        may = reads(tx, policy, person)
        found = uploads.waiting(
            tx,
            person,
            reach(person.role, Action.upload_copy),
            shown=relations.shown(tx, person, forms=may.copies),
            closed=[one for one in may.copies if _has_named_part(tx, one)],
            opened=may.opened,
            limit=SHOWN + 1,
        )
        whole = [one for one in found[:SHOWN] if not _is_kept_back(tx, may, one)]
        return ToTake(lines=_lines(tx, whole), more=len(found) > SHOWN)


def uploads_of(store: Store, *, person: Person, record_id: str) -> dict[str, Line]:
    """Return the task of each revision of a record, by revision; none for another organisation."""
    with store.read() as tx:
        found = uploads.of_record(tx, record_id, organisation_id=person.organisation_id)
        return {one.task.revision_id: _for(tx, person, one) for one in _lines(tx, found)}


def upload_of(store: Store, *, person: Person, record_id: str, upload_id: str) -> Line:
    """Return one task; raise NotFound."""
    with store.read() as tx:
        return _for(tx, person, _one(tx, person, record_id=record_id, upload_id=upload_id))


def say_uploaded(
    store: Store,
    *,
    actor: Actor,
    person: Person,
    record_id: str,
    upload_id: str,
    still: Still | None = None,
) -> None:
    """Tick a task: the file is in the case system. Raises WrongState where it waits no more, NotFound."""
    with store.write() as tx:
        task = _one(tx, person, record_id=record_id, upload_id=upload_id).task
        judge_still(tx, still, record_id=record_id)
        if not uploads.end(tx, task, outcome="uploaded", by=actor.user_id):
            raise WrongState("somebody ended this task before")
        _note(tx, actor, task, "upload.tick")


def say_not_needed(
    store: Store,
    *,
    actor: Actor,
    person: Person,
    record_id: str,
    upload_id: str,
    why: str,
    still: Still | None = None,
) -> None:
    """End a task without uploading, with a reason. Raises WrongState where it waits no more, NotFound."""
    with store.write() as tx:
        task = _one(tx, person, record_id=record_id, upload_id=upload_id).task
        judge_still(tx, still, record_id=record_id)
        if not uploads.end(tx, task, outcome="not_needed", by=actor.user_id, why=why):
            raise WrongState("somebody ended this task before")
        _note(tx, actor, task, "upload.not_needed")


def undo_upload(
    store: Store,
    *,
    actor: Actor,
    person: Person,
    record_id: str,
    upload_id: str,
    still: Still | None = None,
) -> None:
    """Let a task wait again that was ended by hand less than UNDO_WITHIN ago.

    Raises WrongState where it is too late, or the revision is not current any more; NotFound.
    """
    with store.write() as tx:
        task = _one(tx, person, record_id=record_id, upload_id=upload_id).task
        revision = revisions.get(tx, task.revision_id, lock=True)  # a newer one waits, or was there first
        judge_still(tx, still, record_id=record_id)
        if revision.state != "final" or not uploads.reopen(tx, task, since=tx.at - UNDO_WITHIN):
            raise WrongState("this cannot be taken back any more")
        _note(tx, actor, task, "upload.undo")


def take_file(
    store: Store, *, actor: Actor, person: Person, record_id: str, upload_id: str
) -> tuple[Document, Place, str]:
    """Log that somebody takes the file of a task; return it, where its bytes lie, and its name.

    Raises NotFound where there is none (any more), or it is not one for them.
    """
    with store.write() as tx:
        line = _one(tx, person, record_id=record_id, upload_id=upload_id)
        if not line.document_id:
            raise NotFound
        documents.held(tx, [line.document_id], shared=True)
        document = documents.get(tx, line.document_id)
        reading = reading_of(tx, person, record_id=record_id)
        if document.state != "current" or not is_handed_to(tx, reading, document):
            raise NotFound
        place = documents.place(tx, document)
        note(
            tx,
            actor,
            "document.download",
            child_id=document.child_id,
            record_id=document.record_id,
            subject_id=document.id,
            audience=document.audience_id,
            kind=document.kind,
            revision=document.revision_number,
            state=document.state,
        )
        hold_from_now(tx, document, actor=actor)
        return document, place, line.file_name


def _one(tx: Tx, person: Person, *, record_id: str, upload_id: str) -> Line:
    found = uploads.get(tx, upload_id, record_id=record_id, organisation_id=person.organisation_id)
    return _lines(tx, [found])[0]


def _lines(tx: Tx, tasks: Iterable[Upload]) -> tuple[Line, ...]:
    """Return tasks with their files and names: two queries, however many there are."""
    told = tuple(tasks)
    made = uploads.files(tx, [one.revision_id for one in told])
    known = references.standing(tx, [one.child_id for one in told])
    lines = []
    for one in told:
        copies = made.get(one.revision_id, {}) if one.state == "final" else {}
        audience = FULL if FULL in copies or not copies else min(copies)
        case_ids = [each.value for each in known.get(one.child_id, ()) if each.kind == "case_system"]
        title = effective_of(tx, one.definition_hash).short_title
        lines.append(
            Line(
                task=one,
                title=title,
                document_id=copies.get(audience, ""),
                file_name=case_file_name(
                    known_as=case_ids[-1] if case_ids else one.child_reference,
                    title=title,
                    reference=one.reference,
                    number=one.number,
                    on=one.final_at.astimezone(LONDON).date(),
                    audience=audience,
                    is_approved=one.status == "approved",
                ),
                undo_until=_undo_until(tx, one),
            )
        )
    return tuple(lines)


def _undo_until(tx: Tx, one: Upload) -> datetime | None:
    if one.done_at is None or one.outcome not in ("uploaded", "not_needed") or one.state != "final":
        return None
    until = one.done_at + UNDO_WITHIN
    return until if until > tx.at else None


def _for(tx: Tx, person: Person, line: Line) -> Line:
    """Return a line as a person may have it: without a file that carries what is withheld from them."""
    if not line.document_id:
        return line
    reading = reading_of(tx, person, record_id=line.task.record_id)
    if is_handed_to(tx, reading, documents.get(tx, line.document_id)):
        return line
    return Line(task=line.task, title=line.title, document_id="", file_name="", undo_until=line.undo_until)


def _is_kept_back(tx: Tx, may: Reads, one: Upload) -> bool:
    return may.of(one.record_id).is_carried_by(effective_of(tx, one.definition_hash), FULL)


def _has_named_part(tx: Tx, definition_hash: str) -> bool:
    """Say whether a form's full copy carries a part that only named people read."""
    return Reading(audience=FULL).is_carried_by(effective_of(tx, definition_hash), FULL)


def _note(tx: Tx, actor: Actor, task: Upload, act: str) -> None:
    note(
        tx,
        actor,
        act,
        child_id=task.child_id,
        record_id=task.record_id,
        subject_id=task.id,
        revision=task.number,
    )
