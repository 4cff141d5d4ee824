"""The access table: which role may do what to whom, as data. What is not in it is not allowed.

`docs/access.md` prints it in words; `tests/guards/test_routes.py` asks for every route as every role
and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What a person is in an organisation."""

    social_worker = "social_worker"
    team_manager = "team_manager"
    residential_manager = "residential_manager"
    home_staff = "home_staff"
    police_coordinator = "police_coordinator"
    reviewing_officer = "reviewing_officer"
    return_interviewer = "return_interviewer"
    administrator = "administrator"


class Relation(StrEnum):
    """What ties a person to a child now, worked out from data alone."""

    allocated = "allocated"
    """The child is on the person's caseload."""
    team = "team"
    """The child is the person's team's."""
    home = "home"
    """The child is placed in the person's home."""
    area = "area"
    """The child is placed in the area of the person's force."""
    organisation = "organisation"
    """The person's organisation controls what is held about the child."""


class Action(StrEnum):
    """What may be asked for."""

    begin = "begin"
    """Be here at all: the first page, one's own sign-ins, one's own password."""
    list_children = "list_children"
    see_child = "see_child"
    add_child = "add_child"
    place_child = "place_child"
    start_record = "start_record"
    see_record = "see_record"
    edit_record = "edit_record"
    see_drafts = "see_drafts"
    sign_off = "sign_off"
    send_back = "send_back"
    approve = "approve"
    finalise = "finalise"
    withdraw = "withdraw"
    download = "download"
    compare = "compare"
    see_documents = "see_documents"
    """The newest plans of the children one may see, as a list."""
    see_history = "see_history"
    """Who did and saw what about a child."""
    see_jobs = "see_jobs"
    retry_job = "retry_job"
    manage_people = "manage_people"
    see_audit = "see_audit"


ROLE_WORDS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.social_worker: "Social worker",
        Role.team_manager: "Team manager",
        Role.residential_manager: "Residential manager",
        Role.home_staff: "Residential worker",
        Role.police_coordinator: "Police missing person co-ordinator",
        Role.reviewing_officer: "Reviewing officer",
        Role.return_interviewer: "Return interviewer",
        Role.administrator: "Administrator",
    }
)

Reaches = Mapping[Role, frozenset[Relation] | None]
"""Role -> the relations of which one must hold; None where the action is about no child."""

_CASE: Final = frozenset({Relation.allocated, Relation.team})
_SEES: Final[Reaches] = {
    Role.social_worker: _CASE,
    Role.team_manager: frozenset({Relation.team}),
    Role.residential_manager: frozenset({Relation.home}),
    Role.home_staff: frozenset({Relation.home}),
    Role.police_coordinator: frozenset({Relation.area}),
    Role.reviewing_officer: frozenset({Relation.organisation}),
    Role.return_interviewer: frozenset({Relation.allocated}),
}
_WORKS: Final[Reaches] = {
    role: _SEES[role] for role in (Role.social_worker, Role.team_manager, Role.return_interviewer)
}
_LEADS: Final[Reaches] = {Role.team_manager: _SEES[Role.team_manager]}
_KEEPS: Final[Reaches] = {role: _SEES[role] for role in (Role.social_worker, Role.team_manager)}


def _anywhere(*roles: Role) -> Reaches:
    return dict.fromkeys(roles)


TABLE: Final[Mapping[Action, Reaches]] = MappingProxyType(
    {
        Action.begin: _anywhere(*Role),
        Action.list_children: _anywhere(*_SEES),
        Action.see_child: _SEES,
        Action.add_child: _anywhere(*_KEEPS),
        Action.place_child: _KEEPS,
        Action.start_record: _WORKS,
        Action.see_record: {**_WORKS, Role.reviewing_officer: _SEES[Role.reviewing_officer]},
        Action.edit_record: _WORKS,
        Action.see_drafts: _anywhere(*_WORKS),
        Action.sign_off: _WORKS,
        Action.send_back: _LEADS,
        Action.approve: _LEADS,
        Action.finalise: _WORKS,
        Action.withdraw: _LEADS,
        Action.download: _SEES,
        Action.compare: _SEES,
        Action.see_documents: _anywhere(*_SEES),
        Action.see_history: {**_LEADS, Role.reviewing_officer: _SEES[Role.reviewing_officer]},
        Action.see_jobs: _anywhere(Role.administrator),
        Action.retry_job: _anywhere(Role.administrator),
        Action.manage_people: _anywhere(Role.administrator, Role.team_manager, Role.residential_manager),
        Action.see_audit: _anywhere(Role.administrator),
    }
)

_AUDIENCES: Final[Mapping[Role, str]] = {
    Role.social_worker: "full",
    Role.team_manager: "full",
    Role.reviewing_officer: "full",
    Role.return_interviewer: "full",
    Role.residential_manager: "home",
    Role.home_staff: "home",
    Role.police_coordinator: "police",
}


def ever(role: Role, action: Action) -> bool:
    """Say whether a role may do this to anybody at all."""
    return role in TABLE[action]


def reach(role: Role, action: Action) -> frozenset[Relation]:
    """Return the relations of which one must hold; empty where none would do, or none is needed."""
    return TABLE[action].get(role) or frozenset()


def allowed(role: Role, action: Action, relations: frozenset[Relation]) -> bool:
    """Say whether a role may do this to a child to whom it has these relations."""
    wanted = TABLE[action].get(role, frozenset())
    return wanted is None or bool(wanted & relations)


def audience_for(role: Role) -> str:
    """Return which copy a role downloads: full, home or police; empty where none."""
    return _AUDIENCES.get(role, "")
