"""A store for every integration test that asks for one: once on SQLite, once on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from formsvc.settings import Settings
from formsvc.store.crypto import make_content_key
from formsvc.store.session import Store, open_store
from tests.integration.stores import NewDatabase, postgres_template, settings_in, sqlite_template


@pytest.fixture(scope="session")
def content_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the content key that every store of this run opens with."""
    path = tmp_path_factory.mktemp("key") / "content.key"
    make_content_key(path)
    return path


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, content_key: Path
) -> NewDatabase:
    """Return what makes a migrated database, of each kind in turn."""
    folder = tmp_path_factory.mktemp("template")
    if request.param == "sqlite":
        return sqlite_template(folder, content_key=content_key)
    return postgres_template(folder, content_key=content_key, server=request.getfixturevalue("postgres"))


@pytest.fixture
def settings(tmp_path: Path, new_database: NewDatabase, content_key: Path) -> Settings:
    """Return the settings of an instance of the test's own."""
    return settings_in(tmp_path, database_url=new_database(tmp_path), content_key=content_key)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """Return an open store that is empty and nobody else's."""
    opened = open_store(settings)
    yield opened
    opened.close()
