"""Say why somebody may, or may not, do something with a child or a record: for whoever runs the service."""

from __future__ import annotations

from dataclasses import dataclass

from formsvc.access.decision import About, Decision, decide
from formsvc.access.people import Person
from formsvc.access.policy import Policy
from formsvc.access.terms import ABOUT_NO_CHILD, Action, Relation
from formsvc.errors import NotFound
from formsvc.store import children, heads, persons, records, relations, users
from formsvc.store.records import Record
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import SERVICE, Actor, note
from formsvc.workflow.reading import is_there_for


@dataclass(frozen=True, kw_only=True)
class Explained:
    """The decision for somebody in one of their roles, and the ties to the child it rests on."""

    person: Person
    relations: frozenset[Relation]
    decision: Decision


def explain_access(
    store: Store,
    *,
    policy: Policy,
    email: str,
    action: Action,
    about: str = "",
    actor: Actor = SERVICE,
    within: str = "",
) -> tuple[Explained, ...]:
    """Return the decision in each role somebody holds. `about` is the reference of a record or a child.

    `within` is the organisation of whoever asks: then somebody who has no role there is unknown, and so is a
    child who is neither the organisation's nor tied to that person. Raises NotFound for what is unknown.
    That it was asked is noted in the audit.
    """
    with store.write() as tx:
        try:
            user = users.by_email(tx, email).user
        except NotFound:
            raise NotFound("person") from None
        asked_of = [one for one in persons.of_user(tx, user.id) if within in ("", one.organisation_id)]
        if within and not asked_of:
            raise NotFound("person")
        record, child_id = _about(tx, about)
        if child_id is None and action not in ABOUT_NO_CHILD:
            raise NotFound("name the record or the child it is about")
        found = tuple(
            _explained(tx, policy, one, action, record=record, child_id=child_id) for one in asked_of
        )
        is_tied = child_id is None or any(one.relations for one in found)
        if within and not is_tied and heads.head(tx, str(child_id)).controller_id != within:
            raise NotFound("reference")
        note(
            tx,
            actor,
            "access.explain",
            child_id=child_id,
            record_id=record.id if record else None,
            subject_id=user.id,
            asked=action.value,
        )
        return found


def _about(tx: Tx, reference: str) -> tuple[Record | None, str | None]:
    if not reference:
        return None, None
    try:
        record = records.by_reference(tx, reference)
    except NotFound:
        return None, children.by_reference(tx, reference)
    return record, record.child_id


def _explained(
    tx: Tx, policy: Policy, person: Person, action: Action, *, record: Record | None, child_id: str | None
) -> Explained:
    found = relations.relations(tx, person, child_id=child_id) if child_id else frozenset[Relation]()
    about = About(
        relations=found or frozenset(),
        definition=record.definition_id if record else "",
        area=record.area_id if record else "",
        withheld=record is not None and not is_there_for(tx, person, record_id=record.id),
    )
    return Explained(
        person=person, relations=about.relations, decision=decide(policy, person.role, action, about)
    )
