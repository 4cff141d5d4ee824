"""Two people at once: one wins, the other is told in a typed error, and nothing is half done.

Each race is run by real threads let go at the same moment, round after round, on SQLite and on
PostgreSQL. Which of the two wins is chance, and so no test says it; what may stand afterwards is not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import pytest
import sqlalchemy as sa

from formsvc import clock
from formsvc.access.people import Person
from formsvc.access.policy import load_policy
from formsvc.cases.retention import load_schedule
from formsvc.errors import FormsvcError, NotFound, StaleVersion, WrongState
from formsvc.settings import PROJECT, Settings
from formsvc.store import (
    audit,
    disposals,
    erasure,
    jobs,
    organisations,
    persons,
    placements,
    records,
    revisions,
    sections,
    signoffs,
    users,
)
from formsvc.store import tables as t
from formsvc.store.jobs import Job
from formsvc.store.organisations import PlaceClosed
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor
from formsvc.workflow.add_child import move_child, undo_move
from formsvc.workflow.allocate_child import allocate_child, allocated
from formsvc.workflow.approve_after import approve_after
from formsvc.workflow.claim import claim
from formsvc.workflow.dispose_child import COOLING, DISPOSE, confirm_disposal, dispose_of, propose_disposal
from formsvc.workflow.finalise import finalise
from formsvc.workflow.finality import ISSUE
from formsvc.workflow.freeze import Awaiting, freeze
from formsvc.workflow.invite import end_role
from formsvc.workflow.issue import keep_made, make_work, read_work
from formsvc.workflow.link_audit import link_audit
from formsvc.workflow.manage_organisation import StillUsed, close_own_place
from formsvc.workflow.retention import close_case, set_schedule
from formsvc.workflow.save_section import SectionStale, save_section
from formsvc.workflow.see_child import RoleOver, Still
from formsvc.workflow.send_back import send_back
from formsvc.workflow.sign_off import sign_off
from formsvc.workflow.start_record import Started, start_record
from formsvc.workflow.start_revision import start_revision
from formsvc.workflow.verify_audit import walk_audit
from formsvc.workflow.withdraw import withdraw
from tests.integration.scenes import Scene, a_child, a_plan, a_scene, make_quickly

Act = Callable[[], Any]
Told = tuple[Any, ...]

POLICY: Final = load_policy(PROJECT / "form_templates")
ROUNDS: Final = (3, pytest.param(60, marks=pytest.mark.long))
"""How often each race is run by `make test`, and by `make test-all`."""


def race(*acts: Act) -> Told:
    """Let these go at the same moment; return what each returned, or the typed error it was told.

    An error of another kind (of the database, of ours) is nobody's answer: it fails the test.
    """
    gate, broken = threading.Barrier(len(acts)), list[BaseException]()
    told: list[Any] = [None] * len(acts)

    def run(place: int, act: Act) -> None:
        gate.wait(timeout=30)
        try:
            told[place] = act()
        except FormsvcError as error:
            told[place] = error
        except BaseException as error:  # noqa: BLE001  (a thread's error is raised where the test is)
            broken.append(error)

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    if broken:
        raise broken[0]
    return tuple(told)


def won(told: Told) -> list[int]:
    """Return the places of those who were not told an error."""
    return [place for place, one in enumerate(told) if not isinstance(one, FormsvcError)]


@pytest.fixture
def scene(store: Store) -> Scene:
    """Return a scene in a store of the test's own."""
    return a_scene(store)


@dataclass(frozen=True, kw_only=True)
class Stands:
    """What is there after a race."""

    states: list[str]
    standing: tuple[str, ...]
    snapshots: int
    jobs: int
    pages: dict[str, int]


def stands(scene: Scene, started: Started, revision_id: str = "") -> Stands:
    """Return how a record stands."""
    of = revision_id or started.revision_id
    with scene.store.read() as tx:
        kept = tx.c.execute(sa.select(t.snapshot.c.id).where(t.snapshot.c.revision_id == of)).scalars().all()
        return Stands(
            states=[one.state for one in revisions.history(tx, started.record_id)],
            standing=tuple(
                sorted(one.rule_id for one in signoffs.standing(tx, revision_id=of, child_id=scene.child_id))
            ),
            snapshots=len(kept),
            jobs=sum(len(jobs.about(tx, one)) for one in kept),
            pages={
                one.page_id: one.version
                for one in sections.all_of(tx, revision_id=of, child_id=scene.child_id).values()
            },
        )


def acts_of(scene: Scene, revision_id: str) -> list[str]:
    """Return what the audit says was done with a revision, oldest first."""
    with scene.store.read() as tx:
        found = audit.of_child(tx, scene.child_id, limit=500)
    return [one.act for one in reversed(found) if one.subject_id == revision_id and one.outcome == "done"]


def filled(scene: Scene) -> Started:
    """Begin a record and fill it in."""
    started = scene.start()
    scene.fill(started.revision_id)
    return started


def handed_in(scene: Scene, *, by_manager: bool = True) -> tuple[Started, Awaiting]:
    """Fill one in, hand it in and sign it."""
    started = filled(scene)
    awaiting = scene.hand_in(started.revision_id)
    scene.sign(awaiting, manager=by_manager)
    return started, awaiting


def edits(scene: Scene, revision_id: str, name: str = "Another name", version: int = 1) -> Act:
    """Return what changes the first page as it was read."""
    return lambda: scene.save(revision_id, "who", version, full_name=name, born="30 September 2014")


def finishes(scene: Scene, revision_id: str, **how: Any) -> Act:
    """Return what makes a revision final."""
    return lambda: finalise(scene.store, actor=scene.worker, revision_id=revision_id, **how)


def signs(scene: Scene, awaiting: Awaiting, rule_id: str = "manager") -> Act:
    """Return what signs what was handed in."""
    actor = scene.manager if rule_id == "manager" else scene.worker
    return lambda: sign_off(
        scene.store,
        actor=actor,
        revision_id=awaiting.revision_id,
        rule_id=rule_id,
        binds=awaiting.binds,
        name="Somebody",
    )


def withdraws(scene: Scene, revision_id: str) -> Act:
    """Return what withdraws a revision."""
    return lambda: withdraw(
        scene.store, actor=scene.manager, revision_id=revision_id, why="dangerous", seen_as="final"
    )


def approves(scene: Scene, awaiting: Awaiting) -> Act:
    """Return what approves a revision that went out not yet approved."""
    return lambda: approve_after(
        scene.store,
        actor=scene.manager,
        revision_id=awaiting.revision_id,
        rule_id="manager",
        binds=awaiting.binds,
        name="Somebody",
    )


def revises(scene: Scene, record_id: str) -> Act:
    """Return what begins the next revision."""
    return lambda: start_revision(scene.store, actor=scene.worker, record_id=record_id, effective=scene.plan)


def begins(scene: Scene) -> Act:
    """Return what begins a form that a child has once."""
    return lambda: start_record(
        scene.store, actor=scene.worker, child_id=scene.child_id, effective=scene.plan, once=True
    )


def sends_back(scene: Scene, revision_id: str) -> Act:
    """Return what sends a revision back to its author."""
    return lambda: send_back(
        scene.store, actor=scene.manager, revision_id=revision_id, reason="Whose name is this?"
    )


def hands_in(scene: Scene, revision_id: str) -> Act:
    """Return what hands a draft in whose two pages were read as they were first saved."""
    read = {"who": 1, "risk": 1}
    return lambda: freeze(scene.store, actor=scene.worker, revision_id=revision_id, versions=read)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_finalising_and_editing(scene: Scene, rounds: int) -> None:
    """Either the plan is final with what was signed, or it is edited and nothing is final: never both."""
    for _ in range(rounds):
        started, _ = handed_in(scene)
        told = race(finishes(scene, started.revision_id), edits(scene, started.revision_id))
        now = stands(scene, started)
        assert len(won(told)) == 1
        assert isinstance(told[1 - won(told)[0]], WrongState)
        if won(told) == [0]:
            assert (now.states, now.snapshots, now.jobs, now.pages) == (["final"], 1, 4, {})
        else:
            assert (now.states, now.snapshots, now.standing) == (["draft"], 0, ())
            assert now.pages["who"] == 2
            assert told[1].voided == ("author", "manager")


@pytest.mark.parametrize("rounds", ROUNDS)
def test_approving_and_withdrawing(scene: Scene, rounds: int) -> None:
    """What went out not yet approved is approved, or withdrawn; who came second is told."""
    for _ in range(rounds):
        started, awaiting = handed_in(scene, by_manager=False)
        finishes(scene, started.revision_id, send_now=True)()
        told = race(approves(scene, awaiting), withdraws(scene, started.revision_id))
        assert len(won(told)) == 1
        assert isinstance(told[1 - won(told)[0]], WrongState)
        states = stands(scene, started).states
        assert states == (["final", "superseded"] if won(told) == [0] else ["withdrawn"])


@pytest.mark.parametrize("rounds", ROUNDS)
def test_withdrawing_and_beginning_the_next(scene: Scene, rounds: int) -> None:
    """A revision grows only from one that is final at that moment; a draft begun before stays a draft."""
    for _ in range(rounds):
        started, _ = handed_in(scene)
        finishes(scene, started.revision_id)()
        told = race(withdraws(scene, started.revision_id), revises(scene, started.record_id))
        states = stands(scene, started).states
        assert 0 in won(told)
        if won(told) == [0]:
            assert isinstance(told[1], WrongState)
            assert states == ["withdrawn"]
        else:
            assert states == ["draft", "withdrawn"]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_approvals(scene: Scene, rounds: int) -> None:
    """One approval is kept, before issue and after it; the other manager is told."""
    for _ in range(rounds):
        started, awaiting = handed_in(scene, by_manager=False)
        told = race(signs(scene, awaiting), signs(scene, awaiting))
        assert len(won(told)) == 1
        assert isinstance(told[1 - won(told)[0]], WrongState)
        assert stands(scene, started).standing == ("author", "manager")
        started, awaiting = handed_in(scene, by_manager=False)
        finishes(scene, started.revision_id, send_now=True)()
        told = race(approves(scene, awaiting), approves(scene, awaiting))
        assert len(won(told)) == 1
        assert isinstance(told[1 - won(told)[0]], WrongState)
        assert stands(scene, started).states == ["final", "superseded"]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_who_finalise(scene: Scene, rounds: int) -> None:
    """There is one snapshot, and each document is asked for once."""
    for _ in range(rounds):
        started, _ = handed_in(scene)
        told = race(finishes(scene, started.revision_id), finishes(scene, started.revision_id))
        now = stands(scene, started)
        assert len(won(told)) == 1
        assert isinstance(told[1 - won(told)[0]], WrongState)
        assert (now.states, now.snapshots, now.jobs) == (["final"], 1, 4)
        assert acts_of(scene, started.revision_id).count("revision.finalise") == 1


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_who_begin_the_same_form(scene: Scene, rounds: int) -> None:
    """A child has one living record of the form; both are led to it, and only one of them began it."""
    for turn in range(rounds):
        plan = replace(scene, child_id=a_second_child(scene, turn))
        told = race(begins(plan), begins(plan), begins(plan))
        assert won(told) == [0, 1, 2]
        assert len({one.record_id for one in told}) == 1
        assert sorted(one.is_new for one in told) == [False, False, True]
        with scene.store.read() as tx:
            assert len(records.listing(tx, child_id=plan.child_id)) == 1


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_who_begin_the_next_revision(scene: Scene, rounds: int) -> None:
    """One draft is begun; the other person is told that it is there."""
    for _ in range(rounds):
        started, _ = handed_in(scene)
        finishes(scene, started.revision_id)()
        told = race(revises(scene, started.record_id), revises(scene, started.record_id))
        assert len(won(told)) == 1
        assert isinstance(told[1 - won(told)[0]], WrongState)
        assert stands(scene, started).states == ["draft", "final"]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_signing_and_editing(scene: Scene, rounds: int) -> None:
    """A sign-off stands for what was read or does not stand: an edit before or after leaves none."""
    for _ in range(rounds):
        started, awaiting = handed_in(scene, by_manager=False)
        told = race(signs(scene, awaiting), edits(scene, started.revision_id))
        now = stands(scene, started)
        assert 1 in won(told)
        assert (now.states, now.standing) == (["draft"], ())
        if won(told) == [1]:
            assert isinstance(told[0], WrongState)
            assert told[1].voided == ("author",)
        else:
            assert told[1].voided == ("author", "manager")


@pytest.mark.parametrize("rounds", ROUNDS)
def test_signing_and_sending_back(scene: Scene, rounds: int) -> None:
    """What is sent back bears no signature, whoever came first."""
    for _ in range(rounds):
        started, awaiting = handed_in(scene, by_manager=False)
        told = race(
            signs(scene, awaiting),
            sends_back(scene, started.revision_id),
        )
        now = stands(scene, started)
        assert 1 in won(told)
        assert (now.states, now.standing) == (["draft"], ())
        assert won(told) == [0, 1] or isinstance(told[0], WrongState)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_who_edit_the_same_page(scene: Scene, rounds: int) -> None:
    """One edit is kept; the other is shown what was changed and what they would have changed."""
    for _ in range(rounds):
        started = filled(scene)
        told = race(edits(scene, started.revision_id, "First"), edits(scene, started.revision_id, "Second"))
        assert len(won(told)) == 1
        stale = told[1 - won(told)[0]]
        assert isinstance(stale, SectionStale)
        assert stale.theirs
        assert stale.mine
        assert stands(scene, started).pages["who"] == 2


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_who_save_a_page_for_the_first_time(scene: Scene, rounds: int) -> None:
    """A page that nobody saved before is kept once; the other person is told."""
    for _ in range(rounds):
        started = scene.start()
        first = edits(scene, started.revision_id, "First", version=0)
        told = race(first, edits(scene, started.revision_id, "Second", version=0))
        assert len(won(told)) == 1
        assert isinstance(told[1 - won(told)[0]], SectionStale)
        assert stands(scene, started).pages == {"who": 1}


@pytest.mark.parametrize("rounds", ROUNDS)
def test_handing_in_and_editing(scene: Scene, rounds: int) -> None:
    """What is frozen is what was read, or it is not frozen."""
    for _ in range(rounds):
        started = filled(scene)
        told = race(
            hands_in(scene, started.revision_id),
            edits(scene, started.revision_id),
        )
        now = stands(scene, started)
        assert 1 in won(told)
        assert (now.states, now.pages["who"]) == (["draft"], 2)
        assert won(told) == [0, 1] or isinstance(told[0], StaleVersion)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_everything_at_once(scene: Scene, rounds: int) -> None:
    """Finalise, approve, withdraw and edit at the same moment leave one state, and the audit says how."""
    for _ in range(rounds):
        started, awaiting = handed_in(scene, by_manager=False)
        told = race(
            signs(scene, awaiting),
            finishes(scene, started.revision_id, send_now=True),
            withdraws(scene, started.revision_id),
            edits(scene, started.revision_id),
            approves(scene, awaiting),
        )
        assert won(told)
        assert all(
            isinstance(one, WrongState | StaleVersion)
            for place, one in enumerate(told)
            if place not in won(told)
        )
        now = stands(scene, started)
        assert now.states in (["draft"], ["final"], ["withdrawn"], ["final", "superseded"])
        is_edited = now.states == ["draft"]
        assert (now.snapshots, now.standing == ()) == ((0, True) if is_edited else (1, False))
    assert link_audit(scene.store) > 0
    assert walk_audit(scene.store).faults == ()


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_who_move_a_child(scene: Scene, rounds: int) -> None:
    """She lives in one place: who meant another move than the one that was made is told."""
    for turn in range(rounds):
        child_id = a_second_child(scene, turn)
        with scene.store.read() as tx:
            (before,) = placements.of_child(tx, child_id)
        moved = moves(scene, child_id, instead_of=before.id)
        told = race(moved, moved)
        assert len(won(told)) == 1
        assert isinstance(told[1 - won(told)[0]], StaleVersion)
        with scene.store.read() as tx:
            lived = placements.of_child(tx, child_id)
        assert [one.until_at is None for one in lived] == [True, False]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_disposing_and_issuing(scene: Scene, settings: Settings, rounds: int) -> None:
    """A document that is being made while its child's key is destroyed is kept by nobody."""
    for turn in range(rounds):
        own = replace(scene, child_id=a_second_child(scene, turn))
        started, _ = handed_in(own)
        finishes(own, started.revision_id)()
        with clock.held(clock.now() - COOLING - timedelta(minutes=1)):
            disposal_id = to_be_disposed_of(own)
        issuing, disposing = claimed(own, ISSUE), claimed(own, DISPOSE)
        work = read_work(own.store, issuing)
        made = make_work(own.store, work, make=make_quickly)
        race(
            partial(keep_made, own.store, work, made),
            partial(dispose_of, own.store, disposing, settings=settings),
        )
        with own.store.read() as tx:
            assert disposals.get(tx, disposal_id).state == "done"
            for table in erasure.belonging():
                left = sa.select(table).where(erasure.rows_of(table, own.child_id))
                assert tx.c.execute(left).first() is None, table.name
            acts = [one.act for one in audit.of_child(tx, own.child_id, limit=99)]
            # An entry bears the moment its act began: whichever waited for the other may stand second.
            assert acts.count("child.dispose") == 1
            assert "child.dispose" in acts[:2]


def moves(scene: Scene, child_id: str, *, instead_of: str | None = None, home_id: str | None = None) -> Act:
    """Return what moves a child, from where she was seen to live."""
    return lambda: move_child(
        scene.store,
        actor=scene.worker,
        policy=POLICY,
        child_id=child_id,
        controller_id=scene.organisation_id,
        placement={"area_id": "TST", "home_id": home_id, "details": {"kind": "foster home"}},
        instead_of=instead_of,
    )


def to_be_disposed_of(scene: Scene) -> str:
    """Close a case long ago, under a rule of one month, and agree to dispose of it; return the disposal."""
    who: dict[str, Any] = {"actor": scene.manager}
    defaults = load_schedule(PROJECT / "form_templates")
    rule = replace(defaults["mistake"], number=1, unit="months", starts="closing")
    of: dict[str, Any] = {"child_id": scene.child_id, "defaults": defaults}
    close_case(scene.store, child_id=scene.child_id, status="mistake", on_day=date(2025, 1, 5), **who)
    set_schedule(scene.store, organisation_id=scene.organisation_id, defaults=defaults, changed=[rule], **who)
    made = propose_disposal(scene.store, actor=scene.worker, controller_id=scene.organisation_id, **of)
    confirm_disposal(scene.store, disposal_id=made, **who, **of)
    return made


def claimed(scene: Scene, kind: str) -> Job:
    """Lease the next job of a kind."""
    job = claim(scene.store, worker="another-host boot namespace 1 1", kinds=[kind])
    assert job is not None
    return job


def a_second_child(scene: Scene, turn: int) -> str:
    """Add another child and return her id."""
    with scene.store.write() as tx:
        return a_child(
            scene.store,
            tx=tx,
            organisation_id=scene.organisation_id,
            name=f"Corin Number{turn}",
            worker=scene.worker,
        )


def a_home(scene: Scene, turn: int) -> tuple[Person, str]:
    """Add a provider with a home; return its administrator and the home."""
    with scene.store.write() as tx:
        provider = organisations.add(tx, name=f"Threshold Care {turn}", kind="provider")
        home_id = organisations.add_home(tx, organisation_id=provider, name="Rowan Bank", area_id="TST")
        user_id = users.add(tx, email=f"keeper{turn}@example.org", name="Tobermory Kestrel-Obi")
        users.add_membership(tx, user_id=user_id, organisation_id=provider, role="administrator")
        return persons.of_user(tx, user_id)[0], home_id


def closes(scene: Scene, keeper: Person, place_id: str) -> Act:
    """Return what closes a place of somebody's own organisation."""
    actor = Actor(user_id=keeper.user_id, organisation_id=keeper.organisation_id, role="administrator")
    return lambda: close_own_place(scene.store, person=keeper, actor=actor, place_id=place_id)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_closing_a_home_and_placing_a_child_there(scene: Scene, rounds: int) -> None:
    """The home is closed and nobody lives there, or the child lives there and it stays open; one is told."""
    for turn in range(rounds):
        keeper, home_id = a_home(scene, turn)
        child_id = a_second_child(scene, turn)
        told = race(moves(scene, child_id, home_id=home_id), closes(scene, keeper, home_id))
        assert len(won(told)) == 1
        with scene.store.read() as tx:
            lives = placements.of_child(tx, child_id)[0].home_id
            is_open = home_id in {one.id for one in organisations.places(tx)}
        assert (lives == home_id, is_open) == ((True, True) if won(told) == [0] else (False, False))
        if won(told) == [0]:
            assert isinstance(told[1], StillUsed)
            assert told[1].children == 1
        else:
            assert isinstance(told[0], PlaceClosed)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_closing_a_home_and_undoing_the_move_from_it(scene: Scene, rounds: int) -> None:
    """A child is not put back into a home that is closed, nor is it closed over a child put back."""
    for turn in range(rounds):
        keeper, home_id = a_home(scene, turn)
        child_id = a_second_child(scene, turn)
        moves(scene, child_id, home_id=home_id)()
        moved = moves(scene, child_id)()
        undone = partial(
            undo_move,
            scene.store,
            actor=scene.worker,
            child_id=child_id,
            placement_id=moved,
            why="The wrong child",
        )
        told = race(undone, closes(scene, keeper, home_id))
        assert len(won(told)) == 1
        assert isinstance(told[1 - won(told)[0]], StillUsed | PlaceClosed)


def saves(scene: Scene, started: Started, who: Person, *, version: int = 1) -> Act:
    """Return what saves the first page as somebody who is judged again when it is written."""
    actor = Actor(user_id=who.user_id, organisation_id=who.organisation_id, role=who.role.value)
    return lambda: save_section(
        scene.store,
        actor=actor,
        revision_id=started.revision_id,
        page_id="who",
        version=version,
        typed={"full_name": "Typed at the last moment", "born": "30 September 2014"},
        still=Still(policy=POLICY, person=who),
    )


def last_name(scene: Scene, started: Started) -> str:
    """Return the name that the first page holds."""
    with scene.store.read() as tx:
        held = sections.all_of(tx, revision_id=started.revision_id, child_id=scene.child_id)
    return str(held["who"].answers["full_name"])


def of_plan(scene: Scene) -> Scene:
    """Return the scene with a form that the policy lets workers and homes write."""
    return replace(scene, plan=a_plan(id="trigger_plan"))


def saved_before_or_not_at_all(scene: Scene, started: Started, told: Told, error: type[FormsvcError]) -> None:
    """What was typed is in the form and its author was told so, or it is not and they were told that."""
    is_saved = last_name(scene, started) == "Typed at the last moment"
    assert 1 in won(told)  # moving, naming another worker and ending a role wait for nobody's typing
    assert is_saved == (0 in won(told))
    assert is_saved or isinstance(told[0], error)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_moving_a_child_and_saving_in_the_old_home(scene: Scene, rounds: int) -> None:
    """A page is saved before the move or refused after it: never into the form of a child who has left."""
    own = of_plan(scene)
    for turn in range(rounds):
        keeper, home_id = a_home(own, turn)
        own = replace(own, child_id=a_second_child(own, turn))
        moves(own, own.child_id, home_id=home_id)()
        with own.store.write() as tx:
            user_id = users.add(tx, email=f"night{turn}@example.org", name="Night Worker")
            users.add_membership(
                tx,
                user_id=user_id,
                organisation_id=keeper.organisation_id,
                role="home_staff",
                home_id=home_id,
            )
            (night,) = persons.of_user(tx, user_id)
        started = filled(own)
        told = race(saves(own, started, night), moves(own, own.child_id))
        saved_before_or_not_at_all(own, started, told, NotFound)
        with pytest.raises(NotFound):
            saves(own, started, night, version=2 if 0 in won(told) else 1)()


@pytest.mark.parametrize("rounds", ROUNDS)
def test_naming_another_worker_and_saving(scene: Scene, rounds: int) -> None:
    """The old worker's page is saved before the child is another's, or refused after it."""
    own = of_plan(scene)
    with own.store.write() as tx:
        team_id = organisations.add_team(tx, organisation_id=own.organisation_id, name="East")
        other = users.add(tx, email="other@example.org", name="Another Worker")
        users.add_membership(
            tx, user_id=other, organisation_id=own.organisation_id, role="social_worker", team_id=team_id
        )
        (old,) = persons.of_user(tx, own.worker.user_id or "")
    for turn in range(rounds):
        own = replace(own, child_id=a_second_child(own, turn))
        started, seen = filled(own), allocated(own.store, child_id=own.child_id).seen
        gives = partial(
            allocate_child,
            own.store,
            actor=own.manager,
            child_id=own.child_id,
            team_id=team_id,
            worker_ids=[other],
            seen=seen,
        )
        told = race(saves(own, started, old), gives)
        saved_before_or_not_at_all(own, started, told, NotFound)
        with own.store.read() as tx:
            now = [one.user_id for one in placements.workers(tx, own.child_id) if one.until_at is None]
        assert now == [other]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_who_name_other_workers(scene: Scene, rounds: int) -> None:
    """One change is made; who read the child's page before it is told, and undoes nothing unseen."""
    with scene.store.write() as tx:
        teams = [
            organisations.add_team(tx, organisation_id=scene.organisation_id, name=name)
            for name in ("East", "West")
        ]
    for turn in range(rounds):
        child_id = a_second_child(scene, turn)
        seen = allocated(scene.store, child_id=child_id).seen
        told = race(
            *(
                partial(
                    allocate_child,
                    scene.store,
                    actor=scene.manager,
                    child_id=child_id,
                    team_id=team_id,
                    worker_ids=[],
                    seen=seen,
                )
                for team_id in teams
            )
        )
        assert len(won(told)) == 1
        assert isinstance(told[1 - won(told)[0]], StaleVersion)
        team = allocated(scene.store, child_id=child_id).team
        assert team is not None
        assert team.id == teams[won(told)[0]]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_closing_a_team_and_giving_it_a_child(scene: Scene, rounds: int) -> None:
    """The team is closed without her, or has her and stays open; one of the two is told."""
    with scene.store.write() as tx:
        user_id = users.add(tx, email="keeper@example.org", name="Tobermory Kestrel-Obi")
        users.add_membership(tx, user_id=user_id, organisation_id=scene.organisation_id, role="administrator")
        (keeper,) = persons.of_user(tx, user_id)
    for turn in range(rounds):
        with scene.store.write() as tx:
            team_id = organisations.add_team(tx, organisation_id=scene.organisation_id, name=f"Team {turn}")
        child_id = a_second_child(scene, turn)
        gives = partial(
            allocate_child,
            scene.store,
            actor=scene.manager,
            child_id=child_id,
            team_id=team_id,
            worker_ids=[],
            seen=allocated(scene.store, child_id=child_id).seen,
        )
        told = race(gives, closes(scene, keeper, team_id))
        assert len(won(told)) == 1
        assert isinstance(told[1 - won(told)[0]], StillUsed | PlaceClosed)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_ending_a_role_and_saving(scene: Scene, rounds: int) -> None:
    """What a worker saves as their role ends is saved before the end, or refused: the role is over."""
    own = of_plan(scene)
    with own.store.write() as tx:
        user_id = users.add(tx, email="keeper@example.org", name="Tobermory Kestrel-Obi")
        users.add_membership(tx, user_id=user_id, organisation_id=own.organisation_id, role="administrator")
        (keeper,) = persons.of_user(tx, user_id)
    by = Actor(user_id=user_id, organisation_id=own.organisation_id, role="administrator")
    for _ in range(rounds):
        with own.store.write() as tx:
            made = users.add_membership(
                tx,
                user_id=own.worker.user_id or "",
                organisation_id=own.organisation_id,
                role="social_worker",
            )
            who = next(
                one for one in persons.of_user(tx, own.worker.user_id or "") if one.membership_id == made
            )
        started = filled(own)
        ends = partial(end_role, own.store, person=keeper, actor=by, membership_id=made)
        told = race(saves(own, started, who), ends)
        saved_before_or_not_at_all(own, started, told, RoleOver)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_withdrawing_and_editing_the_next(scene: Scene, rounds: int) -> None:
    """What is withdrawn is what was issued: the page of the next revision is saved, and both are told so."""
    for _ in range(rounds):
        started, _ = handed_in(scene)
        finishes(scene, started.revision_id)()
        later = revises(scene, started.record_id)()
        told = race(withdraws(scene, started.revision_id), edits(scene, later.revision_id))
        now = stands(scene, started, later.revision_id)
        assert won(told) == [0, 1]
        assert now.states == ["draft", "withdrawn"]
        assert last_name(scene, later) == "Another name"
