"""Keep a secret apart from the form that asks for it; replace it, destroy it. Its value is never read here.

The answer holds a reference and nothing else. The value goes from the page it is typed on into the store,
sealed for its child, field and row: no draft, difference, snapshot, job or audit entry ever holds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from formsvc.access.people import Person
from formsvc.access.table import audience_for
from formsvc.definitions.model import Effective, Field
from formsvc.errors import Forbidden, NotFound, WrongState
from formsvc.store import records, relations, revisions, secrets, sections, signoffs, snapshots
from formsvc.store.records import Record
from formsvc.store.revisions import Revision
from formsvc.store.secrets import Held
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.effective import effective_of
from formsvc.workflow.see_child import Still, judge_still

LONGEST: Final = 500
OFF: Final = "secrets-off"


class SecretsOff(Forbidden):
    """The area keeps no secrets."""

    def __init__(self) -> None:
        super().__init__(OFF, rule=OFF, words="This area keeps no secrets: they are held elsewhere.")


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One place of a form that may refer to a secret. `field` and `row_id` are what its value is bound to."""

    path: str
    label: str
    page_id: str
    part: str
    field: str
    row_id: str


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A slot with what is known of its secret; None where nothing is kept. `in_draft`: it can be begun."""

    slot: Slot
    held: Held | None
    in_draft: bool


def held_secrets(store: Store, *, person: Person, record_id: str) -> tuple[Kept, ...]:
    """Return the places of a form that may refer to a secret, of those a person may read, filled or not.

    Raises NotFound where the record has no revision in use.
    """
    with store.read() as tx:
        record = records.get(tx, record_id)
        revision = in_use(tx, record_id)
        effective = effective_of(tx, revision.definition_hash)
        found = answers_of(tx, revision)
        slots = [one for one in slots_of(effective, found) if _may_read(tx, person, record, effective, one)]
        refs = {one.path: reference(found, one) for one in slots}
        known = secrets.held(tx, [ref for ref in refs.values() if ref], child_id=record.child_id)
        open_ = revision.state in revisions.OPEN
        return tuple(Kept(slot=one, held=_known(known, refs[one.path], one), in_draft=open_) for one in slots)


def keep_secret(
    store: Store,
    *,
    person: Person,
    actor: Actor,
    record_id: str,
    path: str,
    value: str,
    still: Still | None = None,
) -> bool:
    """Keep a secret, or put it in the place of one that is kept; return whether one was replaced.

    A first one needs a form that is being worked on, and makes it a draft again: sign-offs are void.
    Raises SecretsOff, WrongState without such a form or a saved section, NotFound for any other place.
    """
    with store.write() as tx:
        record = records.get(tx, record_id)
        revision = revisions.get(tx, in_use(tx, record_id).id, lock=True)
        judge_still(tx, still, record_id=record_id)
        slot = slot_at(tx, person, record, revision, path)
        found = reference(answers_of(tx, revision), slot)
        known = _known(secrets.held(tx, [found], child_id=record.child_id), found, slot)
        replaced = known is not None and known.destroyed_at is None
        bound = {"child_id": record.child_id, "field": slot.field, "row_id": slot.row_id}
        if replaced:
            secrets.replace(tx, found, value, **bound)
        else:
            if revision.state not in revisions.OPEN:
                raise WrongState
            found = secrets.put(
                tx,
                value,
                controller_id=record.controller_id,
                created_by=actor.user_id,
                record_id=record_id,
                **bound,
            )
            _answer(tx, revision, slot, {"held": "here", "ref": found}, by=actor.user_id)
        _note(tx, actor, "secret.replace" if replaced else "secret.add", record, slot, subject_id=found)
        return replaced


def destroy_secret(
    store: Store, *, person: Person, actor: Actor, record_id: str, path: str, still: Still | None = None
) -> None:
    """Destroy a secret; a form that is being worked on says from then on that none is held.

    Raises NotFound where none is kept.
    """
    with store.write() as tx:
        record = records.get(tx, record_id)
        revision = revisions.get(tx, in_use(tx, record_id).id, lock=True)
        judge_still(tx, still, record_id=record_id)
        slot = slot_at(tx, person, record, revision, path, on_or_off=True)
        found = reference(answers_of(tx, revision), slot)
        known = _known(secrets.held(tx, [found], child_id=record.child_id), found, slot)
        if known is None or known.destroyed_at is not None:
            raise NotFound
        secrets.destroy(tx, found)
        if revision.state in revisions.OPEN:
            _answer(tx, revision, slot, {"held": "not_held"}, by=actor.user_id)
        _note(tx, actor, "secret.destroy", record, slot, subject_id=found)


def _known(held: Mapping[str, Held], found: str, slot: Slot) -> Held | None:
    """Return what is known of the secret an answer refers to, where it was kept for that very place."""
    one = held.get(found)
    return one if one is not None and (one.field, one.row_id) == (slot.field, slot.row_id) else None


def in_use(tx: Tx, record_id: str) -> Revision:
    """Return the revision that is being worked on, or else the current one; raise NotFound."""
    found = revisions.opened(tx, record_id) or revisions.current(tx, record_id)
    if found is None:
        raise NotFound
    return found


def answers_of(tx: Tx, revision: Revision) -> Mapping[str, Any]:
    """Return the answers of a revision, as they stand."""
    if revision.state not in revisions.OPEN:
        found: Mapping[str, Any] = snapshots.of_revision(tx, revision.id).snapshot.data["answers"]
        return found
    held = sections.all_of(tx, revision_id=revision.id, child_id=revision.child_id)
    return {name: value for one in held.values() for name, value in one.answers.items()}


def slot_at(
    tx: Tx, person: Person, record: Record, revision: Revision, path: str, *, on_or_off: bool = False
) -> Slot:
    """Return the place at a path that a person may read; raise NotFound, and SecretsOff where it is off."""
    effective = effective_of(tx, revision.definition_hash)
    found = next((one for one in slots_of(effective, answers_of(tx, revision)) if one.path == path), None)
    if found is None or not _may_read(tx, person, record, effective, found):
        raise NotFound
    if not effective.area.secrets and not on_or_off:
        raise SecretsOff
    return found


def slots_of(effective: Effective, answers: Mapping[str, Any]) -> Iterator[Slot]:
    """Yield the places of a form that may refer to a secret, those in the rows that are there too."""
    for page in effective.pages:
        for one in page.fields:
            if one.type.secretive and not one.children:
                yield _slot(one, page_id=page.id, path=one.id, label=one.label, part=one.part)
            rows = answers.get(one.id)
            for child in (child for child in one.children if child.type.secretive):
                for number, row in enumerate(rows if isinstance(rows, list) else (), 1):
                    yield _slot(
                        child,
                        page_id=page.id,
                        path=f"{one.id}.{row['id']}.{child.id}",
                        label=f"{child.label}, {_heading(one, row, number)}",
                        part=one.part,
                        group=one.id,
                        row_id=row["id"],
                    )


def reference(answers: Mapping[str, Any], slot: Slot) -> str:
    """Return the reference that answers hold at a place; empty where they hold none."""
    value: Any = answers.get(slot.path)
    if slot.row_id:
        group, _, child = slot.path.split(".")
        rows = answers.get(group)
        here = [one for one in rows if one["id"] == slot.row_id] if isinstance(rows, list) else []
        value = here[0].get(child) if here else None
    is_here = isinstance(value, Mapping) and value.get("held") == "here"
    return str(value.get("ref", "")) if is_here else ""


def _slot(
    one: Field, *, page_id: str, path: str, label: str, part: str, group: str = "", row_id: str = ""
) -> Slot:
    field = f"{group}.{one.id}" if group else one.id
    return Slot(path=path, label=label, page_id=page_id, part=part, field=field, row_id=row_id)


def _heading(group: Field, row: Mapping[str, Any], number: int) -> str:
    """Return what a row is called: its heading where that is plain text, else its number."""
    said = row.get(str(getattr(group.options, "heading", "")))
    return said if isinstance(said, str) and said else f"number {number}"


def _may_read(tx: Tx, person: Person, record: Record, effective: Effective, slot: Slot) -> bool:
    shut = relations.withheld(tx, person, record_id=record.id)
    field = effective.field(slot.path)
    return audience_for(person.role) in effective.audiences(field) and not shut & {"", slot.part}


def _answer(tx: Tx, revision: Revision, slot: Slot, value: Mapping[str, Any], *, by: str | None) -> None:
    """Put a value into a draft's answers at a place; what was signed off is so no longer."""
    held = sections.all_of(tx, revision_id=revision.id, child_id=revision.child_id).get(slot.page_id)
    if held is None:
        raise WrongState("the section was never saved: what is known about the child stands in it unsaved")
    answers = dict(held.answers)
    if slot.row_id:
        group, _, child = slot.path.split(".")
        answers[group] = [
            {**row, child: dict(value)} if row["id"] == slot.row_id else row for row in answers[group]
        ]
    else:
        answers[slot.path] = dict(value)
    if revision.state == "awaiting_signoff":
        revisions.thaw(tx, revision.id)
        signoffs.void(tx, revision_id=revision.id, why="edited")
    sections.save(
        tx,
        revision_id=revision.id,
        child_id=revision.child_id,
        page_id=slot.page_id,
        version=held.version + 1,
        answers=answers,
        typed={path: one for path, one in held.typed.items() if path != slot.path},
        by=by,
    )
    revisions.touch(tx, revision.id)
    records.touch(tx, revision.record_id)


def _note(tx: Tx, actor: Actor, act: str, record: Record, slot: Slot, *, subject_id: str) -> None:
    note(
        tx,
        actor,
        act,
        child_id=record.child_id,
        record_id=record.id,
        subject_id=subject_id,
        field=slot.field,
    )
