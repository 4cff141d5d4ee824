"""What a pen meets on a blank form: lines, boxes, ticks, frames; and how they stand together.

A mark knows its height and draws itself downwards. All that is not text is decoration: what a box is
for stands in words beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from formsvc.documents.pdf.cells import Para
from formsvc.documents.pdf.page import PALE, Page
from formsvc.documents.pdf.style import MM

PEN = 8.5 * MM
"""From one writing line to the next."""
TICK = 4 * MM
TICK_PITCH = 6.6 * MM
BOX_WIDTH, BOX_HEIGHT = 6.2 * MM, 8 * MM
LINE_GRAY, BOX_GRAY = 0.3, 0.2
"""Dark enough for a photocopy of a photocopy."""
_LINE = 0.6
_AFTER_BOX = 5.5
_CAPTION = 9.5
_WRITE = 30 * MM
"""The least room to write in."""


class Mark(Protocol):
    """Something with a height that can be drawn."""

    @property
    def height(self) -> float:
        """How high it stands, in points."""
        ...

    def draw(self, page: Page, x: float, top: float) -> None:
        """Draw it downwards from `top`."""
        ...


@dataclass(slots=True)
class Ruled:
    """Writing lines across a width, the first `short` by what stands at its end.

    What has room to spare makes `count` larger.
    """

    width: float
    count: int = 1
    short: float = 0

    @property
    def height(self) -> float:
        """How high the lines stand."""
        return self.count * PEN

    def draw(self, page: Page, x: float, top: float) -> None:
        """Draw the lines, each at the foot of its strip."""
        page.aside()
        for at in range(1, self.count + 1):
            width = self.width - (self.short if at == 1 else 0)
            page.rule(x, top - at * PEN + 2, width, weight=_LINE, gray=LINE_GRAY)


@dataclass(slots=True)
class Lowered:
    """A mark that stands a little lower than what is beside it."""

    mark: Mark
    by: float

    @property
    def height(self) -> float:
        """How high it stands with what is above it."""
        return self.mark.height + self.by

    def draw(self, page: Page, x: float, top: float) -> None:
        """Draw the mark."""
        self.mark.draw(page, x, top - self.by)


@dataclass(slots=True)
class Level:
    """A mark beside a line of text that is to stand no higher for it."""

    mark: Mark
    height: float

    def draw(self, page: Page, x: float, top: float) -> None:
        """Draw the mark."""
        self.mark.draw(page, x, top)


@dataclass(slots=True)
class Space:
    """Room with nothing in it."""

    height: float

    def draw(self, page: Page, x: float, top: float) -> None:
        """Draw nothing."""


@dataclass(slots=True)
class Boxed:
    """Groups of boxes for digits, the words for each group below it."""

    groups: Sequence[tuple[int, Para]]
    between: float = 7.0
    box: float = BOX_WIDTH

    @property
    def height(self) -> float:
        """How high boxes and words stand."""
        return BOX_HEIGHT + _CAPTION

    @property
    def width(self) -> float:
        """How wide all groups stand."""
        return sum(count for count, _ in self.groups) * self.box + self.between * (len(self.groups) - 1)

    def draw(self, page: Page, x: float, top: float) -> None:
        """Draw each group with its words centred below."""
        for count, words in self.groups:
            page.aside()
            for at in range(count):
                page.frame(
                    x + at * self.box, top - BOX_HEIGHT, self.box + 0.5, BOX_HEIGHT, weight=0.6, gray=BOX_GRAY
                )
            wide = count * self.box
            words.width, words.align = wide, "centre"
            words.draw(page, x, top - BOX_HEIGHT)
            x += wide + self.between


@dataclass(slots=True)
class Option:
    """A box to tick, its words, and after them a line where there is more to say."""

    words: Para
    width: float
    line: bool = False

    @property
    def height(self) -> float:
        """How high the box and its words stand."""
        if not self.line:
            return max(TICK_PITCH, self.words.height + 4)
        return max(PEN, self.words.height + (4 if self._said() else PEN - 4))

    def _said(self) -> float:
        """Return how far the words reach on the line behind them; 0 where the line stands below."""
        said = self.words.lines[-1].width if self.words.lines else 0.0
        return said if self.width - option_width(said) >= _WRITE else 0.0

    def draw(self, page: Page, x: float, top: float) -> None:
        """Draw the box, the words beside it, the line behind them."""
        page.aside()
        page.frame(x, top - TICK - 1, TICK, TICK, weight=0.8, gray=BOX_GRAY)
        begin = x + TICK + _AFTER_BOX
        if self.line:
            said = self._said()
            room = self.width - TICK - 2 * _AFTER_BOX - said
            page.rule(begin + said + _AFTER_BOX, top - self.height + 8, room, weight=_LINE, gray=LINE_GRAY)
        self.words.draw(page, begin, top - 0.5)


def option_width(words: float) -> float:
    """Return the width of an option whose words are so wide."""
    return TICK + _AFTER_BOX + words


@dataclass(slots=True)
class Framed:
    """An empty frame with words in its middle."""

    words: Para
    width: float
    height: float

    def draw(self, page: Page, x: float, top: float) -> None:
        """Draw the frame and the words."""
        page.aside()
        page.frame(x, top - self.height, self.width, self.height, weight=0.75, gray=BOX_GRAY)
        self.words.align = "centre"
        self.words.draw(
            page, x + (self.width - self.words.width) / 2, top - self.height / 2 + self.words.height / 2
        )


@dataclass(slots=True)
class Written:
    """One writing line cut into places, each with the words before and after it."""

    places: Sequence[tuple[float, Para | None, Para | None]]
    between: float = 10.0

    @property
    def height(self) -> float:
        """How high the line stands."""
        return PEN

    def draw(self, page: Page, x: float, top: float) -> None:
        """Draw the places from left to right; each has its width, words included."""
        foot = top - PEN + 2
        for width, before, after in self.places:
            start, end = x, x + width
            if before is not None:
                before.draw(page, x, foot + before.height - 2)
                start += _inked(before) + 4
            if after is not None:
                end -= _inked(after) + 4
                after.draw(page, end + 4, foot + after.height - 2)
            page.aside()
            page.rule(start, foot, end - start, weight=_LINE, gray=LINE_GRAY)
            x += width + self.between


def _inked(para: Para) -> float:
    return max((line.width for line in para.lines), default=0.0)


@dataclass(slots=True)
class Stack:
    """Marks one below the other, with a gap above each but the first."""

    marks: list[tuple[float, Mark]] = field(default_factory=list)

    def add(self, mark: Mark, *, gap: float = 0) -> None:
        """Put a mark below what is there."""
        self.marks.append((gap if self.marks else 0, mark))

    @property
    def height(self) -> float:
        """How high the marks stand."""
        return sum(gap + mark.height for gap, mark in self.marks)

    def draw(self, page: Page, x: float, top: float) -> None:
        """Draw the marks downwards."""
        for gap, mark in self.marks:
            mark.draw(page, x, top - gap)
            top -= gap + mark.height


@dataclass(slots=True)
class Abreast:
    """Marks side by side, each so far to the right; with a frame or a tint round them where asked."""

    marks: Sequence[tuple[float, Mark]]
    above: float = 0
    below: float = 0
    rule: float = 0
    width: float = 0
    frame: float = 0
    fill: bool = False
    sides: Sequence[float] = ()

    @property
    def height(self) -> float:
        """How high the highest stands, what is left above and below included."""
        return self.above + max((mark.height for _, mark in self.marks), default=0) + self.below

    def draw(self, page: Page, x: float, top: float) -> None:
        """Draw what is round the marks, then the marks."""
        height = self.height
        if self.fill or self.frame or self.rule or self.sides:
            page.aside()
        if self.fill:
            page.area(x, top - height, self.width, height, PALE)
        if self.frame:
            page.frame(x, top - height, self.width, height, weight=self.frame, gray=0)
        if self.rule:
            gray = 0 if self.rule > 1 else 0.6
            page.rule(x, top - height, self.width, weight=self.rule, gray=gray)
        for at in self.sides:
            page.area(x + at - 0.3, top - height, 0.6, height, f"{LINE_GRAY} g")
        for shift, mark in self.marks:
            mark.draw(page, x + shift, top - self.above)


@dataclass(slots=True)
class Aside:
    """Paragraphs drawn again on a later page: for the eye only."""

    paras: Sequence[Para]

    @property
    def height(self) -> float:
        """How high they stand."""
        return sum(para.height for para in self.paras)

    def draw(self, page: Page, x: float, top: float) -> None:
        """Draw the paragraphs as decoration."""
        for para in self.paras:
            para.draw(page, x, top, aside=True)
            top -= para.height
