"""A child placed in Bedfordshire and the people who work with that child, for the journeys there."""

from __future__ import annotations

import json
from typing import Any, Final

from formsvc.access.people import Person
from formsvc.access.table import Role
from formsvc.definitions.library import load_library
from formsvc.demo import AUTHORITY, FURTHER_USERS, ORGANISATIONS, PASSWORD, TEAM_AWAY, WORKER_AWAY
from formsvc.records.attachments import accept_photo
from formsvc.settings import PROJECT
from formsvc.store import documents, revisions, sections
from formsvc.workflow.actors import Actor
from formsvc.workflow.add_child import add_child
from formsvc.workflow.attach_file import attach_file, place_for_files
from formsvc.workflow.drafts import part_of
from formsvc.workflow.save_section import save_section
from tests.journeys.browser.arriving import sign_in_with
from tests.journeys.browser.seat import Seat
from tests.journeys.browser.site import Site

EXAMPLES: Final = PROJECT / "form_templates" / "examples"
LAPTOP: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 720}}
MANAGER: Final = next(one for one in FURTHER_USERS if one.role == "team_manager")
AUTHOR: Final = Actor(user_id=WORKER_AWAY.id, organisation_id=AUTHORITY, role="social_worker")


def arrive(seat: Seat, email: str) -> Seat:
    """Sign in by hand with somebody's address."""
    sign_in_with(seat, email, PASSWORD)
    return seat


def placed(site: Site, name: str, *, born: str = "2012-05-04") -> str:
    """Add an invented child in a foster home there, on the caseload of who works with children away."""
    worker = Person(
        user_id=WORKER_AWAY.id,
        name=WORKER_AWAY.name,
        email=WORKER_AWAY.email,
        membership_id=WORKER_AWAY.membership_id,
        role=Role.social_worker,
        organisation_id=AUTHORITY,
        organisation_name=ORGANISATIONS[0].name,
        team_id=TEAM_AWAY,
    )
    return add_child(
        site.installation.store,
        person=worker,
        actor=AUTHOR,
        identity={"name": name, "known_as": "", "date_of_birth": born},
        placement={"home_id": None, "area_id": "BED", "details": {"kind": "foster home"}},
        worker_id=WORKER_AWAY.id,
    )


def fill(site: Site, record_id: str, definition_id: str, **changed: Any) -> None:
    """Save the example of a document into its open revision; some answers changed, or left out with None."""
    store = site.installation.store
    answers = json.loads((EXAMPLES / f"{definition_id}.BED.json").read_text("utf-8"))["answers"]
    if "photo" in answers:
        photo = accept_photo((EXAMPLES / "photo.jpg").read_bytes())
        place = place_for_files(store, record_id=record_id)
        attach_file(store, actor=AUTHOR, place=place, accepted=photo)
        answers["photo"] |= {"sha256": photo.sha256, "media_type": photo.media_type}
    answers = {key: value for key, value in (answers | changed).items() if value is not None}
    with store.read() as tx:
        revision = revisions.opened(tx, record_id)
        assert revision is not None
        held = sections.all_of(tx, revision_id=revision.id, child_id=revision.child_id)
    form = load_library(site.installation.settings.form_templates).effective(definition_id, "BED")
    for page in form.pages:
        if typed := part_of(page, answers):
            before = held.get(page.id)
            save_section(
                store,
                actor=AUTHOR,
                revision_id=revision.id,
                page_id=page.id,
                version=before.version if before else 0,
                typed={**(before.answers if before else {}), **typed},
            )


def copies(site: Site, record_id: str) -> frozenset[str]:
    """Return the audiences whose copies have been issued."""
    with site.installation.store.read() as tx:
        return frozenset(one.audience_id for one in documents.of_record(tx, record_id))
