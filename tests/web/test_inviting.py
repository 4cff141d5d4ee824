"""Inviting tells nothing of anybody, and gives nothing before whoever is invited accepts it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from formsvc import clock
from formsvc.access.table import Role
from formsvc.demo import AUTHORITY, CHILDREN, TEAM, USERS
from formsvc.store import audit, organisations, users
from formsvc.workflow.invite import LASTS
from tests.web.conftest import Installation, StrictClient, sign_in_as
from tests.web.newcomers import LIGHT, newcomer

As = Callable[[str], StrictClient]
NIGHT = next(one for one in USERS if one.role == "home_staff")
MANAGER = next(one for one in USERS if one.role == "team_manager")
TYPED = "Hesper Lindqvist-Achebe"
UNKNOWN = "hesper@example.org"
WORDS = "quarry-mitten-sable-41"
ROLE = f"social_worker@{TEAM}"


def handed(client: StrictClient, email: str, role: str = ROLE, name: str = TYPED) -> tuple[str, str]:
    """Invite an address; return the page that came, and the link's path."""
    reply = client.post("/people/invite", data={"name": name, "email": email, "role": role})
    assert reply.status_code == 200
    found = re.search(r'app-link-once">http://127\.0\.0\.1:8000([^<]+)<', reply.text)
    assert found
    return reply.text, found[1].strip()


def plain(page: str, email: str, path: str = "/invitation/none") -> str:
    """Return a page without what is different in any two of them: the address, the link, tokens, ids."""
    page = page.replace(email, "ADDRESS").replace(path.rsplit("/", 1)[1], "TOKEN")
    page = re.sub(r'name="csrf_token" value="[^"]+"|/people/invitations/[a-z0-9]+', "", page)
    return re.sub(r"\d+ seconds? ago|less than a minute ago|\d\d:\d\d", "WHEN", page)


def of_night(demo: Installation) -> StrictClient:
    """Return a client of the night worker, who works in another organisation."""
    return sign_in_as(demo, user_id=NIGHT.id, membership_id=NIGHT.membership_id)


def id_in(page: str) -> str:
    """Return the id of the one invitation that a page shows."""
    (found,) = set(re.findall(r'action="/invitations/([a-z0-9]+)"', page))
    return str(found)


def entries(demo: Installation, organisation_id: str, *acts: str) -> list[audit.Entry]:
    """Return the entries of some acts that an organisation's audit shows."""
    with demo.store.read() as tx:
        return list(audit.of_organisation(tx, organisation_id, wanted=audit.Wanted(acts=acts)))


@pytest.mark.parametrize("state", ("open", "locked", "closed", "no_password"))
def test_an_address_that_is_known_elsewhere_looks_like_one_that_nobody_has(
    demo: Installation, as_: As, state: str
) -> None:
    """The page, the link's page and the list are the same, word for word, whoever has the address."""
    manager, visitor = as_("team_manager"), demo.client()
    with demo.store.write() as tx:
        known = users.add(tx, email="elsewhere@example.org", name="Nobody May Read", password=LIGHT)
        for _ in range(5 if state == "locked" else 0):
            users.count_failure(tx, user_id=known, most=5)
        if state == "closed":
            users.close(tx, user_id=known)
        if state == "no_password":
            users.add(tx, email="unopened@example.org", name="Nobody May Read")
    email = "unopened@example.org" if state == "no_password" else "elsewhere@example.org"
    pages = {}
    for one in (email, UNKNOWN):
        page, path = handed(manager, one)
        listed = manager.get("/people").text
        shown = [plain(page, one, path), plain(visitor.get(path).text, one, path), plain(listed, one)]
        pages[one] = shown
        assert "Nobody May Read" not in page + listed + visitor.get(path).text
        assert manager.post(withdrawing(listed), follow_redirects=True).status_code == 200
    for mine, theirs in zip(pages[email], pages[UNKNOWN], strict=True):
        assert mine.splitlines() == theirs.splitlines()


def withdrawing(page: str) -> str:
    """Return the address that takes the one invitation back that a list shows."""
    (found,) = re.findall(r'action="(/people/invitations/[a-z0-9]+/withdraw)"', page)
    return str(found)


def test_a_link_gives_one_answer_whether_there_is_an_account(demo: Installation, as_: As) -> None:
    """A chosen password opens a new account, and leaves one that is there as it is, in the same words."""
    manager = as_("team_manager")
    told = []
    for one in (NIGHT.email, UNKNOWN):
        _, path = handed(manager, one)
        visitor = demo.client()
        reply = visitor.post(path, data={"new": WORDS, "again": WORDS}, follow_redirects=True)
        told.append(plain(reply.text.split("<main")[1].split("app-demo")[0], one))
        assert visitor.get(path).status_code == 410
    assert told[0] == told[1]
    tried = demo.client().post("/sign-in", data={"email": NIGHT.email, "password": WORDS})
    assert tried.status_code == 401
    mine = demo.client()
    assert mine.post("/sign-in", data={"email": UNKNOWN, "password": WORDS}).status_code == 302
    assert CHILDREN[0].reference in mine.get("/children").text


def test_no_role_before_it_is_accepted_and_then_that_role(demo: Installation, as_: As) -> None:
    """Whoever is invited sees by whom, to what; the audits of both sides say that they accepted."""
    page, path = handed(as_("team_manager"), NIGHT.email)
    assert NIGHT.name not in page
    night = of_night(demo)
    with demo.store.read() as tx:
        before = users.memberships(tx, user_id=NIGHT.id)
    assert "You are invited to a role" in night.get("/").text
    assert "open the link" in night.get("/invitations").text
    shown = night.get(path).text
    for word in (MANAGER.name, "Social worker", "Children in our care, east"):
        assert word in shown
    assert night.get("/sign-in/role").text.count("Social worker") == 0
    accepted = night.post(path, data={"do": "accept"})
    assert (accepted.status_code, accepted.location) == (303, "/sign-in/role")
    with demo.store.read() as tx:
        after = users.memberships(tx, user_id=NIGHT.id)
    assert [one.role for one in after] == [*(one.role for one in before), "social_worker"]
    assert "Social worker" in night.get("/sign-in/role").text
    assert NIGHT.name in as_("team_manager").get("/people").text
    (theirs,) = entries(demo, AUTHORITY, "person.accept")
    (own,) = entries(demo, before[0].organisation_id, "invitation.accept")
    assert theirs.subject_id == own.subject_id
    assert (theirs.actor_id, own.actor_id) == (NIGHT.id, NIGHT.id)
    assert night.post(path, data={"do": "accept"}).status_code == 410


def test_without_the_link_nothing_is_accepted(demo: Installation, as_: As) -> None:
    """Whoever only has an account under the address sees that it is invited, and cannot accept."""
    handed(as_("team_manager"), NIGHT.email)
    night = of_night(demo)
    asked = id_in(night.get("/invitations").text)
    assert "accept" not in re.findall(r'name="do" value="(\w+)"', night.get("/invitations").text)
    night.post(f"/invitations/{asked}", data={"do": "accept"})
    with demo.store.read() as tx:
        assert len(users.memberships(tx, user_id=NIGHT.id)) == 1


def test_a_password_tried_by_mistake_leaves_the_invitation(demo: Installation, as_: As) -> None:
    """Its owner signs in with the password of before, opens the link once more and accepts."""
    _, path = handed(as_("team_manager"), NIGHT.email)
    assert demo.client().post(path, data={"new": WORDS, "again": WORDS}).status_code == 302
    night = of_night(demo)
    assert "Accept the role" in night.get(path).text
    assert night.post(path, data={"do": "accept"}).location == "/sign-in/role"


def test_declining_tells_no_name(demo: Installation, as_: As) -> None:
    """Those who invited learn that the answer is no, not whose address it is; nothing else changes."""
    manager = as_("team_manager")
    handed(manager, NIGHT.email)
    night = of_night(demo)
    asked = id_in(night.get("/invitations").text)
    assert night.post(f"/invitations/{asked}", data={"do": "decline"}).status_code == 303
    assert "Nobody invites" in night.get("/invitations").text
    _, path = handed(manager, NIGHT.email)
    assert night.post(path, data={"do": "decline"}).location == "/invitations"
    assert len(entries(demo, NIGHT.organisation_id, "invitation.decline")) == 2
    listed = manager.get("/people").text
    assert "Declined" in listed
    assert NIGHT.name not in listed
    assert {one.actor_id for one in entries(demo, AUTHORITY, "person.decline")} == {None}
    with demo.store.read() as tx:
        assert len(users.memberships(tx, user_id=NIGHT.id)) == 1


def test_declining_by_the_link_needs_no_account(demo: Installation, as_: As) -> None:
    """A visitor says no; the link opens nothing again."""
    _, path = handed(as_("team_manager"), UNKNOWN)
    visitor = demo.client()
    assert "You declined" in visitor.post(path, data={"do": "decline"}).text
    assert visitor.get(path).status_code == 410


def test_an_invitation_is_answered_by_its_own_person_alone(demo: Installation, as_: As) -> None:
    """Somebody else who is signed in is told whose it is and cannot take it on, nor find it by its id."""
    _, path = handed(as_("team_manager"), NIGHT.email)
    asked = id_in(of_night(demo).get("/invitations").text)
    other = as_("police_coordinator")
    assert "another address: sign out first" in other.get(path).text
    assert other.post(path, data={"do": "accept"}).status_code == 404
    assert other.post(f"/invitations/{asked}").status_code == 404
    assert demo.client().post(f"/invitations/{asked}").location.startswith("/sign-in")
    assert demo.client().post(path, data={"do": "accept"}).status_code == 422
    assert "Nobody invites" in other.get("/invitations").text


@pytest.mark.parametrize("why", ("late", "withdrawn", "again", "inviter_gone", "place_closed"))
def test_an_invitation_that_does_not_stand_gives_nothing(demo: Installation, as_: As, why: str) -> None:
    """Run out, taken back, made anew, no longer the inviter's to give, to a closed team: no role."""
    manager = as_("team_manager")
    _, path = handed(manager, NIGHT.email)
    match why:
        case "withdrawn":
            assert manager.post(withdrawing(manager.get("/people").text)).status_code == 302
        case "again":
            assert handed(manager, NIGHT.email)[1] != path
        case "inviter_gone":
            with demo.store.write() as tx:
                users.end_membership(tx, membership_id=MANAGER.membership_id)
        case "place_closed":
            with demo.store.write() as tx:
                place = organisations.place(tx, TEAM, organisation_id=AUTHORITY)
                organisations.close_place(tx, place)
    with clock.held(clock.now() + (LASTS["invite"] + timedelta(minutes=1) if why == "late" else timedelta())):
        assert demo.client().get(path).status_code == 410
        assert of_night(demo).post(path, data={"do": "accept"}).status_code == 410
    with demo.store.read() as tx:
        assert len(users.memberships(tx, user_id=NIGHT.id)) == 1


def test_one_s_own_people_have_another_role_at_once(demo: Installation, as_: As) -> None:
    """Somebody of the organisation is given a further role without being asked; a second time is told."""
    keeper = as_("administrator")
    data = {"name": "Another name", "email": MANAGER.email, "role": "reviewing_officer@"}
    page = keeper.post("/people/invite", data=data)
    assert f"{MANAGER.name} has the role" in page.text
    again = keeper.post("/people/invite", data=data)
    assert again.status_code == 422
    assert "They have this role already" in again.text


def test_nobody_withdraws_what_others_offered(demo: Installation, as_: As) -> None:
    """Neither a home's manager nor an administrator elsewhere reaches a team's invitation."""
    handed(as_("team_manager"), UNKNOWN)
    path = withdrawing(as_("team_manager").get("/people").text)
    assert as_("residential_manager").post(path).status_code == 404
    assert newcomer(demo, Role.administrator).client.post(path).status_code == 404
    assert UNKNOWN not in as_("residential_manager").get("/people").text
    assert UNKNOWN in as_("administrator").get("/people").text


def test_the_first_administrator_accepts_too(demo: Installation, as_: As) -> None:
    """An operator sees the same for a known address; nobody runs the organisation before they accept."""
    operator = as_("operator")
    told, paths = [], []
    for number, email in enumerate((NIGHT.email, UNKNOWN)):
        data = {"name": f"Fellmere {number}", "kind": "authority", "person": TYPED, "email": email}
        page = operator.post("/organisations/new", data=data).text
        found = re.search(r'app-link-once">http://127\.0\.0\.1:8000([^<]+)<', page)
        assert found
        paths.append(found[1].strip())
        told.append(plain(page, email, paths[-1]).replace(f"Fellmere {number}", "NAME"))
        assert NIGHT.name not in page
    assert told[0] == told[1]
    night = of_night(demo)
    with demo.store.read() as tx:
        assert len(users.memberships(tx, user_id=NIGHT.id)) == 1
    listed = operator.get("/organisations").text
    waiting = listed.count("Waits for its administrator")
    (again, _) = re.findall(r'href="(/organisations/[a-z0-9]+/invite)"', listed)
    assert operator.post(again, data={"person": "", "email": ""}).status_code == 422
    assert night.post(paths[0], data={"do": "accept"}).location == "/sign-in/role"
    assert operator.get("/organisations").text.count("Waits for its administrator") == waiting - 1
    assert {operator.get(again).status_code, operator.post(again).status_code} == {404}


def test_a_first_administrator_is_invited_again(demo: Installation, as_: As) -> None:
    """A lost link is made anew for another address; the one before opens nothing from then on."""
    operator = as_("operator")
    data = {"name": "Fellmere", "kind": "authority", "person": TYPED, "email": NIGHT.email}
    operator.post("/organisations/new", data=data)
    night = of_night(demo)
    assert "Fellmere" in night.get("/invitations").text
    (again,) = re.findall(r'href="(/organisations/[a-z0-9]+/invite)"', operator.get("/organisations").text)
    assert "app-link-once" in operator.post(again, data={"person": TYPED, "email": UNKNOWN}).text
    assert "Nobody invites" in night.get("/invitations").text


def test_a_shift_tells_nothing_of_an_address(demo: Installation, as_: As) -> None:
    """An address that is known elsewhere and one that nobody has get one answer, and no role."""
    client = as_("team_manager")
    shown = client.get("/people/shift").text
    end = re.search(r'type="radio" value="([^"]+)" checked', shown)
    assert end
    told = []
    for email in (NIGHT.email, UNKNOWN):
        reply = client.post("/people/shift", data={"name": TYPED, "end": end[1], "email": email})
        assert reply.status_code == 422
        told.append(plain(reply.text, email))
    assert told[0] == told[1]
    assert "Nobody who worked here before" in told[0]


def test_who_has_no_role_left_accepts_one(demo: Installation, as_: As) -> None:
    """Somebody whose last role is over signs in, is led to the invitation, and works again."""
    with demo.store.write() as tx:
        known = users.add(tx, email="resting@example.org", name="Perpetua Resting", password=LIGHT)
    _, path = handed(as_("team_manager"), "resting@example.org")
    resting = sign_in_as(demo, user_id=known, membership_id=None)
    assert 'href="/invitations"' in resting.get("/sign-in/role").text
    assert "Children in our care, east" in resting.get("/invitations").text
    assert resting.post(path, data={"do": "accept"}).status_code == 303
    assert "Social worker" in resting.get("/sign-in/role").text
