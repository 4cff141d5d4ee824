"""The service as it is served: what its log says of a day, and how it takes messages that are two things."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from formsvc import clock
from formsvc.demo import WORKER
from formsvc.settings import PROJECT
from formsvc.web.logged import configure_log, redacted
from tests.web.conftest import Installation, StrictClient
from tests.web.test_people import choose, invite, link_in

TOKEN = "5f" * 32
FIELDS = {"at", "event", "level"}


@dataclass(frozen=True)
class Served:
    """A service that answers on a port of this machine, and the file it logs to."""

    port: int
    log: Path

    def raw(self, data: bytes) -> bytes:
        """Send bytes and return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as line:
            line.sendall(data)
            found = b""
            while more := line.recv(65536):
                found += more
            return found

    def lines(self) -> list[dict[str, str]]:
        """Return what was logged, but the line that says to a person where it is."""
        told = [one for one in self.log.read_text("utf-8").splitlines() if not one.startswith("Serving ")]
        return [json.loads(one) for one in told]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a service of an empty installation."""
    folder = tmp_path_factory.mktemp("served")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    own = {"FORMSVC_INSTANCE": str(folder / "instance"), "FORMSVC_PORT": str(port)}
    log = folder / "served.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "formsvc", "serve"],
            cwd=PROJECT,
            env={**os.environ, **own},
            stdout=written,
            stderr=written,
        )
        try:
            wait_for(port, process)
            yield Served(port, log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when the service answers."""
    turn = threading.Event()
    for _ in range(600):
        assert process.poll() is None
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/verify", timeout=60):
                return
        except urllib.error.URLError:
            turn.wait(0.1)
    raise AssertionError("it never answered")


def test_served_log_holds_no_token_and_is_one_object_a_line(served: Served) -> None:
    """Addresses with tokens are opened, wrong messages sent: the log has neither, and every line is JSON."""
    for path in (f"/invitation/{TOKEN}", f"/password/{TOKEN}", f"/verify?q={TOKEN}"):
        assert served.raw(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    served.raw(f"GET /password/{TOKEN} HTTP/9\r\n\r\n".encode())
    served.raw(f"GET /invitation/{TOKEN} HTTP/1.1\r\nHo st: {TOKEN}\r\n\r\n".encode())
    assert TOKEN not in served.log.read_text("utf-8")
    assert all(set(one) >= FIELDS for one in served.lines())


@pytest.mark.parametrize(
    "head",
    (
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Content-Length: +4\r\n",
    ),
)
def test_message_whose_end_is_in_doubt_is_refused(served: Served, head: bytes) -> None:
    """What could end in two places is answered once, with a refusal, and nothing behind it is read."""
    smuggled = b"0\r\n\r\nGET /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = served.raw(b"POST /sign-in HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n" + smuggled)
    assert re.match(rb"HTTP/1\.[01] [45]\d\d ", answer)
    assert answer.count(b"HTTP/1.") == 1


def test_log_of_inviting_and_choosing_a_password_holds_no_link(
    demo: Installation, as_: Callable[[str], StrictClient]
) -> None:
    """From the invitation to the first sign-in, nothing that opens an account stands in the log."""
    written, before = io.StringIO(), structlog.get_config()
    configure_log(written)
    try:
        manager, client = as_("team_manager"), demo.client()
        paths = [
            invite(manager),
            link_in(as_("administrator").post(f"/people/{WORKER.id}/reset").text),
        ]
        for path in paths:
            assert client.get(path).status_code == 200
            assert choose(client, path) == 302
        client.post("/sign-in", data={"email": "nobody@example.org", "password": "a wrong password"})
        structlog.get_logger().warning("opened", at_path=paths[0])
    finally:
        structlog.configure(**before)
    said = written.getvalue()
    assert "sign-in refused" in said
    assert all(path.rpartition("/")[2] not in said for path in paths)
    assert "nobody@example.org" not in said
    for one in map(json.loads, said.splitlines()):
        assert set(one) >= FIELDS
        assert one["at"].endswith("Z")
        assert one["at"][:10] == f"{clock.now():%Y-%m-%d}"


def test_every_address_with_a_token_is_redacted(demo: Installation) -> None:
    """Each route whose address bears a token is one that the log takes it out of; and so are queries."""
    rules = [one.rule for one in demo.app.url_map.iter_rules() if "<token>" in one.rule]
    assert len(rules) >= 4
    for rule in rules:
        path = re.sub(r"<[^>]+>", "x1", rule.replace("<token>", TOKEN))
        assert TOKEN not in redacted(f"Error handling request {path}")
    assert redacted("GET /people?q=Bláithín\r\nlevel=info") == "GET /people?-  level=info"
