"""How a test fills, signs and issues a plan: through the pages where they are the subject, else by the store."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

from formsvc.definitions.library import load_library
from formsvc.definitions.model import Effective
from formsvc.demo import AREA, CHILDREN, PASSWORD, TEAM_MANAGER, WORKER
from formsvc.records.attachments import accept_photo
from formsvc.settings import PROJECT
from formsvc.store import revisions, sections
from formsvc.workflow.actors import Actor
from formsvc.workflow.attach_file import attach_file, place_for_files
from formsvc.workflow.drafts import part_of
from formsvc.workflow.save_section import save_section
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
