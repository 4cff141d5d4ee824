"""The grab sheet: a form cut down to what its sheet for the search says, before it is drawn or hashed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from formsvc.definitions.conditions import parse
from formsvc.definitions.model import Effective, Field

WHOLE: Final = "whole"
SHEET: Final = "sheet"
"""How much of a form a view holds; SHEET is the layout of such a view as well."""

PLANS: Final = "plan"
"""The layout of the forms that have a sheet for the search."""


def has_sheet(effective: Effective) -> bool:
    """Say whether a form has a sheet for the search, and so a grab sheet."""
    return effective.layout == PLANS and bool(effective.search_sheet)


def sheet_of(effective: Effective) -> Effective:
    """Return a form with the questions that its sheet for the search shows or looks at, and no other.

    A grab sheet has no page, circulation or sign-off of its own: those are the plan's.
    """
    top, inside = _named(effective)
    pages = tuple(
        replace(page, intro="", fields=kept)
        for page in effective.pages
        if (kept := tuple(_cut(one, inside.get(one.id)) for one in page.fields if one.id in top))
    )
    return replace(
        effective,
        pages=pages,
        layout=SHEET,
        title=f"{effective.title}: grab sheet",
        short_title=f"{effective.short_title}, sheet",
        circulation=(),
        cross_checks=(),
        signoffs=(),
    )


def only_chosen(answers: Mapping[str, Any], sheet: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers with the rows alone that the resolved slots of a sheet name."""
    rows: dict[str, set[str]] = {}
    for entries in sheet.values():
        for entry in entries:
            if isinstance(entry, Mapping):
                rows.setdefault(entry["rows"], set()).update(entry["row_ids"])
    return {
        id: [row for row in value if row["id"] in rows[id]]
        if id in rows and isinstance(value, list)
        else value
        for id, value in answers.items()
    }


def is_kept(path: str, answers: Mapping[str, Any]) -> bool:
    """Say whether a path leads to a row that answers hold, or to no row at all."""
    id, _, rest = path.partition(".")
    rows = answers.get(id)
    return not rest or (isinstance(rows, list) and any(row["id"] == rest.split(".")[0] for row in rows))


def same_but_for_more(told: Any, wanted: Mapping[str, Any]) -> bool:
    """Say whether two forms of a sheet are alike; how many rows stand in the plan alone it cannot tell."""
    return bool(_without_more(told) == _without_more(wanted))


def _without_more(slots: Any) -> dict[str, Any]:
    if not isinstance(slots, Mapping):
        raise TypeError("the slots of a sheet are a mapping")
    return {
        slot: [{**entry, "more": 0} if isinstance(entry, Mapping) else entry for entry in entries]
        for slot, entries in slots.items()
    }


def _named(effective: Effective) -> tuple[set[str], dict[str, set[str]]]:
    """Return the questions that a sheet names, and within each group those of its rows."""
    top: set[str] = set()
    inside: dict[str, set[str]] = {}
    for entries in effective.search_sheet.values():
        for entry in entries:
            if isinstance(entry, str):
                top.add(entry)
                continue
            needs = parse(entry["where"]).needs if entry.get("where") else frozenset[str]()
            top |= {entry["rows"], *needs}
            inside.setdefault(entry["rows"], set()).update({*entry["show"], *needs})
    return top, inside


def _cut(field: Field, kept: set[str] | None) -> Field:
    """Return a question without rules that look at others; of a group, with those of a row that are kept."""
    alone = replace(field, required=None, shown_when=None)
    if not field.children or kept is None:
        return alone
    children = tuple(_cut(one, None) for one in field.children if one.id in kept)
    raw = {key: value for key, value in field.raw_options.items() if key != "min"}
    return replace(alone, children=children, raw_options=raw, options=field.type.options(raw))
