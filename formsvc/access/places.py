"""Who may know where a child lives, when that is kept confidential (D-20).

A placement is confidential because the address is, or because the child may be looked for by whoever
trafficked her. The authority, its reviewing officers and the police of the area then know it, and the home
she lives in knows itself; nobody else learns the home, the address or the town, on any page or in any list.
What forms say about it is their own: see the class `confidential_place` of the areas' readers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from formsvc.access.people import Person
from formsvc.access.table import audience_for

CONFIDENTIAL: Final = "confidential"
"""The key of a placement's details that says why it is confidential; absent where it is not."""
PLACE_CLASS: Final = "confidential_place"
CARER_CLASS: Final = "carer_address"
DISCLOSURE_CLASS: Final = "disclosure"
FOSTER: Final = "foster"

_KNOW: Final = frozenset({"full", "police", "reviewing_officer"})


def knows_place(person: Person, *, home_id: str | None, is_confidential: bool) -> bool:
    """Say whether a person who may see a child may know where she lives, or lived."""
    if not is_confidential:
        return True
    return audience_for(person.role) in _KNOW or (home_id is not None and home_id == person.home_id)


def class_of(details: Mapping[str, Any]) -> str:
    """Return the class whose readers may have the address of a placement; empty where any may."""
    if details.get(CONFIDENTIAL):
        return PLACE_CLASS
    return CARER_CLASS if FOSTER in str(details.get("kind", "")).lower() else ""
