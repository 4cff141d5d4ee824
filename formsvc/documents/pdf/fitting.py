"""Puts the plan of the sheet for the search on page one, whole if it can be.

What does not fit is cut from the least urgent answers first, goes on on the next page under the same
element, and both places say so. Nothing is left out.
"""

from __future__ import annotations

from dataclasses import replace

from formsvc.documents.pdf.cells import Cell, Para, Row
from formsvc.documents.pdf.flow import Flow
from formsvc.documents.pdf.page import Page
from formsvc.documents.pdf.plan import Plan
from formsvc.documents.pdf.style import BOTTOM, GROUP, GUTTER, HEAD, LEFT, SMALL_QUIET, WIDTH
from formsvc.documents.pdf.tags import Element
from formsvc.documents.pdf.words import Style
from formsvc.documents.slots import SLOT_LABELS

LEAST_URGENT = (
    "language", "ethnicity", "clothing", "lead", "home", "triggers", "runs_to", "marks", "hair", "phones",
)  # fmt: skip
"""What gives way first when not everything fits."""
MOST_URGENT = (
    "gender", "known_as", "build", "height", "eyes", "date_of_birth", "medication", "ring_now",
    "do_not_approach", "circumstances", "last_seen", "risks", "danger", "name",
)  # fmt: skip
"""What gives way only when that was not enough, the last of them last."""

_NOTE = SMALL_QUIET.leading


class Fitting:
    """A plan, and how high each of its rows may stand."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.cuts: dict[int, float] = {}

    @property
    def height(self) -> float:
        """How high the sheet stands, what was cut from it left out."""
        beside = sum(map(self._shown, self.plan.beside))
        return max(self.plan.photo.height, beside) + 6 + sum(map(self._shown, self.plan.rows))

    def _shown(self, row: Row) -> float:
        return self.cuts.get(id(row), row.height)

    def draw(self, flow: Flow) -> None:
        """Draw the sheet, cutting what does not fit, and go on with that on the next page."""
        flow.file.tree.add(self.plan.root)
        self._cut(flow.top - BOTTOM)
        flow.file.bookmark(self.plan.arrangement.title, flow.page, flow.top)
        left = LEFT + (self.plan.photo.width + GUTTER if self.plan.photo.pieces else 0)
        self.plan.photo.draw(flow.page, LEFT, flow.top)
        left_over: list[tuple[str, Cell]] = []
        at = flow.top
        for row in self.plan.beside:
            at -= self._draw_row(row, flow.page, left, at, left_over)
        flow.top = min(at, flow.top - self.plan.photo.height) - 6
        for row in self.plan.rows:
            flow.top -= self._draw_row(row, flow.page, LEFT, flow.top, left_over)
        if left_over:
            self._go_on(flow, left_over)

    def _draw_row(
        self, row: Row, page: Page, left: float, top: float, left_over: list[tuple[str, Cell]]
    ) -> float:
        height = self.cuts.get(id(row))
        if height is not None:
            room = height - row.above - row.below
            cells: list[Cell] = []
            for cell in row.cells:
                head, tail = cell.cut(room - _NOTE) if cell.height > room else (cell, None)
                if tail is not None and tail.pieces:
                    words = f"continues on page {page.index + 2}"
                    head.pieces.append(self._beside_the_text(words, SMALL_QUIET, cell.width))
                    left_over.append((self.plan.stands[id(cell)].label, tail))
                cells.append(head)
            row = replace(row, cells=cells)
        row.draw(page, left, top)
        return row.height

    def _cut(self, room: float) -> None:
        """Say how high rows may stand so that all fits: the least urgent are cut first."""
        rows = [*self.plan.beside, *self.plan.rows]
        others = tuple(name for name in SLOT_LABELS if name not in LEAST_URGENT + MOST_URGENT)
        less = LEAST_URGENT + others
        for names, fewest in ((less, 3), (MOST_URGENT, 8), (less, 0), (MOST_URGENT, 3), (MOST_URGENT, 0)):
            for name in names:
                excess = self.height - room
                if excess <= 0:
                    return
                row = next((row for row in rows if self._holds(row, name)), None)
                if row is None:
                    continue
                least = (
                    row.above + row.below + self.plan.label.leading + fewest * self.plan.style.leading + _NOTE
                )
                wanted = max(self._shown(row) - excess, least)
                if wanted < self._shown(row) - 4:
                    self.cuts[id(row)] = wanted

    def _holds(self, row: Row, name: str) -> bool:
        return any(
            id(cell) in self.plan.stands and name in self.plan.stands[id(cell)].names for cell in row.cells
        )

    def _beside_the_text(self, words: str, style: Style, width: float) -> Para:
        """Return what only the page says: to who follows the tree, an answer goes on without a break."""
        para = self.plan.pen.para(Element("P"), words, style, width)
        para.repeats = True
        return para

    def _go_on(self, flow: Flow, left_over: list[tuple[str, Cell]]) -> None:
        flow.new_page()
        head = self._beside_the_text(f"{self.plan.arrangement.title}, continued", HEAD, WIDTH)
        flow.add(Row([Cell(0, WIDTH, [head])], above=0, below=3, rule=1.5, keep_next=True, width=WIDTH))
        for label, cell in left_over:
            again = self._beside_the_text(f"{label}, continued", GROUP, WIDTH)
            flow.add(Row([Cell(0, WIDTH, [again])], below=0, rule=0, keep_next=True, width=WIDTH))
            flow.add(Row([replace(cell, x=0)], above=0, width=WIDTH))
