"""Look at each current form again after a move: who is asked, what they say, until it is done.

Where a child moves into a home its people are asked, and the child's worker and the author see that they
are; anywhere else these two are asked alone. What is late shows on the team manager's first page.
"""

from __future__ import annotations

from formsvc.access.decision import About, decide
from formsvc.access.people import Person
from formsvc.access.policy import Policy
from formsvc.access.table import Action, Role, audience_for, ever, reach
from formsvc.errors import StaleVersion
from formsvc.store import review_requests
from formsvc.store.review_requests import ReviewRequest
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note
from formsvc.workflow.reading import is_there_for


def reviews_for(store: Store, *, policy: Policy, person: Person) -> tuple[ReviewRequest, ...]:
    """Return what somebody is asked to look at after a move, the first due first."""
    if not ever(person.role, Action.review_plan):
        return ()
    with store.read() as tx:
        return tuple(one for one in _asked(tx, person) if _may(tx, policy, person, one))


def review_asked(store: Store, *, record_id: str) -> ReviewRequest:
    """Return what is asked of a record now; raise NotFound where nothing is."""
    with store.read() as tx:
        return review_requests.of_record(tx, record_id)


def say_unchanged(store: Store, *, actor: Actor, record_id: str, request_id: str, revises: bool) -> None:
    """Note that somebody looked at a form and nothing has to change.

    Where somebody said before that something has, it is for who may change it (`revises`) to say so.
    Raises NotFound and StaleVersion where something else is asked by now.
    """
    with store.write() as tx:
        asked = _same(tx, record_id, request_id)
        if asked.wanted_at is not None and not revises:
            raise StaleVersion
        review_requests.close(tx, record_id=record_id, outcome="no_change", by=actor.user_id)
        note(
            tx,
            actor,
            "review.no_change",
            child_id=asked.child_id,
            record_id=record_id,
            subject_id=request_id,
            revision=asked.revision_id,
        )


def say_wanted(store: Store, *, actor: Actor, record_id: str, request_id: str, words: str) -> None:
    """Note what has to change in a form, for who may change it; the request stays open until they do."""
    with store.write() as tx:
        asked = _same(tx, record_id, request_id)
        review_requests.want(tx, asked, words=words, by=actor.user_id)
        note(
            tx,
            actor,
            "review.wanted",
            child_id=asked.child_id,
            record_id=record_id,
            subject_id=request_id,
            revision=asked.revision_id,
        )


def _same(tx: Tx, record_id: str, request_id: str) -> ReviewRequest:
    asked = review_requests.of_record(tx, record_id)
    if asked.id != request_id:
        raise StaleVersion
    return asked


def _asked(tx: Tx, person: Person) -> tuple[ReviewRequest, ...]:
    seen = reach(person.role, Action.review_plan)
    match person.role:
        case Role.residential_manager | Role.home_staff:
            return review_requests.of_home(tx, person, audience=audience_for(person.role))
        case Role.team_manager:
            return review_requests.of_lead(tx, person, seen=seen)
        case _:
            return review_requests.of_worker(tx, person, seen=seen)


def _may(tx: Tx, policy: Policy, person: Person, one: ReviewRequest) -> bool:
    about = About(
        relations=reach(person.role, Action.review_plan),  # one of them holds: the list asked for it
        definition=one.definition_id,
        area=one.area_id,
        withheld=not is_there_for(tx, person, record_id=one.record_id),
    )
    return decide(policy, person.role, Action.review_plan, about).allowed
