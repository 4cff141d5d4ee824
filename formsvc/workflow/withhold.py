"""Withhold a child, a form or a part of one from somebody by name; they never learn of it.

What is withheld wins over everything else that a rule allows. Whoever is the subject of an allegation is
kept from the restricted part of a form, or from the child (R-45).
"""

from __future__ import annotations

from dataclasses import dataclass

from formsvc.access.people import Person
from formsvc.access.policy import Policy
from formsvc.definitions.model import Part
from formsvc.errors import Forbidden, NotFound, WrongState
from formsvc.store import records, relations, revisions, withholdings
from formsvc.store.records import RecordLine
from formsvc.store.session import Store, Tx
from formsvc.store.withholdings import Near, PartReader, Withholding
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.effective import effective_of
from formsvc.workflow.reading import reads


@dataclass(frozen=True, kw_only=True)
class Holdable:
    """A form about a child, with those of its parts that can be withheld or read by named people alone."""

    record: RecordLine
    parts: tuple[Part, ...]

    @property
    def named(self) -> tuple[Part, ...]:
        """The parts that only named people read."""
        return tuple(one for one in self.parts if one.named)


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """What is withheld about a child from whom, who reads parts by name, and of what and whom it can be said.

    Nothing that is withheld from whoever asks is among it.
    """

    held: tuple[Withholding, ...]
    readers: tuple[PartReader, ...]
    forms: tuple[Holdable, ...]
    people: tuple[Near, ...]


def withheld_about(store: Store, *, policy: Policy, person: Person, child_id: str) -> Withheld:
    """Return what is withheld about a child, as far as somebody who may withhold may know it."""
    with store.read() as tx:
        mine = reads(tx, policy, person)
        lines = records.listing(
            tx, child_id=child_id, where=relations.has_shown(tx, person, forms=mine.copies)
        )
        own = {one.id for one in lines}
        return Withheld(
            held=tuple(
                one
                for one in withholdings.of_child(tx, child_id)
                if one.user_id != person.user_id and (one.record_id is None or one.record_id in own)
            ),
            readers=tuple(one for one in withholdings.readers_of_child(tx, child_id) if one.record_id in own),
            forms=tuple(Holdable(record=one, parts=_parts(tx, one.id)) for one in lines),
            people=tuple(one for one in withholdings.near(tx, child_id) if one.user_id != person.user_id),
        )


def withhold(
    store: Store,
    *,
    actor: Actor,
    child_id: str,
    user_id: str,
    kind: str,
    why: str,
    record_id: str | None = None,
    part: str = "",
) -> str:
    """Withhold from now on; return the id.

    Raises NotFound for a person, form or part that is not there, Forbidden for oneself, WrongState where
    the same is withheld already.
    """
    with store.write() as tx:
        _check(tx, actor, child_id=child_id, user_id=user_id, record_id=record_id, part=part)
        same = (user_id, record_id, part)
        if any(
            (one.user_id, one.record_id, one.part) == same and one.until_at is None
            for one in withholdings.of_child(tx, child_id)
        ):
            raise WrongState("this is withheld from them already")
        made = withholdings.add(
            tx,
            child_id=child_id,
            user_id=user_id,
            record_id=record_id,
            part=part,
            kind=kind,
            why=why,
            created_by=actor.user_id,
        )
        note(
            tx,
            actor,
            "withholding.add",
            child_id=child_id,
            record_id=record_id,
            subject_id=made,
            user=user_id,
            part=part,
            kind=kind,
        )
        return made


def name_reader(store: Store, *, actor: Actor, child_id: str, record_id: str, part: str, user_id: str) -> str:
    """Name somebody to read a part that only named people read; return the id. Raises as `withhold`."""
    with store.write() as tx:
        _check(tx, actor, child_id=child_id, user_id=user_id, record_id=record_id, part=part, own=True)
        if not any(one.id == part and one.named for one in _parts(tx, record_id)):
            raise NotFound
        if any(
            (one.record_id, one.part, one.user_id) == (record_id, part, user_id) and one.until_at is None
            for one in withholdings.readers_of_child(tx, child_id)
        ):
            raise WrongState("they are named already")
        made = withholdings.name_reader(
            tx,
            child_id=child_id,
            record_id=record_id,
            part=part,
            user_id=user_id,
            created_by=actor.user_id,
        )
        note(
            tx,
            actor,
            "withholding.name_reader",
            child_id=child_id,
            record_id=record_id,
            subject_id=made,
            user=user_id,
            part=part,
        )
        return made


def _check(
    tx: Tx,
    actor: Actor,
    *,
    child_id: str,
    user_id: str,
    record_id: str | None,
    part: str,
    own: bool = False,
) -> None:
    if user_id == actor.user_id and not own:
        raise Forbidden("nobody withholds from themselves")
    if user_id not in {one.user_id for one in withholdings.near(tx, child_id)}:
        raise NotFound
    if record_id is None:
        if part:
            raise NotFound
        return
    if records.get(tx, record_id).child_id != child_id:
        raise NotFound
    if part and part not in {one.id for one in _parts(tx, record_id)}:
        raise NotFound


def _parts(tx: Tx, record_id: str) -> tuple[Part, ...]:
    """Return the parts of a record's newest form that hold any question."""
    newest = next(iter(revisions.history(tx, record_id)), None)
    if newest is None:
        return ()
    effective = effective_of(tx, newest.definition_hash)
    used = {one.part for _, one in effective.walk() if one.type.holds_answer}
    return tuple(part for part in effective.parts.values() if part.id in used)
