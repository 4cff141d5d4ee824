"""Minutes: what was decided, who does what by when, when it is looked at again; then who was there."""

from __future__ import annotations

from formsvc.documents.pdf.front import Front


def draw(front: Front) -> None:
    """Put the minutes of a meeting."""
    front.head()
    front.facts("meeting")
    front.boxed("decision")
    front.slots("reasons", "actions")
    front.abreast("next_review", "grade", "alerts")
    front.slots("present")
    front.rest()
