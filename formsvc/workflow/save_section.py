"""Save one page of a draft, against the version it was read at: nothing typed is lost or overwritten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from formsvc.definitions.model import Page, Stage
from formsvc.errors import AnswerError, StaleVersion, WrongState
from formsvc.fields.base import Place, item
from formsvc.records.differences import Change, changes
from formsvc.records.gate import Gate, Judged
from formsvc.store import prefills, records, revisions, sections, signoffs
from formsvc.store.revisions import Revision
from formsvc.store.sections import Section
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.drafts import part_of, whole
from formsvc.workflow.effective import effective_of, page_of
from formsvc.workflow.known_facts import Known
from formsvc.workflow.prefill import UNSAVED, keep_source
from formsvc.workflow.see_child import Still, judge_still


@dataclass(frozen=True, kw_only=True)
class Saved:
    """How a page stands now. `voided` names the sign-off rules that this edit made void."""

    version: int
    saved_at: datetime
    answers: Mapping[str, Any] = field(repr=False)
    typed: Mapping[str, Any] = field(repr=False)
    errors: tuple[AnswerError, ...]
    notices: tuple[tuple[str, str], ...]
    voided: tuple[str, ...]


class SectionStale(StaleVersion):
    """Somebody saved this page since it was read.

    `theirs` is what they changed, in a reader's words; `mine` is what the save that was refused would
    have changed against the page as it stands. `now` is the page as it stands.
    """

    def __init__(self, now: Section, *, theirs: tuple[Change, ...], mine: tuple[Change, ...]) -> None:
        super().__init__()
        self.now = now
        self.theirs = theirs
        self.mine = mine


def save_section(
    store: Store,
    *,
    actor: Actor,
    revision_id: str,
    page_id: str,
    version: int,
    typed: Mapping[str, Any],
    arrived: Mapping[str, Known] | None = None,
    confirmed: Collection[str] = (),
    still: Still | None = None,
) -> Saved:
    """Save what was typed on a page that was read at `version` (0 for a page never saved).

    `arrived` is what answers on it may have been taken over from, kept where they were; `confirmed` the
    questions whose answer, as it arrived, the person says is still right.

    A save that changes nothing changes nothing, sign-offs included. One that does returns a frozen
    revision to draft and voids its sign-offs. Raises SectionStale, WrongState, NotFound.

    `still` is who saves: that they still may is judged in the same transaction, so that a move, another
    worker or the end of a role comes before or after, never between. Raises RoleOver, NotFound, Forbidden.
    """
    with store.write() as tx:
        revision = revisions.get(tx, revision_id, lock=True)
        judge_still(tx, still, record_id=revision.record_id)
        if revision.state not in revisions.OPEN:
            raise WrongState
        effective = effective_of(tx, revision.definition_hash)
        page = page_of(effective, page_id)
        held = sections.all_of(tx, revision_id=revision_id, child_id=revision.child_id)
        others = whole(one for one in held.values() if one.page_id != page_id)
        judged = Gate(effective).judge(others | part_of(page, typed), stage=Stage.DRAFT)
        answers, unread = part_of(page, judged.answers), part_of(page, judged.typed)
        now = held.get(page_id)
        if now is not None and now.version != version:
            raise _stale(tx, now, revision=revision, page=page, version=version, mine=answers)
        _keep_sources(tx, revision, answers=answers, arrived=arrived or {}, confirmed=confirmed, actor=actor)
        if now is not None and version != UNSAVED and (now.answers, now.typed) == (answers, unread):
            return _saved(now.version, now.saved_at, judged, page=page, voided=())
        voided = _reopen(tx, revision) if revision.state == "awaiting_signoff" else ()
        sections.save(
            tx,
            revision_id=revision_id,
            child_id=revision.child_id,
            page_id=page_id,
            version=version + 1,
            answers=answers,
            typed=unread,
            by=actor.user_id,
        )
        revisions.touch(tx, revision_id)
        records.touch(tx, revision.record_id)
        note(
            tx,
            actor,
            "section.save",
            child_id=revision.child_id,
            record_id=revision.record_id,
            subject_id=revision_id,
            page=page_id,
            version=version + 1,
            voided=list(voided),
        )
        return _saved(version + 1, tx.at, judged, page=page, voided=voided)


def _keep_sources(
    tx: Tx,
    revision: Revision,
    *,
    answers: Mapping[str, Any],
    arrived: Mapping[str, Known],
    confirmed: Collection[str],
    actor: Actor,
) -> None:
    """Keep where answers were taken over from, and that a person confirmed what arrived."""
    before = prefills.of_revision(tx, revision_id=revision.id, child_id=revision.child_id)
    taken = {
        id: one
        for id, one in arrived.items()
        if one.fits and answers.get(id) == one.value and (id not in before or before[id].value != one.value)
    }
    keep_source(tx, revision_id=revision.id, child_id=revision.child_id, arrived=taken, by=actor.user_id)
    values = {id: one.value for id, one in before.items()} | {id: one.value for id, one in taken.items()}
    right = [id for id in confirmed if id in values and answers.get(id) == values[id]]
    if right:
        prefills.confirm(tx, revision_id=revision.id, field_ids=right, by=actor.user_id)
        note(
            tx,
            actor,
            "fact.confirm",
            child_id=revision.child_id,
            record_id=revision.record_id,
            subject_id=revision.id,
            fields=sorted(right),
        )


def _reopen(tx: Tx, revision: Revision) -> tuple[str, ...]:
    revisions.thaw(tx, revision.id)
    return signoffs.void(tx, revision_id=revision.id, why="edited")


def _saved(version: int, at: datetime, judged: Judged, *, page: Page, voided: tuple[str, ...]) -> Saved:
    ids = {one.id for one in page.fields}
    return Saved(
        version=version,
        saved_at=at,
        answers=part_of(page, judged.answers),
        typed=part_of(page, judged.typed),
        errors=tuple(one for one in judged.errors if one.path.partition(".")[0] in ids),
        notices=tuple(one for one in judged.notices if one[0].partition(".")[0] in ids),
        voided=voided,
    )


def _stale(
    tx: Tx, now: Section, *, revision: Revision, page: Page, version: int, mine: Mapping[str, Any]
) -> SectionStale:
    was = sections.past(
        tx, revision_id=revision.id, child_id=revision.child_id, page_id=page.id, version=version
    )
    before: Mapping[str, Any] = was.answers if was is not None else {} if version == 0 else mine
    return SectionStale(
        now,
        theirs=_changes(page, before, now.answers),
        mine=_changes(page, now.answers, mine),
    )


def _changes(page: Page, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    def printed(answers: Mapping[str, Any]) -> list[Any]:
        made = (item(one, answers.get(one.id), Place(path=one.id)) for one in page.fields)
        return [one for one in made if one is not None]

    return changes(printed(before), printed(after))
