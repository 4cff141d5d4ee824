"""Write a compiled definition down as plain data, so that canonical JSON loses nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from formsvc.definitions.model import CrossCheck, Field, Page, Part, Required, SignoffRule
from formsvc.definitions.printed import read_options, written_options

_AS_THEY_ARE = (
    "id", "version", "title", "short_title", "home_area", "marking", "layout", "reference_prefix", "purpose",
)  # fmt: skip


def definition_document(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plain data of a definition, in the shape of its file, every default left out.

    `content` holds the attributes of Effective by name, but for area, document and hash.
    """
    parts: Mapping[str, Part] = content["parts"]
    return {
        **{name: content[name] for name in _AS_THEY_ARE},
        "clauses": list(content["clauses"]),
        **({"areas": list(content["areas"])} if content["areas"] else {}),
        **({"standing": True} if content["standing"] else {}),
        **({"copies": list(content["copies"])} if content["copies"] else {}),
        "completed_by": list(content["completed_by"]),
        "circulation": list(content["circulation"]),
        "trace": dict(content["trace"]),
        "retired": dict(content["retired"]),
        "parts": {
            one.id: {
                "title": one.title,
                "audiences": sorted(one.audiences),
                **({"named": True} if one.named else {}),
            }
            for one in parts.values()
        },
        "search_sheet": {slot: list(entries) for slot, entries in content["search_sheet"].items()},
        "signoffs": [_signoff(one) for one in content["signoffs"]],
        "cross_checks": [_cross_check(one) for one in content["cross_checks"]],
        "pages": [_page(one) for one in content["pages"]],
    }


def with_options(written: Any) -> Any:
    """Return a written definition in the shape of its file, options as their types take them.

    What does not have the shape of one is left as it is, for the compiler to report.
    """
    if isinstance(written, list):
        return [with_options(one) for one in written]
    if not isinstance(written, Mapping):
        return written
    made = {
        key: with_options(value) if key in ("pages", "fields") else value for key, value in written.items()
    }
    if isinstance(made.get("options"), Mapping):
        made["options"] = read_options(made["options"])
    return made


def field_document(one: Field) -> dict[str, Any]:
    """Return the plain data of a field, in the shape of its file."""
    written: dict[str, Any] = {
        "id": one.id,
        "type": one.type.name,
        "label": one.label,
        "hint": one.hint,
        "help": one.help,
        "class": one.sensitivity,
        "part": one.part,
        "fact": one.fact,
        "required": _required(one.required) if one.required else None,
        "shown_when": one.shown_when.source if one.shown_when else None,
        "carry": "" if one.carries else "never",
        "not_known": one.not_known,
        "trace": list(one.trace),
        "own": one.own,
        "clause": one.clause,
        "options": written_options(one.raw_options),
        "fields": [field_document(child) for child in one.children],
    }
    return {key: value for key, value in written.items() if value}


def _page(one: Page) -> dict[str, Any]:
    written = {"id": one.id, "title": one.title, "fields": [field_document(inside) for inside in one.fields]}
    return written | ({"intro": one.intro} if one.intro else {})


def _required(rule: Required) -> str | dict[str, str]:
    return {"at": rule.at.value, "when": rule.when.source} if rule.when else rule.at.value


def _signoff(one: SignoffRule) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "roles": list(one.roles),
        "statement": one.statement,
        "required": one.required,
        "trace": list(one.trace),
    }


def _cross_check(one: CrossCheck) -> dict[str, Any]:
    return {
        "id": one.id,
        "when": one.when.source,
        "code": one.code,
        "words": one.words,
        "fields": list(one.fields),
        "at": one.at.value,
        "trace": list(one.trace),
    }
