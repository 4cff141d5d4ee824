"""Print my home: what is current, what is on paper, one print of sealed pages, and a folder that is kept."""

from __future__ import annotations

import io
import re
import signal
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest

from formsvc import clock
from formsvc.demo import CHILDREN, FURTHER_USERS, HOME, HOME_NEL, NIGHT_NEL, USERS
from formsvc.store import audit, children, documents, home_prints, jobs, paper, placements, recalls, revisions
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.start_revision import start_revision
from formsvc.workflow.withdraw import withdraw
from tests.integration import killed
from tests.validators.qpdf import check
from tests.web import test_philomena as philomena
from tests.web.conftest import Installation, StrictClient, sign_in_as
from tests.web.plans import AUTHOR, MANAGER, As, declare, sign, the_plan

PLAN = "demorecordplan222222"
SZYMON, KIT = CHILDREN[0], CHILDREN[1]
AWAY = next(one for one in FURTHER_USERS if one.role == "residential_manager")
LEAD = next(one for one in USERS if one.role == "residential_manager")


def ask(client: StrictClient, **typed: str) -> str:
    """Ask for a print and return its address."""
    reply = client.post("/print-home", data={"which": "all", **typed})
    assert reply.status_code == 302, reply.text
    return str(reply.location)


def printed(demo: Installation, client: StrictClient) -> bytes:
    """Print the home and return the file."""
    place = ask(client)
    run_worker(demo.settings, until_idle=True)
    assert "Ready" in client.get(place).text
    reply = client.post(place)
    assert reply.status_code == 200, reply.text
    assert reply.mimetype == "application/pdf"
    return reply.get_data()


def revise(demo: Installation) -> None:
    """Make a second revision of the plan final, and issue it."""
    effective = the_plan(demo)
    start_revision(demo.store, actor=AUTHOR, record_id=PLAN, effective=effective)
    sign(demo, PLAN, by_manager=True)
    run_worker(demo.settings, until_idle=True)


def move_away(demo: Installation) -> None:
    """Let the child of the plan live in another home."""
    with demo.store.write() as tx:
        before = placements.of_child(tx, SZYMON.id)[0]
        placements.move(
            tx,
            child_id=SZYMON.id,
            controller_id=children.get(tx, SZYMON.id).controller_id,
            area_id="NEL",
            details=before.details,
            home_id=HOME_NEL,
        )


def standing(client: StrictClient) -> str:
    """Return how the folder stands, as its page says it."""
    found = re.search(r"<strong>(Your paper folder: [^<]*)</strong>", client.get("/print-home").text)
    assert found
    return found[1]


def text_of(data: bytes, page: int) -> str:
    """Return the text of a page, spaces made one."""
    return re.sub(r"\s+", " ", pypdf.PdfReader(io.BytesIO(data)).pages[page].extract_text())


def test_page_says_what_can_be_printed(as_: As) -> None:
    """Who lives here is listed with form, revision and paper; who has no form, with whom to ask."""
    page = as_("residential_manager").get("/print-home").text
    assert SZYMON.name in page
    assert "TP-DEM2-PAGE, revision 1" in page
    assert "Never printed" in page
    assert "No current form" in page
    assert "Kit O&#39;Shaughnessy-Vale" in page
    assert "Ask the child's social worker" in page
    assert CHILDREN[2].name not in page


def test_print_is_bound_from_the_sealed_pages(demo: Installation, as_: As, tmp_path: Path) -> None:
    """Contents first, then every page as it was sealed, a bookmark for each, sound, tagged, titled."""
    data = printed(demo, as_("residential_manager"))
    file = tmp_path / "print.pdf"
    file.write_bytes(data)
    assert check(file) == ()
    with demo.store.read() as tx:
        (sealed,) = (
            one for one in documents.of_record(tx, PLAN) if (one.audience_id, one.kind) == ("home", "pdf")
        )
        place = documents.place(tx, sealed)
    source = pypdf.PdfReader(io.BytesIO(demo.store.blobs.get(place.stored, key=place.key)))
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert len(reader.pages) == 1 + len(source.pages)
    titles = [one["/Title"] for one in reader.outline]  # type: ignore[call-overload]  # none is nested
    assert titles == ["Contents", f"{SZYMON.name}: Trigger Plan and Profile, TP-DEM2-PAGE revision 1"]
    contents = text_of(data, 0)
    for told in (
        "Rowan Bank", SZYMON.name, "TP-DEM2-PAGE", "Revision 1", f"2 to {1 + len(source.pages)}",
        "Oyelaran Castlemaine, residential manager", "carries no seal", "/verify", "OFFICIAL-SENSITIVE",
        KIT.name, "DEMONSTRATION",
    ):  # fmt: skip
        assert told in contents, told
    for at, page in enumerate(source.pages, 1):
        told = text_of(data, at)
        assert re.sub(r"\s+", " ", page.extract_text()) in told
        assert f"Print {at + 1} of {len(reader.pages)}" in told
    root = reader.root_object
    assert str(root["/Lang"]) == "en-GB"
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert reader.metadata.title == "Contents of the paper folder, Rowan Bank"
    assert {"/AcroForm", "/Names", "/Perms", "/AF"} & set(root) == set()


def test_taking_it_is_noted_and_kept_as_paper(demo: Installation, as_: As) -> None:
    """Who printed which revision of which child stands in the audit; the home has it on paper, once."""
    client = as_("residential_manager")
    place = ask(client)
    run_worker(demo.settings, until_idle=True)
    for _ in range(2):
        assert client.post(place).status_code == 200
    with demo.store.read() as tx:
        held = paper.of_home(tx, HOME)
        entries = [one for one in audit.of_child(tx, SZYMON.id) if one.act == "document.print"]
    assert [(one.number, one.printed_by) for one in held] == [(1, LEAD.name)]
    assert [(one.actor_id, one.data["revision"], one.data["home"]) for one in entries] == [
        (LEAD.id, 1, HOME)
    ] * 2
    assert standing(client) == "Your paper folder: up to date"
    assert "Paper is current" in client.get("/print-home").text


def test_folder_says_what_is_out_of_date(demo: Installation, as_: As) -> None:
    """A new revision makes the paper old: on the page, on the first page, and on the next contents page."""
    client = as_("residential_manager")
    printed(demo, client)
    revise(demo)
    assert standing(client) == "Your paper folder: 1 out of date, reprint"
    assert "Your paper folder: 1 out of date, reprint" in client.get("/").text
    assert "Printed revision 1, now 2" in client.get("/print-home").text
    contents = text_of(printed(demo, client), 0)
    assert "Your paper folder: 1 out of date, reprint" in contents
    assert "revision 2 takes its place" in contents
    assert standing(client) == "Your paper folder: 1 to take out and destroy"
    with demo.store.read() as tx:
        old = next(one for one in paper.of_home(tx, HOME) if one.number == 1)
    assert client.post("/print-home/paper", data={"destroyed": old.revision_id}).status_code == 302
    assert standing(client) == "Your paper folder: up to date"


def test_paper_is_ticked_by_whom(demo: Installation, as_: As) -> None:
    """What was put in the folder is kept with who says so; nothing ticked is an error that says so."""
    client = as_("residential_manager")
    printed(demo, client)
    refused = client.post("/print-home/paper", data={})
    assert refused.status_code == 422
    assert "Tick what you have done with the paper" in refused.text
    with demo.store.read() as tx:
        (held,) = paper.of_home(tx, HOME)
    other = as_("home_staff")
    other.post("/print-home/paper", data={"filed": held.revision_id})
    with demo.store.read() as tx:
        (held,) = paper.of_home(tx, HOME)
    assert (held.filed_by, held.filed_at is not None) == ("Anselma Reikjaden", True)
    assert "In the folder" in client.get("/print-home").text


def test_recall_asks_the_home_for_its_paper(demo: Installation, as_: As) -> None:
    """A withdrawn revision lists the home's folder; ticked as destroyed, that is the answer."""
    client = as_("residential_manager")
    printed(demo, client)
    with demo.store.read() as tx:
        current = revisions.current(tx, PLAN)
    assert current is not None
    made = withdraw(demo.store, actor=MANAGER, revision_id=current.id, why="dangerous")
    with demo.store.read() as tx:
        holders = recalls.holders(tx, recalls.get(tx, made.recall_id))
    assert {(one.name, one.organisation, one.user_id) for one in holders} >= {
        ("Paper folder", "Rowan Bank", None)
    }
    assert LEAD.id in {one.user_id for one in holders}
    page = client.get("/print-home").text
    assert "Withdrawn: destroy it" in page
    assert "The last one was withdrawn" in page
    client.post("/print-home/paper", data={"destroyed": current.id})
    with demo.store.read() as tx:
        after = recalls.holders(tx, recalls.get(tx, made.recall_id))
    (folder,) = (one for one in after if one.name == "Paper folder")
    assert [one.kind for one in folder.answers] == ["destroyed"]


@pytest.mark.long
def test_paper_that_was_destroyed_is_not_asked_for(demo: Installation, as_: As) -> None:
    """A recall begun after the paper was destroyed asks nobody for it."""
    client = as_("residential_manager")
    printed(demo, client)
    with demo.store.read() as tx:
        current = revisions.current(tx, PLAN)
    assert current is not None
    client.post("/print-home/paper", data={"destroyed": current.id})
    made = withdraw(demo.store, actor=MANAGER, revision_id=current.id, why="dangerous")
    with demo.store.read() as tx:
        holders = recalls.holders(tx, recalls.get(tx, made.recall_id))
    assert "Paper folder" not in {one.name for one in holders}


def test_paper_of_a_child_who_left_is_to_be_taken_out(demo: Installation, as_: As) -> None:
    """After a move the old home is told to take it out, prints it no more, and the new home sees no paper."""
    client = as_("residential_manager")
    printed(demo, client)
    move_away(demo)
    assert standing(client) == "Your paper folder: 1 to take out and destroy"
    page = client.get("/print-home").text
    assert "does not live here any more" in page
    assert "Nothing to print: no child who lives here has a current form" in page
    new = sign_in_as(demo, user_id=AWAY.id, membership_id=AWAY.membership_id)
    assert "out of date" not in standing(new)
    assert "1 never printed" in standing(new)
    with demo.store.read() as tx:
        current = revisions.current(tx, PLAN)
    assert current is not None
    new.post("/print-home/paper", data={"destroyed": current.id})
    with demo.store.read() as tx:
        assert len(paper.of_home(tx, HOME)) == 1


def test_print_is_its_askers_alone_and_its_homes(demo: Installation, as_: As) -> None:
    """Nobody else of the home, no other home and nobody without one reaches a print or a child of it."""
    client = as_("residential_manager")
    place = ask(client)
    run_worker(demo.settings, until_idle=True)
    for other in (as_("home_staff"), sign_in_as(demo, user_id=AWAY.id, membership_id=AWAY.membership_id)):
        assert other.get(place).status_code == 404
        assert other.post(place).status_code == 404
    away = sign_in_as(demo, user_id=AWAY.id, membership_id=AWAY.membership_id)
    assert SZYMON.name not in away.get("/print-home").text
    assert away.post("/print-home", data={"which": "ticked", "form": PLAN}).status_code == 302
    with demo.store.read() as tx:
        assert home_prints.of_person(tx, home_id=HOME_NEL, user_id=AWAY.id) == ()
    for role in ("social_worker", "police_coordinator", "administrator"):
        assert as_(role).get("/print-home").status_code == 403


def test_print_that_changed_is_not_handed_out(demo: Installation, as_: As) -> None:
    """What was withdrawn, or whose child moved, between making and taking stays here."""
    client = as_("residential_manager")
    place = ask(client)
    run_worker(demo.settings, until_idle=True)
    move_away(demo)
    reply = client.post(place)
    assert (reply.status_code, reply.location) == (302, "/print-home")
    with demo.store.read() as tx:
        assert paper.of_home(tx, HOME) == ()


@pytest.mark.long
def test_print_is_gone_after_its_hour(demo: Installation, as_: As) -> None:
    """An hour after it was asked for, nothing is handed out and the file is deleted."""
    client = as_("residential_manager")
    place = ask(client)
    run_worker(demo.settings, until_idle=True)
    with demo.store.read() as tx:
        kept = home_prints.kept(tx, place.rpartition("/")[2])
    with clock.held(clock.now() + timedelta(minutes=61)):
        run_worker(demo.settings, until_idle=True)
    assert not demo.store.blobs.opens(kept.stored.address, key=kept.key)
    assert client.post(place).status_code == 404
    assert "Gone" in client.get(place).text


@pytest.mark.long
def test_print_asked_for_twice_is_made_once(demo: Installation, as_: As) -> None:
    """While it is being made, asking again leads to the same; made, to a new one."""
    client = as_("residential_manager")
    first = ask(client)
    assert ask(client) == first
    run_worker(demo.settings, until_idle=True)
    assert ask(client) != first


def test_nothing_ticked_is_said(as_: As) -> None:
    """Printing nothing is an error beside the question; an empty home says that there is nothing to print."""
    reply = as_("residential_manager").post("/print-home", data={"which": "ticked"})
    assert reply.status_code == 422
    assert "Tick at least one form to print" in reply.text


def test_home_without_forms_has_nothing_to_print(demo: Installation) -> None:
    """A home of an area with a Philomena form is told to begin one."""
    away = sign_in_as(demo, user_id=AWAY.id, membership_id=AWAY.membership_id)
    page = away.get("/print-home").text
    assert "Nothing to print" in page
    assert "Begin one" in page


def die_at(demo: Installation, *, steps: int) -> bool:
    """Let a worker do what is due until it is killed at a step; return whether it was."""
    child = killed.PROCESSES.Process(target=killed.work_until, args=(demo.settings,), kwargs={"steps": steps})
    child.start()
    child.join()
    assert child.exitcode in (0, -signal.SIGKILL), f"died of something else: {child.exitcode}"
    return child.exitcode != 0


def finished_after_death(demo: Installation, client: StrictClient, *, steps: int) -> tuple[bool, str]:
    """Ask, kill the worker at a step, let another finish; return if it died, and how far it had come."""
    place = ask(client)
    died = die_at(demo, steps=steps)
    with demo.store.read() as tx:
        job = jobs.by_key(tx, f"print_home:{place.rpartition('/')[2]}")
    assert job is not None
    run_worker(demo.settings, until_idle=True)
    assert "Ready" in client.get(place).text
    assert len(pypdf.PdfReader(io.BytesIO(client.post(place).get_data())).pages) > 1
    return died, job.progress


def test_killed_print_is_finished_by_the_next_worker(demo: Installation, as_: As) -> None:
    """A worker that is killed half way leaves nothing half done: the next one makes the print."""
    died, _ = finished_after_death(demo, as_("residential_manager"), steps=30)
    assert died


@pytest.mark.long
def test_print_survives_a_kill_anywhere(demo: Installation, as_: As) -> None:
    """Killed before any step of its work, every print is finished, once; it had said how far it was."""
    client = as_("residential_manager")
    seen = set()
    for steps in range(12, 120, 6):
        died, progress = finished_after_death(demo, client, steps=steps)
        seen.add(progress)
        if not died:
            break
    assert "1 of 1" in seen
    with demo.store.read() as tx:
        (held,) = paper.of_home(tx, HOME)
    assert held.number == 1


@pytest.mark.long
def test_philomena_form_goes_before_any_plan(demo: Installation) -> None:
    """Under North East Lincolnshire a home prints its Philomena form; not yet approved is said."""
    night, manager = philomena.by(demo, NIGHT_NEL), philomena.by(demo, AWAY)
    record_id = philomena.begin(night)
    philomena.fill(demo, record_id, NIGHT_NEL)
    declared = declare(night, record_id, name="Rhiannon Szabolcs", capacity="night senior")
    assert declared.status_code == 302
    philomena.send_now(night, record_id)
    assert "Sealed copy is being made" in manager.get("/print-home").text
    run_worker(demo.settings, until_idle=True)
    page = manager.get("/print-home").text
    assert "Philomena form, PH-" in page
    assert "not yet approved" in page
    assert "Stands in" not in page
    contents = text_of(printed(demo, manager), 0)
    assert "Samphire House" in contents
    assert "Philomena form, PH-" in contents
    assert "NOT YET APPROVED" in contents
    assert standing(manager) == "Your paper folder: up to date"
