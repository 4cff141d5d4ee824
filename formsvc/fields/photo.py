"""A photo: which bytes, when it was taken, and what may be done with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from formsvc.fields import approximate_date, dates, gather, reading, rooms, schemas
from formsvc.fields.base import NOT_KNOWN, FieldType, Place, Refused, Spec, Value, Widget, is_not_known
from formsvc.fields.blocks import Block, Pairs, Picture
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code, within

MEDIA_TYPES = ("image/jpeg", "image/png")
CONSENTS: Mapping[str, str] = {
    "child": "The child's agreement",
    "police_use": "Police may use it",
    "media_use": "Media may use it",
}
OUTCOMES: Mapping[str, str] = {"agreed": "Agreed", "refused": "Refused", "not_asked": "Not asked"}
SHA256 = re.compile(r"[0-9a-f]{64}")
_PARTS = ("sha256", "media_type", "taken", "consent", "alt")


class PhotoType(FieldType):
    """`{"sha256", "media_type", "taken", "consent", "alt"}`; the bytes themselves are kept elsewhere."""

    name = "photo"
    widget = Widget.PHOTO
    weight: ClassVar[int] = 3
    missing: ClassVar[Code] = Code.REQUIRED_FILE

    def read(self, spec: Spec, raw: Any) -> Value:
        found = reading.parts(raw, _PARTS)
        value: dict[str, Any] = {}
        if "sha256" in found or "media_type" in found:
            value |= _bytes(found)
        if "taken" in found:
            value["taken"] = _taken(found["taken"])
        if "consent" in found and (consent := _consent(found["consent"])):
            value["consent"] = consent
        if "alt" in found:
            value["alt"] = reading.line(found["alt"], most=300)
        return value

    def wanting(self, spec: Spec, value: Value) -> tuple[Code, ...]:
        wanted = {"sha256": Code.PHOTO_MISSING, "taken": Code.PHOTO_TAKEN_MISSING}
        return tuple(code for key, code in wanted.items() if key not in value)

    def gather(self, spec: Spec) -> Any:
        return gather.named(
            spec,
            "sha256",
            "media_type",
            "alt",
            taken=gather.inner("day", "month", "season", "year", "not_known"),
            consent=gather.inner(*CONSENTS, "words"),
        )

    def spread(self, spec: Spec, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return {}
        taken = value.get("taken")
        known = not (isinstance(taken, Mapping) and taken.get("not_known"))
        spread = approximate_date.pieces(taken) if known else {"not_known": "yes"}
        return {**value, "taken": spread}

    def blocks(self, spec: Spec, value: Value, place: Place) -> tuple[Block, ...]:
        shown = (
            (Picture(sha256=value["sha256"], media_type=value["media_type"], alt=self._alt(spec, value)),)
            if "sha256" in value
            else ()
        )
        said = value.get("consent", {})
        pairs = [("Taken", _taken_words(value))]
        pairs += [(label, OUTCOMES[said[key]]) for key, label in CONSENTS.items() if key in said]
        pairs += [("In their own words", said["words"])] if said.get("words") else []
        return (*shown, Pairs(tuple(pairs)))

    def room(self, spec: Spec) -> tuple[Room, ...]:
        asked = (rooms.ticks(*OUTCOMES.values(), label=label) for label in CONSENTS.values())
        return (
            rooms.Frame("Stick or clip the newest photo here", 45, 60),
            rooms.Boxes(rooms.DAY, "Taken on, as far as it is known"),
            *asked,
            rooms.Line((rooms.Gap(before="In their own words"),)),
        )

    def text(self, spec: Spec, value: Value) -> str:
        dated = "taken" in value and not is_not_known(value["taken"])
        return f"Taken {_taken_words(value)}" if dated else f"Date taken {_taken_words(value).lower()}"

    def schema(self, spec: Spec) -> Schema:
        consent = dict.fromkeys(CONSENTS, schemas.one_of(OUTCOMES))
        return schemas.parts(
            {
                "sha256": schemas.like(schemas.SHA256),
                "media_type": schemas.one_of(MEDIA_TYPES),
                "taken": {"anyOf": [approximate_date.written(), dict(schemas.NOT_KNOWN)]},
                "consent": schemas.parts({**consent, "words": schemas.text(most=2_000)}),
                "alt": schemas.text(most=300),
            }
        )

    def example(self, spec: Spec) -> Value:
        return {
            "sha256": "0" * 64,
            "media_type": "image/jpeg",
            "taken": {"precision": "month", "date": "2026-06"},
            "consent": {"child": "agreed", "police_use": "agreed", "media_use": "not_asked"},
            "alt": "Head and shoulders, facing the camera",
        }

    def _alt(self, spec: Spec, value: Value) -> str:
        return str(value.get("alt") or f"{spec.label}, {within(self.text(spec, value))}")


def _bytes(found: Mapping[str, Any]) -> dict[str, str]:
    sha256 = reading.line(found.get("sha256", ""), most=64, too_long=Code.WRONG_SHAPE)
    media_type = reading.line(found.get("media_type", ""), most=60, too_long=Code.PHOTO_KIND)
    if not SHA256.fullmatch(sha256):
        raise Refused(Code.WRONG_SHAPE)
    if media_type not in MEDIA_TYPES:
        raise Refused(Code.PHOTO_KIND)
    return {"sha256": sha256, "media_type": media_type}


def _taken(raw: Any) -> dict[str, Any]:
    if isinstance(raw, Mapping) and "not_known" in raw:
        if any(not reading.is_blank(typed) for key, typed in raw.items() if key != "not_known"):
            if not reading.is_blank(raw["not_known"]):
                raise Refused(Code.NOT_KNOWN_AND_ANSWERED)
            raw = {key: typed for key, typed in raw.items() if key != "not_known"}
        else:
            return dict(NOT_KNOWN)
    try:
        value = approximate_date.read(raw)
    except Refused as error:
        raise Refused(Code.PHOTO_TAKEN_UNREADABLE) from error
    if approximate_date.span(value)[0] > dates.today():
        raise Refused(Code.PHOTO_TAKEN_IN_FUTURE)
    return dict(value)


def _consent(raw: Any) -> dict[str, str]:
    found = reading.parts(raw, (*CONSENTS, "words"))
    value: dict[str, str] = {}
    for key, typed in found.items():
        if key == "words":
            value[key] = reading.lines(typed, most=2_000)
            continue
        value[key] = reading.word(typed)
        if value[key] not in OUTCOMES:
            raise Refused(Code.PHOTO_CONSENT_UNKNOWN)
    return value


def _taken_words(value: Value) -> str:
    if "taken" not in value:
        return "Not recorded"
    return "Not known" if is_not_known(value["taken"]) else approximate_date.approximate_words(value["taken"])
