"""Prints of a home and its paper in the store: sealed under every child in it, erased with any of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from formsvc.settings import Settings
from formsvc.store import (
    documents,
    erasure,
    everything,
    handed_out,
    home_prints,
    keys,
    organisations,
    paper,
    placements,
)
from formsvc.store.crypto import ContentDestroyed, ContentUnreadable, new_data_key
from formsvc.store.home_prints import Named
from formsvc.store.session import Store
from formsvc.workflow.run_worker import run_worker
from tests.integration.scenes import Scene, a_child, a_scene, make_quickly


@pytest.fixture
def scene(store: Store, settings: Settings) -> Scene:
    """Return a scene in which a form about the child is issued."""
    made = a_scene(store)
    issue(made, settings)
    return made


def issue(scene: Scene, settings: Settings) -> None:
    """Issue a form about a scene's child."""
    revision_id = scene.start().revision_id
    scene.fill(revision_id)
    scene.make_final(revision_id)
    run_worker(settings, until_idle=True, make=make_quickly)


def a_home(scene: Scene) -> str:
    """Let the child live in a home; return its id."""
    with scene.store.write() as tx:
        home_id = organisations.add_home(
            tx, organisation_id=scene.organisation_id, name="Rowan Bank", area_id="LAN"
        )
        placements.move(
            tx,
            child_id=scene.child_id,
            controller_id=scene.organisation_id,
            area_id="LAN",
            details={},
            home_id=home_id,
        )
    return home_id


def named(scene: Scene) -> Named:
    """Return the issued PDF by its ids."""
    with scene.store.read() as tx:
        one = next(each for each in documents.of_child(tx, scene.child_id) if each.kind == "pdf")
    return Named(
        child_id=one.child_id, record_id=one.record_id, revision_id=one.revision_id, document_id=one.id
    )


def a_print(scene: Scene, home_id: str, *lines: Named) -> str:
    """Ask for a print and keep something for it; return its id."""
    key = new_data_key()
    stored = scene.store.blobs.put(b"a print", key=key)
    with scene.store.write() as tx:
        made = home_prints.ask(
            tx,
            home_id=home_id,
            by=scene.worker.user_id or "",
            until_at=tx.at + timedelta(hours=1),
            lines=lines,
        )
        assert home_prints.ready(tx, print_id=made, stored=stored, key=key, pages=3)
    return made


def put_on_paper(scene: Scene, home_id: str, print_id: str, one: Named) -> None:
    """Keep that the home has a document on paper."""
    with scene.store.write() as tx:
        given = handed_out.add(
            tx,
            document_id=one.document_id,
            child_id=one.child_id,
            recipient={"name": "Paper folder"},
            channel="in_person",
            at=tx.at,
            by=None,
        )
        paper.keep(
            tx,
            home_id=home_id,
            print_id=print_id,
            child_id=one.child_id,
            record_id=one.record_id,
            revision_id=one.revision_id,
            document_id=one.document_id,
            handed_out_id=given,
            by=scene.worker.user_id,
        )


def test_print_opens_while_every_child_in_it_is_kept(scene: Scene, settings: Settings) -> None:
    """What waits opens under the keys of both children; with one of them disposed of it never opens again."""
    with scene.store.write() as tx:
        other_id = a_child(
            scene.store, tx=tx, organisation_id=scene.organisation_id, name="Perpetua", worker=scene.worker
        )
    other = Scene(**{**vars(scene), "child_id": other_id})
    issue(other, settings)
    home_id = a_home(scene)
    made = a_print(scene, home_id, named(scene), named(other))
    with scene.store.read() as tx:
        kept = home_prints.kept(tx, made)
    assert scene.store.blobs.get(kept.stored, key=kept.key) == b"a print"
    with scene.store.write() as tx:
        keys.destroy(tx, child_id=other_id)
    with scene.store.read() as tx, pytest.raises(ContentDestroyed):
        home_prints.kept(tx, made)
    with scene.store.write() as tx:
        erasure.erase(tx, other_id)
    with scene.store.read() as tx, pytest.raises(ContentUnreadable):
        home_prints.kept(tx, made)


def test_print_ends_once(scene: Scene) -> None:
    """Ended, a print gives back where its file lay, once, and is handed out no more."""
    made = a_print(scene, a_home(scene), named(scene))
    with scene.store.write() as tx:
        assert len(home_prints.end(tx, made)) == 64
    with scene.store.write() as tx:
        assert home_prints.end(tx, made) == ""
        assert home_prints.get(tx, made).state == "ended"
        assert home_prints.of_person(tx, home_id="", user_id=scene.worker.user_id or "") == ()


def test_newest_form_is_found_with_its_copy(scene: Scene) -> None:
    """The newest form of a child comes with the sealed PDF for whoever asks, without one for others."""
    with scene.store.read() as tx:
        (found,) = paper.newest(
            tx,
            [scene.child_id],
            definitions=[scene.plan.id],
            audience_id="full",
            shown=sa.true(),
        )
        (nobody_s,) = paper.newest(
            tx, [scene.child_id], definitions=[scene.plan.id], audience_id="home", shown=sa.true()
        )
        made = documents.get(tx, found.document_id)
    assert (found.state, found.number, made.kind, made.audience_id) == ("final", 1, "pdf", "full")
    assert (nobody_s.document_id, nobody_s.issued_at) == ("", None)


def test_paper_is_held_filed_and_destroyed(scene: Scene) -> None:
    """What is on paper is told by revision until it is destroyed; each tick counts once."""
    home_id, one = a_home(scene), named(scene)
    for _ in range(2):
        put_on_paper(scene, home_id, a_print(scene, home_id, one), one)
    with scene.store.write() as tx:
        (held,) = paper.of_home(tx, home_id)
        assert (held.revision_id, held.lives_here, held.filed_at) == (one.revision_id, True, None)
        assert paper.put_in_folder(tx, home_id=home_id, revision_id=one.revision_id, by=None)
        assert not paper.put_in_folder(tx, home_id=home_id, revision_id=one.revision_id, by=None)
        given = paper.destroy(tx, home_id=home_id, revision_id=one.revision_id, by=None)
        assert len(given) == 2
        assert paper.gone(tx, [*given, "another"]) == frozenset(given)
        assert paper.of_home(tx, home_id) == ()
        assert paper.destroy(tx, home_id=home_id, revision_id=one.revision_id, by=None) == ()


def test_paper_is_exported_and_erased_with_the_child(scene: Scene) -> None:
    """What was printed of a child is in her export, and goes with her; the home's own row stays."""
    home_id, one = a_home(scene), named(scene)
    made = a_print(scene, home_id, one)
    put_on_paper(scene, home_id, made, one)
    with scene.store.read() as tx:
        found = everything.of_child(tx, scene.child_id)
    assert len(found["paper_copy"]) == len(found["home_print_line"]) == 1
    assert "home_print" not in found
    with scene.store.write() as tx:
        erasure.erase(tx, scene.child_id)
    with scene.store.read() as tx:
        assert paper.of_home(tx, home_id) == ()
        assert home_prints.get(tx, made).lines == ()
