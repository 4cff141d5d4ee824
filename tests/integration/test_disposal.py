"""Disposal: due by the schedule, stopped by a hold, done by two people and a worker; nothing is left."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from formsvc import clock
from formsvc.access.people import Person
from formsvc.access.table import Role
from formsvc.cases.retention import Rule, kept_until, load_schedule
from formsvc.errors import NotFound, StaleVersion, WrongState
from formsvc.settings import PROJECT, Settings
from formsvc.store import (
    children,
    disposals,
    documents,
    erasure,
    jobs,
    keys,
)
from formsvc.store import tables as t
from formsvc.store.crypto import ContentDestroyed
from formsvc.store.session import Store
from formsvc.store.tables import metadata
from formsvc.workflow.attach_file import place_for_files
from formsvc.workflow.claim import retry_job
from formsvc.workflow.dispose_child import cancel_disposal, confirm_disposal, propose_disposal
from formsvc.workflow.find_print import find_print
from formsvc.workflow.hold_child import lift_hold, put_hold
from formsvc.workflow.retention import (
    close_case,
    due_lines,
    keeping,
    newly_due,
    reopen_case,
    schedule,
    set_schedule,
)
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.verify_audit import walk_audit
from tests.integration import killed
from tests.integration.lives import WORDS, a_life, attach_file_of
from tests.integration.scenes import Scene, a_child, a_scene, make_quickly

DEFAULTS = load_schedule(PROJECT / "form_templates")
WEEK = timedelta(days=7, minutes=1)


@pytest.fixture
def scene(store: Store) -> Scene:
    """Return a scene in a store of the test's own."""
    return a_scene(store)


def rule(number: int | None = 1, *, status: str = "mistake", starts: str = "closing") -> Rule:
    """Return a rule of months."""
    return replace(DEFAULTS[status], number=number, unit="months", starts=starts)


def make_due(scene: Scene, child_id: str = "") -> None:
    """Close a case long ago under a rule of one month."""
    close_case(
        scene.store,
        actor=scene.manager,
        child_id=child_id or scene.child_id,
        status="mistake",
        on_day=date(2025, 1, 5),
    )
    set_schedule(
        scene.store,
        actor=scene.manager,
        organisation_id=scene.organisation_id,
        defaults=DEFAULTS,
        changed=[rule()],
    )


def agreed(scene: Scene) -> str:
    """Let one propose and another confirm the disposal of what is due; return its id."""
    made = propose_disposal(
        scene.store,
        actor=scene.worker,
        child_id=scene.child_id,
        controller_id=scene.organisation_id,
        defaults=DEFAULTS,
    )
    confirm_disposal(
        scene.store, actor=scene.manager, child_id=scene.child_id, disposal_id=made, defaults=DEFAULTS
    )
    return made


def work_later(settings: Settings, *, later: timedelta = WEEK) -> None:
    """Let the worker work at a later moment."""
    with clock.held(clock.now() + later):
        run_worker(settings, until_idle=True, make=make_quickly)


def state_of(scene: Scene, disposal_id: str) -> str:
    """Return how far a disposal is."""
    with scene.store.read() as tx:
        return disposals.get(tx, disposal_id).state


def sealed_values(store: Store, child_id: str) -> tuple[bytes, ...]:
    """Return every sealed value that belongs to a child, as it lies in the database."""
    found: list[bytes] = []
    with store.read() as tx:
        for table in (t.child, *erasure.belonging()):
            where = t.child.c.id == child_id if table is t.child else erasure.rows_of(table, child_id)
            for column in table.c:
                if isinstance(column.type, sa.LargeBinary):
                    found += [one for one in tx.c.execute(sa.select(column).where(where)).scalars() if one]
    return tuple(found)


def wrapped_key(store: Store, child_id: str) -> bytes:
    """Return a child's wrapped key as it lies in the database."""
    of = t.child_key.c
    with store.read() as tx:
        return bytes(tx.c.execute(sa.select(of.wrapped).where(of.child_id == child_id)).scalar_one())


def raw_files(settings: Settings, store: Store) -> dict[str, bytes]:
    """Return the database's own files as they lie on the disk, logs beside them, and every blob."""
    found = {str(one): one.read_bytes() for one in store.blobs.folder.glob("??/*")}
    if settings.database_url.startswith("sqlite"):
        place = Path(settings.database_url.removeprefix("sqlite:///"))
        return found | {one.name: one.read_bytes() for one in place.parent.glob(f"{place.name}*")}
    with psycopg.connect(settings.database_url.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        asked = (
            b"SELECT current_setting('data_directory'), oid FROM pg_database "
            b"WHERE datname = current_database()"
        )
        row = connection.execute(asked).fetchone()
    assert row is not None
    folder = Path(row[0]) / "base" / str(row[1])
    return found | {str(one): one.read_bytes() for one in folder.iterdir() if one.is_file()}


def pieces(value: bytes) -> list[bytes]:
    """Return parts of a sealed value that are long enough to be nobody else's."""
    return [value[at : at + 24] for at in range(0, max(1, len(value) - 23), 24)]


def test_nothing_of_a_disposed_child_is_left_in_the_files(scene: Scene, settings: Settings) -> None:
    """No planted word, no ciphertext, no wrapped key in the database's files, its logs or the blobs."""
    a_life(scene, settings)
    sealed, wrapped = sealed_values(scene.store, scene.child_id), wrapped_key(scene.store, scene.child_id)
    assert len(sealed) >= 15
    planted = raw_files(settings, scene.store)
    assert any(wrapped in data for data in planted.values())
    make_due(scene)
    made = agreed(scene)
    work_later(settings)
    assert state_of(scene, made) == "done"
    left = raw_files(settings, scene.store)
    assert not [name for name, data in left.items() for word in WORDS if word.encode() in data]
    assert not [name for name, data in left.items() if wrapped in data]
    if settings.database_url.startswith("sqlite"):
        gone = [piece for value in sealed for piece in pieces(value)]
        assert not [name for name, data in left.items() for piece in gone if piece in data]
    assert not list(scene.store.blobs.folder.glob("??/*"))


def test_what_stays_is_the_reference_and_who_disposed_of_it(scene: Scene, settings: Settings) -> None:
    """Reference, controller, dates, the rule and the two people stay; no row that belongs to her does."""
    a_life(scene, settings)
    make_due(scene)
    made = agreed(scene)
    work_later(settings)
    with scene.store.read() as tx:
        left = children.get(tx, scene.child_id)
        found = disposals.get(tx, made)
        for table in erasure.belonging():
            assert (
                tx.c.execute(sa.select(table).where(erasure.rows_of(table, scene.child_id))).first() is None
            )
        with pytest.raises(ContentDestroyed):
            keys.of_child(tx, scene.child_id)
        with pytest.raises(NotFound):
            children.by_reference(tx, left.reference)
    assert (left.identity, left.controller_id) == (None, scene.organisation_id)
    assert (found.status, found.number, found.unit, found.starts) == ("mistake", 1, "months", "closing")
    assert (found.proposer, found.confirmer) == ("Theodora Blakiston", "Rosalind Peverell")


def test_the_audit_stays_whole_and_still_proves_a_cut(scene: Scene, settings: Settings) -> None:
    """Nothing of the chain is touched, and the head that her snapshots carried still bears witness."""
    run_worker(settings, until_idle=True, make=make_quickly)  # a head for her snapshot to carry
    a_life(scene, settings)
    with scene.store.read() as tx:
        carried = erasure.last_head(tx, scene.child_id)
    make_due(scene)
    made = agreed(scene)
    work_later(settings)
    verdict = walk_audit(scene.store)
    assert verdict.whole, verdict.words
    with scene.store.write() as tx:
        of = t.disposal.c
        row = tx.c.execute(sa.select(of.audit_seq, of.audit_hash).where(of.id == made)).one()
        assert carried == (row.audit_seq, row.audit_hash)
        tx.c.execute(sa.update(t.disposal).where(of.id == made).values(audit_hash="0" * 64))
    assert not walk_audit(scene.store).whole


def test_the_neighbour_is_untouched(scene: Scene, settings: Settings) -> None:
    """Every row and file of another child is, byte for byte, what it was."""
    with scene.store.write() as tx:
        own: dict[str, Any] = {"organisation_id": scene.organisation_id, "worker": scene.worker}
        neighbour_id = a_child(scene.store, tx=tx, name="Perpetua Neighbour", **own)
    neighbour = replace(scene, child_id=neighbour_id)
    a_life(neighbour, settings)
    a_life(scene, settings)
    make_due(scene)
    before = everything_of(scene.store, neighbour_id)
    agreed(scene)
    work_later(settings)
    assert everything_of(scene.store, neighbour_id) == before
    assert len(before) > 20


def everything_of(store: Store, child_id: str) -> list[str]:
    """Return every row that belongs to a child, and the bytes of every file."""
    with store.read() as tx:
        rows = [
            repr(tuple(row))
            for table in erasure.belonging()
            for row in tx.c.execute(
                sa.select(table).where(erasure.rows_of(table, child_id)).order_by(*table.primary_key)
            )
        ]
        of = t.blob.c
        addresses = list(tx.c.execute(sa.select(of.address).where(of.child_id == child_id)).scalars())
    return rows + [repr((store.blobs.folder / one[:2] / one).read_bytes()) for one in sorted(addresses)]


def test_nobody_disposes_alone_or_at_once(scene: Scene, settings: Settings) -> None:
    """Who proposed cannot confirm; a week passes before anything happens; it can be stopped until then."""
    make_due(scene)
    ask: dict[str, Any] = {
        "child_id": scene.child_id,
        "controller_id": scene.organisation_id,
        "defaults": DEFAULTS,
    }
    made = propose_disposal(scene.store, actor=scene.manager, **ask)
    told: dict[str, Any] = {"child_id": scene.child_id, "disposal_id": made, "defaults": DEFAULTS}
    with pytest.raises(WrongState):
        propose_disposal(scene.store, actor=scene.worker, **ask)
    with pytest.raises(WrongState):
        confirm_disposal(scene.store, actor=scene.manager, **told)
    confirm_disposal(scene.store, actor=scene.worker, **told)
    work_later(settings, later=timedelta(days=6, hours=23))
    assert state_of(scene, made) == "confirmed"
    with scene.store.read() as tx:
        waiting = jobs.about(tx, made)[0]
    retry_job(scene.store, actor=scene.manager, job_id=waiting.id)  # an administrator in a hurry
    work_later(settings, later=timedelta(hours=1))
    assert state_of(scene, made) == "confirmed"
    cancel_disposal(scene.store, actor=scene.manager, child_id=scene.child_id, why="still_needed")
    work_later(settings)
    assert state_of(scene, made) == "cancelled"
    with scene.store.read() as tx:
        assert children.get(tx, scene.child_id).identity is not None
    with pytest.raises(WrongState):
        cancel_disposal(scene.store, actor=scene.manager, child_id=scene.child_id, why="still_needed")


def test_a_hold_stops_everything(scene: Scene, settings: Settings) -> None:
    """While a hold stands nothing is due, proposed, confirmed or done; a disposal under way is stopped."""
    make_due(scene)
    made = agreed(scene)
    hold = put_hold(scene.store, actor=scene.manager, child_id=scene.child_id, why="A claim")
    assert state_of(scene, made) == "cancelled"
    work_later(settings)
    ask: dict[str, Any] = {
        "child_id": scene.child_id,
        "controller_id": scene.organisation_id,
        "defaults": DEFAULTS,
    }
    assert not keeping(scene.store, **ask).is_due
    with pytest.raises(WrongState):
        propose_disposal(scene.store, actor=scene.worker, **ask)
    lift_hold(scene.store, actor=scene.manager, child_id=scene.child_id, hold_id=hold, why="Settled")
    again = agreed(scene)
    work_later(settings)
    assert state_of(scene, again) == "done"


@pytest.mark.parametrize("change", ["reopened", "longer", "held_by_hand"])
def test_it_is_judged_again_at_the_last_moment(scene: Scene, settings: Settings, change: str) -> None:
    """An opened case, a longer schedule, or a hold that came by any way stop what was confirmed."""
    make_due(scene)
    made = agreed(scene)
    if change == "reopened":
        reopen_case(scene.store, actor=scene.manager, child_id=scene.child_id, why="came_back")
    elif change == "longer":
        own: dict[str, Any] = {"organisation_id": scene.organisation_id, "defaults": DEFAULTS}
        set_schedule(scene.store, actor=scene.manager, changed=[rule(600)], **own)
    else:
        with scene.store.write() as tx:
            key = keys.of_child(tx, scene.child_id)
            sealed = key.seal_json({"why": "By hand"}, about=("legal_hold", "byhand"))
            tx.c.execute(
                sa.insert(t.legal_hold).values(
                    id="byhand", child_id=scene.child_id, why=sealed, from_at=tx.at
                )
            )
    work_later(settings)
    assert state_of(scene, made) == "cancelled"
    with scene.store.read() as tx:
        assert children.get(tx, scene.child_id).identity is not None


def test_the_schedule_says_what_it_would_bring_due(scene: Scene) -> None:
    """Before a shorter schedule is saved it is known what it brings due; saved, it is noted by whom."""
    close_case(
        scene.store, actor=scene.manager, child_id=scene.child_id, status="mistake", on_day=date(2025, 1, 5)
    )
    own: dict[str, Any] = {"organisation_id": scene.organisation_id, "defaults": DEFAULTS}
    assert newly_due(scene.store, changed=[rule(1200)], **own) == ()
    with scene.store.read() as tx:
        reference = children.get(tx, scene.child_id).reference
    assert newly_due(scene.store, changed=[rule(1)], **own) == (reference,)
    assert set_schedule(scene.store, actor=scene.manager, changed=[rule(1)], **own) == 1
    assert set_schedule(scene.store, actor=scene.manager, changed=[rule(1)], **own) == 0
    found = {one.rule.status: one for one in schedule(scene.store, **own)}
    assert found["mistake"].own is not None
    assert found["mistake"].own.changed_by == "Rosalind Peverell"
    assert found["looked_after"].own is None
    assert newly_due(scene.store, changed=[rule(1)], **own) == ()


def test_an_administrator_sees_what_is_due_by_reference_alone(scene: Scene) -> None:
    """Names are for those who work with the child; whoever looks after the schedule sees references."""
    make_due(scene)

    def lines(role: Role) -> list[Any]:
        held = Person(
            user_id=scene.manager.user_id or "",
            name="",
            email="",
            membership_id="",
            role=role,
            organisation_id=scene.organisation_id,
            organisation_name="",
            team_id="anotherteam",
        )
        return [one.identity for one in due_lines(scene.store, person=held, defaults=DEFAULTS)]

    assert lines(Role.administrator) == [None]
    assert [one.name for one in lines(Role.service_manager)] == ["Bláithín Đurić-Łowe"]
    assert lines(Role.team_manager) == []


def test_a_late_editor_finds_nothing(scene: Scene, settings: Settings) -> None:
    """Saving, beginning, downloading or holding after disposal meets nothing, and writes nothing."""
    life = a_life(scene, settings)
    make_due(scene)
    agreed(scene)
    work_later(settings)
    tried: list[Callable[[], object]] = [
        lambda: scene.save(life.revision_id, "who", 1, full_name="Late"),
        scene.start,
        lambda: place_for_files(scene.store, record_id=life.record_id),
        lambda: put_hold(scene.store, actor=scene.manager, child_id=scene.child_id, why="Late"),
        lambda: close_case(
            scene.store,
            actor=scene.manager,
            child_id=scene.child_id,
            status="mistake",
            on_day=date(2025, 1, 5),
        ),
    ]
    for one in tried:
        with pytest.raises((NotFound, ContentDestroyed)):
            one()
    with scene.store.read() as tx:
        for table in erasure.belonging():
            assert (
                tx.c.execute(sa.select(table).where(erasure.rows_of(table, scene.child_id))).first() is None
            )


def test_editors_racing_with_disposal_leave_nothing(scene: Scene, settings: Settings) -> None:
    """Four people write as fast as they can while the worker disposes: each is refused, nothing is left."""
    started = scene.start()
    scene.fill(started.revision_id)
    make_due(scene)
    made = agreed(scene)
    begun, over = threading.Barrier(5), threading.Event()
    refused: list[type[BaseException]] = []

    def write(page: str, **typed: Any) -> None:
        version = 1
        begun.wait()
        while not over.is_set():
            try:
                version = scene.save(started.revision_id, page, version, **typed).version
            except StaleVersion:
                version += 1
            except (NotFound, ContentDestroyed) as error:
                refused.append(type(error))
                return

    threads = [
        threading.Thread(target=write, args=(page,), kwargs=typed)
        for page, typed in (
            ("who", {"full_name": "Racing one"}),
            ("who", {"full_name": "Racing two"}),
            ("risk", {"at_risk": {"answer": "no"}}),
            ("risk", {"at_risk": {"answer": "yes"}, "how": "Racing"}),
        )
    ]
    for one in threads:
        one.start()
    begun.wait()
    try:
        work_later(settings)
        if state_of(scene, made) != "done":  # it lost to an editor on its first try, and waited
            work_later(settings, later=WEEK + timedelta(hours=1))
    finally:
        over.set()
        for one in threads:
            one.join()
    assert state_of(scene, made) == "done"
    assert len(refused) == 4
    with scene.store.read() as tx:
        for table in erasure.belonging():
            assert (
                tx.c.execute(sa.select(table).where(erasure.rows_of(table, scene.child_id))).first() is None
            )


def die_at(scene: Scene, settings: Settings, *, child_id: str, steps: int) -> bool:
    """Dispose of a child in a process that dies at a step, and recover; return whether it died."""
    own = replace(scene, child_id=child_id)
    started = own.start()
    own.fill(started.revision_id)
    attach_file_of(own, started.record_id, f"file of {child_id}".encode() * 9)
    make_due(own)
    made = agreed(own)
    with scene.store.read() as tx:
        address = tx.c.execute(sa.select(t.blob.c.address).where(t.blob.c.child_id == child_id)).scalar_one()
    at = clock.now() + WEEK
    worker = killed.PROCESSES.Process(
        target=killed.stamp, args=(settings,), kwargs={"steps": steps, "at": at}
    )
    worker.start()
    worker.join()
    assert worker.exitcode in (0, -signal.SIGKILL), f"died of something else: {worker.exitcode}"
    state = state_of(own, made)
    rows = everything_left(own)
    assert (state == "confirmed") == bool(rows), (state, len(rows))
    for hours in (1, 2):  # what was killed is due again; what was killed twice waits a little
        with clock.held(at + timedelta(hours=hours)):
            run_worker(settings, until_idle=True, make=make_quickly)
    assert state_of(own, made) == "done"
    assert everything_left(own) == []
    assert not (scene.store.blobs.folder / address[:2] / address).exists()
    with scene.store.read() as tx:
        assert disposals.files_of(tx, disposal_id=made) == ()
    return worker.exitcode != 0


def everything_left(scene: Scene) -> list[Any]:
    """Return the rows that belong to a child."""
    with scene.store.read() as tx:
        return [
            row
            for table in erasure.belonging()
            for row in tx.c.execute(sa.select(table).where(erasure.rows_of(table, scene.child_id)))
        ]


def another(scene: Scene, number: int) -> str:
    """Add a child to die for; return her id."""
    with scene.store.write() as tx:
        own: dict[str, Any] = {"organisation_id": scene.organisation_id, "worker": scene.worker}
        return a_child(scene.store, tx=tx, name=f"Child {number}", **own)


def test_killed_all_along_the_way_it_ends_done(scene: Scene, settings: Settings) -> None:
    """Four deaths spread over every statement, commit and file: wholly undone, then wholly done."""
    deaths = [die_at(scene, settings, child_id=another(scene, one), steps=one) for one in (12, 40, 68, 96)]
    assert sum(deaths) == 4
    assert walk_audit(scene.store).whole


@pytest.mark.long
def test_killed_at_every_step_it_ends_done(scene: Scene, settings: Settings) -> None:
    """A death at each and every step of a disposal."""
    steps = 0
    while die_at(scene, settings, child_id=another(scene, steps), steps=steps):
        steps += 1
    assert steps > 60
    assert walk_audit(scene.store).whole


def test_every_sealed_column_is_erased_or_nobodys() -> None:
    """A column that holds bytes belongs to a child, and is erased with her, or is named here with why."""
    nobodys = {"child.identity", "child_key.wrapped", "second_factor.secret", "logo.png"}
    nobodys |= {"home_print.key"}  # sealed under every child's key in turn: it opens while all are kept
    erased = {table.name for table in erasure.belonging()}
    found = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, sa.LargeBinary) and table.name not in erased
    }
    assert found <= nobodys


@pytest.mark.parametrize(
    ("number", "unit", "starts", "until"),
    [
        (75, "years", "birth", date(2087, 3, 1)),
        (1, "months", "closing", date(2025, 3, 1)),
        (12, "months", "closing", date(2026, 1, 31)),
        (1, "years", "last_change", date(2027, 11, 22)),
        (None, "years", "birth", None),
    ],
)
def test_the_day_it_is_kept_until(number: int | None, unit: str, starts: str, until: date | None) -> None:
    """Years and months are counted by the calendar; a day that does not exist ends on the next."""
    told = Rule(status="mistake", words="", number=number, unit=unit, starts=starts)
    dates: dict[str, Any] = {"born": "2012-02-29", "closed_on": "2025-01-31", "changed_on": "2026-11-22"}
    assert kept_until(told, **dates) == until
    assert kept_until(told, born="", closed_on="", changed_on="") is None


def test_a_kept_copy_is_still_known_as_issued_here(scene: Scene, settings: Settings) -> None:
    """Its seal and its print say that it was issued here and is no longer kept; others are still unknown."""
    a_life(scene, settings)
    with scene.store.read() as tx:
        one = documents.of_child(tx, scene.child_id)[0]
    make_due(scene)
    agreed(scene)
    work_later(settings)
    ask = {"reference": one.reference.lower(), "short_hash": one.view_hash[:16].upper()}
    found = find_print(scene.store, **ask)
    assert found is not None
    assert (found.standing.code, found.revision) == ("disposed", None)
    assert find_print(scene.store, **{**ask, "short_hash": "0" * 16}) is None
    with scene.store.read() as tx:
        assert erasure.was_sealed(tx, one.seal_id)
        assert not erasure.was_sealed(tx, "0" * 64)
