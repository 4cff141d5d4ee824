"""The shape of a workflow: one transaction that writes, no other workflow in it, nothing slow in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import formsvc.workflow

FOLDER = Path(formsvc.workflow.__file__).parent
MODULES = {path.stem: ast.parse(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.py"))}

SLOW = frozenset(
    {
        "accept_file", "accept_photo", "document_maker", "hash_password", "is_right", "load_library",
        "open_store", "produce", "put", "render", "run_worker", "seal_docx", "seal_pdf", "sleep", "stamp",
        "unsealed_docx", "urlopen", "verify",
    }
)  # fmt: skip
"""What takes long or leaves the machine: rendering, sealing, passwords, encrypted files, networks."""

QUICK = frozenset({"secrets.put"})
"""Calls that share a slow one's name and are queries."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def opens(node: ast.AST) -> list[ast.With]:
    """Return the `with` blocks of a function that begin a transaction."""
    return [
        one
        for one in ast.walk(node)
        if isinstance(one, ast.With)
        and any(
            isinstance(item.context_expr, ast.Call)
            and isinstance(item.context_expr.func, ast.Attribute)
            and item.context_expr.func.attr in ("read", "write")
            and item.optional_vars is not None
            for item in one.items
        )
    ]


def kinds(node: ast.AST) -> list[str]:
    """Return read or write for each transaction a function begins, in order."""
    found = sorted(opens(node), key=lambda one: one.lineno)
    return ["write" if ".write()" in ast.unparse(one.items[-1].context_expr) else "read" for one in found]


def functions(tree: ast.Module) -> Iterator[Function]:
    """Yield every function and method of a module."""
    yield from (one for one in ast.walk(tree) if isinstance(one, Function))


def called(node: ast.AST) -> set[str]:
    """Return what a piece of code calls, as written: `name` or `module.name`."""
    return {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}


OPENING = {one.name for tree in MODULES.values() for one in functions(tree) if opens(one)}


@pytest.mark.parametrize("module", MODULES)
def test_a_workflow_opens_one_transaction(module: str) -> None:
    """No function writes in two, so that all of what a person does happens, or nothing.

    Where something slow stands in between, it may read first; what writes then judges again.
    """
    found = {one.name: kinds(one) for one in functions(MODULES[module])}
    assert {
        name: told for name, told in found.items() if told not in ([], ["read"], ["write"], ["read", "write"])
    } == {}


@pytest.mark.parametrize("module", MODULES)
def test_a_workflow_calls_no_other_inside(module: str) -> None:
    """Inside a transaction nothing is called that begins another: SQLite would wait for itself."""
    inside = {name for one in functions(MODULES[module]) for block in opens(one) for name in called(block)}
    assert inside & OPENING == set()


@pytest.mark.parametrize("module", MODULES)
def test_nothing_slow_happens_inside_a_transaction(module: str) -> None:
    """Others wait while one writes: rendering, sealing, files and passwords come before or after."""
    inside = {name for one in functions(MODULES[module]) for block in opens(one) for name in called(block)}
    assert {name for name in inside - QUICK if name.rpartition(".")[2] in SLOW} == set()


def test_the_guard_sees_what_it_forbids() -> None:
    """A module that does all three wrong is caught by each rule."""
    tree = ast.parse(
        "def bad(store):\n"
        "    with store.write() as tx:\n"
        "        render(tx)\n"
        "    with store.write() as tx:\n"
        "        save_section(store)\n"
    )
    (bad,) = functions(tree)
    inside = {name for block in opens(bad) for name in called(block)}
    assert kinds(bad) == ["write", "write"]
    assert inside & SLOW == {"render"}
    assert inside & OPENING == {"save_section"}
