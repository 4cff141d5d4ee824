"""What a home keeps of a child who moved on: the forms its own people wrote or signed, as issued."""

from __future__ import annotations

from formsvc.access.people import Person
from formsvc.access.policy import Policy
from formsvc.access.table import Action, audience_for
from formsvc.errors import NotFound
from formsvc.store import documents, own_past, relations
from formsvc.store.documents import Document, Place
from formsvc.store.own_past import OwnForm
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.holders import hold_from_now
from formsvc.workflow.reading import is_handed_to, reading_of


def list_own_past(store: Store, *, policy: Policy, person: Person) -> tuple[OwnForm, ...]:
    """Return the forms of one's home about children who live there no longer, the latest first."""
    with store.read() as tx:
        found = own_past.listing(tx, person, audience=audience_for(person.role))
        return tuple(one for one in found if _kept(tx, policy, person, one))


def take_own_past(
    store: Store, *, policy: Policy, person: Person, actor: Actor, document_id: str
) -> tuple[Document, Place]:
    """Note that somebody takes such a form and return where its bytes lie; raise NotFound for any other."""
    with store.write() as tx:
        audience = audience_for(person.role)
        form = own_past.of_document(tx, person, document_id=document_id, audience=audience)
        if form is None or not _kept(tx, policy, person, form):
            raise NotFound
        documents.held(tx, [document_id], shared=True)
        document = documents.get(tx, document_id)
        if not is_handed_to(tx, reading_of(tx, person, record_id=document.record_id), document):
            raise NotFound
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
            own_past=True,
        )
        hold_from_now(tx, document, actor=actor)
        return document, documents.place(tx, document)


def _kept(tx: Tx, policy: Policy, person: Person, form: OwnForm) -> bool:
    """Say whether neither the area nor anybody by name took it away from the person."""
    narrowed = policy.narrowing(
        person.role, Action.download, definition=form.definition_id, area=form.area_id
    )
    return narrowed is None and "" not in relations.withheld(tx, person, record_id=form.record_id)
