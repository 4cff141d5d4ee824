"""The paper folder of a home in words: on its page, on its first page and on paper they are the same."""

from __future__ import annotations

from typing import Final

from formsvc.fields.moments import london_words, stored_utc
from formsvc.workflow.read_folder import Folder, Line, Out

WHY: Final = {
    "left": "does not live here any more",
    "withdrawn": "was withdrawn",
    "superseded": "a newer revision has taken its place",
}


def standing(folder: Folder) -> str:
    """Return how the folder stands: "Your paper folder: 2 out of date, reprint"."""
    said = []
    if folder.outdated:
        said.append(f"{folder.outdated} out of date, reprint")
    if folder.out:
        said.append(f"{len(folder.out)} to take out and destroy")
    if folder.never:
        said.append(f"{folder.never} never printed")
    if not said:
        said.append(
            "up to date" if any(one.paper for one in folder.lines) else "nothing in it to keep up to date"
        )
    return f"Your paper folder: {'; '.join(said)}"


def out_words(one: Out) -> str:
    """Return which paper is to be taken out, and why; its reference alone where no more may be told."""
    named = f"{one.paper.reference} revision {one.paper.number}"
    if not one.title:
        return f"{named}: take it out"
    return f"{one.name}: {one.title}, {named}: {WHY[one.why]}"


def replaced_words(line: Line) -> str:
    """Return which paper a reprint takes the place of."""
    if line.on_paper is None or line.newest is None:
        return ""
    printed = london_words(stored_utc(line.on_paper.printed_at))
    return (
        f"{line.child.identity.name}: {line.newest.title}, {line.newest.reference} revision "
        f"{line.on_paper.number}, printed {printed}: revision {line.newest.number} takes its place"
    )
