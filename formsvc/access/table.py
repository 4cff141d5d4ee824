"""The rules as a table: action -> role -> the relations of which one must hold.

`docs/access.md` says it in words; `tests/guards/test_routes.py` asks for every route as every role
and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from formsvc.access.rules import RULES, Rule
from formsvc.access.terms import ABOUT_NO_CHILD, ROLE_WORDS, Action, Relation, Role

__all__ = [
    "ROLE_WORDS",
    "TABLE",
    "Action",
    "Relation",
    "Role",
    "allowed",
    "audience_for",
    "ever",
    "reach",
]

Reaches = Mapping[Role, frozenset[Relation] | None]
"""Role -> the relations of which one must hold; None where the action is about no child."""


def _row(action: Action) -> Reaches:
    if action in ABOUT_NO_CHILD:
        return {role: None for role in Role if any(_names(rule, role, action) for rule in RULES)}
    found = {
        role: frozenset(one for rule in RULES if _names(rule, role, action) for one in rule.relations)
        for role in Role
    }
    return {role: relations for role, relations in found.items() if relations}


def _names(rule: Rule, role: Role, action: Action) -> bool:
    return role in rule.roles and action in rule.actions


TABLE: Final[Mapping[Action, Reaches]] = MappingProxyType({action: _row(action) for action in Action})

_AUDIENCES: Final[Mapping[Role, str]] = {
    Role.social_worker: "full",
    Role.team_manager: "full",
    Role.service_manager: "full",
    Role.out_of_hours: "full",
    Role.missing_coordinator: "full",
    Role.reviewing_officer: "reviewing_officer",
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
    """Return the audience whose copy a role reads and downloads; empty where none."""
    return _AUDIENCES.get(role, "")
