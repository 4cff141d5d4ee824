"""The frozen objects a definition becomes: what a form asks, of whom, and who may read it.

Everything here is made by `formsvc.definitions.compile` from plain data. `Effective.document` is
that plain data, whole; `hash` is its SHA-256 over canonical JSON (RFC 8785), and a record keeps
both, so that a form never changes under a revision that was begun with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from formsvc.definitions.area_rules import AreaRule
from formsvc.definitions.conditions import Condition
from formsvc.fields.base import Spec


class Stage(StrEnum):
    """How far a form has come; a later stage asks for all that an earlier one asks for."""

    DRAFT = "draft"
    FINAL = "final"


@dataclass(frozen=True, kw_only=True)
class Required:
    """From which stage an answer must be given, and only when a condition holds."""

    at: Stage
    when: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Field(Spec):
    """A question with everything that governs it. `children` are Fields when the type is rows.

    One that does not `carries` its answer belongs to one occasion: the next revision begins without it.
    """

    children: tuple[Field, ...] = ()
    help: str = ""
    trace: tuple[str, ...] = ()
    own: str = ""
    clause: str = ""
    part: str = "main"
    sensitivity: str = ""
    fact: str = ""
    required: Required | None = None
    shown_when: Condition | None = None
    carries: bool = True


@dataclass(frozen=True, kw_only=True)
class Page:
    """One section of the form, one screen of the browser, one heading of the document."""

    id: str
    title: str
    intro: str = ""
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A portion of a form with readers of its own: the audiences that may receive it.

    A part that is `named` is read by those alone whom somebody named for the record, and by whoever began it.
    """

    id: str
    title: str
    audiences: frozenset[str]
    named: bool = False


@dataclass(frozen=True, kw_only=True)
class CrossCheck:
    """A rule over several fields: when the condition holds, `fields` carry the error `code`.

    `fields` are top-level ids; or all of them `group.*.child` of one group, and then the condition is
    asked of every row.
    """

    id: str
    when: Condition
    code: str
    words: str
    fields: tuple[str, ...]
    at: Stage
    trace: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SignoffRule:
    """Who approves or agrees, with what statement, and whether issue as approved waits for it."""

    id: str
    title: str
    roles: tuple[str, ...]
    statement: str
    required: bool
    trace: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who a copy is made for. `sentence` is printed on every copy for it, whatever was left out."""

    id: str
    name: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Area:
    """A safeguarding partnership: its words, readers, grades, rules, readings of contradictions, contacts.

    `readers` maps a sensitivity class to the audiences that may receive it; `rules` hold what the protocol
    prints of times, counts and roles; `helplines` and `stay_safe` are what a child is given to take along.
    """

    id: str
    name: str
    protocol: str
    based_on: str
    review_due: str
    terms: Mapping[str, str]
    audiences: Mapping[str, Audience]
    readers: Mapping[str, frozenset[str]]
    grades: tuple[Mapping[str, Any], ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[Mapping[str, Any], ...] = ()
    systems: Mapping[str, str] = field(default_factory=dict)
    secrets: bool = False
    rules: Mapping[str, AreaRule] = field(default_factory=dict)
    helplines: tuple[Mapping[str, Any], ...] = ()
    stay_safe: tuple[str, ...] = ()

    def number(self, rule: str) -> int | None:
        """Return the number of a rule, None where the protocol prints none."""
        value = self.rules[rule].value if rule in self.rules else None
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def word(self, rule: str) -> str:
        """Return the code or the text of a rule, an empty text where the protocol prints none."""
        value = self.rules[rule].value if rule in self.rules else ""
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, kw_only=True)
class Effective:
    """A definition with its area's overlay, compiled. Equal documents have equal hashes.

    `search_sheet` maps a slot to its entries in order: the id of a field, or the rows of a group as
    `{"rows": id, "show": [child ids], "where"?: condition, "most"?: how many}`. `trace` maps the
    requirements met by the definition as a whole to the reason, `retired` the paths no longer asked to
    why. `areas` are those that have the document, all where none is named. Of a `standing` one a child has
    one living record that is revised; of another each occasion has its own. `copies` are the audiences whose
    copies are issued as soon as it is final, where they are not the usual ones.
    """

    id: str
    version: int
    title: str
    short_title: str
    home_area: str
    area: Area
    marking: str
    layout: str
    reference_prefix: str
    purpose: str
    completed_by: tuple[str, ...]
    parts: Mapping[str, Part]
    pages: tuple[Page, ...]
    cross_checks: tuple[CrossCheck, ...]
    signoffs: tuple[SignoffRule, ...]
    search_sheet: Mapping[str, Any]
    circulation: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    standing: bool = False
    copies: tuple[str, ...] = ()
    trace: Mapping[str, str] = field(default_factory=dict)
    retired: Mapping[str, str] = field(default_factory=dict)
    document: Mapping[str, Any] = field(repr=False)
    hash: str

    def fields(self) -> Iterator[Field]:
        """Yield the top-level fields in the order of the form."""
        for page in self.pages:
            yield from page.fields

    def walk(self) -> Iterator[tuple[str, Field]]:
        """Yield every field with its pattern, `group.*.child` inside groups."""

        def inside(prefix: str, fields: tuple[Field, ...]) -> Iterator[tuple[str, Field]]:
            for one in fields:
                yield prefix + one.id, one
                yield from inside(f"{prefix}{one.id}.*.", one.children)

        yield from inside("", tuple(self.fields()))

    def audiences(self, field: Field) -> frozenset[str]:
        """Return who may receive a field: those its class is for who may also receive its part."""
        return audiences_of(field, area=self.area, parts=self.parts)

    def field(self, path: str) -> Field:
        """Return the field at a path or pattern, row ids included; raise KeyError when there is none."""
        steps = path.split(".")
        found = next((one for one in self.fields() if one.id == steps[0]), None)
        for step in steps[2::2]:
            found = next((one for one in (found.children if found else ()) if one.id == step), None)
        if found is None:
            raise KeyError(path)
        return found


def audiences_of(field: Field, *, area: Area, parts: Mapping[str, Part]) -> frozenset[str]:
    """Return the audiences that a field's class is for and that may also receive its part."""
    part = parts.get(field.part)
    return area.readers.get(field.sensitivity, frozenset()) & (part.audiences if part else frozenset())
