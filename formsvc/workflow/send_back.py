"""Send a frozen revision back to its author, with a reason at the questions it is about."""

from __future__ import annotations

from collections.abc import Sequence

from formsvc.errors import NotFound, WrongState
from formsvc.store import records, revisions, signoffs
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.effective import effective_of


def send_back(
    store: Store, *, actor: Actor, revision_id: str, reason: str, paths: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return a revision to draft and its sign-offs void; return the rules they were for.

    Raises WrongState when it does not await sign-off, NotFound for a path the form does not have.
    """
    with store.write() as tx:
        revision = revisions.get(tx, revision_id, lock=True)
        if revision.state != "awaiting_signoff":
            raise WrongState
        effective = effective_of(tx, revision.definition_hash)
        for path in paths:
            try:
                effective.field(path)
            except KeyError as error:
                raise NotFound from error
        revisions.thaw(tx, revision_id)
        voided = signoffs.void(tx, revision_id=revision_id, why="sent_back")
        sent = signoffs.send_back(
            tx,
            revision_id=revision_id,
            child_id=revision.child_id,
            user_id=actor.user_id,
            reason=reason,
            paths=paths,
        )
        records.touch(tx, revision.record_id)
        note(
            tx,
            actor,
            "revision.send_back",
            child_id=revision.child_id,
            record_id=revision.record_id,
            subject_id=revision_id,
            sendback=sent,
            voided=list(voided),
        )
        return voided
