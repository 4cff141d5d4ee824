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


_READS: Final = frozenset({A.list_children, A.see_child, A.download, A.compare, A.see_documents})
_WORKS: Final = frozenset({A.start_record, A.see_record, A.edit_record, A.see_drafts, A.sign_off, A.finalise})
_KEEPS: Final = frozenset({A.add_child, A.place_child})
_LEADS: Final = frozenset({A.send_back, A.approve, A.withdraw, A.see_history})

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
        actions=_READS | _WORKS | _KEEPS,
        clauses=("R-01", "R-10", "R-14", "R-23", "R-30", "R-31", "R-38", "D-35"),
        words="Social workers complete and issue the forms of the children on their caseload and of their "
        "own team.",
    ),
    _rule(
        "team-lead",
        roles=(Role.team_manager,),
        relations=(Relation.team,),
        actions=_READS | _WORKS | _KEEPS | _LEADS,
        clauses=("R-04", "R-06", "R-24", "R-31", "R-33", "R-37"),
        words="Team managers do the same for their team's children; they approve, send back and withdraw.",
    ),
    _rule(
        "service-lead",
        roles=(Role.service_manager,),
        relations=(Relation.organisation,),
        actions=_READS | _LEADS | {A.see_record},
        clauses=("R-04", "R-16", "R-24", "R-37"),
        words="Heads of service see and approve for all children of the authority; they complete no form.",
    ),
    _rule(
        "out-of-hours",
        roles=(Role.out_of_hours,),
        relations=(Relation.organisation,),
        actions=_READS | _WORKS | _KEEPS,
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
        actions=_READS | {A.see_record, A.see_history},
        clauses=("R-07", "R-08", "R-15", "R-38", "R-42", "D-30", "D-39"),
        words="Reviewing officers read the forms of the authority's children, and who did what with them.",
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
        "own-people",
        roles=(Role.team_manager, Role.residential_manager),
        actions=(A.manage_people,),
        words="Whoever leads a team or a home looks after the people in it.",
    ),
)
