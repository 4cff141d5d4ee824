"""Neutral rooms: all that a blank form knows of an answer that a pen will give.

A field type says which rooms its answer needs; `documents` draws rooms and never asks for a type.
The words in them are those of the type: what stands before a line, which options may be ticked.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A place on a writing line: what stands before and after it. A `short` one holds a number."""

    before: str = ""
    after: str = ""
    share: int = 1
    short: bool = False


@dataclass(frozen=True)
class Line:
    """One writing line, cut into the places of its gaps."""

    gaps: tuple[Gap, ...] = (Gap(),)


@dataclass(frozen=True)
class Lines:
    """Writing lines for running text, at least so many; a page with room to spare gives more."""

    count: int
    label: str = ""


@dataclass(frozen=True)
class Boxes:
    """Groups of boxes, one for each digit: ("DD", 2)."""

    groups: tuple[tuple[str, int], ...]
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Tick:
    """An option with a box to tick; `line` leaves room to write beside it."""

    words: str
    line: bool = False


@dataclass(frozen=True)
class Ticks:
    """Options to tick, one of them or `several`."""

    options: tuple[Tick, ...]
    label: str = ""
    several: bool = False


@dataclass(frozen=True)
class Frame:
    """An empty frame for something to be stuck or clipped in; millimetres."""

    words: str
    width: float
    height: float


@dataclass(frozen=True)
class Note:
    """Words that help to fill a room in, or to leave it empty."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Entries:
    """Room for the entries of a repeating group: how many, what one is called, in a table or on cards."""

    one: str
    count: int
    table: bool


Room = Line | Lines | Boxes | Ticks | Frame | Note | Entries

DAY = (("DD", 2), ("MM", 2), ("YYYY", 4))
TIME = (("hours", 2), ("minutes", 2))


def ticks(*words: str, label: str = "", several: bool = False) -> Ticks:
    """Return options that need nothing but their words."""
    return Ticks(tuple(Tick(words=one) for one in words), label, several)


def written(most: int) -> Line | Lines:
    """Return room for a short text of at most so many characters."""
    return Line() if most <= 200 else Lines(2 if most <= 400 else 3)


def told(most: int) -> Lines:
    """Return room for an account of at most so many characters; whoever needs more takes a sheet."""
    for limit, count in ((500, 2), (2_000, 3), (4_000, 4)):
        if most <= limit:
            return Lines(count)
    return Lines(6)
