"""One page: marks on it, each given to an element of the structure tree or to nobody (artifacts).

Coordinates are points from the lower left corner, as PDF has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from formsvc.documents.pdf.tags import Element, Tree
from formsvc.documents.pdf.words import Line, Style

TINT = "0.078 0.306 0.361 rg"
PALE = "0.906 0.933 0.941 rg"
HAIR = 0.6


class Page:
    """The content of one page in the making."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.index = tree.page()
        self.code: list[str] = []
        self.pictures: dict[str, str] = {}
        self.later: list[Callable[[], None]] = []
        """What is drawn when all pages are known."""
        self._on: Element | str | None = None
        self._font: tuple[str, float] | None = None
        self._fill = "0 g"

    def on(self, element: Element) -> None:
        """Give what is drawn next to an element."""
        if self._on is not element:
            self.close()
            self.code.append(f"/{element.kind}<</MCID {self.tree.mark(self.index, element)}>>BDC")
            self._on = element

    def aside(self, kind: str = "") -> None:
        """Draw what comes next as an artifact: decoration, or a running head or foot (`kind`)."""
        if self._on != f"aside {kind}":
            self.close()
            self.code.append(f"/Artifact<<{kind}>>BDC" if kind else "/Artifact BMC")
            self._on = f"aside {kind}"

    def finish(self) -> None:
        """Draw what waited for all pages to be known."""
        waiting, self.later = self.later, []
        for draw in waiting:
            draw()

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
        for line in lines:
            left = x
            if align == "right" or (line.right_to_left and not align):
                left += width - line.width
            elif align == "centre":
                left += (width - line.width) / 2
            code.append(f"1 0 0 1 {left - line.before:.2f} {baseline:.2f} Tm")
            for font, operators in line.segments:
                if font is not None and (font, size) != self._font:
                    self._font = (font, size)
                    code.append(f"/{font} {size:g} Tf")
                code.append(operators)
            baseline -= style.leading
            top -= style.leading
        code.append("ET")
        return top

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
