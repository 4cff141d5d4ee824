"""Secrets: off unless the area says so, held apart, revealed one at a time, and nowhere else at all."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa
from flask import Flask

from formsvc.access.table import Role
from formsvc.definitions.library import load_library
from formsvc.demo import AUTHORITY, PASSWORD, TEAM, TEAM_MANAGER, USERS, WORKER
from formsvc.settings import PROJECT, load
from formsvc.store import audit, documents, users, withholdings
from formsvc.store import tables as t
from formsvc.store.session import open_store
from formsvc.workflow.read_draft import read_draft
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.start_record import start_record
from formsvc.workflow.start_revision import start_revision
from tests.web import plans
from tests.web.completing import page
from tests.web.conftest import Installation, StrictClient, search, sign_in_as
from tests.web.newcomers import LIGHT, newcomer
from tests.web.plans import AUTHOR, KIT, fill, sign

PLANTED: Final = "zyzzyva-Plum-77-marmoset"
AGAIN: Final = "quokka-Fig-31-capybara"
REASON: Final = "The child is missing and was seen on it"
PLAN: Final = "trigger_plan"


@dataclass(frozen=True, kw_only=True)
class Held:
    """An installation whose area keeps secrets, a plan being worked on, and the place of its password."""

    demo: Installation
    record_id: str
    path: str

    @property
    def here(self) -> str:
        """The address of what is held apart."""
        return f"/records/{self.record_id}/secrets"

    def client(self, role: str) -> StrictClient:
        """Return a window of the demonstration's first person in a role."""
        one = next(user for user in USERS if user.role == role)
        return sign_in_as(self.demo, user_id=one.id, membership_id=one.membership_id)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the definitions with an area that keeps secrets."""
    folder = tmp_path_factory.mktemp("library") / "form_templates"
    shutil.copytree(PROJECT / "form_templates", folder)
    area = folder / "areas" / "LAN.yaml"
    area.write_text(re.sub(r"(?m)^secrets: false$", "secrets: true", area.read_text("utf-8")), "utf-8")
    assert load_library(folder).area("LAN").secrets
    return folder


@pytest.fixture
def held(demo_template: Path, demo_app: Flask, library: Path, tmp_path: Path) -> Iterator[Held]:
    """Return a plan about a child with one account, in an area that keeps secrets."""
    folder = tmp_path / "instance"
    shutil.copytree(demo_template, folder)
    chosen = replace(load({"FORMSVC_INSTANCE": str(folder)}), form_templates=library)
    opened = open_store(chosen)
    here = demo_app.extensions["formsvc"]
    before = dict(here)
    here |= {"settings": chosen, "store": opened, "limiters": {}, "library": load_library(library)}
    with opened.write() as tx:
        users.set_password(tx, user_id=WORKER.id, password=LIGHT)
        users.set_password(tx, user_id=TEAM_MANAGER.id, password=LIGHT)
    demo = Installation(settings=chosen, app=demo_app)
    effective = here["library"].effective(PLAN, "LAN")
    record_id = start_record(opened, actor=AUTHOR, child_id=KIT.id, effective=effective).record_id
    fill(demo, record_id)
    (row, *_) = read_draft(opened, record_id=record_id).whole()["social"]
    yield Held(demo=demo, record_id=record_id, path=f"social.{row['id']}.password")
    opened.close()
    here.clear()
    here |= before


def keep(held: Held, value: str = PLANTED, *, role: str = "social_worker") -> Any:
    """Put a secret in keeping through its page."""
    return held.client(role).post(f"{held.here}/{held.path}/keep", data={"value": value})


def asked(client: StrictClient, held: Held) -> str:
    """Return the token of the page that asks why."""
    shown = client.get(f"{held.here}/{held.path}/reveal").text
    return shown.split('name="asked" value="')[1].split('"')[0]


def reveal(client: StrictClient, held: Held, **typed: str) -> Any:
    """Ask for the secret, with a reason and the password unless told otherwise."""
    form = {"why": REASON, "password": PASSWORD}
    if "asked" not in typed:
        form["asked"] = asked(client, held)
    return client.post(f"{held.here}/{held.path}/reveal", data={**form, **typed})


def issued(held: Held) -> None:
    """Sign and issue the plan, its documents made."""
    sign(held.demo, held.record_id, by_manager=True)
    run_worker(held.demo.settings, until_idle=True)


def test_secret_is_kept_and_shown_once_for_a_reason(held: Held) -> None:
    """It goes in through its own page and comes back once, to a post; the same page shows it once."""
    assert keep(held).status_code == 303
    worker = held.client("social_worker")
    listed = worker.get(held.here).text
    assert "Held here since" in listed
    assert WORKER.name in listed
    ticket = asked(worker, held)
    shown = reveal(worker, held, asked=ticket)
    assert shown.status_code == 200
    assert shown.text.count(PLANTED) == 1
    assert "no-store" in shown.headers["Cache-Control"]
    assert shown.headers["Refresh"] == f"60; url={held.here}"
    again = reveal(worker, held, asked=ticket)
    assert again.status_code == 409
    assert PLANTED not in again.text
    with held.demo.store.read() as tx:
        told = [one for one in audit.of_child(tx, KIT.id, limit=200) if one.act == "secret.reveal"]
    (entry,) = told
    assert entry.data["field"] == "social.password"
    assert entry.data["reason"] is True
    assert REASON not in json.dumps(dict(entry.data))
    assert "Looked at a secret" in held.client("team_manager").get(f"/children/{KIT.id}").text


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"why": ""}, 422, "Say why you need it"),
        ({"why": "because"}, 422, "in 4 words or more"),
        ({"password": ""}, 422, "Enter your password"),
        ({"password": "not-this-one"}, 422, "The password is not right"),
        ({"asked": "made.up"}, 409, "shown once already"),
    ],
)
def test_nothing_is_shown_without_reason_and_password(
    held: Held, typed: dict[str, str], status: int, words: str
) -> None:
    """Each of them is asked for every time, whenever the password was last given."""
    keep(held)
    reply = reveal(held.client("social_worker"), held, **typed)
    assert reply.status_code == status
    assert words in reply.text
    assert PLANTED not in reply.text


def test_only_full_readers_of_the_case_reach_it(held: Held) -> None:
    """Police, home, reviewer, interviewer and head of service are refused; a stranger learns nothing."""
    keep(held)
    address = f"{held.here}/{held.path}/reveal"
    for role in sorted(set(Role) - {Role.operator}):
        client = held.client(role.value)
        status = client.get(address).status_code
        if role in (Role.social_worker, Role.team_manager, Role.out_of_hours):
            assert status == 200, role
        else:
            assert status == 403, role
            assert client.get(held.here).status_code == 403, role
    stranger = newcomer(held.demo, Role.social_worker)
    assert stranger.client.get(address).status_code == 404
    assert stranger.client.post(address, data={}).status_code == 404


def test_what_is_withheld_by_name_wins(held: Held) -> None:
    """A worker from whom the part is withheld is shown no place of a secret in it."""
    keep(held)
    with held.demo.store.write() as tx:
        withholdings.add(
            tx,
            child_id=KIT.id,
            user_id=WORKER.id,
            record_id=held.record_id,
            part="main",
            kind="withheld",
            why="An allegation.",
            created_by=TEAM_MANAGER.id,
        )
    assert held.client("social_worker").get(f"{held.here}/{held.path}/reveal").status_code in (403, 404)
    assert held.client("team_manager").get(f"{held.here}/{held.path}/reveal").status_code == 200


def test_planted_secret_is_in_no_draft(held: Held, caplog: pytest.LogCaptureFixture) -> None:
    """Pages, saves, previews, the database, files, the audit and logs: it is found in none of them."""
    keep(held)
    worker = held.client("social_worker")
    row = held.path.split(".")[1]
    base = f"/records/{held.record_id}"
    opened = page(worker, f"{base}/pages/phones/rows/social/{row}")
    assert opened.sent["password-held"] == "here"
    assert PLANTED not in opened.autosave().text
    assert PLANTED not in opened.press("continue").text
    drafts = (
        "/", "/drafts", "/children", f"/children/{KIT.id}", base, f"{base}/check", f"{base}/preview",
        f"{base}/pages/phones", f"{base}/pages/phones/rows/social/{row}", f"{base}/sign-off", held.here,
        *(f"{held.here}/{held.path}/{act}" for act in ("keep", "reveal", "destroy")),
    )  # fmt: skip
    _search(worker, drafts)
    _search_store(held)
    assert PLANTED not in caplog.text


@pytest.mark.long
def test_planted_secret_is_in_nothing_issued(held: Held, caplog: pytest.LogCaptureFixture) -> None:
    """No role's page, list, history, comparison, no document of any audience and none of its data has it."""
    keep(held)
    base = f"/records/{held.record_id}"
    issued(held)
    effective = held.demo.app.extensions["formsvc"]["library"].effective(PLAN, "LAN")
    start_revision(held.demo.store, actor=AUTHOR, record_id=held.record_id, effective=effective)
    after = (
        "/", "/documents", "/jobs", "/people", f"/children/{KIT.id}",
        f"{base}/history", f"{base}/compare", f"{base}/issue", f"{base}/check", f"{base}/preview", held.here,
    )  # fmt: skip
    for role in sorted(set(Role) - {Role.operator}):
        client = held.client(role.value)
        _search(client, (*after, search(client, KIT.known_as)))
    with held.demo.store.read() as tx:
        made = documents.of_record(tx, held.record_id)
        assert len(made) == 8
        for one in made:
            place = documents.place(tx, one)
            data = held.demo.store.blobs.get(place.stored, key=place.key)
            assert PLANTED.encode() not in data
            assert all(PLANTED.encode() not in part for part in _inside(data, one.kind)), one.audience_id
    _search_store(held)
    assert PLANTED not in caplog.text


def test_answer_holds_a_reference_and_snapshot_no_more(held: Held) -> None:
    """What is signed, compared and issued is that it is held here."""
    keep(held)
    (row, *_) = read_draft(held.demo.store, record_id=held.record_id).whole()["social"]
    assert set(row["password"]) == {"held", "ref"}
    assert len(row["password"]["ref"]) >= 8


def test_replacing_changes_what_is_shown_and_no_form(held: Held) -> None:
    """Another value under the same reference: also after the plan is issued, with no new revision."""
    keep(held)
    sign(held.demo, held.record_id, by_manager=True)
    assert keep(held, AGAIN).status_code == 303
    worker = held.client("social_worker")
    assert "Replaced" in worker.get(held.here).text
    shown = reveal(worker, held).text
    assert AGAIN in shown
    assert PLANTED not in shown


def test_destroyed_is_gone_and_the_form_says_so(held: Held) -> None:
    """The value is destroyed, the draft says that none is held, and a reveal finds nothing."""
    keep(held)
    worker = held.client("social_worker")
    assert worker.post(f"{held.here}/{held.path}/destroy").status_code == 303
    (row, *_) = read_draft(held.demo.store, record_id=held.record_id).whole()["social"]
    assert row["password"] == {"held": "not_held"}
    assert worker.get(f"{held.here}/{held.path}/reveal").status_code == 404
    assert worker.post(
        f"{held.here}/{held.path}/reveal", data={"why": REASON, "password": PASSWORD}
    ).status_code in (
        404,
        409,
    )
    assert worker.post(f"{held.here}/{held.path}/destroy").status_code == 404
    with held.demo.store.read() as tx:
        assert tx.c.execute(sa.select(t.secret.c.value)).scalars().all() == [None]


def test_what_no_answer_refers_to_is_destroyed_at_issue(held: Held) -> None:
    """An account that was removed from the form takes its password with it."""
    keep(held)
    plans.write(held.demo, held.record_id, {"social": []})
    sign(held.demo, held.record_id, by_manager=True)
    with held.demo.store.read() as tx:
        assert tx.c.execute(sa.select(t.secret.c.value)).scalars().all() == [None]


def test_keeping_one_voids_what_was_signed(held: Held) -> None:
    """A form that waits for sign-off is a draft again: the person signed another answer."""
    sign(held.demo, held.record_id)
    assert keep(held).status_code == 303
    assert "Draft" in held.client("social_worker").get(f"/children/{KIT.id}").text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "Enter the secret"),
        ("   ", "Enter the secret"),
        ("x" * 501, "500 characters"),
        ("a\nb", "one line"),
    ],
)
def test_what_cannot_be_kept_does_not_come_back(held: Held, value: str, words: str) -> None:
    """A mistake is said; what was typed is not shown again."""
    reply = keep(held, value)
    assert reply.status_code == 422
    assert words in reply.text
    assert not value.strip() or value not in reply.text


def test_other_paths_hold_nothing(held: Held) -> None:
    """A field that is no secret, a row that is not there and a path of nonsense are not found."""
    keep(held)
    worker = held.client("social_worker")
    for path in ("full_name", "social", "social.nothing2.password", "social..password", "x.y.z.w"):
        assert worker.get(f"{held.here}/{path}/reveal").status_code == 404, path
        assert worker.post(f"{held.here}/{path}/keep", data={"value": "x"}).status_code == 404, path


def test_a_reference_of_another_row_opens_nothing(held: Held) -> None:
    """Whoever writes the reference of one account into another is shown nothing there."""
    keep(held)
    whole = read_draft(held.demo.store, record_id=held.record_id).whole()
    first = whole["social"][0]
    other = {**first, "id": "another2row2", "platform": "Elsewhere"}
    plans.write(held.demo, held.record_id, {"social": [first, other]})
    elsewhere = replace(held, path="social.another2row2.password")
    with held.demo.store.read() as tx:
        assert tx.c.execute(sa.select(sa.func.count()).select_from(t.secret)).scalar_one() == 1
    worker = held.client("social_worker")
    assert worker.get(held.here).text.count("Held here since") == 1
    ticket = asked(worker, held)
    assert worker.get(f"{held.here}/{elsewhere.path}/reveal").status_code == 404
    reply = reveal(worker, elsewhere, asked=ticket)
    assert reply.status_code in (404, 409)
    assert PLANTED not in reply.text
    assert worker.post(f"{held.here}/{elsewhere.path}/destroy").status_code == 404
    assert PLANTED in reveal(worker, held).text


def test_off_says_not_held_and_refuses(held: Held, demo_template: Path) -> None:
    """Where the area keeps none, the page says so and neither keeping nor revealing is possible."""
    keep(held)
    here = held.demo.app.extensions["formsvc"]
    here["library"] = load_library(PROJECT / "form_templates")
    worker = held.client("social_worker")
    listed = worker.get(held.here).text
    assert "Not held. The area of this form keeps no secrets" in listed
    assert "/reveal" not in listed
    for act in ("keep", "reveal"):
        address = f"{held.here}/{held.path}/{act}"
        assert worker.get(address).status_code == 403
        reply = worker.post(address, data={"value": AGAIN, "why": REASON, "password": PASSWORD})
        assert reply.status_code == 403
        assert PLANTED not in reply.text
    assert worker.post(f"{held.here}/{held.path}/destroy").status_code == 303


def test_emergency_reveals_nothing(held: Held) -> None:
    """Whoever breaks the glass sees the documents, and no secret."""
    keep(held)
    who = newcomer(held.demo, Role.social_worker)
    typed = {"reference": KIT.reference, "why": REASON, "password": PASSWORD}
    assert who.client.post("/emergency", data=typed).status_code == 303
    assert who.client.get(f"/children/{KIT.id}").status_code == 200
    assert who.client.get(held.here).status_code in (403, 404)
    assert who.client.get(f"{held.here}/{held.path}/reveal").status_code in (403, 404)


def test_every_place_of_a_secret_fits_its_column() -> None:
    """What a value is bound to fits the column that holds it, in every definition and area."""
    found = load_library(PROJECT / "form_templates")
    for area in found.areas():
        for pattern, field in found.effective(PLAN, area).walk():
            assert not field.type.secretive or len(pattern.replace(".*", "")) <= 40


def test_team_of_another_authority_is_another(held: Held) -> None:
    """A social worker of the same team reads it too: the case is the team's."""
    keep(held)
    mate = newcomer(held.demo, Role.social_worker, organisation_id=AUTHORITY, place_id=TEAM)
    assert PLANTED in reveal(mate.client, held).text


def _search(client: StrictClient, paths: tuple[str, ...]) -> None:
    for path in paths:
        answer = client.get(path)
        assert PLANTED.encode() not in answer.data, path
        answer.close()


def _search_store(held: Held) -> None:
    """Look for the planted word in every table, the audit and every file of the instance."""
    with held.demo.store.read() as tx:
        assert PLANTED not in repr(audit.of_child(tx, KIT.id, limit=1000))
        for table in t.metadata.sorted_tables:
            for line in tx.c.execute(sa.select(table)):
                assert PLANTED not in repr(tuple(line)), table.name
    for file in held.demo.settings.instance.rglob("*"):
        assert not file.is_file() or PLANTED.encode() not in file.read_bytes(), file


def _inside(data: bytes, kind: str) -> list[bytes]:
    """Return the parts of a document, streams of a PDF unpacked."""
    if kind == "docx":
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return [archive.read(name) for name in archive.namelist()]
    found = []
    for piece in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        unpacked = zlib.decompressobj()
        try:
            found.append(unpacked.decompress(piece))
        except zlib.error:
            found.append(piece)
    return found
