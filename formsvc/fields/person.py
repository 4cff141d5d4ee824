"""A person with role and contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields import options as given
from formsvc.fields.base import FieldType, Place, Refused, Spec, Value, Widget
from formsvc.fields.blocks import Block, Pairs
from formsvc.fields.email import address_of
from formsvc.fields.phone import number_and_note, phone_words
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code

PARTS: Mapping[str, str] = {
    "name": "", "role": "Role", "phone": "Telephone", "email": "Email", "hours": "Hours",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PersonOptions:
    """What must be known of the person beside the name."""

    role_required: bool = False
    phone_required: bool = False


class PersonType(FieldType):
    """`{"name", "role", "phone": "+44...", "email", "hours"}`; only the name has to be there."""

    name = "person"
    widget = Widget.PERSON
    weight: ClassVar[int] = 3

    def options(self, raw: Mapping[str, Any]) -> PersonOptions:
        given.only(raw, ("role_required", "phone_required"))
        return PersonOptions(
            role_required=given.flag(raw, "role_required"), phone_required=given.flag(raw, "phone_required")
        )

    def read(self, spec: Spec, raw: Any) -> Value:
        found = reading.parts(raw, tuple(PARTS), alone="name")
        wrong: list[Code] = []
        value: dict[str, str] = {}
        for key, typed in found.items():
            try:
                value[key] = _part(key, typed)
            except Refused as refused:
                wrong.extend(code for code in refused.codes if code not in wrong)
        if wrong:
            raise Refused(*wrong)
        return value

    def wanting(self, spec: Spec, value: Value) -> tuple[Code, ...]:
        wanted = {
            "name": (True, Code.PERSON_NAME_MISSING),
            "role": (spec.options.role_required, Code.PERSON_ROLE_MISSING),
            "phone": (spec.options.phone_required, Code.PERSON_PHONE_MISSING),
        }
        return tuple(code for key, (needed, code) in wanted.items() if needed and not value.get(key))

    def gather(self, spec: Spec) -> Any:
        return gather.named(spec, *PARTS)

    def spread(self, spec: Spec, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return {"name": reading.shown(value)}
        return {**value, "phone": phone_words(reading.shown(value.get("phone")))}

    def blocks(self, spec: Spec, value: Value, place: Place) -> tuple[Block, ...]:
        return (Pairs(tuple((label, _said(key, value)) for key, label in PARTS.items() if value.get(key))),)

    def room(self, spec: Spec) -> tuple[Room, ...]:
        pairs = (("name", "role"), ("phone", "hours"), ("email",))
        words = {**PARTS, "name": "Name"}
        return tuple(rooms.Line(tuple(rooms.Gap(before=words[key]) for key in keys)) for keys in pairs)

    def text(self, spec: Spec, value: Value) -> str:
        return ", ".join(_said(key, value) for key in PARTS if value.get(key))

    def schema(self, spec: Spec) -> Schema:
        said = dict.fromkeys(PARTS, schemas.text(most=254))
        return schemas.parts({**said, "phone": schemas.like(schemas.E164)})

    def example(self, spec: Spec) -> Value:
        return {"name": "Dara Okafor", "role": "Aunt", "phone": "+441632960100"}


def _part(key: str, typed: Any) -> str:
    if key == "phone":
        try:
            number, beside = number_and_note(typed)
        except Refused as error:
            raise Refused(Code.PERSON_PHONE_UNREADABLE) from error
        if beside:
            raise Refused(Code.PERSON_PHONE_UNREADABLE)
        return number
    if key == "email":
        return address_of(typed, code=Code.PERSON_EMAIL_UNREADABLE)
    return reading.line(typed, most=200)


def _said(key: str, value: Mapping[str, str]) -> str:
    return phone_words(value[key]) if key == "phone" else value[key]
