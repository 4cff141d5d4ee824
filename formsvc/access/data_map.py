"""The data map: what each form holds about a child, who receives it, and how it is kept.

It is worked out from the definitions, the areas, the access rules and the retention schedule, so that it
says what the service does and not what somebody once wrote down. `docs/data-map.md` is this map.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from formsvc.access.policy import Policy
from formsvc.access.table import ROLE_WORDS, Action, Role, audience_for, ever
from formsvc.cases.retention import Rule
from formsvc.definitions.library import Library
from formsvc.definitions.model import Effective, Field

STATED_BY: Final = "the organisation states it"
"""What stands where nothing here says on what ground of law the data is held."""
SEALED: Final = "sealed under the child's key"
FILES: Final = "files encrypted under the child's key"
APART: Final = "sealed by itself under the child's key, in no document and no export"


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What a form of an area asks of one class: how much, in which parts, who receives it, where it goes.

    `receives` are the audiences whose copies carry any of it, `reads` the roles that read such a copy.
    `facts` are carried to other forms that ask for them; `kept` says how it lies in the store.
    """

    sensitivity: str
    questions: int
    parts: tuple[str, ...]
    receives: tuple[str, ...]
    reads: tuple[str, ...]
    facts: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """One form as one area has it; `whole` are the roles that read it on the screen, not in a copy alone."""

    definition: str
    title: str
    version: int
    area: str
    area_name: str
    basis: str
    whole: tuple[str, ...]
    holdings: tuple[Holding, ...]


def data_map(library: Library, policy: Policy, *, area: str | None = None) -> tuple[Mapped, ...]:
    """Return the map of every form in every area that has it, or in one."""
    return tuple(
        _mapped(library.effective(id, one), policy)
        for id in library.ids()
        for one in library.areas_of(id)
        if area is None or one == area
    )


def to_json(found: Sequence[Mapped], schedule: Mapping[str, Rule]) -> dict[str, Any]:
    """Return a map and the retention schedule as plain data."""
    return {
        "forms": [asdict(one) for one in found],
        "retention": [
            {"status": status, "words": rule.words, "kept": rule.said} for status, rule in schedule.items()
        ],
    }


def to_markdown(found: Sequence[Mapped], schedule: Mapping[str, Rule]) -> str:
    """Return a map as a page."""
    out = ["# Data map", "", *_INTRODUCTION, "", "| copy | read by |", "|---|---|", *_copies()]
    for one in found:
        out += [
            "",
            f"## {one.title}: {one.area_name} ({one.area})",
            "",
            f"`{one.definition}` version {one.version}. Lawful basis: {one.basis}.",
            f"Read whole on the screen by: {_listed(one.whole)}.",
            "",
            "| class | questions | parts | copies for | facts for other forms | kept |",
            "|---|---|---|---|---|---|",
            *(_row(holding) for holding in one.holdings),
        ]
    out += ["", "## How long", "", *_HOW_LONG, "", "| closed because | kept |", "|---|---|"]
    out += [f"| {rule.words} | {rule.said} |" for rule in schedule.values()]
    return "\n".join(out) + "\n"


_INTRODUCTION: Final = (
    "Written by `formsvc definitions map --markdown` from the definitions, the areas, the access rules and",
    "the retention schedule, and kept equal to them by a test. A class is the sensitivity that a question",
    "bears; who receives it is the area's decision, by class and part, and a part can be withheld from a",
    "person by name. Who reads a copy sees the children their role reaches ([`access.md`](access.md)).",
    "",
    "Beside what is asked here, the store holds a child's identity, placements, workers, who looked and who",
    "did what ([`store.md`](store.md)); about people who work here, their name, address for signing in,",
    "roles and sessions.",
)
_HOW_LONG: Final = (
    "Everything above is kept by why the case was closed; an open case is kept, and a legal hold stops any",
    "disposal. Disposal destroys the child's key and every row. This is the schedule as delivered: each",
    "organisation sets its own.",
)


def _copies() -> Iterator[str]:
    for copy in dict.fromkeys(audience_for(role) for role in Role if audience_for(role)):
        yield f"| {copy} | {_listed([ROLE_WORDS[role] for role in Role if audience_for(role) == copy])} |"


def _row(one: Holding) -> str:
    cells = (
        one.sensitivity,
        str(one.questions),
        _listed(one.parts),
        _listed(one.receives),
        ", ".join(f"`{fact}`" for fact in one.facts) or "none",
        "; ".join(one.kept),
    )
    return f"| {' | '.join(cells)} |"


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words) or "nobody"


def _mapped(effective: Effective, policy: Policy) -> Mapped:
    asked = [one for _, one in effective.walk() if one.type.holds_answer and not one.children]
    classes = dict.fromkeys(one.sensitivity for one in asked)
    area = effective.area
    return Mapped(
        definition=effective.id,
        title=effective.title,
        version=effective.version,
        area=area.id,
        area_name=area.name,
        basis=area.terms.get("lawful_basis", STATED_BY),
        whole=tuple(
            ROLE_WORDS[role]
            for role in Role
            if ever(role, Action.see_record)
            and policy.permits(role, Action.see_record, effective.id)
            and policy.narrowing(role, Action.see_record, definition=effective.id, area=area.id) is None
        ),
        holdings=tuple(
            _holding(effective, name, [one for one in asked if one.sensitivity == name])
            for name in sorted(classes)
        ),
    )


def _holding(effective: Effective, name: str, fields: Sequence[Field]) -> Holding:
    printed = [one for one in fields if one.type.name != "secret"]
    audiences = frozenset[str]().union(*(effective.audiences(one) for one in printed))
    return Holding(
        sensitivity=name,
        questions=len(fields),
        parts=tuple(
            sorted({effective.parts[one.part].title for one in fields if one.part in effective.parts})
        ),
        receives=tuple(one.name for id, one in effective.area.audiences.items() if id in audiences),
        reads=tuple(ROLE_WORDS[role] for role in Role if audience_for(role) in audiences),
        facts=tuple(sorted({one.fact for one in fields if one.fact})),
        kept=tuple(dict.fromkeys(_kept(fields))),
    )


def _kept(fields: Sequence[Field]) -> Iterator[str]:
    for one in fields:
        match one.type.name:
            case "secret":
                yield APART
            case "photo" | "file":
                yield FILES
            case _:
                yield SEALED
