"""The sections of a document: labels and values, long answers, tables, cards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from formsvc.documents.content import Section
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.cells import Beside, Cell, Para, Piece, Row
from formsvc.documents.pdf.flow import Flow
from formsvc.documents.pdf.style import GUTTER, USUAL, WIDTH, Look, columns, quiet
from formsvc.documents.pdf.tags import BULLETS, COLUMN_HEAD, PLAIN_LIST, ROW_HEAD, Element
from formsvc.fields.blocks import Cards, Item, State, Table, text_of
from formsvc.fields.blocks import Row as Entry

_LABELS = columns(4)
_VALUES = WIDTH - _LABELS - GUTTER
_PAD = 5.0
_INDENT = 9.0
_FACTOR = columns(4) + GUTTER
_GRADE = 74.0
_SHORT_CELL = 17
"""Characters of a text that is not broken in a table: "20 November 2026"."""


class Writer:
    """Puts sections on pages."""

    def __init__(self, flow: Flow, pen: Pen, look: Look = USUAL) -> None:
        self.flow = flow
        self.pen = pen
        self.look = look
        self.grades_in_rows = False
        """Whether graded factors stand in a table: in an assessment they do."""
        self.keeps_tables = True
        """Whether a short table goes to the next page rather than being cut."""
        self.short_stay_whole = False
        """Whether a short text of a table, a date say, stays on one line where there is room."""

    def section(self, section: Section) -> None:
        """Put one section: its heading, what it says first, its answers."""
        element = self.heading(section.title)
        if section.intro:
            said = self.pen.paras(element, section.intro, quiet(self.look.body), WIDTH)
            self.flow.add(Row([Cell(0, WIDTH, said)], above=0, rule=0, keep_next=True))
        self.items(element, section.items)

    def heading(self, title: str) -> Element:
        """Begin a section: its heading, and a bookmark that leads to it."""
        flow = self.flow
        element = flow.file.tree.root.child("Sect")
        flow.end()
        flow.space(self.look.apart)
        para = self.pen.para(element.child("H2"), title, self.look.head, WIDTH)
        row = Row([Cell(0, WIDTH, [para])], above=0, below=3, rule=1.5, keep_next=True, width=WIDTH)
        row.bookmark = title
        flow.add(row)
        return element

    def items(self, parent: Element, items: Sequence[Item], *, titled: bool = True) -> None:
        """Put answers in order; neighbours that read as label and value share one list.

        `titled` gives a group of rows its own heading.
        """
        listed: Element | None = None
        for together in _runs(items) if self.grades_in_rows else ((item,) for item in items):
            item = together[0]
            if len(together) > 1:
                listed = None
                self.graded(parent.child("Table"), together)
                continue
            group = next((block for block in item.blocks if isinstance(block, Table | Cards)), None)
            if group is not None:
                listed = None
                self._group(parent, item, group, titled=titled)
                continue
            listed = listed or parent.child("L", attributes=PLAIN_LIST)
            entry = listed.child("LI")
            self.flow.add(self._wide(entry, item) if _is_wide(item) else self._pair(entry, item))

    def _pair(self, entry: Element, item: Item) -> Row:
        label = self.pen.para(entry.child("Lbl"), item.label, self.look.label, _LABELS)
        value = self.pen.answer(entry.child("LBody", id=item.path), item, _VALUES, style=self.look.body)
        cells = [Cell(0, _LABELS, [label]), Cell(_LABELS + GUTTER, _VALUES, value)]
        return Row(cells, above=self.look.pad, below=self.look.pad, width=WIDTH)

    def _wide(self, entry: Element, item: Item) -> Row:
        label = self.pen.para(entry.child("Lbl"), item.label, self.look.label, WIDTH)
        value = self.pen.answer(entry.child("LBody", id=item.path), item, WIDTH, style=self.look.body)
        return Row(
            [Cell(0, WIDTH, [label, *value])], above=self.look.pad + 1, below=self.look.pad + 2, width=WIDTH
        )

    def _group(self, parent: Element, item: Item, group: Table | Cards, *, titled: bool) -> None:
        if titled:
            self.flow.space(8)
            label = self.pen.para(parent.child("H3"), item.label, self.look.group, WIDTH)
            self.flow.add(Row([Cell(0, WIDTH, [label])], above=4, below=3, rule=0, keep_next=True))
        if not group.rows:
            none = self.pen.para(
                parent.child("P", id=item.path), "None recorded", quiet(self.look.body), WIDTH
            )
            self.flow.add(Row([Cell(0, WIDTH, [none])], above=0, width=WIDTH))
        elif isinstance(group, Table) and len(group.columns) == 1:
            self._list(parent.child("L", attributes=BULLETS), group)
        elif isinstance(group, Table):
            self._table(parent.child("Table"), group)
        else:
            for entry in group.rows:
                self._card(parent.child("Sect"), entry)
        self.flow.space(4)

    def _list(self, element: Element, table: Table) -> None:
        """Put rows of which one thing is said as a list: what a column is called helps nobody there."""
        for entry in table.rows:
            for item in entry.items:
                body = element.child("LI").child("LBody", id=item.path)
                said = self.pen.answer(body, item, WIDTH, style=self.look.body, indent=_INDENT)
                if isinstance(said[0], Para):
                    said[0].bullet = True
                self.flow.add(Row([Cell(0, WIDTH, said)], above=3, below=3, width=WIDTH))

    def _table(self, element: Element, table: Table) -> None:
        widths = self._widths(table)
        starts = [sum(widths[:at]) for at in range(len(widths))]
        heads = element.child("THead").child("TR")
        head = Row(
            [
                Cell(
                    start + _PAD,
                    width - 2 * _PAD,
                    [
                        self.pen.para(
                            heads.child("TH", attributes=COLUMN_HEAD),
                            title,
                            self.look.small_strong,
                            width - 2 * _PAD,
                        )
                    ],
                )
                for title, start, width in zip(table.columns, starts, widths, strict=True)
            ],
            above=3,
            below=3,
            rule=0.75,
            fill=True,
            width=WIDTH,
        )
        body = element.child("TBody")
        lead = "TH" if _has_row_heads(table) else "TD"
        rows = [self._entry(body.child("TR"), entry, starts, widths, lead=lead) for entry in table.rows]
        self.flow.table(head, rows, whole=self.keeps_tables)

    def graded(self, element: Element, items: Sequence[Item]) -> None:
        """Put graded factors: each beside its grade, which stands before the circumstances."""
        starts, widths = (_PAD, _FACTOR + _PAD), (_FACTOR - 2 * _PAD, WIDTH - _FACTOR - 2 * _PAD)
        heads = element.child("THead").child("TR")
        titles = [
            self.pen.para(heads.child("TH", attributes=COLUMN_HEAD), words, self.look.small_strong, width)
            for words, width in zip(("Factor", "Grade and circumstances"), widths, strict=True)
        ]
        cells = [Cell(x, width, [one]) for x, width, one in zip(starts, widths, titles, strict=True)]
        head = Row(cells, above=3, below=3, rule=0.75, fill=True, width=WIDTH)
        body = element.child("TBody")
        rows: list[Row] = []
        for item in items:
            line = body.child("TR")
            label = self.pen.para(line.child("TD"), item.label, self.look.small_strong, widths[0])
            said = self._grade(line.child("TD", id=item.path), item, widths[1])
            cells = [Cell(starts[0], widths[0], [label]), Cell(starts[1], widths[1], said)]
            rows.append(Row(cells, above=3.5, below=3.5, width=WIDTH))
        self.flow.table(head, rows)

    def _grade(self, element: Element, item: Item, width: float) -> list[Piece]:
        """Return a grade with its circumstances beside it, where it has some."""
        pieces = self.pen.answer(element, item, width, style=self.look.small)
        if len(pieces) < 2 or item.state is not State.GIVEN or not isinstance(pieces[0], Para):
            return pieces
        first, rest = pieces[0], text_of(item).split("\n")[1:]
        grade = self.pen.para(first.element, text_of(item).split("\n")[0], self.look.small_strong, _GRADE - 6)
        kids = [one.element for one in pieces[1:] if isinstance(one, Para)]
        told = [
            self.pen.para(kid, text, self.look.small, width - _GRADE, gap=3)
            for kid, text in zip(kids, rest, strict=True)
        ]
        return [Beside(Cell(0, _GRADE, [grade]), Cell(_GRADE, width - _GRADE, [*told]))]

    def _entry(
        self, element: Element, entry: Entry, starts: Sequence[float], widths: Sequence[float], *, lead: str
    ) -> Row:
        """Return one row; `lead` is what its first cell is, a head of the row or data like the others."""
        cells: list[Cell] = []
        for at, (item, start, width) in enumerate(zip(entry.items, starts, widths, strict=True)):
            inside = width - 2 * _PAD
            leads = at == 0 and item.state is State.GIVEN
            kind = "TD" if at else lead
            cell = element.child(kind, id=item.path, attributes=ROW_HEAD if kind == "TH" else "")
            style = self.look.small_strong if leads else self.look.small
            box = (inside, min(inside * 1.34, 80))
            cells.append(
                Cell(start + _PAD, inside, self.pen.answer(cell, item, inside, style=style, box=box))
            )
        return Row(cells, above=3.5, below=3.5, width=WIDTH)

    def _widths(self, table: Table) -> list[float]:
        """Share the width by the weights of the columns, none narrower than its longest ordinary word."""
        setter = self.pen.setter
        least = [
            max(setter.width(word, self.look.small_strong) for word in title.split() or [""]) + 2 * _PAD + 1
            for title in table.columns
        ]
        for entry in table.rows[:40]:
            for at, item in enumerate(entry.items):
                words = [word for block in item.blocks for word in str(getattr(block, "text", "")).split()]
                longest = max(words, key=len, default="")[:16]
                if self.short_stay_whole and at and 0 < len(text_of(item)) <= _SHORT_CELL:
                    longest = text_of(item).replace("\n", " ")
                style = self.look.small if at else self.look.small_strong
                least[at] = max(least[at], setter.width(longest, style) + 2 * _PAD + 1)
        total = sum(table.weights)
        shares = [WIDTH * weight / total for weight in table.weights]
        if sum(least) > WIDTH:
            return shares
        short = sum(max(low - share, 0) for low, share in zip(least, shares, strict=True))
        spare = sum(max(share - low, 0) for low, share in zip(least, shares, strict=True))
        return [
            low if share <= low else share - (share - low) * short / spare
            for low, share in zip(least, shares, strict=True)
        ]

    def _card(self, element: Element, entry: Entry) -> None:
        inside = WIDTH - 4 * _PAD
        third = (inside - 2 * GUTTER) / 3
        named = next((item for item in entry.items if text_of(item) == entry.heading), None)
        title = element.child("H4", id=named.path if named else "")
        head = Cell(2 * _PAD, inside, [self.pen.para(title, entry.heading, self.look.group, inside)])
        rows = [Row([head], above=2, below=2, rule=0, fill=True, sides=True, first=True)]
        items = [item for item in entry.items if item is not named]
        listed = element.child("L", attributes=PLAIN_LIST) if items else element
        for short, line in self.lines(items, third):
            width = third if short else inside
            cells = [
                self.labelled(listed, item, 2 * _PAD + at * (width + GUTTER), width)
                for at, item in enumerate(line)
            ]
            rows.append(Row(cells, above=3, below=1.5, rule=0, sides=True))
        rows[-1].below += 3
        rows[-1].last = True
        for row in rows:
            row.width = WIDTH
        rows[0].keep_next = len(rows) > 1
        on = self.pen.para(Element("P"), f"{entry.heading}, continued", self.look.group, inside)
        self.flow.together(rows, again=replace(rows[0], cells=[replace(head, pieces=[on])], last=False))
        self.flow.space(6)

    def labelled(self, listed: Element, item: Item, x: float, width: float) -> Cell:
        """Return an answer with its label above it."""
        entry = listed.child("LI")
        label = self.pen.para(entry.child("Lbl"), item.label, self.look.small_strong, width)
        value = self.pen.answer(entry.child("LBody", id=item.path), item, width, style=self.look.small)
        return Cell(x, width, [label, *value])

    def lines(self, items: Sequence[Item], third: float) -> list[tuple[bool, list[Item]]]:
        """Share the items of a card out over lines: three short ones side by side, a long one alone."""
        lines: list[tuple[bool, list[Item]]] = []
        for item in items:
            short = not _is_wide(item) and self._is_short(item, third)
            if short and lines and lines[-1][0] and len(lines[-1][1]) < 3:
                lines[-1][1].append(item)
            else:
                lines.append((short, [item]))
        return lines

    def _is_short(self, item: Item, width: float) -> bool:
        counts = [
            len(self.pen.setter.lines(one, self.look.small, width)) for one in text_of(item).split("\n")
        ]
        return len(counts) <= 4 and max(counts) <= (2 if len(counts) == 1 else 1)


def _runs(items: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
    """Yield items one by one, and graded neighbours together."""
    for graded, run in groupby(items, key=lambda item: item.graded):
        together = tuple(run)
        yield from [together] if graded else ((item,) for item in together)


def _has_row_heads(table: Table) -> bool:
    """Say whether the first cells head their rows.

    A head of a row tells whose the other cells are. With one other cell there is nothing to keep apart:
    the two are read together, and saying the first again before the second is noise. So too in a table
    that has more heads than data.
    """
    columns, rows = len(table.columns), len(table.rows)
    return columns > 2 and (columns - 1) * rows >= columns + rows


def _is_wide(item: Item) -> bool:
    return item.wide and item.state is State.GIVEN
