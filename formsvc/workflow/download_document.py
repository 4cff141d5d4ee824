"""Hand an issued document out: the reading is logged first, the bytes are streamed afterwards."""

from __future__ import annotations

from formsvc.store import documents
from formsvc.store.documents import Document, Place
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note


def download_document(store: Store, *, actor: Actor, document_id: str) -> tuple[Document, Place]:
    """Log that somebody takes a document and return where its bytes lie; raise NotFound, ContentDestroyed.

    `store.blobs.chunks(place.stored, key=place.key)` streams them, proven equal to what was sealed.
    """
    with store.write() as tx:
        document = documents.get(tx, document_id)
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
        )
        return document, place
