"""How old an answer may be before a form that it fills in asks whether it is still right: one data file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from formsvc.definitions.model import Field
from formsvc.definitions.reading import Entry, Report
from formsvc.definitions.source import read
from formsvc.errors import DefinitionInvalid

FILE: Final = "facts/ages.yaml"
OTHERWISE: Final = 90
MOST: Final = 3650


@dataclass(frozen=True, kw_only=True)
class Ages:
    """Days by fact, else by sensitivity class, else `otherwise`."""

    otherwise: int = OTHERWISE
    classes: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, int] = field(default_factory=dict)

    def limit(self, asked: Field) -> timedelta:
        """Return how long an answer to a question holds without being confirmed."""
        days = self.facts.get(asked.fact, self.classes.get(asked.sensitivity, self.otherwise))
        return timedelta(days=days)

    def is_stale(self, asked: Field, *, said_at: datetime, now: datetime) -> bool:
        """Say whether an answer is to be asked again."""
        return now - said_at > self.limit(asked)


def load_ages(form_templates: Path) -> Ages:
    """Return the limits of a folder of definitions; without the file, the same for everything.

    Raises DefinitionInvalid with every problem found.
    """
    if not (form_templates / FILE).exists():
        return Ages()
    report = Report(FILE)
    entry = Entry(
        read(form_templates / FILE, name=FILE),
        key="",
        report=report,
        known=("otherwise", "classes", "facts"),
    )
    made = Ages(
        otherwise=entry.number("otherwise", least=1, most=MOST),
        classes=_days(entry, "classes"),
        facts=_days(entry, "facts"),
    )
    if report.problems:
        raise DefinitionInvalid(report.problems)
    return made


def _days(entry: Entry, name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, told in entry.mapping(name, optional=True).items():
        found[key] = _whole(entry, f"{name}.{key}", told)
    return found


def _whole(entry: Entry, key: str, told: Any) -> int:
    if isinstance(told, int) and not isinstance(told, bool) and 1 <= told <= MOST:
        return told
    entry.wrong(key, f"{told!r} is no number of days", f"Write 1 to {MOST}")
    return OTHERWISE
