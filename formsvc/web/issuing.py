"""How far documents have come, in plain words: waiting, being made, ready, failed, and what happens next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from formsvc import clock
from formsvc.store.documents import Document
from formsvc.store.jobs import Job
from formsvc.web import said
from formsvc.workflow.read_record import Issuing

LONG: Final = timedelta(minutes=1)
"""How long a document may wait before a page says that something may be wrong."""

GIVEN_UP: Final = (
    "It is not tried again by itself. An administrator sees it under background work and can start it "
    "again. What was signed is kept, and nothing has to be typed again."
)
NOBODY_WORKS: Final = (
    "The part of the service that makes documents may not be running: tell an administrator. Nothing is "
    "lost; it is made once it runs."
)
OUTCOMES: Final[Mapping[str, str]] = {
    "issued": "It was made and sealed",
    "withdrawn": "It was withdrawn before it was made, so it is not made",
    "glyphs_missing": "It holds a character that no font here can draw",
    "fonts_missing": "A font file is missing on the server",
    "render_failed": "It could not be drawn",
    "seal_failed": "It was made but did not pass the check after sealing",
    "key_unusable": "The seal key on the server cannot be used",
    "ContentDestroyed": "What it is made from was disposed of",
    "ContentUnreadable": "What it is made from cannot be read on the server",
    "definition_not_found": "The form it was made with is not known here",
    "too_many_attempts": "The work broke off too many times",
    "stamped": "The time stamp was put in",
    "disposed": "It was disposed of",
    "not_due": "It was no longer due, or a hold stood: nothing was destroyed",
    "store_busy": "The database was in use, so that its files could not be cleared yet",
    "exported": "It waits to be fetched",
    "expired": "It was deleted",
    "stamp_unavailable": "The time-stamping authority gave no time stamp that holds, or could not be reached",
    "stamp_unfit": "The time stamp could not be put in. The document is as it was issued",
}
"""Outcome of a job -> what it means."""


def why(code: str) -> str:
    """Return what an outcome means, in words; an unknown one names its code for whoever mends it."""
    if code.startswith("swept"):
        return f"Old files were cleared away ({code.removeprefix('swept').strip() or '0'})"
    if code.startswith("due "):
        return f"Due for disposal: {code.removeprefix('due ')}"
    return OUTCOMES.get(code, f"Something went wrong on the server ({code})" if code else "")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One document: its state in a word, what happens next, and where it is when it is ready."""

    audience: str
    kind: str
    state: str
    word: str
    colour: str
    next: str
    document: Document | None
    is_mine: bool


def lines(
    issuing: Issuing, *, own: str, passes: Collection[str] = (), now: datetime | None = None
) -> tuple[Line, ...]:
    """Return a line for each document that was asked for.

    `own` is the audience of whoever reads, `passes` those whose copies they are handed to pass on.
    """
    at = now or clock.now()
    made = {(one.audience_id, one.kind): one for one in issuing.documents}
    asked = {(job.payload["audience"], job.payload["kind"]): job for job in issuing.jobs}
    order = {name: n for n, name in enumerate(said.AUDIENCES)}
    kinds = tuple(said.KINDS)
    places = sorted({*made, *asked}, key=lambda one: (order.get(one[0], 99), kinds.index(one[1])))
    return tuple(
        _line(place, made.get(place), asked.get(place), mine={own, *passes}, at=at) for place in places
    )


def summary(all_lines: Sequence[Line]) -> str:
    """Return how all of it stands: ready, working, late or failed."""
    states = {one.state for one in all_lines}
    if not states & {"waiting", "late", "again", "running", "failed"}:
        return "ready"
    if "failed" in states and not states & {"waiting", "running", "again", "late"}:
        return "failed"
    return "late" if "late" in states else "working"


def _line(
    place: tuple[str, str],
    document: Document | None,
    job: Job | None,
    *,
    mine: Collection[str],
    at: datetime,
) -> Line:
    audience, kind = place
    state, word, colour, following = _told(document, job, at=at)
    return Line(
        audience=said.AUDIENCES.get(audience, audience),
        kind=said.KINDS.get(kind, kind),
        state=state,
        word=word,
        colour=colour,
        next=following,
        document=document,
        is_mine="full" in mine or audience in mine,
    )


def _told(document: Document | None, job: Job | None, *, at: datetime) -> tuple[str, str, str, str]:
    if document is not None:
        if document.state != "current":
            return ("ready", *said.STATES[document.state], "Do not use it any more.")
        stamp = said.stamp(document.stamp, document.stamped_at)
        told = f"Sealed {said.when(document.issued_at)}." + (f" {stamp}." if stamp else "")
        return "ready", "Ready", "green", told
    if job is None or job.state == "done":
        return (
            "gone",
            "Not made",
            "grey",
            why(job.outcome) + "." if job and job.outcome else "It was not asked for.",
        )
    if job.state == "running":
        return "running", "Being made", "blue", "It takes a few seconds. You can leave this page."
    if job.state == "failed":
        told = why(job.outcome)
        return (
            "failed",
            "Failed",
            "red",
            f"{told}. {GIVEN_UP}",
        )
    if job.attempts:
        return (
            "again",
            "Will be tried again",
            "yellow",
            f"{why(job.outcome)}. It is tried again by itself at {said.when(job.due_at)}.",
        )
    if at - job.created_at > LONG:
        return (
            "late",
            "Waiting",
            "yellow",
            f"It has been waiting since {said.when(job.created_at)}. {NOBODY_WORKS}",
        )
    return "waiting", "Waiting", "grey", "It is made within a few seconds. You can leave this page."
