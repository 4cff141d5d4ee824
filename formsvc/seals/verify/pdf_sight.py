"""Can what a page of ours draws be seen? Text and pictures that are read must be there for the eye, too.

Our pages are drawn with few operators: text set upright at a place, filled and outlined rectangles,
pictures. So where everything lies can be followed exactly, and text is refused that is outside the
page, tiny, squeezed, as pale as its ground, covered by what is drawn later, or set over other text.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from formsvc.errors import Unreadable

_SMALLEST, _LARGEST = 5.0, 100.0
"""The sizes of text, in points, that can be read."""
_CONTRAST: Final = 3.0
"""The least contrast of text with its ground (WCAG 2.2, 1.4.3 for large text)."""
_NARROWEST: Final = 0.1
"""The least advance of a character that stands by itself, in ems."""
_TOUCHING: Final = 0.2
"""The part of a text's box that something else may touch: lines of text stand close."""
_BAND: Final = 24.0
_WHITE: Final = (1.0, 1.0, 1.0)
_THINNEST: Final = 2.0

Colour = tuple[float, float, float]


class Box(NamedTuple):
    """A rectangle in points: left, bottom, right, top."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def area(self) -> float:
        """The area of the box."""
        return (self.right - self.left) * (self.top - self.bottom)

    def within(self, other: Box) -> bool:
        """Say whether this box lies in the other, a point more or less."""
        return (
            self.left >= other.left - 1
            and self.bottom >= other.bottom - 1
            and self.right <= other.right + 1
            and self.top <= other.top + 1
        )


class _Text(NamedTuple):
    """One shown text: where, in what colour, in which mark, as the how-manieth thing on the page."""

    box: Box
    colour: Colour
    mark: int
    order: int

    def goes_on(self, box: Box, colour: Colour, mark: int) -> bool:
        """Say whether a text goes on where this one ends."""
        return (
            self.mark == mark
            and self.colour == colour
            and self.box.bottom == box.bottom
            and self.box.top == box.top
            and abs(self.box.right - box.left) < 1
        )


class _Ground(NamedTuple):
    """Something drawn that covers what lies under it; a picture has no one colour."""

    box: Box
    colour: Colour | None
    order: int


class Sight:
    """Follows where a page draws, and says at its end whether all of its text can be seen."""

    def __init__(self, page: Box) -> None:
        self.page = page
        self.fill: Colour = (0.0, 0.0, 0.0)
        self._texts: list[_Text] = []
        self._grounds: dict[int, list[_Ground]] = defaultdict(list)
        self._outline: list[Box] = []
        self._order = 0

    def rectangle(self, numbers: Sequence[float]) -> None:
        """Follow re."""
        x, y, width, height = numbers
        self._outline.append(
            Box(min(x, x + width), min(y, y + height), max(x, x + width), max(y, y + height))
        )

    def filled(self) -> None:
        """Follow f."""
        for box in self._outline:
            self._cover(box, self.fill)
        self._outline.clear()

    def stroked(self, weight: float) -> None:
        """Follow S: an outline is four thin areas."""
        half = weight / 2
        for box in self._outline:
            for edge in (
                Box(box.left - half, box.bottom - half, box.right + half, box.bottom + half),
                Box(box.left - half, box.top - half, box.right + half, box.top + half),
                Box(box.left - half, box.bottom - half, box.left + half, box.top + half),
                Box(box.right - half, box.bottom - half, box.right + half, box.top + half),
            ):
                self._cover(edge, None)
        self._outline.clear()

    def picture(self, matrix: Sequence[float]) -> None:
        """Follow Do: the unit square through a matrix."""
        a, b, c, d, e, f = matrix
        across, up = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
        box = Box(min(across), min(up), max(across), max(up))
        if abs(a * d - b * c) < _THINNEST * _THINNEST or not box.within(self.page):
            raise Unreadable("a picture cannot be seen on its page")
        self._cover(box, None)

    def text(self, said: str, *, at: tuple[float, float], size: float, advance: float, mark: int) -> None:
        """Follow a shown text that begins at a place and moves on by `advance` points."""
        self._order += 1
        if not said.strip():
            return
        if not _SMALLEST <= size <= _LARGEST:
            raise Unreadable("a page draws text too small or too large to be read")
        if advance < _standing(said) * _NARROWEST * size:
            raise Unreadable("a page draws text squeezed together")
        x, y = at
        box = Box(x, y - size * 0.2, x + advance, y + size * 0.7)
        if not box.within(self.page):
            raise Unreadable("a page draws text outside of its paper")
        last = self._texts[-1] if self._texts else None
        if last is not None and last.goes_on(box, self.fill, mark):
            box = Box(last.box.left, box.bottom, box.right, box.top)
            self._texts.pop()
        self._texts.append(_Text(box, self.fill, mark, self._order))

    def check(self) -> None:
        """Raise Unreadable where text of the page cannot be seen."""
        if self._outline:
            raise Unreadable("a page draws something that is not allowed in our files")
        lines: dict[int, list[tuple[Box, int]]] = defaultdict(list)
        for text in self._texts:
            below: _Ground | None = None
            for band in range(int(text.box.bottom // _BAND), int(text.box.top // _BAND) + 1):
                below = self._ground(text, band, below)
                _refuse_over(text, lines[band])
                lines[band].append((text.box, text.mark))
            self._check_contrast(text, below)

    def _ground(self, text: _Text, band: int, below: _Ground | None) -> _Ground | None:
        """Return what a text stands on: the last thing drawn there before it, none of it after."""
        left, bottom, right, top = text.box
        for ground in self._grounds.get(band, ()):
            other = ground[0]
            if other[0] < right and left < other[2] and other[1] < top and bottom < other[3]:
                if not _touch(text.box, other):
                    continue
                if ground.order > text.order:
                    raise Unreadable("a page draws something over its text")
                if below is None or ground.order > below.order:
                    below = ground
        return below

    @staticmethod
    def _check_contrast(text: _Text, below: _Ground | None) -> None:
        if below is not None and below.colour is None:
            raise Unreadable("a page draws text over a picture")
        ground = below.colour if below is not None and below.colour is not None else _WHITE
        if contrast(text.colour, ground) < _CONTRAST:
            raise Unreadable("a page draws text that cannot be told from its ground")

    def _cover(self, box: Box, colour: Colour | None) -> None:
        """Note what covers a part of the page; what lies outside of it covers nothing."""
        self._order += 1
        bottom, top = max(box.bottom, self.page.bottom), min(box.top, self.page.top)
        ground = _Ground(box, colour, self._order)
        for band in range(int(bottom // _BAND), int(top // _BAND) + 1):
            self._grounds[band].append(ground)


def _refuse_over(text: _Text, others: Sequence[tuple[Box, int]]) -> None:
    """Refuse text that lies over text of another mark."""
    left, bottom, right, top = text.box
    for other, mark in others:
        apart = other[0] >= right or left >= other[2] or other[1] >= top or bottom >= other[3]
        if not apart and mark != text.mark and _touch(text.box, other):
            raise Unreadable("a page draws text over other text")


def _touch(text: Box, other: Box) -> bool:
    """Say whether something lies over more of a text than neighbours do; they do share some of it."""
    shared = (min(text.right, other.right) - max(text.left, other.left)) * (
        min(text.top, other.top) - max(text.bottom, other.bottom)
    )
    return shared > _TOUCHING * min(text.area, max(other.area, text.area * _TOUCHING))


def _standing(said: str) -> int:
    """Return how many characters of a text stand by themselves: no marks, spaces or controls."""
    if said.isascii():
        return len(said) - said.count(" ")
    return sum(unicodedata.category(one)[0] not in "MZC" for one in said)


@lru_cache(maxsize=1024)
def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (min(1.0, max(0.0, one)) for one in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def page_box(entries: Mapping[str, Any]) -> Box:
    """Return the paper of a page of ours; raise Unreadable for one that shows a part of itself."""
    numbers = entries.get("/MediaBox")
    if not isinstance(numbers, list) or len(numbers) != 4:
        raise Unreadable("a page does not say how large it is")
    if not all(isinstance(one, int | float) for one in numbers):
        raise Unreadable("a page does not say how large it is")
    box = Box(*map(float, numbers))
    if not (0 < box.right - box.left <= 5_000 and 0 < box.top - box.bottom <= 5_000):
        raise Unreadable("a page does not say how large it is")
    return box
