"""A Philomena form at the home's one shared PC: kept ready by its manager, and needed at night at 23:40."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from formsvc.access.people import Person
from formsvc.access.table import Role
from formsvc.definitions.library import load_library
from formsvc.demo import (
    AUTHORITY,
    FURTHER_USERS,
    HOME_NEL,
    MANAGER_NEL,
    NIGHT_NEL,
    ORGANISATIONS,
    PASSWORD,
    TEAM_AWAY,
    WORKER_AWAY,
)
from formsvc.settings import PROJECT
from formsvc.store import revisions, sections
from formsvc.workflow.actors import Actor
from formsvc.workflow.add_child import add_child
from formsvc.workflow.drafts import part_of
from formsvc.workflow.save_section import save_section
from tests.journeys.browser import plan
from tests.journeys.browser.arriving import sign_in_with
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import PHONE, WIDER, Seat
from tests.journeys.browser.site import Site
from tests.journeys.browser.test_great_journey import download, signature, verify, wait_for_documents
from tests.validators import poppler

pytestmark = pytest.mark.long

SHARED_PC: dict[str, Any] = {"viewport": {"width": 1680, "height": 950}}
AUTHOR = Actor(user_id=WORKER_AWAY.id, organisation_id=AUTHORITY, role="social_worker")
CONTINUE = plan.CONTINUE


def lives_here(site: Site, name: str) -> str:
    """Add an invented child in the home, on the caseload of who works with children away; return the id."""
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
        identity={"name": name, "known_as": "", "date_of_birth": "2011-11-04"},
        placement={"home_id": HOME_NEL, "area_id": "NEL", "details": {"kind": "children's home"}},
        worker_id=WORKER_AWAY.id,
    )


def arrive(seat: Seat, email: str) -> Seat:
    """Sign in by hand."""
    sign_in_with(seat, email, PASSWORD)
    return seat


def begin(seat: Seat, child_id: str) -> str:
    """Start the form from the child's page; return the record's id."""
    seat.go(f"/children/{child_id}")
    seat.press("Start a Philomena form")
    seat.page.wait_for_url("**/records/*")
    return seat.path.removeprefix("/records/").split("/")[0]


def fill(site: Site, record_id: str, *pages: str, **changed: Any) -> None:
    """Save the example of a form that is kept ready into some pages of the open revision."""
    store = site.installation.store
    example = json.loads((PROJECT / "form_templates/examples/philomena.HAR.json").read_text("utf-8"))
    answers = {**example["answers"], **changed}
    with store.read() as tx:
        revision = revisions.opened(tx, record_id)
        assert revision is not None
        held = sections.all_of(tx, revision_id=revision.id, child_id=revision.child_id)
    form = load_library(site.installation.settings.form_templates).effective("philomena", "NEL")
    for page in form.pages:
        if page.id in pages and (typed := part_of(page, answers)):
            save_section(
                store,
                actor=AUTHOR,
                revision_id=revision.id,
                page_id=page.id,
                version=held[page.id].version if page.id in held else 0,
                typed=typed,
            )


def sign(seat: Seat, record_id: str, name: str, capacity: str) -> None:
    """Declare, with the password again where it is asked for."""
    seat.go(f"/records/{record_id}/sign-off")
    seat.page.locator("#declared").check()
    signature(seat, name)
    seat.page.locator("#capacity").fill(capacity)
    seat.press("Sign and hand in")
    expect(seat.page.locator("main")).to_contain_text("You have signed")


def test_manager_keeps_part_one_ready(sit: Sit, site: Site, tmp_path: Path) -> None:
    """Its manager completes Part 1 at the shared PC; the social worker agrees; the authority approves."""
    name = "Cosmo Ashenhurst-Lindqvist"
    child_id = lives_here(site, name)
    manager = arrive(sit(**SHARED_PC), MANAGER_NEL.email)
    record_id = begin(manager, child_id)
    assert manager.look("philomena tasks") == []
    assert "no force's printed form" in manager.words

    # Part 2 is closed with one answer; the steps are agreed, one row at a time.
    manager.follow("Part 2: missing now")
    manager.choose("missing_now", "no", part="choice")
    assert manager.look("philomena kept ready") == []
    manager.press(CONTINUE)
    assert manager.heading == "Steps before ringing the police"
    plan.row(
        manager,
        "steps",
        "Add step",
        "Save this step",
        step="Look through room, shed and minibus",
        who="Whoever is on shift",
        within="At once",
    )
    manager.write("tell_police", value="999 if he is seen getting into a car. 101 when the steps are done.")
    plan.row(
        manager,
        "ring_now",
        "Add contact",
        "Save this contact",
        contact__name="Samphire House",
        contact__phone="01632 960640",
        ring_for="Anything",
    )
    assert manager.look("philomena steps") == []
    manager.press(CONTINUE)

    # Who keeps it, and the child: what the child's page knows stands there.
    plan.at(manager, record_id, "about")
    today = date.today()  # noqa: DTZ011  (the day a person reads off the wall)
    plan.on(manager, today, "form_date")
    plan.on(manager, today - timedelta(days=1), "next_review")
    manager.write("keeper", value="Ignatius Thorngumbald completes it, Persis Achterberg reviews it")
    manager.choose("child_told", "yes", part="answer")
    manager.press(CONTINUE)
    expect(manager.page.locator('[name="full_name"]')).to_have_value(name)
    for section in ("child", "looks", "phones", "health", "risks", "patterns", "people", "places", "after"):
        plan.at(manager, record_id, section)
        assert manager.look(f"philomena {section}") == []
    fill(site, record_id, "child", "looks", "phones", "health", "risks", full_name=name)
    fill(site, record_id, "patterns", "people", "places", "after")

    # A review before the form's own date is told beside the question, and mended.
    manager.go(f"/records/{record_id}/check")
    assert "Go on to sign-off" not in manager.words
    plan.at(manager, record_id, "about")
    plan.on(manager, today + timedelta(days=28), "next_review")
    manager.press(CONTINUE)
    manager.go(f"/records/{record_id}/check")
    assert manager.look("philomena check") == []
    sign(manager, record_id, MANAGER_NEL.name, "registered manager")
    assert manager.look("philomena signed by its manager") == []
    assert manager.page.get_by_role("link", name="Read it and decide").count() == 0

    worker = arrive(sit(**SHARED_PC), WORKER_AWAY.email)
    sign(worker, record_id, WORKER_AWAY.name, "social worker")
    authority = next(one for one in FURTHER_USERS if one.role == "team_manager")
    approver = arrive(sit(**SHARED_PC), authority.email)
    approver.go(f"/records/{record_id}/approve")
    signature(approver, authority.name)
    approver.press("Approve and issue the Philomena form")
    wait_for_documents(manager, record_id)
    assert manager.look("philomena issued") == []
    file = download(manager.page, "Home or carers' copy, PDF", tmp_path)
    assert "genuine" in verify(manager, file).lower()
    first = poppler.pdftotext(file).split("\f")[0]
    assert name.split(maxsplit=1)[0] in first
    assert "Last seen" not in first


@pytest.mark.parametrize("size", ["shared PC", "telephone"])
def test_night_worker_completes_part_two_and_sends_it(
    size: str, sit: Sit, site: Site, tmp_path: Path
) -> None:
    """At 23:40, with nobody to approve: from the child's page to the police's copy, wide and at 390 px."""
    name = {"shared PC": "Ottoline Brackwater-Diallo", "telephone": "Barnabé Quarrington-Ilves"}[size]
    child_id = lives_here(site, name)
    room = SHARED_PC if size == "shared PC" else {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    night = arrive(sit(**room), NIGHT_NEL.email)
    record_id = begin(night, child_id)
    fill(site, record_id, "looks", "phones", "health", "risks", "people", "places")

    # Yes opens Part 2, on the page and at once.
    night.go(f"/records/{record_id}")
    night.follow("Part 2: missing now")
    night.choose("missing_now", "yes", part="choice")
    expect(night.question("wearing")).to_be_visible()
    expect(night.page.locator("[data-saving]")).to_contain_text("opens 9 questions")
    night.choose("concern", "police", part="choice")
    today = date.today()  # noqa: DTZ011  (the day a person reads off the wall)
    plan.on(night, today - timedelta(days=1), "last_seen_at")
    night.write("last_seen_at", time="23:05")
    night.write("last_seen_place", value="Back gate, towards the fish dock")
    night.write("wearing", value="Black coat, white trainers")
    night.write("circumstances", value="A call, then the gate.")
    assert night.page.evaluate(WIDER) <= 0
    night.picture(f"philomena part two {size}")
    night.press(CONTINUE)

    # A step, with who did it; then the call. Nothing of Part 1 holds it up.
    assert night.heading == "Steps before ringing the police"
    night.press("Add step", within=night.question("steps"))
    night.page.locator('[name="step"]').fill("Look through the house and the yard")
    night.choose("done", "yes", part="choice")
    night.write("done_by", value="Rhiannon, 23:20")
    night.press("Save this step")
    expect(night.page.locator("#rows-steps")).to_contain_text("house and the yard")
    night.press(CONTINUE)
    assert night.heading == "Part 2: the call, and after it"
    night.write("reporter", name="Rhiannon Szabolcs", phone="01632 960640")
    night.write("police_reference", value="Log 0611 (invented)")
    assert night.page.evaluate(WIDER) <= 0
    night.press(CONTINUE)
    plan.at(night, record_id, "child")
    night.write("address", line1="Samphire House", line2="2 Staithe Row", town="Netherfleet")
    night.press(CONTINUE)

    night.go(f"/records/{record_id}/check")
    assert "to be done before" not in night.words, night.words
    night.follow("Go on to sign-off")
    sign(night, record_id, NIGHT_NEL.name, "night senior")
    expect(night.page.locator("main")).to_contain_text(MANAGER_NEL.name)
    night.follow("Send now, approve after")
    night.press("Send it now, not yet approved")
    wait_for_documents(night, record_id)
    file = download(night.page, "Police copy, PDF", tmp_path)
    assert "genuine" in verify(night, file).lower()
    first = poppler.pdftotext(file).split("\f")[0]
    for words in ("Not yet approved", "23:05", "Back gate", "Black coat"):
        assert words in first, words

    # In the morning the manager approves what the night wrote.
    manager = arrive(sit(**SHARED_PC), MANAGER_NEL.email)
    expect(manager.page.locator("main")).to_contain_text(name)
    manager.go(f"/records/{record_id}/approve")
    signature(manager, MANAGER_NEL.name)
    manager.press("Approve and issue the Philomena form")
    wait_for_documents(manager, record_id)
    assert "Not yet approved" not in manager.words
