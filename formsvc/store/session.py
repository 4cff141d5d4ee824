"""The door to the database: one engine, one transaction at a time, named queries inside it.

SQLite runs with a write-ahead log, foreign keys on, deleted content overwritten, and every writing
transaction begun IMMEDIATE, so that two writers queue at the start instead of failing half-way.
PostgreSQL writes at READ COMMITTED with the rows of interest locked; reads see one moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from formsvc import clock
from formsvc.settings import Settings
from formsvc.store.blobs import Blobs
from formsvc.store.crypto import DataKey, Keyring, read_keyring

BUSY_SECONDS: Final = 30
MIGRATION_LOCK: Final = 0x666F726D  # one migration at a time, whoever starts it
_WRITES: Final = "formsvc_writes"


@dataclass(frozen=True, kw_only=True)
class Tx:
    """One transaction: its connection, the moment it began, and the keys it has unwrapped."""

    c: Connection
    at: datetime
    keyring: Keyring
    keys: dict[str, DataKey] = field(default_factory=dict, repr=False)

    @property
    def is_postgresql(self) -> bool:
        """Say whether rows can be locked one by one."""
        return self.c.dialect.name == "postgresql"

    @property
    def writes(self) -> bool:
        """Say whether this transaction may write."""
        return bool(self.c.get_execution_options().get(_WRITES, False))


@dataclass(frozen=True, kw_only=True)
class Store:
    """An open store. Safe to share between threads; each process opens its own."""

    engine: Engine
    keyring: Keyring
    blobs: Blobs
    instance: Path

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """Begin a transaction that may write; commit at the end, undo everything on an error."""
        with self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                yield Tx(c=connection, at=clock.now(), keyring=self.keyring)

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Begin the transaction of a migration: on both databases all of it happens, or nothing."""
        with self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
                yield connection

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Begin a transaction that reads one moment of the database and can write nothing."""
        with self.engine.connect() as plain:
            connection = plain
            if plain.dialect.name == "postgresql":
                connection = plain.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield Tx(c=connection, at=clock.now(), keyring=self.keyring)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_store(settings: Settings) -> Store:
    """Open the store of an installation that was set up; raise KeyUnusable without its content key."""
    return Store(
        engine=make_engine(settings.database_url),
        keyring=read_keyring(settings.content_key),
        blobs=Blobs(folder=settings.instance / "blobs"),
        instance=settings.instance,
    )


def make_engine(url: str) -> Engine:
    """Return an engine for `sqlite:///...` or `postgresql+psycopg://...`."""
    if sa.make_url(url).get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing: _begin_sqlite does
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # what was committed survives the power going
        "foreign_keys = ON",
        "secure_delete = ON",  # a destroyed key leaves no bytes behind
        f"busy_timeout = {BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
