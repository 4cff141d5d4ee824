"""Make a signed-off revision final, in one step with its snapshot and the jobs that issue it."""

from __future__ import annotations

from collections.abc import Sequence

from formsvc.errors import WrongState
from formsvc.store import revisions, signoffs
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor
from formsvc.workflow.effective import effective_of
from formsvc.workflow.finality import KINDS, Final, make_final, outstanding
from formsvc.workflow.see_child import Still, judge_still


def finalise(
    store: Store,
    *,
    actor: Actor,
    revision_id: str,
    audiences: Sequence[str] = ("full", "police"),
    kinds: Sequence[str] = KINDS,
    send_now: bool = False,
    still: Still | None = None,
) -> Final:
    """Make a revision final and enqueue its documents, one for each audience and kind.

    With `send_now` it goes out not yet approved: somebody must have signed, and nobody declined. `still` is
    who does it, to be judged in the same transaction. Raises
    WrongState while a required sign-off is outstanding otherwise, or when it does not await sign-off.
    """
    with store.write() as tx:
        revision = revisions.get(tx, revision_id, lock=True)
        judge_still(tx, still, record_id=revision.record_id, alone=True)
        if revision.state != "awaiting_signoff":
            raise WrongState
        standing = signoffs.standing(tx, revision_id=revision_id, child_id=revision.child_id)
        missing = outstanding(effective_of(tx, revision.definition_hash), standing)
        if missing and not (send_now and any(one.outcome == "agreed" for one in standing)):
            raise WrongState
        return make_final(tx, revision, actor=actor, audiences=audiences, kinds=kinds)
