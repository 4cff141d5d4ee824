"""The street runs one way: the import contracts hold, and they would notice if they did not."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

BREAKS = {
    "layers": ("formsvc/fields/broken.py", "import formsvc.store\n"),
    "flask": ("formsvc/workflow/broken.py", "def later():\n    import flask\n"),
    "wtforms": ("formsvc/records/broken.py", "from wtforms import validators\n"),
    "sqlalchemy": ("formsvc/workflow/broken.py", "import sqlite3\n"),
    "documents": ("formsvc/seals/broken.py", "import reportlab.pdfgen.canvas\n"),
    "seals": ("formsvc/documents/broken.py", "import signxml\n"),
    "app": ("formsvc/workflow/broken.py", "import formsvc.app\n"),
}
"""One import that each contract forbids, by the contract's id: inside a function, absent libraries too."""


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the tree in a folder."""
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_layers_hold() -> None:
    """Every import contract of pyproject.toml is kept."""
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken" in done.stdout


def test_every_contract_has_an_import_that_breaks_it() -> None:
    """A contract nobody has seen broken proves nothing."""
    assert set(BREAKS) == {contract["id"] for contract in CONTRACTS}


@pytest.fixture(scope="module")
def broken_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project with one forbidden import for each contract, and a room nobody placed."""
    folder = tmp_path_factory.mktemp("broken")
    for name in ("formsvc", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for file, line in BREAKS.values():
        with (folder / file).open("a") as opened:
            opened.write(line)
    (folder / "formsvc" / "helpers.py").write_text("")
    return folder


def test_a_broken_contract_is_seen(broken_tree: Path) -> None:
    """One forbidden import each breaks every contract, and a new package must be given its layer."""
    done = lint(broken_tree)
    assert done.returncode == 1
    kept = [contract["id"] for contract in CONTRACTS if f"{contract['name']} BROKEN" not in done.stdout]
    assert kept == [], done.stdout
    assert "- formsvc.helpers" in done.stdout
