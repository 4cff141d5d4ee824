"""The order of a document, and what stands on each of its pages."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from formsvc.access.views import View
from formsvc.documents.carried import carried_bytes
from formsvc.documents.content import Content
from formsvc.documents.pdf import assessment, grab_sheet, interview, minutes, one_sheet, own_copy
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.embed import Inks
from formsvc.documents.pdf.ending import BRIEFLY, TO_HER, USUAL_WORDS, Ending
from formsvc.documents.pdf.flow import Flow
from formsvc.documents.pdf.fonts import library
from formsvc.documents.pdf.front import Front
from formsvc.documents.pdf.page import FOOTER, HEADER, Page
from formsvc.documents.pdf.pictures import Image, embed
from formsvc.documents.pdf.place import SealPlace
from formsvc.documents.pdf.sections import Writer
from formsvc.documents.pdf.sheet import Sheet
from formsvc.documents.pdf.style import (
    GRAB_SHEETS,
    LARGE,
    LEFT,
    PAPER_HEIGHT,
    SHEETS,
    SMALL,
    SMALL_QUIET,
    SMALL_STRONG,
    USUAL,
    WIDTH,
    Look,
)
from formsvc.documents.pdf.tagged import About, TaggedFile
from formsvc.documents.pdf.tags import release
from formsvc.documents.pdf.text import Setter
from formsvc.documents.slots import SHEET
from formsvc.errors import GlyphsMissing, RenderFailed
from formsvc.fields.blocks import Picture
from formsvc.fields.moments import parse_utc


def lay_out(view: View, content: Content, *, fonts: Path | None, seal: SealPlace | None) -> bytes:
    """Return the PDF of what a view says; raise GlyphsMissing, FontsMissing or RenderFailed."""
    with _collector_at_rest():
        return _laid_out(view, content, fonts=fonts, seal=seal)


def _laid_out(view: View, content: Content, *, fonts: Path | None, seal: SealPlace | None) -> bytes:
    """Return the file, in the roomiest look in which a sheet stands on one side, if there is one."""
    looks = _looks(content)
    file, setter = _drawn(view, content, looks[0], fonts=fonts)
    for look in looks[1:]:
        if len(file.pages) == 1 or (len(file.pages) > _SHRINKS and content.layout != SHEET):
            break
        closer, setter_of_it = _drawn(view, content, look, fonts=fonts)
        if len(closer.pages) == 1:
            release(file.tree.root)
            file, setter = closer, setter_of_it
            break
        release(closer.tree.root)
    if content.layout == SHEET and len(file.pages) > 1:
        raise RenderFailed("the sheet does not stand on one side")
    for page in file.pages:
        page.finish()
        _furnish(page, content, setter, len(file.pages))
    if setter.missing:
        raise GlyphsMissing(setter.missing)
    return file.save(seal)


def _looks(content: Content) -> tuple[Look, ...]:
    """Return the looks in which a document may be drawn, the one to be preferred first."""
    if content.to_the_child:
        return (LARGE,)
    return {"one_sheet": SHEETS, SHEET: GRAB_SHEETS}.get(content.layout, (USUAL,))


def _drawn(view: View, content: Content, look: Look, *, fonts: Path | None) -> tuple[TaggedFile, Setter]:
    """Return a document drawn in one look, its pages not yet furnished."""
    inks = Inks(library(fonts))
    setter = Setter(inks)
    file = TaggedFile(
        About(
            title=", ".join(filter(None, (content.title, content.initials, content.reference))),
            creator=content.controller,
            language=content.language,
            identifier=f"{content.reference} revision {content.revision}",
            at=parse_utc(content.issued_at),
            data=view.json,
            files=carried_bytes(view),
        ),
        inks,
    )
    flow = Flow(file)
    pen = Pen(setter, _Album(view, file).image)
    writer = Writer(flow, pen, look)
    front = Front(flow, pen, content, writer)
    if content.to_the_child:
        own_copy.draw(front)
        Ending(flow, pen, content, writer, words=TO_HER).draw()
        own_copy.facts(front)
    elif content.layout == SHEET:
        grab_sheet.draw(front)
    else:
        _LAYOUTS.get(content.layout, plan)(front)
        brief = content.layout == "one_sheet"
        Ending(flow, pen, content, writer, words=BRIEFLY if brief else USUAL_WORDS, small=brief).draw()
    flow.end()
    return file, setter


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Let nobody look for garbage meanwhile: a document makes 50,000 objects that all live to its end.

    Looking through them again and again, and through the whole process, costs a third of the time.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def plan(front: Front) -> None:
    """Put the sheet for the search on a page of its own, and then the sections."""
    Sheet(front.flow, front.pen, front.content).draw()
    if front.content.sheet:
        front.flow.new_page()
    for section in front.content.sections:
        front.writer.section(section)


_SHRINKS = 3
"""Pages from which no smaller type makes one."""
_LAYOUTS: Mapping[str, Callable[[Front], None]] = {
    "minutes": minutes.draw,
    "interview": interview.draw,
    "assessment": assessment.draw,
    "one_sheet": one_sheet.draw,
}


class _Album:
    """The pictures of one document, each embedded once."""

    def __init__(self, view: View, file: TaggedFile) -> None:
        self.view = view
        self.file = file
        self._found: dict[str, Image] = {}

    def image(self, picture: Picture) -> Image:
        """Return a picture of the view; raise RenderFailed when its bytes are not there."""
        found = self._found.get(picture.sha256)
        if found is None:
            data = self.view.files.get(picture.sha256)
            if data is None:
                raise RenderFailed("a picture of the view has no bytes")
            found = embed(self.file.book, data, resource=f"P{len(self._found) + 1}")
            self._found[picture.sha256] = found
        return found


def _furnish(page: Page, content: Content, setter: Setter, total: int) -> None:
    """Draw what stands on every page: the marking above and below, and the foot."""
    marking = content.marking
    if content.status == "not_yet_approved":
        marking += " · NOT YET APPROVED"
    if content.demonstration:
        marking += " · DEMONSTRATION"
    style = SMALL_QUIET if content.to_the_child else SMALL_STRONG
    head = setter.lines(marking, style, WIDTH)
    page.aside(HEADER)
    if not content.to_the_child:
        page.text(LEFT, PAPER_HEIGHT - 22, head, style, width=WIDTH, align="centre")
    page.aside(FOOTER)
    page.rule(LEFT, 55, WIDTH)
    told = (content.short_title, content.initials, content.reference, f"Revision {content.revision}")
    left = " · ".join(filter(None, told))
    right = f"Page {page.index + 1} of {total}"
    below = f"Issued {content.issued} · Check code {content.short_hash}"
    page.text(LEFT, 52, setter.lines(left, SMALL, WIDTH), SMALL, width=WIDTH, align="left")
    page.text(LEFT, 52, setter.lines(right, SMALL, WIDTH), SMALL, width=WIDTH, align="right")
    page.text(LEFT, 40, setter.lines(below, SMALL_QUIET, WIDTH), SMALL_QUIET, width=WIDTH, align="left")
    page.text(LEFT, 26, head, style, width=WIDTH, align="centre")
    page.close()
