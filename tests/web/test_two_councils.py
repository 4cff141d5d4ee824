"""Two councils and a private home on one instance: nothing of one is in anything the other's people get."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from formsvc import clock
from formsvc.demo import (
    AREA,
    AUTHORITY,
    CHILDREN,
    HOME,
    ORGANISATIONS,
    TEAM,
    USERS,
    DemoChild,
    DemoUser,
)
from formsvc.settings import Settings, load
from formsvc.store import organisations, placements, users
from formsvc.store import tables as t
from formsvc.store.session import Store, open_store
from formsvc.workflow.actors import SERVICE
from formsvc.workflow.keep_reference import add_reference
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.sessions import begin
from tests.two_councils import (
    KNOWN_AS,
    PLANTED,
    SECOND,
    SECOND_CHILDREN,
    SECOND_NAME,
    SECOND_TEAM,
    SECOND_USERS,
    add_second_council,
)
from tests.web.conftest import TOKEN, search

FIRST_USERS: Final = tuple(
    one for one in USERS if one.organisation_id == AUTHORITY and one.role != "operator"
)
ROLES: Final = tuple(one.role for one in FIRST_USERS)
FEW: Final = frozenset({"administrator", "team_manager"})
"""Roles whose whole way through pages and routes is gone in every run; `make test-all` goes them all."""
MOST: Final = [pytest.param(one, marks=() if one in FEW else pytest.mark.long) for one in ROLES]
FIRST_NUMBER: Final = "AVN-77120"
SECOND_NUMBER: Final = "MRW-30415"
"""What the case systems of the two know their children by."""
ADMINISTERED_BY_HAND: Final = re.compile(r"^/(sign-out|switch|assets/|demo|verify|forms/)")


@dataclass(frozen=True, kw_only=True)
class Council:
    """One of the two: its people and children, and what would give it away on a page of the other's."""

    id: str
    name: str
    people: tuple[DemoUser, ...]
    children: tuple[DemoChild, ...]
    record_id: str
    reference: str
    team_id: str
    ids: dict[str, str]
    marks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Instance:
    """The instance: its application, its store, both councils."""

    app: Flask
    settings: Settings
    store: Store
    first: Council
    second: Council

    def client(self, who: DemoUser) -> FlaskClient:
        """Return a client signed in as somebody: not the strict one, so that many pages can be asked."""
        with self.store.write() as tx:
            _, token = begin(tx, user_id=who.id, membership_id=who.membership_id, agent="A test")
        made = FlaskClient(self.app, self.app.response_class)
        made.set_cookie("formsvc", token)
        return made

    def pair(self, own: Council) -> tuple[Council, Council]:
        """Return a council and the other."""
        return own, self.second if own is self.first else self.first


@pytest.fixture(scope="module")
def built(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an instance folder with both councils, all of whose documents are issued."""
    folder = tmp_path_factory.mktemp("councils") / "instance"
    shutil.copytree(demo_template, folder)
    settings = load({"FORMSVC_INSTANCE": str(folder)})
    store = open_store(settings)
    add_second_council(settings, store)
    for child, number in (*((one, FIRST_NUMBER) for one in CHILDREN), (SECOND_CHILDREN[1], SECOND_NUMBER)):
        told = {"kind": "case_system", "value": f"{number}-{child.id}"[:40], "system": "A case system"}
        add_reference(store, actor=SERVICE, child_id=child.id, reference=told)
    store.close()
    run_worker(settings, until_idle=True)
    return folder


@pytest.fixture
def two(built: Path, demo_app: Flask) -> Iterator[Instance]:
    """Return the instance that every test of this module reads."""
    yield from _opened(built, demo_app)


@pytest.fixture
def own_copy(built: Path, demo_app: Flask, tmp_path: Path) -> Iterator[Instance]:
    """Return a copy of it that a test may change."""
    shutil.copytree(built, tmp_path / "instance")
    yield from _opened(tmp_path / "instance", demo_app)


def _opened(folder: Path, app: Flask) -> Iterator[Instance]:
    settings = load({"FORMSVC_INSTANCE": str(folder)})
    store = open_store(settings)
    app.extensions["formsvc"] |= {"settings": settings, "store": store, "limiters": {}}
    first = _council(
        store,
        id=AUTHORITY,
        name=ORGANISATIONS[0].name,
        people=FIRST_USERS,
        children=CHILDREN,
        record=("demorecordplan222222", "TP-DEM2-PAGE"),
        team_id=TEAM,
        more=(CHILDREN[0].known_as, FIRST_NUMBER),
    )
    second = _council(
        store,
        id=SECOND,
        name=SECOND_NAME,
        people=SECOND_USERS,
        children=SECOND_CHILDREN,
        record=("nextrecordplan222222", "TP-NEX2-PAGE"),
        team_id=SECOND_TEAM,
        more=(PLANTED, SECOND_NUMBER, *KNOWN_AS[1:]),
    )
    yield Instance(app=app, settings=settings, store=store, first=first, second=second)
    store.close()


def _council(
    store: Store,
    *,
    id: str,
    name: str,
    people: tuple[DemoUser, ...],
    children: tuple[DemoChild, ...],
    record: tuple[str, str],
    team_id: str,
    more: tuple[str, ...],
) -> Council:
    with store.read() as tx:

        def column(of: sa.Column[Any], where: sa.ColumnElement[bool]) -> list[str]:
            return list(tx.c.execute(sa.select(of).where(where)).scalars())

        documents = column(t.document.c.id, t.document.c.record_id == record[0])
        jobs = column(t.job.c.id, t.job.c.organisation_id == id)
        revisions = column(t.revision.c.id, t.revision.c.record_id == record[0])
        signoffs = column(t.signoff.c.id, t.signoff.c.revision_id.in_(revisions))
        uploads = column(t.upload_task.c.id, t.upload_task.c.record_id == record[0])
        of_child = t.external_reference.c.child_id.in_([one.id for one in children])
        references = column(t.external_reference.c.id, of_child)
    child = next(one for one in children if one.id in (CHILDREN[0].id, SECOND_CHILDREN[1].id))
    marks = {
        name,
        id,
        team_id,
        *record,
        *(one.id for one in people),
        *(one.id for one in children),
        *(one.membership_id for one in people),
        *(one.name for one in people),
        *(one.email for one in people),
        *(one.reference for one in children),
        *documents,
        *jobs,
        *revisions,
        *uploads,
        *references,
        *more,
    }
    ids = {
        "child_id": child.id,
        "record_id": record[0],
        "document_id": documents[0],
        "job_id": jobs[0],
        "user_id": people[0].id,
        "membership_id": people[0].membership_id,
        "place_id": team_id,
        "signoff_id": signoffs[0],
        "revision_id": revisions[0],
        "upload_id": uploads[0],
        "reference_id": references[0],
    }
    return Council(
        id=id,
        name=name,
        people=people,
        children=children,
        record_id=record[0],
        reference=record[1],
        team_id=team_id,
        ids=ids,
        marks=tuple(sorted(marks)),
    )


GENERAL: Final = {
    "page_id": "profile",
    "group_id": "associates",
    "row_id": "row2222",
    "rule_id": "author",
    "definition_id": "trigger_plan",
    "area_id": AREA,
    "kind": "team",
    "path:name": "nothing.css",
}


def addressed(rule: str, ids: dict[str, str]) -> str:
    """Return an address of a route with these ids in it."""
    for name in re.findall(r"<([^>]+)>", rule):
        rule = rule.replace(f"<{name}>", ids.get(name.rpartition(":")[2], GENERAL.get(name, "nothing")))
    return rule


def routes(app: Flask) -> list[tuple[str, str]]:
    """Return every route that is about somebody's, reading ones first, those that end sessions left out."""
    found = {
        (method, one.rule)
        for one in app.url_map.iter_rules()
        for method in (one.methods or set()) - {"HEAD", "OPTIONS"}
        if not ADMINISTERED_BY_HAND.match(one.rule)
    }
    return sorted(found, key=lambda one: (one[0] != "GET", one[1]))


def asked(client: FlaskClient, method: str, path: str, token: str) -> tuple[int, str]:
    """Ask, and return the status and what came, without the token that every page has anew."""
    reply = client.open(path, method=method, headers={"X-CSRFToken": token} if method == "POST" else None)
    text = _text(reply)
    reply.close()
    return reply.status_code, text


def _text(reply: Any) -> str:
    """Return whatever a reply says: its headers, its page, and what is in a Word file."""
    data = reply.get_data()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            data = b"\n".join(package.read(name) for name in package.namelist())
    page = data.decode("utf-8", "replace").replace("&#39;", "'").replace("&amp;", "&")
    page = "\n".join(line for line in page.splitlines() if "csrf_token" not in line)
    told = [(name, value) for name, value in reply.headers if name not in ("Set-Cookie", "Content-Length")]
    return f"{told}\n{page}"


def token_of(client: FlaskClient) -> str:
    """Return the token of a page of this person's."""
    found = TOKEN.search(client.get("/").text)
    assert found
    return found[1]


def found_in(text: str, marks: tuple[str, ...]) -> list[str]:
    """Return what gives somebody away in a text."""
    return [one for one in marks if one in text]


def walk(client: FlaskClient, *, begin: list[str], most: int = 400) -> Iterator[tuple[str, str]]:
    """Follow every link from some addresses; yield each page with its address."""
    waiting, seen = deque(begin), set(begin)
    while waiting and len(seen) < most:
        path = waiting.popleft()
        status, text = asked(client, "GET", path, "")
        assert status < 500, path
        yield path, text
        for link in re.findall(r'(?:href|src)="(/[^"#]*)', text):
            inner = link.replace("&amp;", "&")
            if inner not in seen and not ADMINISTERED_BY_HAND.match(inner):
                seen.add(inner)
                waiting.append(inner)


def person(council: Council, role: str) -> DemoUser:
    """Return whoever holds a role in a council."""
    return next(one for one in council.people if one.role == role)


Which = Callable[[Instance], Council]
BOTH: Final[list[Any]] = [
    pytest.param(lambda two: two.first, id="first"),
    pytest.param(lambda two: two.second, id="second", marks=pytest.mark.long),
]


@pytest.mark.parametrize("which", BOTH)
@pytest.mark.parametrize("role", MOST)
def test_no_page_of_one_holds_anything_of_the_other(two: Instance, which: Which, role: str) -> None:
    """Every page, list and file that links lead to, from the first page of a role, tells of its own alone."""
    own, other = two.pair(which(two))
    client = two.client(person(own, role))
    begin = ["/", *(search(client, one) for one in ("Kit", "Szymon")), "/people?q=a"]
    seen = 0
    for path, text in walk(client, begin=begin):
        seen += 1
        told = _but_tried_in_vain(text, own) if path.startswith("/audit.csv") else text
        assert found_in(told, other.marks) == [], path
    assert seen > 5


def _but_tried_in_vain(reply: str, own: Council) -> str:
    """Return an audit list, headers and all, but for its own people's refusals: ids as they typed them."""
    headers, _, listed = reply.partition("\n")
    mine = {one.id for one in own.people}
    rows = list(csv.DictReader(io.StringIO(listed)))
    kept = [row for row in rows if row["outcome"] != "refused" or row["actor"] not in mine]
    return "\n".join([headers, *(",".join(row.values()) for row in kept)])


def test_only_ones_own_refusals_are_passed_over(two: Instance) -> None:
    """What the other's people were refused, what was done, and the reply's headers are looked at."""
    own, other = two.pair(two.first)
    mine, theirs, mark = own.people[0].id, other.people[0].id, other.marks[0]
    head = "[('X', 'y')]\nid,outcome,actor,subject"
    assert mark not in _but_tried_in_vain(f"{head}\n1,refused,{mine},{mark}", own)
    for told in (f"{head}\n1,refused,{theirs},{mark}", f"{head}\n1,done,{mine},{mark}", f"[{mark}]\nid"):
        assert mark in _but_tried_in_vain(told, own)


@pytest.mark.parametrize("which", BOTH)
@pytest.mark.parametrize("role", MOST)
def test_ids_of_the_other_are_answered_as_if_they_were_not_there(
    two: Instance, which: Which, role: str
) -> None:
    """Each route, with every id of the other's in its address: word for word what an unknown id gets."""
    own, other = two.pair(which(two))
    client = two.client(person(own, role))
    token = token_of(client)
    unknown = dict.fromkeys(other.ids, f"no{'2' * 18}")
    before = _written(two.store, own, other)
    for method, rule in routes(two.app):
        if not any(f"<{name}>" in rule for name in other.ids):
            continue
        real = asked(client, method, addressed(rule, other.ids), token)
        unreal = asked(client, method, addressed(rule, unknown), token)
        assert method == "GET" or real[0] >= 400, (rule, real[0])
        assert _without(real[1], other.ids) == _without(unreal[1], unknown), (method, rule)
        assert found_in(_without(real[1], other.ids), other.marks) == [], (method, rule)
    assert _written(two.store, own, other) == before


def _without(text: str, ids: dict[str, str]) -> str:
    """Return a reply without the ids that were asked for: an address may be said back."""
    for one in ids.values():
        text = text.replace(one, "ID")
    return text


def _written(store: Store, own: Council, other: Council) -> int:
    """Return how much of the other's the audit says was done by one's own people."""
    of = t.audit_entry.c
    theirs = [one.id for one in other.children]
    with store.read() as tx:
        return int(
            tx.c.execute(
                sa.select(sa.func.count()).where(
                    of.outcome == "done",
                    of.organisation_id == own.id,
                    sa.or_(of.child_id.in_(theirs), of.record_id == other.record_id),
                )
            ).scalar_one()
        )


def test_who_tried_from_elsewhere_is_not_named(own_copy: Instance) -> None:
    """That somebody elsewhere asked for a child is told to those who answer for her; who it was is not."""
    two = own_copy
    sly, child = person(two.second, "team_manager"), CHILDREN[0]
    assert two.client(sly).get(f"/children/{child.id}").status_code == 404
    client = two.client(person(two.first, "team_manager"))
    for path in (f"/children/{child.id}", f"/children/{child.id}/looked"):
        page = client.get(path).text
        assert "Somebody of another organisation" in page
        assert found_in(page, two.second.marks) == []


def looked_for(client: FlaskClient, text: str) -> str:
    """Look for a child as the page does, and return what is shown."""
    headers = {"X-CSRFToken": token_of(client)}
    reply = client.post("/children", data={"q": text}, headers=headers, follow_redirects=True)
    assert reply.status_code == 200
    return reply.text


@pytest.mark.parametrize("which", BOTH)
def test_search_finds_ones_own_namesake_alone(two: Instance, which: Which) -> None:
    """Children of the same name are told apart by nobody having to: each council finds one."""
    own, other = two.pair(which(two))
    for role in ("team_manager", "service_manager", "missing_coordinator"):
        client = two.client(person(own, role))
        for mine, theirs in zip(own.children, other.children, strict=True):
            page = looked_for(client, mine.name)
            assert mine.id in page
            assert theirs.id not in page
            assert theirs.id not in looked_for(client, theirs.reference)


@pytest.mark.parametrize("which", BOTH)
def test_administrator_sees_and_starts_ones_own_work_alone(two: Instance, which: Which) -> None:
    """Background work of the other council and of the service is neither listed, counted nor started."""
    own, other = two.pair(which(two))
    client = two.client(person(own, "administrator"))
    page = client.get("/jobs").text
    assert own.reference in page
    assert other.reference not in page
    assert "Clear old files away" not in page
    with two.store.read() as tx:
        alien = tx.c.execute(
            sa.select(t.job.c.id).where(
                sa.or_(t.job.c.organisation_id.is_(None), t.job.c.organisation_id == other.id)
            )
        ).scalars()
        ids = list(alien)
    assert ids
    token = token_of(client)
    assert {asked(client, "POST", f"/jobs/{one}/retry", token)[0] for one in ids} == {404}


@pytest.mark.parametrize("role", ["administrator", "team_manager", "service_manager"])
def test_what_happens_in_one_changes_no_page_of_the_other(own_copy: Instance, role: str) -> None:
    """A new team, a locked account, a failed job, a child who moved: not a letter is another."""
    two = own_copy
    at = clock.now()
    with clock.held(at):
        client = two.client(person(two.second, role))
        paths = ["/", "/children", "/documents", "/jobs", "/people", "/administration"]
        before = [asked(client, "GET", path, "") for path in paths]
        with two.store.write() as tx:
            organisations.add_team(tx, organisation_id=AUTHORITY, name="Another team")
            users.count_failure(tx, user_id=FIRST_USERS[0].id, most=1)
            tx.c.execute(
                sa.update(t.job)
                .where(t.job.c.organisation_id == AUTHORITY)
                .values(state="failed", outcome="x")
            )
            placements.move(
                tx, child_id=CHILDREN[2].id, controller_id=AUTHORITY, area_id=AREA, details={"kind": "other"}
            )
        for path, (status, text) in zip(paths, before, strict=True):
            now = asked(client, "GET", path, "")
            assert now[0] == status
            assert now[1].splitlines() == text.splitlines(), path
    assert any(status == 200 for status, _ in before)


def test_home_of_one_council_is_not_offered_to_the_other(own_copy: Instance) -> None:
    """Where a child can be placed: one's own homes and the providers', never another authority's."""
    two = own_copy
    with two.store.write() as tx:
        organisations.add_home(tx, organisation_id=AUTHORITY, name="Sorrel Lodge", area_id=AREA)
    worker = "social_worker"
    theirs = two.client(person(two.second, worker)).get("/children/new").text
    assert "Rowan Bank" in theirs
    assert "Sorrel Lodge" not in theirs
    assert "Sorrel Lodge" in two.client(person(two.first, worker)).get("/children/new").text


@pytest.mark.parametrize("role", ["residential_manager", "home_staff"])
def test_private_home_sees_each_child_by_placement_alone(two: Instance, role: str) -> None:
    """Children of both councils who live there, and no other child of either."""
    client = two.client(next(one for one in USERS if one.role == role))
    here = [one for one in (*CHILDREN, *SECOND_CHILDREN) if one.home_id == HOME]
    away = [one for one in (*CHILDREN, *SECOND_CHILDREN) if one.home_id != HOME]
    assert {one.controller_id for one in here} == {AUTHORITY, SECOND}
    for one in here:
        assert client.get(f"/children/{one.id}").status_code == 200
    for one in away:
        assert client.get(f"/children/{one.id}").status_code == 404
    for path, text in walk(client, begin=["/", search(client, "Szymon"), search(client, "Kit")]):
        assert found_in(text, tuple(mark for one in away for mark in (one.id, one.reference))) == [], path


def test_private_home_sees_no_more_of_a_child_who_moved(own_copy: Instance) -> None:
    """The second council moves its child: the home loses her and keeps the first council's children."""
    two = own_copy
    gone = SECOND_CHILDREN[1]
    client = two.client(next(one for one in USERS if one.role == "residential_manager"))
    assert gone.reference in client.get(f"/children/{gone.id}").text
    with two.store.write() as tx:
        placements.move(tx, child_id=gone.id, controller_id=SECOND, area_id="BED", details={"kind": "other"})
    assert client.get(f"/children/{gone.id}").status_code == 404
    assert gone.id not in client.get("/children").text
    assert client.get(f"/children/{CHILDREN[1].id}").status_code == 200


def test_operator_sees_names_and_nothing_inside(two: Instance) -> None:
    """Whoever runs the service: both names, how they stand; no person, child, place or document."""
    operator = next(one for one in USERS if one.role == "operator")
    client = two.client(operator)
    allowed = {two.first.name, two.second.name, operator.name, operator.email}
    marks = tuple(one for one in (*two.first.marks, *two.second.marks) if one not in allowed)
    pages = dict(walk(client, begin=["/", "/organisations"]))
    assert {two.first.name, two.second.name} <= set(
        found_in(pages["/organisations"], (two.first.name, two.second.name))
    )
    for path, text in pages.items():
        assert found_in(text, marks) == [], path
