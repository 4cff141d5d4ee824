"""Begin the next revision from the last final one: its answers carried into the form as it is today."""

from __future__ import annotations

from dataclasses import dataclass

from formsvc.definitions.carry import Carried, carry
from formsvc.definitions.model import Effective
from formsvc.errors import WrongState
from formsvc.store import children, definitions, records, review_requests, revisions, sections, snapshots
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.confidential_place import NOT_CARRIED, as_for, opened_wider
from formsvc.workflow.drafts import by_page
from formsvc.workflow.effective import effective_of
from formsvc.workflow.prefill import keep_carried


@dataclass(frozen=True, kw_only=True)
class Revised:
    """The new draft. `not_carried` holds (path, why) of answers left behind, `wider` those more may read."""

    revision_id: str
    number: int
    not_carried: tuple[tuple[str, str], ...]
    wider: tuple[tuple[str, tuple[str, ...]], ...]


def start_revision(store: Store, *, actor: Actor, record_id: str, effective: Effective) -> Revised:
    """Begin a revision; raise WrongState while one is being worked on, or where none is final."""
    with store.write() as tx:
        record = records.get(tx, record_id)
        last = revisions.current(tx, record_id, lock=True)
        if last is None or revisions.opened(tx, record_id) is not None:
            raise WrongState
        kept = snapshots.of_revision(tx, last.id)
        children.lock(tx, record.child_id)  # where she lives stays as it is until this form is begun
        effective = as_for(tx, effective, child_id=record.child_id)
        before = effective_of(tx, last.definition_hash)
        carried = _close(carry(before, effective, kept.snapshot.data["answers"]), before, effective)
        number = revisions.next_number(tx, record_id)
        revision_id = revisions.add(
            tx,
            record_id=record_id,
            number=number,
            definition_hash=definitions.keep(tx, effective),
            supersedes=last.number,
            created_by=actor.user_id,
        )
        for page_id, answers in by_page(effective, carried.answers).items():
            sections.save(
                tx,
                revision_id=revision_id,
                child_id=record.child_id,
                page_id=page_id,
                version=1,
                answers=answers,
                typed={},
                by=actor.user_id,
            )
        keep_carried(
            tx,
            child_id=record.child_id,
            record_id=record_id,
            revision_id=revision_id,
            answers=carried.answers,
            form=effective,
        )
        records.touch(tx, record_id)
        review_requests.close(tx, record_id=record_id, outcome="revised", by=actor.user_id)
        note(
            tx,
            actor,
            "revision.start",
            child_id=record.child_id,
            record_id=record_id,
            subject_id=revision_id,
            number=number,
            definition=effective.hash,
        )
        return Revised(
            revision_id=revision_id, number=number, not_carried=carried.not_carried, wider=carried.wider
        )


def _close(carried: Carried, before: Effective, after: Effective) -> Carried:
    """Leave behind where a child lived in confidence, when the form asks it for more readers now."""
    wider = opened_wider(before, after) & carried.answers.keys()
    left = tuple((id, NOT_CARRIED) for id in sorted(wider))
    return Carried(
        answers={id: one for id, one in carried.answers.items() if id not in wider},
        not_carried=(*carried.not_carried, *left),
        wider=tuple(one for one in carried.wider if one[0] not in wider),
    )
