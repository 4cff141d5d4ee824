"""A telephone number, kept as E.164, with a note."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import phonenumbers

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields import options as given
from formsvc.fields.base import FieldType, Refused, Spec, Value, Widget
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code

_LONGEST = 200
_E164 = re.compile(r"\+[0-9]{7,15}")
_AROUND = " \t,;:.\N{EN DASH}\N{EM DASH}-()[]"


@dataclass(frozen=True, kw_only=True)
class PhoneOptions:
    """Whether a note may stand beside the number."""

    note: bool = True


class PhoneType(FieldType):
    """`{"e164": "+447700900142", "note": "after 5"}`; a number without a country is one of this country."""

    name = "phone"
    widget = Widget.TELEPHONE

    def options(self, raw: Mapping[str, Any]) -> PhoneOptions:
        given.only(raw, ("note",))
        return PhoneOptions(note=given.flag(raw, "note", default=True))

    def read(self, spec: Spec, raw: Any) -> Value:
        found = reading.parts(raw, ("e164", "note"), alone="e164")
        if "e164" not in found:
            raise Refused(Code.PHONE_UNREADABLE)
        number, beside = number_and_note(found["e164"])
        note = "; ".join(filter(None, (beside, reading.line(found.get("note", ""), most=_LONGEST))))
        if note and not spec.options.note:
            raise Refused(Code.PHONE_NOTE_NOT_OFFERED)
        if len(note) > _LONGEST:
            raise Refused(Code.PART_TOO_LONG)
        return {"e164": number, "note": note} if note else {"e164": number}

    def gather(self, spec: Spec) -> Any:
        return gather.named(spec, "e164", *(("note",) if spec.options.note else ()))

    def spread(self, spec: Spec, value: Any) -> Any:
        found = dict(value) if isinstance(value, Mapping) else {"e164": reading.shown(value)}
        return {**found, "e164": phone_words(reading.shown(found.get("e164")))}

    def room(self, spec: Spec) -> tuple[Room, ...]:
        note = (rooms.Gap(before="Note", share=3),) if spec.options.note else ()
        return (rooms.Line((rooms.Gap(share=4), *note)),)

    def text(self, spec: Spec, value: Value) -> str:
        words = phone_words(value["e164"])
        return f"{words} ({value['note']})" if value.get("note") else words

    def schema(self, spec: Spec) -> Schema:
        note = {"note": schemas.text(most=200)} if spec.options.note else {}
        return schemas.parts({"e164": schemas.like(schemas.E164), **note}, needed=["e164"])

    def example(self, spec: Spec) -> Value:
        return {"e164": "+447700900142", **({"note": "after 5 in the evening"} if spec.options.note else {})}


def number_and_note(raw: Any) -> tuple[str, str]:
    """Return the E.164 number in a text as people write one, and what stands beside it; raise Refused."""
    text = reading.line(raw, most=_LONGEST, too_long=Code.PHONE_UNREADABLE)
    if _E164.fullmatch(text) and _is_whole(number := _parsed(text)):
        return _kept(number), ""
    matches = list(phonenumbers.PhoneNumberMatcher(text, "GB", leniency=phonenumbers.Leniency.POSSIBLE))
    if len({_kept(match.number) for match in matches}) > 1:
        raise Refused(Code.PHONE_TWO)
    if matches:
        match = matches[0]
        number = match.number
        left, right = text[: match.start].strip(_AROUND), text[match.end :].strip(_AROUND)
        beside = " ".join(filter(None, (left, right)))
    else:
        number, beside = _parsed(text), ""
    if not _is_whole(number):
        raise Refused(Code.PHONE_UNREADABLE)
    extension = f"extension {number.extension}" if number.extension else ""
    return _kept(number), "; ".join(filter(None, (extension, beside)))


def phone_words(e164: str) -> str:
    """Return a number as it is dialled here: nationally, or with its country; anything else as it is."""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    national = number.country_code == 44
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, form.NATIONAL if national else form.INTERNATIONAL)


def _parsed(text: str) -> phonenumbers.PhoneNumber:
    """Return a number that is nothing but a number: letters that stand for digits are not one."""
    if any(character.isalpha() for character in text):
        raise Refused(Code.PHONE_UNREADABLE)
    try:
        return phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException as error:
        raise Refused(Code.PHONE_UNREADABLE) from error


def _is_whole(number: phonenumbers.PhoneNumber) -> bool:
    """Say whether a number can be dialled: of this country all its digits, of others a length they use.

    Numbers not given out today pass, ranges for fiction too: the library's tables age.
    """
    if number.country_code != 44:
        reason = phonenumbers.is_possible_number_with_reason(number)
        return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)
    digits = phonenumbers.national_significant_number(number)
    helpline = len(digits) == 6 and digits.startswith("116")
    return len(digits) == 10 or helpline or phonenumbers.is_valid_number(number)


def _kept(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
