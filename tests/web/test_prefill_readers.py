"""Audience travels with what fills a form in: nothing reaches a reader whom it was not told to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from formsvc.access.people import Person
from formsvc.access.views import make_view
from formsvc.demo import CHILDREN, MANAGER_NEL, USERS, WORKER
from formsvc.store import facts, persons, revisions, snapshots, withholdings
from formsvc.workflow.add_child import move_child
from formsvc.workflow.confidential_place import NOT_CARRIED, kept_close
from formsvc.workflow.effective import effective_of
from formsvc.workflow.read_draft import read_draft
from formsvc.workflow.start_record import start_record
from formsvc.workflow.start_revision import start_revision
from tests.web import prefilling
from tests.web.completing import shared
from tests.web.conftest import Installation, sign_in_as
from tests.web.plans import opened
from tests.web.prefilling import CHILD, as_home, as_worker, begun_by, example, form, issued, write

WORD = "Quokkathistle"
AUTHOR = prefilling.WORKER
LAN_WORKER = WORKER
KIT = CHILDREN[1]


@pytest.fixture(scope="module")
def template(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a demonstration in which nothing is known about the child in NEL but what her page says."""
    for demo in shared(demo_template, tmp_path_factory.mktemp("readers")):
        yield Path(demo.settings.instance)


@pytest.fixture
def demo(template: Path, demo_app: Any, tmp_path: Path) -> Iterator[Installation]:
    """Return a copy of it."""
    yield from opened(template, tmp_path, demo_app)


def planted(demo: Installation, **changed: Any) -> str:
    """Issue a return interview in which an answer about the child holds a planted word."""
    return issued(demo, "return_interview", **{"known_as": WORD, **changed})


@pytest.mark.long
def test_return_interview_fills_nothing_that_the_home_reads(demo: Installation) -> None:
    """Its word is in no form of the home, no page of theirs, and no form that they will read."""
    planted(demo)
    home, worker = as_home(demo), as_worker(demo)
    address = begun_by(home)
    for one in read_draft(demo.store, record_id=address.rpartition("/")[2]).effective.pages:
        assert WORD not in home.get(f"{address}/pages/{one.id}").text
    for path in (address, f"{address}/check", f"/children/{CHILD.id}", f"{address}/sign-off"):
        assert WORD not in home.get(path).text
    plan = begun_by(worker, "trigger_plan")
    draft = read_draft(demo.store, record_id=plan.rpartition("/")[2])
    assert WORD not in repr(draft.whole())
    assert [one.value for one in draft.otherwise.get("known_as", ())] == [None], "told, and not to be taken"


def test_return_interview_under_lan_fills_nothing_that_the_home_reads(demo: Installation) -> None:
    """Begun by a worker who reads it, the plan that goes to the home holds nothing of it until released."""
    asked = form(demo, "return_interview", "LAN")
    told = example("return_interview", "LAN") | {"known_as": WORD, "needs": WORD, "languages": WORD}
    issued(demo, "return_interview", child_id=KIT.id, effective=asked, answers=told)
    worker = sign_in_as(demo, user_id=LAN_WORKER.id, membership_id=LAN_WORKER.membership_id)
    plan = begun_by(worker, "trigger_plan", child_id=KIT.id)
    draft = read_draft(demo.store, record_id=plan.rpartition("/")[2])
    assert WORD not in repr(draft.whole(filled_in=True))
    assert "languages" not in draft.arrived
    home = next(one for one in USERS if one.role == "residential_manager")
    client = sign_in_as(demo, user_id=home.id, membership_id=home.membership_id)
    assert WORD not in client.get(f"/children/{KIT.id}").text


@pytest.mark.long
def test_what_was_released_fills_in_what_it_was_released_for(demo: Installation) -> None:
    """A named worker releases the fact to all who read the question: then it stands there."""
    planted(demo)
    with demo.store.write() as tx:
        fact = next(
            one.fact for one in facts.standing(tx, child_id=CHILD.id) if one.fact.name == "child.known_as"
        )
        for audience in ("home", "health", "education", "parent", "child"):
            facts.release(
                tx,
                child_id=CHILD.id,
                fact_id=fact.id,
                audience_id=audience,
                why="They have to know",
                released_by=WORKER.id,
            )
    address = begun_by(as_home(demo))
    text = as_home(demo).get(f"{address}/pages/child").text
    assert WORD in text
    assert "From what is known, confirmed today" in text, "the interview itself is not named to the home"
    address = begun_by(as_worker(demo), "trigger_plan")
    assert " RI-" in as_worker(demo).get(f"{address}/pages/child").text
    draft = read_draft(demo.store, record_id=address.rpartition("/")[2], person=_home_manager(demo))
    assert (draft.arrived["known_as"].value, draft.arrived["known_as"].reference) == (WORD, "")


@pytest.mark.long
def test_what_is_withheld_from_anybody_by_name_fills_in_nothing(demo: Installation) -> None:
    """While a form is withheld from somebody, no other form says by itself what it says."""
    record_id = issued(demo, hair=WORD)
    with demo.store.write() as tx:
        withholdings.add(
            tx,
            child_id=CHILD.id,
            user_id=WORKER.id,
            kind="withheld",
            why="x",
            created_by=None,
            record_id=record_id,
        )
    draft = read_draft(demo.store, record_id=begun_by(as_home(demo)).rpartition("/")[2])
    assert "hair" not in draft.whole()


@pytest.mark.long
def test_what_a_withdrawn_form_said_fills_in_nothing(demo: Installation) -> None:
    """A form that was withdrawn says nothing any more."""
    record_id = issued(demo, hair=WORD)
    with demo.store.write() as tx:
        current = revisions.current(tx, record_id)
        assert current is not None
        revisions.end(tx, current.id, state="withdrawn", why="wrong_child")
    draft = read_draft(demo.store, record_id=begun_by(as_home(demo)).rpartition("/")[2])
    assert "hair" not in draft.whole()


def test_confidential_address_reaches_no_copy_but_theirs_who_may_know_it(demo: Installation) -> None:
    """Typed by hand or filled in, on a page, in a copy or as a fact: authority, police, reviewing officer."""
    _made_confidential(demo)
    record_id = issued(demo, address={"lines": [WORD], "postcode": "DN35 8ZZ"}, home_phone="01632 960177")
    with demo.store.read() as tx:
        current = revisions.current(tx, record_id)
        assert current is not None
        kept = snapshots.of_revision(tx, current.id)
        asked = effective_of(tx, current.definition_hash)
        said = {one.fact.name: one.fact for one in facts.standing(tx, child_id=CHILD.id)}
    for audience in asked.area.audiences:
        view = make_view(
            kept.snapshot, asked, audience, verify_at="https://example.org/verify", demonstration=True
        )
        knows = audience in {"full", "police", "reviewing_officer"}
        assert (WORD in view.json.decode()) == knows, audience
    assert said["child.address"].audiences == {"full", "police", "reviewing_officer"}
    home = as_home(demo)
    address = begun_by(home)
    assert WORD not in home.get(f"{address}/pages/child").text
    draft = read_draft(demo.store, record_id=address.rpartition("/")[2])
    assert "address" in draft.whole(), "the form knows it, though the home does not complete it"


def test_form_being_worked_on_is_closed_as_the_placement_becomes_confidential(demo: Installation) -> None:
    """The open form keeps its answers and loses readers; what was signed is to be signed anew."""
    record_id = start_record(
        demo.store, actor=AUTHOR, child_id=CHILD.id, effective=form(demo, "trigger_plan")
    ).record_id
    write(demo, record_id, {"address": {"lines": [WORD]}, "full_name": "Invented Name"})
    _made_confidential(demo)
    draft = read_draft(demo.store, record_id=record_id)
    asked = draft.effective.field("address")
    assert draft.effective.audiences(asked) == {"full", "police", "reviewing_officer"}
    assert draft.whole()["address"] == {"lines": [WORD]}
    assert draft.effective.hash == kept_close(form(demo, "trigger_plan")).hash


@pytest.mark.long
def test_address_that_was_confidential_is_not_carried_to_more_readers(demo: Installation) -> None:
    """After a move to an ordinary home the next revision asks anew where the child lives."""
    _made_confidential(demo)
    record_id = issued(demo, address={"lines": [WORD]})
    _moved(demo, {"kind": "children's home", "address": {"lines": ["Elsewhere"]}})
    begun = start_revision(
        demo.store, actor=AUTHOR, record_id=record_id, effective=form(demo, "trigger_plan")
    )
    assert ("address", NOT_CARRIED) in begun.not_carried
    assert WORD not in repr(read_draft(demo.store, record_id=record_id).whole())


def _home_manager(demo: Installation) -> Person:
    with demo.store.read() as tx:
        (found,) = persons.of_user(tx, MANAGER_NEL.id)
    return found


def _made_confidential(demo: Installation) -> None:
    address = {"lines": ["Hidden House", WORD], "postcode": "DN35 8ZZ"}
    _moved(demo, {"kind": "children's home", "address": address, "confidential": "trafficked"})


def _moved(demo: Installation, details: dict[str, Any]) -> None:
    move_child(
        demo.store,
        actor=AUTHOR,
        policy=demo.app.extensions["formsvc"]["policy"],
        child_id=CHILD.id,
        controller_id=CHILD.controller_id,
        placement={"home_id": CHILD.home_id, "area_id": "NEL", "details": details},
    )
