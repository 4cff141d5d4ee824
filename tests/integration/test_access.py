"""What ties a person to a child, on both databases: exceptions by name, emergencies, past placements."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from formsvc import clock
from formsvc.access.people import Person
from formsvc.access.policy import Policy, load_policy
from formsvc.access.terms import Action, Relation
from formsvc.errors import NotFound
from formsvc.store import (
    children,
    emergencies,
    organisations,
    persons,
    placements,
    relations,
    users,
    withholdings,
)
from formsvc.store.session import Store
from formsvc.workflow.explain_access import explain_access
from tests.integration.scenes import Scene, a_scene

EVERYTHING = frozenset(Relation)


@dataclass(frozen=True, kw_only=True)
class Near:
    """A scene with a home beside it: the worker, a night senior, and where she works."""

    scene: Scene
    worker: Person
    senior: Person
    home_id: str

    def ties(self, person: Person) -> frozenset[Relation]:
        """Return what ties a person to the child now."""
        with self.scene.store.read() as tx:
            found = relations.relations(tx, person, child_id=self.scene.child_id)
        assert found is not None
        return found

    def lists(self, person: Person) -> bool:
        """Say whether a list of the children within any reach names the child."""
        with self.scene.store.read() as tx:
            found = children.listing(tx, where=relations.within(tx, person, EVERYTHING), limit=9)
        return [one.id for one in found] == [self.scene.child_id]

    def move(self, home_id: str | None) -> None:
        """Move the child."""
        with self.scene.store.write() as tx:
            placements.move(
                tx,
                child_id=self.scene.child_id,
                controller_id=self.scene.organisation_id,
                area_id="TST",
                details={"kind": "children's home"},
                home_id=home_id,
            )


@pytest.fixture
def near(store: Store) -> Near:
    """Return the scene, with a home in a store of the test's own."""
    scene = a_scene(store)
    with store.write() as tx:
        provider = organisations.add(tx, name="Threshold Care", kind="provider")
        home_id = organisations.add_home(tx, organisation_id=provider, name="Rowan Bank", area_id="TST")
        senior = users.add(tx, email="senior@example.org", name="Anselma Reikjaden")
        users.add_membership(tx, user_id=senior, organisation_id=provider, role="home_staff", home_id=home_id)
    with store.read() as tx:
        (worker,), (night,) = persons.of_user(tx, scene.worker.user_id or ""), persons.of_user(tx, senior)
    return Near(scene=scene, worker=worker, senior=night, home_id=home_id)


def test_a_placement_ties_while_it_lasts_and_leaves_a_mark(near: Near) -> None:
    """Before, nothing; while she lives there, the placement; afterwards, only that she did."""
    assert near.ties(near.senior) == frozenset()
    near.move(near.home_id)
    assert near.ties(near.senior) == {Relation.placement}
    near.move(None)
    assert near.ties(near.senior) == {Relation.former_placement}
    near.move(near.home_id)
    assert near.ties(near.senior) == {Relation.placement}


def test_a_child_withheld_by_name_is_not_there(near: Near) -> None:
    """No tie holds and no list names her, for that person alone, until it ends."""
    store, child_id = near.scene.store, near.scene.child_id
    other = replace(near.worker, user_id="somebody else")
    assert near.ties(near.worker) == {Relation.allocated, Relation.organisation}
    assert near.lists(near.worker)
    with store.write() as tx:
        held = withholdings.add(
            tx,
            child_id=child_id,
            user_id=near.worker.user_id,
            kind="allegation",
            why="Named by the child.",
            created_by=near.scene.manager.user_id,
        )
    assert near.ties(near.worker) == frozenset()
    assert not near.lists(near.worker)
    assert near.ties(other) == {Relation.organisation}
    with store.write() as tx:
        (told,) = withholdings.of_child(tx, child_id)
        assert (told.why, told.user_name, told.until_at) == ("Named by the child.", near.worker.name, None)
        assert withholdings.end(tx, withholding_id=held, ended_by=None) == child_id
    assert Relation.allocated in near.ties(near.worker)
    with pytest.raises(NotFound), store.write() as tx:
        withholdings.end(tx, withholding_id=held, ended_by=None)


def test_an_emergency_ends_by_itself_and_is_reviewed_once(near: Near) -> None:
    """It holds for whoever asked, in that role, until its moment; then only the review is left."""
    store, child_id = near.scene.store, near.scene.child_id
    with store.write() as tx:
        made = emergencies.add(
            tx,
            child_id=child_id,
            user_id=near.senior.user_id,
            membership_id=near.senior.membership_id,
            why="At the door, alone.",
            until_at=tx.at + timedelta(minutes=60),
        )
    assert near.ties(near.senior) == {Relation.emergency}
    assert near.ties(replace(near.senior, membership_id="another role")) == frozenset()
    with clock.held(clock.now() + timedelta(minutes=61)):
        assert near.ties(near.senior) == frozenset()
        with store.write() as tx:
            waiting = emergencies.to_review(tx, relations.within(tx, near.worker, EVERYTHING))
            assert [one.why for one in waiting] == ["At the door, alone."]
            emergencies.review(
                tx, emergency_id=made, reviewed_by=near.worker.user_id, finding="justified", remark="Right."
            )
            assert emergencies.of_child(tx, child_id)[0].remark == "Right."
            assert not emergencies.to_review(tx, relations.within(tx, near.worker, EVERYTHING))
    with pytest.raises(NotFound), store.write() as tx:
        emergencies.review(
            tx, emergency_id=made, reviewed_by=near.worker.user_id, finding="justified", remark=""
        )


@pytest.fixture(scope="module")
def policy() -> Policy:
    """Return the policy that stands beside the definitions."""
    return load_policy(Path("form_templates"))


def test_why_is_said_with_the_ties_it_rests_on(near: Near, policy: Policy) -> None:
    """The same answer as at the door, for a record by its reference and a child by hers."""
    scene = near.scene
    started = scene.start()
    (worker,) = explain_access(
        scene.store,
        policy=policy,
        email="social_worker@example.org",
        action=Action.see_child,
        about=started.reference,
    )
    assert worker.decision.allowed
    assert worker.decision.rule == "case-worker"
    (senior,) = explain_access(
        scene.store,
        policy=policy,
        email="senior@example.org",
        action=Action.download,
        about=started.reference,
    )
    assert not senior.decision.allowed
    assert senior.relations == frozenset()


def test_why_asks_for_what_it_is_about(near: Near, policy: Policy) -> None:
    """An action about a child needs one named; an unknown reference or person is refused."""
    for email, about in (
        ("senior@example.org", ""),
        ("senior@example.org", "CH-NONE"),
        ("no@example.org", ""),
    ):
        with pytest.raises(NotFound):
            explain_access(near.scene.store, policy=policy, email=email, action=Action.download, about=about)


def test_ties_are_asked_with_one_statement_for_each_kind_of_role(near: Near) -> None:
    """A second request of the same kind of role builds nothing: it fills the statement in that is there."""
    near.ties(near.worker)
    near.ties(near.senior)
    before = relations.kept_statements()
    for _ in range(3):
        near.ties(near.worker)
        near.ties(near.senior)
    assert relations.kept_statements() == before
    assert before >= 2
