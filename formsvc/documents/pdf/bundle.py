"""A bundle to print: a contents page of ours, then sealed documents as their pages stand.

The bundle carries no seal. Its pages keep what the sealed files print: marking, reference, revision and
check code, by which each can be looked up. What is added to a page is its number in the bundle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.cells import Cell, Row
from formsvc.documents.pdf.embed import Inks
from formsvc.documents.pdf.flow import Flow
from formsvc.documents.pdf.fonts import library
from formsvc.documents.pdf.joining import Part, join, pages_of
from formsvc.documents.pdf.page import FOOTER, HEADER, Page
from formsvc.documents.pdf.style import (
    BODY,
    BODY_STRONG,
    GUTTER,
    HEAD,
    LABEL,
    LEFT,
    LONG_NAME,
    PAPER_HEIGHT,
    SMALL,
    SMALL_QUIET,
    SMALL_STRONG,
    WIDTH,
)
from formsvc.documents.pdf.tagged import About, TaggedFile
from formsvc.documents.pdf.tags import BULLETS, COLUMN_HEAD, ROW_HEAD, Element
from formsvc.documents.pdf.text import Setter
from formsvc.documents.pdf.words import Style
from formsvc.errors import GlyphsMissing
from formsvc.fields.moments import london_words, stored_utc

_COLUMNS: Final = ((0.0, 0.31), (0.31, 0.26), (0.57, 0.30), (0.87, 0.13))
_INDENT: Final = 12.0


@dataclass(frozen=True, kw_only=True)
class Form:
    """One sealed document of a bundle: of whom, which, in which revision, issued when; its bytes."""

    name: str = field(repr=False)
    title: str
    reference: str
    revision: int
    issued_at: datetime
    is_approved: bool = True
    data: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What is printed for a home: for whom, by whom, when; what is in it, and what it asks to be taken out.

    `take_out` and `reprint` are sentences: papers that do not belong in the folder, papers out of date that
    this print does not replace. `without` names children who have no form.
    """

    home: str
    by: str
    at: datetime
    marking: str
    verify_at: str
    forms: Sequence[Form]
    standing: str
    take_out: Sequence[str] = ()
    reprint: Sequence[str] = ()
    without: Sequence[str] = ()
    demonstration: bool = False


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A bundle that was made, and how many pages it has."""

    data: bytes = field(repr=False)
    pages: int


def bind(bundle: Bundle, *, fonts: Path | None = None) -> Bound:
    """Return a bundle as one tagged PDF with bookmarks.

    Raise GlyphsMissing naming every character that no font can draw, FontsMissing, and RenderFailed for
    a document that is not one of ours.
    """
    counts = [pages_of(one.data) for one in bundle.forms]
    front = 1
    while (drawn := _Front(bundle, counts, front=front, fonts=fonts)).front != front:
        front = drawn.front
    total = front + sum(counts)
    parts = [Part(title=_bookmark(one), data=one.data) for one in bundle.forms]
    made = join(drawn.saved(total), title="Contents", pages=front, parts=parts)
    return Bound(data=made, pages=total)


def _bookmark(form: Form) -> str:
    return f"{form.name}: {form.title}, {form.reference} revision {form.revision}"


class _Front:
    """The contents page or pages, and after them one page for each of the documents': its number alone."""

    def __init__(self, bundle: Bundle, counts: Sequence[int], *, front: int, fonts: Path | None) -> None:
        self.bundle = bundle
        inks = Inks(library(fonts))
        self.setter = Setter(inks)
        self.file = TaggedFile(
            About(
                title=f"Contents of the paper folder, {bundle.home}",
                creator=bundle.home,
                language="en-GB",
                identifier=f"bundle {bundle.at:%Y%m%d%H%M%S}",
                at=bundle.at,
                data=b"",
            ),
            inks,
        )
        self.pen = Pen(self.setter, lambda _: None)
        self.flow = Flow(self.file)
        self._draw(counts, first=front + 1)
        self.flow.end()
        self.front = len(self.file.pages)

    def saved(self, total: int) -> bytes:
        """Return the pages of contents, and a page for each page that follows."""
        for page in self.file.pages:
            page.finish()
            self._furnish(page)
        for _ in range(total - self.front):
            self.file.page()
        for page in self.file.pages:
            self._number(page, total)
        if self.setter.missing:
            raise GlyphsMissing(self.setter.missing)
        return self.file.save(None)

    def _draw(self, counts: Sequence[int], *, first: int) -> None:
        bundle, root = self.bundle, self.file.tree.root
        self._line(root.child("H1"), bundle.home, LONG_NAME)
        self._line(root.child("P"), "Your paper folder: what is in this print", HEAD)
        printed = f"Printed {_when(bundle.at)} by {bundle.by}"
        self._line(root.child("P"), printed, BODY)
        self._line(root.child("P"), bundle.standing, BODY_STRONG, below=6)
        self._contents(root, counts, first=first)
        self._list(root, "Take out of the folder and destroy", bundle.take_out)
        self._list(root, "Out of date, and not in this print: reprint", bundle.reprint)
        self._list(root, "No current form to print", bundle.without)
        self.flow.space(12)
        told = (
            "This print carries no seal. The reference, revision and check code at the foot of each page are "
            f"those of the sealed document: type them in at {bundle.verify_at} to see whether the page is "
            "genuine and still the newest."
        )
        self._line(root.child("P"), told, SMALL)

    def _contents(self, root: Element, counts: Sequence[int], *, first: int) -> None:
        table = root.child("Table")
        heads = ("Child", "Form and reference", "Revision, issued", "Pages here")
        head = self._cells(table, [(one, LABEL, "TH", COLUMN_HEAD) for one in heads])
        rows = []
        for form, count in zip(self.bundle.forms, counts, strict=True):
            last = first + count - 1
            where = f"{first} to {last}" if count > 1 else str(first)
            issued = f"Revision {form.revision}, {_when(form.issued_at)}"
            said = issued if form.is_approved else f"{issued}, NOT YET APPROVED"
            rows.append(
                self._cells(
                    table,
                    [
                        (form.name, BODY_STRONG, "TH", ROW_HEAD),
                        (f"{form.title}, {form.reference}", BODY, "TD", ""),
                        (said, BODY, "TD", ""),
                        (where, BODY, "TD", ""),
                    ],
                )
            )
            first = last + 1
        self.flow.table(head, rows)

    def _cells(self, table: Element, told: Sequence[tuple[str, Style, str, str]]) -> Row:
        row = table.child("TR")
        cells = []
        for (text, style, kind, attributes), (at, share) in zip(told, _COLUMNS, strict=True):
            width = WIDTH * share - (GUTTER if at + share < 1 else 0)
            para = self.pen.para(row.child(kind, attributes=attributes), text, style, width)
            cells.append(Cell(WIDTH * at, width, [para]))
        return Row(cells, width=WIDTH)

    def _list(self, root: Element, title: str, lines: Sequence[str]) -> None:
        if not lines:
            return
        self.flow.space(14)
        part = root.child("Sect")
        heading = self.pen.para(part.child("H2"), title, HEAD, WIDTH)
        self.flow.add(
            Row([Cell(0, WIDTH, [heading])], above=0, below=3, rule=1.5, keep_next=True, width=WIDTH)
        )
        listed = part.child("L", attributes=BULLETS)
        for line in lines:
            body = listed.child("LI").child("LBody")
            para = self.pen.para(body, line, BODY, WIDTH, indent=_INDENT)
            para.bullet = True
            self.flow.add(Row([Cell(0, WIDTH, [para])], above=3, below=3, rule=0, width=WIDTH))

    def _line(self, element: Element, text: str, style: Style, *, below: float = 2) -> None:
        para = self.pen.para(element, text, style, WIDTH)
        self.flow.add(Row([Cell(0, WIDTH, [para])], above=0, below=below, rule=0, width=WIDTH))

    def _furnish(self, page: Page) -> None:
        """Draw what stands above and below a page of contents."""
        marking = self.bundle.marking + (" · DEMONSTRATION" if self.bundle.demonstration else "")
        head = self.setter.lines(marking, SMALL_STRONG, WIDTH)
        centred = partial(page.text, LEFT, lines=head, style=SMALL_STRONG, width=WIDTH, align="centre")
        page.aside(HEADER)
        centred(top=PAPER_HEIGHT - 22)
        page.aside(FOOTER)
        page.rule(LEFT, 55, WIDTH)
        told = f"Contents · {self.bundle.home} · {_when(self.bundle.at)} · carries no seal"
        page.text(LEFT, 52, self.setter.lines(told, SMALL_QUIET, WIDTH), SMALL_QUIET, width=WIDTH)
        centred(top=26)

    def _number(self, page: Page, total: int) -> None:
        """Draw the number of a page in the bundle."""
        page.aside(FOOTER)
        told = self.setter.lines(f"Print {page.index + 1} of {total}", SMALL, WIDTH)
        page.text(LEFT, 26, told, SMALL, width=WIDTH, align="right")
        page.close()


def _when(moment: datetime) -> str:
    return london_words(stored_utc(moment))
