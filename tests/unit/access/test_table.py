"""The access table: what is not in it is not allowed."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from formsvc.access.decision import About, decide
from formsvc.access.people import PLACE_OF, ROLES_OF, Held, Person, may_give, may_look_after
from formsvc.access.policy import load_policy
from formsvc.access.table import ROLE_WORDS, Action, Relation, Role, allowed, audience_for, ever, reach

ALL = frozenset(Relation)


def a_person(role: Role, *, place: str | None = None, organisation: str = "ours") -> Person:
    """Return somebody in a role, in a place of the kind that role is held in."""
    kind = PLACE_OF.get(role)
    return Person(
        user_id="me",
        name="Me",
        email="me@example.org",
        membership_id="m",
        role=role,
        organisation_id=organisation,
        organisation_name="Ours",
        team_id=place if kind == "team" else None,
        home_id=place if kind == "home" else None,
        force_id=place if kind == "force" else None,
    )


@pytest.mark.parametrize(("role", "action"), list(itertools.product(Role, Action)))
def test_no_relation_allows_nothing_about_a_child(role: Role, action: Action) -> None:
    """Without a tie only what is about no child is allowed; with more ties never less than with fewer."""
    if not reach(role, action):
        assert allowed(role, action, frozenset()) == ever(role, action) == allowed(role, action, ALL)
        return
    assert not allowed(role, action, frozenset())
    for relation in Relation:
        assert allowed(role, action, frozenset({relation})) == (relation in reach(role, action))


def test_whoever_may_act_on_a_child_may_see_her() -> None:
    """No role reaches a child by an action that it could not look at: 403 would tell that she is here."""
    for role, action in itertools.product(Role, set(Action) - {Action.see_own_past}):
        assert reach(role, action) <= reach(role, Action.see_child)
    # What a home wrote itself it knew already; reading that again lets it see no child.
    assert reach(Role.home_staff, Action.see_own_past) == {Relation.former_placement}


def test_whoever_sees_children_has_a_copy_and_nobody_else() -> None:
    """The copy a role downloads is one of four, and the administrator has none."""
    for role in Role:
        assert bool(audience_for(role)) == ever(role, Action.see_child)
        assert audience_for(role) in ("", "full", "home", "police", "reviewing_officer")
    assert set(ROLE_WORDS) == set(Role)


def test_only_those_who_keep_the_file_read_it_whole() -> None:
    """A home and the police reach their copies of a plan, never the form itself."""
    policy = load_policy(Path("form_templates"))
    for role in Role:
        about = About(relations=ALL, definition="trigger_plan", area="LAN")
        if decide(policy, role, Action.see_record, about).allowed:
            assert audience_for(role) in ("full", "reviewing_officer")


def test_role_is_given_by_its_own_organisation_alone() -> None:
    """Each role belongs to one kind of organisation, administrators to all, an operator to none."""
    given = [role for roles in ROLES_OF.values() for role in roles if role is not Role.administrator]
    assert sorted(given) == sorted(set(Role) - {Role.administrator, Role.operator})
    for mine, theirs in itertools.product(Role, Role):
        assert not may_give(
            a_person(mine, place="p"), Held(role=theirs, organisation_id="other", place_id="p")
        )


def test_manager_gives_the_role_below_in_their_own_place() -> None:
    """Not their own role, not in another team, not without a team."""
    manager = a_person(Role.team_manager, place="p")
    assert may_give(manager, Held(role="social_worker", organisation_id="ours", place_id="p"))
    assert not may_give(manager, Held(role="social_worker", organisation_id="ours", place_id="q"))
    assert not may_give(manager, Held(role="team_manager", organisation_id="ours", place_id="p"))
    nowhere = a_person(Role.team_manager)
    assert not may_give(nowhere, Held(role="social_worker", organisation_id="ours", place_id=None))


def test_account_is_looked_after_only_where_every_role_of_it_is_ours() -> None:
    """One role elsewhere, no role at all, or being oneself: no."""
    manager = a_person(Role.team_manager, place="p")
    ours = Held(role="social_worker", organisation_id="ours", place_id="p")
    more = Held(role="administrator", organisation_id="ours")
    assert may_look_after(manager, "other", (ours,))
    assert not may_look_after(manager, "other", (ours, more))
    assert not may_look_after(manager, "other", ())
    assert not may_look_after(manager, "me", (ours,))
