"""One page: marks on it, each given to an element of the structure tree or to nobody (artifacts).

Coordinates are points from the lower left corner, as PDF has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from formsvc.documents.pdf.links import Link
from formsvc.documents.pdf.tags import Element, Tree
from formsvc.documents.pdf.words import Line, Style

TINT = "0.078 0.306 0.361 rg"
PALE = "0.906 0.933 0.941 rg"
HAIR = 0.6

DECORATION = "/Type/Layout"
REPEATED = "/Type/Pagination"
HEADER = "/Type/Pagination/Subtype/Header/Attached[/Top]"
FOOTER = "/Type/Pagination/Subtype/Footer/Attached[/Bottom]"
"""What an artifact is (ISO 32000-1, 14.8.2.2.2)."""


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a page that leads somewhere: to an address, or to the section of a title ("#Title")."""

    box: tuple[float, float, float, float]
    address: str
    said: str
    element: Element


class Page:
    """The content of one page in the making."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.index = tree.page()
        self.code: list[str] = []
        self.pictures: dict[str, str] = {}
        self.later: list[tuple[int, Callable[[], None]]] = []
        """What is drawn when all pages are known, and its place in the code."""
        self.links: list[Area] = []
        """Where on the page something can be followed."""
        self._on: Element | str | None = None
        self._font: tuple[str, float] | None = None
        self._fill = "0 g"

    def on(self, element: Element) -> None:
        """Give what is drawn next to an element."""
        if self._on is not element:
            self.close()
            self.code.append(f"/{element.kind}<</MCID {self.tree.mark(self.index, element)}>>BDC")
            self._on = element

    def aside(self, kind: str = DECORATION) -> None:
        """Draw what comes next as an artifact: decoration, something repeated, a running head or foot."""
        if self._on != kind:
            self.close()
            self.code.append(f"/Artifact<<{kind}>>BDC")
            self._on = kind

    def wait(self, element: Element, draw: Callable[[], None]) -> None:
        """Keep the place of what can be drawn for an element only when all pages are known."""
        self.on(element)
        self.code.append("")
        self._forget()
        self.later.append((len(self.code) - 1, draw))

    def finish(self) -> None:
        """Draw what waited for all pages to be known, each in its place."""
        code = self.code
        for at, draw in self.later:
            self.code = []
            self._forget()
            draw()
            code[at] = "\n".join(self.code)
        self.code, self.later = code, []
        self._forget()

    def _forget(self) -> None:
        """Set font and colour anew for what comes next: what was drawn before it is not known yet."""
        self._font, self._fill = None, ""

    def close(self) -> None:
        """End the marked content that is open."""
        if self._on is not None:
            self.code.append("EMC")
            self._on = None

    def fill(self, operator: str) -> None:
        """Set the colour of text and areas."""
        if operator != self._fill:
            self.code.append(operator)
            self._fill = operator

    def text(
        self, x: float, top: float, lines: Iterable[Line], style: Style, *, width: float = 0, align: str = ""
    ) -> float:
        """Set lines downwards from `top`; return where they end.

        Lines that run right to left, and those with `align` "right" or "centre", need the `width`.
        """
        self.fill(f"{style.gray:g} g")
        size = style.size
        baseline = top - style.leading / 2 - size * 0.34
        code = self.code
        code.append("BT")
        holder = self._on
        link: tuple[Link, Element] | None = None
        for line in lines:
            left = x
            if align == "right" or (line.right_to_left and not align):
                left += width - line.width
            elif align == "centre":
                left += (width - line.width) / 2
            if line.runs and isinstance(holder, Element):
                link = self._linked(line, holder, (left - line.before, top, baseline), style, link)
            else:
                if isinstance(holder, Element):
                    self._back_to(self._beside_links(holder))
                code.append(f"1 0 0 1 {left - line.before:.2f} {baseline:.2f} Tm")
                self._show(line.segments, size)
            baseline -= style.leading
            top -= style.leading
        code.append("ET")
        return top

    def _show(self, segments: Iterable[tuple[str | None, str]], size: float) -> None:
        for font, operators in segments:
            if font is not None and (font, size) != self._font:
                self._font = (font, size)
                self.code.append(f"/{font} {size:g} Tf")
            self.code.append(operators)

    def _beside_links(self, holder: Element) -> Element:
        """Return what takes the text of an element that holds links: what is there already, or a new Span.

        Readers that take an element's own text before its children would else say links last.
        """
        now = self._on
        if isinstance(now, Element) and (now is holder or (now.parent is holder and now.kind == "Span")):
            return now
        return holder.child("Span")

    def _back_to(self, element: Element) -> None:
        """Go on with another element: a text object may not end in other marked content than it began in."""
        if self._on is not element:
            if self._on is not None:
                self.code.append("ET")
            self.on(element)
            self.code.append("BT")

    def _linked(
        self,
        line: Line,
        holder: Element,
        place: tuple[float, float, float],
        style: Style,
        before: tuple[Link, Element] | None,
    ) -> tuple[Link, Element] | None:
        """Set a line in which something can be followed; return the link that may go on on the next line."""
        left, top, baseline = place
        for run in line.runs:
            if run.link is None:
                before, element = None, self._beside_links(holder)
            elif before is not None and before[0] is run.link:
                element = before[1]
            else:
                self._take_back(holder)
                element = holder.child("Link")
                before = (run.link, element)
            self._back_to(element)
            self.code.append(f"1 0 0 1 {left + run.pen:.2f} {baseline:.2f} Tm")
            self._show(run.segments, style.size)
            if run.link is not None:
                box = (left + run.left, top - style.leading, left + run.right, top)
                self.links.append(Area(box, run.link.address, run.link.said, element))
        return before

    def _take_back(self, element: Element) -> None:
        """Take back marked content in which nothing was drawn: what an element says first is a link."""
        at = -3 if self.code[-2] == self._fill else -2
        if self._on is element and self.code[-1] == "BT" and self.code[at].endswith("BDC"):
            self.tree.unmark(self.index, element)
            self._on = None
            del self.code[at], self.code[-1]

    def area(self, x: float, y: float, width: float, height: float, operator: str = PALE) -> None:
        """Fill a rectangle."""
        self.fill(operator)
        self.code.append(f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re f")

    def rule(self, x: float, y: float, width: float, *, weight: float = 0.5, gray: float = HAIR) -> None:
        """Draw a horizontal rule as a filled area, so that it prints at its weight."""
        self.area(x, y - weight / 2, width, weight, f"{gray:g} g")

    def frame(
        self, x: float, y: float, width: float, height: float, *, weight: float = 0.5, gray: float = 0
    ) -> None:
        """Draw the outline of a rectangle, inside its edges."""
        half = weight / 2
        self.code.append(
            f"{gray:g} G {weight:g} w {x + half:.2f} {y + half:.2f}"
            f" {width - weight:.2f} {height - weight:.2f} re S"
        )

    def picture(self, resource: str, reference: str, matrix: Sequence[float]) -> None:
        """Place an image by the six numbers of its matrix."""
        self.pictures[resource] = reference
        numbers = " ".join(f"{number:.3f}" for number in matrix)
        self.code.append(f"q {numbers} cm /{resource} Do Q")
