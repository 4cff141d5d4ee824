"""The grab sheet of a record's newest revision: on the screen at once, and as a sealed page on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from formsvc.access.people import Person
from formsvc.access.readable import readable
from formsvc.access.sheets import SHEET, has_sheet
from formsvc.access.views import View, make_view
from formsvc.errors import NotFound
from formsvc.store import attachments, keys, records, revisions, snapshots
from formsvc.store.blobs import Stored
from formsvc.store.crypto import DataKey
from formsvc.store.revisions import Revision
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor
from formsvc.workflow.effective import effective_of
from formsvc.workflow.issue_documents import issue_documents
from formsvc.workflow.reading import reading_of


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What the grab sheet of the newest revision says to one person, and where its photo lies."""

    view: View = field(repr=False)
    title: str
    revision: Revision
    photos: Mapping[str, Stored]
    key: DataKey


def read_sheet(store: Store, *, record_id: str, person: Person) -> Sheet:
    """Return the grab sheet of the newest revision as a person may see it; raise NotFound for none."""
    with store.read() as tx:
        revision = revisions.current(tx, record_id)
        if revision is None:
            raise NotFound
        effective = effective_of(tx, revision.definition_hash)
        reading = reading_of(tx, person, record_id=record_id)
        mine = reading.of(effective)
        if not has_sheet(effective) or not readable(mine, reading.audience):
            raise NotFound
        kept = snapshots.of_revision(tx, revision.id)
        view = make_view(
            kept.snapshot, mine, reading.audience, verify_at="", demonstration=False, extent=SHEET
        )
        child_id = records.get(tx, record_id).child_id
        held = attachments.of_record(tx, record_id)
        return Sheet(
            view=view,
            title=effective.title,
            revision=revision,
            photos={one["sha256"]: held[one["sha256"]].stored for one in view.data["attachments"]},
            key=keys.of_child(tx, child_id),
        )


def ask_for_sheet(store: Store, *, actor: Actor, record_id: str, person: Person) -> int:
    """Ask for the sealed grab sheet of the newest revision for a person's audience; return if it is new."""
    sheet = read_sheet(store, record_id=record_id, person=person)
    return issue_documents(
        store,
        actor=actor,
        revision_id=sheet.revision.id,
        audiences=[str(sheet.view.data["audience"]["id"])],
        kinds=(SHEET,),
    )
