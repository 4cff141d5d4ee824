"""The sections of a document: labels and values, long answers, tables, cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from formsvc.documents.content import Section
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.cells import Cell, Para, Row
from formsvc.documents.pdf.flow import Flow
from formsvc.documents.pdf.style import (
    BODY_QUIET,
    GROUP,
    GUTTER,
    HEAD,
    LABEL,
    SMALL,
    SMALL_STRONG,
    WIDTH,
    columns,
)
from formsvc.documents.pdf.tags import BULLETS, COLUMN_HEAD, PLAIN_LIST, ROW_HEAD, Element
from formsvc.fields.blocks import Cards, Item, State, Table, text_of
from formsvc.fields.blocks import Row as Entry

_LABELS = columns(4)
_VALUES = WIDTH - _LABELS - GUTTER
_PAD = 5.0
_INDENT = 9.0
_NARROWEST = 34.0


class Writer:
    """Puts sections on pages."""

    def __init__(self, flow: Flow, pen: Pen) -> None:
        self.flow = flow
        self.pen = pen

    def section(self, section: Section) -> None:
        """Put one section: its heading, what it says first, its answers."""
        element = self.heading(section.title)
        if section.intro:
            para = self.pen.para(element.child("P"), section.intro, BODY_QUIET, WIDTH)
            self.flow.add(Row([Cell(0, WIDTH, [para])], above=0, rule=0, keep_next=True))
        self.items(element, section.items)

    def heading(self, title: str) -> Element:
        """Begin a section: its heading, and a bookmark that leads to it."""
        flow = self.flow
        element = flow.file.tree.root.child("Sect")
        flow.end()
        flow.space(16)
        para = self.pen.para(element.child("H2"), title, HEAD, WIDTH)
        row = Row([Cell(0, WIDTH, [para])], above=0, below=3, rule=1.5, keep_next=True, width=WIDTH)
        row.bookmark = title
        flow.add(row)
        return element

    def items(self, parent: Element, items: Sequence[Item]) -> None:
        """Put answers in order; neighbours that read as label and value share one list."""
        listed: Element | None = None
        for item in items:
            group = next((block for block in item.blocks if isinstance(block, Table | Cards)), None)
            if group is not None:
                listed = None
                self._group(parent, item, group)
                continue
            listed = listed or parent.child("L", attributes=PLAIN_LIST)
            entry = listed.child("LI")
            self.flow.add(self._wide(entry, item) if _is_wide(item) else self._pair(entry, item))

    def _pair(self, entry: Element, item: Item) -> Row:
        label = self.pen.para(entry.child("Lbl"), item.label, LABEL, _LABELS)
        value = self.pen.answer(entry.child("LBody", id=item.path), item, _VALUES)
        return Row([Cell(0, _LABELS, [label]), Cell(_LABELS + GUTTER, _VALUES, value)], width=WIDTH)

    def _wide(self, entry: Element, item: Item) -> Row:
        label = self.pen.para(entry.child("Lbl"), item.label, LABEL, WIDTH)
        value = self.pen.answer(entry.child("LBody", id=item.path), item, WIDTH)
        return Row([Cell(0, WIDTH, [label, *value])], above=5, below=6, width=WIDTH)

    def _group(self, parent: Element, item: Item, group: Table | Cards) -> None:
        self.flow.space(8)
        label = self.pen.para(parent.child("H3"), item.label, GROUP, WIDTH)
        self.flow.add(Row([Cell(0, WIDTH, [label])], above=4, below=3, rule=0, keep_next=True))
        if not group.rows:
            none = self.pen.para(parent.child("P", id=item.path), "None recorded", BODY_QUIET, WIDTH)
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
                said = self.pen.answer(body, item, WIDTH, indent=_INDENT)
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
                            heads.child("TH", attributes=COLUMN_HEAD), title, SMALL_STRONG, width - 2 * _PAD
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
        self.flow.table(head, rows)

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
            style = SMALL_STRONG if leads else SMALL
            box = (inside, min(inside * 1.34, 80))
            cells.append(
                Cell(start + _PAD, inside, self.pen.answer(cell, item, inside, style=style, box=box))
            )
        return Row(cells, above=3.5, below=3.5, width=WIDTH)

    def _widths(self, table: Table) -> list[float]:
        """Share the width by the weights of the columns, none narrower than its longest ordinary word."""
        setter = self.pen.setter
        least = [
            max(setter.width(word, SMALL_STRONG) for word in title.split() or [""]) + 2 * _PAD + 1
            for title in table.columns
        ]
        for entry in table.rows[:40]:
            for at, item in enumerate(entry.items):
                words = [word for block in item.blocks for word in str(getattr(block, "text", "")).split()]
                longest = max(words, key=len, default="")[:16]
                style = SMALL if at else SMALL_STRONG
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
        head = Cell(2 * _PAD, inside, [self.pen.para(title, entry.heading, GROUP, inside)])
        rows = [Row([head], above=2, below=2, rule=0, fill=True, sides=True, first=True)]
        items = [item for item in entry.items if item is not named]
        listed = element.child("L", attributes=PLAIN_LIST) if items else element
        for short, line in self._lines(items, third):
            width = third if short else inside
            cells = [
                self._labelled(listed, item, 2 * _PAD + at * (width + GUTTER), width)
                for at, item in enumerate(line)
            ]
            rows.append(Row(cells, above=3, below=1.5, rule=0, sides=True))
        rows[-1].below += 3
        rows[-1].last = True
        for row in rows:
            row.width = WIDTH
        rows[0].keep_next = len(rows) > 1
        on = self.pen.para(Element("P"), f"{entry.heading}, continued", GROUP, inside)
        self.flow.together(rows, again=replace(rows[0], cells=[replace(head, pieces=[on])], last=False))
        self.flow.space(6)

    def _labelled(self, listed: Element, item: Item, x: float, width: float) -> Cell:
        entry = listed.child("LI")
        label = self.pen.para(entry.child("Lbl"), item.label, SMALL_STRONG, width)
        value = self.pen.answer(entry.child("LBody", id=item.path), item, width, style=SMALL)
        return Cell(x, width, [label, *value])

    def _lines(self, items: Sequence[Item], third: float) -> list[tuple[bool, list[Item]]]:
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
        counts = [len(self.pen.setter.lines(one, SMALL, width)) for one in text_of(item).split("\n")]
        return len(counts) <= 4 and max(counts) <= (2 if len(counts) == 1 else 1)


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
