"""Look at a child: the relation is worked out, the table asked, and the reading logged, in one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from formsvc.access.decision import About, Decision, decide
from formsvc.access.people import Person
from formsvc.access.places import CONFIDENTIAL, knows_place
from formsvc.access.policy import Policy
from formsvc.access.table import Action, Relation, audience_for
from formsvc.errors import Forbidden, NotFound
from formsvc.fields.dates import today
from formsvc.store import children, heads, persons, records, relations
from formsvc.store.heads import Head, PhotoPlace
from formsvc.store.records import Record
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.reading import is_there_for


@dataclass(frozen=True, kw_only=True)
class ChildHead:
    """What stands on top of every page about a child.

    `lives` is where she lives in words, `missing` her state in words, `photo` the SHA-256 of a photo
    this person may see, empty without one.
    """

    id: str
    reference: str
    name: str = field(repr=False)
    known_as: str = field(repr=False)
    date_of_birth: str = field(repr=False)
    age: int | None
    lives: str = field(repr=False)
    is_confidential: bool
    """Whether where she lives is confidential, for those who know it."""
    missing: str
    photo: str
    photo_taken: Mapping[str, Any] | None = field(repr=False)
    area_id: str
    home_id: str | None
    controller_id: str
    team_id: str | None
    relations: frozenset[Relation]

    @property
    def said_name(self) -> str:
        """What people call her."""
        return self.known_as or self.name


@dataclass(frozen=True, kw_only=True)
class Still:
    """Who writes, to be judged once more in the transaction that writes."""

    policy: Policy
    person: Person
    action: Action = Action.edit_record


class RoleOver(Forbidden):
    """The role in which somebody writes has ended since their page was opened."""

    code = "role_over"


NOT_SHOWN: Final = "Not shown here"


def see_child(
    store: Store,
    *,
    policy: Policy,
    person: Person,
    actor: Actor,
    child_id: str,
    action: Action,
    logs: bool,
    definition: str = "",
) -> ChildHead:
    """Return the head of a child for an action; raise NotFound where she may not be known, Forbidden else.

    `definition` is the document that is to be begun about her, where one is.
    """
    with store.write() if logs else store.read() as tx:
        head = _head(tx, policy, person, child_id=child_id, action=action)
        if definition:
            about = About(relations=head.relations, definition=definition, area=head.area_id)
            _refuse(decide(policy, person.role, action, about))
        if logs:
            note(tx, actor, "child.see", child_id=child_id, asked=action.value)
        return head


def see_record(
    store: Store, *, policy: Policy, person: Person, actor: Actor, record_id: str, action: Action, logs: bool
) -> tuple[ChildHead, Record]:
    """Return a record with the head of its child; raise NotFound and Forbidden as for the child."""
    with store.write() if logs else store.read() as tx:
        record = records.get(tx, record_id)
        head = _head(tx, policy, person, child_id=record.child_id, action=action, record=record)
        if logs:
            note(tx, actor, "record.see", child_id=record.child_id, record_id=record.id, asked=action.value)
        return head, record


def judge_still(tx: Tx, still: Still | None, *, record_id: str, alone: bool = False) -> None:
    """Judge again, in the transaction that writes, whether somebody may do this: it stays so until the end.

    Without anybody to judge (the service itself) nothing is. `alone` where the transaction changes the child
    too: two who only watch her could not both. Raises RoleOver where their role has ended meanwhile, NotFound
    and Forbidden as for looking.
    """
    if still is None:
        return
    record = records.get(tx, record_id)
    lock = children.lock if alone else children.watch
    lock(tx, record.child_id)  # the child first: who closes a place waits for memberships last
    if not persons.still_holds(tx, still.person.membership_id):
        raise RoleOver
    _head(tx, still.policy, still.person, child_id=record.child_id, action=still.action, record=record)


def judge_still_about(tx: Tx, still: Still | None, *, child_id: str, definition: str = "") -> None:
    """Judge again, as for a record, whether somebody may do this about a child whom the caller holds.

    `definition` is the document that is to be begun about her, where one is.
    """
    if still is None:
        return
    if not persons.still_holds(tx, still.person.membership_id):
        raise RoleOver
    head = _head(tx, still.policy, still.person, child_id=child_id, action=still.action)
    if definition:
        about = About(relations=head.relations, definition=definition, area=head.area_id)
        _refuse(decide(still.policy, still.person.role, still.action, about))


def see_photo(store: Store, *, head: ChildHead) -> PhotoPlace:
    """Return where the photo on a child's head lies; raise NotFound."""
    if not head.photo:
        raise NotFound
    with store.read() as tx:
        return heads.photo_place(tx, child_id=head.id, sha256=head.photo)


def age_on(day: date, born: str) -> int | None:
    """Return the age in years on a day of somebody born on a date (2011-03-17); None without one."""
    if not born:
        return None
    birth = date.fromisoformat(born)
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def lives_in(home_name: str, details: Mapping[str, Any]) -> str:
    """Return where a child lives in a few words: the home, or the kind of place and the town."""
    if home_name:
        return home_name
    town = (details.get("address") or {}).get("town", "")
    kind = str(details.get("kind", ""))
    return ", ".join(part for part in (kind[:1].upper() + kind[1:], town) if part)


def _head(
    tx: Tx, policy: Policy, person: Person, *, child_id: str, action: Action, record: Record | None = None
) -> ChildHead:
    found = relations.relations(tx, person, child_id=child_id)
    if found is None:
        raise NotFound
    about = About(
        relations=found,
        definition=record.definition_id if record else "",
        area=record.area_id if record else "",
        withheld=record is not None and not is_there_for(tx, person, record_id=record.id),
    )
    _refuse(decide(policy, person.role, action, about))
    return _of(heads.head(tx, child_id), person=person, found=found)


def _refuse(decision: Decision) -> None:
    if decision.allowed:
        return
    if decision.hides:
        raise NotFound(decision.rule)
    raise Forbidden(decision.rule, rule=decision.rule, words=decision.words)


def _of(head: Head, *, person: Person, found: frozenset[Relation]) -> ChildHead:
    is_confidential = bool(head.details.get(CONFIDENTIAL))
    knows = knows_place(person, home_id=head.home_id, is_confidential=is_confidential)
    shown = head.photo(audience_for(person.role))
    return ChildHead(
        id=head.id,
        reference=head.reference,
        name=head.identity.name,
        known_as=head.identity.known_as,
        date_of_birth=head.identity.date_of_birth,
        age=age_on(today(), head.identity.date_of_birth),
        lives=lives_in(head.home_name, head.details) if knows else NOT_SHOWN,
        is_confidential=is_confidential and knows,
        missing="No missing episode is recorded here",
        photo="" if shown is None else str(shown["sha256"]),
        photo_taken=None if shown is None else shown.get("taken"),
        area_id=head.area_id,
        home_id=head.home_id if knows else None,
        controller_id=head.controller_id,
        team_id=head.team_id,
        relations=found,
    )
