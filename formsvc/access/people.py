"""Who is signed in, in which role, and whom that role may look after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from formsvc.access.table import ROLE_WORDS, Role


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person acting in one role. `area_id` is that of the home or the force, empty without either."""

    user_id: str
    name: str
    email: str
    membership_id: str
    role: Role
    organisation_id: str
    organisation_name: str
    team_id: str | None = None
    home_id: str | None = None
    force_id: str | None = None
    area_id: str = ""
    place_name: str = ""

    @property
    def role_words(self) -> str:
        """The role, as people say it."""
        return ROLE_WORDS[self.role]


ROLES_OF: Final[Mapping[str, tuple[Role, ...]]] = MappingProxyType(
    {
        "authority": (
            Role.social_worker,
            Role.team_manager,
            Role.service_manager,
            Role.out_of_hours,
            Role.missing_coordinator,
            Role.reviewing_officer,
            Role.return_interviewer,
            Role.administrator,
        ),
        "provider": (Role.residential_manager, Role.home_staff, Role.administrator),
        "police": (Role.police_coordinator, Role.administrator),
    }
)
"""Kind of organisation -> the roles it can give; any other kind gives administrators alone."""

PLACE_OF: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.social_worker: "team",
        Role.team_manager: "team",
        Role.residential_manager: "home",
        Role.home_staff: "home",
        Role.police_coordinator: "force",
    }
)
"""Role -> the kind of place it is held in; a role that is not here is held in the organisation."""

_MANAGED: Final[Mapping[Role, tuple[Role, ...]]] = {
    Role.team_manager: (Role.social_worker,),
    Role.residential_manager: (Role.home_staff,),
}


@dataclass(frozen=True, kw_only=True)
class Held:
    """A role that somebody holds, and where."""

    role: str
    organisation_id: str
    place_id: str | None = None


def may_give(person: Person, held: Held) -> bool:
    """Say whether a person may give this role there, and look after the account of whoever holds it."""
    if held.organisation_id != person.organisation_id or held.role == Role.operator:
        return False  # an operator is made, and let in again, at the command line alone
    if person.role is Role.administrator:
        return True
    own = person.team_id or person.home_id
    return held.role in _MANAGED.get(person.role, ()) and own is not None and held.place_id == own


def may_look_after(person: Person, user_id: str, held: tuple[Held, ...]) -> bool:
    """Say whether a person may release or reset an account: never their own, and every role must be theirs.

    Somebody who is more elsewhere is looked after there, or a reset would open that door too.
    """
    return user_id != person.user_id and bool(held) and all(may_give(person, one) for one in held)
