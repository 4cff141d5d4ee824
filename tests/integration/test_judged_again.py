"""Who signs, issues or keeps is judged once more where it is written: before their role ends or after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Any, Final

import pytest

from formsvc.access.people import Person
from formsvc.access.table import Action
from formsvc.errors import Forbidden, NotFound
from formsvc.records.attachments import Accepted
from formsvc.store import children, organisations, persons, users
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor
from formsvc.workflow.allocate_child import allocate_child, allocated
from formsvc.workflow.approve_after import approve_after
from formsvc.workflow.attach_file import attach_file, place_for_files
from formsvc.workflow.correct_child import correct_child
from formsvc.workflow.finalise import finalise
from formsvc.workflow.freeze import Awaiting, freeze
from formsvc.workflow.invite import end_role
from formsvc.workflow.keep_secret import destroy_secret, keep_secret
from formsvc.workflow.reveal_secret import reveal_secret
from formsvc.workflow.see_child import RoleOver, Still
from formsvc.workflow.send_back import send_back
from formsvc.workflow.sign_off import sign_off
from formsvc.workflow.start_record import Started, start_record
from formsvc.workflow.take_to_case_file import say_not_needed, say_uploaded, undo_upload, uploads_of
from tests.integration.scenes import Scene, a_plan, a_scene
from tests.integration.test_races import POLICY, ROUNDS, handed_in, race, stands, won

DRAWN: Final = b"\xff\xd8\xff\xe0 drawn by nobody"


@dataclass(frozen=True, kw_only=True)
class Team:
    """A scene whose child and manager are of one team, and who ends roles in it."""

    scene: Scene
    keeper: Person
    by: Actor
    team_id: str

    def in_role(self, actor: Actor) -> Person:
        """Give an actor their role in the team once more, so that it can be ended; return who they are."""
        user_id = actor.user_id or ""
        with self.scene.store.write() as tx:
            made = users.add_membership(
                tx,
                user_id=user_id,
                organisation_id=self.scene.organisation_id,
                role=actor.role,
                team_id=self.team_id,
            )
            return next(one for one in persons.of_user(tx, user_id) if one.membership_id == made)

    def ends(self, who: Person) -> Callable[[], Any]:
        """Return what ends a role."""
        return partial(
            end_role, self.scene.store, person=self.keeper, actor=self.by, membership_id=who.membership_id
        )


def judged(who: Person, action: Action) -> Still:
    """Return who does something, to be judged where it is written."""
    return Still(policy=POLICY, person=who, action=action)


@pytest.fixture
def team(store: Store) -> Team:
    """Return a scene whose child is of a team."""
    scene = replace(a_scene(store), plan=a_plan(id="trigger_plan"))
    with store.write() as tx:
        team_id = organisations.add_team(tx, organisation_id=scene.organisation_id, name="East")
        children.set_team(tx, child_id=scene.child_id, team_id=team_id)
        user_id = users.add(tx, email="keeper@example.org", name="Tobermory Kestrel-Obi")
        users.add_membership(tx, user_id=user_id, organisation_id=scene.organisation_id, role="administrator")
        (keeper,) = persons.of_user(tx, user_id)
    by = Actor(user_id=user_id, organisation_id=scene.organisation_id, role="administrator")
    return Team(scene=scene, keeper=keeper, by=by, team_id=team_id)


def approves(team: Team, awaiting: Awaiting, who: Person) -> Callable[[], Any]:
    """Return what signs as the manager who is judged again."""
    return partial(
        sign_off,
        team.scene.store,
        actor=team.scene.manager,
        revision_id=awaiting.revision_id,
        rule_id="manager",
        binds=awaiting.binds,
        name="Somebody",
        still=judged(who, Action.approve),
    )


def issues(team: Team, revision_id: str, who: Person) -> Callable[[], Any]:
    """Return what issues, as the manager who is judged again."""
    return partial(
        finalise,
        team.scene.store,
        actor=team.scene.manager,
        revision_id=revision_id,
        still=judged(who, Action.approve),
    )


@pytest.mark.parametrize("rounds", ROUNDS)
def test_ending_a_role_and_approving(team: Team, rounds: int) -> None:
    """An approval given as the role ends stands from before the end, or is refused: never between."""
    for _ in range(rounds):
        started, awaiting = handed_in(team.scene, by_manager=False)
        who = team.in_role(team.scene.manager)
        told = race(approves(team, awaiting, who), team.ends(who))
        assert 1 in won(told)
        assert 0 in won(told) or isinstance(told[0], RoleOver)
        assert stands(team.scene, started).standing == (
            ("author", "manager") if 0 in won(told) else ("author",)
        )


@pytest.mark.parametrize("rounds", ROUNDS)
def test_ending_a_role_and_handing_in(team: Team, rounds: int) -> None:
    """A form handed in as its author's role ends is frozen from before the end, or stays a draft."""
    for _ in range(rounds):
        started = team.scene.start()
        team.scene.fill(started.revision_id)
        who = team.in_role(team.scene.worker)
        hands_in = partial(
            freeze,
            team.scene.store,
            actor=team.scene.worker,
            revision_id=started.revision_id,
            still=judged(who, Action.sign_off),
        )
        told = race(hands_in, team.ends(who))
        assert 1 in won(told)
        assert 0 in won(told) or isinstance(told[0], RoleOver)
        assert stands(team.scene, started).states == ["awaiting_signoff" if 0 in won(told) else "draft"]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_ending_a_role_and_issuing(team: Team, rounds: int) -> None:
    """What is issued as the role ends is issued whole before the end, or not at all."""
    for _ in range(rounds):
        started, _ = handed_in(team.scene)
        who = team.in_role(team.scene.manager)
        told = race(issues(team, started.revision_id, who), team.ends(who))
        now = stands(team.scene, started)
        assert 1 in won(told)
        assert 0 in won(told) or isinstance(told[0], RoleOver)
        wanted = (["final"], 1) if 0 in won(told) else (["awaiting_signoff"], 0)
        assert (now.states, now.snapshots) == wanted


@pytest.mark.parametrize("rounds", ROUNDS)
def test_issuing_two_forms_of_a_child_at_once(team: Team, rounds: int) -> None:
    """Two managers who issue two forms of the same child wait for each other, and both are done."""
    for _ in range(rounds):
        forms = [handed_in(team.scene)[0] for _ in range(2)]
        who = team.in_role(team.scene.manager)
        told = race(*(issues(team, one.revision_id, who) for one in forms))
        assert won(told) == [0, 1]
        assert [stands(team.scene, one).states for one in forms] == [["final"], ["final"]]


def deeds(team: Team, started: Started, awaiting: Awaiting, who: Person) -> dict[str, Callable[[], Any]]:
    """Return every act that writes in a form beside saving, each with its own action."""
    scene = team.scene
    common: dict[str, Any] = {"actor": scene.manager}
    here = {**common, "person": who, "record_id": started.record_id}
    signed = {**common, "revision_id": started.revision_id}
    bound = {**signed, "rule_id": "manager", "binds": awaiting.binds, "name": "Somebody"}
    secret = {**here, "path": "phone_lock"}
    task = {**here, "upload_id": "none"}
    if tasks := uploads_of(scene.store, person=who, record_id=started.record_id):
        task["upload_id"] = next(iter(tasks.values())).task.id
    place = place_for_files(scene.store, record_id=started.record_id)
    accepted = Accepted(data=DRAWN, media_type="image/jpeg", sha256=sha256(DRAWN).hexdigest())
    acts: dict[str, tuple[Action, Callable[..., Any]]] = {
        "freeze": (Action.sign_off, partial(freeze, scene.store, **signed)),
        "sign_off": (Action.approve, partial(sign_off, scene.store, **bound)),
        "finalise": (Action.approve, partial(finalise, scene.store, **signed)),
        "approve_after": (Action.approve, partial(approve_after, scene.store, **bound)),
        "send_back": (Action.send_back, partial(send_back, scene.store, reason="Whose name?", **signed)),
        "keep_secret": (Action.keep_secret, partial(keep_secret, scene.store, value="1234", **secret)),
        "destroy_secret": (Action.keep_secret, partial(destroy_secret, scene.store, **secret)),
        "reveal_secret": (
            Action.reveal,
            partial(reveal_secret, scene.store, why="She is missing now", look_id="look", **secret),
        ),
        "attach_file": (
            Action.edit_record,
            partial(attach_file, scene.store, place=place, accepted=accepted, **common),
        ),
        "say_uploaded": (Action.upload_copy, partial(say_uploaded, scene.store, **task)),
        "say_not_needed": (Action.upload_copy, partial(say_not_needed, scene.store, why="None", **task)),
        "start_record": (
            Action.start_record,
            partial(start_record, scene.store, child_id=scene.child_id, effective=scene.plan, **common),
        ),
        "allocate_child": (
            Action.allocate,
            partial(
                allocate_child,
                scene.store,
                child_id=scene.child_id,
                team_id=team.team_id,
                worker_ids=[],
                seen=allocated(scene.store, child_id=scene.child_id).seen,
                **common,
            ),
        ),
        "correct_child": (
            Action.correct_child,
            partial(correct_child, scene.store, child_id=scene.child_id, identity={}, seen="", **common),
        ),
        "undo_upload": (Action.upload_copy, partial(undo_upload, scene.store, **task)),
    }
    return {name: partial(act, still=judged(who, action)) for name, (action, act) in acts.items()}


DEEDS: Final = (
    "freeze sign_off finalise approve_after send_back keep_secret destroy_secret reveal_secret "
    "attach_file say_uploaded say_not_needed undo_upload start_record allocate_child correct_child"
).split()


def test_nothing_is_written_in_a_role_that_is_over(team: Team) -> None:
    """Whatever was asked for a moment before the role ended is refused where it would be written."""
    started, awaiting = handed_in(team.scene)
    finalise(team.scene.store, actor=team.scene.manager, revision_id=started.revision_id)
    who = team.in_role(team.scene.manager)
    found = deeds(team, started, awaiting, who)
    assert sorted(found) == sorted(DEEDS)
    team.ends(who)()
    before = stands(team.scene, started)
    for name in DEEDS:
        with pytest.raises(RoleOver):
            found[name]()
    assert stands(team.scene, started) == before


def test_nothing_is_written_about_a_child_who_was_given_away(team: Team) -> None:
    """Whoever answers for her no more is told what a stranger is told, and writes nothing."""
    started, awaiting = handed_in(team.scene)
    finalise(team.scene.store, actor=team.scene.manager, revision_id=started.revision_id)
    who = team.in_role(team.scene.manager)
    found = deeds(team, started, awaiting, who)
    with team.scene.store.write() as tx:
        other = organisations.add_team(tx, organisation_id=team.scene.organisation_id, name="West")
        children.set_team(tx, child_id=team.scene.child_id, team_id=other)
    before = stands(team.scene, started)
    for name in DEEDS:
        with pytest.raises((NotFound, Forbidden)) as told:
            found[name]()
        assert not isinstance(told.value, RoleOver), name
    assert stands(team.scene, started) == before
