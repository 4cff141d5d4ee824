"""Rows go down the pages in order: kept whole where they can be, heads repeated, no heading left alone."""

from __future__ import annotations

from collections.abc import Sequence

from formsvc.documents.pdf.cells import FEWEST, Para, Row, height_of
from formsvc.documents.pdf.page import Page
from formsvc.documents.pdf.style import BOTTOM, LEFT, TOP
from formsvc.documents.pdf.tagged import TaggedFile

WHOLE = (TOP - BOTTOM) / 3
"""A row lower than this is never cut: it goes to the next page."""
_SHORT_TABLE = 12


class Flow:
    """The pages being filled, and how far down the last one is."""

    def __init__(self, file: TaggedFile) -> None:
        self.file = file
        self.page: Page = file.page()
        self.top = TOP
        self._waiting: list[Row] = []
        self._head: Row | None = None
        self.begun: dict[str, int] = {}
        """Title of a section -> the number of the page on which it begins."""

    @property
    def room(self) -> float:
        """How much of the page is left."""
        return self.top - BOTTOM

    def new_page(self) -> None:
        """Go to the next page; a table's head is drawn again."""
        self.page = self.file.page()
        self.top = TOP
        if self._head is not None:
            self._head.draw(self.page, LEFT, self.top, aside=True)
            self.top -= self._head.height

    def space(self, height: float) -> None:
        """Leave room, unless the page has just begun."""
        if self.top < TOP:
            self.top -= height

    def add(self, row: Row) -> None:
        """Put a row below what is there."""
        height = row.height
        if row.keep_next and height <= WHOLE:
            self._waiting.append(row)
            return
        before = height_of(self._waiting) if self._waiting else 0
        if before + _least(row, height) > self.room and self.top < TOP:
            self.new_page()
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            self._draw(one)
        while height > self.room + 0.01:
            head, tail = row.cut(self.room)
            if head is None:
                if self.room >= TOP - BOTTOM - (self._head.height if self._head else 0) - 0.01:
                    break
                self.new_page()
                continue
            self._draw(head)
            row, height = tail, tail.height
            self.new_page()
        self._draw(row, height)

    def together(self, rows: Sequence[Row], *, again: Row | None = None) -> None:
        """Put rows that belong together on one page if they are not too many.

        `again` is drawn above what goes on on another page.
        """
        self._make_room([*self._waiting, *rows], most=1.5 * WHOLE)
        for at, row in enumerate(rows):
            if at == 2:
                self._head = again
            self.add(row)
        self._head = None

    def table(self, head: Row, rows: Sequence[Row], *, whole: bool = True) -> None:
        """Put the rows of a table below its head, which is drawn again on every page.

        `whole` lets a short one begin on the next page rather than be cut.
        """
        head.keep_next = True
        if whole and len(rows) <= _SHORT_TABLE:
            self._make_room([*self._waiting, head, *rows], most=WHOLE)
        self.add(head)
        for at, row in enumerate(rows):
            if at == 1:
                self._head = head
            self.add(row)
            self._head = head
        self._head = None

    def _make_room(self, rows: Sequence[Row], *, most: float) -> None:
        """Go to the next page when rows that are not too high together do not fit on this one."""
        if self.top < TOP and self.room < height_of(rows) <= most:
            self.new_page()

    def end(self) -> None:
        """Draw what still waits for something to follow it."""
        waiting, self._waiting = self._waiting, []
        for row in waiting:
            self._draw(row)

    def _draw(self, row: Row, height: float | None = None) -> None:
        height = row.height if height is None else height
        if row.bookmark:
            self.file.bookmark(row.bookmark, self.page, self.top)
            self.begun.setdefault(row.bookmark, self.page.index + 1)
        row.draw(self.page, LEFT, self.top, height=height)
        self.top -= height


def _least(row: Row, height: float) -> float:
    """Return how much of a row must stand on the page on which it begins."""
    if height <= WHOLE:
        return height
    first = next((cell.pieces[0] for cell in row.cells if cell.pieces), None)
    lines = (FEWEST + 1) * first.style.leading if isinstance(first, Para) else 60
    return row.above + row.below + lines + 14
