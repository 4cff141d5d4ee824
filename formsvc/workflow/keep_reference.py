"""Keep what other systems know a child by: add, correct, end. The audit says what kind, never which."""

from __future__ import annotations

from collections.abc import Mapping

from formsvc.access.naming import kinds_for
from formsvc.access.people import Person
from formsvc.access.table import audience_for
from formsvc.cases.references import ENDINGS, folded
from formsvc.errors import StaleVersion, WrongState
from formsvc.store import children, references
from formsvc.store.references import External
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note


def references_of(store: Store, *, person: Person, child_id: str) -> tuple[External, ...]:
    """Return every reference of a child that a person may have, those that ended too."""
    kinds = kinds_for(audience_for(person.role))
    with store.read() as tx:
        return tuple(one for one in references.of_child(tx, child_id) if one.kind in kinds)


def add_reference(store: Store, *, actor: Actor, child_id: str, reference: Mapping[str, str]) -> str:
    """Keep a reference (`kind`, `value`, `system`) from now on; return its id.

    Raises WrongState where the same stands already, NotFound for a child who is not here.
    """
    with store.write() as tx:
        children.hold(tx, child_id)
        _refuse_twice(tx, child_id=child_id, reference=reference)
        made = references.add(tx, child_id=child_id, created_by=actor.user_id, **reference)
        children.index_again(tx, child_id)
        note(tx, actor, "reference.add", child_id=child_id, subject_id=made, kind=reference["kind"])
        return made


def correct_reference(
    store: Store, *, actor: Actor, child_id: str, reference_id: str, reference: Mapping[str, str]
) -> str | None:
    """Put a reference of the same kind in the place of one; return its id, None where nothing differs.

    The one before is ended, and stays. Raises StaleVersion where it was ended since, WrongState where the
    new one stands already, NotFound.
    """
    with store.write() as tx:
        children.hold(tx, child_id)
        before = references.get(tx, reference_id, child_id=child_id)
        if before.until_at is not None:
            raise StaleVersion
        if (before.value, before.system) == (reference["value"], reference["system"]):
            return None
        references.end(tx, reference_id=before.id, why="corrected", by=actor.user_id)
        after = {**reference, "kind": before.kind}
        _refuse_twice(tx, child_id=child_id, reference=after)
        made = references.add(tx, child_id=child_id, created_by=actor.user_id, replaces=before.id, **after)
        children.index_again(tx, child_id)
        note(
            tx,
            actor,
            "reference.correct",
            child_id=child_id,
            subject_id=made,
            kind=before.kind,
            replaces=before.id,
        )
        return made


def end_reference(store: Store, *, actor: Actor, child_id: str, reference_id: str, why: str) -> None:
    """End a reference for one of ENDINGS: the child is not found by it any more.

    Raises StaleVersion where it was ended since, NotFound.
    """
    if why not in ENDINGS:
        raise ValueError(f"why must be one of {ENDINGS}")
    with store.write() as tx:
        children.hold(tx, child_id)
        found = references.get(tx, reference_id, child_id=child_id)
        if not references.end(tx, reference_id=found.id, why=why, by=actor.user_id):
            raise StaleVersion
        children.index_again(tx, child_id)
        note(tx, actor, "reference.end", child_id=child_id, subject_id=reference_id, kind=found.kind, why=why)


def _refuse_twice(tx: Tx, *, child_id: str, reference: Mapping[str, str]) -> None:
    wanted = _same(reference["kind"], reference["value"], reference["system"])
    standing = references.standing(tx, [child_id]).get(child_id, ())
    if any(_same(one.kind, one.value, one.system) == wanted for one in standing):
        raise WrongState("this reference stands already")


def _same(kind: str, value: str, system: str) -> tuple[str, str, str]:
    return kind, folded(value), system.casefold()
