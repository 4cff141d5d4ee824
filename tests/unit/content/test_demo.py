"""The demo data is one invented county, the same each time it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest

from formsvc import demo
from formsvc.definitions.model import Effective
from tests.unit.content.conftest import TEMPLATES, Answers


@pytest.fixture(scope="module")
def data() -> demo.Demo:
    """The demo data."""
    return demo.demo_data(TEMPLATES, further=True)


def test_demo_is_the_same_each_time(data: demo.Demo) -> None:
    """Two loads have equal data, so that loading twice changes nothing."""
    assert demo.demo_data(TEMPLATES, further=True) == data


def test_demo_ids_are_unique_and_shaped_as_ours(data: demo.Demo) -> None:
    """Every id is fixed, twenty letters and digits, and is used once."""
    groups: tuple[Iterable[Any], ...] = (
        data.organisations,
        data.places,
        data.users,
        data.children,
        data.records,
    )
    ids = [one.id for group in groups for one in group]
    ids += [one.membership_id for one in data.users] + [one.placement_id for one in data.children]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z0-9]{20}", one) for one in ids)
    references = [one.reference for one in data.children] + [one.reference for one in data.records]
    assert all(re.fullmatch(r"[A-Z]{2}(-[A-HJKMNP-TV-Z2-9]{4}){2}", one) for one in references)


def test_demo_refers_to_what_it_holds(data: demo.Demo) -> None:
    """Whoever and whatever is named is in the data, and stands before it is needed."""
    organisations = {one.id for one in data.organisations}
    places = {one.id for one in data.places}
    users = {one.id for one in data.users}
    assert {one.organisation_id for one in data.places} <= organisations
    assert {one.organisation_id for one in data.users} <= organisations
    assert {one.place_id for one in data.users if one.place_id} <= places
    assert {one.home_id for one in data.children if one.home_id} <= places
    assert {one.worker_id for one in data.children} <= users
    assert {one.controller_id for one in data.children} <= organisations
    assert {one.controller_id for one in data.records} <= organisations
    assert {one.child_id for one in data.records} <= {one.id for one in data.children}
    assert {signoff.user_id for one in data.records for signoff in one.signoffs} <= users


def test_demo_plan_is_about_the_child_it_belongs_to(data: demo.Demo, filled: Answers) -> None:
    """The plan is the example, and says of the child what the child's own record says."""
    plan, child = data.records[0], data.children[0]
    assert plan.answers["full_name"] == child.name == filled["example"]["full_name"]
    assert plan.answers["date_of_birth"] == child.date_of_birth
    assert plan.answers["address"] == child.details["address"]


def test_demo_records_are_about_the_children_they_belong_to(data: demo.Demo) -> None:
    """There is one of every kind of document, each about the child of its area."""
    names = {one.id: one.name for one in data.children}
    areas = {one.id: one.area_id for one in data.children}
    for one in data.records:
        assert one.answers["full_name"] == names[one.child_id], one.reference
        assert one.area_id == areas[one.child_id], one.reference
    assert {one.definition_id for one in data.records} == {path.stem for path in TEMPLATES.glob("*.yaml")}


def test_demo_people_have_every_part(data: demo.Demo, plan: Effective) -> None:
    """Somebody can complete the plan and somebody can approve it; home, police and reviewer can sign in."""
    roles = {one.role for one in data.users}
    assert set(plan.completed_by) <= roles
    assert {"team_manager", "residential_manager", "home_staff", "police_coordinator"} <= roles
    assert {one.email.partition("@")[2] for one in data.users} == {"example.org"}
