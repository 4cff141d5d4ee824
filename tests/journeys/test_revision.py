"""A plan's second revision, on the street of the store: what changed, and what becomes of the first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from formsvc import clock
from formsvc.definitions.library import load_library
from formsvc.demo import Demo, demo_data
from formsvc.settings import Settings, load
from formsvc.store import documents, revisions, sections
from formsvc.store.session import Store, open_store
from formsvc.workflow.actors import Actor
from formsvc.workflow.finalise import finalise
from formsvc.workflow.freeze import freeze
from formsvc.workflow.load_demo import load_demo
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.save_section import save_section
from formsvc.workflow.set_up import set_up
from formsvc.workflow.sign_off import sign_off
from formsvc.workflow.start_revision import start_revision
from formsvc.workflow.verify_file import extract_view, verify_file
from tests.conftest import Validators
from tests.validators import poppler

HAIR = "Shaved to a number two on 20 November"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return an installation with the demo's plan issued twice: the second time with other hair."""
    found = load({"FORMSVC_INSTANCE": str(tmp_path_factory.mktemp("revised"))})
    set_up(found)
    load_demo(found)
    run_worker(found, until_idle=True)
    with closing(open_store(found)) as store:
        revise(store, demo_data(found.form_templates), settings=found)
    run_worker(found, until_idle=True)
    return found


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """Return that installation's store."""
    with closing(open_store(settings)) as opened:
        yield opened


def revise(store: Store, demo: Demo, *, settings: Settings) -> None:
    """Begin the next revision, change an answer, sign it off and make it final."""
    people = {one.role: one for one in demo.users}
    worker, manager = (
        Actor(user_id=people[role].id, organisation_id=people[role].organisation_id, role=role)
        for role in ("social_worker", "team_manager")
    )
    effective = load_library(settings.form_templates).effective("trigger_plan")
    begun = start_revision(store, actor=worker, record_id=demo.records[0].id, effective=effective)
    with store.read() as tx:
        revision = revisions.get(tx, begun.revision_id)
        held = sections.all_of(tx, revision_id=revision.id, child_id=revision.child_id)
    page = next(page.id for page in effective.pages if any(one.id == "hair" for one in page.fields))
    save_section(
        store,
        actor=worker,
        revision_id=revision.id,
        page_id=page,
        version=held[page].version,
        typed={**held[page].answers, "hair": HAIR},
    )
    frozen = freeze(store, actor=worker, revision_id=revision.id)
    for rule, actor in (("author", worker), ("manager", manager)):
        sign_off(
            store,
            actor=actor,
            revision_id=revision.id,
            rule_id=rule,
            binds=frozen.binds,
            name=people[actor.role].name,
        )
    finalise(store, actor=worker, revision_id=revision.id)


def issued(store: Store, folder: Path) -> dict[str, Path]:
    """Write the record's documents to a folder; return "revision audience kind" -> file."""
    (record,) = demo_data().records
    files: dict[str, Path] = {}
    with store.read() as tx:
        found = [(one, documents.place(tx, one)) for one in documents.of_record(tx, record.id)]
    for one, place in found:
        name = f"{one.revision_number} {one.audience_id} {one.kind}"
        files[name] = folder / f"{name.replace(' ', '-')}.{one.kind}"
        files[name].write_bytes(store.blobs.get(place.stored, key=place.key))
    return files


def test_second_revision_says_what_changed_in_print_and_data(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    """The page "what changed" and the embedded data name the changed answer, before and after."""
    files = issued(store, tmp_path)
    view = json.loads(extract_view(files["2 police pdf"], settings=settings))
    (change,) = view["changes"]["items"]
    assert (change["path"], change["after"], view["changes"]["since"]) == ("hair", HAIR, 1)
    text = poppler.pdftotext(files["2 police pdf"])
    assert "changed since revision 1" in " ".join(text.split())
    assert change["before"][:40] in " ".join(text.split())


def test_first_revision_is_genuine_but_no_longer_the_newest(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    """A superseded document stays genuine, says so, and fails where the newest is required."""
    files = issued(store, tmp_path)
    for kind in ("pdf", "docx"):
        old = verify_file(files[f"1 police {kind}"], store=store, settings=settings)
        assert (old.verification.genuine, old.standing.code, old.accepted) == (True, "superseded", True)
        strict = verify_file(files[f"1 police {kind}"], store=store, settings=settings, require_current=True)
        assert not strict.accepted
        new = verify_file(files[f"2 police {kind}"], store=store, settings=settings, require_current=True)
        assert (new.standing.code, new.accepted) == ("newest", True)


def test_second_revision_keeps_the_standards(store: Store, validators: Validators, tmp_path: Path) -> None:
    """With its page of changes it is still PDF/A-3a and PDF/UA-1, and the Word file validly sealed."""
    files = issued(store, tmp_path)
    pdf, docx = files["2 full pdf"], files["2 full docx"]
    assert all(one.compliant for one in validators.verapdf.validate([pdf])[pdf].values())
    assert [one.valid for one in validators.libreoffice.signatures([docx])[docx]] == [True]


def test_loading_the_demo_again_changes_nothing(store: Store, settings: Settings) -> None:
    """The demo may be loaded as often as anyone likes."""
    (record,) = demo_data().records
    with store.read() as tx:
        before = documents.of_record(tx, record.id)
    load_demo(settings)
    assert run_worker(settings, until_idle=True) <= 1
    with store.read() as tx:
        assert documents.of_record(tx, record.id) == before
    assert clock.now() >= max(one.issued_at for one in before)
