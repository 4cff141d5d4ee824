"""The Philomena form on its way: written in the home at night, sent, approved, begun again in peace."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from formsvc.definitions.library import load_library
from formsvc.definitions.model import Effective
from formsvc.demo import (
    CHILDREN,
    FURTHER_USERS,
    MANAGER_NEL,
    NEL_CHILD,
    NIGHT_NEL,
    USERS,
    WORKER_AWAY,
    DemoUser,
)
from formsvc.records.attachments import accept_photo
from formsvc.store import documents, revisions, sections
from formsvc.store.documents import Document
from formsvc.workflow.actors import Actor
from formsvc.workflow.attach_file import attach_file, place_for_files
from formsvc.workflow.drafts import part_of
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.save_section import save_section
from tests.web.conftest import Installation, StrictClient, sign_in_as
from tests.web.plans import EXAMPLES, approve, declare, hidden

AUTHORITY_MANAGER = next(
    one for one in FURTHER_USERS if one.role == "team_manager" and one.place_id == WORKER_AWAY.place_id
)
OTHER_HOME = next(one for one in USERS if one.role == "residential_manager")


def by(demo: Installation, one: DemoUser) -> StrictClient:
    """Return a client of somebody of the demonstration."""
    return sign_in_as(demo, user_id=one.id, membership_id=one.membership_id)


def the_form(demo: Installation) -> Effective:
    """Return the form as North East Lincolnshire has it."""
    return load_library(demo.settings.form_templates).effective("philomena", "NEL")


def begin(client: StrictClient) -> str:
    """Begin the form about the child; return the record's id."""
    reply = client.post(f"/children/{NEL_CHILD.id}/start/philomena")
    assert reply.status_code in (302, 303), reply.text
    return re.search(r"/records/([a-z0-9]+)", reply.location)[1]  # type: ignore[index]  # it is there


def fill(demo: Installation, record_id: str, author: DemoUser, **changed: Any) -> None:
    """Fill the example in as somebody of the home, with some answers changed."""
    actor = Actor(user_id=author.id, organisation_id=author.organisation_id, role=author.role)
    example = json.loads((EXAMPLES / "philomena.NEL.json").read_text("utf-8"))["answers"]
    photo = accept_photo((EXAMPLES / "photo.jpg").read_bytes())
    attach_file(
        demo.store, actor=actor, place=place_for_files(demo.store, record_id=record_id), accepted=photo
    )
    described = {**example["photo"], "sha256": photo.sha256, "media_type": photo.media_type}
    answers = {**example, "photo": described, **changed}
    with demo.store.read() as tx:
        revision = revisions.opened(tx, record_id)
        assert revision is not None
        held = sections.all_of(tx, revision_id=revision.id, child_id=NEL_CHILD.id)
    for page in the_form(demo).pages:
        before = held.get(page.id)
        save_section(
            demo.store,
            actor=actor,
            revision_id=revision.id,
            page_id=page.id,
            version=before.version if before else 0,
            typed=part_of(page, answers),
        )


def made_for(demo: Installation, record_id: str) -> tuple[Document, ...]:
    """Return the current PDF of each audience."""
    with demo.store.read() as tx:
        found = documents.of_record(tx, record_id)
        return tuple(one for one in found if one.state == "current" and one.kind == "pdf")


def issued(demo: Installation, record_id: str) -> dict[tuple[str, str], str]:
    """Return (audience, kind) -> status of the documents that are current."""
    with demo.store.read() as tx:
        return {
            (one.audience_id, one.kind): one.status
            for one in documents.of_record(tx, record_id)
            if one.state == "current"
        }


def send_now(client: StrictClient, record_id: str) -> None:
    """Send it out not yet approved, as the page asks."""
    page = client.get(f"/records/{record_id}/send-now")
    assert page.status_code == 200
    reply = client.post(f"/records/{record_id}/send-now", data={"binds": hidden(page.text, "binds")})
    assert reply.location == f"/records/{record_id}/issue", reply.text


def test_home_writes_at_night_and_its_manager_approves(demo: Installation) -> None:
    """A night worker completes, signs and sends it; the manager approves; the next revision is in peace."""
    night, manager, worker = by(demo, NIGHT_NEL), by(demo, MANAGER_NEL), by(demo, WORKER_AWAY)
    record_id = begin(night)
    tasks = night.get(f"/records/{record_id}").text
    assert "Part 2: missing now" in tasks
    assert "no force&#39;s printed form" in tasks

    fill(demo, record_id, NIGHT_NEL)
    assert "Part 2 is" not in night.get(f"/records/{record_id}/check").text
    assert declare(night, record_id, name="Rhiannon Szabolcs", capacity="night senior").status_code == 302
    overview = night.get(f"/records/{record_id}/sign-off").text
    assert MANAGER_NEL.name in overview
    assert "Send now, approve after" in overview
    assert "For a social worker or emergency duty worker to sign." in overview
    assert f"/records/{record_id}/approve" not in overview
    assert night.get(f"/records/{record_id}/approve").status_code == 403

    # The social worker agrees who completes and reviews it, and the manager is asked to approve.
    agree = worker.get(f"/records/{record_id}/sign-off")
    assert "I agree who completes this form" in agree.text
    assert declare(worker, record_id, name=WORKER_AWAY.name, capacity="social worker").status_code == 302
    assert NEL_CHILD.name in manager.get("/").text

    send_now(night, record_id)
    run_worker(demo.settings, until_idle=True)
    audiences = ("full", "police", "home", "reviewing_officer")
    found = issued(demo, record_id)
    assert found == {(one, kind): "not_yet_approved" for one in audiences for kind in ("pdf", "docx")}

    # The home gives the police their copy, and has no other audience's.
    progress = night.get(f"/records/{record_id}/issue").text
    assert "Police copy" in progress
    assert "Reviewing officer" not in progress
    for one in made_for(demo, record_id):
        reply = night.get(f"/documents/{one.id}")
        assert reply.status_code == (200 if one.audience_id in ("home", "police") else 404), one.audience_id

    approved = approve(manager, record_id, name=MANAGER_NEL.name)
    assert approved.location == f"/records/{record_id}/issue", approved.text
    run_worker(demo.settings, until_idle=True)
    assert set(issued(demo, record_id).values()) == {"approved"}

    # After the return: the next revision begins with Part 1 and without that night.
    revised = manager.post(f"/records/{record_id}/revise", follow_redirects=True).text
    assert "What was written for one occasion is asked anew. It stands in revision 2." in revised
    assert "could not be carried over" not in revised
    now = manager.get(f"/records/{record_id}/pages/now").text
    assert "fish dock with his hood up" not in now
    assert 'value="yes" checked' not in now
    assert "Tall for his age" in manager.get(f"/records/{record_id}/pages/looks").text
    steps = manager.get(f"/records/{record_id}/pages/steps").text
    assert "bike shed" in steps
    assert "Rhiannon and Tomos" not in steps


def test_manager_who_completed_it_does_not_approve_it(demo: Installation) -> None:
    """Who signed as the author is not asked to approve; the authority's manager is."""
    manager, authority = by(demo, MANAGER_NEL), by(demo, AUTHORITY_MANAGER)
    record_id = begin(manager)
    fill(demo, record_id, MANAGER_NEL, missing_now="no")
    draft = manager.get(f"/records/{record_id}/sign-off").text
    assert "Your declaration" in draft
    assert declare(manager, record_id, name=MANAGER_NEL.name).status_code == 302
    own = manager.get(f"/records/{record_id}/sign-off").text
    assert f"/records/{record_id}/approve" not in own
    assert manager.get(f"/records/{record_id}/approve").location == f"/records/{record_id}/sign-off"
    assert AUTHORITY_MANAGER.name in own
    assert (
        approve(authority, record_id, name=AUTHORITY_MANAGER.name).location == f"/records/{record_id}/issue"
    )


def test_home_completes_no_question_it_may_not_read(demo: Installation) -> None:
    """A home's draft leaves out where a password is kept, and keeps what the authority wrote there."""
    night, worker = by(demo, NIGHT_NEL), by(demo, WORKER_AWAY)
    record_id = begin(worker)
    fill(demo, record_id, WORKER_AWAY)
    seen = night.get(f"/records/{record_id}/pages/phones").text
    assert "sunnyside.fg" in seen
    row = night.get(f"/records/{record_id}/pages/phones/rows/social/m3")
    assert "sealed envelope 2" not in seen + row.text
    assert "Password" not in row.text
    page = night.get(f"/records/{record_id}/pages/looks").text
    saved = night.post(
        f"/records/{record_id}/pages/looks",
        data={"version": hidden(page, "version"), "build": "Taller again", "do": "autosave"},
        headers={"Accept": "application/json"},
    )
    assert saved.status_code == 200, saved.text
    with demo.store.read() as tx:
        revision = revisions.opened(tx, record_id)
        assert revision is not None
        kept = sections.all_of(tx, revision_id=revision.id, child_id=NEL_CHILD.id)
    assert kept["looks"].answers["build"] == "Taller again"
    assert kept["phones"].answers["social"][2]["password"]["where"].startswith("With the registered")


@pytest.mark.parametrize("who", [OTHER_HOME, next(one for one in USERS if one.role == "police_coordinator")])
def test_nobody_else_reaches_it(who: DemoUser, demo: Installation) -> None:
    """Another home and another area's police know nothing of it, by any address of it."""
    record_id = begin(by(demo, NIGHT_NEL))
    stranger = by(demo, who)
    for address in ("", "/pages/now", "/sign-off", "/check"):
        assert stranger.get(f"/records/{record_id}{address}").status_code in (403, 404)
    assert stranger.post(f"/children/{NEL_CHILD.id}/start/philomena").status_code in (403, 404)


def test_area_without_the_form_begins_none(demo: Installation) -> None:
    """Pan-Lancashire's protocol names no such form: a home there is not offered one and cannot begin it."""
    home = by(demo, OTHER_HOME)
    assert "Philomena" not in home.get(f"/children/{CHILDREN[1].id}").text
    assert home.post(f"/children/{CHILDREN[1].id}/start/philomena").status_code in (403, 404)


def test_child_has_one_form(demo: Installation) -> None:
    """Who comes second is given the form that the first one began."""
    assert begin(by(demo, NIGHT_NEL)) == begin(by(demo, MANAGER_NEL))
