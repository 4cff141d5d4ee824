"""The access rules, as data. A rule allows; what no rule allows is not allowed.

Each rule names the clauses it answers (`form_templates/requirements`) and says itself in words, for
whoever asks why. An area may narrow what stands here for its own records (`access` in its file);
it cannot widen it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from formsvc.access.terms import Action, Relation, Role

A = Action


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Roles that may do these things, where one of these relations to the child holds.

    `clauses` are requirement ids; a rule without one rests on the design and says why in `words`.
    """

    id: str
    roles: frozenset[Role]
    relations: frozenset[Relation]
    actions: frozenset[Action]
    words: str
    clauses: tuple[str, ...] = ()


def _rule(
    id: str,
    *,
    roles: Iterable[Role],
    actions: Iterable[Action],
    words: str,
    relations: Iterable[Relation] = (),
    clauses: tuple[str, ...] = (),
) -> Rule:
    return Rule(
        id=id,
        roles=frozenset(roles),
        relations=frozenset(relations),
        actions=frozenset(actions),
        words=words,
        clauses=clauses,
    )


_READS: Final = frozenset({A.list_children, A.see_child, A.download, A.compare, A.see_documents, A.hand_out})
_HEARS: Final = frozenset({A.dispute, A.settle_dispute})
_WORKS: Final = _HEARS | {
    A.start_record,
    A.see_record,
    A.edit_record,
    A.see_drafts,
    A.sign_off,
    A.finalise,
    A.review_plan,
}
_KEEPS: Final = frozenset({A.add_child, A.place_child})
_LEADS: Final = frozenset(
    {A.send_back, A.approve, A.withdraw, A.recall, A.see_history, A.see_emergency, A.review_emergency}
)
_CONFIDES: Final = frozenset({A.keep_secret, A.reveal})

_IN_AN_EMERGENCY: Final = (
    Role.social_worker,
    Role.team_manager,
    Role.residential_manager,
    Role.home_staff,
    Role.police_coordinator,
    Role.return_interviewer,
)

RULES: Final[tuple[Rule, ...]] = (
    _rule(
        "everybody",
        roles=Role,
        actions=(A.begin,),
        words="Everybody who is signed in has a first page, their own account and their own sign-ins.",
    ),
    _rule(
        "case-worker",
        roles=(Role.social_worker,),
        relations=(Relation.allocated, Relation.team),
        actions=_READS | _WORKS | _KEEPS | _CONFIDES,
        clauses=("R-01", "R-10", "R-14", "R-23", "R-30", "R-31", "R-38", "D-35"),
        words="Social workers complete and issue the forms of the children on their caseload and of their "
        "own team.",
    ),
    _rule(
        "team-lead",
        roles=(Role.team_manager,),
        relations=(Relation.team,),
        actions=_READS | _WORKS | _KEEPS | _LEADS | _CONFIDES,
        clauses=("R-04", "R-06", "R-24", "R-31", "R-33", "R-37"),
        words="Team managers do the same for their team's children; they approve, send back and withdraw.",
    ),
    _rule(
        "service-lead",
        roles=(Role.service_manager,),
        relations=(Relation.organisation,),
        actions=_READS | _LEADS | {A.see_record, *_HEARS},
        clauses=("R-04", "R-16", "R-24", "R-37"),
        words="Heads of service see and approve for all children of the authority; they complete no form.",
    ),
    _rule(
        "out-of-hours",
        roles=(Role.out_of_hours,),
        relations=(Relation.organisation,),
        actions=_READS | _WORKS | _KEEPS | _CONFIDES,
        clauses=("R-06", "R-25"),
        words="Emergency duty workers stand in for every social worker of the authority, out of hours.",
    ),
    _rule(
        "missing-coordinator",
        roles=(Role.missing_coordinator,),
        relations=(Relation.organisation,),
        actions=_READS | _WORKS | _KEEPS | {A.see_history},
        clauses=("R-13", "R-20", "R-21", "R-32"),
        words="The missing children co-ordinator oversees every missing child of the authority.",
    ),
    _rule(
        "home",
        roles=(Role.residential_manager, Role.home_staff),
        relations=(Relation.placement,),
        actions=_READS | _WORKS,
        clauses=("R-02", "R-26", "R-38", "R-42", "D-09", "D-27", "D-44"),
        words="A home has what it needs of the children who are placed there now, and completes the forms "
        "that are a home's to complete.",
    ),
    _rule(
        "home-folder",
        roles=(Role.residential_manager, Role.home_staff),
        actions=(A.print_home,),
        words="A home prints the current forms of the children who are placed there now, each as it may have "
        "a copy of it, and keeps its own paper folder: no other home's.",
    ),
    _rule(
        "home-lead",
        roles=(Role.residential_manager,),
        relations=(Relation.placement,),
        actions=(A.send_back, A.approve, A.withdraw),
        clauses=("R-26",),
        words="Managers of a home approve, send back and withdraw the forms that are a home's to complete, "
        "for the children who are placed there now.",
    ),
    _rule(
        "police",
        roles=(Role.police_coordinator,),
        relations=(Relation.force,),
        actions=_READS,
        clauses=("R-05", "R-06", "R-32", "R-42", "D-09", "D-28"),
        words="The force of the area where a child is placed has the police copies.",
    ),
    _rule(
        "reviewer",
        roles=(Role.reviewing_officer,),
        relations=(Relation.organisation,),
        actions=_READS | {A.see_record, A.see_history, A.dispute},
        clauses=("R-07", "R-08", "R-15", "R-38", "R-42", "D-30", "D-39"),
        words="Reviewing officers read the forms of the authority's children, and who did what with them.",
    ),
    _rule(
        "reviewer-minutes",
        roles=(Role.reviewing_officer,),
        relations=(Relation.organisation,),
        actions=(A.start_record, A.edit_record, A.see_drafts, A.sign_off, A.finalise),
        clauses=("R-07", "R-38"),
        words="Reviewing officers put minutes that were signed on the child's record, and what else a "
        "document's own entry lets them complete.",
    ),
    _rule(
        "interviewer",
        roles=(Role.return_interviewer,),
        relations=(Relation.allocated,),
        actions=_READS | _WORKS,
        clauses=("R-11", "R-17", "R-22", "R-30"),
        words="Return interviewers work with the children who are allocated to them.",
    ),
    _rule(
        "administration",
        roles=(Role.administrator,),
        actions=(A.see_jobs, A.retry_job, A.manage_people, A.see_audit),
        words="Administrators look after people and the service, and see nothing about any child.",
    ),
    _rule(
        "own-organisation",
        roles=(Role.administrator,),
        actions=(A.manage_organisation, A.see_areas, A.explain_access, A.see_seal),
        words="Administrators look after their own organisation: its name, its places, its seal, and what "
        "the rules of access and of each area are.",
    ),
    _rule(
        "instance",
        roles=(Role.operator,),
        actions=(A.manage_instance, A.see_jobs, A.retry_job),
        words="Whoever runs the service adds organisations and sees their names and how they stand, and "
        "nothing inside them.",
    ),
    _rule(
        "keeping",
        roles=(Role.team_manager,),
        relations=(Relation.team,),
        actions=(A.close_case, A.hold_child, A.propose_disposal, A.see_disposals),
        words="Team managers close their team's cases, hold what must not be destroyed, and propose what is "
        "due for disposal.",
    ),
    _rule(
        "keeping-confirmed",
        roles=(Role.service_manager,),
        relations=(Relation.organisation,),
        actions=(
            A.close_case,
            A.hold_child,
            A.lift_hold,
            A.propose_disposal,
            A.confirm_disposal,
            A.export_child,
            A.see_disposals,
        ),
        words="Heads of service do the same for the whole authority; they alone lift a hold, confirm what "
        "somebody else proposed to destroy, and export a child's record for whoever has a right to it.",
    ),
    _rule(
        "schedule",
        roles=(Role.administrator,),
        actions=(A.set_retention, A.see_disposals),
        words="Administrators keep their organisation's retention schedule, and see what is due by reference "
        "alone.",
    ),
    _rule(
        "on-call",
        roles=(
            Role.residential_manager,
            Role.team_manager,
            Role.service_manager,
            Role.out_of_hours,
            Role.administrator,
        ),
        actions=(A.see_on_call,),
        words="Managers and the duty desk see who is on call; who is on call lets in again whoever of the "
        "organisation is locked out.",
    ),
    _rule(
        "withholding-team",
        roles=(Role.team_manager,),
        relations=(Relation.team,),
        actions=(A.withhold,),
        words="Team managers say who, by name, may not see a child of their team, or a form or a part about "
        "them, and who is named to read a part that only named people read.",
    ),
    _rule(
        "withholding-service",
        roles=(Role.service_manager,),
        relations=(Relation.organisation,),
        actions=(A.withhold,),
        words="Heads of service do the same for every child of the authority.",
    ),
    _rule(
        "allocating-team",
        roles=(Role.team_manager,),
        relations=(Relation.team,),
        actions=(A.allocate, A.correct_child),
        clauses=("R-04", "R-24"),
        words="Team managers say which team and which workers answer for a child of their team, and correct "
        "a name or a date of birth.",
    ),
    _rule(
        "allocating-service",
        roles=(Role.service_manager,),
        relations=(Relation.organisation,),
        actions=(A.allocate, A.correct_child),
        clauses=("R-04",),
        words="Heads of service say which team and which workers answer for any child of the authority, and "
        "correct a name or a date of birth.",
    ),
    _rule(
        "case-file",
        roles=(Role.social_worker,),
        relations=(Relation.allocated, Relation.team),
        actions=(A.keep_references, A.upload_copy),
        words="Social workers keep what other systems know a child of their caseload or team by, and take "
        "final documents to the case file.",
    ),
    _rule(
        "case-file-team",
        roles=(Role.team_manager,),
        relations=(Relation.team,),
        actions=(A.keep_references, A.upload_copy),
        words="Team managers do both for their team's children.",
    ),
    _rule(
        "case-file-authority",
        roles=(Role.out_of_hours, Role.missing_coordinator),
        relations=(Relation.organisation,),
        actions=(A.keep_references, A.upload_copy),
        words="Emergency duty workers and the missing children co-ordinator do both for every child of the "
        "authority.",
    ),
    _rule(
        "case-file-interviewer",
        roles=(Role.return_interviewer,),
        relations=(Relation.allocated,),
        actions=(A.upload_copy,),
        words="Return interviewers take final documents about the children allocated to them to the case "
        "file.",
    ),
    _rule(
        "releasing",
        roles=(Role.social_worker,),
        relations=(Relation.allocated, Relation.team),
        actions=(A.release_fact,),
        words="The child's own social worker releases, one by one and with a reason, what an interview "
        "taught to whoever needs it.",
    ),
    _rule(
        "releasing-team",
        roles=(Role.team_manager,),
        relations=(Relation.team,),
        actions=(A.release_fact,),
        words="Team managers release it for their team's children.",
    ),
    _rule(
        "own-people",
        roles=(Role.team_manager, Role.residential_manager),
        actions=(A.manage_people,),
        words="Whoever leads a team or a home looks after the people in it.",
    ),
    _rule(
        "allocated-worker",
        roles=(Role.social_worker,),
        relations=(Relation.allocated,),
        actions=(A.see_emergency,),
        words="The worker of a child is told at once when somebody looks at the child in an emergency.",
    ),
    _rule(
        "former-home",
        roles=(Role.residential_manager, Role.home_staff),
        relations=(Relation.former_placement,),
        actions=(A.see_own_past,),
        words="A home keeps what its own people wrote or signed about a child who lived there, as it was "
        "issued until the child moved, and sees nothing else and nothing after.",
    ),
    _rule(
        "break-glass",
        roles=_IN_AN_EMERGENCY,
        actions=(A.break_glass,),
        words="Whoever has a child before them, and no access, can open the newest documents in an "
        "emergency, with a reason, for an hour.",
    ),
    _rule(
        "emergency",
        roles=_IN_AN_EMERGENCY,
        relations=(Relation.emergency,),
        actions=(A.see_child, A.download),
        words="For an hour after saying that it is an emergency, the child's page and the newest documents "
        "can be seen. Every look is noted and reviewed.",
    ),
)
