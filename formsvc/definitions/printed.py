"""Write fields down as plain data, and make them again: what a view prints and a definition stores.

Canonical JSON sorts the keys of an object, and the order in which choices are offered is part of the
form. A mapping inside a field's options is therefore written as a list of `{"code", "words"}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from formsvc.fields import field_type
from formsvc.fields.base import Spec


def printed_fields(fields: Iterable[Spec]) -> list[dict[str, Any]]:
    """Return fields as a view carries them: `{id, type, label, options?, not_known?, fields?}`."""
    return [_printed(one) for one in fields]


def specs(fields: Iterable[Mapping[str, Any]]) -> tuple[Spec, ...]:
    """Return the fields that a view carries, ready to print.

    Raises KeyError for a type that is not known and OptionsInvalid for options its type refuses.
    """
    return tuple(_spec(one) for one in fields)


def written_options(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return options so that canonical JSON keeps the order of what they offer."""
    return {
        key: [{"code": code, "words": words} for code, words in value.items()]
        if isinstance(value, Mapping)
        else value
        for key, value in raw.items()
    }


def read_options(written: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as a type takes them, from what `written_options` wrote."""
    return {
        key: {one["code"]: one["words"] for one in value} if _is_offer(value) else value
        for key, value in written.items()
    }


def _is_offer(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, Mapping) and set(one) == {"code", "words"} for one in value)
    )


def _printed(one: Spec) -> dict[str, Any]:
    printed: dict[str, Any] = {"id": one.id, "type": one.type.name, "label": one.label}
    if one.raw_options:
        printed["options"] = written_options(one.raw_options)
    if one.not_known:
        printed["not_known"] = True
    if one.children:
        printed["fields"] = printed_fields(one.children)
    return printed


def _spec(printed: Mapping[str, Any]) -> Spec:
    kind = field_type(printed["type"])
    raw = read_options(printed.get("options", {}))
    return Spec(
        id=printed["id"],
        type=kind,
        label=printed["label"],
        options=kind.options(raw),
        raw_options=raw,
        not_known=bool(printed.get("not_known")),
        children=specs(printed.get("fields", ())),
    )
