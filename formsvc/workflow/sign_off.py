"""Sign off a frozen revision: an approval or an agreement, bound to the hash that was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from formsvc.definitions.model import Effective, SignoffRule
from formsvc.errors import Forbidden, NotFound, StaleVersion, WrongState
from formsvc.store import records, revisions, signoffs
from formsvc.store.session import Store
from formsvc.store.signoffs import KeptSignoff
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.effective import effective_of
from formsvc.workflow.see_child import Still, judge_still

VOICES: Final = frozenset({"child", "parent", "carer"})
"""Roles of people who do not sign in here: whoever went through the form with them records what they said."""

OUTCOMES: Final = ("agreed", "declined", "not_sought")


def sign_off(
    store: Store,
    *,
    actor: Actor,
    revision_id: str,
    rule_id: str,
    binds: str,
    name: str,
    role: str = "",
    capacity: str = "",
    outcome: str = "agreed",
    words: str = "",
    drawing: bytes = b"",
    still: Still | None = None,
) -> str:
    """Record a sign-off and return its id.

    `binds` is the hash of what was read; `role` whose sign-off it is (the actor's own where empty);
    `drawing` a drawn signature as PNG bytes; `still` who does it, to be judged in the same transaction.
    Raises StaleVersion when something else is frozen now, WrongState when nothing is or the rule was
    met, Forbidden when that role may not, NotFound for an unknown rule.
    """
    with store.write() as tx:
        revision = revisions.get(tx, revision_id, lock=True)
        judge_still(tx, still, record_id=revision.record_id)
        if revision.state != "awaiting_signoff":
            raise WrongState
        if revision.frozen_hash != binds:
            raise StaleVersion
        rule = rule_of(effective_of(tx, revision.definition_hash), rule_id)
        said_as = role_for(rule, actor=actor, role=role)
        if outcome not in OUTCOMES:
            raise ValueError(f"outcome must be one of {OUTCOMES}")
        standing = signoffs.standing(tx, revision_id=revision_id, child_id=revision.child_id)
        if any(one.rule_id == rule_id and one.outcome == "agreed" for one in standing):
            raise WrongState
        check_other_person(standing, actor=actor, rule_id=rule_id, said_as=said_as)
        signoffs.void(tx, revision_id=revision_id, why="said_anew", rule_id=rule_id)
        signoff_id = signoffs.add(
            tx,
            revision_id=revision_id,
            child_id=revision.child_id,
            rule_id=rule_id,
            user_id=actor.user_id,
            role=said_as,
            outcome=outcome,
            name=name,
            capacity=capacity,
            words=words,
            binds=binds,
            drawing=drawing,
        )
        records.touch(tx, revision.record_id)
        note(
            tx,
            actor,
            "revision.sign_off",
            child_id=revision.child_id,
            record_id=revision.record_id,
            subject_id=revision_id,
            rule=rule_id,
            signoff=signoff_id,
            said=outcome,
            binds=binds,
        )
        return signoff_id


def check_other_person(standing: Sequence[KeptSignoff], *, actor: Actor, rule_id: str, said_as: str) -> None:
    """Raise Forbidden where somebody would approve what they signed themselves in another role."""
    if said_as not in VOICES and any(
        one.user_id is not None and one.user_id == actor.user_id and one.role not in VOICES
        for one in standing
        if one.rule_id != rule_id
    ):
        raise Forbidden


def rule_of(effective: Effective, rule_id: str) -> SignoffRule:
    """Return a sign-off rule of a form; raise NotFound."""
    found = next((rule for rule in effective.signoffs if rule.id == rule_id), None)
    if found is None:
        raise NotFound
    return found


def role_for(rule: SignoffRule, *, actor: Actor, role: str) -> str:
    """Return the role a sign-off is given in; raise Forbidden where the rule does not name it.

    Nobody signs in another worker's role; what a child, a parent or a carer said, a worker records.
    """
    said_as = role or actor.role
    if said_as not in rule.roles or (said_as != actor.role and said_as not in VOICES):
        raise Forbidden
    return said_as
