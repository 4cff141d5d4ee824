"""Look after one's own organisation: its name, its logo, its teams, homes and forces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from formsvc.access.people import PLACE_OF, ROLES_OF, Person
from formsvc.errors import NotFound, WrongState
from formsvc.records.logos import accept_logo
from formsvc.store import accounts, logos, organisations
from formsvc.store.accounts import AccountLine
from formsvc.store.logos import Logo, LogoSize
from formsvc.store.organisations import Organisation, PlaceUse
from formsvc.store.session import Store, Tx
from formsvc.workflow.actors import Actor, note

PLACES_OF: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        kind: tuple(dict.fromkeys(PLACE_OF[role] for role in roles if role in PLACE_OF))
        for kind, roles in ROLES_OF.items()
    }
)
"""Kind of organisation -> the kinds of place in which its roles can be held."""
ADDED_HERE: Final = frozenset({"team", "home"})
"""Kinds of place that an administrator adds. A force receives the police copies of every child placed in its
area, whosever child it is: so whoever has the machine adds it, and says which area."""


@dataclass(frozen=True, kw_only=True)
class Own:
    """One's own organisation: what it is, what its people see of it, the places in it."""

    organisation: Organisation
    logo: LogoSize | None
    places: tuple[PlaceUse, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OwnPlace:
    """A place with who works there."""

    use: PlaceUse
    people: tuple[AccountLine, ...]


class NameTaken(WrongState):
    """Another place of the same kind, or another organisation, bears this name."""

    code = "name_taken"


class StillUsed(WrongState):
    """Children are in the place: `children` says how many."""

    code = "still_used"

    def __init__(self, children: int) -> None:
        super().__init__()
        self.children = children


def own_organisation(store: Store, *, person: Person) -> Own:
    """Return one's own organisation."""
    with store.read() as tx:
        found = organisations.get(tx, person.organisation_id)
        return Own(
            organisation=found,
            logo=logos.size_of(tx, organisation_id=found.id),
            places=organisations.uses(tx, organisation_id=found.id),
            kinds=PLACES_OF.get(found.kind, ()),
        )


def own_place(store: Store, *, person: Person, place_id: str) -> OwnPlace:
    """Return a place of one's own organisation with who works there; raise NotFound."""
    with store.read() as tx:
        use = _use(tx, person, place_id)
        people = accounts.listing(tx, organisation_id=person.organisation_id, place_id=place_id)
        return OwnPlace(use=use, people=people)


def logo_of(store: Store, *, person: Person) -> LogoSize | None:
    """Return the logo that a person's pages bear, without its bytes; None without one."""
    with store.read() as tx:
        return logos.size_of(tx, organisation_id=person.organisation_id)


def read_logo(store: Store, *, person: Person, sha256: str) -> Logo:
    """Return the logo of one's own organisation; raise NotFound for any other."""
    with store.read() as tx:
        found = logos.get(tx, organisation_id=person.organisation_id)
    if found.sha256 != sha256:
        raise NotFound
    return found


def rename_organisation(store: Store, *, person: Person, actor: Actor, name: str) -> None:
    """Give one's own organisation another name; raise NameTaken.

    Documents that were issued keep the name they bear.
    """
    with store.write() as tx:
        if organisations.is_named(tx, name, but=person.organisation_id):
            raise NameTaken
        organisations.rename(tx, organisation_id=person.organisation_id, name=name)
        note(tx, actor, "organisation.rename", subject_id=person.organisation_id)


def put_logo(store: Store, *, person: Person, actor: Actor, data: bytes) -> None:
    """Show a picture beside the organisation's name from now on; raise Unreadable for what is none."""
    made = accept_logo(data)
    logo = Logo(sha256=made.sha256, png=made.png, width=made.width, height=made.height)
    with store.write() as tx:
        logos.keep(tx, logo, organisation_id=person.organisation_id)
        note(tx, actor, "organisation.logo", subject_id=person.organisation_id, sha256=logo.sha256)


def remove_logo(store: Store, *, person: Person, actor: Actor) -> None:
    """Show no picture any more."""
    with store.write() as tx:
        if logos.remove(tx, organisation_id=person.organisation_id):
            note(tx, actor, "organisation.logo", subject_id=person.organisation_id, removed=True)


def add_own_place(
    store: Store, *, person: Person, actor: Actor, kind: str, name: str, area_id: str = ""
) -> str:
    """Add a team or home to one's own organisation; return its id.

    Raises NotFound for a kind that this organisation has not, NameTaken.
    """
    with store.write() as tx:
        organisation = organisations.get(tx, person.organisation_id)
        if kind not in PLACES_OF.get(organisation.kind, ()) or kind not in ADDED_HERE:
            raise NotFound
        _refuse_taken(tx, person, kind=kind, name=name)
        here = {"organisation_id": organisation.id, "name": name}
        if kind == "team":
            made = organisations.add_team(tx, **here)
        else:
            made = organisations.add_home(tx, **here, area_id=area_id)
        note(tx, actor, "organisation.place", subject_id=made, place=kind)
        return made


def rename_own_place(store: Store, *, person: Person, actor: Actor, place_id: str, name: str) -> None:
    """Give a place of one's own another name; raise NotFound, NameTaken."""
    with store.write() as tx:
        place = organisations.place(tx, place_id, organisation_id=person.organisation_id)
        _refuse_taken(tx, person, kind=place.kind, name=name, but=place.id)
        organisations.rename_place(tx, place, name=name)
        note(tx, actor, "organisation.rename_place", subject_id=place.id, place=place.kind)


def close_own_place(store: Store, *, person: Person, actor: Actor, place_id: str) -> int:
    """Close a place of one's own and end the roles held there; return how many there were.

    Raises NotFound, and StillUsed while children are there.
    """
    with store.write() as tx:
        place = organisations.place(tx, place_id, organisation_id=person.organisation_id, lock=True)
        if children := _use(tx, person, place.id).children:
            raise StillUsed(children)
        ended = organisations.close_place(tx, place)
        note(tx, actor, "organisation.close_place", subject_id=place.id, place=place.kind, roles=ended)
        return ended


def _use(tx: Tx, person: Person, place_id: str) -> PlaceUse:
    found = organisations.uses(tx, organisation_id=person.organisation_id)
    use = next((one for one in found if one.place.id == place_id), None)
    if use is None:
        raise NotFound
    return use


def _refuse_taken(tx: Tx, person: Person, *, kind: str, name: str, but: str = "") -> None:
    for one in organisations.places(tx, organisation_id=person.organisation_id):
        if one.kind == kind and one.id != but and one.name.casefold() == name.casefold():
            raise NameTaken
