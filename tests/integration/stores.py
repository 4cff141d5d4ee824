"""Stores for tests: each test has an empty database of its own, from one that was migrated once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import sqlalchemy as sa

from formsvc.settings import Settings, load
from formsvc.store import audit, migrate
from formsvc.store.crypto import make_content_key
from formsvc.store.session import Store, open_store
from formsvc.store.tables import metadata
from tests.postgres import Postgres

NewDatabase = Callable[[Path], str]
"""Given a test's own folder, returns the address of a migrated, empty database: its own until the next."""


def settings_in(folder: Path, *, database_url: str = "", content_key: Path | None = None) -> Settings:
    """Return settings whose instance is a test's own folder."""
    found = load({"FORMSVC_INSTANCE": str(folder)})
    return replace(
        found,
        database_url=database_url or found.database_url,
        content_key=content_key or found.content_key,
    )


def sqlite_template(folder: Path, *, content_key: Path) -> NewDatabase:
    """Migrate one SQLite file and return what copies it."""
    template = folder / "template.sqlite"
    _migrate(settings_in(folder, database_url=f"sqlite:///{template}", content_key=content_key))

    def copy(to: Path) -> str:
        shutil.copy(template, to / "formsvc.sqlite")
        return f"sqlite:///{to / 'formsvc.sqlite'}"

    return copy


def postgres_template(folder: Path, *, content_key: Path, server: Postgres) -> NewDatabase:
    """Migrate one database of a server and return what empties it for the next test.

    One database for all: a copy for each would be written to disk when the server stops, gigabytes of them.
    """
    url = server.new_database()
    _migrate(settings_in(folder, database_url=url, content_key=content_key))
    names = [table.name for table in reversed(metadata.sorted_tables) if table.name != "audit_head"]
    plain = url.replace("+psycopg", "", 1)
    with psycopg.connect(plain) as connection:
        head = connection.execute("SELECT seq, hash, mark, at FROM audit_head").fetchone()

    def emptied(_: Path) -> str:
        with psycopg.connect(plain) as connection:
            for name in names:
                connection.execute(f'DELETE FROM "{name}"'.encode())  # noqa: S608 (a name of our own tables)
            connection.execute("DELETE FROM audit_head")
            connection.execute(
                "INSERT INTO audit_head (id, seq, hash, mark, at) VALUES (1, %s, %s, %s, %s)", head
            )
        return url

    return emptied


def count_statements(store: Store) -> Callable[[], int]:
    """Start counting the statements a store sends; call the result to read the count and begin anew."""
    sent = [0]

    def note(*_: object) -> None:
        sent[0] += 1

    sa.event.listen(store.engine, "before_cursor_execute", note)

    def read() -> int:
        count, sent[0] = sent[0], 0
        return count

    return read


def _migrate(settings: Settings) -> None:
    make_content_key(settings.content_key)
    store = open_store(settings)
    migrate.upgrade(store)
    with store.write() as tx:
        audit.begin(tx)
    store.close()
