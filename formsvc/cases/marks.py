"""What an export of a child's record marks for whoever redacts it: data, by class, type and table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from formsvc.errors import DefinitionInvalid, Problem


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A question for whoever redacts: what it is about, and what to ask."""

    id: str
    words: str
    ask: str


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Which mark each class and type of a question, and each table, bears."""

    marks: Mapping[str, Mark]
    classes: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)

    def of_question(self, *, sensitivity: str, type_name: str) -> tuple[Mark, ...]:
        """Return the marks of a question, each once."""
        ids = (self.classes.get(sensitivity), self.types.get(type_name))
        return tuple(self.marks[one] for one in dict.fromkeys(ids) if one is not None)

    def of_table(self, table: str) -> tuple[Mark, ...]:
        """Return the marks of all that stands in a table."""
        return (self.marks[self.tables[table]],) if table in self.tables else ()


def load_marks(form_templates: Path) -> Marks:
    """Read the marks; raise DefinitionInvalid."""
    file = form_templates / "retention" / "export.yaml"
    told = yaml.safe_load(file.read_text("utf-8"))
    if not isinstance(told, dict) or set(told) != {"marks", "classes", "types", "tables"}:
        raise _invalid(file, "", "must hold marks, classes, types and tables")
    marks = {id: _mark(file, id, one) for id, one in told["marks"].items()}
    for part in ("classes", "types", "tables"):
        for name, mark in told[part].items():
            if mark not in marks:
                raise _invalid(file, f"{part}.{name}", f"there is no mark {mark}")
    return Marks(marks=marks, classes=told["classes"], types=told["types"], tables=told["tables"])


def _mark(file: Path, id: str, told: Any) -> Mark:
    if not isinstance(told, dict) or set(told) != {"words", "ask"}:
        raise _invalid(file, f"marks.{id}", "must hold words and ask")
    return Mark(id=id, words=str(told["words"]), ask=str(told["ask"]).strip())


def _invalid(file: Path, key: str, what: str) -> DefinitionInvalid:
    return DefinitionInvalid([Problem(file=file.name, key=key, what=what, remedy="Mend the marks.")])
