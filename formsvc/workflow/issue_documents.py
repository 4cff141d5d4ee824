"""Ask for documents of a final revision that were not asked for when it became final."""

from __future__ import annotations

from collections.abc import Sequence

from formsvc.access.readable import reached
from formsvc.access.sheets import SHEET, has_sheet
from formsvc.errors import DefinitionNotFound, WrongState
from formsvc.store import revisions, snapshots
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.effective import effective_of
from formsvc.workflow.finality import KINDS, enqueue_issuing


def issue_documents(
    store: Store, *, actor: Actor, revision_id: str, audiences: Sequence[str], kinds: Sequence[str] = KINDS
) -> int:
    """Enqueue documents of a final revision; return how many were not enqueued or issued before.

    Raises WrongState when it is not the final one, DefinitionNotFound for an audience that is unknown or
    whom nothing of the form reaches.
    """
    with store.write() as tx:
        revision = revisions.get(tx, revision_id, lock=True)
        if revision.state != "final":
            raise WrongState
        effective = effective_of(tx, revision.definition_hash)
        possible = {*KINDS, SHEET} if has_sheet(effective) else set(KINDS)
        if not set(audiences) <= reached(effective) or not set(kinds) <= possible:
            raise DefinitionNotFound("no such audience or kind")
        snapshot_id = snapshots.of_revision(tx, revision_id).id
        count = enqueue_issuing(tx, revision, snapshot_id=snapshot_id, audiences=audiences, kinds=kinds)
        note(
            tx,
            actor,
            "document.ask",
            child_id=revision.child_id,
            record_id=revision.record_id,
            subject_id=revision_id,
            audiences=sorted(audiences),
            kinds=sorted(kinds),
        )
        return count
