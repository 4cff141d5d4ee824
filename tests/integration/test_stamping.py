"""Time stamps as a job: issued at B-B whatever the authority does, raised when it answers, never lowered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import StampUnavailable, StampUnfit
from formsvc.seals.keys import make_demonstration
from formsvc.seals.levels import Level, level_of
from formsvc.seals.stamping import Authority as Asked
from formsvc.seals.verify import verify
from formsvc.settings import Settings
from formsvc.store import audit, children, documents, jobs
from formsvc.store import tables as t
from formsvc.store.documents import Document
from formsvc.store.session import Store
from formsvc.workflow.actors import SERVICE
from formsvc.workflow.claim import MOST_ATTEMPTS, claim, give_back, retry_job
from formsvc.workflow.download_document import download_document
from formsvc.workflow.finalise import finalise
from formsvc.workflow.run_worker import STAMP_PAUSE, run_worker
from formsvc.workflow.stamp_document import (
    document_stamper,
    keep_raised,
    raise_level,
    read_stamping,
)
from formsvc.workflow.trust import own_key, trust_of
from tests.authority import Authority, an_authority
from tests.integration import killed
from tests.integration.scenes import Scene, a_scene
from tests.integration.small_documents import make_small

AT = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)
ELSEWHERE = "another-host boot namespace 1 1"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """Return a running authority; each test finds it up and keeping to the tests' clock."""
    with an_authority(tmp_path_factory.mktemp("authority")) as made:
        yield made


@pytest.fixture(scope="module")
def seal_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a demonstration key, as set-up makes one."""
    path = tmp_path_factory.mktemp("seal") / "seal.p12"
    path.write_bytes(make_demonstration("Calderholme County Council", at=AT - timedelta(days=30)))
    return path


@pytest.fixture
def here(settings: Settings, authority: Authority, seal_key: Path) -> Settings:
    """Return the settings of an installation that asks the authority for time stamps."""
    authority.instead.clear()
    authority.hold(AT)
    authority.start()
    return replace(settings, timestamp_url=authority.tsa_url, seal_key=seal_key)


@pytest.fixture
def scene(store: Store) -> Iterator[Scene]:
    """Return a scene with a final revision whose two documents, PDF and Word, wait to be issued."""
    with clock.held(AT):
        made = a_scene(store)
        started = made.start()
        made.fill(started.revision_id)
        made.sign(made.hand_in(started.revision_id))
        finalise(store, actor=made.worker, revision_id=started.revision_id, audiences=["full"])
        yield made


def work(settings: Settings, *, later: timedelta = timedelta()) -> int:
    """Let a worker do what is due at a moment, and link the audit."""
    with clock.held(AT + later):
        return run_worker(settings, until_idle=True, make=partial(make_small, settings))


def issued(scene: Scene) -> tuple[Document, ...]:
    """Return the documents about the child."""
    with scene.store.read() as tx:
        return documents.of_child(tx, scene.child_id)


def bytes_of(scene: Scene, document: Document) -> bytes:
    """Return a document's bytes as somebody downloads them."""
    _, place = download_document(scene.store, actor=scene.manager, document_id=document.id, person=None)
    return b"".join(scene.store.blobs.chunks(place.stored, key=place.key))


def stamp_jobs(scene: Scene) -> list[jobs.Job]:
    """Return the stamp jobs of the documents about the child."""
    return [one for one in _all_jobs(scene.store) if one.kind == "stamp"]


def _all_jobs(store: Store) -> tuple[jobs.Job, ...]:
    with store.read() as tx:
        return jobs.listing(tx, limit=1000)


def states(scene: Scene) -> set[tuple[str, str]]:
    """Return every level and state of a stamp there is."""
    return {(one.level.value, one.stamp) for one in issued(scene)}


def test_documents_are_issued_and_raised(scene: Scene, here: Settings, authority: Authority) -> None:
    """With the authority up every document is time-stamped; downloads give the raised bytes."""
    work(here)
    assert states(scene) == {("B-T", "stamped")}
    trust = trust_of(here, own_key(here))
    trust = replace(trust, clocks=(authority.stamp_root,))
    for document in issued(scene):
        data = bytes_of(scene, document)
        found = verify(data, name=f"x.{document.kind}", trust=trust)
        assert found.genuine
        assert found.identity == document.seal_id
        assert found.sha256 == document.sha256
        assert found.level.detail["level"] in ("PAdES B-T", "XAdES-T")
        assert document.stamped_at == AT
        with scene.store.read() as tx:
            assert documents.by_seal(tx, document.seal_id).id == document.id
    assert {(one.state, one.outcome) for one in stamp_jobs(scene)} == {("done", "stamped")}
    assert work(here) == 0


def test_without_an_authority_nothing_is_asked(scene: Scene, here: Settings, authority: Authority) -> None:
    """Where no authority is set documents are issued at B-B, nothing is pending and nobody is asked."""
    asked = len(authority.asked)
    work(replace(here, timestamp_url=""))
    assert states(scene) == {("B-B", "none")}
    assert stamp_jobs(scene) == []
    assert len(authority.asked) == asked


def test_authority_down_means_issued_and_pending_then_raised(
    scene: Scene, here: Settings, authority: Authority
) -> None:
    """Down at issue: every document is there at B-B, its stamp pending; up again, each is raised once."""
    authority.stop()
    work(here)
    assert states(scene) == {("B-B", "pending")}
    before = {one.id: (one, bytes_of(scene, one)) for one in issued(scene)}
    assert {one.outcome for one in stamp_jobs(scene)} == {"", "stamp_unavailable"}
    authority.start()
    work(here, later=timedelta(minutes=1))
    assert states(scene) == {("B-T", "stamped")}
    for document in issued(scene):
        old, data = before[document.id]
        raised = bytes_of(scene, document)
        assert (document.seal_id, document.view_hash, document.issued_at) == (
            old.seal_id, old.view_hash, old.issued_at,
        )  # fmt: skip
        assert raised != data
        if document.kind == "pdf":
            assert len(raised) == len(data)


def test_two_days_without_the_authority_lose_no_stamp(
    scene: Scene, here: Settings, authority: Authority
) -> None:
    """It is asked again and again, at least every hour, and the first answer after two days is used."""
    authority.stop()
    work(here)
    waits: list[timedelta] = []
    at = AT
    while at < AT + timedelta(days=2):
        with clock.held(at):
            job = claim(scene.store, worker=ELSEWHERE, kinds=["stamp"])
            if job is None:
                at += timedelta(minutes=30)
                continue
            assert give_back(scene.store, job, error=StampUnavailable("down"))
            with scene.store.read() as tx:
                waits.append(jobs.get(tx, job.id).due_at - at)
    assert len(waits) > MOST_ATTEMPTS * 6
    assert max(waits) == timedelta(hours=1)
    assert states(scene) == {("B-B", "pending")}
    authority.start()
    authority.hold(AT + timedelta(days=2, hours=2))
    work(here, later=timedelta(days=2, hours=2))
    assert states(scene) == {("B-T", "stamped")}
    assert max(one.attempts for one in stamp_jobs(scene)) > MOST_ATTEMPTS


def test_a_worker_killed_after_a_long_outage_loses_no_stamp(scene: Scene, here: Settings) -> None:
    """However often the authority was asked in vain, a lost lease puts the job back and not away."""
    work(replace(here, timestamp_url="http://127.0.0.1:9/"))
    with scene.store.write() as tx:
        tx.c.execute(sa.update(t.job).where(t.job.c.kind == "stamp").values(attempts=MOST_ATTEMPTS * 5))
    with clock.held(AT + timedelta(hours=2)):
        for _ in range(2):
            assert claim(scene.store, worker=ELSEWHERE, kinds=["stamp"]) is not None
    with clock.held(AT + timedelta(hours=3)):
        assert claim(scene.store, worker=ELSEWHERE, kinds=["stamp"]) is None
    assert {one.state for one in stamp_jobs(scene)} == {"waiting"}


def test_an_authority_that_is_down_holds_up_nothing_else(
    scene: Scene, here: Settings, authority: Authority
) -> None:
    """After one vain attempt the worker leaves it alone for a while: no document waits for it."""
    authority.instead["/clock/tsa/tsa"] = _broken
    asked = len(authority.asked)
    work(here)
    assert len(issued(scene)) == 2
    assert len(authority.asked) - asked == 1
    work(here, later=STAMP_PAUSE / 2)
    assert states(scene) == {("B-B", "pending")}


def _broken(_: Mapping[str, Any], start: Any) -> list[bytes]:
    start("503 Service Unavailable", [("Content-Type", "text/plain")])
    return [b"try again"]


def test_a_stamp_that_does_not_fit_is_seen_and_harms_nothing(
    scene: Scene, here: Settings, authority: Authority
) -> None:
    """The job fails with its reason at once; the document stays as it was issued, to be downloaded."""
    with clock.held(AT):
        run_worker(here, until_idle=True, make=partial(make_small, here, room=100))
    found = {one.kind: one for one in issued(scene)}
    assert (found["pdf"].level, found["pdf"].stamp) == (Level.B_B, "failed")
    assert (found["docx"].level, found["docx"].stamp) == (Level.B_T, "stamped")
    (failed,) = (one for one in stamp_jobs(scene) if one.state == "failed")
    assert (failed.outcome, failed.attempts) == ("stamp_unfit", 1)
    assert verify(bytes_of(scene, found["pdf"]), name="x", trust=trust_of(here, own_key(here))).genuine
    retry_job(scene.store, actor=scene.manager, job_id=failed.id)
    assert {one.stamp for one in issued(scene)} == {"stamped", "pending"}


def test_a_level_is_never_lowered(scene: Scene, here: Settings) -> None:
    """Neither the store nor the database lets a document go back, or be raised on another's bytes."""
    work(here)
    document = issued(scene)[0]
    with scene.store.write() as tx:
        ask: dict[str, Any] = {"stamped_at": AT, "blob_id": "x", "sha256": "0" * 64}
        for level in (Level.B_B, Level.B_T):
            assert not documents.raise_level(tx, document, level=level, **ask)
        other = replace(document, sha256="1" * 64)
        assert not documents.raise_level(tx, other, level=Level.B_LT, **ask)
    with pytest.raises(sa.exc.IntegrityError), scene.store.write() as tx:
        tx.c.execute(sa.update(t.document).where(t.document.c.id == document.id).values(level="B-B"))
    assert issued(scene)[0] == document


def test_two_workers_put_in_one_stamp(scene: Scene, here: Settings, authority: Authority) -> None:
    """Of two workers with the same job the one whose lease ran out comes to nothing."""
    authority.stop()
    work(here)
    authority.start()
    stamp = document_stamper(here, Asked(authority.tsa_url))
    with clock.held(AT + timedelta(hours=1)):
        authority.hold(AT + timedelta(hours=1))
        job = claim(scene.store, worker=ELSEWHERE, kinds=["stamp"])
        assert job is not None
        slow = read_stamping(scene.store, job)
        late = stamp(scene.store.blobs.get(slow.place.stored, key=slow.place.key))
    authority.hold(AT + timedelta(hours=2))
    work(here, later=timedelta(hours=2))
    raised = issued(scene)
    assert {one.level for one in raised} == {Level.B_T}
    with clock.held(AT + timedelta(hours=3)):
        assert keep_raised(scene.store, slow, late) is False
    assert issued(scene) == raised


def test_another_documents_stamp_is_refused(scene: Scene, here: Settings, authority: Authority) -> None:
    """Bytes that bear another seal never take a document's place."""
    authority.stop()
    work(here)
    authority.start()
    stamp = document_stamper(here, Asked(authority.tsa_url))
    with clock.held(AT + timedelta(minutes=1)):
        one, other = (
            read_stamping(scene.store, job)
            for _ in "ab"
            if (job := claim(scene.store, worker=ELSEWHERE, kinds=["stamp"]))
        )
        raised = stamp(scene.store.blobs.get(one.place.stored, key=one.place.key))
        with pytest.raises(StampUnfit):
            keep_raised(scene.store, other, raised)
    assert states(scene) == {("B-B", "pending")}


def test_a_changed_document_is_not_stamped(here: Settings, authority: Authority) -> None:
    """Nothing is asked for about bytes that are no longer as they were sealed."""
    key = own_key(here)
    work = IssueWorkStub(kind="pdf", audience="full")
    sealed = make_small(here, work, {}).data  # type: ignore[arg-type]
    spoilt = sealed.replace(b"/Title", b"/Tiple") if b"/Title" in sealed else sealed.replace(b"/P 9", b"/P 8")
    asked = len(authority.asked)
    for bad in (spoilt, b"%PDF-1.7", b"PK\x03\x04", b"text"):
        with clock.held(AT), pytest.raises(StampUnfit):
            raise_level(bad, authority=Asked(authority.tsa_url), key=key, settings=here)
    assert len(authority.asked) == asked


class IssueWorkStub:
    """What `make_small` reads of a work."""

    def __init__(self, *, kind: str, audience: str) -> None:
        self.kind, self.audience, self.snapshot_id = kind, audience, "snapshot"


def test_the_old_bytes_are_swept_and_no_others(scene: Scene, here: Settings, authority: Authority) -> None:
    """A raised document leaves its old bytes for a day, for who reads them now; then they are gone."""
    authority.stop()
    work(here)
    authority.start()
    work(here, later=timedelta(minutes=1))
    files = scene.store.blobs.folder
    with scene.store.read() as tx:
        named = set(tx.c.execute(sa.select(t.blob.c.address)).scalars())
    assert len(named) == 2
    assert len(list(files.glob("??/*"))) == 4
    with clock.held(clock.now() + timedelta(days=400)):  # files bear the machine's own time
        run_worker(replace(here, timestamp_url=""), until_idle=True, make=partial(make_small, here))
    assert {one.name for one in files.glob("??/*")} == named
    for document in issued(scene):
        assert bytes_of(scene, document)


def test_disposal_ends_a_pending_stamp(scene: Scene, here: Settings, authority: Authority) -> None:
    """A child's key destroyed, her stamp jobs end with a code instead of being tried for ever."""
    authority.stop()
    work(here)
    with scene.store.write() as tx:
        children.dispose(tx, child_id=scene.child_id)
    authority.start()
    work(here, later=timedelta(minutes=1))
    assert {(one.state, one.outcome) for one in stamp_jobs(scene)} == {("failed", "content_destroyed")}


def test_stamping_is_in_the_audit(scene: Scene, here: Settings) -> None:
    """Each raising is an act of the service, with the hashes before and after and no content."""
    work(here)
    with scene.store.read() as tx:
        acts = [one for one in audit.of_child(tx, scene.child_id, limit=100) if one.act == "document.stamp"]
    assert Counter(one.subject_id for one in acts) == Counter({one.id: 1 for one in issued(scene)})
    assert {one.data["sha256"] for one in acts} == {one.sha256 for one in issued(scene)}
    assert {one.data["role"] for one in acts} == {SERVICE.role}


def test_no_error_or_outcome_holds_the_authoritys_address(
    scene: Scene, here: Settings, authority: Authority, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither the log, nor a job, nor an audit entry names where stamps are asked for."""
    authority.stop()
    work(here)
    out = "".join(capfd.readouterr())
    told = repr(_all_jobs(scene.store)) + out
    assert "job_failed" in out
    assert authority.tsa_url not in told
    assert "127.0.0.1" not in told


def die_stamping(settings: Settings, *, steps: int) -> bool:
    """Raise in a process that dies at a step; return whether it died."""
    child = killed.PROCESSES.Process(target=killed.stamp, args=(settings,), kwargs={"steps": steps, "at": AT})
    child.start()
    child.join()
    assert child.exitcode in (0, -9), f"died of something else: {child.exitcode}"
    return child.exitcode != 0


def test_killed_anywhere_while_stamping(scene: Scene, here: Settings, authority: Authority) -> None:
    """A worker killed at any step leaves every document whole, at B-B or B-T, and the next one finishes."""
    authority.stop()
    work(here)
    authority.start()
    trust = trust_of(here, own_key(here))
    deaths, later = 0, timedelta(minutes=2)
    for steps in range(6, 60, 6):
        with clock.held(AT):
            died = die_stamping(here, steps=steps)
        deaths += died
        for document in issued(scene):
            found = verify(bytes_of(scene, document), name="x", trust=trust)
            assert found.genuine
            assert found.sha256 == document.sha256
            assert document.level is level_of(str(found.level.detail["level"]))
        if not died:
            break
    authority.hold(AT + later)
    work(here, later=later)
    work(here, later=later)
    assert deaths >= 3
    assert states(scene) == {("B-T", "stamped")}
