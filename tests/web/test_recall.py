"""What was withdrawn is asked back from everybody who has it, and followed to the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from formsvc import clock
from formsvc.demo import CHILDREN, USERS
from formsvc.fields.moments import LONDON
from formsvc.store import audit, documents, recalls
from formsvc.store import tables as t
from formsvc.store.documents import Document
from tests.web.conftest import Installation, StrictClient
from tests.web.plans import a_file, hidden

As = Callable[[str], StrictClient]
PLAN = "demorecordplan222222"
NAME = CHILDREN[0].name
POLICE = next(one for one in USERS if one.role == "police_coordinator")


def copy_of(demo: Installation, audience: str) -> Document:
    """Return the PDF made for an audience."""
    with demo.store.read() as tx:
        made = documents.of_record(tx, PLAN)
    return next(one for one in made if (one.audience_id, one.kind) == (audience, "pdf"))


def take(demo: Installation, client: StrictClient, audience: str) -> bytes:
    """Download a copy."""
    reply = client.get(f"/documents/{copy_of(demo, audience).id}")
    assert reply.status_code == 200
    return reply.get_data()


def withdraw(client: StrictClient, **changed: str) -> str:
    """Withdraw the plan and return the address of its recall."""
    page = client.get(f"/records/{PLAN}/withdraw").text
    data = {"revision": hidden(page, "revision"), "why": "dangerous", **changed}
    reply = client.post(f"/records/{PLAN}/withdraw", data=data)
    assert reply.status_code == 302, reply.text
    return reply.location


def moment_typed(**changed: str) -> dict[str, str]:
    """Return the present as the questions of a day and a time take it."""
    local = clock.now().astimezone(LONDON)
    parts = {"at_day": local.day, "at_month": local.month, "at_year": local.year, "at_time": f"{local:%H:%M}"}
    return {**{name: str(value) for name, value in parts.items()}, **changed}


def hand_out(demo: Installation, client: StrictClient, **changed: str) -> int:
    """Write down that the police copy was handed to somebody outside; return the status."""
    data = {
        "name": "Sgt Leopold Achterberg",
        "role": "custody",
        "organisation": "Harbour Police",
        "channel": "in_person",
        **moment_typed(),
        **changed,
    }
    address = f"/documents/{copy_of(demo, 'police').id}/handed-out"
    return client.post(address, data=data).status_code


def lines(demo: Installation) -> list[recalls.Holder]:
    """Return everybody who is asked."""
    with demo.store.read() as tx:
        (recall,) = recalls.of_record(tx, PLAN)
        return list(recalls.holders(tx, recall))


def test_everybody_who_has_a_copy_is_asked_and_nobody_else(demo: Installation, as_: As) -> None:
    """Who downloaded any copy, and whom one was handed to outside; who only looked is shown apart."""
    manager = as_("team_manager")
    take(demo, as_("police_coordinator"), "police")
    take(demo, as_("residential_manager"), "home")
    as_("reviewing_officer").get(f"/records/{PLAN}/history")
    assert hand_out(demo, as_("police_coordinator")) == 302
    page = manager.get(f"/records/{PLAN}/withdraw").text
    assert "3 people have" in page
    page = manager.get(withdraw(manager)).text
    assert {one.role for one in lines(demo)} == {"police_coordinator", "residential_manager", None}
    assert "Leopold Achterberg" in page
    assert "0 of 3 answered" in page
    reviewer = next(one.name for one in USERS if one.role == "reviewing_officer")
    apart = page.split("Saw it on a screen")[1]
    assert reviewer in apart
    assert "Nobody else saw it" not in page


def test_holder_is_told_first_thing_and_answers(demo: Installation, as_: As) -> None:
    """It stands above all else on the first page and on every other page until it is answered."""
    police = as_("police_coordinator")
    take(demo, police, "police")
    manager = as_("team_manager")
    address = withdraw(manager)
    page = police.get("/").text
    assert page.index("Before anything else") < page.index("<h1")
    assert NAME not in page.split("Before anything else")[1].split("<h1")[0]
    assert "You have a copy that is asked back" in police.get("/documents").text
    (line,) = lines(demo)
    assert line.asked_at is not None
    assert "Say what became of the copy" in police.post(f"/recalls/{line.id}", data={}).text
    assert police.post(f"/recalls/{line.id}", data={"answer": "destroyed"}).status_code == 302
    assert "Before anything else" not in police.get("/").text
    assert "You have a copy that is asked back" not in police.get("/documents").text
    page = manager.get(address).text
    assert "All answered" in page
    assert "Destroyed" in page
    assert (
        police.post(f"/recalls/{line.id}", data={"answer": "replaced"}).status_code == 302
    )  # changes nothing
    assert [one.kind for one in lines(demo)[0].answers] == ["destroyed"]


def test_nobody_answers_for_another(demo: Installation, as_: As) -> None:
    """A line is its holder's alone; the manager who follows it writes down what they were told."""
    take(demo, as_("police_coordinator"), "police")
    manager = as_("team_manager")
    address = withdraw(manager)
    (line,) = lines(demo)
    for role in ("residential_manager", "administrator", "social_worker"):
        assert as_(role).post(f"/recalls/{line.id}", data={"answer": "destroyed"}).status_code == 404
    assert as_("social_worker").get(address).status_code == 403
    where = f"{address}/holders/{line.id}"
    assert (
        manager.post(where, data={"answer": "destroyed", **moment_typed(at_year="2099")}).status_code == 422
    )
    assert manager.post(where, data={"answer": "asked", **moment_typed()}).status_code == 422
    data = {"answer": "asked", "channel": "phone", **moment_typed()}
    assert manager.post(where, data=data).status_code == 302
    assert manager.post(where, data={"answer": "not_kept", **moment_typed()}).status_code == 302
    assert [one.kind for one in lines(demo)[0].answers] == ["asked", "not_kept"]
    assert "All answered" in manager.get(address).text


def test_words_for_somebody_outside_name_no_child(demo: Installation, as_: As) -> None:
    """Subject and message name the document and what to do, and nobody it is about."""
    hand_out(demo, as_("police_coordinator"))
    manager = as_("team_manager")
    address = withdraw(manager, why="wrong_child", reason="It is about Hortensia, next door")
    (line,) = lines(demo)
    page = manager.get(f"{address}/holders/{line.id}").text
    words = page.split("Words to ask with")[1].split("What happened?")[0]
    assert "TP-DEM2-PAGE" in words
    for secret in (*NAME.split(), "Hortensia"):
        assert secret not in words


def test_overdue_is_said_to_whoever_follows_it(demo: Installation, as_: As) -> None:
    """After two working days it is overdue: on the manager's first page, in the recall, at its line."""
    take(demo, as_("police_coordinator"), "police")
    manager = as_("team_manager")
    address = withdraw(manager)
    assert "Waiting for 1" in manager.get("/").text
    with demo.store.write() as tx:
        tx.c.execute(sa.update(t.recall).values(due_at=tx.at - timedelta(minutes=1)))
    page = manager.get("/").text
    assert "Withdrawn copies to follow to the end" in page
    assert "Overdue" in page
    assert manager.get(address).text.count("Overdue") == 2
    assert "Withdrawn copies to follow" not in as_("social_worker").get("/").text


def test_closing_with_an_answer_missing_needs_a_reason(demo: Installation, as_: As) -> None:
    """A manager may close it, says why, and the line stays without an answer for good."""
    take(demo, as_("police_coordinator"), "police")
    manager = as_("team_manager")
    address = withdraw(manager)
    assert "Say why it is closed" in manager.post(f"{address}/close", data={"remark": " "}).text
    reply = manager.post(f"{address}/close", data={"remark": "The officer has left the force."})
    assert reply.status_code == 302
    page = manager.get(address).text
    assert "Closed for a reason" in page
    assert "The officer has left the force." in page
    assert "No answer" in page
    assert "Withdrawn copies to follow" not in manager.get("/").text
    (line,) = lines(demo)
    assert (
        as_("police_coordinator").post(f"/recalls/{line.id}", data={"answer": "destroyed"}).status_code == 302
    )
    assert lines(demo)[0].answered_at is None


def test_copy_taken_after_withdrawal_is_asked_back_too(demo: Installation, as_: As) -> None:
    """Who may still look at what was withdrawn takes it on themselves, and a closed recall opens again."""
    manager = as_("team_manager")
    address = withdraw(manager)
    assert "nobody to ask" in manager.get(address).text
    assert copy_of(demo, "full").state == "withdrawn"
    manager.get(f"/documents/{copy_of(demo, 'full').id}?old=yes").close()
    page = manager.get(address).text
    assert "0 of 1 answered" in page
    assert copy_of(demo, "full").state == "recalled"


def test_verifier_says_recalled(demo: Installation, as_: As) -> None:
    """A file that somebody still has says at the verify page that it was recalled."""
    sealed = take(demo, as_("police_coordinator"), "police")
    withdraw(as_("team_manager"))
    page = demo.client().post("/verify", data={"file": a_file(sealed)}, content_type="multipart/form-data")
    assert "recalled" in page.text
    assert "do not use it" in page.text.lower()


@pytest.mark.parametrize(
    "changed",
    [
        {"name": " "},
        {"organisation": ""},
        {"channel": "pigeon"},
        {"at_year": "2001"},
        {"at_year": "2199"},
        {"at_time": "soon"},
    ],
)
def test_handing_out_is_read_strictly(demo: Installation, as_: As, changed: dict[str, str]) -> None:
    """A name, a place, a way and a moment after it was issued and not to come; nothing typed is lost."""
    assert hand_out(demo, as_("police_coordinator"), **changed) == 422
    with demo.store.read() as tx:
        assert tx.c.execute(sa.select(t.handed_out)).all() == []


def test_handing_out_is_for_those_whose_copy_it_is(demo: Installation, as_: As) -> None:
    """The home neither sees nor writes to whom the police copy went; the authority sees all."""
    assert hand_out(demo, as_("police_coordinator")) == 302
    assert hand_out(demo, as_("residential_manager")) == 404
    address = f"/documents/{copy_of(demo, 'police').id}/handed-out"
    assert "Leopold Achterberg" in as_("social_worker").get(address).text
    assert as_("residential_manager").get(address).status_code == 404


def test_each_step_is_noted(demo: Installation, as_: As) -> None:
    """Who withdrew, saw, answered, closed: with record, revision and recall, and no word of the reason."""
    police, manager = as_("police_coordinator"), as_("team_manager")
    take(demo, police, "police")
    hand_out(demo, police)
    withdraw(manager, reason="Marmalade Cottage is not safe")
    police.get("/")
    (mine,) = [one for one in lines(demo) if one.user_id]
    police.post(f"/recalls/{mine.id}", data={"answer": "destroyed"})
    with demo.store.read() as tx:
        entries = audit.of_child(tx, CHILDREN[0].id, limit=500)
        seen = tx.c.execute(sa.select(t.audit_entry).where(t.audit_entry.c.act == "recall.see")).all()
    noted = {one.act: one for one in entries}
    assert {"document.hand_out", "revision.withdraw", "recall.answer"} <= set(noted)
    assert noted["revision.withdraw"].data["holders"] == 2
    assert noted["recall.answer"].data["answer"] == "destroyed"
    assert noted["document.download"].data["revision"] == 1
    assert len(seen) == 1
    assert "Marmalade" not in repr(entries)
    assert "Achterberg" not in repr(entries)


def holder_link(client: StrictClient, name: str) -> str:
    """Return the address that asks one holder, as the list of who had it leads to it."""
    page = client.get(f"/records/{PLAN}/who-had-it").text
    found = re.search(
        r'href="([^"]+recall-copy[^"]+)"[^>]*>Wrong person: ask for this copy back<[^>]+>, ' + name, page
    )
    assert found
    return found[1].replace("&amp;", "&")


def test_one_person_s_copy_is_asked_back_and_the_plan_stands(demo: Installation, as_: As) -> None:
    """The wrong person is told before anything else and nobody else; the files stay current for all."""
    manager, police, home = as_("team_manager"), as_("police_coordinator"), as_("residential_manager")
    take(demo, police, "police")
    take(demo, home, "home")
    before = {one.id: one.state for one in of_plan(demo)}
    link = holder_link(manager, POLICE.name)
    assert POLICE.name in manager.get(link).text
    data = dict(part.split("=") for part in link.partition("?")[2].split("&"))
    reply = manager.post(link.partition("?")[0], data=data)
    assert (reply.status_code, "/recalls/" in reply.location) == (302, True)
    assert "Only those below are asked" in manager.get(reply.location).text
    (line,) = lines(demo)
    assert line.user_id == POLICE.id
    asked = police.get("/").text
    assert "asked back" in asked
    assert "It reached somebody it was not meant for" in asked
    assert "It has been withdrawn" not in asked
    assert "asked back" not in home.get("/").text
    assert {one.id: one.state for one in of_plan(demo)} == before
    assert "Withdrawn" not in manager.get(f"/records/{PLAN}/history").text
    again = manager.post(link.partition("?")[0], data=data, follow_redirects=True)
    assert "asked for it already" in again.text
    assert police.post(f"/recalls/{line.id}", data={"answer": "destroyed"}).status_code == 302
    assert "All answered" in manager.get(reply.location).text
    with demo.store.read() as tx:
        acts = [one.act for one in audit.of_child(tx, CHILDREN[0].id, limit=99)]
    assert "recall.copy" in acts
    assert "revision.withdraw" not in acts


def test_who_takes_another_is_asked_again_and_withdrawing_asks_the_rest(demo: Installation, as_: As) -> None:
    """After one copy was asked back the whole revision can be: who answered is not asked for that twice."""
    manager, police, home = as_("team_manager"), as_("police_coordinator"), as_("residential_manager")
    take(demo, police, "police")
    take(demo, home, "home")
    link = holder_link(manager, POLICE.name)
    data = dict(part.split("=") for part in link.partition("?")[2].split("&"))
    followed = manager.post(link.partition("?")[0], data=data).location
    (line,) = lines(demo)
    police.post(f"/recalls/{line.id}", data={"answer": "destroyed"})
    take(demo, police, "police")
    assert "Waiting for 1" in manager.get(followed).text
    assert copy_of(demo, "police").state == "current"
    police.post(f"/recalls/{line.id}", data={"answer": "destroyed"})
    assert withdraw(manager) == followed
    asked = {one.user_id: one.answered_at is None for one in lines(demo)}
    senior = next(one.id for one in USERS if one.role == "residential_manager")
    assert asked == {POLICE.id: False, senior: True}
    assert copy_of(demo, "home").state == "recalled"
    assert "It has been withdrawn" in home.get("/").text
    assert manager.get(f"/records/{PLAN}/recall-copy").status_code == 302


def test_only_holders_of_this_record_can_be_asked(demo: Installation, as_: As) -> None:
    """A person without a copy, another record's revision and a worker's post reach nothing."""
    manager = as_("team_manager")
    take(demo, as_("police_coordinator"), "police")
    link = holder_link(manager, POLICE.name)
    path, _, query = link.partition("?")
    data = dict(part.split("=") for part in query.split("&"))
    assert manager.post(path, data=data | {"holder": USERS[0].id}).status_code == 404
    assert manager.post(path, data=data | {"revision": "norevision2222222222"}).status_code == 404
    assert as_("social_worker").post(path, data=data).status_code == 403
    assert lines_or_none(demo) == []


def of_plan(demo: Installation) -> tuple[Document, ...]:
    """Return every document of the plan."""
    with demo.store.read() as tx:
        return documents.of_record(tx, PLAN)


def lines_or_none(demo: Installation) -> list[recalls.Recall]:
    """Return the recalls of the plan."""
    with demo.store.read() as tx:
        return list(recalls.of_record(tx, PLAN))
