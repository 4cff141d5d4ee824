"""One computer, several people: shifts, switching, locked screens, sessions, who lets whom in again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from formsvc import clock
from formsvc.access.people import Person
from formsvc.access.terms import Role
from formsvc.demo import HOME, PASSWORD, PROVIDER, TEAM, USERS, WORKER
from formsvc.store import audit, kept_pages, users
from formsvc.store import tables as t
from formsvc.store.audit import Entry
from formsvc.workflow.actors import Actor
from formsvc.workflow.on_call import name_on_call
from formsvc.workflow.read_draft import read_draft
from formsvc.workflow.sessions import IDLE, LOCK_GRACE
from tests.web.completing import JSON, Page, begun, page, shared, the_plan
from tests.web.conftest import Installation, StrictClient, sign_in_as

As = Callable[[str], StrictClient]

MANAGER = next(one for one in USERS if one.role == "residential_manager")
NIGHT = next(one for one in USERS if one.role == "home_staff")
TEAM_MANAGER = next(one for one in USERS if one.role == "team_manager")
DUTY = next(one for one in USERS if one.role == "out_of_hours")
OWN = "quarry-mitten-sable-41"
LATE = datetime(2026, 11, 22, 23, 40, tzinfo=UTC)
LOCKS = timedelta(minutes=10) + LOCK_GRACE


@pytest.fixture(scope="module")
def demo(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return the demonstration that this file's tests share: each adds people of its own."""
    yield from shared(demo_template, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def manager(as_: As) -> StrictClient:
    """Return the manager of the home, signed in."""
    return as_("residential_manager")


@pytest.fixture
def lead(as_: As) -> StrictClient:
    """Return the manager of the team, whose people complete forms, signed in."""
    return as_("team_manager")


def entries(demo: Installation, act: str) -> tuple[Entry, ...]:
    """Return what was noted of one kind."""
    with demo.store.read() as tx:
        return audit._entries(tx, t.audit_entry.c.act == act, before=None, limit=500)


def add(client: StrictClient, name: str, **more: str) -> tuple[str, str]:
    """Add somebody for a shift by the page; return the sign-in name and the code that it shows."""
    shown = client.get("/people/shift").text
    first = re.search(r'name="end" type="radio" value="([^"]+)" checked', shown)
    assert first is not None
    reply = client.post("/people/shift", data={"name": name, "end": first[1], **more})
    assert reply.status_code == 200, reply.text
    found = re.findall(r'<dd class="app-link-once">([^<]+)</dd>', reply.text)
    return found[0], found[1]


def enter(demo: Installation, name: str, code: str, *, password: str = OWN) -> StrictClient:
    """Sign in with a code, choose a password, and return the client that is in."""
    client = demo.client()
    reply = client.post("/sign-in", data={"email": name, "password": code})
    assert reply.status_code == 303, reply.text
    assert "Choose a password" in client.get(reply.location).text
    reply = client.post(reply.location, data={"new": password, "again": password})
    assert reply.status_code == 302
    client.get("/")
    return client


def member(demo: Installation, client: StrictClient) -> str:
    """Return the membership a client acts in."""
    from formsvc.workflow.sessions import find_session

    cookie = client.get_cookie("formsvc")
    assert cookie is not None
    signed = find_session(demo.store, cookie.value)
    assert signed is not None
    assert signed.membership_id is not None
    return signed.membership_id


def held_in(client: StrictClient, address: str, **typed: str) -> Page:
    """Return a page of a form with something typed and not saved."""
    return page(client, address).change(**typed)


# ---------------------------------------------------------------- a shift


def test_agency_worker_is_added_with_one_field_and_three_clicks(demo: Installation, as_: As) -> None:
    """People, somebody for a shift, the name, add: the end is chosen, the role and the home are known."""
    with clock.held(LATE):
        manager = as_("residential_manager")
        assert 'href="/people/shift"' in manager.get("/people").text
        form = manager.get("/people/shift").text.split("<main")[1].split("</form>")[0]
        needed = [one for one in re.findall(r"<input[^>]+>", form) if 'type="hidden"' not in one]
        named = {re.search(r'name="([^"]+)"', one)[1] for one in needed}  # type: ignore[index]  # each has one
        assert named == {"name", "end", "day", "time", "email"}
        assert "Tomorrow, Monday 08:00" in form.split("checked")[1][:200]
        assert "<select" not in form
        sign_in_name, code = add(manager, "Isaura Quenby-Tadesse")
        assert re.fullmatch(r"isaura-[a-z2-9]{4}", sign_in_name)
        worker = enter(demo, sign_in_name, code)
        account = worker.get("/account").text
        assert "Isaura Quenby-Tadesse" in account
        assert "Rowan Bank" in account
        assert "until 23 November 2026, 08:00" in manager.get("/people").text


def test_code_is_told_once_and_kept_nowhere(
    demo: Installation, manager: StrictClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither database, log nor later page holds it; once a password is chosen it opens nothing."""
    name, code = add(manager, "Percival Osei-Lund")
    data = b"".join(file.read_bytes() for file in demo.settings.instance.glob("formsvc.sqlite*"))
    assert code.encode() not in data
    assert code not in manager.get("/people").text
    enter(demo, name, code)
    assert code not in capsys.readouterr().out
    assert demo.client().post("/sign-in", data={"email": name, "password": code}).status_code == 401
    assert demo.client().post("/sign-in", data={"email": name, "password": OWN}).status_code == 302


def test_code_runs_out_and_guesses_lock(demo: Installation, manager: StrictClient) -> None:
    """After twelve hours it opens nothing; five guesses lock, as at a password; a new code lets in again."""
    name, code = add(manager, "Bertille Nkemelu", end="other", day="1 December 2026", time="07:30")
    with clock.held(clock.now() + timedelta(hours=12, minutes=1)):
        assert demo.client().post("/sign-in", data={"email": name, "password": code}).status_code == 401
    for _ in range(5):
        demo.client().post("/sign-in", data={"email": name, "password": "abcd-efgh-jkmn"})
    assert demo.client().post("/sign-in", data={"email": name, "password": code}).status_code == 401
    found = re.search(r"/people/([a-z0-9]+)/release", manager.get("/people?q=bertille").text)
    assert found is not None
    shown = manager.post(f"/people/{found[1]}/code").text
    again = re.findall(r'<dd class="app-link-once">([^<]+)</dd>', shown)
    enter(demo, again[0], again[1].upper().replace("-", " "))


@pytest.mark.parametrize(
    ("typed", "words"),
    (
        ({"name": ""}, "Enter their full name"),
        ({"email": "no mail"}, "Nobody who worked here before"),
        ({"end": ""}, "Choose when the shift ends"),
        ({"end": "2026-11-23T08:00:00Z"}, "Choose when the shift ends"),
        ({"end": "2026-11-23T08:00"}, "You typed another end"),
        ({"end": "other", "day": "31/2/2026", "time": "08:00"}, "Enter a date and a time"),
        ({"end": "other", "day": "24 November 2026", "time": "25:00"}, "Enter a date and a time"),
        ({"end": "other", "day": "22 November 2026", "time": "23:00"}, "later than now"),
        ({"end": "other", "day": "7 December 2026", "time": "00:00"}, "within 14 days"),
        ({"email": MANAGER.email}, "cannot give a role to yourself"),
        ({"email": NIGHT.email}, "They work here already"),
    ),
)
def test_shift_that_cannot_be_says_why(as_: As, typed: dict[str, str], words: str) -> None:
    """Each mistake has its words, beside the field and in the summary, and what was typed stays."""
    with clock.held(LATE):
        client = as_("residential_manager")
        data = {"name": "Odalys Ferro-Banks", "end": "other", "day": "24 November 2026", "time": "08:00"}
        reply = client.post("/people/shift", data=data | typed)
        assert reply.status_code == 422
        assert reply.text.count(words) >= 2
        if typed.get("name") is None:
            assert 'value="Odalys Ferro-Banks"' in reply.text


def test_end_of_a_shift_ends_the_session_and_hands_over_what_was_typed(
    demo: Installation, lead: StrictClient
) -> None:
    """The worker is out; what came after is not lost, not theirs any more, and not anybody's unasked."""
    began = clock.now()
    plan = f"/records/{begun(demo, the_plan(demo))}"
    name, code = add(lead, "Melisande Okpara")
    worker = enter(demo, name, code)
    with demo.store.write() as tx:
        users.set_until(tx, membership_id=member(demo, worker), until_at=began + timedelta(minutes=5))
    typed = held_in(worker, f"{plan}/pages/looks", build="Slight, heather-tweed coat")
    with clock.held(began + timedelta(minutes=6)):
        reply = typed.press()
        assert reply.status_code == 303
        assert reply.location == "/sign-in"
        assert "kept for your manager" in worker.get("/sign-in").text
        assert worker.get("/children").status_code == 302
        assert read_draft(demo.store, record_id=plan.rpartition("/")[2]).sections == {}
        assert demo.client().post("/sign-in", data={"email": name, "password": OWN}).status_code == 302
        assert "1 page was still being typed" in lead.get("/people").text
        left = lead.get("/people/left").text
        assert "Melisande Okpara" in left
        assert "heather-tweed" not in left
        back = re.search(r'href="(/records/[^"]+/held/[^"]+)"', left)
        assert back is not None
        shown = page(lead, back[1])
        assert "Melisande Okpara typed this" in shown.text
        assert shown.sent["build"] == "Slight, heather-tweed coat"
        shown.address = f"{plan}/pages/looks"
        assert shown.press().status_code == 303
        kept_id = back[1].rpartition("/")[2]
        assert lead.post(f"/people/left/{kept_id}/done").status_code == 302
        assert lead.get(back[1]).status_code == 404
    taken = entries(demo, "typed.take_over")
    assert taken[0].actor_id == TEAM_MANAGER.id
    assert taken[0].data["author"] == entries(demo, "typed.keep")[0].actor_id


def test_shift_is_moved_by_whoever_may_and_ended_early(
    demo: Installation, manager: StrictClient, as_: As
) -> None:
    """Later or earlier, within fourteen days; nobody else's; somebody without an end has none to move."""
    name, code = add(manager, "Tancred Abiola-Frost")
    worker = enter(demo, name, code)
    role = member(demo, worker)
    until = f"/people/roles/{role}/until"
    later = {"end": "other", "day": f"{clock.now() + timedelta(days=3):%d %B %Y}", "time": "08:00"}
    assert as_("team_manager").post(until, data=later).status_code == 404
    assert manager.post(f"/people/roles/{NIGHT.membership_id}/until", data=later).status_code == 409
    assert manager.get(until).status_code == 200
    assert manager.post(until, data=later).status_code == 302
    too_late = later | {"day": f"{clock.now() + timedelta(days=15):%d %B %Y}"}
    assert manager.post(until, data=too_late).status_code == 422
    with clock.held(clock.now() + timedelta(days=2)):
        assert demo.client().post("/sign-in", data={"email": name, "password": OWN}).location == "/"
    assert manager.post(f"/people/roles/{role}/end").status_code == 302
    assert worker.get("/").status_code == 302


def test_worker_who_comes_again_keeps_account_and_name(demo: Installation, manager: StrictClient) -> None:
    """With the sign-in name of before the next shift is given to the same account: the old password."""
    name, code = add(manager, "Cosima Adeyemi-Vance")
    worker = enter(demo, name, code)
    manager.post(f"/people/roles/{member(demo, worker)}/end")
    first = re.search(r'type="radio" value="([^"]+)" checked', manager.get("/people/shift").text)
    assert first is not None
    again = manager.post("/people/shift", data={"name": "Somebody else", "end": first[1], "email": name})
    assert "signs in with the password they have" in again.text
    assert "Cosima Adeyemi-Vance" in again.text
    reply = demo.client().post("/sign-in", data={"email": name, "password": OWN})
    assert reply.location == "/"


def test_manager_adds_for_a_shift_nobody_elsewhere(as_: As) -> None:
    """A team manager adds social workers of the team; another place's role is not taken from the page."""
    data = {"name": "Ottoline Brandt-Sey", "end": "other", "day": "1 January 2027", "time": "08:00"}
    with clock.held(datetime(2026, 12, 31, 12, tzinfo=UTC)):
        shown = as_("team_manager").post("/people/shift", data=data | {"role": f"home_staff@{HOME}"})
        assert shown.status_code == 200
        assert "can sign in" in shown.text
        listed = as_("administrator").get("/people?q=ottoline").text
        assert "Social worker, Children in our care, east" in listed
        wrong = as_("administrator").post("/people/shift", data=data | {"role": f"home_staff@{HOME}"})
        assert wrong.status_code == 422
        right = as_("administrator").post("/people/shift", data=data | {"role": f"social_worker@{TEAM}"})
        assert right.status_code == 200


# ---------------------------------------------------------------- switching person


def test_switching_ends_the_session_and_leads_to_nothing_of_it(demo: Installation, as_: As) -> None:
    """The cookie is gone and dead, the browser is told to forget, the next page names nobody and no child."""
    client = as_("home_staff")
    assert "Switch person" in client.get("/").text
    cookie = client.get_cookie("formsvc")
    assert cookie is not None
    before = {one.id for one in entries(demo, "session.switch")}
    reply = client.post("/switch")
    assert (reply.status_code, reply.location) == (303, "/sign-in?switched=1")
    assert reply.headers["Clear-Site-Data"] == '"cache"'
    assert client.get_cookie("formsvc") is None
    after = client.get(reply.location)
    assert after.headers["Cache-Control"] == "no-store"
    assert NIGHT.name not in after.text.split("This is a demonstration")[0]
    thief = demo.client()
    thief.set_cookie("formsvc", cookie.value)
    assert thief.get("/").status_code == 302
    noted = [one.actor_id for one in entries(demo, "session.switch") if one.id not in before]
    assert noted == [NIGHT.id]


@pytest.mark.parametrize("sent", ("by hand", "by itself"))
def test_form_of_the_last_person_is_kept_for_them_alone(
    demo: Installation, lead: StrictClient, sent: str
) -> None:
    """A second tab that is sent after switching is neither saved nor shown as the next person's."""
    plan = f"/records/{begun(demo, the_plan(demo))}"
    name, code = add(lead, "Lysander Mbeki-Holt")
    client = enter(demo, name, code)
    word = "plum-velvet" if sent == "by itself" else "moss-linen"
    typed = held_in(client, f"{plan}/pages/looks", build=f"Slight, {word} jacket")
    client.get(client.post("/switch").location)
    client.post("/sign-in", data={"email": NIGHT.email, "password": PASSWORD})
    assert NIGHT.name in client.get("/account").text
    before = client.token
    client.token = typed.sent["csrf_token"]
    reply = typed.autosave() if sent == "by itself" else typed.press()
    assert reply.status_code == 409
    assert word not in reply.text
    client.token = before
    assert read_draft(demo.store, record_id=plan.rpartition("/")[2]).sections == {}
    assert "Nothing is kept for you" in client.get("/account/kept").text
    with demo.store.read() as tx:
        author = users.by_email(tx, name).user.id
        kept = kept_pages.of_user(tx, author)
    back = f"{plan}/pages/looks/held/{kept[0].id}"
    assert client.get(back).status_code in (403, 404)
    assert lead.get(back).status_code == 404, "their role is not over: it is theirs alone"
    again = demo.client()
    reply = again.post("/sign-in", data={"email": name, "password": OWN})
    assert reply.location == "/account/kept"
    assert page(again, back).sent["build"] == f"Slight, {word} jacket"
    assert again.post(f"/account/kept/{kept[0].id}/done").status_code == 302
    assert again.get(back).status_code == 404
    assert word.encode() not in b"".join(
        file.read_bytes() for file in demo.settings.instance.glob("formsvc.sqlite*")
    )


def test_way_on_of_an_ended_session_is_its_persons_alone(demo: Installation, as_: As) -> None:
    """Whoever signs in at a page that somebody else's session ended on begins at the first page."""
    for email, role, there in ((NIGHT.email, "home_staff", True), (MANAGER.email, "home_staff", False)):
        client = as_(role)
        with clock.held(clock.now() + IDLE + timedelta(seconds=1)):
            asked = client.get("/documents").location
            form = dict(re.findall(r'name="(next|whose)" value="([^"]*)"', client.get(asked).text))
            assert form["next"] == "/documents"
            reply = client.post("/sign-in", data={**form, "email": email, "password": PASSWORD})
            assert reply.location == ("/documents" if there else "/")


def test_form_that_is_too_old_says_so(demo: Installation, as_: As) -> None:
    """A form of any other page that comes after switching does nothing, and says why."""
    client = as_("residential_manager")
    client.get("/people")
    token = client.token
    client.get(client.post("/switch").location)
    client.post("/sign-in", data={"email": MANAGER.email, "password": PASSWORD})
    client.token = token
    reply = client.post(f"/people/{NIGHT.id}/reset")
    assert reply.status_code == 400
    assert "too old to be sent" in reply.text


# ---------------------------------------------------------------- locked screens


def test_screen_nobody_uses_is_locked_for_everything(demo: Installation, as_: As) -> None:
    """Every page answers with the lock page, which tells of no child; the password brings the page back."""
    client = as_("out_of_hours")
    began = clock.now()
    with clock.held(began + LOCKS - timedelta(seconds=5)):
        assert client.get("/children").status_code == 200
    with clock.held(began + LOCKS + LOCKS):
        for path in ("/children", "/", "/people", "/account", "/documents"):
            reply = client.get(path)
            assert reply.status_code == 423
            assert "Szym" not in reply.text
        assert client.get("/account", headers=JSON).status_code == 423
        assert client.get("/sign-in/role").status_code == 302
        wrong = client.post("/unlock", data={"password": "wrong-wrong-wrong", "next": "/children"})
        assert wrong.status_code == 401
        assert wrong.text.count("That is not the password") == 2
        assert client.get("/children").status_code == 423
        right = client.post("/unlock", data={"password": PASSWORD, "next": "/children"})
        assert right.location == "/children"
        assert client.get("/children").status_code == 200
    assert [one.data["why"] for one in entries(demo, "session.lock") if one.actor_id == DUTY.id] == ["idle"]


def test_page_that_asks_by_itself_keeps_nobody_awake(as_: As) -> None:
    """A page that looks again on its own is no use of it; a person at it is."""
    client = as_("home_staff")
    began = clock.now()
    for minutes in (4, 8):
        with clock.held(began + timedelta(minutes=minutes)):
            assert client.get("/", headers={"X-Unattended": "1"}).status_code == 200
    with clock.held(began + LOCKS):
        assert client.get("/").status_code == 423
    client = as_("home_staff")
    for minutes in (6, 12, 18):
        with clock.held(began + timedelta(minutes=minutes)):
            told = client.post("/awake", headers=JSON)
            assert told.get_json()["who"] in client.get("/").text
    with clock.held(began + timedelta(minutes=18) + LOCKS):
        assert client.post("/awake", headers=JSON).status_code == 423
    with clock.held(began + timedelta(hours=2)):
        assert client.post("/awake", headers=JSON).status_code == 410


def test_what_comes_while_locked_is_kept_and_there_again(demo: Installation, as_: As) -> None:
    """An autosave that comes too late is kept, and so is a form: unlocked, it is as it was."""
    plan = f"/records/{begun(demo, the_plan(demo))}"
    client = as_("social_worker")
    typed = held_in(client, f"{plan}/pages/looks", build="Slight, ochre-wool scarf")
    assert client.post("/lock", headers=JSON).status_code == 200
    assert typed.autosave().status_code == 423
    reply = typed.press()
    assert reply.status_code == 423
    wanted = re.search(r'name="next" value="([^"]+)"', reply.text)
    assert wanted is not None
    assert "ochre" not in reply.text
    back = client.post("/unlock", data={"password": PASSWORD, "next": wanted[1]}).location
    shown = page(client, back)
    assert shown.sent["build"] == "Slight, ochre-wool scarf"
    shown.address = typed.address
    assert shown.press().status_code == 303
    assert "Nothing is kept for you" in client.get("/account/kept").text


def test_what_came_with_a_strange_version_is_there_again(demo: Installation, as_: As) -> None:
    """A hidden field that was altered to what is no number loses nothing: the page opens, and is saved."""
    plan = f"/records/{begun(demo, the_plan(demo))}"
    client = as_("social_worker")
    typed = held_in(client, f"{plan}/pages/looks", build="Slight, teal-flax shirt", version="\u00b2")
    assert client.post("/lock", headers=JSON).status_code == 200
    wanted = re.search(r'name="next" value="([^"]+)"', typed.press().text)
    assert wanted is not None
    back = client.post("/unlock", data={"password": PASSWORD, "next": wanted[1]}).location
    shown = page(client, back)
    assert shown.sent["build"] == "Slight, teal-flax shirt"
    shown.address = typed.address
    assert shown.press().status_code == 303
    assert "Nothing is kept for you" in client.get("/account/kept").text


def test_another_person_signs_in_at_a_locked_screen(demo: Installation, as_: As) -> None:
    """The locked session ends; nothing of it is to be had."""
    client = as_("home_staff")
    old = client.get_cookie("formsvc")
    assert old is not None
    client.post("/lock")
    assert client.get("/sign-in").status_code == 200
    client.post("/sign-in", data={"email": MANAGER.email, "password": PASSWORD})
    assert MANAGER.name in client.get("/account").text
    thief = demo.client()
    thief.set_cookie("formsvc", old.value)
    assert thief.post("/unlock", data={"password": PASSWORD}).location == "/sign-in"


def test_guessing_at_a_locked_screen_locks_the_account(demo: Installation, manager: StrictClient) -> None:
    """Five wrong passwords end the session and lock the account, as at sign-in."""
    name, code = add(manager, "Ysolde Farrow-Eze")
    client = enter(demo, name, code)
    client.post("/lock")
    told = [
        client.post("/unlock", data={"password": "wrong-wrong-wrong"}, headers=JSON).status_code
        for _ in range(6)
    ]
    assert told == [422, 422, 422, 422, 410, 410]
    assert demo.client().post("/sign-in", data={"email": name, "password": OWN}).status_code == 401


# ---------------------------------------------------------------- sessions


def test_sessions_are_listed_and_ended_one_by_one(demo: Installation, manager: StrictClient) -> None:
    """By oneself, and by whoever looks after the account; nobody ends another's."""
    name, code = add(manager, "Zephyrine Kowal-Ade")
    here = enter(demo, name, code)
    there = demo.client()
    there.post("/sign-in", data={"email": name, "password": OWN})
    ends = re.findall(r'action="(/account/sessions/[^"]+/end)"', here.get("/account").text)
    assert len(ends) == 1
    assert manager.post(ends[0]).status_code == 404
    assert here.post(ends[0]).status_code == 302
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200
    listed = re.search(r"/people/([a-z0-9]+)/sessions", manager.get("/people?q=zephyrine").text)
    assert listed is not None
    assert "A browser" in manager.get(listed[0]).text
    assert manager.post(f"{listed[0]}/end").status_code == 302
    assert here.get("/").status_code == 302
    assert "signed in nowhere" in manager.get(listed[0]).text
    assert entries(demo, "person.end_sessions")[0].actor_id == MANAGER.id


@pytest.mark.parametrize("user_id", (WORKER.id, MANAGER.id, "nobody"))
def test_sessions_of_anybody_else_are_not_there(manager: StrictClient, user_id: str) -> None:
    """Not elsewhere, not one's own by that way, not of nobody."""
    assert manager.get(f"/people/{user_id}/sessions").status_code == 404
    assert manager.post(f"/people/{user_id}/sessions/end").status_code == 404
    assert manager.post(f"/people/{user_id}/code").status_code == 404
    assert manager.post(f"/people/{user_id}/second-factor/remove").status_code == 404


# ---------------------------------------------------------------- on call


@pytest.fixture
def other_manager(demo: Installation) -> tuple[str, StrictClient]:
    """Return the membership and the client of a manager of the provider's who leads no home of its."""
    with demo.store.write() as tx:
        made = users.add(tx, email=f"{clock.new_id(8)}@example.org", name="Evander Thistlewood-Amadi")
        role = users.add_membership(tx, user_id=made, organisation_id=PROVIDER, role="residential_manager")
    return role, sign_in_as(demo, user_id=made, membership_id=role)


def test_manager_on_call_lets_in_again_at_night(
    demo: Installation, manager: StrictClient, other_manager: tuple[str, StrictClient]
) -> None:
    """Named for a span, a manager of another home releases who is locked out, then and only then."""
    role, on_call = other_manager
    name, code = add(manager, "Wilhelmina Ogundipe")
    enter(demo, name, code)
    for _ in range(5):
        demo.client().post("/sign-in", data={"email": name, "password": "wrong-wrong-wrong"})
    with demo.store.read() as tx:
        locked = users.by_email(tx, name).user.id
    release = f"/on-call/{locked}/release"
    assert on_call.post(release).status_code == 404
    assert "Wilhelmina" not in on_call.get("/on-call").text
    now = clock.now()
    span = {
        "who": role,
        "from_day": f"{now:%d %B %Y}",
        "from_time": "00:00",
        "until_day": f"{now + timedelta(days=2):%d %B %Y}",
        "until_time": "08:00",
    }
    assert manager.post("/on-call/name", data=span).status_code == 302
    assert "Evander Thistlewood-Amadi" in manager.get("/on-call").text
    assert "Wilhelmina Ogundipe" in on_call.get("/on-call").text
    assert "Wilhelmina" not in manager.get("/on-call").text, "who is not on call lets in their own people"
    assert on_call.post(f"/people/{locked}/reset").status_code == 404, "it gives no password"
    assert on_call.post(release).status_code == 302
    assert demo.client().post("/sign-in", data={"email": name, "password": OWN}).status_code == 302
    told = entries(demo, "person.release")[0]
    assert told.data["by"] == "on_call"
    ends = re.search(r'action="(/on-call/spans/[^"]+/end)"', manager.get("/on-call").text)
    assert ends is not None
    assert manager.post(ends[1]).status_code == 302
    assert on_call.post(release).status_code == 404


def test_nobody_names_themselves_or_elsewhere(
    manager: StrictClient, as_: As, other_manager: tuple[str, StrictClient]
) -> None:
    """Neither oneself, nor another organisation's manager, nor a worker; nor for longer than a month."""
    role, _ = other_manager
    now = clock.now()

    def ask(client: StrictClient, who: str, days: int = 1) -> int:
        until = now + timedelta(days=days)
        span = {"from_day": f"{now:%d %B %Y}", "from_time": "00:00", "until_time": "08:00"}
        data = {"who": who, "until_day": f"{until:%d %B %Y}", **span}
        return client.post("/on-call/name", data=data).status_code

    assert ask(manager, MANAGER.membership_id) == 422
    assert ask(manager, TEAM_MANAGER.membership_id) == 422
    assert ask(manager, NIGHT.membership_id) == 422
    assert ask(manager, role, days=40) == 422
    assert ask(manager, role, days=-1) == 422
    assert ask(as_("team_manager"), role) == 422
    assert ask(as_("administrator"), DUTY.membership_id) == 302
    assert ask(as_("service_manager"), DUTY.membership_id) == 403


def test_who_is_on_call_releases_nobody_of_another_organisation(demo: Installation, as_: As) -> None:
    """The duty desk of the authority does not reach the home's people, and is not told of them."""
    administrator = Person(
        user_id="somebody",
        name="",
        email="",
        membership_id="",
        role=Role.administrator,
        organisation_id=DUTY.organisation_id,
        organisation_name="",
    )
    now = clock.now()
    name_on_call(
        demo.store,
        person=administrator,
        actor=Actor(user_id=None, organisation_id=None, role=""),
        membership_id=DUTY.membership_id,
        from_at=now - timedelta(minutes=1),
        until_at=now + timedelta(hours=8),
    )
    with demo.store.write() as tx:
        for _ in range(5):
            users.count_failure(tx, user_id=NIGHT.id, most=5)
    duty = as_("out_of_hours")
    assert NIGHT.name not in duty.get("/on-call").text
    assert duty.post(f"/on-call/{NIGHT.id}/release").status_code == 404
    with demo.store.write() as tx:
        users.release(tx, user_id=NIGHT.id)


# ---------------------------------------------------------------- every entry has its author


def test_what_an_agency_worker_did_keeps_their_name(demo: Installation, lead: StrictClient, as_: As) -> None:
    """After the shift, with the account closed, every entry has its author, and pages show the name."""
    record = begun(demo, the_plan(demo))
    name, code = add(lead, "Marguerite Oyelowo-Birch")
    worker = enter(demo, name, code)
    assert held_in(worker, f"/records/{record}/pages/looks", build="Slight").press().status_code == 303
    with demo.store.read() as tx:
        user_id = users.by_email(tx, name).user.id
    lead.post(f"/people/roles/{member(demo, worker)}/end")
    with demo.store.write() as tx:
        users.close(tx, user_id=user_id)
    with demo.store.read() as tx:
        noted = audit._entries(tx, t.audit_entry.c.record_id == record, before=None, limit=50)
        by_worker = [one for one in noted if one.actor_id == user_id]
        saved = read_draft(demo.store, record_id=record).sections["looks"]
    assert {"record.see", "section.save"} <= {one.act for one in by_worker}
    assert all(one.actor_id for one in noted)
    assert (saved.saved_by, saved.saved_by_name) == (user_id, "Marguerite Oyelowo-Birch")
    child_id = by_worker[0].child_id
    assert "Marguerite Oyelowo-Birch" in as_("team_manager").get(f"/children/{child_id}").text
