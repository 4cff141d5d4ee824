"""Let a record carry a file: judged by content and encrypted first, noted in one short transaction then."""

from __future__ import annotations

from dataclasses import dataclass

from formsvc.records.attachments import Accepted
from formsvc.store import attachments, keys, records
from formsvc.store.crypto import DataKey
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note


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


def attach_file(store: Store, *, actor: Actor, place: FilePlace, accepted: Accepted) -> None:
    """Store an accepted file and let the record carry it; the answer that shows it names its SHA-256."""
    stored = store.blobs.put(accepted.data, key=place.key)
    with store.write() as tx:
        attachments.attach(
            tx,
            stored,
            record_id=place.record_id,
            child_id=place.child_id,
            media_type=accepted.media_type,
            created_by=actor.user_id,
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
