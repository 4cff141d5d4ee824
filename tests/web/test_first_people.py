"""From an empty installation to somebody who works in it: the command line opens the first account."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from formsvc.app import create_app
from formsvc.cli import main
from formsvc.settings import load
from tests.web.conftest import StrictClient

PASSWORD = "quarry-mitten-sable-41"


def test_first_administrator_signs_in_and_invites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Organisation and team from the command line, password by the link, the first worker by the page."""
    monkeypatch.setenv("FORMSVC_INSTANCE", str(tmp_path))

    def run(*words: str) -> dict[str, str]:
        ran = CliRunner().invoke(main, ["people", *words, "--json"])
        assert ran.exit_code == 0, ran.output
        told: dict[str, str] = json.loads(ran.output)
        return told

    email = "ines@example.org"
    begun = run(
        "begin", "--organisation", "Meredale Council", "--name", "Ines Halloran-Bey", "--email", email
    )
    team = run("place", begun["organisation"], "--kind", "team", "--name", "East")["place"]
    app = create_app(load())
    app.test_client_class = StrictClient
    client = app.test_client()
    chosen = client.post(
        begun["link"].removeprefix("http://127.0.0.1:8000"), data={"new": PASSWORD, "again": PASSWORD}
    )
    assert chosen.status_code == 302
    assert client.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 302
    assert "Ines Halloran-Bey" in client.get("/people").text
    data = {"name": "Olwen Tariq-Price", "email": "olwen@example.org", "role": f"social_worker@{team}"}
    assert "/invitation/" in client.post("/people/invite", data=data).text
    for _ in range(5):
        client.post("/password/change", data={"old": "wrong", "new": PASSWORD, "again": PASSWORD})
    assert client.get("/sign-in").status_code == 200
    assert client.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 401
    run("release", email)
    assert client.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 302
    assert run("link", email)["link"].startswith("http://127.0.0.1:8000/password/")
    app.extensions["formsvc"]["store"].close()


def test_commands_refuse_what_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account, an organisation or an area that does not exist is an error in words, exit code 2."""
    monkeypatch.setenv("FORMSVC_INSTANCE", str(tmp_path))
    for words in (
        ("release", "nobody@example.org"),
        ("link", "nobody@example.org"),
        ("place", "nowhere", "--kind", "team", "--name", "East"),
        ("place", "nowhere", "--kind", "home", "--name", "East", "--area", "XYZ"),
    ):
        assert CliRunner().invoke(main, ["people", *words]).exit_code == 2
