"""Which audience may receive which field: class and part, by data, default no."""

from __future__ import annotations

from formsvc.definitions.model import Effective, Field


def may_receive(effective: Effective, field: Field, audience: str) -> bool:
    """Say whether an audience receives a field: its class is for it, and so is its part."""
    part = effective.parts.get(field.part)
    return (
        audience in effective.area.readers.get(field.sensitivity, frozenset())
        and part is not None
        and audience in part.audiences
    )
