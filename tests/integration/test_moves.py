"""Moves, emergencies and secrets, on both databases: what a query says, and who wins when two act at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from formsvc import clock
from formsvc.access.people import Person
from formsvc.access.policy import Policy, load_policy
from formsvc.cases.working_days import end_of
from formsvc.errors import FormsvcError, NotFound, StaleVersion
from formsvc.settings import Settings
from formsvc.store import (
    emergencies,
    organisations,
    own_past,
    persons,
    placements,
    review_requests,
    secrets,
    users,
)
from formsvc.store import tables as t
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor
from formsvc.workflow.add_child import move_child, undo_move
from formsvc.workflow.open_emergency import MOST_OPENED, EmergencyRefused, Sought, open_emergency
from formsvc.workflow.run_worker import run_worker
from tests.integration.scenes import NAME, Scene, a_scene, make_quickly

WHY = "He stands at our door"


@dataclass(frozen=True, kw_only=True)
class Move:
    """A scene with two homes, a senior of each, and a plan that is final."""

    scene: Scene
    record_id: str
    revision_id: str
    homes: tuple[str, str]
    seniors: tuple[Person, Person]
    policy: Policy = field(default_factory=lambda: load_policy(Path("form_templates")))

    def to(self, home_id: str | None, *, instead_of: str | None = None) -> str:
        """Move the child."""
        return move_child(
            self.scene.store,
            actor=self.scene.worker,
            policy=self.policy,
            child_id=self.scene.child_id,
            controller_id=self.scene.organisation_id,
            placement={"home_id": home_id, "area_id": "TST", "details": {"kind": "children's home"}},
            instead_of=instead_of,
        )


@pytest.fixture
def move(store: Store, settings: Settings) -> Move:
    """Return the scene; the first home's senior began the plan while the child lived there."""
    scene = a_scene(store)
    homes, seniors = [], []
    with store.write() as tx:
        provider = organisations.add(tx, name="Threshold Care", kind="provider")
        for name in ("Rowan Bank", "Fellside"):
            home_id = organisations.add_home(tx, organisation_id=provider, name=name, area_id="TST")
            user_id = users.add(tx, email=f"{name.split()[0].lower()}@example.org", name=f"Senior of {name}")
            users.add_membership(
                tx, user_id=user_id, organisation_id=provider, role="home_staff", home_id=home_id
            )
            homes.append(home_id)
            seniors.append(user_id)
        placements.move(
            tx,
            child_id=scene.child_id,
            controller_id=scene.organisation_id,
            area_id="TST",
            details={"kind": "children's home"},
            home_id=homes[0],
        )
    started = scene.start()
    scene.fill(started.revision_id)
    scene.make_final(started.revision_id)
    run_worker(settings, until_idle=True, make=make_quickly)
    with store.write() as tx:
        of = t.revision.c
        tx.c.execute(sa.update(t.revision).where(of.id == started.revision_id).values(created_by=seniors[0]))
    with store.read() as tx:
        (first,), (second,) = (persons.of_user(tx, one) for one in seniors)
    return Move(
        scene=scene,
        record_id=started.record_id,
        revision_id=started.revision_id,
        homes=(homes[0], homes[1]),
        seniors=(first, second),
    )


def test_the_old_home_keeps_what_it_began(move: Move) -> None:
    """Nothing while the child lives there; then its own form, and nobody else's home has it."""

    def kept(person: Person) -> list[tuple[str, int]]:
        with move.scene.store.read() as tx:
            found = own_past.listing(tx, person, audience="police")
        return [(one.record_id, len(one.documents)) for one in found]

    assert kept(move.seniors[0]) == []
    move.to(move.homes[1])
    assert kept(move.seniors[0]) == [(move.record_id, 2)]
    assert kept(move.seniors[1]) == []
    move.to(None)
    assert kept(move.seniors[0]) == [(move.record_id, 2)]
    assert kept(move.seniors[1]) == []
    move.to(move.homes[0])
    assert kept(move.seniors[0]) == []


def test_a_signature_of_the_home_is_kept_as_well(move: Move) -> None:
    """Whoever signed for the home keeps what was signed, though somebody else began it."""
    with move.scene.store.write() as tx:
        tx.c.execute(sa.update(t.revision).values(created_by=move.scene.worker.user_id))
    move.to(move.homes[1])
    with move.scene.store.read() as tx:
        assert own_past.listing(tx, move.seniors[0], audience="police") == ()
    with move.scene.store.write() as tx:
        one = sa.select(t.signoff.c.id).limit(1).scalar_subquery()
        tx.c.execute(
            sa.update(t.signoff).where(t.signoff.c.id == one).values(user_id=move.seniors[0].user_id)
        )
    with move.scene.store.read() as tx:
        assert len(own_past.listing(tx, move.seniors[0], audience="police")) == 1


def test_a_move_asks_for_each_form_once(move: Move) -> None:
    """Each current form has one open request; another move ends it and asks anew; undoing brings it back."""
    first = move.to(move.homes[1])
    with move.scene.store.read() as tx:
        asked = review_requests.of_record(tx, move.record_id)
    assert asked.due_at == end_of(asked.moved_at, days=5)
    second = move.to(None)
    undo_move(
        move.scene.store,
        actor=move.scene.worker,
        child_id=move.scene.child_id,
        placement_id=second,
        why="It was for next week.",
    )
    with move.scene.store.read() as tx:
        again = review_requests.of_record(tx, move.record_id)
        rows = tx.c.execute(sa.select(t.review_request.c.placement_id, t.review_request.c.outcome)).all()
        assert not review_requests.of_home(tx, move.seniors[0], audience="police")
        assert len(review_requests.of_home(tx, move.seniors[1], audience="police")) == 1
    assert again.id == asked.id
    assert sorted(map(tuple, rows), key=str) == sorted([(first, None), (second, "undone")], key=str)


def test_of_two_moves_at_once_one_wins_and_the_other_is_told(move: Move) -> None:
    """Two workers save from the same page: one placement is current, the second hears that it changed."""
    with move.scene.store.read() as tx:
        now = placements.of_child(tx, move.scene.child_id)[0].id
    told = at_once(lambda: move.to(move.homes[1], instead_of=now), lambda: move.to(None, instead_of=now))
    assert sorted(told) == ["", StaleVersion.code]
    with move.scene.store.read() as tx:
        current = [one for one in placements.of_child(tx, move.scene.child_id) if one.until_at is None]
        asked = tx.c.execute(
            sa.select(sa.func.count())
            .select_from(t.review_request)
            .where(t.review_request.c.done_at.is_(None))
        ).scalar_one()
    assert len(current) == 1
    assert asked == 1


def test_a_move_and_its_undoing_at_once_leave_one_placement(move: Move) -> None:
    """Whichever comes first, the child lives in one place."""
    placed = move.to(move.homes[1])
    store, worker, child_id = move.scene.store, move.scene.worker, move.scene.child_id
    told = at_once(
        lambda: undo_move(store, actor=worker, child_id=child_id, placement_id=placed, why="Wrong child."),
        lambda: move.to(None, instead_of=placed),
    )
    assert sorted(told) == ["", StaleVersion.code]
    with store.read() as tx:
        assert sum(one.until_at is None for one in placements.of_child(tx, child_id)) == 1


def test_tries_at_once_are_counted_one_by_one(move: Move) -> None:
    """Somebody with several windows opens no more than the limit: the rest are refused and noted."""
    store, who = move.scene.store, move.seniors[1]
    actor = Actor(user_id=who.user_id, organisation_id=who.organisation_id, role="home_staff")
    with store.write() as tx:
        for number in range(MOST_OPENED - 1):
            made = emergencies.add(
                tx,
                child_id=move.scene.child_id,
                user_id=who.user_id,
                membership_id=who.membership_id,
                why=WHY,
                until_at=tx.at + timedelta(minutes=number + 1),
            )
            emergencies.end(tx, emergency_id=made, membership_id=who.membership_id)
    sought = Sought(name=NAME, date_of_birth="2014-09-30")

    def one() -> None:
        open_emergency(store, person=who, actor=actor, sought=sought, why=WHY)

    told = at_once(one, one, one)
    assert told.count("") + told.count(EmergencyRefused.code) == len(told)
    with store.read() as tx:
        assert len(emergencies.running(tx, membership_id=who.membership_id)) == 1
        assert len(emergencies.unreviewed(tx, move.seniors[0], frozenset())) == 0


def test_a_child_is_found_in_an_emergency_by_exact_names(move: Move) -> None:
    """Every way to type the name finds him with his birthday; part of a word, or another day, does not."""
    store, who = move.scene.store, move.seniors[1]
    actor = Actor(user_id=who.user_id, organisation_id=who.organisation_id, role="home_staff")
    for name, born, found in (
        ("Bláithín Đurić-Łowe", "2014-09-30", True),
        ("blaithin duric lowe", "2014-09-30", True),
        ("Blaithin Lowe", "2014-09-30", True),
        ("Blaith Duric", "2014-09-30", False),
        ("Bláithín Đurić-Łowe", "2014-09-29", False),
        ("Lowe", "2014-09-30", False),
        ("Bláithín Đurić-Łowe", "", False),
    ):
        sought = Sought(name=name, date_of_birth=born)
        if found:
            opened = open_emergency(store, person=who, actor=actor, sought=sought, why=WHY)
            assert opened.child_id == move.scene.child_id, name
        else:
            with pytest.raises(EmergencyRefused, match="no_child"):
                open_emergency(store, person=who, actor=actor, sought=sought, why=WHY)


def test_a_secret_is_replaced_and_destroyed_where_it_was_kept(move: Move) -> None:
    """Only for its child, field and row; what no answer refers to any more goes; looks are told."""
    store, child_id = move.scene.store, move.scene.child_id
    with store.write() as tx:
        bound = {"child_id": child_id, "field": "friends.code", "row_id": "row2row2"}
        made = secrets.put(
            tx,
            "first",
            controller_id=move.scene.organisation_id,
            created_by=None,
            record_id=move.record_id,
            **bound,
        )
        secrets.replace(tx, made, "second", **bound)
        assert secrets.reveal(tx, made, **bound) == "second"
        with pytest.raises(NotFound):
            secrets.replace(tx, made, "third", **{**bound, "row_id": "row3row3"})
        look = clock.new_id()
        worker = move.scene.worker.user_id or ""
        told = {"reference": made, "child_id": child_id, "user_id": worker, "why": WHY}
        assert secrets.note_look(tx, id=look, **told)
        assert not secrets.note_look(tx, id=look, **told)
        assert [why for _, _, why in secrets.looks(tx, made, child_id=child_id)] == [WHY]
        assert secrets.held(tx, [made], child_id=child_id)[made].changed_at is not None
        assert secrets.destroy_others(tx, record_id=move.record_id, referred_to=[made]) == 0
        assert secrets.destroy_others(tx, record_id=move.record_id, referred_to=[]) == 1
        assert secrets.held(tx, [made], child_id=child_id)[made].destroyed_at is not None
        with pytest.raises(NotFound):
            secrets.replace(tx, made, "fourth", **bound)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do things at the same time; return the code of what each was refused with, empty where it was done."""
    ready = threading.Barrier(len(acts))
    told = [""] * len(acts)

    def do(number: int) -> None:
        ready.wait(30)
        try:
            acts[number]()
        except FormsvcError as error:
            told[number] = error.code

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(acts))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return told
