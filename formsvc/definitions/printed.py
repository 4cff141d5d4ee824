"""Write fields down as plain data, and make them again: what a view prints and a definition stores.

Canonical JSON sorts the keys of an object, and the order in which choices are offered is part of the
form. A mapping inside a field's options is therefore written as a list of `{"code", "words"}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from formsvc.definitions.reading import ID
from formsvc.errors import Unreadable
from formsvc.fields import field_type
from formsvc.fields.base import OptionsInvalid, Spec, Widget


def printed_fields(fields: Iterable[Spec]) -> list[dict[str, Any]]:
    """Return fields as a view carries them: `{id, type, label, options?, not_known?, fields?}`."""
    return [_printed(one) for one in fields]


def specs(fields: Any) -> tuple[Spec, ...]:
    """Return the fields that a view carries, ready to print.

    Raises Unreadable for anything that `printed_fields` does not write: a view may come out of a file
    that somebody else made.
    """
    if not isinstance(fields, list | tuple):
        raise Unreadable("the fields of the form are not a list")
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
        and all(
            isinstance(one, Mapping) and set(one) == {"code", "words"} and isinstance(one["code"], str)
            for one in value
        )
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


def _spec(printed: Any) -> Spec:
    """Return one field; raise Unreadable, naming it, when it is none of ours."""
    try:
        kind = field_type(printed["type"])
        raw = read_options(printed.get("options", {}))
        options = kind.options(raw)
        id, label = printed["id"], printed["label"]
    except (AttributeError, KeyError, TypeError) as error:
        raise Unreadable(
            "a field of the form lacks its id, type or label, or has one we do not know"
        ) from error
    except OptionsInvalid as error:
        raise Unreadable(f"a field of the form has an option we do not know: {error.key}") from error
    if not isinstance(id, str) or not ID.fullmatch(id) or not isinstance(label, str):
        raise Unreadable("a field of the form has an id or a label that cannot be one")
    children = specs(printed.get("fields", []))
    if bool(children) is not (kind.widget is Widget.ROWS):
        raise Unreadable(f"the field {id} has fields of its own, or lacks them")
    return Spec(
        id=id,
        type=kind,
        label=label,
        options=options,
        raw_options=raw,
        not_known=printed.get("not_known") is True,
        children=children,
    )
