"""Read the fields of a form from plain data, each judged by its own type."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from formsvc.definitions.conditions import RESERVED
from formsvc.definitions.model import Field, Part, Required, Stage
from formsvc.definitions.reading import Entry, Report
from formsvc.definitions.source import meant
from formsvc.fields import TYPES
from formsvc.fields.base import FieldType, OptionsInvalid, Widget

KEYS = (
    "id", "type", "label", "hint", "help", "class", "part", "fact", "required", "shown_when", "not_known",
    "trace", "own", "clause", "options", "fields", "carry",
)  # fmt: skip
MAIN = "main"
LONGEST_PATH = 64
"""Word's limit for the tag of a content control, which holds the path of an answer."""
LONGEST_ROW_ID = 12

_FACT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")

OF_THE_PAGE = frozenset({"id", "do", "version", "mine", "unit", "csrf_token"})
"""Names that a row or the page of a form needs for itself: no field may have one as its id."""


class _Unknown(FieldType):
    """Stands in for a type that is not known, so that the rest of the form can still be judged."""

    name: ClassVar[str] = "unknown"
    widget: ClassVar[Widget] = Widget.LINE

    def options(self, raw: Mapping[str, Any]) -> Any:
        return None


_UNKNOWN = _Unknown()


class Questions:
    """Reads the fields of one form; what is wrong goes into the report."""

    def __init__(
        self,
        *,
        parts: Mapping[str, Part],
        readers: Mapping[str, Collection[str]],
        retired: Mapping[str, str],
        requirements: Collection[str] | None,
        report: Report,
    ) -> None:
        self.parts = parts
        self.readers = readers
        self.retired = retired
        self.requirements = requirements
        self.report = report
        self.facts: dict[str, str] = {}

    def read(self, page: Entry, *, seen: dict[str, str]) -> tuple[Field, ...]:
        """Return the fields of a page; `seen` holds the ids of the form so far and where they stand."""
        return self._fields(page, pattern="", longest=0, sensitivity="", part=MAIN, seen=seen)

    def _fields(
        self, holder: Entry, *, pattern: str, longest: int, sensitivity: str, part: str, seen: dict[str, str]
    ) -> tuple[Field, ...]:
        found: list[Field] = []
        for index, data in enumerate(holder.list("fields")):
            named = data.get("id") if isinstance(data, Mapping) else None
            entry = Entry(data, key=holder.at("fields", str(named or index)), report=self.report, known=KEYS)
            one = self._field(entry, pattern=pattern, longest=longest, sensitivity=sensitivity, part=part)
            if one.id in seen:
                what = f"{one.id!r} is the id of an earlier field, {seen[one.id]}"
                entry.wrong("id", what, "Give it another id; ids are never used twice")
            seen[one.id] = entry.key
            found.append(one)
        return tuple(found)

    def _field(self, entry: Entry, *, pattern: str, longest: int, sensitivity: str, part: str) -> Field:
        id = self._id(entry, pattern=pattern, longest=longest)
        kind = self._type(entry)
        sensitivity = self._sensitivity(entry, kind=kind, inherited=sensitivity)
        part = self._part(entry, inherited=part)
        raw = entry.mapping("options", optional=True)
        children: tuple[Field, ...] = ()
        if kind.widget is Widget.ROWS:
            children = self._fields(
                entry,
                pattern=f"{pattern}{id}.*.",
                longest=longest + len(id) + LONGEST_ROW_ID + 2,
                sensitivity=sensitivity,
                part=part,
                seen={},
            )
        elif entry.has("fields"):
            entry.wrong("fields", "stand under a field that is not a repeating group", "Make its type rows")
        trace, own = traced(entry, requirements=self.requirements), entry.text("own", optional=True)
        if kind.holds_answer and not trace and not own:
            entry.wrong("trace", "is missing", "Name the requirement it meets, or say under own why we ask")
        return Field(
            id=id,
            type=kind,
            label=self._label(entry),
            hint=entry.text("hint", optional=True),
            help=entry.text("help", optional=True, longest=4000),
            options=self._options(entry, kind=kind, raw=raw),
            raw_options=dict(raw),
            not_known=self._of_answers(entry, "not_known", kind=kind) and entry.flag("not_known"),
            children=children,
            trace=trace,
            own=own,
            clause=entry.text("clause", optional=True),
            part=part,
            sensitivity=sensitivity,
            fact=self._fact(entry, kind=kind, pattern=pattern + id),
            required=self._required(entry, kind=kind),
            shown_when=entry.condition("shown_when"),
            carries=self._carries(entry, kind=kind),
        )

    def _id(self, entry: Entry, *, pattern: str, longest: int) -> str:
        id = entry.id()
        if id in RESERVED | OF_THE_PAGE:
            entry.wrong("id", f"{id!r} is a word with a meaning here", "Give it another id")
        if pattern + id in self.retired:
            what = f"{pattern + id!r} was retired"
            entry.wrong("id", what, "Give it another id; ids are never used twice")
        if longest + len(id) > LONGEST_PATH:
            what = f"the longest path would have {longest + len(id)} characters"
            entry.wrong("id", what, f"Shorten the ids: a path has at most {LONGEST_PATH}")
        return id

    def _type(self, entry: Entry) -> FieldType:
        name = entry.text("type")
        if name and name not in TYPES:
            entry.wrong("type", f"{name!r} is not a field type", meant(name, TYPES))
        return TYPES.get(name, _UNKNOWN)

    def _label(self, entry: Entry) -> str:
        label = entry.text("label", longest=200)
        if label.endswith(":"):
            entry.wrong("label", "ends in a colon", "Take the colon away")
        if "\n" in label:
            entry.wrong("label", "has more than one line", "Write it on one line")
        return label

    def _sensitivity(self, entry: Entry, *, kind: FieldType, inherited: str) -> str:
        name = entry.text("class", optional=True) or inherited
        if not name and kind.holds_answer:
            entry.wrong("class", "is missing", "Name the class that says who may read the answer")
        elif name and name not in self.readers:
            entry.wrong("class", f"the area maps no class {name!r} to readers", meant(name, self.readers))
        return name

    def _part(self, entry: Entry, *, inherited: str) -> str:
        name = entry.text("part", optional=True) or inherited
        if name not in self.parts:
            entry.wrong("part", f"there is no part {name!r}", meant(name, self.parts))
        return name

    def _options(self, entry: Entry, *, kind: FieldType, raw: Mapping[str, Any]) -> Any:
        try:
            return kind.options(raw)
        except OptionsInvalid as error:
            entry.wrong(f"options.{error.key}", error.what, error.remedy)
            return None

    def _of_answers(self, entry: Entry, name: str, *, kind: FieldType) -> bool:
        """Say whether a key stands there and may: only a field that holds an answer may have it."""
        if entry.has(name) and not kind.holds_answer:
            entry.wrong(name, f"has no meaning for {kind.name}, which holds no answer", "Remove it")
        return entry.has(name) and kind.holds_answer

    def _fact(self, entry: Entry, *, kind: FieldType, pattern: str) -> str:
        if not self._of_answers(entry, "fact", kind=kind):
            return ""
        name = entry.text("fact")
        if name and not _FACT.fullmatch(name):
            entry.wrong("fact", f"{name!r} cannot be used", "Write it as child.full_name")
        elif name in self.facts:
            what = f"{name!r} is carried by {self.facts[name]} already"
            entry.wrong("fact", what, "Let one field of a form carry it")
        self.facts[name] = pattern
        return name

    def _carries(self, entry: Entry, *, kind: FieldType) -> bool:
        """Say whether an answer goes on into the next revision; a fact, being standing, always does."""
        if not self._of_answers(entry, "carry", kind=kind):
            return True
        never = entry.one_of("carry", ("never",)) == "never"
        if never and entry.has("fact"):
            entry.wrong("carry", "stands beside a fact", "What is known about the child is carried: keep one")
        return not never

    def _required(self, entry: Entry, *, kind: FieldType) -> Required | None:
        if not self._of_answers(entry, "required", kind=kind):
            return None
        if not isinstance(entry.data.get("required"), Mapping):
            stage = entry.one_of("required", [stage.value for stage in Stage])
            return Required(at=Stage(stage)) if stage in set(Stage) else None
        rule = Entry(
            entry.data["required"], key=entry.at("required"), report=self.report, known=("at", "when")
        )
        stage = rule.one_of("at", [stage.value for stage in Stage])
        if not rule.has("when"):
            rule.wrong("when", "is missing", "Add the condition, or write only the stage")
        when = rule.condition("when")
        return Required(at=Stage(stage), when=when) if stage in set(Stage) else None


def traced(entry: Entry, *, requirements: Collection[str] | None) -> tuple[str, ...]:
    """Return the requirement ids under `trace`, each of them one that exists."""
    named = entry.texts("trace", optional=True)
    for id in named:
        if requirements is not None and id not in requirements:
            entry.wrong("trace", f"{id!r} is not a requirement", meant(id, requirements))
    return named
