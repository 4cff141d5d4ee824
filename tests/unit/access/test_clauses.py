"""Each clause that the access rules answer, as what it lets somebody do, and the trace that says so."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from formsvc.access.decision import About, decide
from formsvc.access.policy import load_policy
from formsvc.access.rules import RULES
from formsvc.access.terms import ABOUT_NO_CHILD, Action, Relation, Role
from formsvc.definitions.library import load_library
from formsvc.definitions.trace import Status, trace

FOLDER = Path("form_templates")
POLICY = load_policy(FOLDER)
LIBRARY = load_library(FOLDER)
PLAN: Final = "trigger_plan"
A = Action

CLAUSES: Final[dict[str, tuple[Role, Relation, Action, str]]] = {
    "R-01": (Role.social_worker, Relation.allocated, A.edit_record, PLAN),
    "R-02": (Role.home_staff, Relation.placement, A.start_record, ""),
    "R-04": (Role.service_manager, Relation.organisation, A.approve, PLAN),
    "R-05": (Role.police_coordinator, Relation.force, A.download, PLAN),
    "R-06": (Role.out_of_hours, Relation.organisation, A.finalise, PLAN),
    "R-07": (Role.reviewing_officer, Relation.organisation, A.see_record, PLAN),
    "R-08": (Role.reviewing_officer, Relation.organisation, A.see_history, ""),
    "R-10": (Role.social_worker, Relation.allocated, A.sign_off, PLAN),
    "R-11": (Role.return_interviewer, Relation.allocated, A.start_record, PLAN),
    "R-13": (Role.missing_coordinator, Relation.organisation, A.see_child, ""),
    "R-14": (Role.social_worker, Relation.team, A.edit_record, PLAN),
    "R-15": (Role.reviewing_officer, Relation.organisation, A.compare, PLAN),
    "R-16": (Role.service_manager, Relation.organisation, A.see_history, ""),
    "R-17": (Role.return_interviewer, Relation.allocated, A.edit_record, PLAN),
    "R-20": (Role.missing_coordinator, Relation.organisation, A.see_record, PLAN),
    "R-21": (Role.missing_coordinator, Relation.organisation, A.start_record, PLAN),
    "R-22": (Role.return_interviewer, Relation.allocated, A.finalise, PLAN),
    "R-23": (Role.social_worker, Relation.allocated, A.start_record, PLAN),
    "R-24": (Role.team_manager, Relation.team, A.see_record, PLAN),
    "R-25": (Role.out_of_hours, Relation.organisation, A.add_child, ""),
    "R-26": (Role.home_staff, Relation.placement, A.edit_record, ""),
    "R-30": (Role.return_interviewer, Relation.allocated, A.sign_off, PLAN),
    "R-31": (Role.team_manager, Relation.team, A.approve, PLAN),
    "R-32": (Role.police_coordinator, Relation.force, A.see_documents, ""),
    "R-33": (Role.team_manager, Relation.team, A.send_back, PLAN),
    "R-37": (Role.service_manager, Relation.organisation, A.approve, PLAN),
    "R-38": (Role.reviewing_officer, Relation.organisation, A.download, PLAN),
    "R-42": (Role.residential_manager, Relation.placement, A.compare, PLAN),
    "D-09": (Role.residential_manager, Relation.placement, A.download, PLAN),
    "D-27": (Role.home_staff, Relation.placement, A.download, PLAN),
    "D-28": (Role.police_coordinator, Relation.force, A.download, PLAN),
    "D-30": (Role.reviewing_officer, Relation.organisation, A.download, PLAN),
    "D-35": (Role.social_worker, Relation.allocated, A.download, PLAN),
    "D-39": (Role.reviewing_officer, Relation.organisation, A.see_documents, ""),
    "D-44": (Role.residential_manager, Relation.placement, A.list_children, ""),
}
"""Clause -> who, with which tie, may do what, with which document."""

NARROWED: Final = {"D-02", "R-43"}


@pytest.mark.parametrize("clause", CLAUSES)
def test_clause_is_what_its_rule_says(clause: str) -> None:
    """What a clause asks for is allowed by a rule that names it, and without a tie by none."""
    role, relation, action, document = CLAUSES[clause]
    about = About(relations=frozenset({relation}), definition=document, area="LAN" if document else "")
    assert decide(POLICY, role, action, about).allowed
    assert any(clause in rule.clauses and role in rule.roles for rule in RULES)
    if action not in ABOUT_NO_CHILD:
        assert not decide(POLICY, role, action, About(definition=document)).allowed


def test_every_clause_of_a_rule_is_tested_and_traced() -> None:
    """No rule names a clause that nothing holds it to, and the trace calls each of them met."""
    named = {clause for rule in RULES for clause in rule.clauses}
    assert named == set(CLAUSES)
    taken_away = {clause for rows in POLICY.areas.values() for one in rows for clause in one.clauses}
    assert taken_away == NARROWED
    rules = LIBRARY.requirements().rules
    assert {id for id, one in rules.items() if one.rule == "formsvc.access.rules.RULES"} == {
        *named,
        *taken_away,
        "D-20",
    }


def test_roles_and_sharing_leave_nothing_open() -> None:
    """Each of the 45 roles and 46 sharing rules is met, decided otherwise, or waits for sharing by name."""
    mine = [one for one in trace(LIBRARY).entries if one.family in ("R", "D")]
    assert len(mine) == 91
    assert [one.id for one in mine if one.status is Status.OPEN] == []
    waiting = [one for one in mine if one.status is Status.WAITING]
    assert waiting
    assert all(one.reason.startswith("sharing: ") for one in waiting)


def test_closed_part_reaches_neither_child_nor_parent() -> None:
    """What a part is not for, its fields never reach, whatever their class allows."""
    for id in LIBRARY.ids():
        effective = LIBRARY.effective(id)
        for _, field in effective.walk():
            assert effective.audiences(field) <= effective.parts[field.part].audiences


def test_nobody_without_a_tie_learns_where_a_child_is() -> None:
    """No action about a child is open to anybody who has nothing to do with her, whatever they are."""
    for role in Role:
        for action in set(Action) - ABOUT_NO_CHILD:
            assert not decide(POLICY, role, action, About()).allowed
