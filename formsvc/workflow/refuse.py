"""Note a refusal: it commits alone, because what was refused was undone."""

from __future__ import annotations

from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note


def note_refusal(
    store: Store,
    *,
    actor: Actor,
    act: str,
    why: str,
    child_id: str | None = None,
    record_id: str | None = None,
    subject_id: str | None = None,
) -> None:
    """Write an audit entry of something that was refused. `why` is a code: the rule that said no."""
    with store.write() as tx:
        note(
            tx,
            actor,
            act,
            outcome="refused",
            child_id=child_id,
            record_id=record_id,
            subject_id=subject_id,
            why=why,
        )
