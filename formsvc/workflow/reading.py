"""What a person may read now, in the caller's transaction: asked once, before anything is listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from formsvc.access.people import Person
from formsvc.access.places import CONFIDENTIAL, knows_place
from formsvc.access.policy import Policy
from formsvc.access.readable import FULL, WHOLE, Reading, passed_on
from formsvc.access.table import Action, audience_for
from formsvc.store import definitions, relations
from formsvc.store.children import ChildLine
from formsvc.store.documents import Document
from formsvc.store.plans import PlanLine as NewestLine
from formsvc.store.session import Store, Tx
from formsvc.store.waiting import PlanLine
from formsvc.workflow.effective import effective_of, reached_by


@dataclass(frozen=True, kw_only=True)
class Reads:
    """Forms by their hashes: those a person has any copy of, sees as records as well, and approves.

    `withheld` is what is withheld from them by name, parts by record; `opened` the parts of named readers
    that they were named for.
    """

    audience: str
    copies: frozenset[str]
    whole: frozenset[str]
    approves: frozenset[str]
    withheld: Mapping[str, frozenset[str]]
    opened: Mapping[str, frozenset[str]]

    def of(self, record_id: str) -> Reading:
        """Return how the person reads one record."""
        nothing = frozenset[str]()
        return Reading(
            audience=self.audience,
            withheld=self.withheld.get(record_id, nothing),
            opened=self.opened.get(record_id, nothing),
        )


def reads(tx: Tx, policy: Policy, person: Person) -> Reads:
    """Return what a person may read of the forms that were ever used here. The same queries always."""
    audience = audience_for(person.role)
    known = [one for one in definitions.known(tx) if audience in reached_by(tx, one.hash)]

    def narrowed(action: Action, one: definitions.Known) -> bool:
        found = policy.narrowing(person.role, action, definition=one.definition_id, area=one.area_id)
        return found is not None

    copies = {one.hash for one in known if not narrowed(Action.download, one)}
    whole = {
        one.hash
        for one in known
        if policy.permits(person.role, Action.see_record, one.definition_id)
        and not narrowed(Action.see_record, one)
    }
    approves = {
        one.hash
        for one in known
        if one.hash in whole and policy.permits(person.role, Action.approve, one.definition_id)
    }
    return Reads(
        audience=audience,
        copies=frozenset(copies),
        whole=frozenset(whole),
        approves=frozenset(approves),
        withheld=relations.all_withheld(tx, person),
        opened=relations.all_opened(tx, person),
    )


def lines_for(tx: Tx, may: Reads, person: Person, lines: Iterable[PlanLine]) -> tuple[PlanLine, ...]:
    """Return the lines of plans as a person may see them: no place and no file that is kept from them."""
    return tuple(
        replace(
            one,
            home_name=one.home_name if _knows(person, one) else "",
            documents=() if is_kept_back(tx, may, one) else one.documents,
        )
        for one in lines
    )


def news_for(person: Person, lines: Iterable[NewestLine]) -> tuple[NewestLine, ...]:
    """Return the newest plans as a person may see them: without a place they may not know."""
    return tuple(one if _knows(person, one) else replace(one, home_id=None, home_name="") for one in lines)


def is_kept_back(tx: Tx, may: Reads, line: PlanLine | NewestLine) -> bool:
    """Say whether the copy of a plan that is a person's own carries a part withheld from them."""
    return may.of(line.record_id).is_carried_by(effective_of(tx, line.definition_hash), may.audience)


def children_for(person: Person, lines: Iterable[ChildLine]) -> tuple[ChildLine, ...]:
    """Return the lines of children as a person may see them: without a place they may not know."""
    return tuple(
        one
        if knows_place(person, home_id=one.home_id, is_confidential=bool(one.details.get(CONFIDENTIAL)))
        else replace(one, home_id=None, home_name="", details={})
        for one in lines
    )


def _knows(person: Person, one: PlanLine | NewestLine) -> bool:
    return knows_place(person, home_id=one.home_id, is_confidential=one.is_confidential)


def reading_of(tx: Tx, person: Person, *, record_id: str) -> Reading:
    """Return how a person reads one record."""
    return Reading(
        audience=audience_for(person.role),
        withheld=relations.withheld(tx, person, record_id=record_id),
        opened=relations.opened(tx, person, record_id=record_id),
    )


def is_there_for(tx: Tx, person: Person, *, record_id: str) -> bool:
    """Say whether a record has anything for a person, whatever they may do with it."""
    reading = reading_of(tx, person, record_id=record_id)
    forms = definitions.of_record(tx, record_id)
    return WHOLE not in reading.withheld and any(reading.audience in reached_by(tx, one) for one in forms)


def is_handed_to(tx: Tx, reading: Reading, document: Document) -> bool:
    """Say whether a document may be handed to a reader: theirs or to pass on, nothing in it withheld."""
    form = effective_of(tx, document.definition_hash)
    theirs = {FULL, document.audience_id}
    if reading.audience not in theirs and document.audience_id not in passed_on(form, reading.audience):
        return False
    return not reading.is_carried_by(form, document.audience_id)


def passed_on_of(store: Store, *, definition_hash: str, person: Person) -> frozenset[str]:
    """Return the audiences whose copies of a form a person is handed to pass on, besides their own."""
    with store.read() as tx:
        return passed_on(effective_of(tx, definition_hash), audience_for(person.role))
