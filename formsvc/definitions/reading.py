"""Read plain data key by key and collect every problem, so that a file is mended in one go.

A reader never raises: what is wrong is reported and something harmless is returned in its place.
Whoever reads asks the report at the end, and makes nothing of a file that has problems.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from formsvc.definitions.conditions import Condition, parse
from formsvc.definitions.source import meant
from formsvc.errors import Problem

ID = re.compile(r"[a-z][a-z0-9_]{0,23}")
ID_WORDS = "Use a small letter, then at most 23 small letters, digits or underlines"
_HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Controls, the overrides of direction and halves of characters: what a form may not smuggle in."""

CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
CODE_WORDS = "Use small letters, digits and underlines"


@dataclass
class Report:
    """The problems of one file, in the order in which they were met."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, key: str, what: str, remedy: str) -> None:
        """Report one problem."""
        self.problems.append(Problem(file=self.file, key=key, what=what, remedy=remedy))


class Entry:
    """One mapping of a file. Keys that are not `known` are reported by name, with the nearest known one."""

    def __init__(self, data: Any, *, key: str, report: Report, known: Iterable[str]) -> None:
        self.key = key
        self.report = report
        names = frozenset(known)
        if not isinstance(data, Mapping):
            report.add(key, "must be keys and values", f"Give it some of: {', '.join(sorted(names))}")
            data = {}
        self.data: Mapping[str, Any] = data
        for name in data:
            if name not in names:
                report.add(self.at(name), "is not a key known here", meant(str(name), names))

    def at(self, *steps: str) -> str:
        """Return the key of something inside this one."""
        return ".".join(step for step in (self.key, *steps) if step)

    def has(self, name: str) -> bool:
        """Say whether the key stands there with a value."""
        return self.data.get(name) is not None

    def wrong(self, name: str, what: str, remedy: str) -> None:
        """Report a problem of one key."""
        self.report.add(self.at(name), what, remedy)

    def text(self, name: str, *, optional: bool = False, longest: int = 2000) -> str:
        """Return the text of a key, trimmed; an empty text where there is none or it is wrong."""
        value = self.data.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            if not optional or name in self.data:
                self.wrong(name, "is missing" if value is None else "is empty", f"Add {name}, as text")
            return ""
        return text(value, key=self.at(name), report=self.report, longest=longest)

    def id(self, name: str = "id", *, pattern: re.Pattern[str] = ID, remedy: str = ID_WORDS) -> str:
        """Return the id under a key, checked against its pattern."""
        value = self.text(name)
        if value and not pattern.fullmatch(value):
            self.wrong(name, f"{value!r} cannot be used", remedy)
        return value

    def one_of(self, name: str, known: Iterable[str], *, default: str = "") -> str:
        """Return one of the known words."""
        names = tuple(known)
        given = self.data.get(name)
        if isinstance(given, bool | int):
            self.wrong(name, f"{str(given).lower()} is not known", meant(str(given), names))
            return default
        value = self.text(name, optional=bool(default)) or default
        if value and value not in names:
            self.wrong(name, f"{value!r} is not known", meant(value, names))
        return value

    def flag(self, name: str) -> bool:
        """Return true or false; false where the key is absent."""
        value = self.data.get(name, False)
        if not isinstance(value, bool):
            self.wrong(name, f"{value!r} is neither true nor false", "Write true or false, without quotes")
            return False
        return value

    def number(self, name: str, *, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number within bounds."""
        value = self.data.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.wrong(name, f"must be a whole number from {least} to {most}", "Correct it")
            return least
        return value

    def list(self, name: str, *, optional: bool = False) -> list[Any]:
        """Return the list under a key; an empty list where there is none or it is wrong."""
        value = self.data.get(name)
        if value is None and optional:
            return []
        if not isinstance(value, list) or (not value and not optional):
            self.wrong(name, _lack(value, "must be a list"), f"Give {name} a list")
            return []
        return value

    def texts(self, name: str, *, optional: bool = False, ids: bool = False) -> tuple[str, ...]:
        """Return a list of texts, or of ids; the same one twice is a problem."""
        found: list[str] = []
        for index, value in enumerate(self.list(name, optional=optional)):
            key = self.at(name, str(index))
            one = text(value, key=key, report=self.report)
            if one in found:
                self.report.add(key, f"{one!r} stands there twice", "Remove one of them")
            elif ids and one and not ID.fullmatch(one):
                self.report.add(key, f"{one!r} cannot be used", ID_WORDS)
            elif one:
                found.append(one)
        return tuple(found)

    def mapping(self, name: str, *, optional: bool = False) -> Mapping[str, Any]:
        """Return the mapping under a key; an empty one where there is none or it is wrong."""
        value = self.data.get(name)
        if value is None and optional:
            return {}
        if not isinstance(value, Mapping) or (not value and not optional):
            self.wrong(name, _lack(value, "must be keys and values"), f"Give {name} its keys and values")
            return {}
        return value

    def words(self, name: str, *, optional: bool = False) -> dict[str, str]:
        """Return a mapping of words to text."""
        found = self.mapping(name, optional=optional)
        return {
            word: text(value, key=self.at(name, word), report=self.report) for word, value in found.items()
        }

    def condition(self, name: str) -> Condition | None:
        """Return the condition under a key, or None where there is none or it cannot be read."""
        source = self.text(name, optional=True)
        if not source:
            return None
        try:
            return parse(source)
        except ValueError as error:
            remedy = (
                "Write it like  answered(x)  or  x = word and y in (a, b); docs/write-a-form.md has all of it"
            )
            self.wrong(name, f"cannot be read: {error}", remedy)
            return None


def text(value: Any, *, key: str, report: Report, longest: int = 2000) -> str:
    """Return a text, trimmed; report a value that is none, is empty or is too long."""
    if not isinstance(value, str):
        report.add(key, f"{value!r} is not text", "Put it in quotes")
        return ""
    trimmed = value.strip()
    hidden = _HIDDEN.search(trimmed)
    if hidden:
        report.add(key, f"holds the character U+{ord(hidden.group()):04X}, which nobody sees", "Remove it")
        return ""
    if not trimmed:
        report.add(key, "is empty", "Write the text or remove the key")
    elif len(trimmed) > longest:
        report.add(key, f"has {len(trimmed)} characters", f"Keep it to {longest}")
    return trimmed


def _lack(value: Any, wanted: str) -> str:
    if value is None:
        return "is missing"
    return "is empty" if isinstance(value, list | Mapping) and not value else wanted
