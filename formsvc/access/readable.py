"""What one reader has of a form: which of its questions, and whether any at all.

Every surface that shows, lists, counts, compares or hands out a form asks here. A question reaches an
audience where the area's `readers` give its class to it and its part is for it; a part that is withheld
from a person by name is taken out of the form before anything else looks at it, so that it wins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from formsvc.access.table import Role, audience_for
from formsvc.definitions.model import Effective, Field, Page

FULL: Final = "full"
_PASSED_ON: Final[Mapping[str, tuple[str, ...]]] = {"home": ("police",)}
"""Audience -> those to whom it hands a form of its own."""
WHOLE: Final = ""
"""Stands among the parts withheld of a record for all of it."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How one person reads one record: the audience whose copy is theirs, less what is withheld by name.

    `opened` are the parts of named readers (`Part.named`) that the person was named for; "" stands for all.
    """

    audience: str
    withheld: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()

    def shut(self, effective: Effective) -> frozenset[str]:
        """Return the parts of a form that are closed to this reader; what is withheld wins."""
        return frozenset(
            part.id
            for part in effective.parts.values()
            if part.id in self.withheld
            or WHOLE in self.withheld
            or (part.named and self.opened.isdisjoint({part.id, WHOLE}))
        )

    def of(self, effective: Effective) -> Effective:
        """Return a form without the parts that are closed to this reader."""
        return closed(effective, self.shut(effective))

    def reads_all(self, effective: Effective) -> bool:
        """Say whether no question of a form is kept from this reader."""
        mine = self.of(effective)
        asked = (one for _, one in mine.walk() if one.type.holds_answer and not one.children)
        return all(self.audience in mine.audiences(one) for one in asked)

    def is_carried_by(self, effective: Effective, copy: str) -> bool:
        """Say whether the copy made for an audience carries anything that is closed to this reader."""
        shut = self.shut(effective)
        return any(one.part in shut and copy in effective.audiences(one) for _, one in effective.walk())


def closed(effective: Effective, shut: Collection[str]) -> Effective:
    """Return a form in which some parts are for nobody; where none is, the form itself."""
    if not shut:
        return effective
    parts = {
        id: replace(part, audiences=frozenset()) if id in shut else part
        for id, part in effective.parts.items()
    }
    return replace(effective, parts=parts)


def reached(effective: Effective) -> frozenset[str]:
    """Return the audiences whom any answer of a form reaches. Whom none reaches learns of no record of it."""
    return frozenset(
        audience
        for audience in effective.area.audiences
        if any(True for one in effective.fields() for _ in visible((one,), effective, audience))
    )


def readable(effective: Effective, audience: str) -> bool:
    """Say whether a form has anything for an audience: if not, no record of it is there for them."""
    return audience in reached(effective)


def passed_on(effective: Effective, audience: str) -> frozenset[str]:
    """Return the audiences whose copies an audience is handed to pass on, besides its own.

    A home that completes a form gives it to the police itself, at night too. So a home has the police's copy
    of what its own people may complete, where no answer in it is kept from the home.
    """
    writes = any(audience_for(Role(one)) == audience for one in effective.completed_by if one in set(Role))
    asked = [effective.audiences(one) for _, one in effective.walk() if one.type.holds_answer]
    return frozenset(
        copy
        for copy in _PASSED_ON.get(audience, ())
        if writes and all(audience in may for may in asked if copy in may)
    )


def pages_for(effective: Effective, audience: str) -> tuple[Page, ...]:
    """Return the pages of a form with the questions an audience reads; advice stands with its page."""
    made = []
    for page in effective.pages:
        inside = tuple(visible(page.fields, effective, audience, with_advice=True))
        if any(one.type.holds_answer for one in inside):
            made.append(replace(page, fields=inside))
    return tuple(made)


def visible(
    fields: Sequence[Field], effective: Effective, audience: str, *, with_advice: bool = False
) -> Iterator[Field]:
    """Yield those of some fields that an audience reads, groups with their readable children alone."""
    for one in fields:
        if not one.type.holds_answer:
            if with_advice:
                yield one
        elif audience not in effective.audiences(one):
            continue
        elif one.children:
            children = tuple(visible(one.children, effective, audience, with_advice=with_advice))
            if any(child.type.holds_answer for child in children):
                yield replace(one, children=children)
        else:
            yield one


def reduced(answers: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """Return the answers to some fields alone, rows cut to the children that are there."""
    kept: dict[str, Any] = {}
    for one in fields:
        if one.id not in answers:
            continue
        value = answers[one.id]
        if one.children and isinstance(value, list):
            value = [{"id": row["id"], **reduced(row, one.children)} for row in value]
        kept[one.id] = value
    return kept


def holds(fields: Mapping[str, Field], path: str) -> bool:
    """Say whether a path leads to one of some fields, row ids included."""
    steps = path.split(".")
    found = fields.get(steps[0])
    for step in steps[2::2]:
        found = next((one for one in (found.children if found else ()) if one.id == step), None)
    return found is not None


def hidden_ids(effective: Effective, audience: str) -> frozenset[str]:
    """Return the ids of the questions that an audience does not read: a condition on one would tell of it."""
    shown = {path for path, _ in _walk(pages_for(effective, audience))}
    return frozenset(one.id for path, one in effective.walk() if path not in shown)


def _walk(pages: Sequence[Page]) -> Iterator[tuple[str, Field]]:
    waiting = [("", one) for page in pages for one in page.fields]
    while waiting:
        prefix, one = waiting.pop()
        yield prefix + one.id, one
        waiting.extend((f"{prefix}{one.id}.*.", child) for child in one.children)
