"""The audit chain: whole when nobody touched it, and every way of touching it is found and named."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from formsvc.cli.service import audit as audit_command
from formsvc.errors import NotFound
from formsvc.settings import Settings
from formsvc.store import audit, children
from formsvc.store import tables as t
from formsvc.store.audit_file import NAME, head_json, read_head, write_head
from formsvc.store.session import Store, open_store
from formsvc.workflow.actors import SERVICE, Actor, note
from formsvc.workflow.finalise import finalise
from formsvc.workflow.link_audit import link_audit
from formsvc.workflow.refuse import note_refusal
from formsvc.workflow.verify_audit import AuditVerdict, audit_head, verify_audit, walk_audit
from tests.integration.scenes import Scene, a_scene


@pytest.fixture
def scene(store: Store) -> Scene:
    """Return a scene whose audit holds a dozen linked entries and a snapshot."""
    scene = a_scene(store)
    started = scene.start()
    scene.fill(started.revision_id)
    awaiting = scene.hand_in(started.revision_id)
    link_audit(store, limit=3)
    scene.sign(awaiting)
    link_audit(store)
    finalise(store, actor=scene.worker, revision_id=started.revision_id)
    with store.write() as tx:
        for number in range(5):
            note(tx, scene.worker, "test.act", child_id=scene.child_id, number=number)
    link_audit(store)
    return scene


def codes(verdict: AuditVerdict) -> set[str]:
    """Return the codes of the faults."""
    return {one.code for one in verdict.faults}


def test_an_untouched_chain_is_whole(scene: Scene, settings: Settings) -> None:
    """Every entry is linked once, in one line, and the head stands in the instance too."""
    verdict = verify_audit(settings)
    assert verdict.whole, verdict.words
    assert verdict.waiting == 0
    assert verdict.linked == 12
    kept = read_head(scene.store.instance)
    assert kept is not None
    assert kept.seq == 12
    assert verdict.to_json() == {"whole": True, "linked": 12, "waiting": 0, "faults": []}


def _edit(tx: Any) -> None:
    wanted = sa.select(t.audit_link.c.entry_id).where(t.audit_link.c.seq == 5).scalar_subquery()
    tx.c.execute(
        sa.update(t.audit_entry).where(t.audit_entry.c.id == wanted).values(actor_id="somebody else")
    )


def _delete_entry(tx: Any) -> None:
    wanted = sa.select(t.audit_link.c.entry_id).where(t.audit_link.c.seq == 5).scalar_subquery()
    tx.c.execute(sa.delete(t.audit_entry).where(t.audit_entry.c.id == wanted))


def _delete_with_link(tx: Any) -> None:
    _delete_entry(tx)
    tx.c.execute(sa.delete(t.audit_link).where(t.audit_link.c.seq == 5))


def _swap(tx: Any) -> None:
    rows = {
        row.seq: row for row in tx.c.execute(sa.select(t.audit_link).where(t.audit_link.c.seq.in_((5, 6))))
    }
    for seq, other in ((5, "-"), (6, rows[5].entry_id), (5, rows[6].entry_id)):
        tx.c.execute(sa.update(t.audit_link).where(t.audit_link.c.seq == seq).values(entry_id=other))
    for seq, other in ((5, 6), (6, 5)):
        link = t.audit_link.c
        tx.c.execute(sa.update(t.audit_link).where(link.seq == seq).values(entry_hash=rows[other].entry_hash))


def _cut(tx: Any) -> None:
    _rewrite(tx, keep=10)


def _cut_before_the_snapshot(tx: Any) -> None:
    _rewrite(tx, keep=4)


def _rewrite(tx: Any, *, keep: int) -> None:
    """Cut the chain and write a head that fits, as one who has the database and not the key would."""
    link = t.audit_link.c
    gone = [row.entry_id for row in tx.c.execute(sa.select(link.entry_id).where(link.seq > keep))]
    tx.c.execute(sa.delete(t.audit_link).where(link.seq > keep))
    tx.c.execute(sa.delete(t.audit_entry).where(t.audit_entry.c.id.in_(gone)))
    last = tx.c.execute(sa.select(link.hash).where(link.seq == keep)).scalar_one()
    tx.c.execute(sa.update(t.audit_head).values(seq=keep, hash=last))


def _add(tx: Any) -> None:
    audit.add(tx, act="test.forged", actor_id=None, organisation_id=None)
    tx.c.execute(sa.delete(t.audit_unlinked))


def _exchange(tx: Any) -> None:
    """Let two entries stand in each other's place, each still with its own link."""
    of = t.audit_entry.c
    ids = [
        row.entry_id
        for row in tx.c.execute(sa.select(t.audit_link.c.entry_id).where(t.audit_link.c.seq.in_((4, 9))))
    ]
    held = {row.id: row for row in tx.c.execute(sa.select(t.audit_entry).where(of.id.in_(ids)))}
    for one, other in (ids, reversed(ids)):
        values = {**held[other]._mapping, "id": one}
        tx.c.execute(sa.update(t.audit_entry).where(of.id == one).values(values))


def _insert_a_link(tx: Any) -> None:
    """Add an entry and its link to the end, with every hash right, and a head that says so."""
    audit.add(tx, act="test.forged", actor_id=None, organisation_id=None)
    (row,) = tx.c.execute(sa.select(t.audit_entry).where(t.audit_entry.c.act == "test.forged")).mappings()
    tx.c.execute(sa.delete(t.audit_unlinked))
    entry = audit.Entry(**row)
    head = audit.head(tx)
    assert head is not None
    last = audit.link_hash(head.hash, head.seq + 1, entry.hash)
    link = {"seq": head.seq + 1, "entry_id": entry.id, "entry_hash": entry.hash, "hash": last}
    tx.c.execute(sa.insert(t.audit_link).values(link))
    tx.c.execute(sa.update(t.audit_head).values(seq=head.seq + 1, hash=last))


def _invent_a_waiting_entry(tx: Any) -> None:
    """Add an entry as if it were a second old: whoever has the database alone cannot mark it."""
    audit.add(tx, act="test.forged", actor_id=None, organisation_id=None)
    tx.c.execute(sa.update(t.audit_unlinked).values(mark="0" * 64))


def _leave_a_waiting_entry_unmarked(tx: Any) -> None:
    audit.add(tx, act="test.forged", actor_id=None, organisation_id=None)
    tx.c.execute(sa.update(t.audit_unlinked).values(mark=None))


def _edit_a_waiting_entry(tx: Any) -> None:
    audit.add(tx, act="test.act", actor_id="me", organisation_id=None)
    tx.c.execute(
        sa.update(t.audit_entry).where(t.audit_entry.c.actor_id == "me").values(actor_id="somebody else")
    )


def _lose_head(tx: Any) -> None:
    tx.c.execute(sa.delete(t.audit_head))


TAMPERINGS: dict[str, tuple[Callable[[Any], None], set[str]]] = {
    "an edit": (_edit, {"entry_edited"}),
    "a deletion": (_delete_entry, {"entry_missing"}),
    "a deletion with its link": (_delete_with_link, {"link_missing"}),
    "a reordering": (_swap, {"link_broken"}),
    "a truncation": (_cut, {"head_forged", "cut_since_kept"}),
    "a truncation before a snapshot": (
        _cut_before_the_snapshot,
        {"head_forged", "cut_since_kept", "cut_since_snapshot"},
    ),
    "an addition": (_add, {"entry_added"}),
    "entries exchanged": (_exchange, {"entry_edited"}),
    "a link inserted": (_insert_a_link, {"head_forged"}),
    "a waiting entry invented": (_invent_a_waiting_entry, {"entry_forged"}),
    "a waiting entry without a mark": (_leave_a_waiting_entry_unmarked, {"entry_forged"}),
    "a waiting entry edited": (_edit_a_waiting_entry, {"entry_forged"}),
    "a lost head": (_lose_head, {"head_missing"}),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_found_and_named(scene: Scene, what: str) -> None:
    """An edit, a deletion, a reordering, a truncation, an addition: each with a code of its own."""
    tamper, expected = TAMPERINGS[what]
    with scene.store.write() as tx:
        tamper(tx)
    verdict = walk_audit(scene.store)
    assert not verdict.whole
    assert codes(verdict) == expected
    assert len(verdict.words.splitlines()) == 1 + len(verdict.faults)


BROKEN = ("a truncation", "a truncation before a snapshot", "a link inserted")


@pytest.mark.parametrize("what", BROKEN)
def test_linking_on_hides_nothing(scene: Scene, what: str) -> None:
    """The linker never puts our mark on a chain that somebody cut: what was done stays to be found."""
    tamper, expected = TAMPERINGS[what]
    with scene.store.write() as tx:
        tamper(tx)
        note(tx, scene.worker, "test.after", child_id=scene.child_id)
    assert link_audit(scene.store) == 0
    assert codes(walk_audit(scene.store)) == expected


@pytest.mark.parametrize("what", ["a waiting entry invented", "a waiting entry edited"])
def test_linker_takes_only_what_was_written_here(scene: Scene, what: str) -> None:
    """What bears no mark of ours is never linked; what was written since is, and the fault stays."""
    with scene.store.write() as tx:
        TAMPERINGS[what][0](tx)
        note(tx, scene.worker, "test.after", child_id=scene.child_id)
    assert link_audit(scene.store) == 1
    verdict = walk_audit(scene.store)
    assert codes(verdict) == {"entry_forged"}
    assert (verdict.linked, verdict.waiting) == (13, 1)


def put_back(scene: Scene, *, head: audit.Head) -> None:
    """Put the database back to an earlier head that bears our mark, as an older copy of it would be."""
    link = t.audit_link.c
    with scene.store.write() as tx:
        gone = [row.entry_id for row in tx.c.execute(sa.select(link.entry_id).where(link.seq > head.seq))]
        tx.c.execute(sa.delete(t.audit_link).where(link.seq > head.seq))
        tx.c.execute(sa.delete(t.audit_entry).where(t.audit_entry.c.id.in_(gone)))
        tx.c.execute(sa.update(t.audit_head).values(seq=head.seq, hash=head.hash, mark=head.mark, at=head.at))


def test_an_older_copy_is_found_by_a_head_that_is_kept(scene: Scene, settings: Settings) -> None:
    """The database alone: by the instance. Both put back: only by a head that was kept elsewhere."""
    early = read_head(scene.store.instance)
    assert early is not None
    with scene.store.write() as tx:
        note(tx, scene.worker, "test.hidden", child_id=scene.child_id)
    link_audit(scene.store)
    late = audit_head(settings)
    assert late.seq == early.seq + 1
    assert verify_audit(settings, against=late).whole
    put_back(scene, head=early)
    assert codes(walk_audit(scene.store)) == {"cut_since_kept"}
    with scene.store.write() as tx:
        note(tx, scene.worker, "test.after", child_id=scene.child_id)
    assert link_audit(scene.store) == 0
    (scene.store.instance / NAME).write_text(head_json(early))
    assert link_audit(scene.store) == 1
    assert walk_audit(scene.store).whole  # nothing here can tell
    assert codes(verify_audit(settings, against=late)) == {"cut_since_given"}
    assert verify_audit(settings, against=early).whole


def test_a_waiting_entry_that_vanishes_leaves_its_place(scene: Scene, settings: Settings) -> None:
    """Deleting an entry before it is linked is told by what waits for it."""
    with scene.store.write() as tx:
        note(tx, scene.worker, "test.hidden", child_id=scene.child_id)
    without_keys(settings, "DELETE FROM audit_entry WHERE act = 'test.hidden'")
    assert codes(walk_audit(scene.store)) == {"entry_missing"}
    without_keys(settings, "DELETE FROM audit_unlinked")


def test_an_entry_gone_with_its_place_before_it_was_linked_is_not_found(scene: Scene) -> None:
    """What verify cannot tell: for the second or two until it is linked, an entry can vanish whole."""
    with scene.store.write() as tx:
        note(tx, scene.worker, "test.hidden", child_id=scene.child_id)
    with scene.store.write() as tx:
        tx.c.execute(sa.delete(t.audit_unlinked))
        tx.c.execute(sa.delete(t.audit_entry).where(t.audit_entry.c.act == "test.hidden"))
    assert walk_audit(scene.store).whole


def without_keys(settings: Settings, statement: str) -> None:
    """Run a statement as somebody who has the database, with its foreign keys out of the way."""
    url = settings.database_url
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute(statement)
            connection.commit()
        return
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(statement.encode())


def test_entries_that_waited_at_an_upgrade_are_marked_once(scene: Scene) -> None:
    """What an older version wrote and did not link is linked by this one."""
    with scene.store.write() as tx:
        _leave_a_waiting_entry_unmarked(tx)
        assert audit.mark_waiting(tx) == 1
        assert audit.mark_waiting(tx) == 0
    assert link_audit(scene.store) == 1
    assert walk_audit(scene.store).whole


def test_head_is_printed_and_compared(
    scene: Scene, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`audit head` prints what `audit verify --against` takes; nonsense is refused as such."""
    monkeypatch.setattr("formsvc.cli.service.settings", lambda: settings)
    run = CliRunner()
    printed = run.invoke(audit_command, ["head"])
    assert printed.exit_code == 0
    kept = tmp_path / "kept.json"
    kept.write_text(printed.output)
    assert run.invoke(audit_command, ["verify", "--against", str(kept)]).exit_code == 0
    with scene.store.write() as tx:
        _cut(tx)
    found = run.invoke(audit_command, ["verify", "--against", str(kept)])
    assert found.exit_code == 1
    assert "whose head was given" in found.output
    kept.write_text("[]")
    assert run.invoke(audit_command, ["verify", "--against", str(kept)]).exit_code == 2


def test_a_chain_written_anew_needs_the_key_and_the_instance(scene: Scene) -> None:
    """Who rewrites every link and the head lacks the mark; who has that is betrayed by the kept head."""
    with scene.store.write() as tx:
        _edit(tx)
        last = audit.GENESIS
        for link in audit.links(tx, after=0, limit=100):
            assert link.entry is not None
            last = audit.link_hash(last, link.seq, link.entry.hash)
            here = t.audit_link.c.seq == link.seq
            tx.c.execute(sa.update(t.audit_link).where(here).values(entry_hash=link.entry.hash, hash=last))
        tx.c.execute(sa.update(t.audit_head).values(hash=last))
    assert codes(walk_audit(scene.store)) == {"head_forged", "cut_since_kept", "cut_since_snapshot"}
    with scene.store.write() as tx:
        tx.c.execute(sa.update(t.audit_head).values(mark=audit.head_mark(tx, 12, last)))
    assert codes(walk_audit(scene.store)) == {"cut_since_kept", "cut_since_snapshot"}
    (scene.store.instance / NAME).unlink()
    assert codes(walk_audit(scene.store)) == {"cut_since_snapshot"}


def test_a_forged_head_is_not_marked_as_ours(scene: Scene) -> None:
    """Turning the content key does not bless what somebody else wrote."""
    with scene.store.write() as tx:
        _rewrite(tx, keep=10)
        audit.mark_anew(tx)
    assert "head_forged" in codes(walk_audit(scene.store))


def test_disposal_leaves_the_chain_whole(scene: Scene) -> None:
    """Entries hold ids and hashes only, so a child can be forgotten lawfully."""
    with scene.store.write() as tx:
        children.dispose(tx, child_id=scene.child_id)
        note(tx, scene.manager, "child.dispose", child_id=scene.child_id)
    link_audit(scene.store)
    verdict = walk_audit(scene.store)
    assert verdict.whole, verdict.words
    assert verdict.linked == 13


def test_an_undone_act_leaves_no_entry_and_a_refusal_does(scene: Scene) -> None:
    """An entry commits with its act or not at all; a refusal commits alone."""
    with suppress(NotFound), scene.store.write() as tx:
        note(tx, scene.worker, "test.undone", child_id=scene.child_id)
        raise NotFound
    assert audit_of(scene, "test.undone") == []
    note_refusal(
        scene.store, actor=scene.worker, act="child.see", why="not_in_caseload", child_id=scene.child_id
    )
    (entry,) = audit_of(scene, "child.see")
    assert (entry.outcome, entry.data["why"], entry.actor_id) == (
        "refused",
        "not_in_caseload",
        scene.worker.user_id,
    )


def audit_of(scene: Scene, act: str) -> list[audit.Entry]:
    """Return the entries of one act about the child."""
    with scene.store.read() as tx:
        return [one for one in audit.of_child(tx, scene.child_id, limit=100) if one.act == act]


def test_linkers_at_the_same_time_make_one_chain(scene: Scene, settings: Settings) -> None:
    """However many processes link, each entry stands in the chain once and in one place."""
    with scene.store.write() as tx:
        for number in range(60):
            note(tx, SERVICE, "test.many", number=number)

    def run() -> None:
        own = open_store(settings)
        while link_audit(own, limit=7):
            pass
        own.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    verdict = walk_audit(scene.store)
    assert verdict.whole, verdict.words
    assert (verdict.linked, verdict.waiting) == (72, 0)


def test_who_looked_is_read_page_by_page(scene: Scene) -> None:
    """A child's page says who did what, newest first, every entry once."""
    paged: list[str] = []
    before = None
    with scene.store.read() as tx:
        while page := audit.of_child(tx, scene.child_id, before=before, limit=4):
            paged += [one.id for one in page]
            before = (page[-1].at, page[-1].id)
        whole = [one.id for one in audit.of_child(tx, scene.child_id, limit=100)]
        of_organisation = audit.of_organisation(tx, scene.organisation_id, limit=100)
    assert paged == whole
    assert len(of_organisation) == 12


def test_an_older_head_does_not_replace_a_later_one(scene: Scene, tmp_path: Path) -> None:
    """The kept head only moves on; one that cannot be read counts as none."""
    with scene.store.read() as tx:
        head = audit.head(tx)
    assert head is not None
    write_head(tmp_path, head)
    write_head(tmp_path, audit.Head(seq=3, hash="0" * 64, mark="0" * 64, at=head.at))
    assert read_head(tmp_path) == head
    (tmp_path / NAME).write_text("[]")
    assert read_head(tmp_path) is None


def test_entries_name_no_content(scene: Scene) -> None:
    """What an entry carries is ids, codes, numbers and hashes: no word of the form is among them."""
    with scene.store.read() as tx:
        told = repr([one.data for one in audit.of_child(tx, scene.child_id, limit=100)])
    assert scene.plan.pages[0].fields[0].label not in told
    assert "Bláithín" not in told
    assert "Theodora" not in told


def test_an_actor_is_named_with_the_role_acted_in(scene: Scene) -> None:
    """The same person in another role is told apart."""
    with scene.store.write() as tx:
        note(tx, Actor(user_id="u", organisation_id="o", role="locum"), "test.role", child_id=scene.child_id)
    (entry,) = audit_of(scene, "test.role")
    assert (entry.actor_id, entry.organisation_id, entry.data["role"]) == ("u", "o", "locum")
