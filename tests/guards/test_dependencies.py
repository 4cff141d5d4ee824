"""What the project imports is what it asks for, and what it asks for is locked by hash."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import lock

ROOT = Path(__file__).resolve().parents[2]
OWN = {"formsvc", "tests", "tools"} | {file.stem for file in (ROOT / "tools").glob("*.py")}
# UNO belongs to the system's Python; tests/validators/uno_*.py run there.
SYSTEM = {"uno", "unohelper", "com"}


def imported(folder: str) -> Iterator[tuple[str, str]]:
    """Yield (file, top-level module) for every import of a folder, those inside functions too."""
    for file in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                yield from ((str(file.relative_to(ROOT)), alias.name.split(".")[0]) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield str(file.relative_to(ROOT)), node.module.split(".")[0]


def asked_for(*, dev: bool) -> set[str]:
    """Return the packages that pyproject.toml names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = [*project["project"]["dependencies"]]
    if dev:
        named += [one for one in project["dependency-groups"]["dev"] if isinstance(one, str)]
    return {lock.canonical(one) for one in named}


@pytest.mark.parametrize(("folder", "dev"), [("formsvc", False), ("tests", True), ("tools", True)])
def test_every_import_is_asked_for_by_name(folder: str, dev: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    """No module leans on a package that only another package happens to bring."""
    brought_by = importlib.metadata.packages_distributions()
    named = asked_for(dev=dev)
    strangers = {
        f"{file}: {module}"
        for file, module in imported(folder)
        if module not in OWN | SYSTEM | set(sys.stdlib_module_names)
        and not {lock.canonical(one) for one in brought_by.get(module, [])} & named
    }
    assert not strangers, "\n".join(sorted(strangers))


def test_the_locks_answer_the_project_file() -> None:
    """Every package asked for is locked, every entry has a hash, no lock names an index."""
    assert lock.problems() == []


def test_the_lock_of_front_end_assets_names_no_address() -> None:
    """package-lock.json pins by integrity alone."""
    text = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in text
    packages = len(re.findall(r'^    "node_modules/', text, flags=re.MULTILINE))
    assert packages == len(re.findall(r'"integrity": "sha512-', text)) > 0
