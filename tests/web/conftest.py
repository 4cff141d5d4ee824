"""A client whose every HTML reply is parsed as a browser would, signed in as whoever a test asks for."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from formsvc.app import create_app
from formsvc.demo import USERS
from formsvc.settings import Settings, load
from formsvc.store.session import Store, open_store
from formsvc.workflow.load_demo import load_demo
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.set_up import set_up
from tests.validators.markup import html_errors

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class StrictClient(FlaskClient):
    """A client that refuses a page a browser would have to mend, and sends the token its last page bore.

    `forged=True` sends a request as another site would: without the token.
    """

    token = ""

    def open(self, *args: Any, forged: bool = False, **kwargs: Any) -> TestResponse:
        """Ask, and look at what came."""
        if kwargs.get("method") == "POST" and not forged:
            if not self.token:
                self._learn(super().open("/sign-in", method="GET", follow_redirects=True))
            kwargs["headers"] = {"X-CSRFToken": self.token, **dict(kwargs.get("headers") or {})}
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and (response.status_code < 300 or response.status_code >= 400):
            assert html_errors(response.get_data()) == ()
            self._learn(response)
        return response

    def _learn(self, response: TestResponse) -> None:
        if found := TOKEN.search(response.text):
            self.token = found[1]


@dataclass(frozen=True, kw_only=True)
class Installation:
    """An installation with the demonstration loaded and its documents issued: `app`, `store`, `settings`."""

    settings: Settings
    app: Flask
    clients: list[FlaskClient] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """The open store of the application."""
        found: Store = self.app.extensions["formsvc"]["store"]
        return found

    def client(self) -> StrictClient:
        """Return a client nobody is signed in with."""
        made = self.app.test_client()
        assert isinstance(made, StrictClient)
        self.clients.append(made)
        return made


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of an installation that is set up."""
    found = load({"FORMSVC_INSTANCE": str(tmp_path_factory.mktemp("web"))})
    set_up(found)
    return found


@pytest.fixture
def client(settings: Settings) -> Iterator[FlaskClient]:
    """Return a client of an application in which nobody works yet."""
    app = create_app(settings)
    app.test_client_class = StrictClient
    with app.test_client() as made:
        yield made
    app.extensions["formsvc"]["store"].close()


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the instance folder of a demonstration whose documents are issued; tests copy it."""
    folder = tmp_path_factory.mktemp("demo")
    made = load({"FORMSVC_INSTANCE": str(folder)})
    set_up(made)
    load_demo(made)
    run_worker(made, until_idle=True)
    return folder


@pytest.fixture(scope="session")
def demo_app(demo_template: Path) -> Flask:
    """Return the application that every test's demonstration runs in: its templates are compiled once."""
    app = create_app(load({"FORMSVC_INSTANCE": str(demo_template)}))
    app.test_client_class = StrictClient
    app.extensions["formsvc"]["store"].close()
    return app


@pytest.fixture
def demo(demo_template: Path, demo_app: Flask, tmp_path: Path) -> Iterator[Installation]:
    """Return a demonstration of the test's own."""
    folder = tmp_path / "instance"
    shutil.copytree(demo_template, folder)
    chosen = load({"FORMSVC_INSTANCE": str(folder)})
    opened = open_store(chosen)
    demo_app.extensions["formsvc"] |= {"settings": chosen, "store": opened, "limiters": {}}
    yield Installation(settings=chosen, app=demo_app)
    opened.close()


@pytest.fixture
def as_(demo: Installation) -> Callable[[str], StrictClient]:
    """Return what gives a client signed in as the demo's first person in a role (by the store, no argon2)."""

    def signed_in(role: str) -> StrictClient:
        one = next(user for user in USERS if user.role == role)
        return sign_in_as(demo, user_id=one.id, membership_id=one.membership_id)

    return signed_in


def search(client: FlaskClient, text: str) -> str:
    """Look for children as the page does; return the address of what is found, which does not say it."""
    token = TOKEN.search(client.get("/children").text)
    headers = {"X-CSRFToken": token[1]} if token else {}
    reply = client.post("/children", data={"q": text}, headers=headers)
    assert reply.status_code in (303, 403)  # who may see no child looks for none
    return reply.location or "/children"


def sign_in_as(demo: Installation, *, user_id: str, membership_id: str | None) -> StrictClient:
    """Return a client with a session of a user in a role."""
    from formsvc.workflow.sessions import begin

    with demo.store.write() as tx:
        _, token = begin(tx, user_id=user_id, membership_id=membership_id, agent="A test")
    made = demo.client()
    made.set_cookie("formsvc", token)
    return made
