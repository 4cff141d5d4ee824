"""What the current forms about a child say differently about the same thing, for a person to settle."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from formsvc.access.people import Person
from formsvc.store.session import Store
from formsvc.workflow.known_facts import Otherwise, knowledge


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """One question and the answers of current forms to it, the last confirmed first."""

    question: str
    answers: tuple[Otherwise, ...]


def say_otherwise(
    store: Store, *, child_id: str, person: Person, among: Collection[str]
) -> tuple[Disagreement, ...]:
    """Return what the current forms of some records say differently, within what a person may have."""
    if len(among) < 2:
        return ()
    with store.read() as tx:
        found = knowledge(tx, child_id=child_id, person=person).only(among).disagreements()
        return tuple(Disagreement(question=question, answers=told) for question, told in found)
