"""Children: encrypted, found by name, listed at a constant cost, disposed of for good."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from formsvc.errors import NotFound
from formsvc.settings import Settings
from formsvc.store import attachments, children, facts, keys, placements, secrets
from formsvc.store import tables as t
from formsvc.store.children import Identity
from formsvc.store.crypto import ContentDestroyed, make_content_key
from formsvc.store.session import Store, open_store
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.verify_audit import verify_audit
from tests.integration.scenes import NAME, Scene, a_child, a_scene, make_quickly
from tests.integration.stores import count_statements


@pytest.fixture
def scene(store: Store) -> Scene:
    """Return a scene in a store of the test's own."""
    return a_scene(store)


@pytest.mark.parametrize(
    "text",
    ["bla", "Bláithín", "blaithin", "duric", "ĐURIĆ", "lowe", "low dur", "2014-09-30", "bla 2014-09-30"],
)
def test_a_child_is_found_by_the_beginnings_of_her_names(scene: Scene, text: str) -> None:
    """Without accents, in any order, by date of birth: as people type at night."""
    with scene.store.read() as tx:
        found = children.search(tx, text, controllers=[scene.organisation_id])
    assert [one.identity.name for one in found] == [NAME]


@pytest.mark.parametrize(
    "text", ["", " ", "b", "lait", "blb", "bla smith", "2014-09-29", "%", "_", "' OR 1=1"]
)
def test_a_child_is_not_found_by_anything_else(scene: Scene, text: str) -> None:
    """Neither by the middle of a name, nor by one word that is wrong."""
    with scene.store.read() as tx:
        assert children.search(tx, text, controllers=[scene.organisation_id]) == ()


def test_a_child_is_found_by_reference_and_in_no_other_organisation(scene: Scene) -> None:
    """The reference is exact; another organisation finds nothing by name or reference."""
    with scene.store.read() as tx:
        reference = children.get(tx, scene.child_id).reference
        (found,) = children.search(tx, reference.lower(), controllers=[scene.organisation_id])
        assert found.id == scene.child_id
        assert children.search(tx, reference, controllers=["another"]) == ()
        assert children.search(tx, "bla", controllers=["another"]) == ()
        assert children.search(tx, "bla", controllers=[]) == ()


def test_a_changed_name_is_found_and_the_old_one_is_not(scene: Scene) -> None:
    """The index follows the identity."""
    with scene.store.write() as tx:
        children.change_identity(
            tx, child_id=scene.child_id, identity=Identity(name="王 小明", known_as="Ming")
        )
    with scene.store.read() as tx:
        ask: dict[str, Any] = {"controllers": [scene.organisation_id]}
        assert [one.id for one in children.search(tx, "小明", **ask)] == [scene.child_id]
        assert [one.id for one in children.search(tx, "ming", **ask)] == [scene.child_id]
        assert children.search(tx, "bla", **ask) == ()


def test_lists_cost_the_same_for_two_children_and_for_fifty(scene: Scene) -> None:
    """One statement a list, whatever its length."""
    read = count_statements(scene.store)

    def costs() -> list[int]:
        found = []
        with scene.store.read() as tx:
            read()
            children.listing(tx, limit=100, caseload_of=scene.worker.user_id)
            found.append(read())
            children.listing(tx, limit=100, controllers=[scene.organisation_id])
            found.append(read())
            children.listing(tx, limit=100, area_id="TST")
            found.append(read())
            children.search(tx, "bla", controllers=[scene.organisation_id], limit=100)
            found.append(read())
        return found

    few = costs()
    with scene.store.write() as tx:
        for number in range(49):
            a_child(
                scene.store,
                tx=tx,
                organisation_id=scene.organisation_id,
                name=f"Blanche {number}",
                worker=scene.worker,
            )
    assert costs() == few == [1, 1, 1, 1]


def test_a_list_is_read_page_by_page(scene: Scene) -> None:
    """Every child comes once, most lately changed first, whatever the size of a page."""
    with scene.store.write() as tx:
        for number in range(6):
            a_child(
                scene.store,
                tx=tx,
                organisation_id=scene.organisation_id,
                name=f"C {number}",
                worker=scene.worker,
            )
    with scene.store.read() as tx:
        ask: dict[str, Any] = {"caseload_of": scene.worker.user_id}
        whole = [one.id for one in children.listing(tx, limit=100, **ask)]
        paged: list[str] = []
        before = None
        while page := children.listing(tx, limit=3, before=before, **ask):
            paged += [one.id for one in page]
            before = (page[-1].changed_at, page[-1].id)
    assert paged == whole
    assert len(set(whole)) == 7


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        ({"caseload_of": "x"}, "ix_allocation_caseload"),
        ({"home_id": "x"}, "ix_placement_home"),
        ({"area_id": "x"}, "ix_placement_area"),
    ],
)
def test_a_list_is_read_by_its_index(scene: Scene, ask: dict[str, Any], index: str) -> None:
    """Nobody's list walks over every child of the database."""
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        sent.append((statement, parameters))

    with scene.store.read() as tx:
        sa.event.listen(tx.c, "before_cursor_execute", note)
        children.listing(tx, **ask)
        statement, parameters = sent[0]
        if tx.is_postgresql:
            tx.c.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN " if tx.is_postgresql else "EXPLAIN QUERY PLAN "
        plan = str(tx.c.exec_driver_sql(explain + statement, parameters).all())
    # PostgreSQL chooses among indexes by the size of the tables; a walk is left only where none serves.
    assert "Seq Scan" not in plan if scene.store.engine.dialect.name == "postgresql" else index in plan


def test_moving_ends_the_placement_before(scene: Scene) -> None:
    """There is one current placement, and the history stays."""
    with scene.store.write() as tx:
        placements.move(
            tx,
            child_id=scene.child_id,
            controller_id=scene.organisation_id,
            area_id="TST",
            details={"kind": "home"},
        )
    with scene.store.read() as tx:
        now, before = placements.of_child(tx, scene.child_id)
        (worker,) = placements.workers(tx, scene.child_id)
    assert (now.until_at, now.details["kind"]) == (None, "home")
    assert before.until_at == now.from_at
    assert worker.user_name == "Theodora Blakiston"


F = ["full"]


def test_a_caseload_holds_a_child_once(scene: Scene) -> None:
    """Allocated twice is allocated once; ended and allocated again is history."""
    user_id = scene.worker.user_id or ""
    with scene.store.write() as tx:
        placements.allocate(tx, child_id=scene.child_id, user_id=user_id)
        assert len(children.listing(tx, caseload_of=user_id)) == 1
        placements.end_allocation(tx, child_id=scene.child_id, user_id=user_id)
        assert children.listing(tx, caseload_of=user_id) == ()
        placements.allocate(tx, child_id=scene.child_id, user_id=user_id)
        assert len(children.listing(tx, caseload_of=user_id)) == 1
        assert len(placements.workers(tx, scene.child_id)) == 2


def test_a_fact_keeps_its_readers_and_its_versions(scene: Scene) -> None:
    """An equal value is confirmed; another value, or other readers, is a new version."""

    def state(value: str, audiences: list[str]) -> int:
        with scene.store.write() as tx:
            return facts.state(
                tx,
                child_id=scene.child_id,
                controller_id=scene.organisation_id,
                name="child.phone",
                value=value,
                audiences=audiences,
                revision_id=None,
                path="phone",
            ).version

    versions = [
        state(value, readers) for value, readers in (("1", F), ("1", F), ("2", F), ("2", [*F, "police"]))
    ]
    assert versions == [1, 1, 2, 3]
    with scene.store.read() as tx:
        fact = facts.known(tx, child_id=scene.child_id)["child.phone"]
    assert (fact.value, sorted(fact.audiences), fact.version) == ("2", ["full", "police"], 3)


def test_a_secret_opens_for_its_child_field_and_row_only(scene: Scene) -> None:
    """The reference alone opens nothing, and a value moved to another row in the database stays shut."""
    with scene.store.write() as tx:
        ask: dict[str, Any] = {"child_id": scene.child_id, "field": "pin", "row_id": "k3m9"}
        reference = secrets.put(
            tx, "4417", controller_id=scene.organisation_id, created_by=scene.worker.user_id, **ask
        )
        assert secrets.reveal(tx, reference, **ask) == "4417"
        for wrong in ({"field": "code"}, {"row_id": "zzzz"}, {"child_id": "another"}):
            with pytest.raises(NotFound):
                secrets.reveal(tx, reference, **{**ask, **wrong})
        tx.c.execute(sa.update(t.secret).values(row_id="zzzz"))
        with pytest.raises(Exception, match="content_unreadable"):
            secrets.reveal(tx, reference, **{**ask, "row_id": "zzzz"})
        secrets.destroy(tx, reference)
        with pytest.raises(ContentDestroyed):
            secrets.reveal(tx, reference, **{**ask, "row_id": "zzzz"})


def test_disposal_leaves_nothing_that_can_be_read(scene: Scene, settings: Settings, tmp_path: Path) -> None:
    """Without her key nothing about the child opens; her name is found no more; the key left no bytes."""
    started = scene.start()
    scene.fill(started.revision_id)
    scene.make_final(started.revision_id)
    with scene.store.write() as tx:
        stored = scene.store.blobs.put(b"her photo", key=keys.of_child(tx, scene.child_id))
        attachments.keep_blob(tx, stored, child_id=scene.child_id)
        wrapped = tx.c.execute(sa.select(t.child_key.c.wrapped)).scalar_one()
        assert children.dispose(tx, child_id=scene.child_id) == (stored.address,)
    scene.store.blobs.delete(stored.address)
    with scene.store.read() as tx:
        assert children.get(tx, scene.child_id).identity is None
        assert children.search(tx, "bla", controllers=[scene.organisation_id]) == ()
        assert children.listing(tx, controllers=[scene.organisation_id]) == ()
        with pytest.raises(ContentDestroyed):
            keys.of_child(tx, scene.child_id)
    if settings.database_url.startswith("sqlite"):
        scene.store.close()
        file = tmp_path / "formsvc.sqlite"
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        assert all(wrapped not in one.read_bytes() for one in tmp_path.glob("formsvc.sqlite*"))


def test_no_name_stands_in_the_database_or_the_files(
    scene: Scene, settings: Settings, tmp_path: Path
) -> None:
    """What is known about a child is nowhere in the clear: not in a table, an index, a log."""
    started = scene.start()
    scene.save(started.revision_id, "who", 0, full_name="Quetzalcoatlus", born="31/2/1999")
    scene.save(started.revision_id, "risk", 0, at_risk={"answer": "yes"}, how="xylophonic")
    scene.store.close()
    words = [b"Quetzalcoatlus", b"xylophonic", b"31/2/1999", NAME.encode(), b"Prothero", b"2014-09-30"]
    if settings.database_url.startswith("sqlite"):
        held = b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    else:
        with scene.store.read() as tx:
            held = b"".join(
                repr(row).encode()
                for table in t.metadata.sorted_tables
                for row in tx.c.execute(sa.select(table))
            )
    assert [word for word in words if word in held] == []


def test_the_content_key_can_be_turned(store: Store, settings: Settings, tmp_path: Path) -> None:
    """The old key is kept beside the new one until the worker has brought every child under the new one."""
    scene = a_scene(store)
    path = tmp_path / "turned" / "content.key"
    make_content_key(path)
    old = path.with_name("content.key.1")
    old.write_bytes(settings.content_key.read_bytes())
    turned = replace(settings, content_key=path)
    run_worker(turned, until_idle=True, make=make_quickly)
    old.unlink()
    alone = open_store(turned)
    with alone.read() as tx:
        (found,) = children.search(tx, "bla", controllers=[scene.organisation_id])
    alone.close()
    assert found.identity.name == NAME
    verdict = verify_audit(turned)
    assert verdict.whole, verdict.words
