"""Field types: what the code has, what the kitchen sink shows and what the docs say are one set."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from formsvc.fields import TYPES
from formsvc.fields.words import Code
from tests.builders import DATA, kitchen_sink

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "write-a-form.md").read_text(encoding="utf-8")
SECTION = DOCS.split("## Field types")[1].split("\n## ")[0]


def test_every_type_is_in_the_kitchen_sink_and_in_the_docs() -> None:
    """A type is one file, one kitchen-sink entry and one line of the docs."""
    shown = {field.type.name for _, field in kitchen_sink().walk()}
    assert set(TYPES) == shown
    assert set(TYPES) == set(re.findall(r"^\| ([a-z_]+) \|", SECTION, flags=re.MULTILINE)) - {"type"}
    assert set(TYPES) == set(re.findall(r"`([a-z_]+)`", SECTION.split("|")[0]))


def test_every_type_has_a_file_of_its_own() -> None:
    """Everything about a type stands in the file of its name."""
    for name, one in TYPES.items():
        assert type(one).__module__ == f"formsvc.fields.{name}"


def test_the_kitchen_sink_answers_every_field() -> None:
    """The kitchen sink's answers leave no field without an answer somewhere."""
    answers = json.loads((DATA / "kitchen_sink.answers.json").read_text(encoding="utf-8"))["answers"]
    for pattern, field in kitchen_sink().walk():
        if field.type.holds_answer:
            group, _, child = pattern.partition(".*.")
            assert any(child in row for row in answers[group]) if child else group in answers, pattern


def test_every_type_in_a_group_that_can_be_there_is_there() -> None:
    """The kitchen sink shows every type inside a group as well, but for a group itself."""
    inside = {field.type.name for pattern, field in kitchen_sink().walk() if ".*." in pattern}
    assert inside == set(TYPES) - {"rows"}


def _sources(*folders: str) -> Iterator[tuple[Path, ast.AST]]:
    for folder in folders:
        for file in sorted((ROOT / "formsvc" / folder).rglob("*.py")):
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def test_every_code_is_raised_somewhere() -> None:
    """The table of words has no entry that nothing raises, by its name or by its text."""
    names, texts = {code.name for code in Code}, {code.value: code.name for code in Code}
    used = set()
    for file, tree in _sources(""):
        for node in ast.walk(tree) if file.name != "words.py" else ():
            match node:
                case ast.Attribute(value=ast.Name(id="Code"), attr=name):
                    used.add(name)
                case ast.Constant(value=str(text)) if text in texts and file.parent.name not in (
                    "fields",
                    "records",
                ):
                    used.add(texts[text])
    assert used == names


def test_every_code_outside_the_fields_has_words() -> None:
    """What the file of answers says of its sign-offs has words in the table too."""
    raised = {
        node.value
        for file, tree in _sources("workflow")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith("signoff_")
        if file.name == "answers_file.py"
    }
    assert raised
    assert raised <= {code.value for code in Code}


def test_rules_refuse_with_codes_of_the_table_alone() -> None:
    """No type and no gate raises an error of validation but Refused, which takes codes of the table."""
    loose = [
        f"{file.name}:{node.lineno}"
        for file, tree in _sources("fields", "records", "forms")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("ValidationError")
    ]
    assert loose == []
