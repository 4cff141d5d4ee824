"""The service as people meet it: the real program on a free port of this machine, with a real worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from formsvc.access.people import Person
from formsvc.access.table import Role
from formsvc.app import create_app
from formsvc.demo import AREA, AUTHORITY, HOME, ORGANISATIONS, TEAM, WORKER
from formsvc.settings import PROJECT, load
from formsvc.workflow.actors import Actor
from formsvc.workflow.add_child import add_child
from tests.web.conftest import Installation

PATIENCE = 60.0
"""How long the service may take to answer its first request, in seconds."""


class Site:
    """A running service and the store it works on; `address` is http://127.0.0.1:PORT."""

    def __init__(self, address: str, installation: Installation) -> None:
        self.address = address
        self.installation = installation

    def add_child(self, name: str, *, known_as: str = "", born: str = "2012-05-04") -> str:
        """Add an invented child to the demo worker's caseload, in the demo's home; return the id."""
        worker = Person(
            user_id=WORKER.id,
            name=WORKER.name,
            email=WORKER.email,
            membership_id=WORKER.membership_id,
            role=Role.social_worker,
            organisation_id=AUTHORITY,
            organisation_name=ORGANISATIONS[0].name,
            team_id=TEAM,
        )
        return add_child(
            self.installation.store,
            person=worker,
            actor=Actor(user_id=WORKER.id, organisation_id=AUTHORITY, role="social_worker"),
            identity={"name": name, "known_as": known_as, "date_of_birth": born},
            placement={"home_id": HOME, "area_id": AREA, "details": {"kind": "children's home"}},
            worker_id=WORKER.id,
        )


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(folder: Path) -> Iterator[Site]:
    """Load the demonstration into a folder and serve it, with a worker, until the block ends."""
    port = free_port()
    chosen = {"FORMSVC_INSTANCE": str(folder / "instance"), "FORMSVC_PORT": str(port)}
    environment = {**os.environ, **chosen}
    program = [sys.executable, "-m", "formsvc"]
    subprocess.run([*program, "demo"], cwd=PROJECT, env=environment, check=True, capture_output=True)
    with (folder / "served.log").open("wb") as log:
        served = subprocess.Popen(
            [*program, "serve", "--worker"], cwd=PROJECT, env=environment, stdout=log, stderr=log
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, served, folder / "served.log")
            settings = load(chosen)
            installation = Installation(settings=settings, app=create_app(settings))
            yield Site(address, installation)
            installation.store.close()
        finally:
            served.send_signal(signal.SIGTERM)
            served.wait(PATIENCE)


def _wait_for(address: str, served: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the service answers; raise AssertionError with its log when it ends or stays silent."""
    turn = threading.Event()
    for _ in range(int(PATIENCE / 0.1)):
        assert served.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/sign-in", timeout=PATIENCE):  # noqa: S310  (our own)
                return
        except urllib.error.URLError:
            turn.wait(0.1)
    raise AssertionError(log.read_text())
