"""The few shapes that the JSON Schemas (2020-12) of the types are made of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

Schema = dict[str, Any]
"""One JSON Schema, as plain data."""

NOT_KNOWN: Mapping[str, Any] = {
    "type": "object",
    "properties": {"not_known": {"const": True}},
    "required": ["not_known"],
    "additionalProperties": False,
}
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
SHA256 = r"^[0-9a-f]{64}$"
MEDIA_TYPE = r"^[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}$"
E164 = r"^\+[0-9]{2,17}$"


def text(*, most: int, pattern: str = "") -> Schema:
    """Return the schema of a text with at least one and at most so many characters."""
    return {"type": "string", "minLength": 1, "maxLength": most, **({"pattern": pattern} if pattern else {})}


def like(pattern: str) -> Schema:
    """Return the schema of a text of one form."""
    return {"type": "string", "pattern": pattern}


def one_of(words: Collection[str]) -> Schema:
    """Return the schema of one of some words."""
    return {"enum": list(words)}


def whole(*, least: int, most: int) -> Schema:
    """Return the schema of a whole number within bounds."""
    return {"type": "integer", "minimum": least, "maximum": most}


def parts(properties: Mapping[str, Any], *, needed: Collection[str] = ()) -> Schema:
    """Return the schema of an object with these parts and no other."""
    return {
        "type": "object",
        "properties": dict(properties),
        **({"required": list(needed)} if needed else {}),
        "additionalProperties": False,
    }
