"""What a field type is. One file of this package holds everything about one type.

A type reads its options, gives the gate its rule, says how a browser gathers it (one of a closed
set of widget kinds and shapes) and turns a value into neutral blocks. Nothing outside this
package asks which type a field has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias

import marshmallow

from formsvc.fields import schemas
from formsvc.fields.blocks import Block, Item, State, Text
from formsvc.fields.rooms import Room
from formsvc.fields.words import Code

Value: TypeAlias = Any
"""A value that passed the gate: text, booleans, null, safe integers, lists and objects only."""

NOT_KNOWN: Mapping[str, bool] = {"not_known": True}
"""The answer of somebody who was asked and does not know, where the field allows it."""


class Widget(StrEnum):
    """How a browser asks. The set is closed: `web` draws each kind once, and knows no types."""

    LINE = "line"
    AREA = "area"
    NUMBER = "number"
    DATE = "date"
    APPROXIMATE_DATE = "approximate_date"
    DATETIME = "datetime"
    RADIOS = "radios"
    CHECKBOXES = "checkboxes"
    GRADE = "grade"
    MEASURE = "measure"
    TELEPHONE = "telephone"
    EMAIL = "email"
    ADDRESS = "address"
    PERSON = "person"
    PHOTO = "photo"
    FILE = "file"
    SECRET = "secret"  # noqa: S105 (a kind of input, not a password)
    ROWS = "rows"
    GUIDANCE = "guidance"


class OptionsInvalid(Exception):
    """An option of a field cannot be used: the key, what is wrong, what mends it."""

    def __init__(self, key: str, what: str, remedy: str) -> None:
        super().__init__(f"{key}: {what}. {remedy}")
        self.key = key
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A field as its type needs to know it. `children` are the fields of a repeating group.

    `options` are what the type made of `raw_options`, which are kept so that a form can be written down.
    """

    id: str
    type: FieldType
    label: str
    hint: str = ""
    options: Any = None
    raw_options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    not_known: bool = False
    children: tuple[Spec, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an answer is printed: its path, and the paths that were not asked."""

    path: str = ""
    not_asked: frozenset[str] = field(default_factory=frozenset)

    def inside(self, *steps: str) -> Place:
        """Return the place further in."""
        return Place(path=".".join(step for step in (self.path, *steps) if step), not_asked=self.not_asked)


class FieldType:
    """The base of every type. A type never changes meaning; a changed meaning gets a new name.

    `weight` is its relative width as a column, `missing` the code when a required answer is not there,
    `secretive` that what was typed may be a secret and only `keepable` says what of it a draft may hold.
    """

    name: ClassVar[str]
    widget: ClassVar[Widget]
    holds_answer: ClassVar[bool] = True
    wide: ClassVar[bool] = False
    graded: ClassVar[bool] = False
    """Whether an answer is a grade with its circumstances."""
    weight: ClassVar[int] = 2
    missing: ClassVar[Code] = Code.REQUIRED
    secretive: ClassVar[bool] = False

    def options(self, raw: Mapping[str, Any]) -> Any:
        """Return the frozen options of a field; raise OptionsInvalid, unknown keys included."""
        if raw:
            key = next(iter(raw))
            raise OptionsInvalid(key, f"{self.name} takes no option of this name", "Remove it")
        return None

    def codes(self, spec: Spec) -> frozenset[str] | None:
        """Return the words a condition may compare an answer with, or None when any text may stand there."""
        return None

    def read(self, spec: Spec, raw: Any) -> Value:
        """Return the value of what was typed, or of a value; raise Refused with codes.

        `raw` is text, a safe integer, a boolean, a list or an object of those, cleaned and not blank.
        What `read` returns it reads again to the same.
        """
        raise NotImplementedError(self.name)

    def rule(self, spec: Spec) -> marshmallow.fields.Field[Any]:
        """Return the gate's rule: what was typed, or a value, becomes a value, or codes are raised."""
        return Rule(self, spec)

    def wanting(self, spec: Spec, value: Value) -> tuple[Code, ...]:
        """Return what a readable value still lacks before a form may be final."""
        return ()

    def gather(self, spec: Spec) -> Any:
        """Return the unbound wtforms field that collects what was typed, judging nothing."""
        raise NotImplementedError(self.name)

    def spread(self, spec: Spec, value: Any) -> Any:
        """Return a value, or what was typed and could not be read, as the gathering field shows it again."""
        return value

    def keepable(self, spec: Spec, raw: Any) -> Any:
        """Return what of an unreadable answer may be kept in a draft; `raw` is plain JSON."""
        return raw

    def holds_secret(self, value: Value) -> bool:
        """Say whether a value refers to a secret kept apart, which an area has to allow."""
        return False

    def blocks(self, spec: Spec, value: Value, place: Place) -> tuple[Block, ...]:
        """Return the neutral blocks of a value; by default its one-line text."""
        return (Text(self.text(spec, value)),)

    def room(self, spec: Spec) -> tuple[Room, ...]:
        """Return the neutral rooms that a pen needs on a blank form; what "not known" needs is added."""
        raise NotImplementedError(self.name)

    def text(self, spec: Spec, value: Value) -> str:
        """Return a value as a person reads it, for a table cell, a sheet or a difference."""
        raise NotImplementedError(self.name)

    def schema(self, spec: Spec) -> dict[str, Any]:
        """Return the JSON Schema (2020-12) that every value meets; it asks no more than that."""
        raise NotImplementedError(self.name)

    def example(self, spec: Spec) -> Value:
        """Return a plausible invented value, for previews and tests."""
        raise NotImplementedError(self.name)


class Refused(marshmallow.ValidationError):
    """What was typed cannot be accepted: one or more codes."""

    def __init__(self, *codes: Code) -> None:
        super().__init__([code.value for code in codes])
        self.codes = codes


class Rule(marshmallow.fields.Field[Any]):
    """The rule of one field: marshmallow asks, the type reads."""

    default_error_messages = {  # noqa: RUF012 (marshmallow reads it from the class and never writes)
        "required": Code.REQUIRED.value,
        "null": Code.REQUIRED.value,
        "validator_failed": Code.WRONG_SHAPE.value,
    }

    def __init__(self, type_: FieldType, spec: Spec) -> None:
        super().__init__()
        self.type = type_
        self.spec = spec

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Value:
        return self.type.read(self.spec, value)


def is_not_known(value: Value) -> bool:
    """Say whether an answer is the answer "not known"."""
    return bool(value == NOT_KNOWN)


def answer_schema(spec: Spec) -> dict[str, Any]:
    """Return the JSON Schema of an answer, titled with its question; "not known" too where it is offered."""
    value = spec.type.schema(spec)
    if spec.not_known:
        value = {"anyOf": [value, dict(schemas.NOT_KNOWN)]}
    return {"title": spec.label, **value}


def item(spec: Spec, value: Value, place: Place) -> Item | None:
    """Return the printed item of a field, or None for one that was not asked or holds no answer."""
    if not spec.type.holds_answer or place.path in place.not_asked:
        return None
    if value is None:
        return Item(
            path=place.path,
            label=spec.label,
            blocks=(Text("Not recorded"),),
            state=State.NOT_RECORDED,
            graded=spec.type.graded,
        )
    if is_not_known(value):
        return Item(
            path=place.path,
            label=spec.label,
            blocks=(Text("Not known"),),
            state=State.NOT_KNOWN,
            graded=spec.type.graded,
        )
    return Item(
        path=place.path,
        label=spec.label,
        blocks=spec.type.blocks(spec, value, place),
        wide=spec.type.wide,
        graded=spec.type.graded,
    )
