"""Let a record carry a file: judged by content and encrypted first, noted in one short transaction then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from formsvc import clock
from formsvc.fields.moments import stored_utc
from formsvc.records.attachments import Accepted, accept_file
from formsvc.records.signed import Signed, State
from formsvc.settings import Settings
from formsvc.store import attachments, keys, records
from formsvc.store.crypto import DataKey
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.read_draft import Draft
from formsvc.workflow.see_child import Still, judge_still
from formsvc.workflow.verify_apart import signed_apart

IMAGES: Final = ("image/jpeg",)


@dataclass(frozen=True, kw_only=True)
class FilePlace:
    """Where the files of a record go."""

    record_id: str
    child_id: str
    key: DataKey


def place_for_files(store: Store, *, record_id: str) -> FilePlace:
    """Return where the files of a record go; raise NotFound."""
    with store.read() as tx:
        record = records.get(tx, record_id)
        return FilePlace(
            record_id=record_id, child_id=record.child_id, key=keys.of_child(tx, record.child_id)
        )


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A file that may be carried, and what is known of its signatures."""

    accepted: Accepted
    signed: Signed


def take_in(data: bytes, *, settings: Settings) -> Taken:
    """Judge a file by its content, apart, and read its signatures; raise Unreadable, saying why.

    Nothing is kept. A picture is made anew and carries no signature.
    """
    accepted = accept_file(data)
    if accepted.media_type in IMAGES:
        return Taken(
            accepted=accepted,
            signed=Signed(state=State.PICTURE, checked_at=stored_utc(clock.now().replace(microsecond=0))),
        )
    return Taken(accepted=accepted, signed=signed_apart(accepted.data, settings=settings))


def attach_file(
    store: Store,
    *,
    actor: Actor,
    place: FilePlace,
    accepted: Accepted,
    signed: Signed | None = None,
    still: Still | None = None,
) -> None:
    """Store an accepted file and let the record carry it; the answer that shows it names its SHA-256.

    `still` is who brings it, to be judged in the transaction that notes it: of a file that is refused there
    nothing but bytes under the child's key is left, which the next sweep takes.
    """
    stored = store.blobs.put(accepted.data, key=place.key)
    with store.write() as tx:
        judge_still(tx, still, record_id=place.record_id)
        attachments.attach(
            tx,
            stored,
            record_id=place.record_id,
            child_id=place.child_id,
            media_type=accepted.media_type,
            created_by=actor.user_id,
            signed=None if signed is None else signed.to_data(),
        )
        note(
            tx,
            actor,
            "file.attach",
            child_id=place.child_id,
            record_id=place.record_id,
            sha256=stored.sha256,
            size=stored.size,
        )


def file_taken(store: Store, *, actor: Actor, draft: Draft, sha256: str) -> None:
    """Note that somebody who works on a form takes a file of it."""
    with store.write() as tx:
        note(
            tx,
            actor,
            "file.download",
            child_id=draft.record.child_id,
            record_id=draft.record.id,
            revision=draft.revision.number,
            sha256=sha256,
        )
