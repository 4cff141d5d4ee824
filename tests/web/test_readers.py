"""Parts, named readers, withholding, releases and places on the pages: who sees what, and who does not."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from formsvc.app import create_app
from formsvc.demo import CHILDREN, HOME, USERS
from formsvc.settings import load
from formsvc.store import documents, facts, placements, withholdings
from formsvc.store.session import open_store
from formsvc.workflow.read_draft import read_draft
from formsvc.workflow.run_worker import run_worker
from tests.planted import CHILD, INTERVIEW, MINUTES, PLAN, TAUGHT, Planted, Word, library_in, plant, words_in
from tests.web.conftest import Installation, StrictClient, search, sign_in_as

As = Callable[[str], StrictClient]


@dataclass(frozen=True, kw_only=True)
class Template:
    """An installation to copy: the planted forms issued to homes, and the library they were made from."""

    instance: Path
    library: Path
    planted: Planted
    app: Flask


@pytest.fixture(scope="module")
def template(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Return the planted forms, a copy for the home and the full one of each."""
    folder = tmp_path_factory.mktemp("readers")
    shutil.copytree(demo_template, folder / "instance")
    library_in(folder / "library")
    settings = load(
        {
            "FORMSVC_INSTANCE": str(folder / "instance"),
            "FORMSVC_FORM_TEMPLATES": str(folder / "library"),
        }
    )
    app = create_app(settings)
    app.test_client_class = StrictClient
    store = app.extensions["formsvc"]["store"]
    planted = plant(store, folder / "library", audiences=("full", "home"), kinds=("pdf",))
    run_worker(settings, until_idle=True)
    store.close()
    return Template(instance=folder / "instance", library=folder / "library", planted=planted, app=app)


@pytest.fixture
def here(template: Template, tmp_path: Path) -> Iterator[Installation]:
    """Return an installation of the test's own."""
    shutil.copytree(template.instance, tmp_path / "instance")
    chosen = load(
        {
            "FORMSVC_INSTANCE": str(tmp_path / "instance"),
            "FORMSVC_FORM_TEMPLATES": str(template.library),
        }
    )
    opened = open_store(chosen)
    template.app.extensions["formsvc"] |= {"settings": chosen, "store": opened, "limiters": {}}
    yield Installation(settings=chosen, app=template.app)
    opened.close()


@pytest.fixture
def as_(here: Installation) -> As:
    """Return what signs in as the demonstration's first person in a role."""

    def signed_in(role: str) -> StrictClient:
        one = next(user for user in USERS if user.role == role)
        return sign_in_as(here, user_id=one.id, membership_id=one.membership_id)

    return signed_in


def user_of(role: str) -> str:
    """Return the id of the demonstration's first person in a role."""
    return next(user.id for user in USERS if user.role == role)


def word(template: Template, definition: str, part: str, name: str, kind: str = "answer") -> str:
    """Return the word planted there."""
    found: Word = next(
        one
        for one in template.planted.words
        if (one.definition, one.part, one.name, one.kind) == (definition, part, name, kind)
    )
    return found.text


def test_home_completes_its_part_of_a_form_and_loses_nothing_of_others(
    here: Installation, as_: As, template: Template
) -> None:
    """A home sees its questions alone; saving them, rows too, keeps every answer it does not have."""
    record = template.planted.records[PLAN]
    manager = as_("residential_manager")
    office = word(template, PLAN, "main", "office")
    page = manager.get(f"/records/{record}/pages/p_main")
    assert page.status_code == 200
    assert word(template, PLAN, "main", "plan") in page.text
    assert "m_office" not in page.text
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version
    reply = manager.post(
        f"/records/{record}/pages/p_main",
        data={"version": version[1], "do": "save", "m_plan": "Changed by the home", "m_office": "forged"},
    )
    assert reply.status_code == 303
    row = f"/records/{record}/pages/p_main/rows/m_rows/aaaaaaaa"
    shown = manager.get(row)
    assert "mr_office" not in shown.text
    version = re.search(r'name="version" value="(\d+)"', shown.text)
    assert version
    data = {"version": version[1], "do": "save", "mr_plan": "A row by the home", "mr_office": "forged"}
    assert manager.post(row, data=data).status_code == 303
    manager.post(f"/records/{record}/pages/p_main", data={"version": "9", "do": "remove:m_rows:aaaaaaaa"})
    draft = read_draft(here.store, record_id=record)
    held = draft.sections["p_main"].answers
    assert held["m_plan"] == "Changed by the home"
    assert held["m_office"] == office
    assert held["m_rows"][0]["mr_plan"] == "A row by the home"
    assert held["m_rows"][0]["mr_office"] == word(template, PLAN, "main", "office", "row")


def test_home_sees_nothing_of_the_interview_and_all_that_is_its_own(as_: As, template: Template) -> None:
    """On her page, in the plans and by any address the interview is not there; the plan and minutes are."""
    night = as_("home_staff")
    interview = template.planted.records[INTERVIEW]
    for path in (f"/children/{CHILD}", "/documents", "/", search(night, CHILDREN[0].name.split()[0])):
        text = night.get(path).text
        assert "return interview" not in text.lower(), path
    for more in ("/read", "/history", "/compare", "/issue", "", "/sign-off", "/preview"):
        assert night.get(f"/records/{interview}{more}").status_code in (403, 404), more
    assert night.get(f"/records/{interview}/history").status_code == 404
    text = night.get(f"/children/{CHILD}").text
    assert "Planted planted plan" in text
    assert "Planted planted minutes" in text


def test_fact_of_an_interview_fills_in_no_form_until_it_is_released(
    here: Installation, as_: As, template: Template
) -> None:
    """What the interview taught is in no draft of the plan; released to all who read it, it fills it in."""
    plan, interview = template.planted.records[PLAN], template.planted.records[INTERVIEW]
    learnt = word(template, INTERVIEW, "open", "risk")
    worker, home = as_("social_worker"), as_("residential_manager")
    asked = f"/records/{plan}/pages/p_known"
    assert learnt not in worker.get(asked).text
    assert learnt not in home.get(asked).text
    with here.store.read() as tx:
        fact = facts.known(tx, child_id=CHILD)[TAUGHT]
    page = worker.get(f"/records/{interview}/taught")
    assert learnt in page.text
    release = f"/records/{interview}/taught/{fact.id}"
    assert worker.post(release, data={"to": ["home"], "why": ""}).status_code == 422
    assert home.get(f"/records/{interview}/taught").status_code == 403
    with here.store.read() as tx:
        place = facts.known(tx, child_id=CHILD)[f"{INTERVIEW}.o_confidential_place"]
    never = {"to": ["home"], "why": "An address that is confidential"}
    assert worker.post(f"/records/{interview}/taught/{place.id}", data=never).status_code == 404
    data = {"to": ["home", "health", "education"], "why": "They need it tonight"}
    assert worker.post(release, data=data).status_code == 302
    assert "They need it tonight" in worker.get(f"/records/{interview}/taught").text
    assert learnt in home.get(asked).text
    assert learnt in worker.get(asked).text


def test_part_withheld_by_name_is_nowhere_for_that_person(
    here: Installation, as_: As, template: Template
) -> None:
    """A manager withholds a part; the person reads the rest, has no file that carries it, learns nothing."""
    plan = template.planted.records[PLAN]
    senior = user_of("home_staff")
    manager, night = as_("team_manager"), as_("home_staff")
    page = f"/children/{CHILD}/withheld"
    assert manager.post(page, data={"who": senior}).status_code == 422
    data = {"who": senior, "what": f"{plan}:restricted", "kind": "allegation", "why": "Under enquiry"}
    assert manager.post(page, data=data).status_code == 302
    assert manager.post(page, data=data).status_code == 422
    assert "Under enquiry" in manager.get(page).text
    kept = template.planted.parts((PLAN, "restricted"))
    for path in (f"/records/{plan}/read", f"/children/{CHILD}", "/documents", f"/records/{plan}/history"):
        text = night.get(path).text
        assert not words_in(text) & kept, path
        assert "withheld" not in text.lower(), path
        assert "Under enquiry" not in text, path
    assert word(template, PLAN, "main", "plan") in night.get(f"/records/{plan}/read").text
    with here.store.read() as tx:
        copy = next(one for one in documents.of_record(tx, plan) if one.audience_id == "home")
    assert f"/documents/{copy.id}" not in night.get(f"/children/{CHILD}").text
    refused = night.get(f"/documents/{copy.id}")
    assert refused.status_code == 404
    assert "restricted" not in refused.text.lower()
    assert as_("residential_manager").get(f"/documents/{copy.id}").status_code == 200
    with here.store.read() as tx:
        held = next(one for one in withholdings.of_child(tx, CHILD) if one.record_id == plan)
    manager.post(f"{page}/{held.id}/end", data={})
    assert night.get(f"/documents/{copy.id}").status_code == 404
    manager.post(f"{page}/{held.id}/end", data={"sure": "yes"})
    assert night.get(f"/documents/{copy.id}").status_code == 200


def test_part_of_named_readers_is_read_by_those_named_alone(as_: As, template: Template) -> None:
    """A disclosure is read by whoever began the form; anybody else once named, until that ends."""
    minutes = template.planted.records[MINUTES]
    said = word(template, MINUTES, "named", "disclosure")
    manager, head = as_("team_manager"), as_("service_manager")
    read = f"/records/{minutes}/read"
    assert said in as_("social_worker").get(read).text
    assert said not in head.get(read).text
    assert word(template, MINUTES, "closed", "plan") in head.get(read).text
    data = {"part": f"{minutes}:named", "reader": user_of("service_manager")}
    assert manager.post(f"/children/{CHILD}/withheld/readers", data=data).status_code == 302
    assert said in head.get(read).text
    assert said not in manager.get(read).text
    ended = re.search(r"/withheld/readers/([a-z0-9]+)/end", manager.get(f"/children/{CHILD}/withheld").text)
    assert ended
    manager.post(f"/children/{CHILD}/withheld/readers/{ended[1]}/end")
    assert said not in head.get(read).text


def test_form_or_child_withheld_is_not_there(as_: As, template: Template) -> None:
    """The subject of an allegation finds neither the form, nor, shut out of the child, the child."""
    minutes = template.planted.records[MINUTES]
    manager, night = as_("team_manager"), as_("home_staff")
    data = {"who": user_of("home_staff"), "kind": "allegation", "why": "Under enquiry"}
    manager.post(f"/children/{CHILD}/withheld", data={**data, "what": minutes})
    assert night.get(f"/records/{minutes}/read").status_code == 404
    assert (
        "Planted planted minutes" not in night.get(f"/children/{CHILD}").text + night.get("/documents").text
    )
    manager.post(f"/children/{CHILD}/withheld", data={**data, "what": "all"})
    assert night.get(f"/children/{CHILD}").status_code == 404
    for path in ("/", "/children", "/documents"):
        assert CHILDREN[0].name not in night.get(path).text, path


def test_confidential_place_is_known_to_authority_police_and_the_home_itself(
    here: Installation, as_: As
) -> None:
    """Without a tie nobody learns of it; the home she lives in knows itself, and not the place before."""
    kit = CHILDREN[1]
    with here.store.write() as tx:
        placements.move(
            tx,
            child_id=kit.id,
            controller_id=kit.controller_id,
            area_id=kit.area_id,
            details={
                "kind": "foster home",
                "address": {"lines": ["9 Hidden Row"], "town": "Nowherethwaite"},
                "confidential": "trafficked",
            },
        )
    assert "Nowherethwaite" in as_("social_worker").get("/children").text
    assert "Nowherethwaite" in as_("police_coordinator").get("/children").text
    assert as_("home_staff").get(f"/children/{kit.id}").status_code == 404
    with here.store.write() as tx:
        placements.move(
            tx,
            child_id=kit.id,
            controller_id=kit.controller_id,
            area_id=kit.area_id,
            details={"kind": "children's home", "confidential": "address"},
            home_id=HOME,
        )
    assert "Rowan Bank" in as_("home_staff").get(f"/children/{kit.id}").text
    assert "Nowherethwaite" not in as_("home_staff").get(f"/children/{kit.id}").text


def test_night_senior_reaches_the_newest_plan_in_two_clicks(as_: As) -> None:
    """At 23:40 the first page names the plan; one click hands out the copy for the home, two show it."""
    night = as_("home_staff")
    first = night.get("/").text
    assert CHILDREN[0].name in first
    files = re.findall(r'href="(/documents/[a-z0-9]{20})"', first)
    assert files
    reply = night.get(files[0])
    assert reply.status_code == 200
    assert reply.data.startswith(b"%PDF-")
    page = night.get(f"/children/{CHILD}").text
    read = re.search(r'href="(/records/demorecordplan222222/read)"', page)
    assert read
    shown = night.get(read[1]).text
    for needed in ("Do not approach", "medic", "999"):
        assert needed.lower() in shown.lower(), needed
