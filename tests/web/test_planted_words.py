"""The planted-word search: everything that everybody can read is read, and held against who may read what."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Final

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from formsvc.access.table import Role, audience_for
from formsvc.app import create_app
from formsvc.demo import CHILDREN, HOME, PROVIDER
from formsvc.settings import Settings, load
from formsvc.store import documents, emergencies, placements, users, withholdings
from formsvc.store.session import Store
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.sessions import begin
from tests.planted import (
    AUDIENCES,
    CHILD,
    INTERVIEW,
    MINUTES,
    PLAN,
    Planted,
    library_in,
    number_word,
    people,
    plant,
    text_of,
    words_in,
)

pytestmark = pytest.mark.long

KIT: Final = CHILDREN[1]
WHY_WITHHELD, WHY_EMERGENCY, TOWN = (number_word(4000 + n) for n in range(3))
"""Why something is withheld, why somebody looked in an emergency, a confidential town."""

_STARTS: Final = ("/", "/children", "/documents", "/drafts", "/jobs", "/people", "/account")
_ABOUT_A_RECORD: Final = (
    "", "/history", "/compare", "/read", "/issue", "/check", "/preview", "/sign-off", "/approve",
    "/send-back", "/send-now", "/revise", "/taught", "/withdraw", "/pages/p_main", "/pages/p_restricted",
    "/pages/p_open", "/pages/p_closed", "/pages/p_named", "/pages/p_known", "/pages/nothing",
    "/sign-off/child", "/pages/p_main/rows/m_rows/aaaaaaaa", "/pages/p_open/rows/o_rows/aaaaaaaa",
)  # fmt: skip
_LEFT_ALONE: Final = ("/sign-out", "/assets/", "/static/", "/password/", "/demo")


@dataclass(frozen=True, kw_only=True)
class Searched:
    """An installation with the words planted; `logs` is where its log is collected."""

    settings: Settings
    store: Store
    planted: Planted
    clients: Mapping[str, FlaskClient]
    logs: Path


@pytest.fixture(scope="module")
def searched(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searched]:
    """Return the demonstration with the three planted forms about its first child, issued to everybody."""
    yield from _searched(demo_template, tmp_path_factory.mktemp("planted"))


def _searched(
    template: Path,
    folder: Path,
    *,
    widened: Mapping[str, str] | None = None,
    definitions: Collection[str] = (PLAN, INTERVIEW, MINUTES),
    audiences: Collection[str] = AUDIENCES,
) -> Iterator[Searched]:
    shutil.copytree(template, folder / "instance")
    library_in(folder / "library", widened=widened)
    settings = load(
        {
            "FORMSVC_INSTANCE": str(folder / "instance"),
            "FORMSVC_FORM_TEMPLATES": str(folder / "library"),
        }
    )
    app = create_app(settings)
    store: Store = app.extensions["formsvc"]["store"]
    logs = folder / "log"
    handler = logging.FileHandler(logs)
    logging.getLogger().addHandler(handler)
    try:
        with structlog.testing.capture_logs() as entries:
            planted = plant(store, folder / "library", definitions=definitions, audiences=audiences)
            _special(store, planted)
            run_worker(settings, until_idle=True)
            clients = {title: _client(app, store, user, held) for _, user, held, title in people()}
            clients |= {name: _client(app, store, *_senior(store, name, planted)) for name in _WITHHELD}
            yield Searched(settings=settings, store=store, planted=planted, clients=clients, logs=logs)
            logs.write_text(logs.read_text("utf-8") + "\n".join(map(str, entries)), "utf-8")
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
        store.close()


_WITHHELD: Final = ("part", "form", "child")
"""Night seniors from whom a part of the plan, the minutes, and the whole child are withheld."""


def _special(store: Store, planted: Planted) -> None:
    """Allocate the interviewer; put a second child in a confidential place, seen in an emergency."""
    by_role = {role: (user, held) for role, user, held, _ in people()}
    with store.write() as tx:
        placements.allocate(tx, child_id=CHILD, user_id=by_role["return_interviewer"][0])
        placements.move(
            tx,
            child_id=KIT.id,
            controller_id=KIT.controller_id,
            area_id=KIT.area_id,
            details={
                "kind": "foster home",
                "address": {"lines": [TOWN], "town": TOWN},
                "confidential": "trafficked",
            },
        )
        user, held = by_role["home_staff"]
        emergencies.add(
            tx,
            child_id=KIT.id,
            user_id=user,
            membership_id=held,
            why=WHY_EMERGENCY,
            until_at=tx.at + timedelta(hours=4),
        )


def _senior(store: Store, name: str, planted: Planted) -> tuple[str, str]:
    with store.write() as tx:
        user = users.add(tx, email=f"{name}@example.org", name=f"Senior {name}")
        held = users.add_membership(
            tx, user_id=user, organisation_id=PROVIDER, role="home_staff", home_id=HOME
        )
        what = {
            "part": (planted.records.get(PLAN), "restricted"),
            "form": (planted.records.get(MINUTES), ""),
            "child": (None, ""),
        }[name]
        withholdings.add(
            tx,
            child_id=CHILD,
            user_id=user,
            record_id=what[0],
            part=what[1] if what[0] else "",
            kind="allegation",
            why=WHY_WITHHELD,
            created_by=None,
        )
    return user, held


def _client(app: Flask, store: Store, user: str, held: str) -> FlaskClient:
    with store.write() as tx:
        _, token = begin(tx, user_id=user, membership_id=held, agent="A test")
    made = app.test_client()  # not the strict one: thousands of pages, each judged elsewhere
    made.set_cookie("formsvc", token)
    return made


def crawl(client: FlaskClient, searched: Searched) -> dict[str, frozenset[str]]:
    """Return what somebody meets: the words of every reply, by address; links are followed to the end."""
    waiting = [*_STARTS, f"/children/{CHILD}", f"/children/{KIT.id}", f"/children/{CHILD}/withheld"]
    waiting += [
        f"/records/{id}{more}" for id in searched.planted.records.values() for more in _ABOUT_A_RECORD
    ]
    with searched.store.read() as tx:
        made = [one.id for id in searched.planted.records.values() for one in documents.of_record(tx, id)]
    waiting += [f"/documents/{id}?old=yes" for id in made]
    met: dict[str, frozenset[str]] = {}
    while waiting:
        path = waiting.pop(0)
        if path in met or path.startswith(_LEFT_ALONE):
            continue
        reply = client.get(path)
        data = reply.get_data()
        reply.close()
        text = text_of(data)
        met[path] = words_in(text)
        if reply.location:
            waiting.append(_local(reply.location))
        if reply.mimetype == "text/html":
            waiting += [
                _local(unescape(one.split('"', 1)[0]))
                for one in text.split('href="')[1:]
                if one.startswith("/")
            ]
    return met


def _local(address: str) -> str:
    return address.removeprefix("http://localhost").partition("#")[0]


def judged(
    met: Mapping[str, frozenset[str]], may: Collection[str], must: Collection[str]
) -> tuple[dict[str, list[str]], list[str]]:
    """Return what leaked, by word with where, and what was kept from somebody who must reach it."""
    leaks: dict[str, list[str]] = {}
    for path, words in met.items():
        for word in words - frozenset(may):
            leaks.setdefault(word, []).append(path)
    reached = frozenset[str]().union(*met.values())
    return leaks, sorted(frozenset(must) - reached)


def allowed(searched: Searched, title: str, role: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return what somebody may meet and what they must be able to reach: the table, told by hand."""
    planted = searched.planted
    audience = audience_for(Role(role))
    if not audience:
        return frozenset(), frozenset()
    may = planted.of(audience)
    begun_it = role == "social_worker"
    if not begun_it:
        may -= planted.parts((MINUTES, "named"))
    if audience == "home":
        may -= planted.of(audience, definition=INTERVIEW)
    if title == "part":
        may -= planted.parts((PLAN, "restricted"))
    if title == "form":
        may -= planted.of(audience, definition=MINUTES)
    if title == "child":
        may = frozenset()
    must = may
    must -= {one.text for one in planted.words if one.kind == "file"}  # no document carries a file's bytes
    if role in ("team_manager", "service_manager"):
        may |= {WHY_WITHHELD}
    if role in ("social_worker", "team_manager", "service_manager"):
        may |= {WHY_EMERGENCY}
    if title == ROLES_FIRST["home_staff"]:
        may |= {WHY_EMERGENCY}  # her own words
    if audience in ("full", "police", "reviewing_officer"):
        may |= {TOWN}
    return may, must


@pytest.fixture(scope="module")
def met(searched: Searched) -> dict[str, dict[str, frozenset[str]]]:
    """Return what everybody meets, each crawled once."""
    return {title: crawl(client, searched) for title, client in searched.clients.items()}


ROLES_FIRST: Final = {role: title for role, _, _, title in people()}
ROLES: Final = {title: role for role, _, _, title in people()} | dict.fromkeys(_WITHHELD, "home_staff")


@pytest.mark.parametrize("title", ROLES)
def test_everybody_meets_what_they_may_read_and_nothing_else(
    searched: Searched, met: Mapping[str, Mapping[str, frozenset[str]]], title: str
) -> None:
    """No page, list, reply or file holds a word for others, and every word for them is on one of theirs."""
    may, must = allowed(searched, title, ROLES[title])
    leaks, missing = judged(met[title], may, must)
    by_word = {one.text: one for one in searched.planted.words}
    assert {word: (by_word.get(word), paths[:4]) for word, paths in leaks.items()} == {}
    assert [by_word[one] for one in missing] == []


@pytest.mark.parametrize("audience", AUDIENCES)
def test_copies_of_an_audience_hold_what_it_may_read_and_nothing_else(
    searched: Searched, audience: str
) -> None:
    """Print, embedded data and attached files of each copy, of both kinds, are cut for whom it is made."""
    planted = searched.planted
    for definition, record_id in planted.records.items():
        with searched.store.read() as tx:
            copies = [one for one in documents.of_record(tx, record_id) if one.audience_id == audience]
            places = [(one.kind, documents.place(tx, one)) for one in copies]
        for kind, place in places:
            found = words_in(text_of(searched.store.blobs.get(place.stored, key=place.key)))
            carried = planted.of(audience, definition=definition)
            unprinted = {one.text for one in planted.words if one.kind == "file"}
            if not carried:
                raise AssertionError((definition, "a copy for somebody it has nothing for"))
            assert found - carried == frozenset(), (definition, kind)
            assert carried - found - unprinted == frozenset(), (definition, kind)


def test_whom_a_form_has_nothing_for_no_copy_is_made(searched: Searched) -> None:
    """Asked for by name, a copy of the interview for the home is not made: it would say that it exists."""
    with searched.store.read() as tx:
        made = {one.audience_id for one in documents.of_record(tx, searched.planted.records[INTERVIEW])}
    assert made == {"full", "police", "reviewing_officer", "child"}


def test_nothing_rests_in_the_clear(searched: Searched, met: object) -> None:
    """Database, files, jobs, audit and log hold no planted word: what is known about a child is sealed."""
    for file in sorted(searched.settings.instance.rglob("*")):
        if file.is_file():
            assert words_in(file.read_bytes().decode("latin-1")) == frozenset(), file.name
    assert words_in(searched.logs.read_text("utf-8")) == frozenset()


def test_search_sees_a_leak(demo_template: Path, tmp_path: Path) -> None:
    """A class that the area gives to one audience too many is found on a page and in a file: it can fail."""
    for searched in _searched(
        demo_template,
        tmp_path,
        widened={"office": "home"},
        definitions=(PLAN,),
        audiences=("full", "home"),
    ):
        title = next(title for title, role in ROLES.items() if role == "home_staff")
        may, must = allowed(searched, title, "home_staff")
        leaks, missing = judged(crawl(searched.clients[title], searched), may, must)
        office = {one.text for one in searched.planted.words if one.name == "office"}
        assert set(leaks) == office
        assert missing == []
        assert any(path.startswith("/documents/") for paths in leaks.values() for path in paths)
        assert any(path.startswith("/records/") for paths in leaks.values() for path in paths)


def test_words_are_found_in_any_case_and_nothing_else_is() -> None:
    """A word in capitals is the word; one that only looks like it is none."""
    assert words_in(f"x{TOWN.upper()} and {WHY_WITHHELD}, zqaaaxw") == {TOWN, WHY_WITHHELD}
