"""Say of every requirement of the protocols what answers it: met, decided otherwise, waiting, or open.

It is met by a field, a sign-off, a cross-check or a whole definition that names it, or by a rule of
the code. A decision comes first: what is decided otherwise is not called met, whatever names it. A
contradiction of the sources is decided when every area it touches names its reading. What waits for a
part of the service that is still to be built names that part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from formsvc.definitions.library import Library
from formsvc.definitions.model import Effective
from formsvc.definitions.requirements import Requirement, Requirements


class Status(StrEnum):
    """What has become of a requirement."""

    MET = "met"
    DECIDED = "decided"
    WAITING = "waiting"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Traced:
    """One requirement: `by` names the fields and rules, `reason` says why it is decided or how met."""

    id: str
    family: str
    source: str
    strength: str
    title: str
    status: Status
    by: tuple[str, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Every requirement in the order of the sources."""

    entries: tuple[Traced, ...]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many requirements have each status."""
        return {status.value: sum(one.status is status for one in self.entries) for status in Status}

    @cached_property
    def families(self) -> Mapping[str, Mapping[str, int]]:
        """The counts of each family of requirements, by family."""
        names = dict.fromkeys(one.family for one in self.entries)
        return {
            name: Trace(entries=tuple(one for one in self.entries if one.family == name)).counts
            for name in names
        }

    def to_json(self) -> dict[str, Any]:
        """Return the whole as plain data."""
        return {
            "counts": dict(self.counts),
            "families": {name: dict(counts) for name, counts in self.families.items()},
            "requirements": [
                {
                    "id": one.id,
                    "family": one.family,
                    "source": one.source,
                    "strength": one.strength,
                    "title": one.title,
                    "status": one.status.value,
                    "by": list(one.by),
                    "reason": one.reason,
                }
                for one in self.entries
            ],
        }


def trace(library: Library) -> Trace:
    """Return what answers every requirement, in all definitions of a library as their areas have them.

    Raises DefinitionInvalid when a definition cannot be used.
    """
    requirements = library.requirements()
    readings = {area: library.area(area).readings for area in library.areas()}
    by: dict[str, dict[str, str]] = {id: {} for id in requirements.all}
    for definition_id in library.ids():
        for area in library.areas_of(definition_id):
            for id, name, reason in _named(library.effective(definition_id, area)):
                by[id].setdefault(name, reason)
    return Trace(
        entries=tuple(
            _traced(one, by[one.id], requirements, _read(one, readings)) for one in requirements.all.values()
        )
    )


def _named(effective: Effective) -> Iterator[tuple[str, str, str]]:
    """Yield (requirement, what meets it, how) for everything a definition names."""
    for path, field in effective.walk():
        yield from ((id, f"{effective.id}.{path}", "") for id in field.trace)
    for signoff in effective.signoffs:
        yield from ((id, f"{effective.id}.@signoff.{signoff.id}", "") for id in signoff.trace)
    for check in effective.cross_checks:
        yield from ((id, f"{effective.id}.@check.{check.id}", "") for id in check.trace)
    yield from ((id, effective.id, reason) for id, reason in effective.trace.items())


def _read(one: Requirement, readings: Mapping[str, Mapping[str, str]]) -> str:
    """Return how the areas a contradiction touches read it, or an empty text while one of them does not."""
    touched = [area for area in readings if re.search(rf"\b{area}\b", one.source)]
    if not touched or any(one.id not in readings[area] for area in touched):
        return ""
    return " ".join(f"{area}: {readings[area][one.id]}" for area in touched)


def _traced(one: Requirement, by: Mapping[str, str], requirements: Requirements, read: str) -> Traced:
    rule, decided = requirements.rules.get(one.id), requirements.decided.get(one.id)
    names = (*by, *((rule.rule,) if rule else ()))
    reason = " ".join(reason for reason in by.values() if reason)
    status = Status.MET if names else Status.OPEN
    waits = requirements.waiting.get(one.id)
    if waits and not names:
        status, reason = Status.WAITING, f"{waits.part}: {waits.why}"
    if read and not decided:
        status, reason = Status.DECIDED, read
    if decided:
        status, reason = Status.DECIDED, decided.reason + (f" ({decided.see})" if decided.see else "")
    return Traced(
        id=one.id,
        family=one.family,
        source=one.source,
        strength=one.strength,
        title=one.title,
        status=status,
        by=names,
        reason=reason,
    )
