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
_HEX: Final = schemas.like(schemas.SHA256)


def answers_schema(effective: Effective) -> Schema:
    """Return the schema of a form's answers, by the ids of its fields."""
    asked = (one for one in effective.fields() if one.type.holds_answer)
    return schemas.parts({one.id: answer_schema(one) for one in asked})


def view_schema(effective: Effective) -> dict[str, Any]:
    """Return the schema of the data that a document of this form carries (`docs/view.md`)."""
    text, moment = {"type": "string"}, schemas.like(schemas.MOMENT)
    listed: dict[str, Any] = {"type": "array", "items": {"type": "object"}}
    named = schemas.parts({"id": text, "name": text}, needed=["id", "name"])
    audiences = schemas.one_of(sorted(effective.area.audiences))
    parts = {
        "format": {"const": "formsvc.view/1"},
        "document": {
            "type": "object",
            "properties": {
                "title": {"const": effective.title},
                "short_title": {"const": effective.short_title},
                "layout": {"const": effective.layout},
                "marking": {"const": effective.marking},
                "reference": text,
                "revision": {"type": "integer", "minimum": 1},
                "supersedes": {"type": ["integer", "null"]},
                "status": schemas.one_of(["approved", "not_yet_approved"]),
                "issued_at": moment,
                "language": text,
                "demonstration": {"type": "boolean"},
                "verify_at": text,
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
        "controller": named,
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
        "changes": {"type": ["object", "null"]},
        "notices": listed,
        "salt": _HEX,
    }
    return {
        "$schema": DIALECT,
        "title": f"{effective.title}, {effective.area.name}, version {effective.version}",
        "type": "object",
        "properties": parts,
        "required": list(parts),
    }
