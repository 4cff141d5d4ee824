"""Jobs: enqueued with their cause, leased to one worker, tried again, never done twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from formsvc import clock
from formsvc.errors import FontsMissing, FormsvcError, GlyphsMissing, NotFound, SealFailed
from formsvc.settings import Settings
from formsvc.store import children, documents, jobs, revisions
from formsvc.store.jobs import Job
from formsvc.store.session import Store
from formsvc.workflow.claim import LEASE, MOST_ATTEMPTS, claim, give_back, retry_job
from formsvc.workflow.download_document import download_document
from formsvc.workflow.finalise import finalise
from formsvc.workflow.finality import ISSUE, Final
from formsvc.workflow.issue import IssueWork, Made, keep_made, make_work, read_work
from formsvc.workflow.processes import this_process
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.send_back import send_back
from formsvc.workflow.start_revision import start_revision
from formsvc.workflow.withdraw import withdraw
from tests.integration.scenes import Scene, a_scene, make_quickly

ELSEWHERE = "another-host boot namespace 1 1"


@pytest.fixture
def scene(store: Store) -> Scene:
    """Return a scene in a store of the test's own."""
    return a_scene(store)


@pytest.fixture
def final(scene: Scene) -> Final:
    """Return a final revision whose four documents wait to be issued."""
    started = scene.start()
    scene.fill(started.revision_id)
    return scene.make_final(started.revision_id)


def take(store: Store, worker: str = ELSEWHERE) -> Job:
    """Lease the next issue job."""
    job = claim(store, worker=worker, kinds=[ISSUE])
    assert job is not None
    return job


def issued(scene: Scene) -> list[tuple[str, str, str]]:
    """Return audience, kind and state of every document about the child."""
    with scene.store.read() as tx:
        return sorted(
            (one.audience_id, one.kind, one.state)
            for state in ("current", "superseded", "withdrawn")
            for one in documents.of_child(tx, scene.child_id, state=state)
        )


def test_a_worker_issues_every_document_and_stops_when_idle(
    scene: Scene, final: Final, settings: Settings
) -> None:
    """Four jobs, four documents, the audit linked, nothing left to do."""
    run_worker(settings, until_idle=True, make=make_quickly)
    assert issued(scene) == [
        ("full", "docx", "current"), ("full", "pdf", "current"),
        ("police", "docx", "current"), ("police", "pdf", "current"),
    ]  # fmt: skip
    with scene.store.read() as tx:
        found = jobs.about(tx, final.snapshot_id)
        (document, *_) = documents.of_child(tx, scene.child_id)
        assert documents.by_seal(tx, document.seal_id) == document
        (by_print,) = {
            one.view_hash
            for one in documents.by_print(
                tx, reference=document.reference, short_hash=document.view_hash[:16]
            )
        }
        with pytest.raises(NotFound):
            documents.by_seal(tx, "0" * 64)
    assert by_print == document.view_hash
    assert {(one.state, one.outcome, one.attempts) for one in found} == {("done", "issued", 1)}
    assert run_worker(settings, until_idle=True, make=make_quickly) == 0


def test_a_document_is_handed_out_as_it_was_sealed_and_the_reading_logged(
    scene: Scene, final: Final, settings: Settings
) -> None:
    """The bytes that come out are the bytes that were made, and who took them stands in the audit."""
    run_worker(settings, until_idle=True, make=make_quickly)
    with scene.store.read() as tx:
        one = next(one for one in documents.of_child(tx, scene.child_id) if one.kind == "pdf")
    document, place = download_document(scene.store, actor=scene.manager, document_id=one.id, person=None)
    data = b"".join(scene.store.blobs.chunks(place.stored, key=place.key))
    assert len(data) == document.size
    assert data.startswith(b"pdf|")


def test_two_workers_take_different_jobs(scene: Scene, final: Final) -> None:
    """A leased job is nobody else's until its lease runs out."""
    taken = [take(scene.store) for _ in range(4)]
    assert len({one.id for one in taken}) == 4
    assert claim(scene.store, worker=ELSEWHERE, kinds=[ISSUE]) is None
    later = clock.now() + LEASE + timedelta(seconds=1)
    with clock.held(later):
        again = take(scene.store)
    assert again.id in {one.id for one in taken}
    assert again.attempts == 2


def test_a_job_of_a_dead_process_is_taken_at_once(scene: Scene, final: Final) -> None:
    """Nobody waits for the lease of a worker of this machine that is gone; a living one keeps its job."""
    host, boot, namespace, _, _ = this_process().split(" ")
    dead = f"{host} {boot} {namespace} 999999 12345"
    before_boot = f"{host} an-earlier-boot {namespace} 1 1"
    first = take(scene.store, dead)
    taken = [take(scene.store, before_boot) for _ in range(4)]
    assert first.id in {one.id for one in taken}
    assert claim(scene.store, worker=this_process(), kinds=[ISSUE]) is not None
    living = [claim(scene.store, worker=this_process(), kinds=[ISSUE]) for _ in range(3)]
    assert [one for one in living if one is not None and one.id == first.id] == []


def test_a_worker_that_lost_its_lease_leaves_no_document(scene: Scene, final: Final) -> None:
    """Two workers that make the same document keep one: the slow one comes to nothing."""
    slow = read_work(scene.store, take(scene.store))
    made = make_work(scene.store, slow, make=make_quickly)
    with clock.held(clock.now() + LEASE + timedelta(seconds=1)):
        quick = read_work(scene.store, take(scene.store))
        while quick.job.id != slow.job.id:
            quick = read_work(scene.store, take(scene.store))
        assert keep_made(scene.store, slow, made) is None
        assert keep_made(scene.store, quick, make_work(scene.store, quick, make=make_quickly)) is not None
        assert keep_made(scene.store, slow, made) is None
    assert len(issued(scene)) == 1


def test_the_same_document_kept_twice_is_one(scene: Scene, final: Final) -> None:
    """Even a job enqueued by hand for what is issued adds nothing."""
    work = read_work(scene.store, take(scene.store))
    made = make_work(scene.store, work, make=make_quickly)
    assert keep_made(scene.store, work, made) is not None
    with scene.store.write() as tx:
        again = {**work.job.payload}
        assert jobs.enqueue(
            tx, kind=ISSUE, key="by hand", payload=again, due_at=datetime(2020, 1, 1, tzinfo=UTC)
        )
    second = take(scene.store)
    assert read_work(scene.store, second).needless == "issued"
    other = Made(data=b"other bytes", seal_id="f" * 64, view_hash="0" * 64)
    repeated = read_work(scene.store, second)
    assert keep_made(scene.store, repeated, other) is None
    assert len(issued(scene)) == 1


def test_a_seal_that_is_another_documents_is_an_error(scene: Scene, final: Final) -> None:
    """A document that cannot be told from another one is not lost in silence: its job is tried again."""
    first, second = (read_work(scene.store, take(scene.store)) for _ in range(2))
    made = make_work(scene.store, first, make=make_quickly)
    keep_made(scene.store, first, made)
    with pytest.raises(SealFailed):
        keep_made(scene.store, second, made)
    with scene.store.read() as tx:
        assert jobs.get(tx, second.job.id).state == "running"


def test_a_failing_job_waits_longer_each_time_and_is_given_up(scene: Scene, final: Final) -> None:
    """What can be cured is tried again, ten times; the administrator sees a code and can ask anew."""
    at = clock.now()
    waits: list[timedelta] = []
    with clock.held(at):
        job = take(scene.store)
        for _ in range(3):
            take(scene.store)
    for _ in range(MOST_ATTEMPTS):
        with clock.held(at):
            again = give_back(scene.store, job, error=FontsMissing("a path nobody should read"))
            with scene.store.read() as tx:
                seen = jobs.get(tx, job.id)
        waits.append(seen.due_at - at)
        at = seen.due_at
        if again:
            with clock.held(at):
                found = [claim(scene.store, worker=ELSEWHERE, kinds=[ISSUE]) for _ in range(4)]
            job = next(one for one in found if one is not None and one.id == job.id)
    assert not again
    assert waits[:4] == [timedelta(seconds=one) for one in (5, 10, 20, 40)]
    assert max(waits[:-1]) == timedelta(minutes=15)
    assert (seen.state, seen.outcome) == ("failed", "fonts_missing")
    retry_job(scene.store, actor=scene.manager, job_id=seen.id)
    with scene.store.read() as tx:
        assert (jobs.get(tx, seen.id).state, jobs.get(tx, seen.id).attempts) == ("waiting", 0)
    with pytest.raises(NotFound):
        retry_job(scene.store, actor=scene.manager, job_id="nobody")


def test_what_cannot_be_cured_is_not_tried_again(scene: Scene, final: Final, settings: Settings) -> None:
    """A character no font can draw fails at once, and the other documents are issued."""

    def make(work: IssueWork, files: Mapping[str, bytes]) -> Made:
        if work.kind == "pdf":
            raise GlyphsMissing("\N{GOTHIC LETTER AHSA}")
        return make_quickly(work, files)

    run_worker(settings, until_idle=True, make=make)
    assert [kind for _, kind, _ in issued(scene)] == ["docx", "docx"]
    with scene.store.read() as tx:
        failed = jobs.listing(tx, states=["failed"], organisation_id=scene.organisation_id)
    assert {(one.outcome, one.attempts) for one in failed} == {("glyphs_missing", 1)}


def test_a_job_that_kills_its_worker_lets_others_pass_and_is_given_up(scene: Scene, final: Final) -> None:
    """It waits longer each time, so that the worker lives for the others, and is begun ten times at most."""
    at = clock.now()
    with clock.held(at):
        deadly = take(scene.store)
        others = [read_work(scene.store, take(scene.store)) for _ in range(3)]
        for work in others:
            keep_made(scene.store, work, make_work(scene.store, work, make=make_quickly))
    begun = 1
    for _ in range(1000):
        at += timedelta(seconds=121)
        with clock.held(at):
            job = claim(scene.store, worker=ELSEWHERE, kinds=[ISSUE])
        if job is not None:
            assert job.id == deadly.id
            begun += 1
        with scene.store.read() as tx:
            if jobs.get(tx, deadly.id).state == "failed":
                break
    assert begun == MOST_ATTEMPTS
    with scene.store.read() as tx:
        assert jobs.get(tx, deadly.id).outcome == "too_many_attempts"


def test_documents_of_a_superseded_revision_say_so(scene: Scene, settings: Settings) -> None:
    """Issued before or after its revision was superseded, a document is not current."""
    started = scene.start()
    scene.fill(started.revision_id)
    scene.sign(scene.hand_in(started.revision_id))
    ask: dict[str, Any] = {"actor": scene.worker, "audiences": ["full"]}
    finalise(scene.store, revision_id=started.revision_id, kinds=["pdf", "docx"], **ask)
    work = read_work(scene.store, take(scene.store))
    keep_made(scene.store, work, make_work(scene.store, work, make=make_quickly))
    late = read_work(scene.store, take(scene.store))
    again = start_revision(scene.store, actor=scene.worker, record_id=started.record_id, effective=scene.plan)
    scene.sign(scene.hand_in(again.revision_id))
    finalise(scene.store, revision_id=again.revision_id, kinds=["pdf"], **ask)
    keep_made(scene.store, late, make_work(scene.store, late, make=make_quickly))
    run_worker(settings, until_idle=True, make=make_quickly)
    assert sorted(state for _, _, state in issued(scene)) == ["current", "superseded", "superseded"]


def test_a_withdrawn_revision_is_not_issued_any_more(scene: Scene, final: Final, settings: Settings) -> None:
    """What waits when a revision is withdrawn is not made; what is there is marked."""
    work = read_work(scene.store, take(scene.store))
    keep_made(scene.store, work, make_work(scene.store, work, make=make_quickly))
    withdraw(scene.store, actor=scene.manager, revision_id=final.revision_id, why="dangerous")
    run_worker(settings, until_idle=True, make=make_quickly)
    assert [state for _, _, state in issued(scene)] == ["withdrawn"]
    with scene.store.read() as tx:
        outcomes = [one.outcome for one in jobs.about(tx, final.snapshot_id)]
    assert sorted(outcomes) == ["issued", "withdrawn", "withdrawn", "withdrawn"]


def test_disposal_ends_what_waits(scene: Scene, final: Final, settings: Settings) -> None:
    """A child's key destroyed, her jobs end with a code instead of being tried for ever."""
    with scene.store.write() as tx:
        children.dispose(tx, child_id=scene.child_id)
    run_worker(settings, until_idle=True, make=make_quickly)
    with scene.store.read() as tx:
        assert {one.outcome for one in jobs.listing(tx, states=["failed"])} == {"content_destroyed"}


def test_the_sweeper_removes_what_no_row_names(scene: Scene, final: Final, settings: Settings) -> None:
    """Bytes stored by a worker that was killed before its row are gone after a day; the others stay."""
    work = read_work(scene.store, take(scene.store))
    scene.store.blobs.put(b"an orphan", key=work.key)
    files = scene.store.blobs.folder
    with clock.held(clock.now() + LEASE * 2):
        run_worker(settings, until_idle=True, make=make_quickly)
    assert len(list(files.glob("??/*"))) == 5
    with clock.held(clock.now() + timedelta(days=2)):
        run_worker(settings, until_idle=True, make=make_quickly)
    assert len(list(files.glob("??/*"))) == 4
    assert len(issued(scene)) == 4


def test_workers_side_by_side_issue_each_document_once(scene: Scene, settings: Settings) -> None:
    """Four workers, ten revisions, forty documents: none missing, none twice."""
    for _ in range(10):
        started = scene.start()
        scene.fill(started.revision_id)
        scene.make_final(started.revision_id)
    counts: list[int] = []

    def run() -> None:
        counts.append(run_worker(settings, until_idle=True, make=make_quickly))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(counts) == 4
    assert len(issued(scene)) == 40
    with scene.store.read() as tx:
        assert {one.state for one in jobs.listing(tx, limit=100)} == {"done"}


def test_rival_acts_have_one_winner(scene: Scene, settings: Settings) -> None:
    """Finalise, edit and send back at the same moment: one state, and everybody told."""
    for number in range(3):
        revision_id = scene.start().revision_id
        scene.fill(revision_id)
        scene.sign(scene.hand_in(revision_id))
        with scene.store.read() as tx:
            before = revisions.get(tx, revision_id).state
        told = race(
            finalise=partial(finalise, scene.store, actor=scene.worker, revision_id=revision_id),
            edit=partial(scene.save, revision_id, "who", 1, full_name=f"Edited {number}"),
            send_back=partial(
                send_back, scene.store, actor=scene.manager, revision_id=revision_id, reason="x"
            ),
        )
        with scene.store.read() as tx:
            state = revisions.get(tx, revision_id).state
        assert before == "awaiting_signoff"
        if told["finalise"] == "done":
            assert (state, told["edit"], told["send_back"]) == ("final", "wrong_state", "wrong_state")
        else:
            assert (state, told["finalise"], told["edit"]) == ("draft", "wrong_state", "done")


def race(**acts: Callable[[], object]) -> dict[str, str]:
    """Do several things at the same moment; return for each "done" or the code of its error."""
    told: dict[str, str] = {}
    start = threading.Barrier(len(acts))

    def act(name: str, do: Callable[[], object]) -> None:
        start.wait()
        try:
            do()
            told[name] = "done"
        except FormsvcError as error:
            told[name] = error.code

    threads = [threading.Thread(target=act, args=pair) for pair in acts.items()]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return told
