"""How the document looks: the sheet of paper, its grid of twelve, five sizes, two weights, one tint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from formsvc.documents.pdf.fonts import Weight
from formsvc.documents.pdf.words import Style

MM = 72 / 25.4
PAPER_WIDTH, PAPER_HEIGHT = 210 * MM, 297 * MM
MARGIN = 18 * MM
LEFT = MARGIN
WIDTH = PAPER_WIDTH - 2 * MARGIN
TOP = PAPER_HEIGHT - MARGIN
BOTTOM = MARGIN + 12
GUTTER = 4 * MM
_COLUMN = (WIDTH - 11 * GUTTER) / 12

QUIET = 0.33
"""How dark a text is that says there is no answer: still 7 to 1 on white."""

NAME = Style(size=24, leading=27, weight=Weight.SEMIBOLD)
LONG_NAME = Style(size=16, leading=19, weight=Weight.SEMIBOLD)
HEAD = Style(size=13, leading=17, weight=Weight.SEMIBOLD)
GROUP = Style(size=10, leading=14, weight=Weight.SEMIBOLD)
BODY = Style(size=10, leading=14)
BODY_QUIET = Style(size=10, leading=14, gray=QUIET)
BODY_STRONG = Style(size=10, leading=14, weight=Weight.SEMIBOLD)
LABEL = Style(size=9, leading=14, weight=Weight.SEMIBOLD)
SMALL = Style(size=9, leading=12)
SMALL_QUIET = Style(size=9, leading=12, gray=QUIET)
SMALL_STRONG = Style(size=9, leading=12, weight=Weight.SEMIBOLD)


@dataclass(frozen=True, kw_only=True)
class Look:
    """The sizes of one document: answers and their labels, what stands in tables and cards, headings."""

    body: Style = BODY
    label: Style = LABEL
    small: Style = SMALL
    small_strong: Style = SMALL_STRONG
    group: Style = GROUP
    head: Style = HEAD
    pad: float = 4.0
    apart: float = 16.0


def _look(size: float, leading: float, head: float, *, pad: float, apart: float) -> Look:
    """Return a look made from the size of its answers."""
    strong_one = Style(size=size, leading=leading, weight=Weight.SEMIBOLD)
    return Look(
        body=Style(size=size, leading=leading),
        label=replace(strong_one, size=min(size, 9) if size < 12 else size - 1),
        small=Style(size=size, leading=leading),
        small_strong=strong_one,
        group=replace(strong_one, size=size + 0.5),
        head=Style(size=head, leading=head * 1.3, weight=Weight.SEMIBOLD),
        pad=pad,
        apart=apart,
    )


USUAL = Look()
SHEETS = tuple(
    _look(size, leading, size + 2, pad=pad, apart=apart)
    for size, leading, pad, apart in (
        (10, 14, 3, 10),
        (9.5, 12.5, 2.5, 9),
        (9, 11.5, 2, 8),
        (8.5, 10.5, 1.5, 7),
    )
)
"""The looks of a sheet that should stand on one side, from the roomiest to the tightest."""
GRAB_SHEETS = (
    *SHEETS,
    _look(8, 9.5, 10, pad=1.5, apart=6),
    _look(7.5, 9, 9.5, pad=1, apart=5),
    _look(7, 8.2, 9, pad=1, apart=4),
)
"""The looks of a grab sheet, which has one side whatever it holds."""
LARGE = _look(13, 20, 17, pad=5, apart=20)
"""For a child to read."""


def columns(count: int) -> float:
    """Return the width of so many columns of the grid, with the gutters between them."""
    return count * _COLUMN + (count - 1) * GUTTER


@cache
def quiet(style: Style) -> Style:
    """Return a style for what says that there is no answer."""
    return replace(style, gray=QUIET)


@cache
def strong(style: Style) -> Style:
    """Return the heavier of the two weights of a style."""
    return replace(style, weight=Weight.SEMIBOLD)
