"""An email address."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields.base import FieldType, Refused, Spec, Value, Widget
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code

_LOCAL = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


class EmailType(FieldType):
    """An address as text; the part after the @ is kept in lower case."""

    name = "email"
    widget = Widget.EMAIL
    weight: ClassVar[int] = 3

    def read(self, spec: Spec, raw: Any) -> Value:
        return address_of(raw)

    def gather(self, spec: Spec) -> Any:
        return gather.line(spec)

    def room(self, spec: Spec) -> tuple[Room, ...]:
        return (rooms.Line(),)

    def text(self, spec: Spec, value: Value) -> str:
        return str(value)

    def schema(self, spec: Spec) -> Schema:
        return schemas.text(most=254, pattern="^[^@]+@[^@]+$")

    def example(self, spec: Spec) -> Value:
        return "dara@example.org"


def address_of(raw: Any, *, code: Code = Code.EMAIL_UNREADABLE) -> str:
    """Return the one address in what was typed; raise Refused with `code`."""
    text = reading.line(raw, most=254, too_long=code)
    local, at, domain = text.removeprefix("mailto:").rpartition("@")
    labels = domain.split(".")
    plain = not (local.startswith(".") or local.endswith(".") or ".." in local)
    if not at or not plain or not _LOCAL.fullmatch(local) or len(labels) < 2:
        raise Refused(code)
    if not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdecimal():
        raise Refused(code)
    return f"{local}@{domain.lower() if domain.isascii() else domain}"
