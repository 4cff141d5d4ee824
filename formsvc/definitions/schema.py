"""The JSON Schema (2020-12) of what a form's documents carry as data, for whoever loads it elsewhere.

A view holds what its audience may have, so nothing of the answers is required; what stands there has the
form that is said here. Specification: https://json-schema.org/draft/2020-12/schema.
"""

from __future__ import annotations

from typing import Any, Final

from formsvc.definitions.model import Effective
from formsvc.fields import schemas
from formsvc.fields.base import answer_schema
from formsvc.fields.schemas import Schema

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_SHEET: Final = "sheet"
"""Layout and extent of a grab sheet, which any form of ours may be cut down to."""
_MAY_LACK: Final = frozenset({"disputes"})
_HEX: Final = schemas.like(schemas.SHA256)


def answers_schema(effective: Effective) -> Schema:
    """Return the schema of a form's answers, by the ids of its fields."""
    asked = (one for one in effective.fields() if one.type.holds_answer)
    return schemas.parts({one.id: answer_schema(one) for one in asked})


def view_schema(effective: Effective) -> dict[str, Any]:
    """Return the schema of the data that a document of this form carries (`docs/view.md`)."""
    text, moment = {"type": "string"}, schemas.like(schemas.MOMENT)
    listed: dict[str, Any] = {"type": "array", "items": {"type": "object"}}
    audiences = schemas.one_of(sorted(effective.area.audiences))
    parts = {
        "format": {"const": "formsvc.view/1"},
        "document": {
            "type": "object",
            "properties": {
                "title": schemas.one_of([effective.title, f"{effective.title}: grab sheet"]),
                "short_title": schemas.one_of([effective.short_title, f"{effective.short_title}, sheet"]),
                "layout": schemas.one_of(dict.fromkeys([effective.layout, _SHEET])),
                "marking": {"const": effective.marking},
                "reference": text,
                "revision": {"type": "integer", "minimum": 1},
                "supersedes": {"type": ["integer", "null"]},
                "status": schemas.one_of(["approved", "not_yet_approved"]),
                "issued_at": moment,
                "language": text,
                "demonstration": {"type": "boolean"},
                "verify_at": text,
                "extent": {"const": _SHEET},
            },
            "required": ["title", "reference", "revision", "status", "issued_at"],
        },
        "record": text,
        "definition": schemas.parts(
            {
                "id": {"const": effective.id},
                "version": {"const": effective.version},
                "hash": {"const": effective.hash},
            },
            needed=["id", "version", "hash"],
        ),
        "area": schemas.parts({"id": {"const": effective.area.id}, "name": text}, needed=["id", "name"]),
        "controller": schemas.parts({"id": text, "name": text, "logo": _logo()}, needed=["id", "name"]),
        "audience": schemas.parts({"id": audiences, "name": text, "sentence": text}, needed=["id"]),
        "subject": schemas.parts({"name": text, "initials": text}),
        "form": {"type": "object"},
        "answers": answers_schema(effective),
        "not_asked": {"type": "array", "items": text},
        "signoffs": listed,
        "attachments": {
            "type": "array",
            "items": {"type": "object", "properties": {"sha256": _HEX}, "required": ["path", "sha256"]},
        },
        "disputes": {"type": "array", "items": _dispute(), "minItems": 1},
        "changes": {"type": ["object", "null"]},
        "notices": listed,
        "salt": _HEX,
    }
    return {
        "$schema": DIALECT,
        "title": f"{effective.title}, {effective.area.name}, version {effective.version}",
        "type": "object",
        "properties": parts,
        "required": [name for name in parts if name not in _MAY_LACK],
    }


def _logo() -> Schema:
    told = {"sha256": _HEX, "media_type": {"const": "image/jpeg"}, "alt": {"type": "string"}}
    return schemas.parts(told, needed=list(told))


def _dispute() -> Schema:
    told: dict[str, Schema] = {key: {"type": "string"} for key in ("path", "who", "words", "answer")}
    told |= {"said_by": schemas.one_of(["child", "parent"]), "said_on": schemas.like(schemas.DAY)}
    return schemas.parts(told, needed=list(told))
