"""Forms of the demonstration's children in other areas: issued, begun by who does it, and made old."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from formsvc import clock
from formsvc.definitions.library import load_library
from formsvc.definitions.model import Effective
from formsvc.demo import MANAGER_NEL, NEL_CHILD, TEAM_MANAGER, WORKER_AWAY
from formsvc.records.attachments import accept_photo
from formsvc.settings import PROJECT
from formsvc.store import revisions, tables
from formsvc.store.revisions import Revision
from formsvc.workflow.actors import Actor
from formsvc.workflow.attach_file import attach_file, place_for_files
from formsvc.workflow.drafts import part_of
from formsvc.workflow.effective import effective_of
from formsvc.workflow.finalise import finalise
from formsvc.workflow.freeze import freeze
from formsvc.workflow.save_section import save_section
from formsvc.workflow.sign_off import sign_off
from formsvc.workflow.start_record import start_record
from tests.web.conftest import Installation, StrictClient, sign_in_as

CHILD: Final = NEL_CHILD
EXAMPLES: Final = PROJECT / "form_templates" / "examples"
WORKER: Final = Actor(
    user_id=WORKER_AWAY.id, organisation_id=WORKER_AWAY.organisation_id, role="social_worker"
)
MANAGER: Final = Actor(
    user_id=TEAM_MANAGER.id, organisation_id=TEAM_MANAGER.organisation_id, role="team_manager"
)


def as_worker(demo: Installation) -> StrictClient:
    """Return a client of the social worker whose children live in other areas."""
    return sign_in_as(demo, user_id=WORKER_AWAY.id, membership_id=WORKER_AWAY.membership_id)


def as_home(demo: Installation) -> StrictClient:
    """Return a client of the manager of the home in NEL."""
    return sign_in_as(demo, user_id=MANAGER_NEL.id, membership_id=MANAGER_NEL.membership_id)


def form(demo: Installation, definition: str, area: str = "NEL") -> Effective:
    """Return a form as an area has it."""
    return load_library(demo.settings.form_templates).effective(definition, area)


def example(definition: str, area: str = "NEL") -> dict[str, Any]:
    """Return the answers of an example."""
    found: dict[str, Any] = json.loads((EXAMPLES / f"{definition}.{area}.json").read_text("utf-8"))["answers"]
    return found


def issued(
    demo: Installation,
    definition: str = "trigger_plan",
    *,
    child_id: str = CHILD.id,
    answers: Mapping[str, Any] | None = None,
    effective: Effective | None = None,
    **changed: Any,
) -> str:
    """Begin a form, fill it in, sign it and make it final; return the record's id."""
    asked = effective or form(demo, definition)
    record_id = start_record(demo.store, actor=WORKER, child_id=child_id, effective=asked).record_id
    told = {**(example(definition) if answers is None else answers), **changed}
    write(demo, record_id, _with_photo(demo, record_id, told))
    make_final(demo, record_id)
    return record_id


def write(demo: Installation, record_id: str, answers: Mapping[str, Any]) -> None:
    """Save those pages of the open revision that hold one of these answers."""
    with demo.store.read() as tx:
        revision, asked, held = _open(tx, record_id)
    for page in asked.pages:
        typed, before = part_of(page, answers), held.get(page.id)
        if typed:
            save_section(
                demo.store,
                actor=WORKER,
                revision_id=revision.id,
                page_id=page.id,
                version=before.version if before else 0,
                typed={**(before.answers if before else {}), **typed},
            )


def make_final(demo: Installation, record_id: str) -> None:
    """Freeze the open revision, give every required sign-off and make it final."""
    with demo.store.read() as tx:
        revision, asked, _ = _open(tx, record_id)
    awaiting = freeze(demo.store, actor=WORKER, revision_id=revision.id)
    for rule in asked.signoffs:
        if rule.required:
            actor = WORKER if "social_worker" in rule.roles else MANAGER
            sign_off(
                demo.store,
                actor=actor,
                revision_id=revision.id,
                rule_id=rule.id,
                binds=awaiting.binds,
                name="Invented Signatory",
            )
    finalise(demo.store, actor=MANAGER, revision_id=revision.id, audiences=())


def begun_by(client: StrictClient, definition: str = "philomena", *, child_id: str = CHILD.id) -> str:
    """Begin a form as its page does; return the address of the record."""
    reply = client.post(f"/children/{child_id}/start/{definition}")
    assert reply.status_code == 302, reply.status_code
    return str(reply.location)


def grown_old(demo: Installation, *names: str, days: int) -> None:
    """Let some facts, or all, have been confirmed so many days ago."""
    of = tables.fact.c
    with demo.store.write() as tx:
        chosen = sa.update(tables.fact).values(confirmed_at=clock.now() - timedelta(days=days))
        tx.c.execute(chosen.where(of.name.in_(names)) if names else chosen)


def _open(tx: Any, record_id: str) -> tuple[Revision, Effective, dict[str, Any]]:
    from formsvc.store import sections

    revision = revisions.opened(tx, record_id)
    assert revision is not None
    held = sections.all_of(tx, revision_id=revision.id, child_id=revision.child_id)
    return revision, effective_of(tx, revision.definition_hash), held


def _with_photo(demo: Installation, record_id: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(answers.get("photo"), Mapping):
        return dict(answers)
    photo = accept_photo((EXAMPLES / "photo.jpg").read_bytes())
    attach_file(
        demo.store, actor=WORKER, place=place_for_files(demo.store, record_id=record_id), accepted=photo
    )
    described = {**answers["photo"], "sha256": photo.sha256, "media_type": photo.media_type}
    return {**answers, "photo": described}
