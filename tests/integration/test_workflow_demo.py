"""Set up, load the demo, issue it for real: what `make run` does, on both databases; then kill it."""

from __future__ import annotations

import stat
import threading
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from formsvc.demo import WORKER, demo_data
from formsvc.seals.verify import verify
from formsvc.settings import Settings
from formsvc.store import children, documents, jobs, migrate, snapshots, users
from formsvc.store import tables as t
from formsvc.store.session import Store, open_store
from formsvc.workflow.finality import COPIES, KINDS
from formsvc.workflow.load_demo import load_demo
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.set_up import set_up
from formsvc.workflow.trust import own_key, trust_of
from formsvc.workflow.verify_audit import verify_audit
from tests.integration import killed
from tests.integration.stores import settings_in
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def nothing(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Return the settings of an instance that is not set up: no folder, no key, an empty database."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.new_database()
    return settings_in(tmp_path / "instance", database_url=url)


def test_an_empty_instance_is_set_up_once(nothing: Settings) -> None:
    """Folders, keys and database are made, for the owner's eyes alone; a second time nothing is."""
    assert set_up(nothing)
    before = {path: path.read_bytes() for path in (nothing.content_key, nothing.seal_key)}
    assert not set_up(nothing)
    assert {path: path.read_bytes() for path in before} == before
    for path in (*before, nothing.instance / "keys", nothing.instance / "blobs"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    for path in nothing.instance.glob("formsvc.sqlite*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    key = own_key(nothing)
    assert key.demonstration
    assert nothing.demonstration_marker.read_text() == key.fingerprint
    store = open_store(nothing)
    assert migrate.is_current(store)
    store.close()
    assert verify_audit(nothing).whole


def test_many_may_set_up_at_once(nothing: Settings) -> None:
    """Two processes that start at the same moment make one installation."""
    made: list[bool] = []
    threads = [threading.Thread(target=lambda: made.append(set_up(nothing))) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(made) == [False, False, False, True]
    assert verify_audit(nothing).whole


def test_a_key_that_settings_name_is_never_made(nothing: Settings, tmp_path: Path) -> None:
    """Set-up makes the demonstration key only where nothing else is asked for."""
    own = replace(nothing, seal_key=tmp_path / "own.p12")
    set_up(own)
    assert not own.seal_key.exists()
    assert not own.demonstration_marker.exists()


def test_the_demo_is_loaded_once_and_issued_for_real(nothing: Settings) -> None:
    """The demo plan becomes sealed documents that verify; loading it again changes nothing."""
    set_up(nothing)
    told = load_demo(nothing)
    run_worker(nothing, until_idle=True)
    again = load_demo(nothing)
    assert told["records"] == again["records"]
    assert run_worker(nothing, until_idle=True) == 0
    check_demo(nothing)


def check_demo(settings: Settings) -> None:
    """Every document of the demo is there once, genuine, and known by its seal."""
    demo = demo_data(settings.form_templates)
    key = own_key(settings)
    trust = trust_of(settings, key)
    store = open_store(settings)
    with store.read() as tx:
        found = documents.of_record(tx, demo.records[0].id)
        places = [documents.place(tx, one) for one in found]
        snapshot = snapshots.get(tx, tx.c.execute(sa.select(t.snapshot.c.id)).scalar_one())
        caseload = children.listing(tx, caseload_of=demo.records[0].author_id)
        for user in demo.users:
            (membership,) = users.memberships(tx, user_id=user.id)
            assert membership.role == user.role
            assert users.by_email(tx, user.email.upper()).password is not None
        assert {one.state for one in jobs.listing(tx, limit=500)} == {"done"}
    assert len(caseload) == sum(one.worker_id == WORKER.id for one in demo.children)
    assert snapshot.snapshot.data["status"] == "approved"
    assert snapshot.snapshot.data["attachments"][0]["path"] == "photo"
    assert sorted((one.audience_id, one.kind) for one in found) == sorted(product(COPIES, KINDS))
    for document, place in zip(found, places, strict=True):
        data = store.blobs.get(place.stored, key=place.key)
        verdict = verify(data, name=f"x.{document.kind}", trust=trust)
        assert verdict.genuine
        assert verdict.identity == document.seal_id
        assert verdict.issued is not None
        assert verdict.issued.view_hash == document.view_hash
    store.close()
    whole = verify_audit(settings)
    assert whole.whole, whole.words


def test_killed_while_rendering_and_sealing(nothing: Settings) -> None:
    """Workers killed in the middle of real documents: the next one issues each of them, once."""
    set_up(nothing)
    load_demo(nothing)
    store = open_store(nothing)
    for wait in (0.0, 0.05, 0.1, 0.2):
        child: Any = killed.PROCESSES.Process(target=killed.work_really, args=(nothing,))
        child.start()
        wait_until_at_work(store, child)
        child.join(timeout=wait)
        child.kill()
        child.join()
        with store.write() as tx:  # what was killed more than once would wait a little
            for one in jobs.lost(tx, gone=jobs.holders(tx)):
                jobs.postpone(tx, one, due_at=tx.at, outcome="")
    store.close()
    run_worker(nothing, until_idle=True)
    check_demo(nothing)


def wait_until_at_work(store: Store, child: Any) -> None:
    """Return when a worker has taken a job."""
    while child.is_alive():
        with store.read() as tx:
            if jobs.holders(tx):
                return
        child.join(timeout=0.01)
    raise AssertionError("the worker ended by itself")
