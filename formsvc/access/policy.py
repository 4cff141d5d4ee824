"""What each role may do with each document, and how areas narrow it: data, read from one file.

The file is `form_templates/access/policy.yaml`. It holds for today's decisions about records of every
age; it is no part of a definition, whose hash a record keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from formsvc.access.terms import Action, Role
from formsvc.definitions.reading import Entry, Report
from formsvc.definitions.source import meant, read
from formsvc.errors import DefinitionInvalid

T = TypeVar("T", bound=StrEnum)

FILE: Final = "access/policy.yaml"

VERBS: Final[Mapping[str, frozenset[Action]]] = {
    "write": frozenset(
        {
            Action.start_record,
            Action.edit_record,
            Action.see_record,
            Action.sign_off,
            Action.finalise,
            Action.dispute,
            Action.settle_dispute,
            Action.review_plan,
            Action.keep_secret,
            Action.reveal,
        }
    ),
    "approve": frozenset(
        {
            Action.send_back,
            Action.approve,
            Action.withdraw,
            Action.recall,
            Action.see_record,
            Action.dispute,
            Action.settle_dispute,
        }
    ),
    "read": frozenset({Action.see_record, Action.dispute}),
    "review": frozenset({Action.review_plan}),
}
"""What each word of the file allows with a document."""

WITH_A_DOCUMENT: Final = frozenset(action for actions in VERBS.values() for action in actions)
"""Actions that a document's own entry must allow as well."""


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """What an area takes away from roles, for its own records of some documents."""

    id: str
    actions: frozenset[Action]
    roles: frozenset[Role]
    definitions: frozenset[str]
    words: str
    clauses: tuple[str, ...]


REVIEW_WITHIN: Final = 5
"""Working days for the review of a plan after a move, where the file says nothing."""
RECALL_WITHIN: Final = 2
"""Working days in which whoever has a copy of what was withdrawn answers, where the file says nothing."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Document -> action -> roles, and the narrowings of each area; `clauses` by document.

    `review_within` maps an area, or "all", to the working days for the review of a plan after a move.
    """

    definitions: Mapping[str, Mapping[Action, frozenset[Role]]]
    areas: Mapping[str, tuple[Narrowing, ...]] = field(default_factory=dict)
    clauses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    review_within: Mapping[str, int] = field(default_factory=dict)
    recall_within: Mapping[str, int] = field(default_factory=dict)

    def days_to_review(self, area: str) -> int:
        """Return within how many working days a plan of an area is reviewed after a move."""
        return self.review_within.get(area, self.review_within.get("all", REVIEW_WITHIN))

    def days_to_answer(self, area: str) -> int:
        """Return within how many working days a withdrawn copy of an area's form is answered for."""
        return self.recall_within.get(area, self.recall_within.get("all", RECALL_WITHIN))

    def permits(self, role: Role, action: Action, definition: str) -> bool:
        """Say whether a document's own entry lets a role do this; always, for what no entry speaks of."""
        if action not in WITH_A_DOCUMENT:
            return True
        return role in self.definitions.get(definition, {}).get(action, frozenset())

    def writes(self, role: Role) -> bool:
        """Say whether there is any document that a role completes."""
        return any(role in allowed[Action.edit_record] for allowed in self.definitions.values())

    def narrowing(self, role: Role, action: Action, *, definition: str, area: str) -> Narrowing | None:
        """Return what an area takes away here, or None."""
        return next(
            (
                one
                for one in self.areas.get(area, ())
                if role in one.roles and action in one.actions and definition in one.definitions
            ),
            None,
        )


def load_policy(form_templates: Path) -> Policy:
    """Return the policy of a folder of definitions; raise DefinitionInvalid naming every problem."""
    report = Report(FILE)
    data = read(form_templates / FILE, name=FILE)
    entry = Entry(
        data, key="", report=report, known=("definitions", "areas", "review_within", "recall_within")
    )
    documents = {id: _document(entry, id, one) for id, one in entry.mapping("definitions").items()}
    areas = {
        id: tuple(_narrowing(entry, f"areas.{id}.{n}", data) for n, data in enumerate(rows or ()))
        for id, rows in entry.mapping("areas", optional=True).items()
    }
    within = {
        name: {
            id: _days(entry, f"{name}.{id}", one) for id, one in entry.mapping(name, optional=True).items()
        }
        for name in ("review_within", "recall_within")
    }
    if report.problems:
        raise DefinitionInvalid(report.problems)
    return Policy(
        review_within=within["review_within"],
        recall_within=within["recall_within"],
        definitions={id: allowed for id, (allowed, _) in documents.items()},
        areas=areas,
        clauses={id: clauses for id, (_, clauses) in documents.items()},
    )


def _document(entry: Entry, id: str, data: Any) -> tuple[dict[Action, frozenset[Role]], tuple[str, ...]]:
    one = Entry(data, key=f"definitions.{id}", report=entry.report, known=(*VERBS, "clauses"))
    found: dict[Action, frozenset[Role]] = {}
    for verb, actions in VERBS.items():
        roles = _named(one, verb, Role, optional=verb != "write")
        for action in actions:
            found[action] = found.get(action, frozenset()) | roles
    return found, one.texts("clauses", optional=True)


def _narrowing(entry: Entry, key: str, data: Any) -> Narrowing:
    known = ("id", "deny", "roles", "definitions", "words", "clauses")
    one = Entry(data, key=key, report=entry.report, known=known)
    return Narrowing(
        id=one.text("id"),
        actions=_named(one, "deny", Action),
        roles=_named(one, "roles", Role),
        definitions=frozenset(one.texts("definitions", ids=True)),
        words=one.text("words"),
        clauses=one.texts("clauses", optional=True),
    )


def _days(entry: Entry, key: str, told: Any) -> int:
    if isinstance(told, int) and not isinstance(told, bool) and 1 <= told <= 60:
        return told
    entry.wrong(key, f"{told!r} is no number of working days", "Write 1 to 60")
    return REVIEW_WITHIN


def _named(entry: Entry, name: str, kind: type[T], *, optional: bool = False) -> frozenset[T]:
    known = {one.value: one for one in kind}
    told = entry.texts(name, optional=optional)
    for one in told:
        if one not in known:
            entry.wrong(name, f"{one!r} is no {kind.__name__.lower()}", meant(one, known))
    return frozenset(known[one] for one in told if one in known)
