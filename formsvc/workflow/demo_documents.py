"""The demonstration's documents: the only ones that may be seen without signing in.

And only where the seal key is a demonstration key and the record is one of the demo's own.
"""

from __future__ import annotations

from formsvc.demo import demo_data
from formsvc.errors import NotFound
from formsvc.settings import Settings
from formsvc.store import documents, jobs
from formsvc.store.documents import Document
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor
from formsvc.workflow.download_document import download_document
from formsvc.workflow.finality import ISSUE
from formsvc.workflow.trust import seals_for_show

VISITOR = Actor(user_id=None, organisation_id=None, role="demonstration")


def demo_documents(store: Store, *, settings: Settings) -> tuple[Document, ...]:
    """Return the documents of the demo's records, newest first; none where sealing is for real."""
    if not seals_for_show(settings):
        return ()
    with store.read() as tx:
        return tuple(
            one
            for record in demo_data(settings.form_templates, further=True).records
            for one in documents.of_record(tx, record.id)
        )


def waiting(store: Store) -> int:
    """Return how many documents are being made or wait to be."""
    with store.read() as tx:
        return sum(job.kind == ISSUE for job in jobs.listing(tx, states=("waiting", "running")))


def download_demo(store: Store, *, settings: Settings, document_id: str) -> tuple[Document, bytes]:
    """Return a document of the demonstration with its bytes; raise NotFound for any other."""
    if document_id not in {one.id for one in demo_documents(store, settings=settings)}:
        raise NotFound
    document, place = download_document(store, actor=VISITOR, document_id=document_id, person=None)
    return document, store.blobs.get(place.stored, key=place.key)
