"""Administration without a shell: an organisation, its places and seal; areas, rules; who is here at all."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from PIL import Image

from formsvc.access.rules import RULES
from formsvc.access.terms import ABOUT_NO_CHILD, Action, Relation
from formsvc.cli import main
from formsvc.definitions.compared import Kind, compared
from formsvc.definitions.library import load_library
from formsvc.demo import AUTHORITY, CHILDREN, CONSTABULARY, FORCE, HOME, PROVIDER, TEAM, USERS, WORKER
from formsvc.errors import Unreadable
from formsvc.fields import TYPES
from formsvc.records.logos import accept_logo
from formsvc.store import organisations, placements, users
from formsvc.store import tables as t
from formsvc.web.area_words import KIND_WORDS, RELATION_WORDS, TYPE_WORDS
from formsvc.workflow.own_seal import make_own_key
from tests.web.conftest import Installation, StrictClient, sign_in_as

As = Callable[[str], StrictClient]
RECORD = "TP-DEM2-PAGE"
CHILD = CHILDREN[0].reference


def acts(demo: Installation) -> list[tuple[str, str]]:
    """Return the acts of the audit that are about organisations or access, with their subjects."""
    with demo.store.read() as tx:
        rows = tx.c.execute(
            sa.select(t.audit_entry.c.act, t.audit_entry.c.subject_id, t.audit_entry.c.outcome)
            .where(t.audit_entry.c.outcome == "done")
            .order_by(t.audit_entry.c.at, t.audit_entry.c.id)
        )
        return [
            (row.act, row.subject_id or "")
            for row in rows
            if row.act.startswith(("organisation.", "access.explain"))
        ]


def a_place(demo: Installation, kind: str, name: str, organisation_id: str = AUTHORITY) -> str:
    """Add a place in the store and return its id."""
    with demo.store.write() as tx:
        if kind == "team":
            return organisations.add_team(tx, organisation_id=organisation_id, name=name)
        return organisations.add_home(tx, organisation_id=organisation_id, name=name, area_id="LAN")


def of_provider(demo: Installation) -> StrictClient:
    """Return a client signed in as an administrator of the private provider."""
    return of_organisation(demo, PROVIDER)


def of_organisation(demo: Installation, id: str) -> StrictClient:
    """Return a client signed in as an administrator of an organisation that had none."""
    with demo.store.write() as tx:
        user_id = users.add(tx, email=f"keeper.{id}@example.org", name="Tobermory Kestrel-Obi")
        held = users.add_membership(tx, user_id=user_id, organisation_id=id, role="administrator")
    return sign_in_as(demo, user_id=user_id, membership_id=held)


def picture(size: tuple[int, int] = (600, 200), kind: str = "PNG") -> bytes:
    """Return a picture."""
    out = io.BytesIO()
    if kind == "JPEG":
        Image.new("RGB", size, "teal").save(out, kind, comment=b"found in a file")
    else:
        Image.new("RGBA", size, (0, 90, 90, 120)).save(out, kind)
    return out.getvalue()


def test_administrator_renames_the_organisation(demo: Installation, as_: As) -> None:
    """The new name stands on every page of its people at once; what it is called elsewhere is not taken."""
    client = as_("administrator")
    assert client.post("/administration/name", data={"name": "  Calderholme   Unitary "}).status_code == 302
    assert "Calderholme Unitary" in as_("social_worker").get("/").text
    assert client.post("/administration/name", data={"name": ""}).status_code == 422
    assert client.post("/administration/name", data={"name": "x" * 201}).status_code == 422
    taken = client.post("/administration/name", data={"name": "THRESHOLD care (invented)"})
    assert taken.status_code == 422
    assert "is there already" in taken.text
    assert acts(demo) == [("organisation.rename", AUTHORITY)]


def test_everything_an_administrator_looks_after_is_led_to(as_: As) -> None:
    """People, areas, rules, seal, retention, audit and background work: each link leads to a page."""
    client = as_("administrator")
    page = client.get("/administration").text
    led = re.findall(r'<p class="app-line__main"><a class="govuk-link" href="([^"]+)"', page)
    assert {
        "/people",
        "/retention",
        "/audit",
        "/jobs",
        "/administration/areas",
        "/administration/seal",
    } <= set(led)
    assert {client.get(path).status_code for path in led} == {200}


def test_logo_is_drawn_anew_and_shown_to_its_people_alone(demo: Installation, as_: As) -> None:
    """It is re-encoded; the header bears it; nobody of another organisation reaches it, nor a visitor."""
    client = as_("administrator")
    data = {"logo": (io.BytesIO(picture(kind="JPEG")), "logo.jpg")}
    assert client.post("/administration/logo", data=data).status_code == 302
    worker = as_("social_worker")
    found = re.search(r'<img class="app-header__logo" src="([^"]+)"', worker.get("/").text)
    assert found
    reply = worker.get(found[1])
    assert reply.mimetype == "image/png"
    assert b"found in a file" not in reply.data
    assert Image.open(io.BytesIO(reply.data)).size == (480, 160)
    for other in (as_("home_staff"), as_("police_coordinator")):
        assert "app-header__logo" not in other.get("/").text
        assert other.get(found[1]).status_code == 404
    assert demo.client().get(found[1]).status_code == 302
    assert client.post("/administration/logo", data={"do": "remove"}).status_code == 302
    assert worker.get(found[1]).status_code == 404


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (b"GIF89a" + b"\0" * 40, "not_a_picture"),
        (picture()[:200], "damaged"),
        (picture((400, 4)), "too_small"),
        (b"\0" * (2 * 1024 * 1024 + 1), "too_large"),
        (picture((4100, 4000)), "too_large"),
    ],
    ids=["svg", "gif", "cut", "narrow", "heavy", "wide"],
)
def test_logo_that_is_none_is_refused(data: bytes, why: str) -> None:
    """Only a PNG or JPEG of a sensible size is looked at; each refusal has its code."""
    with pytest.raises(Unreadable) as caught:
        accept_logo(data)
    assert caught.value.detail == why


def test_logo_that_is_none_is_told_beside_the_field(as_: As) -> None:
    """Nothing chosen, and something that is no picture, are said in words."""
    client = as_("administrator")
    assert "Choose a PNG or JPEG picture" in client.post("/administration/logo", data={}).text
    svg = {"logo": (io.BytesIO(b"<svg/>"), "x.png")}
    reply = client.post("/administration/logo", data=svg)
    assert reply.status_code == 422
    assert 'href="#logo"' in reply.text


def test_places_are_added_renamed_and_closed(demo: Installation, as_: As) -> None:
    """A team of the council: its people lose the role with it, and only with it; all of it is noted."""
    client = as_("administrator")
    assert client.post("/administration/add/team", data={"name": "Night desk"}).status_code == 302
    with demo.store.read() as tx:
        place = next(
            one for one in organisations.places(tx, organisation_id=AUTHORITY) if one.name == "Night desk"
        )
    with demo.store.write() as tx:
        held = users.add_membership(
            tx, user_id=WORKER.id, organisation_id=AUTHORITY, role="social_worker", team_id=place.id
        )
    path = f"/administration/places/{place.id}"
    assert "1 person works here" in client.get("/administration").text
    assert WORKER.name in client.get(path).text
    assert client.post(path, data={"name": "Night team"}).status_code == 302
    assert client.post(path, data={"name": "children in our CARE, east"}).status_code == 422
    asked = client.get(f"{path}/close").text
    assert "1 person loses the role" in asked
    assert client.post(f"{path}/close", data={}).status_code == 422
    assert client.post(f"{path}/close", data={"sure": "yes"}).status_code == 302
    assert client.get(path).status_code == 404
    with demo.store.read() as tx:
        assert held not in {one.id for one in users.memberships(tx, user_id=WORKER.id)}
        assert WORKER.membership_id in {one.id for one in users.memberships(tx, user_id=WORKER.id)}
    names = ["organisation.place", "organisation.rename_place", "organisation.close_place"]
    assert acts(demo) == [(name, place.id) for name in names]


def test_team_with_children_is_not_closed(demo: Installation, as_: As) -> None:
    """How many there are is said, no name; posting all the same changes nothing."""
    client = as_("administrator")
    for reply in (
        client.get(f"/administration/places/{TEAM}/close"),
        client.post(f"/administration/places/{TEAM}/close", data={"sure": "yes"}),
    ):
        assert "3 children are in this team" in reply.text
        assert not any(one.name in reply.text or one.known_as in reply.text for one in CHILDREN)
    assert reply.status_code == 409
    assert client.get(f"/administration/places/{TEAM}").status_code == 200
    assert acts(demo) == []


def test_home_is_closed_only_when_nobody_lives_there(demo: Installation) -> None:
    """Two children of the council stop it; when they live elsewhere it closes, and nobody is placed there."""
    client = of_provider(demo)
    path = f"/administration/places/{HOME}/close"
    assert "2 children are placed here now" in client.post(path, data={"sure": "yes"}).text
    with demo.store.write() as tx:
        for one in CHILDREN:
            if one.home_id == HOME:
                placements.move(
                    tx, child_id=one.id, controller_id=AUTHORITY, area_id="LAN", details={"kind": "other"}
                )
    assert client.post(path, data={"sure": "yes"}).status_code == 302
    with demo.store.read() as tx:
        assert HOME not in {one.id for one in organisations.homes_for(tx, organisation_id=AUTHORITY)}


def test_organisation_has_the_places_of_its_kind(demo: Installation, as_: As) -> None:
    """A council has teams, a provider homes with their area; a force is added by nobody in the browser."""
    council, provider = as_("administrator"), of_provider(demo)
    assert council.get("/administration/add/force").status_code == 404
    assert council.post("/administration/add/home", data={"name": "A", "area": "LAN"}).status_code == 404
    assert council.get("/administration/add/nothing").status_code == 404
    assert provider.get("/administration/add/team").status_code == 404
    police = of_organisation(demo, CONSTABULARY)
    assert "formsvc people place" in police.get("/administration").text
    assert police.get("/administration/add/force").status_code == 404
    assert police.post("/administration/add/force", data={"name": "B", "area": "BED"}).status_code == 404
    assert police.get(f"/administration/places/{FORCE}").status_code == 200
    wrong = provider.post("/administration/add/home", data={"name": "Alder House", "area": "XXX"})
    assert wrong.status_code == 422
    assert "Choose the area" in wrong.text
    assert 'value="Alder House"' in wrong.text
    assert (
        provider.post("/administration/add/home", data={"name": "Alder House", "area": "BED"}).status_code
        == 302
    )
    assert "Bedfordshire" in provider.get("/administration").text


@pytest.mark.parametrize("place_id", [HOME, FORCE, "nothing"])
def test_places_of_others_are_not_there(demo: Installation, as_: As, place_id: str) -> None:
    """A place of another organisation is answered as one that does not exist, and stays as it is."""
    client = as_("administrator")
    for path in (f"/administration/places/{place_id}", f"/administration/places/{place_id}/close"):
        assert client.get(path).status_code == 404
        assert client.post(path, data={"name": "Mine", "sure": "yes"}).status_code == 404
    with demo.store.read() as tx:
        assert {"Rowan Bank", "Eastern division"} <= {one.name for one in organisations.places(tx)}


def test_seal_is_shown_and_no_key_is(demo: Installation, as_: As) -> None:
    """Whose, until when, its fingerprint, the certificate to hand on; with a key of its own it says so."""
    client = as_("administrator")
    page = client.get("/administration/seal").text
    assert "your organisation has no key of its own" in page
    assert f"formsvc keys new --for {AUTHORITY}" in page
    made = make_own_key(demo.store, settings=demo.settings, organisation_id=AUTHORITY, kind="p256")
    page = client.get("/administration/seal").text
    assert "organisation&#39;s own" in page
    assert "Calderholme County Council" in page
    assert str(made.key) not in page
    reply = client.get("/administration/seal/certificate.pem")
    assert reply.data.startswith(b"-----BEGIN CERTIFICATE-----")
    assert b"PRIVATE" not in reply.data
    assert made.passphrase.read_text() not in page
    other = of_provider(demo).get("/administration/seal/certificate.pem")
    assert other.data != reply.data


def test_every_area_and_form_is_readable(demo: Installation, as_: As) -> None:
    """Each area's page names its protocol, readings and readers; each form each of its questions."""
    client, library = as_("administrator"), load_library(demo.settings.form_templates)
    for area_id in library.areas():
        area = library.area(area_id)
        page = client.get(f"/administration/areas/{area_id}").text
        assert all(id in page for id in area.readings)
        read = page.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&")
        assert all(one.name in read for one in area.audiences.values())
        assert [words for words in (*area.readings.values(), *area.stay_safe) if words not in read] == []
        assert [rule.clause for rule in area.rules.values() if rule.clause not in read] == []
        assert [one["channel"] for one in area.contacts if one["channel"] not in read] == []
        for id in set(library.ids()) - set(library.of_area(area_id)):
            assert f"/administration/areas/{area_id}/{id}" not in page
            assert client.get(f"/administration/areas/{area_id}/{id}").status_code == 404
        for id in library.of_area(area_id):
            told = client.get(f"/administration/areas/{area_id}/{id}")
            assert told.status_code == 200
            assert library.effective(id, area_id).hash in told.text
            text = told.text.replace("&#39;", "'").replace("&#34;", '"')
            missing = [one.label for _, one in library.effective(id, area_id).walk() if one.label not in text]
            assert missing == []
    assert client.get("/administration/areas/XXX").status_code == 404
    assert client.get("/administration/areas/LAN/nothing").status_code == 404


def test_area_whose_review_is_past_says_so(as_: As) -> None:
    """The list and the page both warn, and a protocol without a date is no newer for it."""
    client = as_("administrator")
    assert "Review overdue" in client.get("/administration/areas").text
    assert "was due on 31 December 2012, 13 years" in client.get("/administration/areas/BED").text
    assert "prints no date for its review" in client.get("/administration/areas/NEL").text
    assert "was due on 28 February 2024" in client.get("/administration/areas/LAN").text


def test_form_of_an_area_tells_what_it_says_as_a_whole_and_what_is_gone(as_: As) -> None:
    """Title, circulation and checks of the area stand beside the base's; what is gone says why."""
    page = as_("administrator").get("/administration/areas/NEL/trigger_plan").text
    assert re.search(r"\d\d things differ", page)
    assert "The form as a whole" in page
    assert ">Who receives it</th>" in page
    assert ">Checks over several questions</th>" in page
    assert "The next review must be within a month of the plan&#39;s date" in page
    assert "No longer asked: North East Lincolnshire asks for a strategy" in page


def test_differences_stand_side_by_side() -> None:
    """What an overlay adds, words otherwise, asks otherwise, offers and retires: each with both sides."""
    library = load_library(Path("tests/data/sound"))
    found = {
        (one.kind, one.path): one for one in compared(library.base("note"), library.effective("note", "OTH"))
    }
    assert ("added", "nickname") in found
    assert ("added", "people.*.age") in found
    assert found["relabelled", "seen"].after == ("Where the child was last seen",)
    assert found["options", "mood"].before != found["options", "mood"].after
    assert found["required", "seen"].after == ("Required before it is final, when mood = low",)
    retired = found["retired", "height"]
    assert (retired.after, retired.why) == ((), "The police ask for it themselves.")
    assert compared(library.base("note"), library.base("note")) == ()


def test_words_are_there_for_every_type_and_tie() -> None:
    """No question is shown by the name of its type, no relation by its code."""
    assert set(TYPE_WORDS) == set(TYPES)
    assert set(RELATION_WORDS) == set(Relation)
    assert set(KIND_WORDS) == set(get_args(Kind))


def test_rules_are_told_in_words(as_: As) -> None:
    """Every rule stands on the page as it explains itself elsewhere."""
    page = as_("administrator").get("/administration/access").text.replace("&#39;", "'")
    assert all(rule.words in page for rule in RULES)


def ask(
    client: StrictClient, *, email: str, action: str = "see_child", about: str = CHILD
) -> tuple[int, str]:
    """Ask about somebody and return the status and the page."""
    reply = client.post("/administration/access", data={"email": email, "action": action, "about": about})
    return reply.status_code, reply.text.replace("&#39;", "'")


def test_access_of_ones_own_people_is_explained(demo: Installation, as_: As) -> None:
    """Yes or no, by which rule and for which tie; the child is not named, and that it was asked is noted."""
    client = as_("administrator")
    status, page = ask(client, email=WORKER.email)
    assert status == 200
    assert "the child is on their caseload" in page
    assert "case-worker" in page
    status, page = ask(client, email=WORKER.email, action="approve", about=RECORD.lower())
    assert status == 200
    assert ">No<" in page.replace("\n", "")
    assert not any(name in page for one in CHILDREN for name in (one.name, one.known_as))
    assert [act for act, _ in acts(demo)] == ["access.explain", "access.explain"]


def test_access_of_others_and_what_is_theirs_is_not_explained(demo: Installation, as_: As) -> None:
    """People elsewhere are unknown; so is a child who has nothing to do with organisation or person."""
    client = as_("administrator")
    night = next(one for one in USERS if one.role == "home_staff")
    for email in (night.email, "nobody@example.org"):
        status, page = ask(client, email=email)
        assert status == 422
        assert "Nobody in your organisation has this email address" in page
    provider = of_provider(demo)
    assert ask(provider, email=night.email)[0] == 200
    elsewhere = ask(provider, email=night.email, about=CHILDREN[2].reference)
    unknown = ask(provider, email=night.email, about="CH-2222-2222")
    assert elsewhere[0] == unknown[0] == 422
    for _, page in (elsewhere, unknown):
        assert "has this reference" in page


@pytest.mark.parametrize(
    "data", [{}, {"email": "a@b.c", "action": "begin", "about": CHILD}, {"action": "nothing"}]
)
def test_question_that_lacks_something_is_asked_again(as_: As, data: dict[str, str]) -> None:
    """What is missing or cannot be asked is said beside the field."""
    assert as_("administrator").post("/administration/access", data=data).status_code == 422
    assert Action.begin in ABOUT_NO_CHILD


def test_operator_adds_an_organisation_and_sees_names_alone(demo: Installation, as_: As) -> None:
    """The link opens the first administrator's account; the list says how each stands, nothing inside it."""
    operator = as_("operator")
    data = {
        "name": "Fellmere Council",
        "kind": "authority",
        "person": "Ursula Ní Dhomhnaill-Park",
        "email": "u@example.org",
    }
    made = operator.post("/organisations/new", data=data)
    assert made.status_code == 200
    link = made.text.split("app-link-once")[1].split("http://127.0.0.1:8000")[1].split("<")[0].strip()
    listed = operator.get("/organisations").text
    assert "Fellmere Council" in listed
    assert not any(one.name in listed for one in USERS if one.role != "operator")
    visitor = demo.client()
    assert visitor.get(link).status_code == 200
    words = "quarry-mitten-sable-41"
    assert visitor.post(link, data={"new": words, "again": words}).status_code == 302
    again = operator.post("/organisations/new", data=data)
    assert again.status_code == 422
    assert 'value="u@example.org"' in again.text
    for path in ("/administration", "/people", "/children", "/documents", "/administration/access"):
        assert operator.get(path).status_code == 403
    assert "TP-DEM2-PAGE" not in operator.get("/jobs").text
    assert "Clear old files away" in operator.get("/jobs").text


def test_operator_is_made_at_the_command_line_alone(demo: Installation, as_: As) -> None:
    """No invitation makes one, and no administrator opens an operator's account by a password link."""
    operator = next(one for one in USERS if one.role == "operator")
    client = as_("administrator")
    data = {"name": "Sly One", "email": "sly@example.org", "role": "operator@"}
    assert client.post("/people/invite", data=data).status_code == 422
    assert client.post(f"/people/{operator.id}/reset").status_code == 404
    assert client.post(f"/people/roles/{operator.membership_id}/end").status_code == 404


def test_operator_made_at_the_command_line_signs_in(demo: Installation) -> None:
    """The command prints a link that opens the account; an organisation that is not here has none."""
    runner = CliRunner(env={"FORMSVC_INSTANCE": str(demo.settings.instance)})
    who = ["--name", "Ottilie Brankstone-Dube", "--email", "ottilie@example.org"]
    made = runner.invoke(main, ["people", "operator", AUTHORITY, *who])
    assert made.exit_code == 0
    path = made.output.strip().removeprefix("http://127.0.0.1:8000")
    words = "quarry-mitten-sable-41"
    client = demo.client()
    assert client.post(path, data={"new": words, "again": words}).status_code == 302
    assert client.post("/sign-in", data={"email": who[3], "password": words}).status_code == 302
    assert client.get("/organisations").status_code == 200
    assert runner.invoke(main, ["people", "operator", "nowhere", *who]).exit_code != 0


def test_nobody_else_administers(as_: As) -> None:
    """Every other role is refused every page of administration."""
    for role in sorted({one.role for one in USERS} - {"administrator", "operator"}):
        client = as_(role)
        for path in ("/administration", "/administration/seal", "/administration/areas", "/organisations"):
            assert client.get(path).status_code == 403, (role, path)
    assert as_("administrator").get("/organisations").status_code == 403
