"""What the pages cost, measured in one run on one core, against a bare Flask page in the same run.

The floor is the least a page could cost here: one Flask route that returns two words, asked for through
the same test client. Every other page is the real application's, signed in, with its reading noted in
the audit, first with 100 children and then with 100,000, the worst case: all of them on one caseload, in
one team and one home. What a decision costs stands by itself: the rule alone, the query for the ties, the
whole door to a form, with 100, 20,000 and 100,000 children. Run it with `make bench`. Figures are medians;
ratios hold better than figures.
"""

from __future__ import annotations

import gc
import json
import os
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from formsvc.access.decision import About, decide
from formsvc.access.people import Person
from formsvc.access.policy import Policy
from formsvc.access.table import Action, Relation
from formsvc.app import create_app
from formsvc.definitions.library import load_library
from formsvc.demo import AREA, AUTHORITY, CHILDREN, HOME, TEAM, USERS, WORKER
from formsvc.settings import Settings, load
from formsvc.store import children, persons, placements, relations
from formsvc.store.children import Identity
from formsvc.store.session import Store
from formsvc.workflow.actors import Actor
from formsvc.workflow.load_demo import load_demo
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.see_child import see_record
from formsvc.workflow.sessions import begin
from formsvc.workflow.set_up import set_up
from formsvc.workflow.start_record import start_record

RUNS = 40
DECISIONS = 200
FEW, SOME, MANY = 100, 20_000, 100_000
TIED = frozenset({Relation.allocated, Relation.team, Relation.organisation})
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="(\d+)"')


def median_ms(
    work: Callable[[], object], runs: int = RUNS, *, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Return the median of `runs` timed calls, in milliseconds, after two that are not counted."""
    work()
    work()
    gc.collect()
    taken = []
    for _ in range(runs):
        began = clock()
        work()
        taken.append((clock() - began) * 1000)
    return statistics.median(taken)


def asked(client: FlaskClient, path: str) -> Callable[[], None]:
    """Return what asks for a page and sees that it came."""

    def ask() -> None:
        reply = client.get(path)
        assert reply.status_code == 200, (path, reply.status_code)

    return ask


def search(client: FlaskClient, text: str) -> str:
    """Look for children as the page does; return the address of what is found."""
    token = TOKEN.search(client.get("/children").text)
    assert token is not None
    found = client.post("/children", data={"q": text}, headers={"X-CSRFToken": token[1]})
    return found.location


def saved(client: FlaskClient, path: str) -> Callable[[], None]:
    """Return what saves a section as a page does by itself, each time with another answer."""
    page = client.get(path).text
    token, version = TOKEN.search(page), VERSION.search(page)
    assert token is not None
    assert version is not None
    now = {"version": version[1], "turn": 0}

    def save() -> None:
        now["turn"] = int(now["turn"]) + 1
        typed = {"build": f"Slight, {now['turn']} times said", "version": now["version"], "do": "autosave"}
        headers = {"Accept": "application/json", "X-CSRFToken": token[1]}
        reply = client.post(path, data=typed, headers=headers)
        assert reply.status_code == 200, reply.status_code
        now["version"] = reply.get_json()["version"]

    return save


def add_children(store: Store, count: int) -> None:
    """Add invented children to the demo worker's caseload, team and home."""
    with store.write() as tx:
        for n in range(count):
            identity = Identity(name=f"Corin Number{n}", date_of_birth="2012-01-01")
            made = children.add(
                tx, controller_id=AUTHORITY, identity=identity, created_by=WORKER.id, team_id=TEAM
            )
            placements.move(
                tx, child_id=made, controller_id=AUTHORITY, home_id=HOME, area_id=AREA, details={}
            )
            placements.allocate(tx, child_id=made, user_id=WORKER.id)


def crowd(settings: Settings, count: int) -> None:
    """Add rows of older children, on the same caseload and in the same home, until there are `count`.

    Their sealed parts are copies that no key opens: they stand in the way of a query, and are on no
    page that is measured, since a list reads the newest first.
    """
    numbered = "WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    kind, old = CHILDREN[1].id, "2020-01-01 00:00:00.000000"
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as database:
        (there,) = database.execute("SELECT count(*) FROM child").fetchone()
        for table, changed in (
            ("child", {"id": "printf('f%019d', i)", "reference": "printf('CH-F%07d', i)", "changed_at": "?"}),
            ("child_key", {"id": "printf('k%019d', i)", "child_id": "printf('f%019d', i)"}),
            ("placement", {"id": "printf('p%019d', i)", "child_id": "printf('f%019d', i)"}),
            ("allocation", {"id": "printf('a%019d', i)", "child_id": "printf('f%019d', i)"}),
            ("child_token", {"token": "printf('t%031d', i)", "child_id": "printf('f%019d', i)"}),
        ):
            columns = [one[1] for one in database.execute(f"PRAGMA table_info({table})")]
            values = ", ".join(changed.get(one, f'"{one}"') for one in columns)
            own = "id" if table == "child" else "child_id"
            names = ", ".join(f'"{one}"' for one in columns)
            given = (there, count - 1, *([old] if table == "child" else []), kind)
            source = f"SELECT * FROM {table} WHERE {own} = ? LIMIT 1"  # noqa: S608  (names of our own)
            database.execute(
                f"{numbered} INSERT INTO {table} ({names}) SELECT {values} FROM n, ({source})",  # noqa: S608  (as above)
                given,
            )
        database.commit()
        database.execute("ANALYZE")


def signed_in(app: Flask, role: str) -> FlaskClient:
    """Return a client signed in as the demo's first person in a role."""
    user = next(one for one in USERS if one.role == role)
    store: Store = app.extensions["formsvc"]["store"]
    with store.write() as tx:
        _, token = begin(tx, user_id=user.id, membership_id=user.membership_id, agent="A measurement")
    client = app.test_client()
    client.set_cookie("formsvc", token)
    return client


def bare() -> FlaskClient:
    """Return a client of the least application there is."""
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "Two words")
    return app.test_client()


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What a decision is asked with: who, about which child and plan, in which store."""

    store: Store
    policy: Policy
    person: Person
    actor: Actor
    record_id: str

    def decides(self) -> None:
        """Decide alone, a thousand times: nothing is read."""
        about = About(relations=TIED, definition="trigger_plan", area=AREA)
        for _ in range(1000):
            assert decide(self.policy, self.person.role, Action.edit_record, about).allowed

    def relates(self) -> None:
        """Ask the database for the ties alone."""
        with self.store.read() as tx:
            assert relations.relations(tx, self.person, child_id=CHILDREN[0].id)

    def passes(self) -> None:
        """Go through the whole door to a record, and note it, as a page does."""
        see_record(
            self.store,
            policy=self.policy,
            person=self.person,
            actor=self.actor,
            record_id=self.record_id,
            action=Action.see_record,
            logs=True,
        )

    def looks(self) -> None:
        """Go through the same door without the note, as every further question of a request does."""
        see_record(
            self.store,
            policy=self.policy,
            person=self.person,
            actor=self.actor,
            record_id=self.record_id,
            action=Action.see_record,
            logs=False,
        )


def asking(app: Flask, actor: Actor) -> Asking:
    """Return the demo's social worker before the demo's plan."""
    store: Store = app.extensions["formsvc"]["store"]
    with store.read() as tx:
        person = persons.of_user(tx, WORKER.id)[0]
    policy = app.extensions["formsvc"]["policy"]
    return Asking(store=store, policy=policy, person=person, actor=actor, record_id="demorecordplan222222")


def decided(one: Asking, children: int) -> dict[str, float]:
    """Return what a decision costs with so many children in the store, in milliseconds of this process alone.

    What else the machine does does not count: so a plan that grows with the children would be seen.
    """

    def cost(work: Callable[[], object]) -> float:
        return median_ms(work, DECISIONS, clock=time.process_time)

    costs = {
        "decide alone": cost(one.decides) / 1000,
        "ties, one query": cost(one.relates),
        "the door to a form": cost(one.looks),
        "the same, noted": cost(one.passes),
    }
    return {f"{name}, {children:,}": taken for name, taken in costs.items()}


def measure(settings: Settings) -> dict[str, object]:
    """Return the whole report as plain data, in milliseconds a request."""
    app = create_app(settings)
    store: Store = app.extensions["formsvc"]["store"]
    actor = Actor(user_id=WORKER.id, organisation_id=AUTHORITY, role="social_worker")
    effective = load_library(settings.form_templates).effective("trigger_plan", AREA)
    record = start_record(store, actor=actor, child_id=CHILDREN[1].id, effective=effective).record_id
    with store.read() as tx:
        add = FEW - len(children.listing(tx, limit=FEW))
    add_children(store, add)
    worker, manager = signed_in(app, "social_worker"), signed_in(app, "team_manager")
    police = signed_in(app, "police_coordinator")
    pages = {
        "task list": asked(worker, f"/records/{record}"),
        "section page": asked(worker, f"/records/{record}/pages/looks"),
        "autosave": saved(worker, f"/records/{record}/pages/looks"),
        "child page": asked(worker, f"/children/{CHILDREN[0].id}"),
    }
    lists = {
        "first page, worker": asked(worker, "/"),
        "children of a worker": asked(worker, "/children"),
        "children of a team": asked(manager, "/children"),
        "children of an area": asked(police, "/children"),
        "search by name": asked(manager, search(manager, "corin number7")),
        "newest plans of an area": asked(police, "/documents"),
    }
    floor = median_ms(asked(bare(), "/"), RUNS * 5)
    timed = {name: median_ms(work) for name, work in pages.items()}
    timed |= {f"{name}, {FEW}": median_ms(work) for name, work in lists.items()}
    access = decided(one := asking(app, actor), FEW)
    crowd(settings, SOME)
    access |= decided(one, SOME)
    crowd(settings, MANY)
    access |= decided(one, MANY)
    timed |= {f"{name}, {MANY:,}": median_ms(work, RUNS // 2) for name, work in lists.items()}
    store.close()
    return {"python": sys.version.split()[0], "floor_ms": floor, "ms": timed, "access_ms": access}


def lines(report: dict[str, object]) -> list[str]:
    """Return the report as lines for a person."""
    floor, timed = report["floor_ms"], report["ms"]
    assert isinstance(floor, float)
    assert isinstance(timed, dict)
    out = ["", f"{'page':34} {'a second':>9} {'ms':>8} {'x bare Flask':>13}"]
    for name, taken in {"bare Flask page": floor, **timed}.items():
        out.append(f"{name:34} {1000 / taken:9.0f} {taken:8.2f} {taken / floor:13.1f}")
    access = report["access_ms"]
    assert isinstance(access, dict)
    out += ["", f"{'who may do this, children':34} {'microseconds':>13} {'x bare Flask':>13}"]
    out += [f"{name:34} {taken * 1000:13.1f} {taken / floor:13.3f}" for name, taken in access.items()]
    return out


def main() -> None:
    """Measure and print."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as instance:
        settings = load({"FORMSVC_INSTANCE": instance})
        set_up(settings)
        load_demo(settings)
        run_worker(settings, until_idle=True)
        report = measure(settings)
    sys.stdout.write(json.dumps(report, indent=2) + "\n" + "\n".join(lines(report)) + "\n")


if __name__ == "__main__":
    main()
