"""Every hidden field of every form is altered: nothing breaks, and nothing that is not one's own changes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import html5lib
import pytest
import sqlalchemy as sa

from formsvc.access.table import Role
from formsvc.demo import CHILDREN
from formsvc.store import tables as t
from formsvc.workflow.read_draft import read_draft
from tests.web.completing import begun, page, the_plan
from tests.web.conftest import Installation, StrictClient
from tests.web.everybody import Everybody, everybody

As = Callable[[str], StrictClient]
_SPACE: Final = "{http://www.w3.org/1999/xhtml}"
NAMED: Final = re.compile(r"<(?:[a-z]+:)?([a-z0-9_]+)>")
SECTIONS: Final = ("purpose", "child", "looks", "phones", "people", "sharing")
RECORD: Final = "demorecordplan222222"
ALTERED: Final = ("", "x", "0", "-1", "9" * 400, "' OR 1=1 --", "<b>", "demorecordplan222222", "\u202e\ud7ff")


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form as a page shows it: where it is sent, what it holds, which of that is hidden."""

    action: str
    sent: dict[str, str]
    hidden: tuple[str, ...]


def forms(text: str, *, address: str) -> Iterator[Form]:
    """Yield the forms of a page that post something."""
    tree = html5lib.parse(text, namespaceHTMLElements=True)
    for form in tree.iter(f"{_SPACE}form"):
        if form.get("method", "get").lower() != "post" or "sign-out" in form.get("action", ""):
            continue
        inputs = [one for one in form.iter(f"{_SPACE}input") if one.get("name")]
        hidden = [one.get("name") for one in inputs if one.get("type") == "hidden"]
        yield Form(
            action=form.get("action") or address,
            sent={
                one.get("name"): one.get("value", "")
                for one in inputs
                if one.get("type") not in ("file", "radio", "checkbox") or "checked" in one.attrib
            },
            hidden=tuple(name for name in dict.fromkeys(hidden) if name != "csrf_token"),
        )


def alter_all(client: StrictClient, address: str) -> int:
    """Post each form of a page with each hidden field altered in each way; return how many there were."""
    tried = 0
    reply = client.get(address)
    assert reply.status_code == 200, (address, reply.status_code)
    for form in forms(reply.text, address=address.partition("?")[0]):
        for name in form.hidden:
            for value in ALTERED:
                answer = client.post(
                    form.action,
                    data={**form.sent, name: value, "do": "continue"},
                    content_type="multipart/form-data",
                )
                assert answer.status_code < 500, (address, name, value)
                assert "Traceback" not in answer.text
                tried += 1
    return tried


def others(demo: Installation) -> list[tuple[object, ...]]:
    """Return what must stay as it is: the revisions, sign-offs and documents of the demonstration's plan."""
    with demo.store.read() as tx:
        revisions = sa.select(t.revision.c.id, t.revision.c.state).where(t.revision.c.record_id == RECORD)
        signed = sa.select(t.signoff.c.id, t.signoff.c.rule_id).order_by(t.signoff.c.id)
        return [tuple(row) for query in (revisions, signed) for row in tx.c.execute(query)]


def test_altered_hidden_fields_of_a_section_change_no_other_record(as_: As, demo: Installation) -> None:
    """Versions, tokens and file hashes that were made up are refused or ignored; another plan stays."""
    worker, before = as_("social_worker"), others(demo)
    plan = f"/records/{begun(demo, the_plan(demo))}"
    page(worker, f"{plan}/pages/child").change(full_name="Kit Vale").press()
    tried = sum(
        alter_all(worker, f"{plan}/pages/{section}")
        for section in ("purpose", "child", "looks", "phones", "sharing")
    )
    assert tried >= 5 * len(ALTERED)
    assert others(demo) == before
    kept = read_draft(demo.store, record_id=plan.rpartition("/")[2])
    assert kept.sections["child"].answers["full_name"] == "Kit Vale"
    assert "photo" not in kept.sections.get("looks", kept.sections["child"]).answers


@pytest.mark.parametrize(
    ("role", "address"),
    (
        ("social_worker", "/children/new"),
        ("social_worker", f"/children/{CHILDREN[0].id}"),
        ("social_worker", f"/children/{CHILDREN[0].id}/placement"),
        ("social_worker", f"/records/{RECORD}/revise"),
        ("team_manager", f"/records/{RECORD}/withdraw"),
        ("social_worker", f"/records/{RECORD}/history"),
        ("team_manager", "/people"),
        ("social_worker", "/account"),
    ),
)
def test_altered_hidden_fields_of_other_pages_break_nothing(
    as_: As, demo: Installation, role: str, address: str
) -> None:
    """No page falls over a field that its form never sent."""
    alter_all(as_(role), address)
    assert as_(role).get("/").status_code == 200


FIELDS: Final = ("dropped", "doubled", "another's", "of a wrong kind", "huge")
"""What is done to each field of each form, hidden or not."""
EVERY: Final = 23
"""`make test` alters one field in so many in one way each; `make test-all` every field in every way."""


@pytest.fixture(scope="module")
def all_(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everybody]:
    """Return the installation with everybody in it."""
    yield from everybody(demo_template, tmp_path_factory.mktemp("altered"))


def pages(all_: Everybody, role: Role) -> Iterator[str]:
    """Yield the address of every page of the application that a role can open about the child."""
    who = all_.natural(role)
    ids = {**all_.ids, "document_id": all_.document_for(role), "user_id": who.user_id}
    for rule in sorted(
        one.rule for one in all_.demo.app.url_map.iter_rules() if "GET" in (one.methods or ())
    ):
        named = NAMED.findall(rule)
        for section in SECTIONS if "page_id" in named and "row_id" not in named else ("people",):
            path = rule
            for name in named:
                real = section if name == "page_id" else ids.get(name, "nothing")
                path = re.sub(rf"<(?:[a-z]+:)?{name}>", real, path)
            yield path


def altered(form: Form, name: str, how: str, *, of: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form sends with one field altered."""
    sent: dict[str, Any] = dict(form.sent)
    match how:
        case "dropped":
            del sent[name]
        case "doubled":
            sent[name] = [sent[name], "another answer"]
        case "another's":
            sent[name] = next((id for key, id in of.items() if key.startswith(name[:4])), of["record_id"])
        case "of a wrong kind":
            sent[name] = (io.BytesIO(b"%PDF-1.7 not this"), "not-this.pdf")
        case _:
            sent[name] = "9" * 100_000
    return sent


def alter_every_field(all_: Everybody, role: Role, *, one_in: int = 1) -> tuple[int, list[str]]:
    """Alter each field of each form of each page of a role; return how often, and what broke."""
    who, tried, broken, place = all_.natural(role), 0, [], 0
    theirs = vars(all_.elsewhere)
    for address in pages(all_, role):
        reply = all_.ask(who, "GET", address)
        if reply.status_code != 200 or reply.mimetype != "text/html":
            continue
        for form in forms(reply.text, address=address):
            for name in form.sent:
                for how in FIELDS:
                    place += 1
                    if name == "csrf_token" or place % one_in:
                        continue
                    tried += 1
                    data = {"do": "continue", **altered(form, name, how, of=theirs)}
                    sent = all_.ask(who, "POST", form.action, data=data, content_type="multipart/form-data")
                    if sent.status_code >= 500:
                        broken.append(f"{form.action}: {name} {how}: {sent.status_code}")
    return tried, broken


@pytest.mark.parametrize(
    "role", (Role.social_worker, pytest.param(Role.team_manager, marks=pytest.mark.long))
)
def test_some_fields_of_every_form_are_altered(all_: Everybody, role: Role) -> None:
    """Here and there a field is dropped, doubled, huge or another's: nothing breaks, nothing else changes."""
    before = all_.held_elsewhere()
    tried, broken = alter_every_field(all_, role, one_in=EVERY)
    assert broken == []
    assert tried > 5
    assert all_.held_elsewhere() == before


@pytest.mark.long
@pytest.mark.parametrize("role", Role)
def test_every_field_of_every_form_is_altered(all_: Everybody, role: Role) -> None:
    """Each field of each form is dropped, doubled, huge, a file, or another's id: nothing breaks."""
    before = all_.held_elsewhere()
    tried, broken = alter_every_field(all_, role)
    assert broken == []
    assert tried
    assert all_.held_elsewhere() == before


def test_forged_token_posts_nothing(as_: As, demo: Installation) -> None:
    """Without the page's own token nothing is saved, whatever else is right."""
    worker = as_("social_worker")
    plan = f"/records/{begun(demo, the_plan(demo))}"
    shown = page(worker, f"{plan}/pages/child").change(full_name="Kit Vale")
    unsigned = {name: one for name, one in shown.sent.items() if name != "opened-by"}
    for token in ("", "x", shown.sent["csrf_token"][:-1], shown.sent["csrf_token"] + "x"):
        data = {**unsigned, "csrf_token": token, "do": "continue"}
        assert worker.post(f"{plan}/pages/child", data=data, forged=True).status_code == 400
    assert read_draft(demo.store, record_id=plan.rpartition("/")[2]).sections == {}


def test_dead_token_on_a_page_of_ones_own_keeps_what_was_typed(as_: As, demo: Installation) -> None:
    """A form left open over a new sign-in is kept for whoever opened it, and still not saved by itself."""
    worker = as_("social_worker")
    plan = f"/records/{begun(demo, the_plan(demo))}"
    shown = page(worker, f"{plan}/pages/child").change(full_name="Kit Vale")
    data = {**shown.sent, "csrf_token": "dead", "do": "continue"}
    reply = worker.post(f"{plan}/pages/child", data=data, forged=True)
    assert reply.status_code == 303
    assert "/held/" in reply.location
    assert "Kit Vale" in worker.get(reply.location).text
    assert read_draft(demo.store, record_id=plan.rpartition("/")[2]).sections == {}
