"""Moments, states and sizes as pages say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from formsvc.fields.moments import london_words, stored_utc

AUDIENCES: Final[Mapping[str, str]] = {
    "full": "Full copy",
    "police": "Police copy",
    "home": "Home or carers' copy",
    "health": "Health copy",
    "education": "Education copy",
    "reviewing_officer": "Reviewing officer's copy",
    "child": "The child's own copy",
    "parent": "Parent's copy",
}
KINDS: Final[Mapping[str, str]] = {"pdf": "PDF", "docx": "Word", "sheet": "Grab sheet, one page"}
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "draft": ("Being worked on", "blue"),
    "awaiting_signoff": ("Waiting for sign-off", "yellow"),
    "final": ("Current", "green"),
    "superseded": ("Superseded", "grey"),
    "withdrawn": ("Withdrawn", "red"),
    "recalled": ("Recalled", "red"),
}
"""State -> what it is called, and the colour beside the words."""
OUTCOMES: Final[Mapping[str, str]] = {
    "agreed": "Agreed",
    "declined": "Did not agree",
    "not_sought": "Not sought",
}


def when(moment: datetime) -> str:
    """Return a moment as London says it: "22 November 2026, 18:05"."""
    return london_words(stored_utc(moment))


def stamp(state: str, at: datetime | None) -> str:
    """Return how a document's time stamp stands, empty where none was asked for."""
    if at is not None:
        return f"Time stamped {when(at).replace(', ', ' at ')}"
    return {
        "pending": "Time stamp pending",
        "failed": "Time stamp failed: an administrator sees why under background work",
    }.get(state, "")


def size(count: int) -> str:
    """Return a number of bytes as people read it: "182 KB"."""
    return f"{count / 1_048_576:.1f} MB" if count >= 1_048_576 else f"{max(1, count // 1024)} KB"


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Return names as a sentence lists them: "A, B or C"."""
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
