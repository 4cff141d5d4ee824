"""An interview: what happened, harm, needs and actions small on page one; then what was said, set apart."""

from __future__ import annotations

from formsvc.documents.pdf.front import Front
from formsvc.documents.pdf.spoken import apart
from formsvc.documents.pdf.style import SHEETS


def draw(front: Front) -> None:
    """Put an interview after a child came back."""
    front.head(where=("home", "phones"))
    with front.closely(SHEETS[3]):
        front.facts("episode")
        front.facts("outcome")
        front.boxes("harm", "needs")
        front.slots("actions")
    apart(front, "account")
    apart(front, "family")
    front.rest()
