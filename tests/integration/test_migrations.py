"""Migrations: up, down, and equal to the tables, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from formsvc.store import migrate
from formsvc.store.crypto import make_content_key
from formsvc.store.session import Store, open_store
from formsvc.store.tables import metadata
from tests.integration.stores import settings_in
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Return two stores on empty databases of one kind."""
    stores = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        url = f"sqlite:///{folder / 'x.sqlite'}"
        if request.param == "postgresql":
            server: Postgres = request.getfixturevalue("postgres")
            url = server.new_database()
        settings = settings_in(folder, database_url=url)
        make_content_key(settings.content_key)
        stores.append(open_store(settings))
    yield stores[0], stores[1]
    for store in stores:
        store.close()


def test_migrations_make_exactly_the_tables(empty_stores: tuple[Store, Store]) -> None:
    """Every column, key, check and index of the tables is made by the migrations, and no other."""
    migrated, made = empty_stores
    migrate.upgrade(migrated)
    with made.migrating() as connection:
        metadata.create_all(connection)
    assert _shape(migrated) == _shape(made)
    with migrated.read() as tx:
        context = MigrationContext.configure(
            tx.c, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_migrations_go_down_to_nothing_and_up_again(empty_stores: tuple[Store, Store]) -> None:
    """Downgrading leaves no table behind, and the way up is open again."""
    store, _ = empty_stores
    migrate.upgrade(store)
    assert migrate.is_current(store)
    migrate.downgrade(store)
    assert not migrate.is_current(store)
    assert sa.inspect(store.engine).get_table_names() == ["alembic_version"]
    migrate.upgrade(store)
    assert migrate.is_current(store)


def test_migrating_twice_changes_nothing(empty_stores: tuple[Store, Store]) -> None:
    """A database that is current is left as it is."""
    store, _ = empty_stores
    migrate.upgrade(store)
    before = _shape(store)
    migrate.upgrade(store)
    assert _shape(store) == before


def _shape(store: Store) -> dict[str, Any]:
    """Return everything a database says of its tables, in an order of our own."""
    found = sa.inspect(store.engine)
    return {
        name: {
            "columns": sorted(_words(one) for one in found.get_columns(name)),
            "key": _words(found.get_pk_constraint(name)),
            "foreign": sorted(_words(one) for one in found.get_foreign_keys(name)),
            "unique": sorted(_words(one) for one in found.get_unique_constraints(name)),
            "checks": sorted(_words(one) for one in found.get_check_constraints(name)),
            "indexes": sorted(_words(one) for one in found.get_indexes(name)),
        }
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def _words(one: Any) -> str:
    if isinstance(one, dict):
        return repr({key: _words(value) for key, value in sorted(one.items())})
    return str(one)
