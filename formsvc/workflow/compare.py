"""Two revisions of a record side by side, and one revision as it reads: always as one audience may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from formsvc.access.people import Person
from formsvc.access.readable import Reading
from formsvc.access.views import View, make_view
from formsvc.definitions.model import Effective, Stage
from formsvc.errors import NotFound
from formsvc.fields.moments import stored_utc
from formsvc.records.gate import Gate
from formsvc.records.snapshots import Attachment, Signoff, Snapshot, make_snapshot
from formsvc.store import records, revisions, sections, signoffs, snapshots
from formsvc.store.revisions import Revision
from formsvc.store.session import Store, Tx
from formsvc.workflow.drafts import whole
from formsvc.workflow.effective import effective_of
from formsvc.workflow.reading import reading_of

_NO_SALT = "0" * 64
"""Stands in a picture of a draft, which nobody is handed and nobody hashes."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What changed from one revision to a later one, section by section, and how much did not."""

    older: Revision
    newer: Revision
    sections: tuple[tuple[str, tuple[Mapping[str, str], ...]], ...] = field(repr=False)
    unchanged: int

    @property
    def count(self) -> int:
        """How many answers changed."""
        return sum(len(inside) for _, inside in self.sections)


def compare(store: Store, *, record_id: str, older: int, newer: int, person: Person) -> Compared:
    """Compare two revisions as a person may see them; raise NotFound for one that is not there."""
    with store.read() as tx:
        reading = reading_of(tx, person, record_id=record_id)
        return compare_in(tx, record_id=record_id, older=older, newer=newer, reading=reading)


def compare_in(tx: Tx, *, record_id: str, older: int, newer: int, reading: Reading) -> Compared:
    """Compare two revisions in a transaction that is open."""
    first, second = revision_of(tx, record_id, older), revision_of(tx, record_id, newer)
    return _compare(tx, first, second, reading=reading)


def compare_open(store: Store, *, record_id: str, person: Person) -> Compared | None:
    """Compare what is being worked on with the revision it will replace; None for a first revision."""
    with store.read() as tx:
        opened = revisions.opened(tx, record_id)
        if opened is None or opened.supersedes is None:
            return None
        before = revision_of(tx, record_id, opened.supersedes)
        return _compare(tx, before, opened, reading=reading_of(tx, person, record_id=record_id))


def view_of(store: Store, *, record_id: str, number: int, person: Person) -> View:
    """Return a revision, an open one too, as a person may see it; raise NotFound."""
    with store.read() as tx:
        snapshot, effective = picture(tx, revision_of(tx, record_id, number))
        reading = reading_of(tx, person, record_id=record_id)
        return make_view(snapshot, reading.of(effective), reading.audience, verify_at="", demonstration=False)


def revision_of(tx: Tx, record_id: str, number: int) -> Revision:
    """Return a revision by its number; raise NotFound."""
    found = next((one for one in revisions.history(tx, record_id) if one.number == number), None)
    if found is None:
        raise NotFound
    return found


def picture(tx: Tx, revision: Revision) -> tuple[Snapshot, Effective]:
    """Return the snapshot of a revision; of one that is not final yet, what it would be now."""
    effective = effective_of(tx, revision.definition_hash)
    if revision.state not in revisions.OPEN:
        return snapshots.of_revision(tx, revision.id).snapshot, effective
    answers: Mapping[str, Any]
    attached: tuple[Attachment, ...] = ()
    if revision.state == "draft":
        held = sections.all_of(tx, revision_id=revision.id, child_id=revision.child_id)
        judged = Gate(effective).judge(whole(held.values()), stage=Stage.DRAFT)
        answers, not_asked = judged.answers, frozenset(judged.not_asked)
    else:
        frozen = revisions.frozen(tx, revision)
        answers, not_asked = frozen.answers, frozenset(frozen.not_asked)
        attached = tuple(Attachment(**one) for one in frozen.attachments)
    made = _not_final(tx, revision, effective, answers=answers, not_asked=not_asked, attached=attached)
    return made, effective


def _not_final(
    tx: Tx,
    revision: Revision,
    effective: Effective,
    *,
    answers: Mapping[str, Any],
    not_asked: frozenset[str],
    attached: tuple[Attachment, ...],
) -> Snapshot:
    record = records.get(tx, revision.record_id)
    titles = {rule.id: rule for rule in effective.signoffs}
    said = signoffs.standing(tx, revision_id=revision.id, child_id=revision.child_id)
    return make_snapshot(
        effective,
        record=record.id,
        reference=record.reference,
        revision=revision.number,
        supersedes=revision.supersedes,
        controller=(record.controller_id, record.controller_name),
        answers=answers,
        not_asked=not_asked,
        notices=(),
        signoffs=[
            Signoff(
                id=one.rule_id,
                title=titles[one.rule_id].title,
                name=one.name,
                capacity=one.capacity,
                outcome=one.outcome,
                words=one.words,
                at=stored_utc(one.at),
            )
            for one in said
        ],
        attachments=attached,
        salt=revision.salt or _NO_SALT,
        at=stored_utc(tx.at),
    )


def _compare(tx: Tx, older: Revision, newer: Revision, *, reading: Reading) -> Compared:
    (was, was_form), (now, form) = picture(tx, older), picture(tx, newer)
    view = make_view(
        now,
        reading.of(form),
        reading.audience,
        verify_at="",
        demonstration=False,
        previous=(was, reading.of(was_form)),
    )
    items = view.data["changes"]["items"]
    pages = view.data["form"]["pages"]
    home = {one["id"]: page["title"] for page in pages for one in page["fields"]}
    grouped: dict[str, list[Mapping[str, str]]] = {}
    for one in items:
        grouped.setdefault(home.get(one["path"].partition(".")[0], "No longer asked"), []).append(one)
    touched = {one["path"].partition(".")[0] for one in items}
    asked = [one["id"] for page in pages for one in page["fields"] if one["id"] not in view.data["not_asked"]]
    return Compared(
        older=older,
        newer=newer,
        sections=tuple((title, tuple(inside)) for title, inside in grouped.items()),
        unchanged=sum(one not in touched for one in asked),
    )
