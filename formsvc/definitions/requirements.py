"""The requirements of the five protocols as data, and what is decided or met outside the forms.

`requirements.json` holds every id once; `decided.yaml` the ids decided otherwise, with the reason;
`rules.yaml` the ids met by a rule of the code, with the test that proves it; `waiting.yaml` the ids that
wait, by name, for something that is still to be built.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from formsvc.definitions.reading import Entry, Report
from formsvc.definitions.source import meant, read
from formsvc.errors import DefinitionInvalid

FOLDER = "requirements"


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One thing a protocol asks for. `strength` is M (must), S (should), I (inferred) or not printed."""

    id: str
    family: str
    source: str
    strength: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A requirement decided otherwise: why, and where more is said."""

    reason: str
    see: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A requirement met by the code: the dotted name of what does it, the test that proves it."""

    rule: str
    test: str


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A requirement that waits for a part of the service: which part, and what it will do there."""

    part: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Requirements:
    """Every requirement by id in the order of the sources, and what is decided about some of them."""

    all: Mapping[str, Requirement] = field(default_factory=dict)
    decided: Mapping[str, Decided] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    waiting: Mapping[str, Waiting] = field(default_factory=dict)


def load_requirements(folder: Path) -> Requirements:
    """Return the requirements under a folder of definitions; none where it keeps none.

    Raises DefinitionInvalid with every problem of the four files.
    """
    place = folder / FOLDER
    if not place.is_dir():
        return Requirements()
    reports = {
        name: Report(f"{FOLDER}/{name}")
        for name in ("requirements.json", "decided.yaml", "rules.yaml", "waiting.yaml")
    }
    found = _requirements(place / "requirements.json", reports["requirements.json"])
    decided = {
        id: Decided(reason=one.text("reason"), see=one.text("see", optional=True))
        for id, one in _entries(place / "decided.yaml", reports["decided.yaml"], found, ("reason", "see"))
    }
    rules = {
        id: Rule(rule=one.text("rule"), test=one.text("test"))
        for id, one in _entries(place / "rules.yaml", reports["rules.yaml"], found, ("rule", "test"))
    }
    waiting = {
        id: Waiting(part=one.text("for"), why=one.text("why"))
        for id, one in _entries(place / "waiting.yaml", reports["waiting.yaml"], found, ("for", "why"))
    }
    for id in waiting.keys() & (rules.keys() | decided.keys()):
        reports["waiting.yaml"].add(id, "is met or decided already", "Take it out of one of the files")
    problems = [problem for report in reports.values() for problem in report.problems]
    if problems:
        raise DefinitionInvalid(problems)
    return Requirements(all=found, decided=decided, rules=rules, waiting=waiting)


def _requirements(path: Path, report: Report) -> dict[str, Requirement]:
    try:
        data: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        report.add("file", f"cannot be read ({type(error).__name__})", "Mend it")
        return {}
    found: dict[str, Requirement] = {}
    for id, one in data.items():
        entry = Entry(one, key=id, report=report, known=("source", "strength", "title"))
        found[id] = Requirement(
            id=id,
            family=id.rpartition("-")[0],
            source=entry.text("source", optional=True),
            strength=entry.one_of("strength", ("M", "S", "I")) if entry.has("strength") else "",
            title=entry.text("title"),
        )
    return found


def _entries(
    path: Path, report: Report, known: Mapping[str, Requirement], keys: tuple[str, ...]
) -> list[tuple[str, Entry]]:
    """Return the entries of a file that maps requirement ids to what is said of them."""
    data = (read(path, name=report.file) if path.exists() else None) or {}
    if not isinstance(data, Mapping):
        report.add("file", "must map requirement ids", "Write F-TPP-17: {...}")
        return []
    for id in data:
        if id not in known:
            report.add(id, "is not a requirement", meant(id, known))
    return [(id, Entry(one, key=id, report=report, known=keys)) for id, one in data.items()]
