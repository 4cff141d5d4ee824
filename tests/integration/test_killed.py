"""Killed anywhere while finalising or issuing: nothing lost, nothing twice, the worker finishes the work."""

from __future__ import annotations

import itertools
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import WrongState
from formsvc.settings import Settings
from formsvc.store import audit, documents, jobs, revisions, snapshots
from formsvc.store import tables as t
from formsvc.store.session import Store
from formsvc.workflow.finalise import finalise
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.verify_audit import walk_audit
from tests.integration import killed
from tests.integration.scenes import Scene, a_scene, make_quickly

DOCUMENTS = [("full", "docx"), ("full", "pdf"), ("police", "docx"), ("police", "pdf")]


@pytest.fixture
def scene(store: Store) -> Scene:
    """Return a scene in a store of the test's own."""
    return a_scene(store)


def ready(scene: Scene) -> str:
    """Return a revision that is signed off."""
    revision_id = scene.start().revision_id
    scene.fill(revision_id)
    scene.sign(scene.hand_in(revision_id))
    return revision_id


def die_at(scene: Scene, settings: Settings, *, revision_id: str, steps: int) -> bool:
    """Finalise and issue in a process that dies at a step; return whether it died."""
    child = killed.PROCESSES.Process(
        target=killed.finalise_and_issue,
        args=(settings,),
        kwargs={"actor": scene.worker, "revision_id": revision_id, "steps": steps},
    )
    child.start()
    child.join()
    assert child.exitcode in (0, -signal.SIGKILL), f"died of something else: {child.exitcode}"
    return child.exitcode != 0


def recover(scene: Scene, settings: Settings, *, revision_id: str) -> None:
    """Do what people and the service do after a crash: press the button again, start the worker."""
    with scene.store.read() as tx:
        state = revisions.get(tx, revision_id).state
    if state == "awaiting_signoff":
        finalise(scene.store, actor=scene.worker, revision_id=revision_id)
    else:
        with pytest.raises(WrongState):
            finalise(scene.store, actor=scene.worker, revision_id=revision_id)
    run_worker(settings, until_idle=True, make=make_quickly)


def check_revision(scene: Scene, revision_id: str) -> None:
    """One snapshot, one document for each audience and kind whose bytes open, one audit entry for each."""
    with scene.store.read() as tx:
        revision = revisions.get(tx, revision_id)
        kept = snapshots.of_revision(tx, revision_id)
        found = documents.of_record(tx, revision.record_id)
        places = [documents.place(tx, one) for one in found]
        done = jobs.about(tx, kept.id)
        acts = Counter(
            (one.act, one.subject_id)
            for one in audit.of_child(tx, scene.child_id, limit=100_000)
            if one.record_id == revision.record_id and one.act in ("revision.finalise", "document.issue")
        )
    assert revision.state == "final"
    assert sorted((one.audience_id, one.kind) for one in found) == DOCUMENTS
    assert {one.state for one in found} == {"current"}
    assert len({one.seal_id for one in found}) == len(DOCUMENTS)
    assert {(one.state, one.outcome) for one in done} == {("done", "issued")}
    for document, place in zip(found, places, strict=True):
        data = scene.store.blobs.get(place.stored, key=place.key)
        assert data == f"{document.kind}|{document.audience_id}|".encode() + kept.snapshot.json
    expected = {("revision.finalise", revision_id), *(("document.issue", one.id) for one in found)}
    assert acts == Counter(dict.fromkeys(expected, 1))


def check_store(scene: Scene, settings: Settings) -> None:
    """The audit is whole, and a day later no file is left that no row names, and no row without its file."""
    verdict = walk_audit(scene.store)
    assert verdict.whole, verdict.words
    with clock.held(clock.now() + timedelta(days=2)):
        run_worker(settings, until_idle=True, make=make_quickly)
    files = {one.name for one in scene.store.blobs.folder.glob("??/*")}
    with scene.store.read() as tx:
        assert files == set(tx.c.execute(sa.select(t.blob.c.address)).scalars())


def die_at_steps(scene: Scene, settings: Settings, steps: list[int]) -> int:
    """Die at each of some steps, each time with a revision of its own; return how many times it died."""
    deaths = 0
    for one in steps:
        revision_id = ready(scene)
        deaths += die_at(scene, settings, revision_id=revision_id, steps=one)
        recover(scene, settings, revision_id=revision_id)
        check_revision(scene, revision_id)
    check_store(scene, settings)
    return deaths


def steps_in_all(scene: Scene, settings: Settings) -> int:
    """Return about how many steps finalising and issuing take, by doubling until it survives."""
    for steps in (100, 150, 200, 300, 400, 600):
        revision_id = ready(scene)
        died = die_at(scene, settings, revision_id=revision_id, steps=steps)
        recover(scene, settings, revision_id=revision_id)
        if not died:
            return steps
    raise AssertionError("it takes more than 600 steps")


def test_killed_at_steps_all_along_the_way(scene: Scene, settings: Settings) -> None:
    """Two dozen deaths, spread evenly over every statement, commit and file of finalising and issuing."""
    most = steps_in_all(scene, settings)
    offset = random.randrange(most // 20)
    steps = list(range(offset, most, most // 20))
    assert die_at_steps(scene, settings, steps) >= 14


@pytest.mark.long
def test_killed_at_every_step(scene: Scene, settings: Settings) -> None:
    """A death at each and every step."""
    for steps in itertools.count():
        revision_id = ready(scene)
        died = die_at(scene, settings, revision_id=revision_id, steps=steps)
        recover(scene, settings, revision_id=revision_id)
        check_revision(scene, revision_id)
        if not died:
            break
    assert steps > 100
    check_store(scene, settings)


def kill_at_random(scene: Scene, settings: Settings, *, kills: int, work: Callable[..., None]) -> None:
    """Let two workers and a writer run side by side, and kill one after the other, without any order."""
    told = {name: getattr(scene, name) for name in ("organisation_id", "child_id", "worker", "manager")}
    roles: list[tuple[Callable[..., None], dict[str, Any]]] = [
        (work, {}), (work, {}), (killed.write_and_finalise, {"scene": told}),
    ]  # fmt: skip
    running = [_begin(role, settings) for role in roles]
    for _ in range(kills):
        place = random.randrange(len(roles))
        time.sleep(random.uniform(0.01, 0.25))  # when it dies is the point of the test
        running[place].kill()
        running[place].join()
        running[place] = _begin(roles[place], settings)
    given_up = time.monotonic() + 120
    while not finals(scene) and time.monotonic() < given_up:  # a busy machine may have started nobody yet
        time.sleep(0.05)
    for child in running:
        child.kill()
        child.join()


def _begin(role: tuple[Callable[..., None], dict[str, Any]], settings: Settings) -> Any:
    target, kwargs = role
    child = killed.PROCESSES.Process(target=target, args=(settings,), kwargs=kwargs)
    child.start()
    return child


def finals(scene: Scene) -> list[str]:
    """Return the revisions that are final."""
    with scene.store.read() as tx:
        return list(tx.c.execute(sa.select(t.revision.c.id).where(t.revision.c.state == "final")).scalars())


def check_all(scene: Scene, settings: Settings) -> int:
    """Finish the work and check every revision that ever became final; return how many there are."""
    for hours in (1, 2):  # lost work is noticed first; what was killed more than once then waits a little
        with clock.held(clock.now() + timedelta(hours=hours)):
            run_worker(settings, until_idle=True, make=make_quickly)
    final = finals(scene)
    with scene.store.read() as tx:
        assert {(one.kind, one.state, one.outcome) for one in jobs.listing(tx, limit=10_000)} <= {
            ("issue", "done", "issued"),
            ("sweep", "done", "swept 0"),
        }
    for revision_id in final:
        check_revision(scene, revision_id)
    check_store(scene, settings)
    return len(final)


def test_killed_at_any_moment_with_several_at_work(scene: Scene, settings: Settings) -> None:
    """Writers and workers killed without order while others work: what became final is issued, once."""
    kill_at_random(scene, settings, kills=15, work=killed.work)
    assert check_all(scene, settings) > 0


@pytest.mark.long
def test_killed_hundreds_of_times_with_several_at_work(scene: Scene, settings: Settings) -> None:
    """The same, three hundred times."""
    kill_at_random(scene, settings, kills=300, work=killed.work)
    assert check_all(scene, settings) > 20
