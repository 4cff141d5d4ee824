"""A postal address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields.base import FieldType, Place, Refused, Spec, Value, Widget
from formsvc.fields.blocks import Block, Text
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code

LINES = ("line1", "line2", "line3")
_MOST = 6
_LONGEST = 100
_POSTCODE = re.compile(r"(GIR0AA|[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2})")
_WRITTEN_POSTCODE = re.compile(r"(?:.*[ ,])?([A-Za-z]{1,2}[0-9][0-9A-Za-z]? ?[0-9][A-Za-z]{2})\.?", re.ASCII)


class AddressType(FieldType):
    """`{"lines": ["..."], "town": "...", "postcode": "BB96 4QT"}`."""

    name = "address"
    widget = Widget.ADDRESS
    weight: ClassVar[int] = 3

    def read(self, spec: Spec, raw: Any) -> Value:
        found = (
            _written(raw)
            if isinstance(raw, str)
            else reading.parts(raw, ("lines", *LINES, "town", "postcode"))
        )
        lines = [line for one in _listed(found) if (line := reading.line(one, most=_LONGEST))]
        if len(lines) > _MOST:
            raise Refused(Code.ADDRESS_TOO_LONG)
        value: dict[str, Any] = {"lines": lines} if lines else {}
        if "town" in found:
            value["town"] = reading.line(found["town"], most=_LONGEST)
        if "postcode" in found:
            value["postcode"] = postcode_of(found["postcode"])
        return value

    def wanting(self, spec: Spec, value: Value) -> tuple[Code, ...]:
        return () if value.get("lines") else (Code.ADDRESS_LINE_MISSING,)

    def gather(self, spec: Spec) -> Any:
        return gather.named(spec, *LINES, "town", "postcode")

    def spread(self, spec: Spec, value: Any) -> Any:
        if isinstance(value, str):
            value = {"lines": value.split("\n")}
        if not isinstance(value, Mapping) or not isinstance(value.get("lines"), str | list):
            return value
        lines = [reading.shown(one) for one in _listed({"lines": value["lines"]})]
        kept = [*lines[:2], ", ".join(lines[2:])]
        rest = {key: value[key] for key in ("town", "postcode") if key in value}
        return {**dict(zip(LINES, kept, strict=False)), **rest}

    def blocks(self, spec: Spec, value: Value, place: Place) -> tuple[Block, ...]:
        return (Text("\n".join(_pieces(value))),)

    def room(self, spec: Spec) -> tuple[Room, ...]:
        last = (rooms.Gap(before="Town", share=5), rooms.Gap(before="Postcode", share=4))
        return (rooms.Lines(2), rooms.Line(last))

    def text(self, spec: Spec, value: Value) -> str:
        return ", ".join(_pieces(value))

    def schema(self, spec: Spec) -> Schema:
        lines = {"type": "array", "items": schemas.text(most=_LONGEST), "minItems": 1, "maxItems": _MOST}
        town = schemas.text(most=_LONGEST)
        postcode = schemas.like(r"^(GIR 0AA|[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2})$")
        return schemas.parts({"lines": lines, "town": town, "postcode": postcode})

    def example(self, spec: Spec) -> Value:
        return {"lines": ["14 Example Street"], "town": "Invented Town", "postcode": "BB96 4QT"}


def postcode_of(raw: Any) -> str:
    """Return a whole postcode as it is written: upper case, one space; raise Refused."""
    text = reading.line(raw, most=20, too_long=Code.POSTCODE_UNREADABLE)
    joined = text.replace(" ", "").replace("-", "").upper()
    if not _POSTCODE.fullmatch(joined):
        raise Refused(Code.POSTCODE_UNREADABLE)
    return f"{joined[:-3]} {joined[-3:]}"


def _written(text: str) -> dict[str, Any]:
    """Return the parts of an address written as one text, lines or commas between them."""
    if len(text) > _MOST * _LONGEST:
        raise Refused(Code.ADDRESS_TOO_LONG)
    written = (" ".join(line.split()).strip(" ,") for line in re.split(r"\n|, ", text))
    lines = [line for line in written if line]
    match = _WRITTEN_POSTCODE.fullmatch(lines[-1]) if lines and len(lines[-1]) <= _LONGEST else None
    if not match:
        return {"lines": lines}
    before = lines[-1][: match.start(1)].strip(" ,")
    kept = [*lines[:-1], *([before] if before else [])]
    town = kept.pop() if len(kept) > 1 else ""
    return {"lines": kept, **({"town": town} if town else {}), "postcode": match[1]}


def _listed(found: Mapping[str, Any]) -> list[Any]:
    lines = found.get("lines", [])
    if isinstance(lines, str):
        lines = lines.split("\n")
    if not isinstance(lines, list):
        raise Refused(Code.WRONG_SHAPE)
    return [
        one for one in [*lines, *(found[key] for key in LINES if key in found)] if not reading.is_blank(one)
    ]


def _pieces(value: Value) -> list[str]:
    return [*value.get("lines", ()), *(value[key] for key in ("town", "postcode") if value.get(key))]
