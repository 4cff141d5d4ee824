"""Repeating groups on a blank form: tables with empty rows, cards with room for each entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from formsvc.definitions.model import Field
from formsvc.documents.pdf.blank_asking import Asking, is_wide
from formsvc.documents.pdf.blank_flow import Slab
from formsvc.documents.pdf.blank_marks import PEN, Abreast, Aside, Mark, Space, Stack
from formsvc.documents.pdf.blank_rooms import HINT, NOT_KNOWN, RULE, Drawn
from formsvc.documents.pdf.cells import Para
from formsvc.documents.pdf.style import GROUP, GUTTER, SMALL_STRONG, WIDTH
from formsvc.documents.pdf.tags import COLUMN_HEAD, Element
from formsvc.fields.rooms import Entries, Line, Lines, Note, Room, Ticks

_PAD = 5.0
_CARD_LINES = 3
_INNER_LINES = 4
_HIGH = 60.0
"""Of rows higher than this a table has only a `_FEWER` few."""
_FEWER = 3


@dataclass(frozen=True)
class Groups:
    """Makes the slabs of repeating groups."""

    ask: Asking

    def slabs(self, section: Element, one: Field, entries: Entries) -> Iterator[Slab]:
        """Yield a group: its words, its empty entries, where to go on when they do not suffice."""
        titled = self.ask.titled(section.child("Div"), one, WIDTH)
        yield Slab(Abreast([(0, titled)], above=7, below=4), keep_next=True)
        as_table = entries.table and sum(self._least(_answered(one))) <= WIDTH
        yield from (self._table if as_table else self._cards)(section, one, entries)

    def _more(self, section: Element, one: Field, count: int) -> Iterator[Slab]:
        """Yield where to go on when there are more entries than there is room for."""
        if count < one.options.max:
            number = self.ask.numbers[one.id]
            words = f"More than {count}? Continue on another sheet and write {number} beside it."
            more = self.ask.pen.para(section.child("P"), words, HINT, WIDTH)
            yield Slab(Abreast([(0, more)], above=3, below=4))

    def _table(self, section: Element, one: Field, entries: Entries) -> Iterator[Slab]:
        element = section.child("Table")
        children = _answered(one)
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
            yield Slab(mark, head=again, keep_next=at < count - 1 and at in (0, count - 2))
            at += 1
        yield from self._more(section, one, count)

    def _cell(self, cell: Element, child: Field, width: float) -> Mark:
        """Return the room of a cell: empty where there is only something to write."""
        rooms = [_inside(child, room) for room in child.type.room(child) if not isinstance(room, Note)]
        empty = Space(PEN * sum(room.count if isinstance(room, Lines) else 1 for room in rooms))
        if all(_is_plain(room) for room in rooms):
            if not child.not_known:
                return empty
            stack = Stack()
            stack.add(empty)
            stack.add(self.ask.rooms.tick(cell, NOT_KNOWN))
            return stack
        return self.ask.rooms.drawn(cell, rooms, width, not_known=child.not_known).mark

    def _column(self, cell: Element, child: Field, width: float, group: Field) -> list[Para]:
        """Return the words at the head of a column, advice on how to fill it in included."""
        notes = [(room.text, HINT) for room in child.type.room(child) if isinstance(room, Note)]
        told = [
            (child.label, SMALL_STRONG),
            (self.ask.when(child, group=group), RULE),
            (child.hint, HINT),
            *notes,
        ]
        return [self.ask.pen.para(cell.child("P"), words, style, width) for words, style in told if words]

    def _widths(self, children: Sequence[Field]) -> list[float]:
        """Share the width by the weights of the columns, none narrower than its room needs."""
        least = self._least(children)
        weights = [child.type.weight for child in children]
        spare = WIDTH - sum(least)
        wanted = [
            max(WIDTH * weight / sum(weights) - low, 0) for weight, low in zip(weights, least, strict=True)
        ]
        total = sum(wanted) or 1
        return [low + spare * want / total for low, want in zip(least, wanted, strict=True)]

    def _least(self, children: Sequence[Field]) -> list[float]:
        return [
            self.ask.rooms.least(child.type.room(child), not_known=child.not_known) + 2 * _PAD
            for child in children
        ]

    def _cards(self, section: Element, one: Field, entries: Entries) -> Iterator[Slab]:
        for at in range(1, entries.count + 1):
            card = section.child("Sect")
            title = f"{entries.one[:1].upper()}{entries.one[1:]} {at}"
            head = self.ask.pen.para(card.child("H3"), title, GROUP, WIDTH - 2 * _PAD)
            yield Slab(_card_head(head), gap=4, keep_next=True)
            again = self.ask.pen.para(head.element, f"{title}, continued", GROUP, WIDTH - 2 * _PAD)
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
                keep_next=not last and at in (0, len(rows) - 2),
            )

    def _asked(self, element: Element, child: Field, width: float, group: Field) -> tuple[Stack, Drawn]:
        """Return a question of a card, its words above its room."""
        rooms = [_inside(child, room) for room in child.type.room(child)]
        ticked = any(isinstance(room, Ticks) for room in rooms)
        stack = Stack()
        stack.add((self.ask.label if ticked else self.ask.titled)(element, child, width, group=group))
        drawn = self.ask.rooms.drawn(element, rooms, width, not_known=child.not_known and ticked)
        stack.add(drawn.mark, gap=2 if ticked else 0)
        return stack, drawn


def _answered(one: Field) -> list[Field]:
    return [child for child in one.children if child.type.holds_answer]


def _card_head(words: Mark) -> Mark:
    return Abreast([(_PAD, words)], above=2, below=2, fill=True, width=WIDTH, sides=(0, WIDTH))


def _is_plain(room: Room) -> bool:
    """Say whether a room is nothing but a place for words."""
    return (isinstance(room, Lines) and not room.label) or room == Line()


def _inside(child: Field, room: Room) -> Room:
    """Return a room as an entry has place for it; a group in a group is written line by line."""
    if isinstance(room, Entries):
        labels = ", ".join(inner.label for inner in child.children if inner.type.holds_answer)
        return Lines(_INNER_LINES, f"One {room.one} on each line: {labels}")
    return Lines(min(room.count, _CARD_LINES), room.label) if isinstance(room, Lines) else room


def _lines(children: Sequence[Field]) -> Iterator[list[Field]]:
    """Yield what stands on each line of a card: two short questions side by side, or one alone."""
    waiting: list[Field] = []
    for child in children:
        if child.type.wide or is_wide(child.type.room(child)):
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


def _stacked(paras: Sequence[Para]) -> Stack:
    stack = Stack()
    for para in paras:
        stack.add(para)
    return stack
