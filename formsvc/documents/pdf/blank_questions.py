"""The questions of a blank form, in order: label and hint, who needs to answer, room for a pen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from formsvc.definitions.model import Effective, Field, Page
from formsvc.definitions.said import Words, said
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.blank_flow import Slab
from formsvc.documents.pdf.blank_marks import PEN, Abreast, Aside, Level, Mark, Space, Stack
from formsvc.documents.pdf.blank_rooms import ASKED, HINT, RULE, Drawn, Rooms
from formsvc.documents.pdf.blank_rooms import NOT_KNOWN as NOT_KNOWN_WORDS
from formsvc.documents.pdf.cells import Para
from formsvc.documents.pdf.style import BODY_QUIET, GROUP, GUTTER, HEAD, MM, SMALL_STRONG, WIDTH, columns
from formsvc.documents.pdf.tags import COLUMN_HEAD, Element
from formsvc.fields.base import NOT_KNOWN, OptionsInvalid, Refused
from formsvc.fields.rooms import Entries, Frame, Line, Lines, Note, Room, Ticks

LABELS = columns(4) + 2 * MM
ROOM = WIDTH - LABELS - GUTTER
_NUMBER = 26.0
_PAD = 5.0
_WIDE_FROM = 4
"""From so many lines on, an answer takes the full width."""
_CARD_LINES = 3
_HIGH = 60.0
"""Of rows higher than this a table has only a `_FEWER` few."""
_FEWER = 3


class Questions:
    """Makes the slabs of every question of a form."""

    def __init__(self, effective: Effective, pen: Pen, root: Element) -> None:
        self.pen = pen
        self.root = root
        self.rooms = Rooms(pen)
        self.fields = {one.id: one for one in effective.fields()}
        self.numbers = {
            one.id: f"{at}.{n}"
            for at, page in enumerate(effective.pages, 1)
            for n, one in enumerate((one for one in page.fields if one.type.holds_answer), 1)
        }

    def page(self, page: Page, *, number: int) -> Iterator[Slab]:
        """Yield a section: its heading, what it says first, its questions."""
        section = self.root.child("Sect")
        title = f"{number}  {page.title}"
        head = self.pen.para(section.child("H2"), title, HEAD, WIDTH)
        yield Slab(
            Abreast([(0, head)], below=3, rule=1.5, width=WIDTH), gap=16, keep_next=True, bookmark=page.title
        )
        if page.intro:
            intro = self.pen.para(section.child("P"), page.intro, BODY_QUIET, WIDTH)
            yield Slab(Abreast([(0, intro)], above=4), keep_next=True)
        for one in page.fields:
            yield from self._question(section, one)

    def _question(self, section: Element, one: Field) -> Iterator[Slab]:
        rooms = one.type.room(one)
        entries = next((room for room in rooms if isinstance(room, Entries)), None)
        if entries is not None:
            yield from self._group(section, one, entries)
        elif not one.type.holds_answer:
            yield self._advice(section.child("Div"), one, rooms)
        elif _is_wide(rooms):
            yield self._wide(section.child("Div"), one, rooms)
        else:
            yield self._pair(section.child("Div"), one, rooms)

    def _pair(self, element: Element, one: Field, rooms: Sequence[Room]) -> Slab:
        label = self._label(element, one, LABELS)
        drawn = self.rooms.drawn(element, rooms, ROOM, not_known=one.not_known)
        mark = Abreast([(0, label), (LABELS + GUTTER, drawn.mark)], above=5.5, below=5, rule=0.5, width=WIDTH)
        return Slab(mark, grows=drawn.grows)

    def _wide(self, element: Element, one: Field, rooms: Sequence[Room]) -> Slab:
        stack = Stack()
        stack.add(self._titled(element, one, WIDTH))
        drawn = self.rooms.drawn(element, rooms, WIDTH)
        stack.add(drawn.mark, gap=4 if any(isinstance(room, Frame) for room in rooms) else 0)
        return Slab(Abreast([(0, stack)], above=5.5, below=5, rule=0.5, width=WIDTH), grows=drawn.grows)

    def _advice(self, element: Element, one: Field, rooms: Sequence[Room]) -> Slab:
        stack = Stack()
        stack.add(self.pen.para(element.child("P"), one.label, ASKED, WIDTH))
        for room in rooms:
            if isinstance(room, Note):
                stack.add(self.pen.para(element.child("P"), room.text, RULE, WIDTH), gap=2)
        return Slab(Abreast([(0, stack)], above=5.5, below=5, rule=0.5, width=WIDTH), keep_next=True)

    def _label(self, element: Element, one: Field, width: float, *, group: Field | None = None) -> Stack:
        """Return the words of a question: its number and label, when it is asked, its hint."""
        number = "" if group else self.numbers.get(one.id, "")
        shift = _NUMBER if number else 0
        label = self.pen.para(element.child("P"), one.label, ASKED, width - shift)
        if number:
            label.lead = self.pen.setter.lines(f"{number} ", ASKED, _NUMBER)
            label.lead_style, label.lead_width = ASKED, _NUMBER
        stack = Stack()
        stack.add(label)
        for words, style in ((self.when(one, group=group), RULE), (one.hint, HINT)):
            if words:
                stack.add(self.pen.para(element.child("P"), words, style, width, indent=shift), gap=1)
        return stack

    def _titled(self, element: Element, one: Field, width: float, *, group: Field | None = None) -> Mark:
        """Return the words of a question with the tick for "not known" at the end of their line."""
        if not one.not_known:
            return self._label(element, one, width, group=group)
        narrow = width - self.rooms.tick_width() - GUTTER
        label = self._label(element, one, narrow, group=group)
        tick = self.rooms.tick(element, NOT_KNOWN_WORDS)
        return Abreast([(0, label), (width - self.rooms.tick_width(), Level(tick, ASKED.leading))])

    def when(self, one: Field, *, group: Field | None = None) -> str:
        """Return in words whether a question is asked and must be answered."""
        words = self._words(group)
        need = one.required
        needed = f"Needed if {said(need.when, words)}." if need and need.when else "Needed." if need else ""
        if one.shown_when is None:
            return needed
        asked = f"Only if {said(one.shown_when, words)}."
        return f"{asked} Then needed." if needed == "Needed." else f"{asked} {needed}".strip()

    def _words(self, group: Field | None) -> Words:
        near: Mapping[str, Field] = {one.id: one for one in group.children} if group else {}

        def name(id: str) -> str:
            return f"“{near[id].label}”" if id in near else self.numbers[id]

        def answer(id: str, code: str) -> str:
            return f"“{_answer(near.get(id) or self.fields[id], code)}”"

        return Words(name=name, answer=answer)

    def _group(self, section: Element, one: Field, entries: Entries) -> Iterator[Slab]:
        titled = self._titled(section.child("Div"), one, WIDTH)
        yield Slab(Abreast([(0, titled)], above=7, below=4), keep_next=True)
        yield from (self._table if entries.table else self._cards)(section, one, entries)

    def _more(self, section: Element, one: Field, count: int) -> Iterator[Slab]:
        """Yield where to go on when there are more entries than there is room for."""
        if count < one.options.max:
            words = (
                f"More than {count}? Continue on another sheet and write {self.numbers[one.id]} beside it."
            )
            more = self.pen.para(section.child("P"), words, HINT, WIDTH)
            yield Slab(Abreast([(0, more)], above=3, below=4))

    def _table(self, section: Element, one: Field, entries: Entries) -> Iterator[Slab]:
        element = section.child("Table")
        children = [child for child in one.children if child.type.holds_answer]
        widths = self._widths(children)
        starts = [sum(widths[:at]) for at in range(len(widths))]
        row = element.child("TR")
        heads = [
            (
                start + _PAD,
                self._column(row.child("TH", attributes=COLUMN_HEAD), child, width - 2 * _PAD, one),
            )
            for child, start, width in zip(children, starts, widths, strict=True)
        ]
        sides = [*starts, WIDTH - 0.3]
        aside = [(x, Aside(paras)) for x, paras in heads]
        again = Abreast(aside, above=3, below=3, rule=0.75, fill=True, width=WIDTH, sides=sides)
        yield Slab(
            Abreast(
                [(x, _stacked(paras)) for x, paras in heads],
                above=3,
                below=3,
                rule=0.75,
                fill=True,
                width=WIDTH,
                sides=sides,
            ),
            keep_next=True,
        )
        count = entries.count
        at = 0
        while at < count:
            row = element.child("TR")
            cells: list[tuple[float, Mark]] = [
                (start + _PAD, self._cell(row.child("TD"), child, width - 2 * _PAD))
                for child, start, width in zip(children, starts, widths, strict=True)
            ]
            mark = Abreast(cells, above=3, below=3, rule=0.75, width=WIDTH, sides=sides)
            count = count if mark.height < _HIGH else min(count, _FEWER)
            yield Slab(mark, head=again, keep_next=at in (0, count - 2))
            at += 1
        yield from self._more(section, one, count)

    def _cell(self, cell: Element, child: Field, width: float) -> Mark:
        """Return the room of a cell: empty where there is only something to write."""
        rooms = [room for room in child.type.room(child) if not isinstance(room, Note)]
        empty = Space(PEN * sum(room.count if isinstance(room, Lines) else 1 for room in rooms))
        if all(_is_plain(room) for room in rooms):
            if not child.not_known:
                return empty
            stack = Stack()
            stack.add(empty)
            stack.add(self.rooms.tick(cell, NOT_KNOWN_WORDS))
            return stack
        return self.rooms.drawn(cell, rooms, width, not_known=child.not_known).mark

    def _column(self, cell: Element, child: Field, width: float, group: Field) -> list[Para]:
        """Return the words at the head of a column, advice on how to fill it in included."""
        notes = [(room.text, HINT) for room in child.type.room(child) if isinstance(room, Note)]
        told = [
            (child.label, SMALL_STRONG),
            (self.when(child, group=group), RULE),
            (child.hint, HINT),
            *notes,
        ]
        return [self.pen.para(cell.child("P"), words, style, width) for words, style in told if words]

    def _widths(self, children: Sequence[Field]) -> list[float]:
        """Share the width by the weights of the columns, none narrower than its room needs."""
        least = [
            self.rooms.least(child.type.room(child), not_known=child.not_known) + 2 * _PAD
            for child in children
        ]
        weights = [child.type.weight for child in children]
        spare = max(WIDTH - sum(least), 0)
        whole = min(1.0, WIDTH / sum(least))
        wanted = [
            max(WIDTH * weight / sum(weights) - low, 0) for weight, low in zip(weights, least, strict=True)
        ]
        total = sum(wanted) or 1
        return [low * whole + spare * want / total for low, want in zip(least, wanted, strict=True)]

    def _cards(self, section: Element, one: Field, entries: Entries) -> Iterator[Slab]:
        for at in range(1, entries.count + 1):
            card = section.child("Sect")
            title = f"{entries.one[:1].upper()}{entries.one[1:]} {at}"
            head = self.pen.para(card.child("H3"), title, GROUP, WIDTH - 2 * _PAD)
            yield Slab(_card_head(head), gap=4, keep_next=True)
            again = self.pen.para(head.element, f"{title}, continued", GROUP, WIDTH - 2 * _PAD)
            yield from self._card(card, one, again=_card_head(Aside([again])))
        yield from self._more(section, one, entries.count)

    def _card(self, card: Element, group: Field, *, again: Mark) -> Iterator[Slab]:
        inside = WIDTH - 2 * _PAD
        half = (inside - GUTTER) / 2
        rows = list(_lines(group.children))
        for at, row in enumerate(rows):
            width = half if len(row) > 1 else inside
            cells: list[tuple[float, Mark]] = []
            drawn: Drawn | None = None
            for n, child in enumerate(row):
                stack, drawn = self._asked(card.child("Div"), child, width, group)
                cells.append((_PAD + n * (half + GUTTER), stack))
            last = at == len(rows) - 1
            yield Slab(
                Abreast(
                    cells,
                    above=5,
                    below=6 if last else 1,
                    width=WIDTH,
                    sides=(0, WIDTH),
                    rule=0.75 if last else 0,
                ),
                grows=drawn.grows if drawn and len(row) == 1 else None,
                head=again,
                keep_next=at in (0, len(rows) - 2),
            )

    def _asked(self, element: Element, child: Field, width: float, group: Field) -> tuple[Stack, Drawn]:
        """Return a question of a card, its words above its room."""
        rooms = [_shorter(room) for room in child.type.room(child)]
        ticked = any(isinstance(room, Ticks) for room in rooms)
        stack = Stack()
        stack.add((self._label if ticked else self._titled)(element, child, width, group=group))
        drawn = self.rooms.drawn(element, rooms, width, not_known=child.not_known and ticked)
        stack.add(drawn.mark, gap=2 if ticked else 0)
        return stack, drawn


def _card_head(words: Mark) -> Mark:
    return Abreast([(_PAD, words)], above=2, below=2, fill=True, width=WIDTH, sides=(0, WIDTH))


def _is_plain(room: Room) -> bool:
    """Say whether a room is nothing but a place for words."""
    return (isinstance(room, Lines) and not room.label) or room == Line()


def _shorter(room: Room) -> Room:
    """Return a room as a card has place for it."""
    return Lines(min(room.count, _CARD_LINES), room.label) if isinstance(room, Lines) else room


def _lines(children: Sequence[Field]) -> Iterator[list[Field]]:
    """Yield what stands on each line of a card: two short questions side by side, or one alone."""
    waiting: list[Field] = []
    for child in children:
        if child.type.wide or _is_wide(child.type.room(child)):
            if waiting:
                yield waiting
            yield [child]
            waiting = []
            continue
        waiting.append(child)
        if len(waiting) == 2:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _is_wide(rooms: Sequence[Room]) -> bool:
    return any(
        isinstance(room, Frame) or (isinstance(room, Lines) and room.count >= _WIDE_FROM) for room in rooms
    )


def _stacked(paras: Sequence[Para]) -> Stack:
    stack = Stack()
    for para in paras:
        stack.add(para)
    return stack


def _answer(field: Field, code: str) -> str:
    """Return the words of a code that a condition compares an answer with."""
    if {code: True} == NOT_KNOWN:
        return "Not known"
    try:
        return field.type.text(field, field.type.read(field, code))
    except (Refused, OptionsInvalid):
        return code.replace("_", " ")
