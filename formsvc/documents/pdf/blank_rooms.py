"""From the neutral rooms of a field type to marks on the page, as wide as there is room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.blank_marks import (
    BOX_WIDTH,
    Abreast,
    Boxed,
    Framed,
    Lowered,
    Mark,
    Option,
    Ruled,
    Stack,
    Written,
    option_width,
)
from formsvc.documents.pdf.cells import Para
from formsvc.documents.pdf.fonts import Weight
from formsvc.documents.pdf.style import GUTTER, MM, QUIET
from formsvc.documents.pdf.tags import Element
from formsvc.documents.pdf.words import Style
from formsvc.fields.rooms import Boxes, Frame, Gap, Line, Lines, Note, Room, Tick, Ticks

ASKED = Style(size=9.5, leading=12.5, weight=Weight.SEMIBOLD)
HINT = Style(size=8.5, leading=11, gray=QUIET)
RULE = Style(size=8.5, leading=11)
OPTION = Style(size=9.5, leading=12.5)
CAPTION = Style(size=8, leading=9.5, gray=QUIET)
_SHORT = 20 * MM
_NARROW = 66 * MM
"""Below this width, what else stands side by side goes one below the other."""
_APART = 14.0
_MOST_TICKS = 48
_WRITTEN_OUT = Lines(1, "Write the answer in words: there are too many to tick.")
"""What stands for options that would fill more than a page."""
_BETWEEN = 7.0
_SMALLEST = 4.4 * MM
NOT_KNOWN = "Not known"


@dataclass(frozen=True)
class Drawn:
    """The marks of an answer, and the lines among them that may grow."""

    mark: Stack
    grows: Ruled | None


@dataclass(frozen=True)
class Rooms:
    """Draws rooms with the words of one document."""

    pen: Pen

    def drawn(
        self, parent: Element, rooms: Sequence[Room], width: float, *, not_known: bool = False
    ) -> Drawn:
        """Return the marks of rooms in a width, with a tick for "not known" where that is an answer."""
        stack, grows = Stack(), None
        framed = [one for one in rooms if isinstance(one, Frame)]
        if framed:
            rest = [one for one in rooms if one not in framed]
            return self._beside(parent, framed[0], rest, width, not_known=not_known)
        for at, room in enumerate(rooms):
            last = not_known and at == 0
            mark, lines = self._room(parent, room, width, not_known=last)
            stack.add(mark, gap=3 if not isinstance(room, Line) else 0)
            grows = lines if lines is not None and lines.count > 1 else grows
        return Drawn(stack, grows)

    def _beside(
        self, parent: Element, frame: Frame, rest: Sequence[Room], width: float, *, not_known: bool
    ) -> Drawn:
        wide = frame.width * MM
        said = self.pen.para(parent.child("P"), frame.words, CAPTION, wide - 12)
        picture = Framed(said, wide, frame.height * MM)
        shift = wide + 2 * GUTTER
        if width - shift < _NARROW:
            below = self.drawn(parent, rest, width, not_known=not_known)
            stack = Stack()
            stack.add(picture)
            stack.add(below.mark, gap=4)
            return Drawn(stack, below.grows)
        beside = self.drawn(parent, rest, width - shift, not_known=not_known)
        stack = Stack()
        stack.add(Abreast([(0, picture), (shift, beside.mark)]))
        return Drawn(stack, beside.grows)

    def _room(
        self, parent: Element, room: Room, width: float, *, not_known: bool
    ) -> tuple[Mark, Ruled | None]:
        match room:
            case Ticks(options) if len(options) > _MOST_TICKS:
                return self._room(parent, _WRITTEN_OUT, width, not_known=not_known)
            case Ticks():
                return self._ticks(parent, room, width, not_known=not_known), None
            case Note(text):
                return self.pen.para(parent.child("P"), text, HINT, width), None
            case Lines(count, label):
                return self._lines(parent, count, label, width, not_known=not_known)
            case Boxes():
                return self._with_tick(
                    parent, self._boxes(parent, room, width), width, not_known=not_known
                ), None
            case Line(gaps):
                beside = not_known and width >= _NARROW
                left = width - (self.tick_width() + GUTTER if beside else 0)
                return self._with_tick(
                    parent, self._line(parent, gaps, left), width, not_known=not_known
                ), None
            case _:
                raise TypeError(type(room).__name__)

    def _lines(
        self, parent: Element, count: int, label: str, width: float, *, not_known: bool
    ) -> tuple[Mark, Ruled]:
        beside = not_known and width >= _NARROW
        ruled = Ruled(width, count, self.tick_width() + GUTTER if beside else 0)
        stack = Stack()
        if label:
            stack.add(self.pen.para(parent.child("P"), label, RULE, width))
        stack.add(self._with_tick(parent, ruled, width, not_known=not_known))
        return stack, ruled

    def _boxes(self, parent: Element, room: Boxes, width: float) -> Mark:
        stack = Stack()
        if room.label:
            stack.add(self.pen.para(parent.child("P"), room.label, RULE, width))
        for line in _box_lines(room.groups, width):
            total = sum(count for _, count in line)
            size = min(BOX_WIDTH, (width - _BETWEEN * (len(line) - 1)) / total)
            groups = [(count, self.pen.para(parent.child("P"), words, CAPTION, 60)) for words, count in line]
            stack.add(Boxed(groups, _BETWEEN, size), gap=2)
        return stack

    def _line(self, parent: Element, gaps: Sequence[Gap], width: float) -> Mark:
        if len(gaps) > 1 and width < _NARROW and not all(gap.short for gap in gaps):
            stack = Stack()
            for gap in gaps:
                stack.add(self._line(parent, (gap,), width))
            return stack
        words = [
            tuple(
                self.pen.para(parent.child("P"), one, RULE, 200) if one else None
                for one in (gap.before, gap.after)
            )
            for gap in gaps
        ]
        between = 10.0
        told = [sum(_wide(one) + 4 for one in pair if one) for pair in words]
        room = (width - sum(told) - between * (len(gaps) - 1)) / len(gaps)
        fixed = [
            min(_SHORT, room) + beside if gap.short else 0.0 for gap, beside in zip(gaps, told, strict=True)
        ]
        spare = width - sum(fixed) - between * (len(gaps) - 1)
        shares = sum(gap.share for gap in gaps if not gap.short) or 1
        places = [
            (known or spare * gap.share / shares, before, after)
            for gap, (before, after), known in zip(gaps, words, fixed, strict=True)
        ]
        return Written(places, between)

    def _with_tick(self, parent: Element, mark: Mark, width: float, *, not_known: bool) -> Mark:
        if not not_known:
            return mark
        tick = self._tick(parent, NOT_KNOWN, self.tick_width())
        if width < _NARROW:
            stack = Stack()
            stack.add(mark)
            stack.add(tick, gap=3)
            return stack
        return Abreast([(0, mark), (width - self.tick_width(), Lowered(tick, 6))])

    def tick_width(self) -> float:
        """Return the width of the tick for "not known"."""
        return option_width(self.pen.setter.width(NOT_KNOWN, OPTION)) + 2

    def _tick(self, parent: Element, words: str, width: float, *, line: bool = False) -> Option:
        return Option(self.pen.para(parent.child("P"), words, OPTION, width - option_width(0)), width, line)

    def tick(self, parent: Element, words: str) -> Option:
        """Return a box with words on one line."""
        return self._tick(parent, words, option_width(self.pen.setter.width(words, OPTION)) + 2)

    def least(self, rooms: Sequence[Room], *, not_known: bool) -> float:
        """Return the least width in which a pen can fill rooms in."""
        found = [self.tick_width()] if not_known else [0.0]
        for room in rooms:
            match room:
                case Ticks(options):
                    found += [option_width(self.pen.setter.width(one.words, OPTION)) for one in options]
                case Boxes(groups):
                    found.append(max(count for _, count in groups) * 2 * _SMALLEST + _BETWEEN * 2)
                case Line(gaps) if all(gap.short for gap in gaps):
                    found.append(_SHORT * len(gaps) / 2)
                case Line() | Lines():
                    found.append(1.4 * _SHORT)
                case Frame(_, across, _):
                    found.append(across * MM)
        return min(max(found), _NARROW)

    def _ticks(self, parent: Element, room: Ticks, width: float, *, not_known: bool) -> Mark:
        options = room.options
        known = {one.words for one in options}
        if not_known and NOT_KNOWN not in known:
            options = (*options, Tick(words=NOT_KNOWN))
        stack = Stack()
        asked = " ".join(filter(None, (f"{room.label}:" if room.label else "", _how_many(room, options))))
        if asked:
            stack.add(self.pen.para(parent.child("P"), asked, RULE if room.label else HINT, width))
        listed = parent.child("L")
        plain = [one for one in options if not one.line]
        widths = [self.pen.setter.width(one.words, OPTION) for one in plain]
        columns = self._columns(widths, width)
        across = width / columns if columns > 1 else width
        if columns >= len(plain) and plain:
            across = max(max(option_width(one) for one in widths) + _APART, 0)
        gap = 3.0
        for one in self._rows(options, columns):
            marks: list[tuple[float, Mark]] = []
            for at, option in enumerate(one):
                body = listed.child("LI").child("LBody")
                wide = width if option.line else across - (_APART if columns > 1 else 0)
                said = self.pen.para(body, option.words, OPTION, wide - option_width(0))
                marks.append((at * across, Option(said, wide, option.line)))
            stack.add(Abreast(marks), gap=gap)
            gap = 0
        return stack

    def _columns(self, widths: Sequence[float], width: float) -> int:
        """Return how many options stand side by side: all of them on one line if they can."""
        if not widths:
            return 1
        wide = max(option_width(one) for one in widths) + _APART
        most = max(int((width + _APART) / wide), 1)
        if len(widths) <= most:
            return len(widths)
        return min(most, 3, -(-len(widths) // 2))

    def _rows(self, options: Sequence[Tick], columns: int) -> Iterator[Sequence[Tick]]:
        """Yield the options of each line, read along the lines; one with room to write has its own."""
        waiting: list[Tick] = []
        for one in options:
            if one.line:
                if waiting:
                    yield waiting
                yield [one]
                waiting = []
                continue
            waiting.append(one)
            if len(waiting) == columns:
                yield waiting
                waiting = []
        if waiting:
            yield waiting


def _box_lines(groups: Sequence[tuple[str, int]], width: float) -> Iterator[list[tuple[str, int]]]:
    """Share groups of boxes out over lines on which no box is too small for a pen."""
    waiting: list[tuple[str, int]] = []
    for group in groups:
        count = sum(one for _, one in (*waiting, group))
        if waiting and count * _SMALLEST + _BETWEEN * len(waiting) > width:
            yield waiting
            waiting = []
        waiting.append(group)
    yield waiting


def _how_many(room: Ticks, options: Sequence[Tick]) -> str:
    if len(options) < 2:
        return ""
    return "Tick all that apply" if room.several else ""


def _wide(para: Para) -> float:
    return max((line.width for line in para.lines), default=0.0)
