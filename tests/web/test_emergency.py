"""Break-glass: nothing is told before, one child's newest documents for an hour, loud, and reviewed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from formsvc import clock
from formsvc.access.table import Relation, Role
from formsvc.demo import CHILDREN, PASSWORD, TEAM_MANAGER, WORKER
from formsvc.store import audit, documents, emergencies, relations, users, withholdings
from formsvc.store.persons import of_user
from tests.web.conftest import Installation, StrictClient, search, sign_in_as
from tests.web.newcomers import Newcomer, newcomer

CHILD: Final = CHILDREN[0]
RECORD: Final = "demorecordplan222222"
WHY: Final = "She is at our door and asks for help"
BANNER: Final = "Every look is noted and will be reviewed"
ALLOWED: Final = (
    Role.social_worker,
    Role.team_manager,
    Role.residential_manager,
    Role.home_staff,
    Role.police_coordinator,
    Role.return_interviewer,
)


def opened(client: StrictClient, **typed: str) -> Any:
    """Post what somebody types; unless named otherwise, the child's reference, a reason and the password."""
    form = {"reference": CHILD.reference, "why": WHY, "password": PASSWORD}
    return client.post("/emergency", data={**form, **typed})


def born(day: str) -> dict[str, str]:
    """Return a date (2011-03-17) as the three inputs of the page."""
    year, month, date = day.split("-")
    return {"born_day": date, "born_month": month, "born_year": year}


@pytest.mark.parametrize("role", ALLOWED)
def test_who_has_a_child_before_them_sees_the_newest_for_an_hour(demo: Installation, role: Role) -> None:
    """Each role that may opens the page and its own audience's copies, and after an hour neither."""
    who = newcomer(demo, role, area="BED")
    assert who.client.get(f"/children/{CHILD.id}").status_code == 404
    reply = opened(who.client)
    assert reply.status_code == 303
    assert reply.location == f"/children/{CHILD.id}"
    page = who.client.get(reply.location)
    assert page.status_code == 200
    assert CHILD.name in page.text
    assert BANNER in page.text
    assert BANNER in who.client.get("/").text
    own = {"police_coordinator": "police", "residential_manager": "home", "home_staff": "home"}.get(
        role.value, "full"
    )
    with demo.store.read() as tx:
        copies = {one.audience_id: one.id for one in documents.of_record(tx, RECORD) if one.kind == "pdf"}
    assert set(copies) > {own}
    for audience, document_id in copies.items():
        answer = who.client.get(f"/documents/{document_id}")
        assert answer.status_code == (200 if audience == own else 404), audience
        answer.close()
    with clock.held(clock.now() + timedelta(minutes=60, seconds=5)):
        later = sign_in_as(demo, user_id=who.user_id, membership_id=who.membership_id)
        assert later.get(f"/children/{CHILD.id}").status_code == 404
        assert later.get(f"/documents/{copies[own]}").status_code == 404
        assert BANNER not in later.get("/").text


def test_an_emergency_opens_nothing_else(demo: Installation) -> None:
    """No form, no history, no list, no search and no other child is opened with it."""
    who = newcomer(demo, Role.social_worker)
    assert opened(who.client).status_code == 303
    for path in (
        f"/records/{RECORD}",
        f"/records/{RECORD}/history",
        f"/records/{RECORD}/compare",
        f"/records/{RECORD}/sign-off",
        f"/records/{RECORD}/secrets",
        f"/records/{RECORD}/review",
        f"/children/{CHILD.id}/placement",
    ):
        assert who.client.get(path).status_code in (403, 404), path
    assert who.client.get(f"/children/{CHILDREN[1].id}").status_code == 404
    for path in ("/", "/children", search(who.client, CHILD.known_as), "/documents"):
        words = who.client.get(path).text
        assert CHILD.name not in words, path
        assert "TP-DEM2-PAGE" not in words, path


def test_unknown_wrong_and_withheld_children_get_one_answer(demo: Installation) -> None:
    """A reference nobody has, a wrong birthday and a child withheld by name look the same, word for word."""
    who = newcomer(demo, Role.home_staff)
    with demo.store.write() as tx:
        withholdings.add(
            tx,
            child_id=CHILD.id,
            user_id=who.user_id,
            kind="allegation",
            why="An allegation is looked into.",
            created_by=WORKER.id,
        )
    answers = {
        opened(who.client, reference="", **typed).text.replace(who.client.token, "")
        for typed in (
            {"name": CHILD.name, **born(CHILD.date_of_birth)},
            {"name": CHILD.name, **born(CHILD.date_of_birth)},
        )
    }
    assert len(answers) == 1
    assert "No child can be opened with this" in answers.pop()
    unknown = opened(who.client, reference="CH-2222-2222")
    withheld = opened(who.client)
    assert unknown.status_code == withheld.status_code == 422
    assert _plain(unknown.text, "CH-2222-2222") == _plain(withheld.text, CHILD.reference)
    wrong = opened(who.client, reference="", name=CHILD.name, **born("2012-02-04"))
    assert "No child can be opened with this" in wrong.text
    with demo.store.read() as tx:
        assert emergencies.of_child(tx, CHILD.id) == ()
        assert any(
            one.act == "emergency.open" and one.outcome == "refused" for one in audit.of_child(tx, CHILD.id)
        )


def test_what_is_withheld_later_closes_at_once(demo: Installation) -> None:
    """Withholding by name wins over an emergency that is open."""
    who = newcomer(demo, Role.home_staff)
    opened(who.client)
    with demo.store.write() as tx:
        withholdings.add(
            tx, child_id=CHILD.id, user_id=who.user_id, kind="withheld", why="No.", created_by=WORKER.id
        )
    assert who.client.get(f"/children/{CHILD.id}").status_code == 404


@pytest.mark.parametrize(
    "name", [CHILD.name, "szymon lam-wieckowski", "SZYMEK LAM WIECKOWSKI", "Szymon Duc Lam-Wieckowski"]
)
def test_child_is_found_by_name_and_birthday(demo: Installation, name: str) -> None:
    """Accents, case and the name they are known by do not matter at 23:40; the birthday does."""
    who = newcomer(demo, Role.police_coordinator, area="BED")
    reply = opened(who.client, reference="", name=name, **born(CHILD.date_of_birth))
    assert reply.location == f"/children/{CHILD.id}"


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ({"why": ""}, "Say why it cannot wait"),
        ({"why": "she is missing"}, "in 4 words or more"),
        ({"why": "w " * 400}, "500 characters"),
        ({"password": ""}, "Enter your password"),
        ({"password": "not-this-one"}, "The password is not right"),
        ({"reference": ""}, "Enter the child&#39;s reference, or the name"),
        ({"reference": "", "name": "Szymon"}, "Enter the first name and the last name"),
        ({"reference": "", "name": "Szymon Lam"}, "Enter the day, the month and the year of birth"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_opened(
    demo: Installation, typed: dict[str, str], what: str
) -> None:
    """Each mistake is said beside its question; what was typed stays, but for the password."""
    who = newcomer(demo, Role.home_staff)
    reply = opened(who.client, **typed)
    assert reply.status_code == 422
    assert what in reply.text
    assert PASSWORD not in reply.text
    with demo.store.read() as tx:
        assert emergencies.of_child(tx, CHILD.id) == ()


def test_tries_are_counted_for_the_person(demo: Installation) -> None:
    """Three are opened in a day and six miss; then the answer is the same for a child who is there."""
    who = newcomer(demo, Role.home_staff)
    for number in range(6):
        assert "No child can be opened" in opened(who.client, reference=f"CH-2222-222{number}").text
    assert opened(who.client).status_code == 422
    assert "tried too often today" in opened(who.client).text
    other = newcomer(demo, Role.home_staff)
    for child in CHILDREN:
        assert opened(other.client, reference=child.reference).status_code == 303
    with demo.store.read() as tx:
        assert len(emergencies.running(tx, membership_id=other.membership_id)) == len(CHILDREN)
    for running in _running(demo, other):
        other.client.post(f"/emergencies/{running}/end")
    assert "tried too often today" in opened(other.client).text
    with clock.held(clock.now() + timedelta(hours=24, seconds=5)):
        other = _again(demo, other)
        assert opened(other.client).status_code == 303


def test_whoever_may_see_the_child_opens_nothing(
    demo: Installation, as_: Callable[[str], StrictClient]
) -> None:
    """The home where the child lives is led to the page, and nothing is noted that others would review."""
    reply = opened(as_("home_staff"))
    assert reply.location == f"/children/{CHILD.id}"
    with demo.store.read() as tx:
        assert emergencies.of_child(tx, CHILD.id) == ()


def test_it_can_be_ended_before_its_time_by_who_opened_it(demo: Installation) -> None:
    """`End it now` closes the page at once; nobody else can end it."""
    who, other = newcomer(demo, Role.home_staff), newcomer(demo, Role.home_staff)
    opened(who.client)
    (one,) = _running(demo, who)
    assert other.client.post(f"/emergencies/{one}/end").status_code == 404
    assert who.client.get(f"/children/{CHILD.id}").status_code == 200
    assert who.client.post(f"/emergencies/{one}/end").status_code == 303
    assert who.client.get(f"/children/{CHILD.id}").status_code == 404


def test_it_is_loud_until_somebody_else_reviews_it(
    demo: Installation, as_: Callable[[str], StrictClient]
) -> None:
    """Worker, manager and head of service see it at once; when a lead has reviewed it, it is gone."""
    who = newcomer(demo, Role.police_coordinator, area="BED")
    opened(who.client)
    (one,) = _running(demo, who)
    copy = f"/documents/{_copy(demo, 'police')}"
    who.client.get(copy).close()
    for role in ("social_worker", "team_manager", "service_manager"):
        words = as_(role).get("/").text
        assert "Emergency access" in words, role
        assert "Open now" in words, role
        assert f"/emergencies/{one}" in words, role
    assert f"/emergencies/{one}" not in as_("reviewing_officer").get("/").text
    page = as_("team_manager").get(f"/emergencies/{one}").text
    assert WHY in page
    assert "Opened the documents in an emergency" in page
    assert "Downloaded a document" in page
    said = {"finding": "justified", "remark": "She was at the police station."}
    assert as_("social_worker").post(f"/emergencies/{one}", data=said).status_code == 403
    assert as_("team_manager").post(f"/emergencies/{one}", data={"finding": "x"}).status_code == 422
    assert as_("team_manager").post(f"/emergencies/{one}", data=said).status_code == 303
    for role in ("social_worker", "team_manager", "service_manager"):
        assert f"/emergencies/{one}" not in as_(role).get("/").text, role
    after = as_("service_manager").get(f"/emergencies/{one}").text
    assert "Justified" in after
    assert "She was at the police station." in after
    history = as_("team_manager").get(f"/children/{CHILD.id}").text
    assert "Opened the documents in an emergency" in history
    assert "Reviewed an emergency look" in history


def test_what_nobody_reviews_is_shown_as_overdue(
    demo: Installation, as_: Callable[[str], StrictClient]
) -> None:
    """After three days the first page of the lead says so."""
    who = newcomer(demo, Role.home_staff)
    opened(who.client)
    assert "Review overdue" not in as_("team_manager").get("/").text
    with clock.held(clock.now() + timedelta(days=3, seconds=5)):
        assert "Review overdue" in as_("team_manager").get("/").text


def test_nobody_reviews_their_own_look(demo: Installation) -> None:
    """Somebody who opened it in one role and leads the case in another neither sees it to review nor can."""
    who = newcomer(demo, Role.home_staff)
    opened(who.client)
    (one,) = _running(demo, who)
    with demo.store.write() as tx:
        lead = of_user(tx, TEAM_MANAGER.id)[0]
        membership = users.add_membership(
            tx,
            user_id=who.user_id,
            organisation_id=lead.organisation_id,
            role="team_manager",
            team_id=lead.team_id,
        )
    client = sign_in_as(demo, user_id=who.user_id, membership_id=membership)
    assert f"/emergencies/{one}" not in client.get("/").text
    said = {"finding": "justified", "remark": "I was right."}
    assert client.post(f"/emergencies/{one}", data=said).status_code == 403
    with demo.store.read() as tx:
        assert emergencies.get(tx, one).reviewed_at is None


@pytest.mark.parametrize("role", sorted(set(Role) - set(ALLOWED)))
def test_other_roles_have_no_glass_to_break(demo: Installation, role: Role) -> None:
    """Who looks after the service, and who has the case anyway, is told that this is not theirs."""
    who = newcomer(demo, role)
    assert who.client.get("/emergency").status_code == 403
    assert opened(who.client).status_code == 403
    assert "/emergency" not in who.client.get("/").text


def test_another_role_of_the_same_person_sees_nothing(demo: Installation) -> None:
    """What is opened in one role is opened in no other."""
    who = newcomer(demo, Role.home_staff)
    opened(who.client)
    with demo.store.read() as tx:
        person = of_user(tx, who.user_id)[0]
        assert Relation.emergency in (relations.relations(tx, person, child_id=CHILD.id) or ())
    other = newcomer(demo, Role.home_staff)
    assert other.client.get(f"/children/{CHILD.id}").status_code == 404


def _plain(page: str, typed: str) -> str:
    lines = (one for one in page.replace(typed, "").splitlines() if "csrf_token" not in one)
    return "\n".join(lines)


def _running(demo: Installation, who: Newcomer) -> list[str]:
    with demo.store.read() as tx:
        return [one.id for one in emergencies.running(tx, membership_id=who.membership_id)]


def _again(demo: Installation, who: Newcomer) -> Newcomer:
    client = sign_in_as(demo, user_id=who.user_id, membership_id=who.membership_id)
    return Newcomer(
        user_id=who.user_id,
        membership_id=who.membership_id,
        organisation_id=who.organisation_id,
        place_id=who.place_id,
        client=client,
    )


def _copy(demo: Installation, audience: str) -> str:
    with demo.store.read() as tx:
        found = documents.of_record(tx, RECORD)
    return next(one.id for one in found if one.audience_id == audience and one.kind == "pdf")
