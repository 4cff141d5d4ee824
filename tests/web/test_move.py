"""A move of placement: the new home has what is current at once, the old one keeps what it wrote, no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa

from formsvc import clock
from formsvc.access.table import Action, Role
from formsvc.cases.working_days import end_of
from formsvc.definitions.library import load_library
from formsvc.demo import AREA, CHILDREN, HOME, USERS
from formsvc.store import audit, documents, placements, revisions
from formsvc.store import tables as t
from formsvc.store.tables import review_request
from formsvc.workflow.add_child import move_child
from formsvc.workflow.start_revision import start_revision
from formsvc.workflow.withdraw import withdraw
from tests.web.completing import page
from tests.web.conftest import Installation, StrictClient, search
from tests.web.newcomers import Newcomer, newcomer
from tests.web.plans import AUTHOR, sign

CHILD: Final = CHILDREN[0]
RECORD: Final = "demorecordplan222222"
REFERENCE: Final = "TP-DEM2-PAGE"
SENIOR: Final = next(one for one in USERS if one.role == "home_staff")
As = Callable[[str], StrictClient]


@pytest.fixture
def new_home(demo: Installation) -> Newcomer:
    """Return somebody who works in another home, of the same area."""
    return newcomer(demo, Role.home_staff)


def moved(demo: Installation, to: str | None, *, area: str = AREA, client: StrictClient | None = None) -> Any:
    """Move the child, through the pages where a window is given, to a home or a foster home."""
    form = {"home": to} if to else {"kind": "foster_home", "line1": "9 Nab Rise", "area": area}
    if client is not None:
        shown = client.get(f"/children/{CHILD.id}/placement").text
        form["instead_of"] = shown.split('name="instead_of" value="')[1].split('"')[0]
        return client.post(f"/children/{CHILD.id}/placement", data=form)
    return move_child(
        demo.store,
        actor=AUTHOR,
        policy=demo.app.extensions["formsvc"]["policy"],
        child_id=CHILD.id,
        controller_id=CHILD.controller_id,
        placement={"home_id": to, "area_id": area, "details": {"kind": "foster home"}},
    )


def written_by_home(demo: Installation) -> None:
    """Let the first revision of the plan have been begun by the home's night senior."""
    with demo.store.write() as tx:
        tx.c.execute(
            sa.update(t.revision).where(t.revision.c.record_id == RECORD).values(created_by=SENIOR.id)
        )


def copies(demo: Installation, audience: str = "home") -> dict[str, str]:
    """Return kind -> document id of an audience's copies of the plan."""
    with demo.store.read() as tx:
        return {one.kind: one.id for one in documents.of_record(tx, RECORD) if one.audience_id == audience}


def second_revision(demo: Installation) -> None:
    """Begin, sign and finish the next revision of the plan."""
    effective = load_library(demo.settings.form_templates).effective("trigger_plan", AREA)
    start_revision(demo.store, actor=AUTHOR, record_id=RECORD, effective=effective)
    sign(demo, RECORD, by_manager=True)


def test_new_home_has_everything_with_the_next_request(
    demo: Installation, as_: As, new_home: Newcomer
) -> None:
    """Before the move nothing; after it page, photo, list, search and both files, and the request."""
    mine = new_home.client
    assert mine.get(f"/children/{CHILD.id}").status_code == 404
    assert moved(demo, new_home.place_id, client=as_("social_worker")).status_code == 302
    shown = mine.get(f"/children/{CHILD.id}")
    assert shown.status_code == 200
    assert CHILD.name in shown.text
    assert "Review after the move, by" in shown.text
    assert mine.get(f"/children/{CHILD.id}/photo").status_code == 200
    assert CHILD.name in mine.get("/children").text
    assert CHILD.name in mine.get(search(mine, CHILD.known_as)).text
    for document_id in copies(demo).values():
        answer = mine.get(f"/documents/{document_id}")
        assert answer.status_code == 200
        assert answer.data
        answer.close()
    first = mine.get("/").text
    assert "To review after a move" in first
    assert f"/records/{RECORD}/review" in first


def test_old_home_sees_nothing_from_that_moment(demo: Installation, as_: As, new_home: Newcomer) -> None:
    """Page, photo, files, lists, search and every form about her are gone; the reply tells nothing."""
    senior = as_("home_staff")
    before = senior.get("/").text
    assert CHILD.name in before
    moved(demo, new_home.place_id)
    unreal = senior.get("/children/nobody2222222222222z")
    for path in (
        f"/children/{CHILD.id}",
        f"/children/{CHILD.id}/photo",
        *(f"/documents/{one}" for one in copies(demo).values()),
        f"/records/{RECORD}/compare",
        f"/records/{RECORD}/history",
        f"/records/{RECORD}/issue",
        f"/records/{RECORD}/review",
    ):
        answer = senior.get(path)
        assert answer.status_code == 404, path
        assert _plain(answer.text) == _plain(unreal.text), path
    for path in (
        "/",
        "/children",
        search(senior, CHILD.known_as[:-1]),
        "/documents",
        "/past-forms",
        "/drafts",
    ):
        words = senior.get(path).text
        for hidden in (CHILD.name, CHILD.known_as, CHILD.id, REFERENCE, "9 Nab Rise"):
            assert hidden in path or hidden not in words, (path, hidden)


def test_old_home_keeps_what_it_wrote_as_it_was(demo: Installation, as_: As, new_home: Newcomer) -> None:
    """What its people began or signed is listed and can be read, whatever comes after the move."""
    written_by_home(demo)
    senior = as_("home_staff")
    assert REFERENCE not in senior.get("/past-forms").text
    moved(demo, new_home.place_id)
    kept = senior.get("/past-forms").text
    assert REFERENCE in kept
    assert CHILD.name not in kept
    assert CHILD.known_as not in kept
    second_revision(demo)
    assert senior.get("/past-forms").text.count("revision 1") == kept.count("revision 1") > 0
    assert "revision 2" not in senior.get("/past-forms").text
    for kind, document_id in copies(demo).items():
        answer = senior.get(f"/past-forms/{document_id}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{REFERENCE}_r1_home.{kind}"'
        answer.close()
        assert senior.get(f"/documents/{document_id}").status_code == 404
    assert senior.get(f"/past-forms/{copies(demo, 'full')['pdf']}").status_code == 404
    assert new_home.client.get(f"/past-forms/{copies(demo)['pdf']}").status_code == 404
    with demo.store.read() as tx:
        taken = [one for one in audit.of_child(tx, CHILD.id, limit=200) if one.act == "document.download"]
    assert {one.actor_id for one in taken} == {SENIOR.id}


def test_old_home_keeps_nothing_that_was_withdrawn_or_withheld(
    demo: Installation, as_: As, new_home: Newcomer
) -> None:
    """A form that nobody may use any more is handed out to nobody, whoever wrote it."""
    written_by_home(demo)
    moved(demo, new_home.place_id)
    with demo.store.read() as tx:
        current = revisions.current(tx, RECORD)
    assert current is not None
    withdraw(demo.store, actor=AUTHOR, revision_id=current.id, why="dangerous")
    senior = as_("home_staff")
    assert REFERENCE not in senior.get("/past-forms").text
    assert senior.get(f"/past-forms/{copies(demo)['pdf']}").status_code == 404


def test_boundary_is_the_moment_of_the_move(demo: Installation, as_: As, new_home: Newcomer) -> None:
    """What was made final a second before the move is the old home's to keep; a second after it is not."""
    written_by_home(demo)
    with demo.store.read() as tx:
        final_at = tx.c.execute(
            sa.select(t.revision.c.final_at).where(t.revision.c.record_id == RECORD)
        ).scalar_one()
    moved(demo, new_home.place_id)
    senior = as_("home_staff")
    for offset, seen in ((timedelta(0), True), (timedelta(seconds=1), True), (timedelta(seconds=-1), False)):
        with demo.store.write() as tx:
            tx.c.execute(
                sa.update(t.placement)
                .where(t.placement.c.id == CHILD.placement_id)
                .values(until_at=final_at + offset, from_at=final_at - timedelta(days=2))
            )
        assert (REFERENCE in senior.get("/past-forms").text) is seen, offset


def test_a_download_that_has_begun_ends_whole(demo: Installation, as_: As, new_home: Newcomer) -> None:
    """A file on its way when the child moves arrives; the next request for it gets nothing."""
    senior, document_id = as_("home_staff"), copies(demo)["pdf"]
    flight = senior.get(f"/documents/{document_id}", buffered=False)
    assert flight.status_code == 200
    moved(demo, new_home.place_id)
    assert flight.data.startswith(b"%PDF")
    assert len(flight.data) == int(flight.headers["Content-Length"])
    flight.close()
    assert senior.get(f"/documents/{document_id}").status_code == 404


@pytest.fixture
def writing_homes(demo: Installation) -> Iterator[None]:
    """Let homes write Trigger Plans while a test runs."""
    here = demo.app.extensions["formsvc"]
    before = here["policy"]
    plan = {
        action: roles | ({Role.home_staff} if action in (Action.edit_record, Action.see_record) else set())
        for action, roles in before.definitions["trigger_plan"].items()
    }
    here["policy"] = replace(before, definitions={**before.definitions, "trigger_plan": plan})
    yield
    here["policy"] = before


@pytest.mark.usefixtures("writing_homes")
def test_what_is_typed_during_the_move_is_kept_for_the_worker(
    demo: Installation, as_: As, new_home: Newcomer
) -> None:
    """A page the old home saves after the move changes nothing, is not lost, and the worker is told."""
    effective = load_library(demo.settings.form_templates).effective("trigger_plan", AREA)
    start_revision(demo.store, actor=AUTHOR, record_id=RECORD, effective=effective)
    senior = as_("home_staff")
    opened = page(senior, f"/records/{RECORD}/pages/looks")
    opened.change(build="Wiry")
    moved(demo, new_home.place_id)
    quiet = opened.autosave()
    assert quiet.status_code == 409
    assert quiet.json is not None
    assert "What you typed is kept for their social worker" in quiet.json["words"]
    reply = opened.change(build="Like a quokka").press("continue")
    assert reply.status_code == 409
    assert "What you typed is not lost" in reply.text
    assert CHILD.name not in reply.text
    worker = as_("social_worker")
    first = worker.get("/").text
    assert first.count("was writing in") == 1
    late = first.split(f'href="/records/{RECORD}/late/')[1].split('"')[0]
    assert "Like a quokka" in worker.get(f"/records/{RECORD}/late/{late}").text
    assert "quokka" not in worker.get(f"/records/{RECORD}/pages/looks").text
    assert worker.post(f"/records/{RECORD}/late/{late}").status_code == 303
    assert "was writing in" not in worker.get("/").text
    assert senior.get(f"/records/{RECORD}/late/{late}").status_code == 404


@pytest.mark.usefixtures("writing_homes")
def test_nobody_else_leaves_a_page_behind(demo: Installation, as_: As) -> None:
    """Somebody of a home she never lived in, or without a page of their own, gets what an unknown id gets."""
    stranger = newcomer(demo, Role.home_staff)
    reply = stranger.client.post(f"/records/{RECORD}/pages/looks", data={"build": "x", "do": "save"})
    assert reply.status_code == 404
    assert "was writing in" not in as_("social_worker").get("/").text


def test_review_has_five_working_days(demo: Installation, as_: As, new_home: Newcomer) -> None:
    """Author, worker and new home see the same day; the team manager sees it when it is overdue."""
    placed = moved(demo, new_home.place_id)
    with demo.store.read() as tx:
        row = tx.c.execute(sa.select(review_request)).one()
    assert row.placement_id == placed
    assert row.due_at == end_of(row.created_at, days=5)
    for client in (as_("social_worker"), new_home.client):
        assert "Review after the move, by" in client.get("/").text
    assert "Review after the move" not in as_("team_manager").get("/").text
    assert "Review after the move" not in as_("home_staff").get("/").text
    with clock.held(row.due_at + timedelta(minutes=1)):
        words = as_("team_manager").get("/").text
        assert "Review after the move, by" in words
        assert "Overdue" in words


def test_new_home_says_that_nothing_has_to_change(demo: Installation, as_: As, new_home: Newcomer) -> None:
    """One answer ends it for everybody, and stands in the child's history."""
    moved(demo, new_home.place_id)
    asked = _request(new_home.client)
    address = f"/records/{RECORD}/review"
    assert new_home.client.post(address, data={"request": asked}).status_code == 422
    reply = new_home.client.post(address, data={"request": asked, "said": "no_change"})
    assert reply.status_code == 303
    for client in (as_("social_worker"), new_home.client):
        assert "Review after the move" not in client.get("/").text
    assert new_home.client.get(address).status_code == 404
    with demo.store.read() as tx:
        assert tx.c.execute(sa.select(review_request.c.outcome)).scalars().all() == ["no_change"]
    assert "needs no change after the move" in as_("team_manager").get(f"/children/{CHILD.id}").text


def test_new_home_says_what_has_to_change(demo: Installation, as_: As, new_home: Newcomer) -> None:
    """What it says waits with the worker until they begin the next revision; the home cannot take it back."""
    moved(demo, new_home.place_id)
    address, asked = f"/records/{RECORD}/review", _request(new_home.client)
    assert new_home.client.post(address, data={"request": asked, "said": "wanted"}).status_code == 422
    told = {"request": asked, "said": "wanted", "wanted": "There is a railway behind our garden."}
    assert new_home.client.post(address, data=told).status_code == 303
    assert "says something has to change" in as_("social_worker").get("/").text
    assert "railway behind our garden" in as_("social_worker").get(address).text
    new_home.client.post(address, data={"request": asked, "said": "no_change"})
    assert "Review after the move" in as_("social_worker").get("/").text
    assert as_("social_worker").post(f"/records/{RECORD}/revise").status_code == 302
    assert "Review after the move" not in as_("social_worker").get("/").text
    with demo.store.read() as tx:
        assert tx.c.execute(sa.select(review_request.c.outcome)).scalars().all() == ["revised"]


def test_a_move_elsewhere_asks_the_worker_alone(demo: Installation, as_: As) -> None:
    """To a foster home in another area: no home is asked, the worker and the author are."""
    moved(demo, None, area="BED")
    assert "Review after the move, by" in as_("social_worker").get("/").text
    for role in ("home_staff", "residential_manager"):
        assert "Review after the move" not in as_(role).get("/").text


def test_a_revision_begun_before_the_move_ends_the_request(demo: Installation, new_home: Newcomer) -> None:
    """Where the next revision was being worked on already, its issue is the review."""
    effective = load_library(demo.settings.form_templates).effective("trigger_plan", AREA)
    start_revision(demo.store, actor=AUTHOR, record_id=RECORD, effective=effective)
    moved(demo, new_home.place_id)
    assert "Review after the move" in new_home.client.get("/").text
    sign(demo, RECORD, by_manager=True)
    assert "Review after the move" not in new_home.client.get("/").text


def test_moving_again_asks_anew(demo: Installation, new_home: Newcomer) -> None:
    """A second move ends what the first had asked; only the home where she lives now is asked."""
    third = newcomer(demo, Role.home_staff)
    moved(demo, new_home.place_id)
    moved(demo, third.place_id)
    assert "Review after the move" not in new_home.client.get("/").text
    assert "Review after the move" in third.client.get("/").text
    assert new_home.client.get(f"/children/{CHILD.id}").status_code == 404


def test_a_move_by_mistake_is_undone_with_a_reason(demo: Installation, as_: As, new_home: Newcomer) -> None:
    """Where she lived before sees her again at once, the wrong home nothing, not even that it ever did."""
    worker = as_("social_worker")
    moved(demo, new_home.place_id, client=worker)
    shown = worker.get(f"/children/{CHILD.id}/placement").text
    wrong = shown.split('name="placement" value="')[1].split('"')[0]
    address = f"/children/{CHILD.id}/placement/undo"
    assert worker.post(address, data={"placement": wrong}).status_code == 422
    assert (
        worker.post(address, data={"placement": CHILD.placement_id, "why": "Wrong child."}).status_code == 409
    )
    assert worker.post(address, data={"placement": wrong, "why": "Wrong child."}).status_code == 303
    assert as_("home_staff").get(f"/children/{CHILD.id}").status_code == 200
    assert new_home.client.get(f"/children/{CHILD.id}").status_code == 404
    assert "Review after the move" not in worker.get("/").text
    page_ = worker.get(f"/children/{CHILD.id}").text
    assert "By mistake, put back" in page_
    assert worker.post(address, data={"placement": wrong, "why": "Again."}).status_code == 409
    with demo.store.read() as tx:
        (now,) = (one for one in placements.of_child(tx, CHILD.id) if one.until_at is None)
        assert now.id == CHILD.placement_id
        assert now.home_id == HOME


def test_undoing_brings_back_what_the_first_move_asked(
    demo: Installation, as_: As, new_home: Newcomer
) -> None:
    """A review that a mistaken second move had ended is asked for again."""
    moved(demo, new_home.place_id)
    third = newcomer(demo, Role.home_staff)
    moved(demo, third.place_id)
    with demo.store.read() as tx:
        wrong = placements.of_child(tx, CHILD.id)[0].id
    data = {"placement": wrong, "why": "It was for the next week."}
    assert as_("social_worker").post(f"/children/{CHILD.id}/placement/undo", data=data).status_code == 303
    assert "Review after the move" in new_home.client.get("/").text
    assert "Review after the move" not in third.client.get("/").text


def test_an_old_move_is_not_undone(demo: Installation, as_: As, new_home: Newcomer) -> None:
    """After three days where she lived is what happened: the page offers nothing, the address refuses."""
    moved(demo, new_home.place_id)
    with demo.store.read() as tx:
        placed = placements.of_child(tx, CHILD.id)[0].id
    with clock.held(clock.now() + timedelta(days=3, minutes=1)):
        worker = as_("social_worker")
        assert "Undo the move" not in worker.get(f"/children/{CHILD.id}/placement").text
        data = {"placement": placed, "why": "Late."}
        assert worker.post(f"/children/{CHILD.id}/placement/undo", data=data).status_code == 409


def test_second_of_two_moves_at_once_is_told(demo: Installation, as_: As, new_home: Newcomer) -> None:
    """Whoever saves a move from a page that is no longer true is told, and moves nobody."""
    worker = as_("social_worker")
    shown = worker.get(f"/children/{CHILD.id}/placement").text
    before = shown.split('name="instead_of" value="')[1].split('"')[0]
    moved(demo, new_home.place_id)
    reply = worker.post(f"/children/{CHILD.id}/placement", data={"home": HOME, "instead_of": before})
    assert reply.status_code == 409
    assert "Somebody else changed where they live" in reply.text
    assert new_home.client.get(f"/children/{CHILD.id}").status_code == 200


def test_coming_back_is_a_placement_like_any_other(demo: Installation, as_: As, new_home: Newcomer) -> None:
    """A home where she lives again sees her as any home does, and nothing as past."""
    written_by_home(demo)
    moved(demo, new_home.place_id)
    moved(demo, HOME)
    senior = as_("home_staff")
    assert senior.get(f"/children/{CHILD.id}").status_code == 200
    assert REFERENCE not in senior.get("/past-forms").text


def test_another_actor_of_the_same_name_owns_nothing(demo: Installation, as_: As, new_home: Newcomer) -> None:
    """What a social worker wrote about a child in the home is not the home's to keep."""
    moved(demo, new_home.place_id)
    assert REFERENCE not in as_("home_staff").get("/past-forms").text
    assert as_("home_staff").get(f"/past-forms/{copies(demo)['pdf']}").status_code == 404


def _request(client: StrictClient) -> str:
    shown = client.get(f"/records/{RECORD}/review").text
    return shown.split('name="request" value="')[1].split('"')[0]


def _plain(text: str) -> str:
    lines = (one for one in text.splitlines() if "csrf_token" not in one)
    return "\n".join(lines).replace(' aria-current="true"', "")
