"""Begin the next revision from the last final one: its answers carried into the form as it is today."""

from __future__ import annotations

from dataclasses import dataclass

from formsvc.definitions.carry import carry
from formsvc.definitions.model import Effective
from formsvc.errors import WrongState
from formsvc.store import definitions, records, review_requests, revisions, sections, snapshots
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor, note
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
        carried = carry(effective_of(tx, last.definition_hash), effective, kept.snapshot.data["answers"])
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
