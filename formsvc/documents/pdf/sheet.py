"""Page one: the sheet for the search.

Whoever holds it has ten seconds and a monochrome printer. What identifies the child stands beside
the photo; what is dangerous stands in a ruled box; everything fits on the page. Where it cannot,
the type shrinks a little, and then the least urgent answers go on on the next page, which says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formsvc.documents.content import Content
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.fitting import Fitting
from formsvc.documents.pdf.flow import Flow
from formsvc.documents.pdf.head import Head
from formsvc.documents.pdf.plan import SEARCH, Arrangement, Plan, made_for
from formsvc.documents.pdf.style import BOTTOM
from formsvc.documents.pdf.tags import release
from formsvc.documents.pdf.words import Style

SIZES = tuple(
    Style(size=size, leading=leading) for size, leading in ((10, 14), (9.5, 12.5), (9, 12), (8.5, 11))
)


@dataclass
class Sheet:
    """Lays the sheet of one document."""

    flow: Flow
    pen: Pen
    content: Content

    def draw(self) -> None:
        """Put the sheet on the first page, and what did not fit on the next."""
        listed = Head(self.flow, self.pen, self.content).draw()
        if not self.content.sheet:
            self.flow.add(made_for(self.pen, listed, self.content))
            return
        fitted(self.flow, self.pen, self.content, SIZES, arrangement=SEARCH).draw(self.flow)


def fitted(
    flow: Flow, pen: Pen, content: Content, sizes: Sequence[Style], *, arrangement: Arrangement
) -> Fitting:
    """Return page one in the first of the sizes in which all of it stands on the page, else in the last."""
    room = flow.top - BOTTOM
    left = list(sizes)
    fitting = Fitting(Plan(pen, content, left[0], flow.begun, arrangement=arrangement))
    while len(left) > 1 and fitting.height > room:
        before = left.pop(0).leading
        if len(left) > 1 and fitting.height * left[0].leading / before > room * 1.05:
            continue
        release(fitting.plan.root)
        fitting = Fitting(Plan(pen, content, left[0], flow.begun, arrangement=arrangement))
    return fitting
