"""What fills a form in, on both databases: cut to its readers, once, and at no cost to other children."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from formsvc.access.people import Person
from formsvc.access.table import Role
from formsvc.definitions.model import Effective
from formsvc.store import facts, prefills, revisions, sections
from formsvc.store.session import Store
from formsvc.workflow.drafts import whole
from formsvc.workflow.finality import make_final
from formsvc.workflow.known_facts import knowledge
from formsvc.workflow.prefill import UNSAVED
from formsvc.workflow.read_draft import read_draft
from formsvc.workflow.start_record import start_record
from tests.builders import a_definition, a_field, an_area
from tests.integration.scenes import Scene, a_child, a_scene

AREA = an_area(
    secrets=True,
    readers={
        "identity": ["full", "police"],
        "risk": ["full", "police"],
        "office": ["full"],
        "confidential_place": ["full"],
        "carer_address": ["full"],
    },
)
FRIENDS = [
    a_field("name"),
    a_field("told", **{"class": "office"}),
    a_field("since", "date"),
    a_field("pin", "secret"),
]


@pytest.fixture
def scene(store: Store) -> Scene:
    """Return people, a child and a form that says things about her."""
    return a_scene(store, plan=a_form("says_it", "SI"))


def a_form(id: str, prefix: str, **changed: Mapping[str, Any]) -> Effective:
    """Return a form that asks for a few facts, as changed."""
    asked: dict[str, Mapping[str, Any]] = {
        "nickname": a_field("nickname", fact="child.nickname"),
        "build": a_field("build", "choice", fact="child.build"),
        "office": a_field("office", fact="child.office", **{"class": "office"}),
        "friends": a_field("friends", "rows", fact="people.friends", fields=FRIENDS),
    }
    fields = [one for one in {**asked, **changed}.values() if one]
    return a_definition(*fields, area=AREA, id=id, reference_prefix=prefix)


def person(scene: Scene) -> Person:
    """Return the worker as a request knows them."""
    return Person(
        user_id=scene.worker.user_id or "",
        name="Theodora Blakiston",
        email="social_worker@example.org",
        membership_id="",
        role=Role.social_worker,
        organisation_id=scene.organisation_id,
        organisation_name="Calderholme County Council",
    )


def say(scene: Scene, form: Effective, **answers: Any) -> str:
    """Have a form say something and be final; return its record."""
    started = start_record(scene.store, actor=scene.worker, child_id=scene.child_id, effective=form)
    scene.save(started.revision_id, "only", 0, **answers)
    scene.hand_in(started.revision_id)
    with scene.store.write() as tx:
        make_final(tx, revisions.get(tx, started.revision_id), actor=scene.worker, audiences=(), kinds=())
    return started.record_id


def filled(scene: Scene, form: Effective) -> dict[str, Any]:
    """Begin a form and return what it begins with."""
    started = start_record(
        scene.store, actor=scene.worker, child_id=scene.child_id, effective=form, person=person(scene)
    )
    with scene.store.read() as tx:
        held = sections.all_of(tx, revision_id=started.revision_id, child_id=scene.child_id)
        assert all(one.version == UNSAVED for one in held.values())
        return whole(held.values())


def test_rows_are_cut_to_what_the_new_forms_readers_may_have(scene: Scene) -> None:
    """Rows keep their ids; an answer in them that fewer may read, and a secret, stays where it is."""
    rows = [
        {
            "id": "ab12",
            "name": "Idris",
            "told": "in the office alone",
            "pin": {"held": "elsewhere", "where": "x"},
        },
        {"id": "cd34", "told": "and nothing else"},
    ]
    say(scene, scene.plan, friends=rows)
    wider = a_form("asks_wider", "AW", friends=_friends(told="risk"))
    assert filled(scene, wider)["friends"] == [{"id": "ab12", "name": "Idris"}]
    same = filled(scene, a_form("asks_same", "AS"))["friends"]
    assert [sorted(one) for one in same] == [["id", "name", "told"], ["id", "told"]]


def test_fact_fills_no_question_that_more_people_read(scene: Scene) -> None:
    """What the office alone may have stands in no question that the police read."""
    say(scene, scene.plan, office="kept here")
    assert "office" not in filled(scene, a_form("wide", "WI", office=a_field("office", fact="child.office")))
    assert filled(scene, a_form("narrow", "NA"))["office"] == "kept here"


def test_answer_that_the_new_form_does_not_offer_is_offered_as_text(scene: Scene) -> None:
    """It is said beside the question in the words of the form that says it, and nothing is filled in."""
    say(scene, scene.plan, build={"choice": "tall"})
    other = a_field("build", "choice", fact="child.build", options={"choices": {"big": "Big"}})
    form = a_form("fewer", "FE", build=other)
    assert "build" not in filled(scene, form)
    with scene.store.read() as tx:
        found = knowledge(tx, child_id=scene.child_id, person=person(scene)).fill(form, form.field("build"))
    assert found is not None
    assert (found.fits, found.words) == (False, "Tall")


def test_not_known_fills_nothing_in_and_contradicts_nothing(scene: Scene) -> None:
    """That one form does not know is no answer for another."""
    unsure = a_form("unsure", "UN", nickname=a_field("nickname", fact="child.nickname", not_known=True))
    say(scene, unsure, nickname={"not_known": True})
    assert "nickname" not in filled(scene, scene.plan)
    say(scene, scene.plan, nickname="Bee")
    with scene.store.read() as tx:
        assert knowledge(tx, child_id=scene.child_id, person=None).disagreements() == ()


def test_two_forms_say_a_fact_each_for_itself(scene: Scene) -> None:
    """Neither overwrites the other; the last confirmed fills the next form in; both are told as differing."""
    first = say(scene, scene.plan, nickname="Bee")
    second = say(scene, a_form("second", "SE"), nickname="Wasp")
    with scene.store.read() as tx:
        stand = {one.record_id: one.fact.value for one in facts.standing(tx, child_id=scene.child_id)}
        ((question, answers),) = knowledge(tx, child_id=scene.child_id, person=None).disagreements()
    assert stand == {first: "Bee", second: "Wasp"}
    assert (question, [one.words for one in answers]) == ("Nickname", ["Wasp", "Bee"])
    assert filled(scene, a_form("third", "TH"))["nickname"] == "Wasp"


def test_where_an_answer_came_from_is_kept_by_fact_and_version(scene: Scene) -> None:
    """The fact, its version and its moment; sealed; gone from nowhere when the fact is replaced later."""
    say(scene, scene.plan, nickname="Bee")
    started = start_record(
        scene.store,
        actor=scene.worker,
        child_id=scene.child_id,
        effective=a_form("next", "NE"),
        person=person(scene),
    )
    say(scene, scene.plan, nickname="Wasp")
    with scene.store.read() as tx:
        arrived = prefills.of_revision(tx, revision_id=started.revision_id, child_id=scene.child_id)
        raw = tx.c.execute(sa.text("SELECT content FROM prefill")).scalars().all()
        now = facts.known(tx, child_id=scene.child_id)["child.nickname"]
    assert (arrived["nickname"].version, arrived["nickname"].value) == (1, "Bee")
    assert (now.version, now.value) == (2, "Wasp")
    assert not any(b"Bee" in bytes(one) for one in raw)
    draft = read_draft(scene.store, record_id=started.record_id)
    assert [one.words for one in draft.otherwise["nickname"]] == ["Wasp"]


def test_two_people_who_begin_at_once_have_one_form_filled_in_once(scene: Scene) -> None:
    """Of a form that stands there is one, whoever came second; each answer has one source."""
    say(scene, scene.plan, nickname="Bee")
    form = a_form("standing", "ST")

    def begin(_: int) -> Any:
        return start_record(
            scene.store,
            actor=scene.worker,
            child_id=scene.child_id,
            effective=form,
            once=True,
            person=person(scene),
        )

    with ThreadPoolExecutor(4) as several:
        begun = list(several.map(begin, range(4)))
    assert len({one.record_id for one in begun}) == 1
    assert sum(one.is_new for one in begun) == 1
    with scene.store.read() as tx:
        count = tx.c.execute(sa.text("SELECT count(*) FROM prefill")).scalar_one()
    assert count == 1


def test_other_children_cost_nothing(scene: Scene) -> None:
    """Beginning a form asks the database as often among many children as alone."""
    say(scene, scene.plan, nickname="Bee", build={"choice": "tall"})
    alone = _statements(scene, a_form("alone", "AL"))
    with scene.store.write() as tx:
        for number in range(30):
            child_id = a_child(
                scene.store,
                tx=tx,
                organisation_id=scene.organisation_id,
                name=f"Invented Child {number}",
                worker=scene.worker,
            )
            for name in ("child.nickname", "child.build"):
                facts.state(
                    tx,
                    child_id=child_id,
                    controller_id=scene.organisation_id,
                    name=name,
                    value="x",
                    audiences=["full", "police"],
                    revision_id=None,
                    path=name.partition(".")[2],
                )
    assert _statements(scene, a_form("among", "AM")) == alone


def _statements(scene: Scene, form: Effective) -> int:
    seen: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *more: Any) -> None:
        seen.append(statement)

    sa.event.listen(scene.store.engine, "before_cursor_execute", note)
    try:
        filled(scene, form)
    finally:
        sa.event.remove(scene.store.engine, "before_cursor_execute", note)
    return len(seen)


def _friends(*, told: str) -> dict[str, Any]:
    inside = [{**one, "class": told} if one["id"] == "told" else one for one in FRIENDS]
    return a_field("friends", "rows", fact="people.friends", fields=inside)
