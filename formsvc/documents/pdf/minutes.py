"""Minutes: what was decided, when it is looked at again, who does what by when; then who was there."""

from __future__ import annotations

from formsvc.documents.pdf.front import Front
from formsvc.documents.pdf.style import SHEETS


def draw(front: Front) -> None:
    """Put the minutes of a meeting."""
    front.head()
    front.facts("meeting")
    front.boxed("decision")
    with front.closely(SHEETS[2]):
        front.abreast("next_review", "grade", "alerts")
        front.slots("reasons", "actions")
    front.slots("present")
    front.rest()
