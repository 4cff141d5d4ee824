"""A blank form: a definition on paper, to be filled in by hand when systems are down.

It holds nobody's data, is not sealed and proves nothing; it says so. The same definition, area and
fonts give the same bytes, so that it can be kept.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from formsvc.definitions.model import Effective
from formsvc.documents.pdf import blank_flow
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.blank_asking import Asking
from formsvc.documents.pdf.blank_flow import Slab
from formsvc.documents.pdf.blank_front import Front, furnish
from formsvc.documents.pdf.blank_questions import Questions
from formsvc.documents.pdf.embed import Inks
from formsvc.documents.pdf.fonts import library
from formsvc.documents.pdf.tagged import About, TaggedFile
from formsvc.documents.pdf.text import Setter
from formsvc.errors import GlyphsMissing

_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""A blank form has no moment of its own, and its bytes must not change from day to day."""


def blank(effective: Effective, *, fonts: Path | None = None) -> bytes:
    """Return the blank form of an effective definition as PDF/A-3a and PDF/UA-1.

    Raise GlyphsMissing naming every character that no font can draw, and FontsMissing.
    """
    inks = Inks(library(fonts))
    setter = Setter(inks)
    file = TaggedFile(
        About(
            title=f"{effective.title}, blank form, {effective.area.name}",
            creator=effective.area.name,
            language="en-GB",
            identifier=f"blank {effective.id} {effective.area.id} {effective.hash}",
            at=_AT,
            data=b"",
        ),
        inks,
    )
    pen = Pen(setter, lambda _: None)
    root = file.tree.root
    front = Front(effective, pen, root)
    slabs: list[Slab] = [*front.first()]
    questions = Questions(Asking(effective, pen), root)
    for number, page in enumerate(effective.pages, 1):
        slabs += questions.page(page, number=number)
    slabs += front.last(number=len(effective.pages) + 1)
    blank_flow.draw(blank_flow.paginate(slabs), file)
    for one in file.pages:
        furnish(one, effective, setter, total=len(file.pages))
    if setter.missing:
        raise GlyphsMissing(setter.missing)
    return file.save(None)
