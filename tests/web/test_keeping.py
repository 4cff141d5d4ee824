"""How long a record is kept: closing, holds, the schedule, disposal by two people, the export."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from formsvc import clock
from formsvc.demo import CHILDREN, PASSWORD, USERS
from formsvc.store import disposals
from formsvc.store import tables as t
from formsvc.workflow.run_worker import run_worker
from tests.web.conftest import Installation, StrictClient

CHILD = CHILDREN[0]
BASE = f"/children/{CHILD.id}"
As = Callable[[str], StrictClient]
LONG_AGO = {"status": "mistake", "day-day": "5", "day-month": "1", "day-year": "2025"}


def rules(**changed: str) -> dict[str, str]:
    """Return the schedule's form: one month from closing for what was opened by mistake."""
    told: dict[str, str] = {}
    for status in ("looked_after", "died", "in_need", "transferred", "provider", "mistake"):
        told |= {f"number-{status}": "", f"unit-{status}": "months", f"starts-{status}": "closing"}
    return {**told, "number-mistake": "1", **changed}


def save_schedule(client: StrictClient, **changed: str) -> str:
    """Save the schedule in its two steps; return the page between them."""
    page = client.post("/retention", data=rules(**changed)).text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert client.post("/retention", data={**rules(**changed), "seen": seen}).status_code == 302
    return page


def test_a_case_is_closed_and_opened_again(as_: As) -> None:
    """The page says until when it is kept; a missing reason or a day to come stands beside its question."""
    manager = as_("team_manager")
    assert "While the case is open" in manager.get(f"{BASE}/keeping").text
    wrong = manager.post(f"{BASE}/keeping/close", data={"day-day": "1", "day-month": "1", "day-year": "2190"})
    assert wrong.status_code == 422
    assert "Say why the case is closed" in wrong.text
    assert "must be today or in the past" in wrong.text
    told = {**LONG_AGO, "status": "looked_after"}
    assert manager.post(f"{BASE}/keeping/close", data=told).status_code == 302
    assert "Until 3 February 2087" in manager.get(f"{BASE}/keeping").text
    assert "Until 3 February 2087" in manager.get(BASE).text
    assert manager.post(f"{BASE}/keeping/reopen", data={}).status_code == 422
    assert manager.post(f"{BASE}/keeping/reopen", data={"why": "came_back"}).status_code == 302
    assert "While the case is open" in manager.get(BASE).text


def test_a_hold_is_seen_and_lifted_by_a_head_of_service(as_: As) -> None:
    """A team manager puts it, a social worker sees that it stands, a head of service alone lifts it."""
    manager, head = as_("team_manager"), as_("service_manager")
    assert manager.post(f"{BASE}/keeping/hold", data={"why": " "}).status_code == 422
    assert manager.post(f"{BASE}/keeping/hold", data={"why": "Claim 7 of Xanthippe"}).status_code == 302
    page = manager.get(f"{BASE}/keeping").text
    assert "Claim 7 of Xanthippe" in page
    assert "Lift it" not in page
    seen = as_("social_worker").get(BASE).text
    assert "Legal hold" in seen
    assert "Xanthippe" not in seen
    assert "Legal hold" not in as_("residential_manager").get(BASE).text
    link = head.get(f"{BASE}/keeping").text.split("/keeping/holds/")[1].split("/lift")[0]
    address = f"{BASE}/keeping/holds/{link}/lift"
    assert manager.post(address, data={"why": "Over"}).status_code == 403
    assert head.get(address).status_code == 200
    assert head.post(address, data={"why": ""}).status_code == 422
    assert head.post(address, data={"why": "Over"}).status_code == 302
    assert head.post(address, data={"why": "Over"}).status_code == 404
    assert "Legal hold" not in as_("social_worker").get(BASE).text


def test_the_schedule_shows_what_it_brings_due_before_it_is_saved(as_: As) -> None:
    """Saved is only what was seen: rules altered on the way are shown again."""
    as_("team_manager").post(f"{BASE}/keeping/close", data=LONG_AGO)
    admin = as_("administrator")
    page = admin.post("/retention", data=rules())
    assert "<strong>1 case</strong>" in page.text
    assert CHILD.reference in page.text
    assert CHILD.name not in page.text
    seen = page.text.split('name="seen" value="')[1].split('"')[0]
    other = admin.post("/retention", data={**rules(**{"number-mistake": "2"}), "seen": seen})
    assert other.status_code == 200
    assert admin.post("/retention", data={**rules(), "seen": seen}).status_code == 302
    assert f"Changed by {USERS[7].name}" in admin.get("/retention").text


@pytest.mark.parametrize(
    "wrong",
    [{"number-mistake": "0"}, {"number-mistake": "-1"}, {"number-mistake": "²"}, {"number-mistake": "9999"}],
)
def test_a_wrong_number_is_said_and_nothing_lost(as_: As, wrong: dict[str, str]) -> None:
    """What cannot be a number of months comes back beside its question, with all that was typed."""
    page = as_("administrator").post("/retention", data=rules(**wrong, **{"number-died": "77"}))
    assert page.status_code == 422
    assert "enter a whole number from 1 to 1440" in page.text
    assert 'value="77"' in page.text
    assert as_("administrator").post("/retention", data=rules(**{"unit-died": "days"})).status_code == 422


def test_disposal_from_the_list_to_nothing(demo: Installation, as_: As) -> None:
    """Due, proposed, confirmed by another with reference and password, and a week later answered by 404."""
    manager, head = as_("team_manager"), as_("service_manager")
    manager.post(f"{BASE}/keeping/close", data=LONG_AGO)
    save_schedule(as_("administrator"))
    listed = as_("administrator").get("/disposals").text
    assert CHILD.reference in listed
    assert CHILD.name not in listed
    assert CHILD.name in manager.get("/disposals").text
    assert manager.get(f"{BASE}/disposal").status_code == 200
    assert manager.post(f"{BASE}/disposal", data={}).status_code == 422
    assert manager.post(f"{BASE}/disposal", data={"sure": "yes"}).status_code == 302
    assert manager.post(f"{BASE}/disposal/confirm").status_code == 403
    confirm = f"{BASE}/disposal/confirm"
    assert head.get(confirm).status_code == 200
    right = {"reference": f" {CHILD.reference.lower()} ", "password": PASSWORD}
    assert head.post(confirm, data={**right, "reference": "CH-AAAA-BBBB"}).status_code == 422
    assert head.post(confirm, data={**right, "password": "no"}).status_code == 422
    assert head.post(confirm, data={**right, "password": ""}).status_code == 422
    assert head.post(confirm, data=right).status_code == 302
    assert "Will be disposed of" in manager.get(f"{BASE}/keeping").text
    with clock.held(clock.now() + timedelta(days=8)):
        run_worker(demo.settings, until_idle=True)
    for client in (manager, head, as_("social_worker")):
        assert client.get(BASE).status_code == 404
    gone = head.get("/disposals").text
    assert f"{CHILD.reference} " in gone
    assert "Disposed of" in gone
    assert CHILD.name not in gone


def test_who_proposed_does_not_confirm(demo: Installation, as_: As) -> None:
    """A head of service who proposed it is told that somebody else has to; a second one may."""
    head = as_("service_manager")
    head.post(f"{BASE}/keeping/close", data=LONG_AGO)
    save_schedule(as_("administrator"))
    assert head.post(f"{BASE}/disposal", data={"sure": "yes"}).status_code == 302
    told = {"reference": CHILD.reference, "password": PASSWORD}
    page = head.post(f"{BASE}/disposal/confirm", data=told)
    assert "You proposed it" in page.text
    with demo.store.read() as tx:
        found = disposals.active_of(tx, CHILD.id)
    assert found is not None
    assert found.state == "proposed"
    assert head.post(f"{BASE}/disposal/stop", data={}).status_code == 422
    assert head.post(f"{BASE}/disposal/stop", data={"why": "still_needed"}).status_code == 302
    assert "The record is still needed" in head.get("/disposals").text


def exported(demo: Installation, client: StrictClient) -> zipfile.ZipFile:
    """Ask for an export, let it be made, and fetch it."""
    told = {"why": "Her own request of 3 May", "password": PASSWORD}
    assert client.post(f"{BASE}/export", data=told).status_code == 302
    run_worker(demo.settings, until_idle=True)
    page = client.get(f"{BASE}/export").text
    export_id = page.split(f"{BASE}/exports/")[1].split('"')[0]
    reply = client.post(f"{BASE}/exports/{export_id}")
    assert reply.status_code == 200
    assert client.post(f"{BASE}/exports/{export_id}").status_code == 404
    return zipfile.ZipFile(io.BytesIO(reply.data))


def test_an_export_is_fetched_once(demo: Installation, as_: As) -> None:
    """Asked for with a reason and the password, made by the worker, handed out once, deleted with that."""
    head = as_("service_manager")
    assert head.get(f"{BASE}/export").status_code == 200
    assert head.post(f"{BASE}/export", data={"why": "", "password": PASSWORD}).status_code == 422
    assert head.post(f"{BASE}/export", data={"why": "Hers", "password": "no"}).status_code == 422
    before = {one.name for one in demo.store.blobs.folder.glob("??/*")}
    made = exported(demo, head)
    names = made.namelist()
    top = CHILD.reference
    assert {f"{top}/{one}" for one in ("index.html", "data.json", "redactions.html")} <= set(names)
    assert any(one.endswith("_full.pdf") for one in names)
    assert CHILD.name in made.read(f"{top}/index.html").decode()
    assert json.loads(made.read(f"{top}/data.json"))["reference"] == top
    assert {one.name for one in demo.store.blobs.folder.glob("??/*")} == before
    assert "Fetched and deleted" in head.get(f"{BASE}/export").text


def test_an_export_that_nobody_fetches_is_deleted(demo: Installation, as_: As) -> None:
    """A day later it is gone, and asking for its address meets nothing."""
    head = as_("service_manager")
    before = {one.name for one in demo.store.blobs.folder.glob("??/*")}
    head.post(f"{BASE}/export", data={"why": "Hers", "password": PASSWORD})
    run_worker(demo.settings, until_idle=True)
    assert {one.name for one in demo.store.blobs.folder.glob("??/*")} != before
    with clock.held(clock.now() + timedelta(hours=25)):
        run_worker(demo.settings, until_idle=True)
    assert {one.name for one in demo.store.blobs.folder.glob("??/*")} == before
    with demo.store.read() as tx:
        export_id = tx.c.execute(sa.select(t.export.c.id)).scalar_one()
    assert head.post(f"{BASE}/exports/{export_id}").status_code == 404
    assert "Not fetched, and deleted" in head.get(f"{BASE}/export").text


def test_an_export_of_another_child_is_not_found(demo: Installation, as_: As) -> None:
    """The address of one child does not hand out the export of another."""
    head = as_("service_manager")
    head.post(f"{BASE}/export", data={"why": "Hers", "password": PASSWORD})
    run_worker(demo.settings, until_idle=True)
    with demo.store.read() as tx:
        export_id = tx.c.execute(sa.select(t.export.c.id)).scalar_one()
    assert head.post(f"/children/{CHILDREN[1].id}/exports/{export_id}").status_code == 404
    assert head.post(f"{BASE}/exports/{export_id}").status_code == 200
