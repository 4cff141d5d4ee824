"""What every test may ask for, and what no unit test may do.

Unit tests reach neither a network nor a database. Everything else meets real parts: a PostgreSQL, an
office, veraPDF. A part that is missing fails with its remedy; nothing is skipped.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import hypothesis
import psycopg
import pytest

from formsvc import clock
from tests import postgres as postgres_server
from tests.validators import corpus as foreign
from tests.validators.libreoffice import LibreOffice
from tests.validators.verapdf import VeraPdf

HELD_AT = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)
"""The moment at which `fixed_clock` holds time: a Sunday, 18:05 in London."""

UNIT = Path(__file__).parent / "unit"
GOLDEN = Path(__file__).parent / "data" / "golden"

# A developer's own settings do not reach the tests, but for the place of the foreign files.
for _name in [name for name in os.environ if name.startswith("FORMSVC_") and name != "FORMSVC_CORPUS"]:
    del os.environ[_name]

# A run in CI tries the same examples each time; a person's run tries new ones. `make test-all` tries many.
hypothesis.settings.register_profile(
    "default", deadline=None, max_examples=60, derandomize=bool(os.environ.get("CI")), print_blob=True
)
hypothesis.settings.register_profile("long", deadline=None, max_examples=3000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make golden` write the golden files that the tests otherwise compare with."""
    parser.addoption(
        "--write-golden", action="store_true", help="write the golden files instead of comparing"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the network away from unit tests (not unix sockets: event loops need them); mark interop tests."""
    for item in items:
        if UNIT in item.path.parents:
            item.add_marker(pytest.mark.disable_socket)
        if "corpus" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.interop)
    if not foreign.is_named():
        # They judge other projects' files, which are no part of this one: CI names their folder.
        named = [item for item in items if item.get_closest_marker("interop")]
        config.hook.pytest_deselected(items=named)
        items[:] = [item for item in items if item not in set(named)]
    if config.getoption("--write-golden"):
        writing = {"golden", "approved"}
        others = [item for item in items if writing.isdisjoint(getattr(item, "fixturenames", ()))]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


class DatabaseBlocked(AssertionError):
    """A unit test reached for a database."""


@pytest.fixture(autouse=True)
def _no_database_in_unit_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection to a database that a unit test opens."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise DatabaseBlocked("Unit tests reach no database. Remedy: move the test to tests/integration")

    if UNIT in request.path.parents:
        for module in (sqlite3, sqlite3.dbapi2, psycopg):
            monkeypatch.setattr(module, "connect", refuse)
        monkeypatch.setattr(psycopg.Connection, "connect", refuse)


@pytest.fixture
def fixed_clock() -> Iterator[datetime]:
    """Hold time still at HELD_AT and return it; hold another with `formsvc.clock.held`."""
    with clock.held(HELD_AT):
        yield HELD_AT


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Postgres]:
    """Return a running PostgreSQL; `postgres.new_database()` is the address of an empty database."""
    with postgres_server.running() as server:
        yield server


@dataclass(frozen=True, kw_only=True)
class Validators:
    """The independent judges that keep something between calls; the others are functions."""

    verapdf: VeraPdf
    libreoffice: LibreOffice


@pytest.fixture(scope="session")
def validators(tmp_path_factory: pytest.TempPathFactory) -> Validators:
    """Return veraPDF (compiled once) and LibreOffice (with a profile of its own)."""
    return Validators(
        verapdf=VeraPdf(tmp_path_factory.mktemp("verapdf")),
        libreoffice=LibreOffice(tmp_path_factory.mktemp("libreoffice")),
    )


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Return the folder of signed files that others made, which FORMSVC_CORPUS names."""
    return foreign.find()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a function (name, text) that compares a text with tests/data/golden/<name>, or writes it."""

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--write-golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.exists(), f"{file} is not there. Remedy: make golden, and read what it wrote"
        assert text == file.read_text(encoding="utf-8"), "If the new text is right: make golden"

    return compare
