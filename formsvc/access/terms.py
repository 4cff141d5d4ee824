"""The words of the access rules: roles, what ties a person to a child, and what may be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What a person is in an organisation."""

    social_worker = "social_worker"
    team_manager = "team_manager"
    service_manager = "service_manager"
    out_of_hours = "out_of_hours"
    missing_coordinator = "missing_coordinator"
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
    placement = "placement"
    """The child is placed in the person's home."""
    former_placement = "former_placement"
    """The child was placed in the person's home, and is not any more."""
    force = "force"
    """The child is placed in the area of the person's force."""
    organisation = "organisation"
    """The person's organisation controls what is held about the child."""
    emergency = "emergency"
    """The person has opened the child's documents in an emergency, and the time for it has not run out."""


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


ABOUT_NO_CHILD: Final = frozenset(
    {
        Action.begin,
        Action.list_children,
        Action.add_child,
        Action.see_drafts,
        Action.see_documents,
        Action.see_jobs,
        Action.retry_job,
        Action.manage_people,
        Action.see_audit,
    }
)
"""Actions for which no relation to a child is asked."""

ROLE_WORDS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.social_worker: "Social worker",
        Role.team_manager: "Team manager",
        Role.service_manager: "Head of service",
        Role.out_of_hours: "Emergency duty worker",
        Role.missing_coordinator: "Missing children co-ordinator",
        Role.residential_manager: "Residential manager",
        Role.home_staff: "Residential worker",
        Role.police_coordinator: "Police missing person co-ordinator",
        Role.reviewing_officer: "Reviewing officer",
        Role.return_interviewer: "Return interviewer",
        Role.administrator: "Administrator",
    }
)
