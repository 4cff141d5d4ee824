"""Send a frozen revision back to its author, with a reason at the questions it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from formsvc.definitions.model import Effective
from formsvc.errors import NotFound, StaleVersion, WrongState
from formsvc.store import records, revisions, signoffs
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.effective import effective_of, page_of
from formsvc.workflow.see_child import Still, judge_still


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why something must be mended: at questions, at pages, or (neither) in the form as a whole."""

    words: str = field(repr=False)
    paths: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


def send_back(
    store: Store,
    *,
    actor: Actor,
    revision_id: str,
    reason: str = "",
    paths: Sequence[str] = (),
    reasons: Sequence[Reason] = (),
    binds: str = "",
    still: Still | None = None,
) -> tuple[str, ...]:
    """Return a revision to draft and its sign-offs void; return the rules they were for.

    `reason` at `paths`, and every one of `reasons`, is kept for the author. Raises WrongState when it
    does not await sign-off or no reason is given, StaleVersion when `binds` is given and something else
    is frozen now, NotFound for a question or a page the form does not have.
    """
    whys = ([Reason(words=reason, paths=tuple(paths))] if reason else []) + list(reasons)
    if not whys:
        raise WrongState("nothing is sent back without a reason")
    with store.write() as tx:
        revision = revisions.get(tx, revision_id, lock=True)
        judge_still(tx, still, record_id=revision.record_id)
        if revision.state != "awaiting_signoff":
            raise WrongState
        if binds and revision.frozen_hash != binds:
            raise StaleVersion
        effective = effective_of(tx, revision.definition_hash)
        for why in whys:
            _check(effective, why)
        revisions.thaw(tx, revision_id)
        voided = signoffs.void(tx, revision_id=revision_id, why="sent_back")
        sent = [
            signoffs.send_back(
                tx,
                revision_id=revision_id,
                child_id=revision.child_id,
                user_id=actor.user_id,
                reason=why.words,
                paths=why.paths,
                pages=why.pages,
            )
            for why in whys
        ]
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


def _check(effective: Effective, why: Reason) -> None:
    for path in why.paths:
        try:
            effective.field(path)
        except KeyError as error:
            raise NotFound from error
    for page_id in why.pages:
        page_of(effective, page_id)
