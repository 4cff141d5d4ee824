"""The export of everything held on a child: all of hers, nobody else's, no secret, marked for redaction."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from formsvc.access.people import Person
from formsvc.access.table import Role
from formsvc.cases.marks import load_marks
from formsvc.cli import main
from formsvc.definitions.library import load_library
from formsvc.errors import Forbidden, NotFound, Unreadable, WrongState
from formsvc.settings import PROJECT, Settings
from formsvc.store import audit, children, erasure, everything, kept_pages, records, withholdings
from formsvc.workflow.actors import note
from formsvc.workflow.export_child import ask_export, export_to_folder, fetch_export
from formsvc.workflow.export_reading import read_everything, redactions
from formsvc.workflow.run_worker import run_worker
from tests.integration.lives import WORDS, a_life
from tests.integration.scenes import Scene, a_child, a_scene, make_quickly

OTHERS = tuple(f"Neighbourly{number}word" for number in range(len(WORDS)))
SECRET = WORDS[4]
MARKS = load_marks(PROJECT / "form_templates")


@pytest.fixture
def scene(store: Any, settings: Settings) -> Scene:
    """Return a scene in which a child and her neighbour have a whole life each."""
    made = a_scene(store)
    with store.write() as tx:
        neighbour_id = a_child(
            store, tx=tx, organisation_id=made.organisation_id, name="Perpetua Neighbour", worker=made.worker
        )
    a_life(replace(made, child_id=neighbour_id), settings, words=OTHERS)
    a_life(made, settings)
    with store.write() as tx:
        note(tx, made.manager, "child.see", child_id=made.child_id, asked="see_child")
    return made


def the_reference(scene: Scene) -> str:
    """Return the child's reference."""
    with scene.store.read() as tx:
        return children.get(tx, scene.child_id).reference


def written(scene: Scene, settings: Settings, folder: Path) -> dict[str, bytes]:
    """Write an export into a folder and return its files by name."""
    export_to_folder(scene.store, reference=the_reference(scene), out=folder, settings=settings)
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def as_head(scene: Scene) -> Person:
    """Return somebody who may export."""
    return Person(
        user_id=scene.manager.user_id or "",
        name="",
        email="",
        membership_id="",
        role=Role.service_manager,
        organisation_id=scene.organisation_id,
        organisation_name="",
    )


def test_everything_of_hers_and_nothing_of_anybody_else(
    scene: Scene, settings: Settings, tmp_path: Path
) -> None:
    """Each word that was planted is in it but the secret and what no row names; none of her neighbour's."""
    files = written(scene, settings, tmp_path / "out")
    everything_said = b"\n".join(files.values()).decode("utf-8", "replace")
    left_out = {SECRET, WORDS[12]}  # the secret; what was typed by nobody and no row names
    assert [one for one in WORDS if one not in everything_said and one not in left_out] == []
    assert SECRET not in everything_said
    assert [one for one in OTHERS if one in everything_said] == []
    assert "Perpetua" not in everything_said
    assert any(name.startswith("documents/") and name.endswith("_full.pdf") for name in files)
    assert any(name.startswith("files/") for name in files)


def test_people_read_it_with_labels_and_every_revision(
    scene: Scene, settings: Settings, tmp_path: Path
) -> None:
    """The page has the questions' labels, each revision, who looked by role, and no script."""
    page = written(scene, settings, tmp_path / "out")["index.html"].decode()
    assert page.count("<h3>Revision 1") == 2
    assert "Who looked and who did what" in page
    assert "Team manager (" in page
    assert "Rosalind Peverell" not in page.split('id="audit"')[1]
    assert "<script" not in page
    assert "31/2/1999" in page


def test_every_sealed_value_is_opened(scene: Scene) -> None:
    """No table that belongs to a child holds anything that the export could not open."""
    with scene.store.read() as tx:
        found = everything.of_child(tx, scene.child_id)
    assert everything.UNOPENED not in json.dumps(found)
    assert set(found) >= {one.name for one in erasure.belonging()} - set(everything.LEFT_OUT)


def test_what_was_typed_and_not_saved_is_in_it(scene: Scene) -> None:
    """What is kept of a page that could not be saved is hers to read, until it is dealt with and gone."""
    with scene.store.write() as tx:
        kept_id = kept_pages.keep(
            tx,
            user_id=scene.worker.user_id or "",
            membership_id=None,
            record_id=records.listing(tx, child_id=scene.child_id)[0].id,
            child_id=scene.child_id,
            page_id="who",
            group_id="",
            row_id="",
            why="locked",
            pairs=[("full_name", "Typed and never saved")],
        )
        reading = read_everything(tx, scene.child_id, marks=MARKS)
        (chapter,) = [one for one in reading.chapters if one.id == "kept_page"]
        assert chapter.title == "What was typed and could not be saved any more"
        assert "Typed and never saved" in "".join(one.text for _, lines in chapter.groups for one in lines)
        kept_pages.finish(tx, kept_id=kept_id, by=None)
        after = json.dumps(everything.of_child(tx, scene.child_id))
    assert "Typed and never saved" not in after
    assert everything.UNOPENED not in after


def test_what_programs_read_holds_no_salt_and_no_place(
    scene: Scene, settings: Settings, tmp_path: Path
) -> None:
    """What would let somebody guess at hashes, or find files, is not in the data."""
    data = json.loads(written(scene, settings, tmp_path / "out")["data.json"])
    assert all("salt" not in one for one in data["held"]["revision"])
    assert all("salt" not in one["envelope"] for one in data["held"]["snapshot"])
    assert all("address" not in one for one in data["held"]["blob"])
    assert all("value" not in one for one in data["held"]["secret"])
    assert "child_token" not in data["held"]
    assert data["held"]["snapshot"]


def test_what_is_about_others_is_marked_and_listed(scene: Scene) -> None:
    """Placements, withholdings and emergencies bear their marks, and each stands in the list to decide."""
    with scene.store.read() as tx:
        reading = read_everything(tx, scene.child_id, marks=MARKS)
    marked = {mark.id for one in redactions(reading) for mark in one.marks}
    assert {"place", "safeguarding", "staff"} <= marked
    told = {word for one in redactions(reading) for word in WORDS if word in one.text}
    assert {WORDS[2], WORDS[3], WORDS[5], WORDS[6], WORDS[13], WORDS[14]} <= told


def test_marks_follow_the_class_and_the_type_of_a_question() -> None:
    """Questions about third parties bear the mark in every definition; each class and table is known."""
    asked = MARKS.of_question(sensitivity="third_party", type_name="text")
    assert [one.id for one in asked] == ["third_party"]
    assert [one.id for one in MARKS.of_question(sensitivity="risk", type_name="person")] == ["third_party"]
    assert MARKS.of_question(sensitivity="identity", type_name="text") == ()
    library = load_library(PROJECT / "form_templates")
    classes = {
        field.sensitivity for _, field in library.effective("trigger_plan", "LAN").walk() if field.sensitivity
    }
    assert set(MARKS.classes) <= classes | {"office"}
    assert set(MARKS.tables) <= {one.name for one in erasure.belonging()}


def test_who_is_withheld_from_does_not_export(scene: Scene) -> None:
    """Somebody from whom a form is withheld by name is refused, and told no more than that."""
    who = as_head(scene)
    ask: dict[str, Any] = {"person": who, "actor": scene.manager, "child_id": scene.child_id}
    made = ask_export(scene.store, why="Hers", **ask)
    with scene.store.write() as tx:
        record_id = (
            tx.c.execute(sa.text("SELECT id FROM record WHERE child_id = :child"), {"child": scene.child_id})
            .scalars()
            .first()
        )
        withholdings.add(
            tx,
            child_id=scene.child_id,
            user_id=who.user_id,
            kind="withheld",
            why="x",
            created_by=None,
            record_id=str(record_id),
        )
    with pytest.raises(Forbidden):
        ask_export(scene.store, why="Hers", **ask)
    with pytest.raises(Forbidden):
        fetch_export(scene.store, export_id=made, **ask)


def test_one_at_a_time_and_gone_when_fetched(scene: Scene, settings: Settings) -> None:
    """A second is refused while one waits; fetched, it is there for nobody; each step is noted."""
    ask: dict[str, Any] = {"person": as_head(scene), "actor": scene.manager, "child_id": scene.child_id}
    made = ask_export(scene.store, why="Hers", **ask)
    with pytest.raises(WrongState):
        ask_export(scene.store, why="Hers again", **ask)
    told: dict[str, Any] = {**ask, "export_id": made}
    with pytest.raises(NotFound):
        fetch_export(scene.store, **told)
    run_worker(settings, until_idle=True, make=make_quickly)
    waiting = {one.read_bytes() for one in scene.store.blobs.folder.glob("??/*")}
    assert not [data for data in waiting for word in WORDS if word.encode() in data]
    assert "index.html" in fetch_export(scene.store, **told).made
    with pytest.raises(NotFound):
        fetch_export(scene.store, **told)
    assert ask_export(scene.store, why="Hers again", **ask)
    with scene.store.read() as tx:
        acts = [one.act for one in audit.of_child(tx, scene.child_id, limit=500)]
    assert acts.count("child.export_fetch") == 1


def test_command_writes_a_private_folder(
    scene: Scene, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`formsvc export` writes files for their owner alone, and never into a folder that holds something."""
    monkeypatch.setenv("FORMSVC_INSTANCE", str(settings.instance))
    monkeypatch.setenv("FORMSVC_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("FORMSVC_CONTENT_KEY", str(settings.content_key))
    out = tmp_path / "hers"
    asked = ["export", the_reference(scene), "--out", str(out), "--json"]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    assert "index.html" in json.loads(done.output)["files"]
    modes = {oct(one.stat().st_mode & 0o777) for one in (out, out / "index.html", out / "files")}
    assert modes == {"0o700", "0o600"}
    assert CliRunner().invoke(main, asked).exit_code == 2
    with pytest.raises(Unreadable):
        export_to_folder(scene.store, reference=the_reference(scene), out=out, settings=settings)
    listed = CliRunner().invoke(main, ["disposal", "list"])
    assert "Nothing is due" in listed.output
