"""Hand an issued document out: the reading is logged first, the bytes are streamed afterwards."""

from __future__ import annotations

from formsvc.access.people import Person
from formsvc.errors import NotFound
from formsvc.store import documents
from formsvc.store.documents import Document, Place
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.holders import hold_from_now
from formsvc.workflow.reading import is_handed_to, reading_of


def download_document(
    store: Store, *, actor: Actor, document_id: str, person: Person | None
) -> tuple[Document, Place]:
    """Log that somebody takes a document and return where its bytes lie; raise NotFound, ContentDestroyed.

    NotFound, too, where it is not a copy for `person`, or carries what is withheld from them by name; with
    no person it is the service's own taking, or anybody's of the demonstration.

    `store.blobs.chunks(place.stored, key=place.key)` streams them, proven equal to what was sealed. Where
    the document was called back, whoever takes it all the same is asked for it like everybody else.
    """
    with store.write() as tx:
        documents.held(tx, [document_id], shared=True)
        document = documents.get(tx, document_id)
        if person is not None:
            reading = reading_of(tx, person, record_id=document.record_id)
            if not is_handed_to(tx, reading, document):
                raise NotFound
        place = documents.place(tx, document)
        note(
            tx,
            actor,
            "document.download",
            child_id=document.child_id,
            record_id=document.record_id,
            subject_id=document_id,
            audience=document.audience_id,
            kind=document.kind,
            revision=document.revision_number,
            state=document.state,
        )
        hold_from_now(tx, document, actor=actor)
        return document, place
