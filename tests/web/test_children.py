"""Children: who finds whom, what a child's page shows, adding and moving."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from formsvc import clock
from formsvc.access.table import Role
from formsvc.demo import AUTHORITY, CHILDREN, HOME, TEAM, USERS, WORKER
from formsvc.store import children, placements
from formsvc.store.children import Identity
from formsvc.store.session import Tx
from tests.integration.stores import count_statements
from tests.web.conftest import Installation, StrictClient, search

SZYMON, KIT, BLA = CHILDREN
NEW = {
    "name": "Ottoline Fairweather-Adeyemi",
    "known_as": "Otto",
    "born_day": "4",
    "born_month": "May",
    "born_year": "2013",
    "kind": "foster_home",
    "line1": "8 Tarn Row",
    "town": "Kettlefold",
    "postcode": "la978uw",
    "area": "LAN",
    "carer": "Dilys Prothero-Ames",
}

SEEN = {
    Role.social_worker: {SZYMON.id, KIT.id, BLA.id},
    Role.team_manager: {SZYMON.id, KIT.id, BLA.id},
    Role.residential_manager: {SZYMON.id, KIT.id},
    Role.home_staff: {SZYMON.id, KIT.id},
    Role.police_coordinator: {SZYMON.id, KIT.id, BLA.id},
    Role.reviewing_officer: {SZYMON.id, KIT.id, BLA.id},
    Role.return_interviewer: set[str](),
}


@pytest.mark.parametrize("role", SEEN)
def test_each_role_lists_its_own_children(as_: Callable[[str], StrictClient], role: Role) -> None:
    """List, search, first page and a child's page agree on whom a role may see."""
    client = as_(role)
    first, listed = client.get("/"), client.get("/children")
    found = client.get(search(client, "CH-DEM2-BAA2"))
    for one in CHILDREN:
        seen = one.id in SEEN[role]
        assert (one.reference in listed.text) == seen
        assert (f"/children/{one.id}" in first.text) == seen
        assert client.get(f"/children/{one.id}").status_code == (200 if seen else 404)
    assert (f"/children/{BLA.id}" in found.text) == (BLA.id in SEEN[role])


@pytest.mark.parametrize(
    "text",
    ("szymon duc", "Więckowski", "SZYMEK", "3/2/2012", "3 February 2012", "2012-02-03", "ch-dem2-szy2"),
)
@pytest.mark.parametrize("role", ("social_worker", "home_staff", "police_coordinator"))
def test_child_is_found_by_name_birthday_and_reference(
    as_: Callable[[str], StrictClient], text: str, role: str
) -> None:
    """A name without its accents, what she is known as, a date as people write it, a reference."""
    page = (client := as_(role)).get(search(client, text)).text
    assert f"/children/{SZYMON.id}" in page
    assert f"/children/{KIT.id}" not in page


def test_a_name_in_an_address_finds_nothing_and_is_not_looked_for(
    as_: Callable[[str], StrictClient],
) -> None:
    """What stands in an address is kept by browsers and proxies: a search is only ever posted."""
    client = as_("social_worker")
    page = client.get("/children", query_string={"q": SZYMON.known_as}).text
    assert page.replace(client.token, "") == client.get("/children").text.replace(client.token, "")
    assert SZYMON.known_as not in search(client, SZYMON.known_as)


def test_search_that_finds_nobody_says_so(as_: Callable[[str], StrictClient]) -> None:
    """What was typed comes back, with a way on."""
    page = (client := as_("social_worker")).get(search(client, "<b>Nobody")).text
    assert "Nobody you may see is found by that" in page
    assert "&lt;b&gt;Nobody" in page


def test_lists_take_the_same_number_of_queries_however_long(
    demo: Installation, as_: Callable[[str], StrictClient]
) -> None:
    """Sixty more children cost no more queries, on the list, in a search and on the first page."""
    clients = {role: as_(role) for role in ("social_worker", "police_coordinator")}
    count = count_statements(demo.store)
    paths = {role: ("/children", search(client, "Wynn"), "/") for role, client in clients.items()}

    def counts() -> list[int]:
        taken = []
        for role, client in clients.items():
            for path in paths[role]:
                count()
                assert client.get(path).status_code == 200
                taken.append(count())
        return taken

    with demo.store.write() as tx:
        _add(tx, "Wynn Child-One")
    before = counts()
    with demo.store.write() as tx:
        for number in range(60):
            _add(tx, f"Wynn Child-{number}")
    assert counts() == before


def test_long_list_goes_on_page_by_page(demo: Installation, as_: Callable[[str], StrictClient]) -> None:
    """Every child stands on one page and on one only."""
    with demo.store.write() as tx:
        wanted = {_add(tx, f"Wynn Child-{number}") for number in range(60)} | {one.id for one in CHILDREN}
    client, path, seen = as_("social_worker"), "/children", list[str]()
    for _ in range(5):
        page = client.get(path).text
        seen += [part.split('"')[0] for part in page.split('href="/children/')[1:]]
        if 'rel="next"' not in page:
            break
        path = page.split('__next"><a class="govuk-link govuk-pagination__link" href="')[1].split('"')[0]
    seen = [one for one in seen if one != "new"]
    assert len(seen) == len(wanted)
    assert set(seen) == wanted


@pytest.mark.parametrize("after", ("x", "nan~x", "1e400~x", "~", "-1~%00"))
def test_broken_cursor_is_no_failure(as_: Callable[[str], StrictClient], after: str) -> None:
    """An address that was changed by hand is refused in words."""
    assert as_("social_worker").get("/children", query_string={"after": after}).status_code in (200, 400)


def test_child_page_shows_documents_with_their_age(as_: Callable[[str], StrictClient]) -> None:
    """Strip, current plan with its age, the copy of the reader and no other."""
    for role, has_history in (("social_worker", True), ("police_coordinator", False)):
        page = as_(role).get(f"/children/{SZYMON.id}").text
        assert "14 years old" in page or "years old" in page
        assert "Lives at Rowan Bank" in page
        assert "TP-DEM2-PAGE" in page
        assert "ago</strong>" in page or "just now</strong>" in page
        assert page.count('href="/documents/') == 2
        assert ("History" in page) == has_history


def test_photo_is_for_its_readers_alone(demo: Installation, as_: Callable[[str], StrictClient]) -> None:
    """Who may see the child gets the photo, never kept by a cache; nobody else does."""
    reply = as_("police_coordinator").get(f"/children/{SZYMON.id}/photo")
    assert (reply.status_code, reply.mimetype) == (200, "image/jpeg")
    assert reply.headers["Cache-Control"] == "no-store"
    assert as_("social_worker").get(f"/children/{KIT.id}/photo").status_code == 404
    assert as_("return_interviewer").get(f"/children/{SZYMON.id}/photo").status_code == 404
    assert demo.client().get(f"/children/{SZYMON.id}/photo").status_code == 302


def test_looking_and_being_refused_are_noted(demo: Installation, as_: Callable[[str], StrictClient]) -> None:
    """Each look at a child leaves one entry, each refusal one of its own; the manager reads them."""
    as_("social_worker").get(f"/children/{BLA.id}")
    as_("home_staff").get(f"/children/{BLA.id}")
    as_("administrator").get(f"/children/{BLA.id}")
    with demo.store.read() as tx:
        from formsvc.store import audit

        told = [(one.act, one.outcome) for one in audit.of_child(tx, BLA.id)]
    assert told.count(("child.see", "done")) == 1
    assert told.count(("access.see_child", "refused")) == 1
    page = as_("team_manager").get(f"/children/{BLA.id}").text
    assert WORKER.name in page
    assert "Refused" in page


def test_child_is_added_with_a_placement(demo: Installation, as_: Callable[[str], StrictClient]) -> None:
    """She is on the worker's caseload, in the team, found by name, and her plan can be begun."""
    client = as_("social_worker")
    reply = client.post("/children/new", data=NEW)
    assert reply.status_code == 302
    page = client.get(reply.location)
    assert "The child is added" in page.text
    assert "Foster home, Kettlefold" in page.text
    assert "born 4 May 2013" in page.text
    assert "Start a Trigger Plan" in page.text
    assert reply.location in client.get(search(client, "otto")).text
    assert as_("team_manager").get(reply.location).status_code == 200
    assert as_("home_staff").get(reply.location).status_code == 404
    with demo.store.read() as tx:
        placed = placements.of_child(tx, reply.location.rsplit("/", 1)[1])[0]
    assert placed.details["address"] == {
        "lines": ["8 Tarn Row"],
        "town": "Kettlefold",
        "postcode": "LA97 8UW",
    }


def test_plan_is_begun_once(as_: Callable[[str], StrictClient]) -> None:
    """Asking twice leads to the same form."""
    client = as_("social_worker")
    first = client.post(f"/children/{KIT.id}/start/trigger_plan")
    assert first.status_code == 302
    assert first.location.startswith("/records/")
    assert client.post(f"/children/{KIT.id}/start/trigger_plan").location == first.location
    assert first.location in client.get(f"/children/{KIT.id}").text
    assert first.location in client.get("/").text


@pytest.mark.parametrize(
    ("changed", "words"),
    (
        ({"name": ""}, "Enter the child&#39;s full name"),
        ({"name": "x" * 201}, "The name must be 200 characters or fewer"),
        ({"born_day": "31", "born_month": "2"}, "must be a day that exists"),
        ({"born_year": "13"}, "must have 4 digits"),
        ({"born_year": "2031"}, "The date of birth must be in the past"),
        ({"born_year": "1961"}, "Check the year of birth"),
        ({"born_day": "", "born_month": "", "born_year": ""}, "or say it is not known"),
        ({"born_not_known": "yes"}, "not both"),
        ({"born_day": ""}, "a day, a month and a year"),
        ({"kind": ""}, "Choose the home, or what kind of place it is"),
        ({"kind": "castle"}, "Choose the home, or what kind of place it is"),
        ({"line1": ""}, "Enter the first line of the address"),
        ({"postcode": "LA97"}, "Enter a whole postcode"),
        ({"area": "XYZ"}, "Choose the area they live in"),
        ({"home": "another"}, "Choose one of the homes in the list"),
    ),
)
def test_what_is_wrong_stands_twice_and_nothing_is_lost(
    as_: Callable[[str], StrictClient], changed: dict[str, str], words: str
) -> None:
    """In the summary, linked, and beside its question; everything typed is still there."""
    typed = NEW | changed
    page = as_("social_worker").post("/children/new", data=typed)
    assert page.status_code == 422
    assert page.text.count(words) == 2
    assert "There is a problem" in page.text
    for name in (
        "name",
        "known_as",
        "born_day",
        "born_month",
        "born_year",
        "line1",
        "town",
        "postcode",
        "carer",
    ):
        assert not typed[name] or f'value="{typed[name]}"' in page.text
    for href in {part.split('"')[0] for part in page.text.split('<a href="#')[1:]} - {"main"}:
        assert f'id="{href}"' in page.text


def test_child_of_the_same_name_is_shown_first(as_: Callable[[str], StrictClient]) -> None:
    """The same name and birthday ask whether this is another child; saying so adds her."""
    client = as_("social_worker")
    twin = NEW | {"name": KIT.name, "born_day": "19", "born_month": "6", "born_year": "2011"}
    page = client.post("/children/new", data=twin)
    assert page.status_code == 422
    assert f"/children/{KIT.id}" in page.text
    assert client.post("/children/new", data=twin | {"again": "yes"}).status_code == 302


def test_manager_chooses_a_worker_of_the_team(as_: Callable[[str], StrictClient]) -> None:
    """A child needs somebody who works with her, and only one of the team can be chosen."""
    client = as_("team_manager")
    assert WORKER.name in client.get("/children/new").text
    assert client.post("/children/new", data=NEW).status_code == 422
    outsider = next(one for one in USERS if one.role == "administrator")
    assert client.post("/children/new", data=NEW | {"worker": outsider.id}).status_code == 422
    assert client.post("/children/new", data=NEW | {"worker": WORKER.id}).status_code == 302


def test_moving_changes_who_sees_her_at_once(as_: Callable[[str], StrictClient]) -> None:
    """The home she leaves no longer sees her; the home she comes to does; history keeps both."""
    worker, home = as_("social_worker"), as_("home_staff")
    away = {name: NEW[name] for name in ("kind", "line1", "town", "postcode", "area")}
    assert worker.post(f"/children/{KIT.id}/placement", data={**away, "kind": ""}).status_code == 422
    assert home.get(f"/children/{KIT.id}").status_code == 200
    assert worker.post(f"/children/{KIT.id}/placement", data=away).status_code == 302
    assert home.get(f"/children/{KIT.id}").status_code == 404
    assert worker.post(f"/children/{KIT.id}/placement", data={"home": HOME}).status_code == 302
    assert home.get(f"/children/{KIT.id}").status_code == 200
    assert worker.get(f"/children/{KIT.id}").text.count("Lived at") == 3


def test_page_names_what_cannot_be_done_by_no_button(as_: Callable[[str], StrictClient]) -> None:
    """Who may not add, move or begin is offered none of it."""
    client = as_("home_staff")
    page = client.get(f"/children/{KIT.id}").text
    assert "Start a Trigger Plan" not in page
    assert "/placement" not in page
    assert "/children/new" not in client.get("/children").text


def _add(tx: Tx, name: str) -> str:
    """Add a child of the demo's team, placed in the demo's home."""
    child_id = children.add(
        tx,
        controller_id=AUTHORITY,
        identity=Identity(name=name, date_of_birth="2013-01-01"),
        created_by=WORKER.id,
        team_id=TEAM,
        id=clock.new_id(),
    )
    placements.move(
        tx,
        child_id=child_id,
        controller_id=AUTHORITY,
        area_id="LAN",
        details={"kind": "children's home"},
        home_id=HOME,
    )
    return child_id
