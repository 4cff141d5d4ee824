"""A file carried in the record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from formsvc.fields import gather, reading, rooms, schemas
from formsvc.fields import options as given
from formsvc.fields.base import FieldType, OptionsInvalid, Refused, Spec, Value, Widget
from formsvc.fields.photo import SHA256
from formsvc.fields.rooms import Room
from formsvc.fields.schemas import Schema
from formsvc.fields.words import Code

_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}")


@dataclass(frozen=True, kw_only=True)
class FileOptions:
    """The media types that are taken; none named: whatever the record carries."""

    accept: tuple[str, ...] = ()


class FileType(FieldType):
    """`{"sha256", "media_type", "name", "title"}`; the bytes themselves are kept elsewhere."""

    name = "file"
    widget = Widget.FILE
    weight: ClassVar[int] = 3
    missing: ClassVar[Code] = Code.REQUIRED_FILE

    def options(self, raw: Mapping[str, Any]) -> FileOptions:
        given.only(raw, ("accept",))
        accept = raw.get("accept", [])
        if not isinstance(accept, list | tuple) or not all(
            isinstance(one, str) and _MEDIA_TYPE.fullmatch(one) for one in accept
        ):
            raise OptionsInvalid(
                "accept", f"{accept!r} cannot stand here", "Write [application/pdf, image/jpeg]"
            )
        return FileOptions(accept=tuple(accept))

    def read(self, spec: Spec, raw: Any) -> Value:
        found = reading.parts(raw, ("sha256", "media_type", "name", "title"))
        value: dict[str, Any] = {}
        if "title" in found:
            value["title"] = reading.line(found["title"], most=200)
        if any(key in found for key in ("sha256", "media_type", "name")):
            value |= _bytes(found)
            if spec.options.accept and value["media_type"] not in spec.options.accept:
                raise Refused(Code.FILE_KIND)
        return value

    def wanting(self, spec: Spec, value: Value) -> tuple[Code, ...]:
        return () if "sha256" in value else (Code.FILE_MISSING,)

    def gather(self, spec: Spec) -> Any:
        return gather.named(spec, "sha256", "media_type", "name", "title")

    def spread(self, spec: Spec, value: Any) -> Any:
        return value if isinstance(value, Mapping) else {}

    def room(self, spec: Spec) -> tuple[Room, ...]:
        return (
            rooms.Ticks((rooms.Tick(words="Clipped to this sheet. What it is:", line=True),), several=True),
        )

    def text(self, spec: Spec, value: Value) -> str:
        title, name = value.get("title", ""), value.get("name", "")
        return f"{title} ({name})" if title and name else title or name

    def schema(self, spec: Spec) -> Schema:
        kinds = spec.options.accept
        return schemas.parts(
            {
                "sha256": schemas.like(schemas.SHA256),
                "media_type": schemas.one_of(kinds) if kinds else schemas.like(schemas.MEDIA_TYPE),
                "name": schemas.text(most=200),
                "title": schemas.text(most=200),
            }
        )

    def example(self, spec: Spec) -> Value:
        media_type = spec.options.accept[0] if spec.options.accept else "application/pdf"
        name = f"example.{media_type.rpartition('/')[2][:4]}"
        return {"sha256": "0" * 64, "media_type": media_type, "name": name, "title": "An example"}


def _bytes(found: Mapping[str, Any]) -> dict[str, str]:
    sha256 = reading.line(found.get("sha256", ""), most=64, too_long=Code.FILE_UNREADABLE)
    media_type = reading.line(found.get("media_type", ""), most=100, too_long=Code.FILE_UNREADABLE)
    name = reading.line(found.get("name", ""), most=200, too_long=Code.FILE_UNREADABLE)
    plain = name and not any(character in name for character in "/\\") and name.strip(".")
    if not SHA256.fullmatch(sha256) or not _MEDIA_TYPE.fullmatch(media_type) or not plain:
        raise Refused(Code.FILE_UNREADABLE)
    return {"sha256": sha256, "media_type": media_type, "name": name}
