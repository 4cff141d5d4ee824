"""A form being completed, for tests: start one, read its page as a browser sends it back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import html5lib
from werkzeug.test import TestResponse

from formsvc.access.policy import Policy
from formsvc.app import create_app
from formsvc.definitions.compile import compile_definition
from formsvc.definitions.library import load_library
from formsvc.definitions.model import Effective
from formsvc.definitions.source import read
from formsvc.demo import AREA, CHILDREN, WORKER
from formsvc.settings import load
from formsvc.workflow.actors import Actor
from formsvc.workflow.start_record import start_record
from tests.builders import DATA, an_area
from tests.web.conftest import Installation, StrictClient

WORKER_ACTS = Actor(user_id=WORKER.id, organisation_id=WORKER.organisation_id, role="social_worker")
JSON = {"Accept": "application/json"}
_SPACE = "{http://www.w3.org/1999/xhtml}"


def shared(template: Path, folder: Path) -> Iterator[Installation]:
    """Yield a demonstration for all the tests of a file: each of them begins a record of its own."""
    shutil.copytree(template, folder / "instance")
    settings = load({"FORMSVC_INSTANCE": str(folder / "instance")})
    app = create_app(settings)
    app.test_client_class = StrictClient
    policy: Policy = app.extensions["formsvc"]["policy"]
    like_a_plan = dict.fromkeys(("kitchen_sink", "invented_form"), policy.definitions["trigger_plan"])
    app.extensions["formsvc"]["policy"] = replace(policy, definitions={**policy.definitions, **like_a_plan})
    yield Installation(settings=settings, app=app)
    app.extensions["formsvc"]["store"].close()


def the_plan(demo: Installation) -> Effective:
    """Return the Trigger Plan of the demonstration's area."""
    return load_library(demo.settings.form_templates).effective("trigger_plan", AREA)


def the_sink() -> Effective:
    """Return the form that holds every field type, as a store can keep it."""
    area = an_area(review_due="2027-01-01")
    return compile_definition(read(DATA / "kitchen_sink.yaml", name="kitchen_sink.yaml"), area=area)


def begun(demo: Installation, effective: Effective, *, child: int = 1) -> str:
    """Begin a form about one of the demonstration's children and return its record."""
    started = start_record(demo.store, actor=WORKER_ACTS, child_id=CHILDREN[child].id, effective=effective)
    return started.record_id


@dataclass
class Page:
    """A page as a browser holds it: what it would send, and what it says."""

    client: StrictClient
    address: str
    sent: dict[str, Any]
    response: TestResponse

    @property
    def text(self) -> str:
        """The page's markup."""
        return self.response.text

    def change(self, **typed: Any) -> Page:
        """Type into inputs; `__` in a name stands for "-". One that is not there is a mistake of the test."""
        for name, value in typed.items():
            self.sent[name.replace("__", "-")] = value
        return self

    def press(self, do: str = "continue", **more: Any) -> TestResponse:
        """Press a button and return the reply, redirects not followed."""
        return self.client.post(
            self.address, data={**self.sent, "do": do}, content_type="multipart/form-data", **more
        )

    def autosave(self) -> TestResponse:
        """Save as the script does."""
        return self.press("autosave", headers=JSON)


def page(client: StrictClient, address: str) -> Page:
    """Open a page and return what its form holds."""
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return page_of(client, response, address=address.partition("?")[0].partition("#")[0])


def page_of(client: StrictClient, response: TestResponse, *, address: str) -> Page:
    """Return what the form of a reply holds."""
    return Page(client=client, address=address, sent=_sent(response.text), response=response)


def _sent(text: str) -> dict[str, Any]:
    tree = html5lib.parse(text, namespaceHTMLElements=True)
    form = next((one for one in tree.iter(f"{_SPACE}form") if "data-autosave" in one.attrib), None)
    if form is None:
        form = next(one for one in tree.iter(f"{_SPACE}form") if "/choose" in one.get("action", ""))
    found: dict[str, Any] = {}
    for one in form.iter():
        name = one.get("name")
        if not name or one.tag == f"{_SPACE}button":
            continue
        if one.tag == f"{_SPACE}textarea":
            _put(found, name, one.text or "")
        elif one.tag == f"{_SPACE}select":
            chosen = [inner for inner in one.iter(f"{_SPACE}option") if "selected" in inner.attrib]
            _put(found, name, chosen[0].get("value", "") if chosen else "")
        elif one.get("type") in ("radio", "checkbox"):
            if "checked" in one.attrib:
                _put(found, name, one.get("value", ""))
        elif one.get("type") != "file":
            _put(found, name, one.get("value", ""))
    return found


def _put(found: dict[str, Any], name: str, value: str) -> None:
    if name in found:
        before = found[name]
        found[name] = [*(before if isinstance(before, list) else [before]), value]
    else:
        found[name] = value
