"""Who may have which reference of another system. No copy for a child or a parent has any."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

READERS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "case_system": frozenset({"full", "police", "home", "reviewing_officer"}),
        "nhs_number": frozenset({"full", "police", "home", "health"}),
        "police_person": frozenset({"full", "police", "home", "reviewing_officer"}),
        "police_record": frozenset({"full", "police", "home", "reviewing_officer"}),
        "upn": frozenset({"full", "education"}),
    }
)
"""Kind of reference -> the audiences that may have it: who must quote it to somebody, and nobody else."""


def kinds_for(audience: str) -> tuple[str, ...]:
    """Return the kinds of reference that an audience may have, in the order they are told."""
    return tuple(kind for kind, readers in READERS.items() if audience in readers)
