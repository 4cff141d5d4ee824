"""What makes a frozen revision final, in the caller's transaction: snapshot, superseding, jobs, facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formsvc.access.readable import reached
from formsvc.definitions.model import Effective
from formsvc.errors import DefinitionNotFound, WrongState
from formsvc.fields.moments import stored_utc
from formsvc.records.snapshots import Attachment, Dispute, Signoff, Snapshot, make_snapshot
from formsvc.store import (
    audit,
    children,
    disputes,
    documents,
    jobs,
    logos,
    records,
    review_requests,
    revisions,
    secrets,
    sections,
    signoffs,
    snapshots,
    uploads,
)
from formsvc.store.revisions import Frozen, Revision
from formsvc.store.session import Tx
from formsvc.store.signoffs import KeptSignoff
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.effective import effective_of
from formsvc.workflow.prefill import state_facts

ISSUE = "issue"
KINDS = ("pdf", "docx")
COPIES = ("full", "police", "home", "reviewing_officer")
"""The audiences for whom a copy is issued as soon as a revision is final, where the area names them."""


@dataclass(frozen=True, kw_only=True)
class Final:
    """A final revision and the documents that are being issued from it."""

    revision_id: str
    snapshot_id: str
    number: int
    status: str
    jobs: int


def make_final(
    tx: Tx, revision: Revision, *, actor: Actor, audiences: Sequence[str], kinds: Sequence[str]
) -> Final:
    """Make a frozen revision final, whatever is outstanding: the snapshot says so, and the status with it."""
    effective = effective_of(tx, revision.definition_hash)
    unknown = [one for one in audiences if one not in effective.area.audiences]
    if unknown:
        raise DefinitionNotFound(f"area {effective.area.id} names no audience {unknown[0]}")
    if not set(kinds) <= set(KINDS):
        raise ValueError(f"kinds must be of {KINDS}")
    before = revisions.current(tx, revision.record_id, lock=True)
    if before is not None:
        revisions.end(tx, before.id, state="superseded", why="superseded")
        documents.end_of_revision(tx, revision_id=before.id, state="superseded")
    frozen = revisions.frozen(tx, revision)
    head = audit.head(tx)
    snapshot = _snapshot(tx, revision, effective, frozen=frozen, before=before, head=head)
    status = str(snapshot.data["status"])
    revisions.finalise(tx, revision.id, status=status)
    snapshot_id = snapshots.add(
        tx,
        snapshot,
        revision_id=revision.id,
        child_id=revision.child_id,
        audit_head=None if head is None else (head.seq, head.hash),
    )
    sections.forget(tx, revision_id=revision.id)
    state_facts(tx, revision, effective, frozen)
    for_them = reached(effective)
    count = enqueue_issuing(
        tx,
        revision,
        snapshot_id=snapshot_id,
        audiences=[one for one in audiences if one in for_them],
        kinds=kinds,
    )
    review_requests.close(tx, record_id=revision.record_id, outcome="revised", by=actor.user_id)
    uploads.close(tx, record_id=revision.record_id, outcome="superseded")
    uploads.open_task(
        tx,
        revision_id=revision.id,
        record_id=revision.record_id,
        child_id=revision.child_id,
        organisation_id=revision.controller_id,
    )
    secrets.destroy_others(tx, record_id=revision.record_id, referred_to=references(frozen.answers))
    records.touch(tx, revision.record_id)
    children.touch(tx, revision.child_id)
    note(
        tx,
        actor,
        "revision.finalise",
        child_id=revision.child_id,
        record_id=revision.record_id,
        subject_id=revision.id,
        number=revision.number,
        status=status,
        snapshot=snapshot_id,
        hash=snapshot.hash,
        supersedes=None if before is None else before.id,
    )
    return Final(
        revision_id=revision.id,
        snapshot_id=snapshot_id,
        number=revision.number,
        status=status,
        jobs=count,
    )


def references(answers: Any) -> frozenset[str]:
    """Return every secret that answers refer to."""
    if isinstance(answers, Mapping):
        own = (
            {answers["ref"]}
            if answers.get("held") == "here" and isinstance(answers.get("ref"), str)
            else set()
        )
        return frozenset(own).union(*map(references, answers.values()))
    return frozenset().union(*map(references, answers)) if isinstance(answers, list | tuple) else frozenset()


def copies_of(effective: Effective) -> tuple[str, ...]:
    """Return the audiences for whom a copy of a form is issued as soon as it is final.

    The form may name them itself. Whom no field of it reaches gets no copy: not even an empty one, which
    would say that it exists.
    """
    for_them = reached(effective)
    return tuple(one for one in effective.copies or COPIES if one in for_them)


def enqueue_issuing(
    tx: Tx, revision: Revision, *, snapshot_id: str, audiences: Sequence[str], kinds: Sequence[str]
) -> int:
    """Enqueue what issues each document of a snapshot once; return how many were not enqueued before."""
    return sum(
        jobs.enqueue(
            tx,
            kind=ISSUE,
            key=f"{ISSUE}:{snapshot_id}:{audience}:{kind}",
            payload={"snapshot": snapshot_id, "audience": audience, "kind": kind},
            organisation_id=revision.controller_id,
            subject_id=snapshot_id,
        )
        for audience in audiences
        for kind in kinds
    )


def outstanding(effective: Effective, standing: Sequence[KeptSignoff]) -> tuple[str, ...]:
    """Return the required sign-offs that are not there; raise WrongState where one was declined."""
    said = {one.rule_id: one.outcome for one in standing}
    wanted = [rule.id for rule in effective.signoffs if rule.required]
    if any(said.get(rule_id) == "declined" for rule_id in wanted):
        raise WrongState("a sign-off that is required was declined")
    return tuple(rule_id for rule_id in wanted if said.get(rule_id) != "agreed")


def _snapshot(
    tx: Tx,
    revision: Revision,
    effective: Effective,
    *,
    frozen: Frozen,
    before: Revision | None,
    head: audit.Head | None,
) -> Snapshot:
    record = records.get(tx, revision.record_id)
    rules = {rule.id: rule for rule in effective.signoffs}
    standing = signoffs.standing(tx, revision_id=revision.id, child_id=revision.child_id)
    order = {rule_id: place for place, rule_id in enumerate(rules)}
    if revision.salt is None or any(one.binds != revision.frozen_hash for one in standing):
        raise WrongState("a sign-off does not bind to what is frozen")
    return make_snapshot(
        effective,
        record=record.id,
        reference=record.reference,
        revision=revision.number,
        supersedes=None if before is None else before.number,
        controller=(record.controller_id, record.controller_name),
        answers=frozen.answers,
        not_asked=frozenset(frozen.not_asked),
        notices=frozen.notices,
        signoffs=[
            Signoff(
                id=one.rule_id,
                title=rules[one.rule_id].title,
                name=one.name,
                capacity=one.capacity,
                statement=rules[one.rule_id].statement,
                outcome=one.outcome,
                words=one.words,
                at=stored_utc(one.at),
            )
            for one in sorted(standing, key=lambda one: order[one.rule_id])
        ],
        attachments=[Attachment(**one) for one in frozen.attachments],
        salt=revision.salt,
        at=stored_utc(tx.at),
        audit_head=None if head is None else head.hash,
        disputes=_disputed(tx, revision),
        logo=logos.printed(tx, organisation_id=record.controller_id),
    )


def _disputed(tx: Tx, revision: Revision) -> list[Dispute]:
    """Return what is disputed in a record and was not changed for it: the note stays with the answer."""
    found = disputes.about(tx, child_id=revision.child_id, record_id=revision.record_id)
    return [
        Dispute(
            path=one.path,
            said_by=one.said_by,
            who=one.who,
            words=one.words,
            said_on=one.said_on,
            answer=one.answer,
        )
        for one in found
        if one.outcome != "changed"
    ]
