"""Questions as a page draws them: the input, its words, what is wrong with it, where its answer came from.

A template draws a `Question` by its widget kind and knows no field types.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from formsvc.definitions.model import Effective, Field, Page
from formsvc.errors import AnswerError
from formsvc.fields.base import Widget
from formsvc.fields.gather import TICK, Parts
from formsvc.fields.words import part_of
from formsvc.fields.yes_no import ANSWERS
from formsvc.forms.answers import AnswersForm, filled, form_class
from formsvc.records.gate import error_words
from formsvc.web.marks import Mark, SaysOtherwise

_GROUPED: Final = frozenset(
    {
        Widget.DATE,
        Widget.APPROXIMATE_DATE,
        Widget.DATETIME,
        Widget.RADIOS,
        Widget.CHECKBOXES,
        Widget.GRADE,
        Widget.ADDRESS,
        Widget.PERSON,
        Widget.PHOTO,
        Widget.FILE,
        Widget.SECRET,
    }
)
"""The kinds that are several inputs: a fieldset with a legend, instead of a label."""

_FIRST: Final[Mapping[Widget, tuple[str, ...]]] = {
    Widget.RADIOS: ("answer", "choice"),
    Widget.CHECKBOXES: ("choices",),
    Widget.DATE: ("day",),
    Widget.APPROXIMATE_DATE: ("day",),
    Widget.DATETIME: ("day",),
    Widget.GRADE: ("grade",),
    Widget.ADDRESS: ("line1",),
    Widget.PERSON: ("name",),
    Widget.SECRET: ("held",),
    Widget.TELEPHONE: ("e164",),
}
"""The part that an error without a part of its own leads to."""

UPLOAD: Final = "-upload"
"""What follows the name of a photo or file in the name of the input that takes it."""

_KEPT_CLASSES: Final = 256
_classes: OrderedDict[tuple[str, ...], type[AnswersForm]] = OrderedDict()


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """One thing wrong, in words, and the id of the input that mends it (with a page where it is another)."""

    words: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. `closed` hides it until an answer asks for it; `said_back` are a manager's reasons."""

    spec: Field
    path: str
    field: Any = None
    tick: Any = None
    kind: str = ""
    grouped: bool = False
    errors: tuple[Wrong, ...] = ()
    closed: bool = False
    mark: Mark | None = None
    others: tuple[SaysOtherwise, ...] = ()
    offer: SaysOtherwise | None = None
    said_back: tuple[str, ...] = ()
    files: str = ""
    shown: Any = None
    age: str = ""

    @property
    def id(self) -> str:
        """The id of the question's input, or of its first."""
        return str(self.field.id) if self.field is not None else self.spec.id

    @property
    def is_optional(self) -> bool:
        """Whether the form can be final without it, whatever else was answered."""
        return self.spec.required is None and self.spec.type.holds_answer

    @property
    def described_by(self) -> str:
        """The ids of what describes the input."""
        found = [
            ("hint", self.spec.hint or self.own_hint),
            ("error", self.errors),
            ("mark", self.mark),
            ("others", self.others or self.offer),
        ]
        return " ".join(f"{self.id}-{name}" for name, there in found if there)

    @property
    def own_hint(self) -> str:
        """A hint that every question of this kind has."""
        return HINTS.get(self.kind, "")

    @property
    def main(self) -> Any:
        """The part that holds the code of radios or checkboxes."""
        return next(self.field[name] for name in _FIRST[Widget(self.kind)] if name in self.field)

    @property
    def offered(self) -> tuple[tuple[str, str], ...]:
        """Code and words of each answer offered, in order."""
        options = self.spec.options
        if hasattr(options, "grades"):
            return tuple(options.grades)
        return tuple((options.offered() if hasattr(options, "offered") else ANSWERS).items())

    def reveals(self, code: str) -> tuple[Any, str] | None:
        """Return the input that an answer opens beside itself, and its label."""
        if code == "other" and "other" in self.field:
            return self.field["other"], "What is it?"
        if "detail" in self.field and code in self.spec.options.detail_when:
            return self.field["detail"], self.spec.options.detail_label or "Give details"
        return None

    def draws(self, code: str) -> bool:
        """Say whether this answer draws the input it opens: one that several open is drawn once."""
        opened = [one for one, _ in self.offered if self.reveals(one) is not None]
        return bool(opened) and opened[0] == code

    @property
    def asks_fold(self) -> bool:
        """Whether a time happened twice that night, and which of the two is to be said."""
        return any(one.href == f"#{self.field['fold'].id}" for one in self.errors)

    def target(self, code: str) -> str:
        """Return the id of the input that mends an error."""
        if self.field is None:
            return self.spec.id
        part = part_of(code)
        if self.kind in (Widget.PHOTO, Widget.FILE):
            if part == "taken":
                return f"{self.id}-taken-day"
            return f"{self.id}-consent-child" if part == "consent" else f"{self.id}{UPLOAD}"
        if not isinstance(self.field, Parts):
            return self.id
        if part and part in self.field:
            return str(self.field[part].id)
        first = next((one for one in _FIRST.get(Widget(self.kind), ()) if one in self.field), None)
        return str(self.field[first].id) if first else self.id


HINTS: Final[Mapping[str, str]] = {
    Widget.MEASURE: "For example, 163 cm or 5 ft 4",
    Widget.DATETIME: "London time. For example, 22 11 2026 at 18:05",
    Widget.APPROXIMATE_DATE: "As exactly as it is known: a year alone will do, or a season and a year",
}


def form_of(
    effective: Effective, page: Page, *, group: str = "", answers: Mapping[str, Any] | None, typed: Any = None
) -> AnswersForm:
    """Return the form of a page without its repeating groups, or of one row of a group.

    `typed` is what was posted; without it the form shows `answers`.
    """
    key = (effective.hash, page.id, group, *(one.id for one in page.fields))
    made = _classes.get(key)
    if made is None:
        made = _classes[key] = form_class(plain(page))
        while len(_classes) > _KEPT_CLASSES:
            _classes.popitem(last=False)
    return made(typed, data=filled(plain(page), answers or {}))


def plain(page: Page) -> Page:
    """Return a page without its repeating groups: their rows have pages of their own."""
    return replace(page, fields=tuple(one for one in page.fields if one.type.widget is not Widget.ROWS))


def questions(
    form: AnswersForm,
    fields: Sequence[Field],
    *,
    effective: Effective,
    prefix: str = "",
    errors: Iterable[AnswerError] = (),
    closed: frozenset[str] = frozenset(),
    said_back: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Question, ...]:
    """Return the questions of a page, or of a row whose paths begin with `prefix`, each with its errors."""
    found: dict[str, list[AnswerError]] = {}
    for error in errors:
        if error.path.startswith(prefix):
            found.setdefault(error.path[len(prefix) :].partition(".")[0], []).append(error)
    made = []
    for spec in fields:
        widget = spec.type.widget
        has_input = spec.type.holds_answer and widget is not Widget.ROWS
        question = Question(
            spec=spec,
            path=prefix + spec.id,
            field=form[spec.id] if has_input else None,
            tick=form[spec.id + TICK] if has_input and spec.not_known else None,
            kind=widget.value,
            grouped=widget in _GROUPED,
            closed=prefix + spec.id in closed,
            said_back=tuple((said_back or {}).get(prefix + spec.id, ())),
        )
        wrong = tuple(
            Wrong(words=error_words(effective, error), href=f"#{question.target(error.code)}")
            for error in found.get(spec.id, ())
            if widget is not Widget.ROWS or error.path == prefix + spec.id
        )
        made.append(replace(question, errors=wrong))
    return tuple(made)


def all_wrong(shown: Iterable[Question]) -> Iterator[Wrong]:
    """Yield everything wrong on a page, in the order it is read; the rows of a group after the group."""
    for one in shown:
        yield from one.errors
        if one.kind == Widget.ROWS and one.shown is not None:
            for row in one.shown.rows:
                yield from row.errors
