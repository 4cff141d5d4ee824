"""Page one: the sheet for the search.

Whoever holds it has ten seconds and a monochrome printer. What identifies the child stands beside
the photo; what is dangerous stands in a ruled box; everything fits on the page. Where it cannot,
the type shrinks a little, and then the least urgent answers go on on the next page, which says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from formsvc.documents.content import Content
from formsvc.documents.pdf.answers import Pen
from formsvc.documents.pdf.fitting import Fitting
from formsvc.documents.pdf.flow import Flow
from formsvc.documents.pdf.head import Head
from formsvc.documents.pdf.plan import Plan, made_for
from formsvc.documents.pdf.style import BOTTOM
from formsvc.documents.pdf.tags import release
from formsvc.documents.pdf.words import Style

_SIZES = tuple(
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
        room = self.flow.top - BOTTOM
        sizes = list(_SIZES)
        fitting = self._fitting(sizes[0])
        while len(sizes) > 1 and fitting.height > room:
            before = sizes.pop(0).leading
            if len(sizes) > 1 and fitting.height * sizes[0].leading / before > room * 1.05:
                continue
            release(fitting.plan.root)
            fitting = self._fitting(sizes[0])
        fitting.draw(self.flow)

    def _fitting(self, style: Style) -> Fitting:
        return Fitting(Plan(self.pen, self.content, style, self.flow.begun))
