"""Who answers for a child, changed in the browser; and a name or a date of birth corrected."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from formsvc.access.table import Role
from formsvc.demo import AUTHORITY, CHILDREN, TEAM, USERS, WORKER
from formsvc.store import audit, children, organisations, placements, sections
from formsvc.store import tables as t
from tests.web.conftest import Installation, StrictClient, search
from tests.web.newcomers import Newcomer, newcomer
from tests.web.plans import fill, hidden, started

As = Callable[[str], StrictClient]
CHILD = CHILDREN[1]
SEEN = re.compile(r'name="seen" value="([^"]+)"')
WORKERS = f"/children/{CHILD.id}/workers"
IDENTITY = f"/children/{CHILD.id}/identity"
CORRECTED = {
    "name": "Kit Alder-Yeo",
    "known_as": "Kitto",
    "born_day": "3",
    "born_month": "4",
    "born_year": "2013",
}


def seen(client: StrictClient, path: str = WORKERS) -> str:
    """Return the mark of what a page showed."""
    found = SEEN.search(client.get(path).text)
    assert found
    return found[1]


@pytest.fixture
def other(demo: Installation) -> Newcomer:
    """Return a social worker of another team of the same authority."""
    return newcomer(demo, Role.social_worker, organisation_id=AUTHORITY)


def changed(client: StrictClient, *workers: str, team: str, **more: str) -> int:
    """Change who answers for the child; return the status."""
    data = {"seen": seen(client), "team": team, "worker": list(workers), "sure": "yes", **more}
    return client.post(WORKERS, data=data).status_code


def acts(demo: Installation, act: str) -> list[audit.Entry]:
    """Return the entries of an act about the child."""
    with demo.store.read() as tx:
        return [one for one in audit.of_child(tx, CHILD.id, limit=99) if one.act == act]


def test_a_child_goes_to_another_team_and_worker(demo: Installation, as_: As, other: Newcomer) -> None:
    """The old worker and team reach nothing from that moment, the new ones all of it, the draft as well."""
    old, manager = as_("social_worker"), as_("team_manager")
    record_id = started(demo, child_id=CHILD.id)
    fill(demo, record_id)
    assert old.get(f"/records/{record_id}").status_code == 200
    assert other.client.get(f"/children/{CHILD.id}").status_code == 404
    chosen = {"seen": seen(manager), "team": other.place_id, "worker": other.user_id}
    page = manager.post(WORKERS, data=chosen)
    assert "Check who answers for" in page.text
    assert f"{WORKER.name} loses sight" in page.text
    assert "you lose sight" in page.text
    reply = manager.post(WORKERS, data=chosen | {"sure": "yes"})
    assert (reply.status_code, reply.location) == (302, "/children")
    for gone in (old, manager):
        assert gone.get(f"/children/{CHILD.id}").status_code == 404
        assert gone.get(f"/records/{record_id}").status_code == 404
        assert CHILD.reference not in gone.get("/children").text
    assert other.client.get(f"/records/{record_id}").status_code == 200
    assert f"{WORKER.name} worked with them" in other.client.get(f"/children/{CHILD.id}").text
    with demo.store.read() as tx:
        lines = placements.workers(tx, CHILD.id)
    assert [(one.user_id, one.until_at is None) for one in lines] == [
        (other.user_id, True),
        (WORKER.id, False),
    ]
    (noted,) = acts(demo, "child.allocate")
    assert (noted.subject_id, noted.data["began"], noted.data["ended"]) == (
        other.place_id,
        [other.user_id],
        [WORKER.id],
    )


def test_what_the_old_worker_was_typing_is_kept_for_the_new_one(
    demo: Installation, as_: As, other: Newcomer
) -> None:
    """It is not saved into the form and not lost: its author is told so, and the new worker finds it."""
    old, manager = as_("social_worker"), as_("team_manager")
    record_id = started(demo, child_id=CHILD.id)
    page = old.get(f"/records/{record_id}/pages/looks").text
    data = {
        "opened-by": hidden(page, "opened-by"),
        "version": hidden(page, "version"),
        "build": "Like a quokka",
        "do": "continue",
    }
    assert changed(manager, other.user_id, team=other.place_id or "") == 302
    told = old.post(f"/records/{record_id}/pages/looks", data=data)
    assert told.status_code == 409
    assert "with another team or worker now" in told.text
    assert "Like a quokka" not in other.client.get(f"/records/{record_id}/pages/looks").text
    first = other.client.get("/").text
    late = first.split(f'href="/records/{record_id}/late/')[1].split('"')[0]
    assert "Like a quokka" in other.client.get(f"/records/{record_id}/late/{late}").text


def test_several_workers_and_an_interviewer(demo: Installation, as_: As, other: Newcomer) -> None:
    """Several have the child at once; whoever is kept has them since before, whoever comes since now."""
    manager = as_("team_manager")
    interviewer = next(one for one in USERS if one.role == "return_interviewer")
    assert changed(manager, WORKER.id, interviewer.id, team=TEAM) == 302
    with demo.store.read() as tx:
        before = {one.user_id: one.from_at for one in placements.workers(tx, CHILD.id)}
    assert set(before) == {WORKER.id, interviewer.id}
    assert as_("return_interviewer").get(f"/children/{CHILD.id}").status_code == 200
    assert changed(as_("service_manager"), WORKER.id, other.user_id, team=other.place_id or "") == 302
    with demo.store.read() as tx:
        now = {one.user_id: one for one in placements.workers(tx, CHILD.id)}
    assert now[WORKER.id].from_at == before[WORKER.id]
    assert now[interviewer.id].until_at is not None
    assert as_("return_interviewer").get(f"/children/{CHILD.id}").status_code == 404
    assert as_("social_worker").get(f"/children/{CHILD.id}").status_code == 200


@pytest.mark.parametrize(
    ("data", "words"),
    (
        ({"team": "nothing"}, "Choose the team that answers"),
        ({"team": TEAM}, "Choose who works with the child"),
        ({"team": TEAM, "worker": "nobody"}, "Choose workers from the list"),
        ({"team": TEAM, "worker": WORKER.id, "nobody": "yes"}, "not both"),
    ),
)
def test_what_cannot_be_chosen_is_refused_in_words(as_: As, data: dict[str, str], words: str) -> None:
    """Each mistake is said beside the question and above it, and changes nothing."""
    manager = as_("team_manager")
    reply = manager.post(WORKERS, data={"seen": seen(manager), "sure": "yes", **data})
    assert reply.status_code == 422
    assert reply.text.count(words) == 2
    assert as_("social_worker").get(f"/children/{CHILD.id}").status_code == 200


def test_workers_of_another_authority_cannot_be_chosen(demo: Installation, as_: As) -> None:
    """Neither a team nor a worker of another organisation is offered, or taken when it is sent."""
    elsewhere, manager = newcomer(demo, Role.social_worker), as_("team_manager")
    assert (elsewhere.place_id or "") not in manager.get(WORKERS).text
    assert changed(manager, elsewhere.user_id, team=elsewhere.place_id or "") == 422
    assert changed(manager, elsewhere.user_id, team=TEAM) == 422


def test_who_looked_at_something_older_is_told(as_: As) -> None:
    """A change somebody else made meanwhile is never overwritten: the page says so, and shows how it is."""
    manager, head = as_("team_manager"), as_("service_manager")
    read = seen(manager)
    assert changed(head, team=TEAM, nobody="yes") == 302
    reply = manager.post(WORKERS, data={"seen": read, "team": TEAM, "worker": WORKER.id, "sure": "yes"})
    assert reply.status_code == 409
    assert reply.text.count("Somebody else changed it") == 2


def test_a_team_is_closed_once_its_children_are_elsewhere(
    demo: Installation, as_: As, other: Newcomer
) -> None:
    """While children are in it the page says how many and what to do; then it can be closed."""
    head, keeper = as_("service_manager"), as_("administrator")
    close = f"/administration/places/{TEAM}/close"
    with demo.store.read() as tx:
        of = t.child.c
        mine = list(tx.c.execute(sa.select(of.id).where(of.team_id == TEAM)).scalars())
    page = keeper.post(close, data={"sure": "yes"})
    assert page.status_code == 409
    assert f"{len(mine)} children are in this team" in page.text
    assert "head of service" in page.text
    for child_id in mine:
        path = f"/children/{child_id}/workers"
        data = {"seen": seen(head, path), "team": other.place_id, "worker": other.user_id, "sure": "yes"}
        assert head.post(path, data=data).status_code == 302
    assert keeper.post(close, data={"sure": "yes"}).status_code == 302
    with demo.store.read() as tx:
        assert TEAM not in {one.id for one in organisations.places(tx)}


def test_a_name_is_corrected_everywhere_but_in_forms(demo: Installation, as_: As) -> None:
    """Pages, lists and search know the new name and no longer the old; the draft says what it said."""
    manager = as_("team_manager")
    record_id = started(demo, child_id=CHILD.id)
    fill(demo, record_id)
    with demo.store.read() as tx:
        revision_id = tx.c.execute(
            sa.select(t.revision.c.id).where(t.revision.c.record_id == record_id)
        ).scalar_one()
        before = sections.all_of(tx, revision_id=revision_id, child_id=CHILD.id)
    assert "It changes no form" in manager.get(IDENTITY).text
    mark = seen(manager, IDENTITY)
    assert CHILD.name not in mark
    assert manager.post(IDENTITY, data=CORRECTED | {"seen": mark}).status_code == 302
    page = manager.get(f"/children/{CHILD.id}").text
    assert "Kit Alder-Yeo" in page
    assert "born 3 April 2013" in page
    worker = as_("social_worker")
    assert f"/children/{CHILD.id}" in worker.get(search(worker, "kitto alder")).text
    assert f"/children/{CHILD.id}" in worker.get(search(worker, "3 April 2013")).text
    assert f"/children/{CHILD.id}" not in worker.get(search(worker, CHILD.name)).text
    with demo.store.read() as tx:
        assert sections.all_of(tx, revision_id=revision_id, child_id=CHILD.id) == before
        sealed = tx.c.execute(sa.select(t.child.c.identity).where(t.child.c.id == CHILD.id)).scalar_one()
        assert b"Alder" not in sealed
        assert children.get(tx, CHILD.id).identity.date_of_birth == "2013-04-03"  # type: ignore[union-attr]
    (noted,) = acts(demo, "child.correct")
    assert noted.data["parts"] == ["name", "known_as", "date_of_birth"]
    assert "Alder" not in repr(noted)


def test_a_correction_says_what_is_wrong_and_who_was_first(as_: As) -> None:
    """Nothing typed is lost, nothing of somebody else's correction is overwritten."""
    manager, head = as_("team_manager"), as_("service_manager")
    mark = seen(manager, IDENTITY)
    wrong = manager.post(IDENTITY, data=CORRECTED | {"seen": mark, "name": "", "born_month": "13"})
    assert wrong.status_code == 422
    assert wrong.text.count("Enter the child&#39;s full name") == 2
    assert 'value="Kitto"' in wrong.text
    assert head.post(IDENTITY, data=CORRECTED | {"seen": seen(head, IDENTITY)}).status_code == 302
    late = manager.post(IDENTITY, data=CORRECTED | {"seen": mark, "name": "Kit Another"})
    assert late.status_code == 409
    assert 'value="Kit Another"' in late.text
    assert "Kit Alder-Yeo" in manager.get(f"/children/{CHILD.id}").text


@pytest.mark.parametrize("role", ("social_worker", "home_staff", "reviewing_officer"))
def test_nobody_else_is_offered_either(as_: As, role: str) -> None:
    """A worker, a home and a reviewing officer are neither led there nor let in."""
    client = as_(role)
    page = client.get(f"/children/{CHILD.id}").text
    for path in (WORKERS, IDENTITY):
        assert path not in page
        assert client.get(path).status_code == 403
        assert client.post(path, data={"sure": "yes"}).status_code == 403
