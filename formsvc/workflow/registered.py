"""What a child's own page says of her, under the names of the facts that forms ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from formsvc.access.places import class_of
from formsvc.store import children, placements
from formsvc.store.session import Tx

ADDRESS: Final = "child.address"
LEAD: Final = "child.lead_professional"


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What one part of it says. `place` is the class of an address, empty where any may have it."""

    value: Any = field(repr=False)
    at: datetime
    source: str
    place: str = ""


def registered(tx: Tx, *, child_id: str) -> dict[str, Registered]:
    """Return what the child's own page says of her, by the name of the fact."""
    child = children.get(tx, child_id)
    found: dict[str, Registered] = {}
    if child.identity is not None:
        for name, value in (
            ("child.full_name", child.identity.name),
            ("child.known_as", child.identity.known_as),
            ("child.date_of_birth", child.identity.date_of_birth),
        ):
            found[name] = Registered(value=value, at=child.changed_at, source="child")
    for lived in placements.of_child(tx, child_id):
        if lived.until_at is None:
            address, place = lived.details.get("address"), class_of(lived.details)
            found[ADDRESS] = Registered(value=address, at=lived.from_at, source="placement", place=place)
    for works in placements.workers(tx, child_id):
        if works.until_at is None and LEAD not in found:
            lead = {"name": works.user_name, "role": "Social worker"}
            found[LEAD] = Registered(value=lead, at=works.from_at, source="worker")
    return found
