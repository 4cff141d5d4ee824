"""Blank pages filled without waste: what belongs together stays together, spare room becomes lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from formsvc.documents.pdf.blank_marks import PEN, Mark, Ruled
from formsvc.documents.pdf.style import LEFT, TOP
from formsvc.documents.pdf.tagged import TaggedFile

FOOT = 84.0
"""Where the foot begins, which a pen needs too."""
_MOST_GROWN = 3


@dataclass(slots=True, eq=False)
class Slab:
    """What is never cut: a question with its room, a heading, a row of a table.

    `grows` are the lines that take spare room; `head` is drawn again where a page begins with this.
    `keep_next` holds the slab with what follows it, `fills` lets its lines grow to the end of the page.
    """

    mark: Mark
    gap: float = 0
    keep_next: bool = False
    grows: Ruled | None = None
    fills: bool = False
    head: Mark | None = None
    bookmark: str = ""

    @property
    def height(self) -> float:
        """How high it stands."""
        return self.mark.height


def room() -> float:
    """Return the height of a page between its top and its foot."""
    return TOP - FOOT


def paginate(slabs: Sequence[Slab]) -> list[list[Slab]]:
    """Share slabs out over pages and let lines grow into what is left over."""
    pages: list[list[Slab]] = [[]]
    used = 0.0
    for group in _together(slabs):
        height = sum(one.height + one.gap for one in group)
        alone = height - group[0].gap + (group[0].head.height if group[0].head else 0)
        if pages[-1] and used + height > room():
            pages.append([])
        if not pages[-1]:
            used, height = 0.0, alone
        pages[-1] += group
        used += height
    for page in pages[:-1]:
        _grow(page)
    _fill(pages[-1])
    return pages


def _fill(page: Sequence[Slab]) -> None:
    """Let the last page end in lines to write on, where it holds a slab that fills it."""
    lines = next((slab.grows for slab in page if slab.fills), None)
    if lines is not None:
        lines.count += max(int((room() - height_of(page)) / PEN), 0)


def draw(pages: Sequence[Sequence[Slab]], file: TaggedFile) -> None:
    """Draw pages of slabs into a file."""
    for slabs in pages:
        page = file.page()
        top = TOP
        for at, slab in enumerate(slabs):
            if at == 0 and slab.head is not None:
                slab.head.draw(page, LEFT, top)
                top -= slab.head.height
            top -= slab.gap if at else 0
            if slab.bookmark:
                file.bookmark(slab.bookmark, page, top)
            slab.mark.draw(page, LEFT, top)
            top -= slab.height


def height_of(page: Sequence[Slab]) -> float:
    """Return how high the slabs of a page stand."""
    head = page[0].head.height if page and page[0].head else 0
    return head + sum(one.height + (one.gap if at else 0) for at, one in enumerate(page))


def _together(slabs: Sequence[Slab]) -> Iterator[list[Slab]]:
    """Yield what stays together, cut where it would be higher than a page."""
    group: list[Slab] = []
    for slab in slabs:
        if group and sum(one.height + one.gap for one in (*group, slab)) > room():
            yield group
            group = []
        group.append(slab)
        if not slab.keep_next:
            yield group
            group = []
    if group:
        yield group


def _grow(page: Sequence[Slab]) -> None:
    """Give the room that is left over to the lines that may grow, the fewest lines first."""
    growing = [slab.grows for slab in page if slab.grows is not None]
    least = {id(one): one.count for one in growing}
    while growing and room() - height_of(page) >= PEN:
        able = [one for one in growing if one.count - least[id(one)] < _MOST_GROWN]
        if not able:
            return
        min(able, key=lambda one: one.count - least[id(one)]).count += 1
