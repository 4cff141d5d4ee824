"""Stores for tests: each test has a database of its own, copied from one that was migrated once."""

from __future__ import annotations

import itertools
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
from tests.postgres import Postgres

_numbers = itertools.count(1)

NewDatabase = Callable[[Path], str]
"""Given a test's own folder, returns the address of a migrated, empty database of its own."""


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
    """Migrate one database of a server and return what copies it.

    The server stops syncing to disk: its power does not go, and a copy would wait for thousands of files.
    """
    url = sa.make_url(server.new_database())
    _migrate(
        settings_in(folder, database_url=url.render_as_string(hide_password=False), content_key=content_key)
    )
    admin = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")

    def copy(_: Path) -> str:
        name = f"{url.database}_copy_{next(_numbers)}"
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"'.encode())
        return url.set(database=name).render_as_string(hide_password=False)

    return copy


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
