"""People: who may invite, release and reset whom; links that open an account once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from formsvc import clock
from formsvc.demo import AUTHORITY, HOME, PASSWORD, TEAM, USERS, WORKER
from formsvc.store import users
from formsvc.workflow.invite import LASTS
from tests.web.conftest import Installation, StrictClient

NIGHT = next(one for one in USERS if one.role == "home_staff")
ADMINISTRATOR = next(one for one in USERS if one.role == "administrator")
NEW_PASSWORD = "quarry-mitten-sable-41"
INVITED = {"name": "Hesper Lindqvist-Achebe", "email": "hesper@example.org"}


def link_in(page: str) -> str:
    """Return the path of the link that a page shows."""
    return page.split("app-link-once")[1].split("http://127.0.0.1:8000")[1].split("<", maxsplit=1)[0].strip()


def invite(client: StrictClient, role: str = f"social_worker@{TEAM}") -> str:
    """Invite somebody and return the link's path."""
    page = client.post("/people/invite", data=INVITED | {"role": role})
    assert page.status_code == 200
    return link_in(page.text)


def choose(client: StrictClient, path: str, password: str = NEW_PASSWORD, again: str = "") -> int:
    """Choose a password by a link and return the status."""
    return client.post(path, data={"new": password, "again": again or password}).status_code


def test_invited_person_chooses_a_password_and_works(
    demo: Installation, as_: Callable[[str], StrictClient], capsys: pytest.CaptureFixture[str]
) -> None:
    """The link is on the page and nowhere else, and leads to an account with the role that was given."""
    path = invite(as_("team_manager"))
    assert path.rpartition("/")[2] not in "".join(capsys.readouterr())
    client = demo.client()
    assert INVITED["email"] in client.get(path).text
    assert choose(client, path) == 302
    data = {"email": INVITED["email"], "password": NEW_PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 302
    assert "Children in our care, east" in client.get("/account").text
    assert "Szymon" in client.get("/children").text


def test_link_opens_once(demo: Installation, as_: Callable[[str], StrictClient]) -> None:
    """A second use is told that it opens nothing."""
    path, client = invite(as_("team_manager")), demo.client()
    assert choose(client, path) == 302
    assert client.get(path).status_code == 410
    assert choose(client, path) == 410


@pytest.mark.parametrize(("role", "who", "kind"), (("administrator", WORKER, "reset"),))
def test_link_runs_out(
    demo: Installation, as_: Callable[[str], StrictClient], role: str, who: object, kind: str
) -> None:
    """Just before its time it opens the account, at its time it does not."""
    path = link_in(as_(role).post(f"/people/{WORKER.id}/reset").text)
    made, client = clock.now(), demo.client()
    with clock.held(made + LASTS[kind] - timedelta(seconds=30)):
        assert client.get(path).status_code == 200
    with clock.held(made + LASTS[kind]):
        assert client.get(path).status_code == 410


def test_link_dies_with_any_change_of_the_account(
    demo: Installation, as_: Callable[[str], StrictClient]
) -> None:
    """A password set meanwhile kills every link of before; so does closing the account."""
    manager, client = as_("administrator"), demo.client()
    first, second = (link_in(manager.post(f"/people/{WORKER.id}/reset").text) for _ in range(2))
    assert choose(client, first) == 302
    assert client.get(second).status_code == 410
    third = link_in(manager.post(f"/people/{WORKER.id}/reset").text)
    with demo.store.write() as tx:
        users.close(tx, user_id=WORKER.id)
    assert client.get(third).status_code == 410


def test_store_knows_no_link(demo: Installation, as_: Callable[[str], StrictClient]) -> None:
    """Whoever reads the database cannot open an account with what stands there."""
    token = invite(as_("team_manager")).rsplit("/", 1)[1]
    data = b"".join(file.read_bytes() for file in demo.settings.instance.glob("formsvc.sqlite*"))
    assert token.encode() not in data


def test_choosing_a_password_ends_every_session(
    demo: Installation, as_: Callable[[str], StrictClient]
) -> None:
    """Whoever was signed in with the old one is out."""
    old = as_("social_worker")
    path = link_in(as_("administrator").post(f"/people/{WORKER.id}/reset").text)
    assert old.get("/").status_code == 200
    assert choose(demo.client(), path) == 302
    assert old.get("/").status_code == 302


@pytest.mark.parametrize(
    ("password", "again", "words"),
    (
        ("short-one", "", "12 characters or more"),
        ("password1234567", "", "harder to guess"),
        ("aaaaaaaaaaaaaaaa", "", "harder to guess"),
        ("correcthorsebatterystaple", "", "on a list of stolen passwords"),
        ("Justinbieber!", "", "on a list of stolen passwords"),
        ("hesper-mitten-sable", "", "without your name"),
        ("mitten-Calderholme-41", "", "name of your organisation"),
        (NEW_PASSWORD, "quarry-mitten-sable-42", "are not the same"),
    ),
)
def test_weak_password_is_refused_in_words(
    demo: Installation, as_: Callable[[str], StrictClient], password: str, again: str, words: str
) -> None:
    """Each reason has its words, and the link still opens."""
    path, client = invite(as_("team_manager")), demo.client()
    page = client.post(path, data={"new": password, "again": again or password})
    assert page.status_code == 422
    assert page.text.count(words) >= 2
    assert choose(client, path) == 302


@pytest.mark.parametrize(
    ("role", "given"),
    (
        ("team_manager", f"team_manager@{TEAM}"),
        ("team_manager", "administrator@"),
        ("team_manager", f"social_worker@{HOME}"),
        ("residential_manager", f"social_worker@{TEAM}"),
        ("administrator", f"home_staff@{HOME}"),
        ("administrator", "emperor@"),
        ("administrator", ""),
    ),
)
def test_nobody_gives_a_role_that_is_not_theirs(
    as_: Callable[[str], StrictClient], role: str, given: str
) -> None:
    """Neither above oneself, nor elsewhere, nor one that there is not."""
    page = as_(role).post("/people/invite", data=INVITED | {"role": given})
    assert page.status_code == 422
    assert page.text.count("Choose what they are to be") == 2
    assert f'value="{INVITED["email"]}"' in page.text


@pytest.mark.parametrize(
    ("role", "other"),
    (
        ("team_manager", NIGHT.id),
        ("team_manager", ADMINISTRATOR.id),
        ("residential_manager", WORKER.id),
        ("administrator", NIGHT.id),
        ("administrator", ADMINISTRATOR.id),
        ("administrator", "nobody"),
    ),
)
@pytest.mark.parametrize("what", ("release", "reset"))
def test_nobody_opens_an_account_that_is_not_theirs(
    as_: Callable[[str], StrictClient], role: str, other: str, what: str
) -> None:
    """Not above oneself, not elsewhere, not one's own: none of them is said to be there."""
    assert as_(role).post(f"/people/{other}/{what}").status_code == 404


def test_somebody_who_is_more_elsewhere_is_reset_there(
    demo: Installation, as_: Callable[[str], StrictClient]
) -> None:
    """A manager's link to a worker who is also an administrator would open that door too: refused."""
    with demo.store.write() as tx:
        users.add_membership(tx, user_id=WORKER.id, organisation_id=AUTHORITY, role="administrator")
    assert as_("team_manager").post(f"/people/{WORKER.id}/reset").status_code == 404
    assert as_("administrator").post(f"/people/{WORKER.id}/reset").status_code == 200


def test_role_is_ended_by_whoever_may_give_it(demo: Installation, as_: Callable[[str], StrictClient]) -> None:
    """The worker is out at once; nobody ends a role that is not theirs to give."""
    worker = as_("social_worker")
    end = f"/people/roles/{WORKER.membership_id}/end"
    assert as_("residential_manager").post(end).status_code == 404
    assert as_("administrator").post(f"/people/roles/{ADMINISTRATOR.membership_id}/end").status_code == 404
    assert as_("team_manager").post(end).status_code == 302
    assert worker.get("/").status_code == 302


def test_people_page_shows_one_s_own_people(as_: Callable[[str], StrictClient]) -> None:
    """An administrator sees the organisation, a manager the team or the home; search narrows it."""
    for role, seen in (
        ("administrator", {WORKER.name, ADMINISTRATOR.name}),
        ("team_manager", {WORKER.name}),
        ("residential_manager", {NIGHT.name}),
    ):
        page = as_(role).get("/people").text
        hidden = {WORKER.name, ADMINISTRATOR.name, NIGHT.name} - seen
        assert all(name in page for name in seen)
        assert not any(name in page for name in hidden)
    assert WORKER.name not in as_("administrator").get("/people?q=okafor").text.split("Invite somebody")[0]


def test_own_password_is_changed_with_the_old_one(
    demo: Installation, as_: Callable[[str], StrictClient]
) -> None:
    """A wrong old one changes nothing; the right one signs out everywhere else and not here."""
    here, there = as_("social_worker"), as_("social_worker")
    data = {"old": "wrong-wrong-wrong", "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    page = here.post("/password/change", data=data)
    assert page.status_code == 422
    assert page.text.count("That is not your password") == 2
    assert there.get("/").status_code == 200
    assert here.post("/password/change", data=data | {"old": PASSWORD}).status_code == 302
    assert here.get("/account").status_code == 200
    assert there.get("/").status_code == 302
    data = {"email": WORKER.email, "password": NEW_PASSWORD}
    assert demo.client().post("/sign-in", data=data).status_code == 302


def test_wrong_passwords_of_who_is_signed_in_lock_and_end(as_: Callable[[str], StrictClient]) -> None:
    """Somebody at an unlocked screen does not get to guess for ever."""
    client = as_("social_worker")
    data = {"old": "wrong-wrong-wrong", "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    statuses = [client.post("/password/change", data=data).status_code for _ in range(6)]
    assert statuses[:4] == [422] * 4
    assert client.get("/").status_code == 302


def test_nobody_gives_a_role_to_themselves(as_: Callable[[str], StrictClient]) -> None:
    """An administrator who wanted to see children would have to ask somebody else."""
    data = {"name": "Me", "email": ADMINISTRATOR.email, "role": "reviewing_officer@"}
    page = as_("administrator").post("/people/invite", data=data)
    assert page.status_code == 422
    assert page.text.count("You cannot give a role to yourself") == 2
