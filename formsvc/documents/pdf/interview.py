"""An interview: what happened and what was offered, then what was said, in the words of who said it."""

from __future__ import annotations

from formsvc.documents.pdf.front import Front


def draw(front: Front) -> None:
    """Put an interview after a child came back."""
    front.head()
    front.facts("episode")
    front.facts("outcome")
    front.apart("account")
    front.apart("family")
    front.boxed("harm")
    front.boxed("needs")
    front.slots("actions")
    front.rest()
