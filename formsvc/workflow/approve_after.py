"""Approve what went out not yet approved: the approved revision takes its place, answers unchanged."""

from __future__ import annotations

from collections.abc import Sequence

from formsvc.errors import StaleVersion, WrongState
from formsvc.store import records, revisions, signoffs
from formsvc.store.revisions import Revision
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.effective import effective_of
from formsvc.workflow.finality import KINDS, Final, make_final
from formsvc.workflow.prefill import keep_carried
from formsvc.workflow.see_child import Still, judge_still
from formsvc.workflow.sign_off import check_other_person, role_for, rule_of


def approve_after(
    store: Store,
    *,
    actor: Actor,
    revision_id: str,
    rule_id: str,
    binds: str,
    name: str,
    capacity: str = "",
    words: str = "",
    drawing: bytes = b"",
    audiences: Sequence[str] = ("full", "police"),
    kinds: Sequence[str] = KINDS,
    still: Still | None = None,
) -> Final:
    """Sign off a final revision that is not yet approved, as the next revision with the same answers.

    The same frozen hash is bound to, so that what was signed before stands. Raises StaleVersion when
    `binds` is another hash, WrongState when the revision is not current, is approved, or the next one
    is being worked on, Forbidden when the role may not.
    """
    with store.write() as tx:
        before = revisions.get(tx, revision_id, lock=True)
        judge_still(tx, still, record_id=before.record_id, alone=True)
        is_free = revisions.opened(tx, before.record_id) is None
        if before.state != "final" or before.status != "not_yet_approved" or not is_free:
            raise WrongState
        if before.frozen_hash != binds:
            raise StaleVersion
        effective = effective_of(tx, before.definition_hash)
        said_as = role_for(rule_of(effective, rule_id), actor=actor, role="")
        standing = signoffs.standing(tx, revision_id=before.id, child_id=before.child_id)
        check_other_person(standing, actor=actor, rule_id=rule_id, said_as=said_as)
        after = _copy(tx, before, actor=actor, without=rule_id)
        signoff_id = signoffs.add(
            tx,
            revision_id=after.id,
            child_id=after.child_id,
            rule_id=rule_id,
            user_id=actor.user_id,
            role=said_as,
            outcome="agreed",
            name=name,
            capacity=capacity,
            words=words,
            binds=binds,
            drawing=drawing,
        )
        note(
            tx,
            actor,
            "revision.approve_after",
            child_id=after.child_id,
            record_id=after.record_id,
            subject_id=after.id,
            rule=rule_id,
            signoff=signoff_id,
            binds=binds,
        )
        return make_final(tx, after, actor=actor, audiences=audiences, kinds=kinds)


def _copy(tx: Tx, before: Revision, *, actor: Actor, without: str) -> Revision:
    """Freeze the same answers under the same salt and hash as the next revision, sign-offs with them."""
    if before.salt is None or before.frozen_hash is None:
        raise WrongState
    made = revisions.add(
        tx,
        record_id=before.record_id,
        number=revisions.next_number(tx, before.record_id),
        definition_hash=before.definition_hash,
        supersedes=before.number,
        created_by=actor.user_id,
    )
    revisions.freeze(
        tx,
        revisions.get(tx, made),
        frozen=revisions.frozen(tx, before),
        salt=before.salt,
        frozen_hash=before.frozen_hash,
        by=before.frozen_by,
    )
    keep_carried(
        tx,
        child_id=before.child_id,
        record_id=before.record_id,
        revision_id=made,
        answers=revisions.frozen(tx, before).answers,
        form=effective_of(tx, before.definition_hash),
    )
    for one in signoffs.standing(tx, revision_id=before.id, child_id=before.child_id):
        if one.rule_id != without:
            signoffs.add(
                tx,
                revision_id=made,
                child_id=before.child_id,
                rule_id=one.rule_id,
                user_id=one.user_id,
                role=one.role,
                outcome=one.outcome,
                name=one.name,
                capacity=one.capacity,
                words=one.words,
                binds=one.binds,
                at=one.at,
                drawing=one.drawing,
            )
    records.touch(tx, before.record_id)
    return revisions.get(tx, made)
