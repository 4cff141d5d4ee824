"""Hand out a file that a form carries, to whoever may read the answer it belongs to; noted first."""

from __future__ import annotations

from dataclasses import dataclass

from formsvc.access.people import Person
from formsvc.documents.carried import Carried, carried
from formsvc.errors import NotFound
from formsvc.store import attachments, keys, records
from formsvc.store.blobs import Stored
from formsvc.store.crypto import DataKey
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.compare import view_of


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Where the bytes of a file lie, the key that opens them, and what the file is."""

    file: Carried
    stored: Stored
    key: DataKey


def open_attachment(
    store: Store, *, actor: Actor, person: Person, record_id: str, revision: int, number: int
) -> Opened:
    """Note that somebody takes a file of a revision, as it is read by them; raise NotFound.

    `store.blobs.chunks(opened.stored, key=opened.key)` streams it.
    """
    view = view_of(store, record_id=record_id, number=revision, person=person)
    file = next((one for one in carried(view.data) if one.number == number), None)
    with store.write() as tx:
        kept = attachments.of_record(tx, record_id).get(file.sha256) if file is not None else None
        if file is None or kept is None:
            raise NotFound
        record = records.get(tx, record_id)
        note(
            tx,
            actor,
            "file.download",
            child_id=record.child_id,
            record_id=record_id,
            revision=revision,
            sha256=file.sha256,
        )
        return Opened(file=file, stored=kept.stored, key=keys.of_child(tx, record.child_id))
