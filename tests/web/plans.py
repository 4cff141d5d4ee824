"""How a test fills, signs and issues a plan: through the pages where they are the subject, else the store."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from formsvc.definitions.library import load_library
from formsvc.definitions.model import Effective
from formsvc.demo import AREA, CHILDREN, PASSWORD, TEAM_MANAGER, WORKER
from formsvc.records.attachments import accept_photo
from formsvc.settings import PROJECT, load
from formsvc.store import revisions, sections
from formsvc.store.session import open_store
from formsvc.workflow.actors import Actor
from formsvc.workflow.attach_file import attach_file, place_for_files
from formsvc.workflow.drafts import part_of
from formsvc.workflow.finalise import finalise
from formsvc.workflow.finality import COPIES
from formsvc.workflow.freeze import freeze
from formsvc.workflow.save_section import save_section
from formsvc.workflow.sign_off import sign_off
from formsvc.workflow.start_record import start_record
from tests.web.conftest import Installation, StrictClient

KIT = CHILDREN[1]
"""A child of the demonstration with no plan yet, in the home."""
EXAMPLES = PROJECT / "form_templates" / "examples"
AUTHOR = Actor(user_id=WORKER.id, organisation_id=WORKER.organisation_id, role="social_worker")
MANAGER = Actor(user_id=TEAM_MANAGER.id, organisation_id=TEAM_MANAGER.organisation_id, role="team_manager")

As = Callable[[str], StrictClient]


def the_plan(demo: Installation) -> Effective:
    """Return the Trigger Plan of the demonstration's area."""
    return load_library(demo.settings.form_templates).effective("trigger_plan", AREA)


def started(demo: Installation, *, child_id: str = KIT.id) -> str:
    """Begin a plan about a child and return the record's id."""
    return start_record(demo.store, actor=AUTHOR, child_id=child_id, effective=the_plan(demo)).record_id


def fill(demo: Installation, record_id: str, **changed: Any) -> None:
    """Fill the example in, with some answers changed, against whatever is saved."""
    example = json.loads((EXAMPLES / "trigger_plan.LAN.json").read_text("utf-8"))["answers"]
    photo = accept_photo((EXAMPLES / "photo.jpg").read_bytes())
    attach_file(
        demo.store, actor=AUTHOR, place=place_for_files(demo.store, record_id=record_id), accepted=photo
    )
    described = {**example["photo"], "sha256": photo.sha256, "media_type": photo.media_type}
    write(demo, record_id, {**example, "photo": described, **changed})


def write(demo: Installation, record_id: str, answers: dict[str, Any]) -> None:
    """Save those pages of the open revision that hold one of these answers."""
    with demo.store.read() as tx:
        revision = revisions.opened(tx, record_id)
        assert revision is not None
        held = sections.all_of(tx, revision_id=revision.id, child_id=revision.child_id)
    for page in the_plan(demo).pages:
        typed = part_of(page, answers)
        before = held.get(page.id)
        if typed:
            save_section(
                demo.store,
                actor=AUTHOR,
                revision_id=revision.id,
                page_id=page.id,
                version=before.version if before else 0,
                typed={**(before.answers if before else {}), **typed},
            )


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Instance folders to copy, each with the same plan: filled in, and signed by its author."""

    record_id: str
    filled: Path
    signed: Path


def prepare(demo_template: Path, folder: Path, app: Flask) -> Prepared:
    """Make the folders."""
    for demo in opened(demo_template, folder, app, name="filled"):
        record_id = started(demo)
        fill(demo, record_id)
    for demo in opened(folder / "filled", folder, app, name="signed"):
        sign(demo, record_id)
    return Prepared(record_id=record_id, filled=folder / "filled", signed=folder / "signed")


def opened(template: Path, folder: Path, app: Flask, *, name: str = "instance") -> Iterator[Installation]:
    """Yield an installation that is a copy of another, in an application that several tests use."""
    shutil.copytree(template, folder / name)
    chosen = load({"FORMSVC_INSTANCE": str(folder / name)})
    store = open_store(chosen)
    app.extensions["formsvc"] |= {"settings": chosen, "store": store, "limiters": {}}
    yield Installation(settings=chosen, app=app)
    store.close()


def sign(demo: Installation, record_id: str, *, by_manager: bool = False) -> None:
    """Freeze the open revision and sign it as its author; as the manager too, and make it final."""
    with demo.store.read() as tx:
        revision = revisions.opened(tx, record_id)
        assert revision is not None
    awaiting = freeze(demo.store, actor=AUTHOR, revision_id=revision.id)
    for rule_id, actor, who in (
        ("author", AUTHOR, "Theodora Blakiston-Nwosu"),
        ("manager", MANAGER, "Rosalind Peverell-Shah"),
    ):
        if rule_id == "author" or by_manager:
            sign_off(
                demo.store,
                actor=actor,
                revision_id=revision.id,
                rule_id=rule_id,
                binds=awaiting.binds,
                name=who,
                capacity="allocated worker" if rule_id == "author" else "team manager",
            )
    if by_manager:
        finalise(demo.store, actor=MANAGER, revision_id=revision.id, audiences=COPIES)


def hidden(text: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, name
    return found[1].replace("&#34;", '"').replace("&quot;", '"')


def declare(client: StrictClient, record_id: str, **changed: str) -> Any:
    """Sign as the author, as the page asks."""
    page = client.get(f"/records/{record_id}/sign-off")
    assert page.status_code == 200
    data = {
        "versions": hidden(page.text, "versions"),
        "binds": hidden(page.text, "binds"),
        "declared": "yes",
        "name": "Theodora Blakiston-Nwosu",
        "capacity": "allocated worker",
        "password": PASSWORD,
        **changed,
    }
    return client.post(f"/records/{record_id}/sign-off", data=data)


def approve(client: StrictClient, record_id: str, **changed: str) -> Any:
    """Approve as a manager, as the page asks."""
    page = client.get(f"/records/{record_id}/approve")
    assert page.status_code == 200
    data = {
        "binds": hidden(page.text, "binds"),
        "name": "Rosalind Peverell-Shah",
        "password": PASSWORD,
        **changed,
    }
    return client.post(f"/records/{record_id}/approve", data=data)


def a_file(data: bytes, name: str = "document.pdf") -> tuple[io.BytesIO, str]:
    """Return a file as a form hands it in."""
    return io.BytesIO(data), name
