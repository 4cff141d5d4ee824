"""What is typed to add a child or to move one, judged: plain values, or a code for each field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from formsvc.fields import dates
from formsvc.fields.address import postcode_of
from formsvc.fields.base import Refused
from formsvc.records.clean import clean_text

OLDEST: Final = 25
"""Nobody of more years is in care or leaving it (Children Act 1989, section 23CZB)."""

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "childrens_home": "children's home",
        "foster_home": "foster home",
        "family": "with their family",
        "connected": "with relatives or friends",
        "supported": "supported lodgings or accommodation",
        "school": "residential school",
        "hospital": "hospital",
        "secure": "secure home",
        "other": "somewhere else",
    }
)
"""Where a child can live -> the words that are kept."""

CONFIDENTIAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "address": "The address must not become known",
        "trafficked": "The child may have been trafficked, and may be looked for",
    }
)
"""Why where a child lives is confidential -> the words; who may know it all the same is in access.places."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What was typed, read. `errors` maps a field of the page to a code."""

    values: Mapping[str, Any] = field(repr=False)
    errors: Mapping[str, str]


def read_identity(typed: Mapping[str, str]) -> Judged:
    """Judge a child's `name`, `known_as` and date of birth (`born_day`, ..., or `born_not_known`)."""
    errors: dict[str, str] = {}
    name = _line(typed, "name", errors, most=200)
    if not name and "name" not in errors:
        errors["name"] = "missing"
    born = ""
    parts = {part: typed.get(f"born_{part}", "").strip() for part in ("day", "month", "year")}
    if any(parts.values()):
        born = _birthday(parts, errors)
        if typed.get("born_not_known"):
            errors["born_day"] = "both"
    elif not typed.get("born_not_known"):
        errors["born_day"] = "missing"
    values = {"name": name, "known_as": _line(typed, "known_as", errors, most=100), "date_of_birth": born}
    return Judged(values=values, errors=errors)


def read_placement(
    typed: Mapping[str, str], *, homes: Mapping[str, tuple[str, str]], areas: Collection[str]
) -> Judged:
    """Judge where a child lives: `home` (of `homes`: id -> name and area), or kind, address and area."""
    errors: dict[str, str] = {}
    carer = _line(typed, "carer", errors, most=200)
    home_id = typed.get("home", "")
    if home_id:
        if home_id not in homes:
            return Judged(values={}, errors={"home": "unknown"})
        name, area_id = homes[home_id]
        details: dict[str, Any] = {"kind": KINDS["childrens_home"], "address": {"lines": [name]}}
        return _placed(home_id, area_id, details | _said(carer, _confidential(typed, errors)), errors)
    if typed.get("kind", "") not in KINDS:
        errors["kind"] = "missing"
    address = _address(typed, errors)
    area_id = typed.get("area", "")
    if area_id not in areas:
        errors["area"] = "missing"
    details = {"kind": KINDS.get(typed.get("kind", ""), ""), "address": address}
    return _placed(None, area_id, details | _said(carer, _confidential(typed, errors)), errors)


def _said(carer: str, confidential: str) -> dict[str, Any]:
    """Return what more a placement's details hold: only what was said."""
    return {key: one for key, one in (("carer", carer), ("confidential", confidential)) if one}


def _confidential(typed: Mapping[str, str], errors: dict[str, str]) -> str:
    """Return why where the child lives is confidential; empty where it is not."""
    said = typed.get("confidential", "")
    if said and said not in CONFIDENTIAL:
        errors["confidential"] = "unknown"
    return said


def _placed(home_id: str | None, area_id: str, details: dict[str, Any], errors: Mapping[str, str]) -> Judged:
    return Judged(values={"home_id": home_id, "area_id": area_id, "details": details}, errors=errors)


def _birthday(parts: Mapping[str, str], errors: dict[str, str]) -> str:
    try:
        day = dates.read(parts)
    except Refused as error:
        errors["born_day"] = error.codes[0].value
        return ""
    today = dates.today()
    if day > today:
        errors["born_day"] = "in_future"
    elif today.year - day.year > OLDEST + 1:
        errors["born_day"] = "too_old"
    return day.isoformat()


def _address(typed: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    lines = [line for name in ("line1", "line2") if (line := _line(typed, name, errors, most=100))]
    if not lines and "line1" not in errors:
        errors["line1"] = "missing"
    found: dict[str, Any] = {"lines": lines}
    if town := _line(typed, "town", errors, most=100):
        found["town"] = town
    if typed.get("postcode", "").strip():
        try:
            found["postcode"] = postcode_of(typed["postcode"])
        except Refused:
            errors["postcode"] = "unreadable"
    return found


def _line(typed: Mapping[str, str], name: str, errors: dict[str, str], *, most: int) -> str:
    text = " ".join(clean_text(typed.get(name, ""))[0].split())
    if len(text) > most:
        errors[name] = "too_long"
    return text
