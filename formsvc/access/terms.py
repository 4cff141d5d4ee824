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
    operator = "operator"


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
    allocate = "allocate"
    """Say which team and which workers answer for a child."""
    correct_child = "correct_child"
    """Correct a child's name, what they are known as, or the date of birth."""
    keep_references = "keep_references"
    """Say what other systems know a child by, correct it, end it."""
    start_record = "start_record"
    see_record = "see_record"
    edit_record = "edit_record"
    see_drafts = "see_drafts"
    sign_off = "sign_off"
    send_back = "send_back"
    approve = "approve"
    finalise = "finalise"
    withdraw = "withdraw"
    recall = "recall"
    """Ask for every copy of a withdrawn revision back, and follow it to the end."""
    hand_out = "hand_out"
    """Say to whom outside a copy was handed."""
    dispute = "dispute"
    """Note that the child or a parent says an answer is wrong."""
    settle_dispute = "settle_dispute"
    download = "download"
    upload_copy = "upload_copy"
    """Take a final document to the case file, and say that it is there or not needed."""
    print_home = "print_home"
    """Print the current forms of the children placed in one's home, and keep its paper folder."""
    compare = "compare"
    see_documents = "see_documents"
    """The newest plans of the children one may see, as a list."""
    review_plan = "review_plan"
    """Say of a current form, after a move, that nothing has to change in it, or what has."""
    see_own_past = "see_own_past"
    """What one's home wrote about children who lived there and do not any more, as it was issued."""
    break_glass = "break_glass"
    """Open a child's newest documents in an emergency, where nothing else lets one in."""
    see_emergency = "see_emergency"
    """That somebody looked at a child in an emergency, why, and at what."""
    review_emergency = "review_emergency"
    keep_secret = "keep_secret"  # noqa: S105  (an action, no password)
    """Put a secret in the keeping of the store, replace it, destroy it."""
    reveal = "reveal"
    """See one secret for a minute."""
    withhold = "withhold"
    """Say who, by name, may not see a child, a form or a part of one, and who is named to read a part."""
    release_fact = "release_fact"
    """Let one more audience have a fact that a form taught."""
    see_history = "see_history"
    """Who did and saw what about a child."""
    see_jobs = "see_jobs"
    retry_job = "retry_job"
    manage_people = "manage_people"
    see_on_call = "see_on_call"
    """Who is on call; and, for who is on call now, letting in again whoever is locked out."""
    see_audit = "see_audit"
    close_case = "close_case"
    """Close a child's case, open it again."""
    hold_child = "hold_child"
    """Stop any disposal of what is held on a child."""
    lift_hold = "lift_hold"
    propose_disposal = "propose_disposal"
    """Propose that what is held on a child is destroyed, or stop it while it can be stopped."""
    confirm_disposal = "confirm_disposal"
    export_child = "export_child"
    """Take everything that is held on a child, for whoever asks for their own record."""
    see_disposals = "see_disposals"
    """What is due for disposal, and what was disposed of."""
    set_retention = "set_retention"
    manage_organisation = "manage_organisation"
    """The name, the logo and the places of one's own organisation."""
    see_areas = "see_areas"
    """What each area made of the protocols: read only."""
    explain_access = "explain_access"
    """The access rules in words, and why one of one's own people may or may not do something."""
    see_seal = "see_seal"
    """The certificate of one's own organisation's seal, never its key."""
    manage_instance = "manage_instance"
    """Which organisations are here: their names and how they stand, nothing inside them."""


ABOUT_NO_CHILD: Final = frozenset(
    {
        Action.begin,
        Action.list_children,
        Action.add_child,
        Action.see_drafts,
        Action.see_documents,
        Action.print_home,
        Action.see_jobs,
        Action.retry_job,
        Action.manage_people,
        Action.see_on_call,
        Action.see_audit,
        Action.see_disposals,
        Action.set_retention,
        Action.break_glass,
        Action.manage_organisation,
        Action.see_areas,
        Action.explain_access,
        Action.see_seal,
        Action.manage_instance,
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
        Role.operator: "Service operator",
    }
)
