"""An installation in which somebody of each role stands in each relation to one child, and what they ask.

Each person of it is signed in. What a request changes is undone before the next one that changes
anything, so that the answers depend on nothing but who asks for what.
"""

from __future__ import annotations

import hashlib
import html
import shutil
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from formsvc import clock
from formsvc.access.decision import About
from formsvc.access.people import PLACE_OF
from formsvc.access.policy import Policy
from formsvc.access.table import Relation, Role, audience_for
from formsvc.app import create_app
from formsvc.definitions.library import load_library
from formsvc.demo import AREA, AUTHORITY, CHILDREN, FORCE, HOME, TEAM
from formsvc.settings import load
from formsvc.store import (
    attachments,
    children,
    documents,
    emergencies,
    keys,
    organisations,
    persons,
    placements,
    relations,
    sections,
    users,
    withholdings,
)
from formsvc.store import tables as t
from formsvc.store.children import Identity
from formsvc.store.session import Store, Tx
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.sessions import begin
from formsvc.workflow.start_record import start_record
from formsvc.workflow.start_revision import start_revision
from tests.web.conftest import Installation, StrictClient
from tests.web.plans import AUTHOR, fill, sign, the_plan

CHILD: Final = CHILDREN[0].id
RECORD: Final = "demorecordplan222222"
DEFINITION: Final = "trigger_plan"

NONE, WITHHELD, FORM_WITHHELD = "none", "withheld", "form_withheld"
TIES: Final = (*(one.value for one in Relation), NONE, WITHHELD, FORM_WITHHELD)
"""Every relation by itself; none; all that a person can have, with the child or her plan withheld by name."""


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A person of a role with one tie to the child; `token` is the session they are signed in with."""

    role: Role
    tie: str
    user_id: str
    membership_id: str
    session_id: str
    token: str
    relations: frozenset[Relation]
    withheld: bool

    def about(self, *, form: bool) -> About:
        """Return what the decision is asked about: the child, or her plan as well."""
        if not form:
            return About(relations=self.relations)
        return About(relations=self.relations, definition=DEFINITION, area=AREA, withheld=self.withheld)


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Another organisation, with a child, a plan, its documents and a worker that are nobody's here."""

    child_id: str
    record_id: str
    document_id: str
    user_id: str
    membership_id: str


@dataclass(frozen=True, kw_only=True)
class Everybody:
    """All of it. `ids` maps what an address may name to what is really there for this child."""

    demo: Installation
    template: Path
    people: Mapping[tuple[Role, str], Somebody]
    elsewhere: Elsewhere
    ids: Mapping[str, str]
    copies: Mapping[str, str]
    policy: Policy
    clients: dict[str, StrictClient] = field(default_factory=dict)

    def natural(self, role: Role) -> Somebody:
        """Return somebody of a role in the tie that goes with it, or with none where none does."""
        return self.people[role, _NATURAL.get(role, NONE)]

    def client(self, who: Somebody | None) -> StrictClient:
        """Return a client of a person, or of nobody; one for each, its token learnt once."""
        key = "" if who is None else who.token
        if key not in self.clients:
            made = self.demo.client()
            if who is not None:
                made.set_cookie("formsvc", who.token)
            self.clients[key] = made
        return self.clients[key]

    def ask(self, who: Somebody | None, method: str, path: str, **sent: Any) -> TestResponse:
        """Ask for a page, and undo what that changed."""
        reply = self.client(who).open(path, method=method, **sent)
        reply.get_data()
        reply.close()
        if method not in ("GET", "HEAD") and reply.status_code not in (403, 404):
            self.undo()
        return reply

    def undo(self) -> None:
        """Put the database back as it was made."""
        self.demo.store.engine.dispose()
        here = self.demo.settings.instance / "formsvc.sqlite"
        for name in ("-wal", "-shm"):
            here.with_name(here.name + name).unlink(missing_ok=True)
        shutil.copyfile(self.template, here)
        self.demo.app.extensions["formsvc"]["limiters"] = {}

    def document_for(self, role: Role) -> str:
        """Return the id of the copy of the plan that is for a role; of the full one where none is."""
        return self.copies.get(audience_for(role) or "full", self.copies["full"])

    def everything(self, *, but: Collection[str]) -> dict[str, str]:
        """Return a digest of each table, some left out."""
        found = {}
        with self.demo.store.read() as tx:
            for table in t.metadata.sorted_tables:
                if table.name not in but:
                    rows = sorted(repr(tuple(row)) for row in tx.c.execute(sa.select(table)))
                    found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return found

    def refusals(self) -> int:
        """Return how many refusals the audit has."""
        of = t.audit_entry.c
        with self.demo.store.read() as tx:
            count = tx.c.execute(sa.select(sa.func.count()).where(of.outcome == "refused")).scalar_one()
        return int(count)

    def held_elsewhere(self) -> tuple[object, ...]:
        """Return what the other organisation has: the same before and after whatever is asked here."""
        file = f"file:{self.demo.settings.instance / 'formsvc.sqlite'}?mode=ro"
        with closing(sqlite3.connect(file, uri=True)) as database:
            return tuple(
                database.execute(f'SELECT * FROM "{table}" WHERE {of} = ?', (id,)).fetchall()  # noqa: S608  (our own)
                for table, of, id in (
                    ("child", "id", self.elsewhere.child_id),
                    ("placement", "child_id", self.elsewhere.child_id),
                    ("allocation", "child_id", self.elsewhere.child_id),
                    ("revision", "record_id", self.elsewhere.record_id),
                    ("document", "record_id", self.elsewhere.record_id),
                    ("membership", "id", self.elsewhere.membership_id),
                    ("user", "id", self.elsewhere.user_id),
                )
            )


_NATURAL: Final[Mapping[Role, str]] = {
    Role.social_worker: "allocated",
    Role.team_manager: "team",
    Role.service_manager: "organisation",
    Role.out_of_hours: "organisation",
    Role.missing_coordinator: "organisation",
    Role.residential_manager: "placement",
    Role.home_staff: "placement",
    Role.police_coordinator: "force",
    Role.reviewing_officer: "organisation",
    Role.return_interviewer: "allocated",
}


def everybody(template: Path, folder: Path) -> Iterator[Everybody]:
    """Yield the installation, made from a demonstration whose documents are issued."""
    shutil.copytree(template, folder / "instance")
    settings = load({"FORMSVC_INSTANCE": str(folder / "instance")})
    app = create_app(settings)
    app.test_client_class = StrictClient
    app.extensions["formsvc"]["limiters"] = {}
    demo = Installation(settings=settings, app=app)
    try:
        yield _made(demo, app, folder / "made.sqlite")
    finally:
        demo.store.close()


def _made(demo: Installation, app: Flask, template: Path) -> Everybody:
    with demo.store.write() as tx:
        strange = _strange_places(tx, "Strange Council")
        child_id, worker = _child_elsewhere(tx, _strange_places(tx, "Elsewhere Council"))
    record_id = start_record(demo.store, actor=AUTHOR, child_id=child_id, effective=the_plan(demo)).record_id
    fill(demo, record_id)
    sign(demo, record_id, by_manager=True)
    run_worker(demo.settings, until_idle=True)
    effective = load_library(demo.settings.form_templates).effective(DEFINITION, AREA)
    draft = start_revision(demo.store, actor=AUTHOR, record_id=RECORD, effective=effective)
    with demo.store.write() as tx:
        _lived_before(tx, strange["former"])
        people = {(role, tie): _somebody(tx, role, tie, strange=strange) for role in Role for tie in TIES}
        found = _ids(tx, draft.revision_id)
        copies = {one.audience_id: one.id for one in documents.of_record(tx, RECORD) if one.kind == "pdf"}
        theirs = documents.of_record(tx, record_id)[0].id
    _keep(demo.store, template)
    return Everybody(
        demo=demo,
        template=template,
        people=people,
        elsewhere=Elsewhere(child_id=child_id, record_id=record_id, document_id=theirs, **worker),
        ids=found,
        copies=copies,
        policy=app.extensions["formsvc"]["policy"],
    )


def _keep(store: Store, template: Path) -> None:
    """Copy the database aside, with all of what waits in its log."""
    with closing(sqlite3.connect(store.engine.url.database or "")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("VACUUM INTO ?", (str(template),))


def _strange_places(tx: Tx, name: str) -> dict[str, str]:
    """Add another organisation with a place of each kind, and a home in which the child lived before."""
    id = organisations.add(tx, name=name, kind="authority")
    return {
        "organisation": id,
        "team": organisations.add_team(tx, organisation_id=id, name=name),
        "home": organisations.add_home(tx, organisation_id=id, name=name, area_id=AREA),
        "force": organisations.add_force(tx, organisation_id=id, name=name, area_id="HAR"),
        "former": organisations.add_home(tx, organisation_id=id, name="The home before", area_id=AREA),
    }


def _child_elsewhere(tx: Tx, strange: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    user_id = users.add(tx, email="elsewhere@example.org", name="Perpetua Elsewhere-Okoro")
    membership_id = users.add_membership(
        tx,
        user_id=user_id,
        organisation_id=strange["organisation"],
        role=Role.social_worker.value,
        team_id=strange["team"],
    )
    child_id = children.add(
        tx,
        controller_id=strange["organisation"],
        identity=Identity(name="Evadne Elsewhere-Quill", date_of_birth="2012-05-06"),
        created_by=user_id,
        team_id=strange["team"],
    )
    placements.move(
        tx,
        child_id=child_id,
        controller_id=strange["organisation"],
        home_id=strange["home"],
        area_id="BED",
        details={"kind": "children's home"},
    )
    placements.allocate(tx, child_id=child_id, user_id=user_id)
    return child_id, {"user_id": user_id, "membership_id": membership_id}


def _lived_before(tx: Tx, home_id: str) -> None:
    """Say that the child lived in another home before she came to the one she is in."""
    placed = t.placement.c
    now = (
        tx.c.execute(sa.select(t.placement).where(placed.child_id == CHILD, placed.until_at.is_(None)))
        .mappings()
        .one()
    )
    made = clock.new_id()
    details = keys.of_child(tx, CHILD).seal_json({"kind": "children's home"}, about=("placement", made))
    began = {"from_at": now["from_at"] - timedelta(days=200), "until_at": now["from_at"]}
    tx.c.execute(
        sa.insert(t.placement).values(**{**now, **began, "id": made, "home_id": home_id, "details": details})
    )


def _somebody(tx: Tx, role: Role, tie: str, *, strange: Mapping[str, str]) -> Somebody:
    """Add a person of a role with one tie to the child, and sign them in."""
    user_id = users.add(tx, email=f"{role}-{tie}@example.org", name=f"Person of {role} {tie}")
    held = tie in (WITHHELD, FORM_WITHHELD)
    place = PLACE_OF.get(role) or "team"
    near = {"team": TEAM, "home": HOME, "force": FORCE}
    if tie in ("team", "placement", "force", "former_placement"):
        place = {"team": "team", "force": "force"}.get(tie, "home")
    at = strange["former"] if tie == "former_placement" else strange[place]
    if held or tie in ("team", "placement", "force"):
        at = near[place]
    membership_id = users.add_membership(
        tx,
        user_id=user_id,
        organisation_id=AUTHORITY if held or tie == "organisation" else strange["organisation"],
        role=role.value,
        team_id=at if place == "team" else None,
        home_id=at if place == "home" else None,
        force_id=at if place == "force" else None,
    )
    if held or tie == "allocated":
        placements.allocate(tx, child_id=CHILD, user_id=user_id)
    if held or tie == "emergency":
        emergencies.add(
            tx,
            child_id=CHILD,
            user_id=user_id,
            membership_id=membership_id,
            why="She is at the door",
            until_at=tx.at + timedelta(hours=1),
        )
    if held:
        withholdings.add(
            tx,
            child_id=CHILD,
            user_id=user_id,
            record_id=RECORD if tie == FORM_WITHHELD else None,
            kind="withheld",
            why="Somebody near",
            created_by=None,
        )
    person = next(one for one in persons.of_user(tx, user_id) if one.membership_id == membership_id)
    found = relations.relations(tx, person, child_id=CHILD) or frozenset()
    wanted = {one for one in Relation if one.value == tie}
    assert found == wanted or (tie == FORM_WITHHELD and found), (role, tie, found)
    session_id, token = begin(tx, user_id=user_id, membership_id=membership_id, agent="A test")
    return Somebody(
        role=role,
        tie=tie,
        user_id=user_id,
        membership_id=membership_id,
        session_id=session_id,
        token=token,
        relations=found,
        withheld=tie == FORM_WITHHELD,
    )


def _ids(tx: Tx, revision_id: str) -> dict[str, str]:
    """Return what is really there, by the names under which addresses ask for it.

    What belongs to the child in a table called `noun` is what an address means by `noun_id`.
    """
    signed = sa.select(t.signoff.c.id).join(t.revision, t.revision.c.id == t.signoff.c.revision_id)
    (photo,) = attachments.of_record(tx, RECORD)
    held = sections.all_of(tx, revision_id=revision_id, child_id=CHILD)["people"].answers
    return {
        **_rows_of_the_child(tx),
        "child_id": CHILD,
        "record_id": RECORD,
        "revision_id": revision_id,
        "definition_id": DEFINITION,
        "area_id": AREA,
        "page_id": "people",
        "group_id": "associates",
        "row_id": held["associates"][0]["id"],
        "signoff_id": tx.c.execute(signed.where(t.revision.c.record_id == RECORD)).scalars().first() or "",
        "sha256": photo,
        "rule_id": "author",
    }


def _rows_of_the_child(tx: Tx) -> dict[str, str]:
    found = {}
    for table in t.metadata.tables.values():
        if {"id", "child_id"} <= set(table.c.keys()):
            id = (
                tx.c.execute(sa.select(table.c.id).where(table.c.child_id == CHILD).order_by(table.c.id))
                .scalars()
                .first()
            )
            if id is not None:
                found[f"{table.name}_id"] = str(id)
    return found


def plain(page: str) -> str:
    """Return a page's words as a reader has them."""
    return html.unescape(page)
