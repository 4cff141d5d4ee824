"""A secret, such as the code of a door: an answer says only where it is held, never what it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields.base import FieldType, Refused, Spec, Value, Widget
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code

HELD: Mapping[str, str] = {
    "not_held": "Not held",
    "elsewhere": "Held elsewhere",
    "here": "Held here, apart from this form",
}
_REF = re.compile(r"[a-z0-9]{8,40}")
_PARTS = ("held", "where", "ref")


class SecretType(FieldType):
    """`{"held": "elsewhere", "where": "..."}` or, where the area allows, `{"held": "here", "ref": "..."}`."""

    name = "secret"
    widget = Widget.SECRET
    weight: ClassVar[int] = 2
    missing: ClassVar[Code] = Code.REQUIRED_CHOICE
    secretive: ClassVar[bool] = True

    def codes(self, spec: Spec) -> frozenset[str]:
        return frozenset(HELD)

    def read(self, spec: Spec, raw: Any) -> Value:
        found = reading.parts(raw, _PARTS)
        held = reading.word(found.get("held", ""))
        if held not in HELD:
            raise Refused(Code.SECRET_HELD_UNKNOWN)
        value = {"held": held}
        if held == "elsewhere" and "where" in found:
            value["where"] = reading.line(found["where"], most=200)
        if held == "here":
            ref = reading.line(found.get("ref", ""), most=60, too_long=Code.SECRET_REF_UNREADABLE)
            if not _REF.fullmatch(ref):
                raise Refused(Code.SECRET_REF_UNREADABLE)
            value["ref"] = ref
        return value

    def wanting(self, spec: Spec, value: Value) -> tuple[Code, ...]:
        return (Code.SECRET_WHERE_MISSING,) if value["held"] == "elsewhere" and not value.get("where") else ()

    def gather(self, spec: Spec) -> Any:
        return gather.named(spec, *_PARTS)

    def spread(self, spec: Spec, value: Any) -> Any:
        return value if isinstance(value, Mapping) else {}

    def keepable(self, spec: Spec, raw: Any) -> Any:
        """Return how it is held and nothing else: what could not be read may be the secret itself."""
        held = raw.get("held") if isinstance(raw, Mapping) else None
        return {"held": held} if isinstance(held, str) and held in HELD else {"held": ""}

    def holds_secret(self, value: Value) -> bool:
        return bool(value["held"] == "here")

    def room(self, spec: Spec) -> tuple[Room, ...]:
        elsewhere = rooms.Tick(words=f"{HELD['elsewhere']}, where:", line=True)
        return (
            rooms.Ticks((rooms.Tick(words=HELD["not_held"]), elsewhere)),
            rooms.Note("Never write the secret itself on paper."),
        )

    def text(self, spec: Spec, value: Value) -> str:
        return ": ".join(filter(None, (HELD[value["held"]], value.get("where"))))

    def schema(self, spec: Spec) -> Schema:
        where, ref = schemas.text(most=200), schemas.like(f"^{_REF.pattern}$")
        return schemas.parts({"held": schemas.one_of(HELD), "where": where, "ref": ref}, needed=["held"])

    def example(self, spec: Spec) -> Value:
        return {"held": "elsewhere", "where": "With the duty manager"}
