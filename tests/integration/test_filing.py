"""References of other systems and uploads to the case file, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from formsvc import clock
from formsvc.access.people import Person
from formsvc.access.table import Role
from formsvc.errors import NotFound, StaleVersion, WrongState
from formsvc.store import audit, children, references, uploads
from formsvc.store import tables as t
from formsvc.store.children import Identity
from formsvc.store.session import Store
from formsvc.workflow.finalise import finalise
from formsvc.workflow.keep_reference import (
    add_reference,
    correct_reference,
    end_reference,
    references_of,
)
from formsvc.workflow.start_revision import start_revision
from formsvc.workflow.take_to_case_file import say_not_needed, say_uploaded, undo_upload, uploads_for
from formsvc.workflow.withdraw import withdraw
from tests.integration.scenes import NAME, Scene, a_scene
from tests.integration.stores import count_statements
from tests.integration.test_races import POLICY, ROUNDS, race, won

CASE = {"kind": "case_system", "value": "MOS/2211-88", "system": "Calderholme, Mosaic"}
NHS = {"kind": "nhs_number", "value": "9434765919", "system": ""}
ALL = ("case_system", "nhs_number", "police_person", "police_record", "upn")


@pytest.fixture
def scene(store: Store) -> Scene:
    """Return a scene in a store of the test's own."""
    return a_scene(store)


def somebody(scene: Scene, *, role: Role = Role.social_worker, organisation_id: str = "") -> Person:
    """Return the scene's worker, or somebody in another role or organisation."""
    return Person(
        user_id=scene.worker.user_id or "",
        name="",
        email="",
        membership_id="",
        role=role,
        organisation_id=organisation_id or scene.organisation_id,
        organisation_name="",
    )


def found(scene: Scene, text: str, kinds: Sequence[str] = ALL) -> list[str]:
    """Return the ids of the children that a text finds."""
    with scene.store.read() as tx:
        lines = children.search(tx, text, controllers=[scene.organisation_id], kinds=kinds)
        return [one.id for one in lines]


def add(scene: Scene, reference: dict[str, str]) -> str:
    """Add a reference of the scene's child."""
    return add_reference(scene.store, actor=scene.worker, child_id=scene.child_id, reference=reference)


def acts(scene: Scene, begins: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the acts of a kind about the child, oldest first, with what is noted of each."""
    with scene.store.read() as tx:
        told = audit.of_child(tx, scene.child_id, limit=500)
    return [(one.act, dict(one.data)) for one in reversed(told) if one.act.startswith(begins)]


def a_final(scene: Scene) -> tuple[str, str]:
    """Make a record final; return its id and its task's."""
    started = scene.start()
    scene.fill(started.revision_id)
    scene.make_final(started.revision_id)
    return started.record_id, tasks(scene, started.record_id)[0].id


def tasks(scene: Scene, record_id: str) -> tuple[uploads.Upload, ...]:
    """Return the tasks of a record, the first first."""
    with scene.store.read() as tx:
        return uploads.of_record(tx, record_id, organisation_id=scene.organisation_id)


def ready_again(scene: Scene, record_id: str) -> str:
    """Begin the next revision and sign it, so that it can be made final; return its id."""
    again = start_revision(scene.store, actor=scene.worker, record_id=record_id, effective=scene.plan)
    scene.sign(scene.hand_in(again.revision_id))
    return again.revision_id


def ticks(scene: Scene, record_id: str, upload_id: str) -> partial[None]:
    """Return what ticks a task."""
    return partial(
        say_uploaded,
        scene.store,
        actor=scene.worker,
        person=somebody(scene),
        record_id=record_id,
        upload_id=upload_id,
    )


def undoes(scene: Scene, record_id: str, upload_id: str) -> partial[None]:
    """Return what takes a tick back."""
    return partial(
        undo_upload,
        scene.store,
        actor=scene.worker,
        person=somebody(scene),
        record_id=record_id,
        upload_id=upload_id,
    )


def test_reference_is_found_whole_and_kept_by_a_corrected_name(scene: Scene) -> None:
    """Any spelling of the whole finds the child, a part does not; correcting the name changes nothing."""
    add(scene, CASE)
    add(scene, NHS)
    with scene.store.write() as tx:
        children.change_identity(tx, child_id=scene.child_id, identity=Identity(name="Quite Another"))
    for text in ("MOS/2211-88", "mos221188", "943 476 5919", "Quite"):
        assert found(scene, text) == [scene.child_id], text
    for text in ("MOS/2211", "9434765", "MOS", NAME.split()[0]):
        assert found(scene, text) == [], text


def test_reference_finds_nobody_for_whom_it_is_not(scene: Scene) -> None:
    """Who may not have a kind is told nothing by searching for it, and another organisation finds nobody."""
    add(scene, NHS)
    assert found(scene, "9434765919", kinds=["case_system", "upn"]) == []
    assert found(scene, "9434765919", kinds=[]) == []
    with scene.store.read() as tx:
        assert children.search(tx, "9434765919", controllers=["elsewhere"], kinds=ALL) == ()


def test_index_written_anew_keeps_references(scene: Scene) -> None:
    """What a turned key writes anew still finds the child by both."""
    add(scene, CASE)
    with scene.store.write() as tx:
        tx.c.execute(sa.delete(t.child_token))
        children.index_again(tx, scene.child_id)
    assert found(scene, CASE["value"]) == [scene.child_id]
    assert found(scene, NAME) == [scene.child_id]


def test_corrected_reference_ends_and_stays(scene: Scene) -> None:
    """The one before finds nobody, and is there with who ended it; the audit says neither."""
    first = add(scene, CASE)
    second = correct_reference(
        scene.store,
        actor=scene.manager,
        child_id=scene.child_id,
        reference_id=first,
        reference={**CASE, "value": "MOS/2211-89"},
    )
    assert found(scene, CASE["value"]) == []
    assert found(scene, "MOS/2211-89") == [scene.child_id]
    told = references_of(scene.store, person=somebody(scene), child_id=scene.child_id)
    assert [(one.id, one.ended_why, one.replaces) for one in told] == [
        (first, "corrected", None),
        (second, None, first),
    ]
    assert told[0].ended_by_name == "Rosalind Peverell"
    noted = acts(scene, "reference.")
    assert [act for act, _ in noted] == ["reference.add", "reference.correct"]
    assert "2211" not in str(noted)
    assert "Mosaic" not in str(noted)


def test_reference_that_ended_cannot_be_changed_or_ended(scene: Scene) -> None:
    """Who was second is told; nothing is corrected that is not there; the same stands once."""
    own: dict[str, Any] = {"store": scene.store, "actor": scene.worker, "child_id": scene.child_id}
    first = add(scene, CASE)
    with pytest.raises(WrongState):
        add(scene, {**CASE, "value": "mos 2211 88"})
    assert correct_reference(**own, reference_id=first, reference=CASE) is None
    end_reference(**own, reference_id=first, why="mistaken")
    with pytest.raises(StaleVersion):
        end_reference(**own, reference_id=first, why="not_used")
    with pytest.raises(StaleVersion):
        correct_reference(**own, reference_id=first, reference={**CASE, "value": "MOS/1"})
    with pytest.raises(NotFound):
        end_reference(**own, reference_id="nothing", why="mistaken")
    add(scene, CASE)
    assert found(scene, CASE["value"]) == [scene.child_id]


def test_reference_is_sealed(scene: Scene) -> None:
    """No column of any row says it, or whose system it is."""
    add(scene, CASE)
    with scene.store.read() as tx:
        rows = [
            row
            for table in (t.external_reference, t.child_token)
            for row in tx.c.execute(sa.select(table)).all()
        ]
    assert b"2211" not in b"|".join(str(one).encode() for one in rows)
    assert "Mosaic" not in str(rows)


def test_home_and_pupil_number(scene: Scene) -> None:
    """A home reads the health number it needs at a hospital, and not the pupil number."""
    add(scene, NHS)
    with scene.store.write() as tx:
        references.add(
            tx, child_id=scene.child_id, kind="upn", value="A1", system="", created_by=scene.worker.user_id
        )
    home = references_of(scene.store, person=somebody(scene, role=Role.home_staff), child_id=scene.child_id)
    assert [one.kind for one in home] == ["nhs_number"]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_who_add_the_same_reference(scene: Scene, rounds: int) -> None:
    """One is kept; the other person is told."""
    for turn in range(rounds):
        reference = {**CASE, "value": f"{turn}-100"}
        told = race(partial(add, scene, reference), partial(add, scene, reference))
        assert len(won(told)) == 1
        assert isinstance(told[1 - won(told)[0]], WrongState)
        assert found(scene, f"{turn}100") == [scene.child_id]


def test_each_final_revision_opens_one_task(scene: Scene) -> None:
    """It is the controller's; the next revision ends the one before, but not what was ticked."""
    record_id, first = a_final(scene)
    (task,) = tasks(scene, record_id)
    assert (task.organisation_id, task.number, task.outcome) == (scene.organisation_id, 1, None)
    finalise(scene.store, actor=scene.worker, revision_id=ready_again(scene, record_id))
    before, now = tasks(scene, record_id)
    assert (before.id, before.outcome, before.done_by_name) == (first, "superseded", "")
    assert (now.number, now.outcome) == (2, None)
    ticks(scene, record_id, now.id)()
    finalise(scene.store, actor=scene.worker, revision_id=ready_again(scene, record_id))
    assert [one.outcome for one in tasks(scene, record_id)] == ["superseded", "uploaded", None]


def test_withdrawn_revision_ends_its_task(scene: Scene) -> None:
    """Nobody is asked to upload what was withdrawn, and what was uploaded before says that it was."""
    record_id, upload_id = a_final(scene)
    other, ticked = a_final(scene)
    ticks(scene, other, ticked)()
    for one in (record_id, other):
        withdraw(
            scene.store, actor=scene.manager, revision_id=tasks(scene, one)[0].revision_id, why="dangerous"
        )
    assert tasks(scene, record_id)[0].outcome == "withdrawn"
    assert (tasks(scene, other)[0].outcome, tasks(scene, other)[0].state) == ("uploaded", "withdrawn")
    for record, task in ((record_id, upload_id), (other, ticked)):
        with pytest.raises(WrongState):
            ticks(scene, record, task)()
        with pytest.raises(WrongState):
            undoes(scene, record, task)()


def test_tick_is_undone_within_a_day(scene: Scene) -> None:
    """It says who and when; it is taken back for 24 hours and not after; each act is in the audit."""
    record_id, upload_id = a_final(scene)
    ticks(scene, record_id, upload_id)()
    (task,) = tasks(scene, record_id)
    assert (task.outcome, task.done_by_name) == ("uploaded", "Theodora Blakiston")
    undoes(scene, record_id, upload_id)()
    assert tasks(scene, record_id)[0].outcome is None
    with pytest.raises(WrongState):
        undoes(scene, record_id, upload_id)()
    say_not_needed(
        scene.store,
        actor=scene.worker,
        person=somebody(scene),
        record_id=record_id,
        upload_id=upload_id,
        why="Held in the court bundle",
    )
    assert tasks(scene, record_id)[0].why == "Held in the court bundle"
    with clock.held(clock.now() + timedelta(hours=24, minutes=1)), pytest.raises(WrongState):
        undoes(scene, record_id, upload_id)()
    noted = acts(scene, "upload.")
    assert [act for act, _ in noted] == ["upload.tick", "upload.undo", "upload.not_needed"]
    assert "court" not in str(noted)


def test_another_organisation_has_no_task(scene: Scene) -> None:
    """Whoever is of another organisation finds none, whatever id they have, and can end none."""
    record_id, upload_id = a_final(scene)
    stranger = somebody(scene, organisation_id="elsewhere")
    for act in (say_uploaded, undo_upload):
        with pytest.raises(NotFound):
            act(
                scene.store,
                actor=scene.worker,
                person=stranger,
                record_id=record_id,
                upload_id=upload_id,
            )
    assert tasks(scene, record_id)[0].outcome is None


def test_first_page_costs_the_same_however_much_waits(scene: Scene) -> None:
    """Twelve tasks take as many queries as one; the oldest ten are listed, each file under the child's id."""
    add(scene, CASE)
    person, count = somebody(scene), count_statements(scene.store)
    listed = partial(uploads_for, scene.store, policy=POLICY, person=person)
    a_final(scene)
    listed()  # forms are compiled once
    count()
    assert len(listed().lines) == 1
    few = count()
    for _ in range(11):
        a_final(scene)
    count()
    now = listed()
    assert count() == few
    assert (len(now.lines), now.more) == (10, True)
    assert {one.file_name.partition("_")[0] for one in now.lines} == {"MOS-2211-88"}
    assert (
        uploads_for(scene.store, policy=POLICY, person=replace(person, organisation_id="elsewhere")).lines
        == ()
    )


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_who_tick_at_once(scene: Scene, rounds: int) -> None:
    """One tick is kept and noted; the other person is told."""
    for turn in range(rounds):
        record_id, upload_id = a_final(scene)
        told = race(ticks(scene, record_id, upload_id), ticks(scene, record_id, upload_id))
        assert len(won(told)) == 1
        assert isinstance(told[1 - won(told)[0]], WrongState)
        assert len(acts(scene, "upload.tick")) == turn + 1


@pytest.mark.parametrize("rounds", ROUNDS)
def test_undoing_while_the_next_revision_becomes_final(scene: Scene, rounds: int) -> None:
    """No task of a superseded revision waits, whoever came first."""
    for _ in range(rounds):
        record_id, upload_id = a_final(scene)
        ticks(scene, record_id, upload_id)()
        final = partial(finalise, scene.store, actor=scene.worker, revision_id=ready_again(scene, record_id))
        told = race(undoes(scene, record_id, upload_id), final)
        assert 1 in won(told)
        before, now = tasks(scene, record_id)
        assert before.outcome in ("uploaded", "superseded")
        assert (now.number, now.outcome) == (2, None)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_ticking_while_the_next_revision_becomes_final(scene: Scene, rounds: int) -> None:
    """It is ticked, or superseded and whoever ticks is told."""
    for _ in range(rounds):
        record_id, upload_id = a_final(scene)
        final = partial(finalise, scene.store, actor=scene.worker, revision_id=ready_again(scene, record_id))
        told = race(ticks(scene, record_id, upload_id), final)
        assert 1 in won(told)
        assert tasks(scene, record_id)[0].outcome == ("uploaded" if 0 in won(told) else "superseded")
