"""Read the print of a page back: which text stands in which marked content (ISO 32000-2, 14.6).

A small interpreter of the few operators that our pages are drawn with. It refuses every other one,
and whatever would let two readers see two things: text that is drawn but belongs nowhere, text that
cannot be seen (`pdf_sight`), fonts that do not say what their glyphs mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from formsvc.errors import Unreadable
from formsvc.seals.verify.pdf_sight import Box, Colour, Sight
from formsvc.seals.verify.pdf_tokens import Name, Number, operations

Font = Callable[[bytes], tuple[str, float]]
"""What turns a string into its text and how far it moves on, in ems."""

_MOST_NESTED: Final = 64
_JUMP: Final = 300.0
"""A move within a line, in thousandths of an em, that is more than a space between letters."""
_HEAVIEST: Final = 3.0
_ONLY_NUMBERS: Final = {Number}
_NOT_ALLOWED: Final = "a page draws something that is not allowed in our files"


@dataclass(kw_only=True)
class PageText:
    """What one page prints: text by marked-content id, pictures by marked-content id, artifacts."""

    texts: dict[int, list[str]] = field(default_factory=dict)
    pictures: dict[int, list[str]] = field(default_factory=dict)
    artifacts: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class _Mark:
    """One open marked content."""

    id: int | None
    artifact: bool


class _State(NamedTuple):
    """What q keeps and Q gives back."""

    font: Font | None
    size: float
    fill: Colour
    weight: float
    matrix: tuple[float, ...] | None


def read_page(content: bytes, *, fonts: Mapping[str, Font], images: frozenset[str], paper: Box) -> PageText:
    """Return what a content stream prints; raise Unreadable for what cannot be read in one way only.

    `fonts` maps resource names to readers of their strings, `images` names the pictures that may be drawn,
    `paper` is the page.
    """
    return _Interpreter(fonts, images, paper).run(content)


class _Interpreter:
    def __init__(self, fonts: Mapping[str, Font], images: frozenset[str], paper: Box) -> None:
        self.fonts = fonts
        self.images = images
        self.page = PageText()
        self.sight = Sight(paper)
        self.marks: list[_Mark] = []
        self.font: Font | None = None
        self.size = 0.0
        self.weight = 1.0
        self.matrix: tuple[float, ...] | None = None
        self.pen: tuple[float, float] | None = None
        self.saved: list[_State] = []
        self.order = 0

    def run(self, content: bytes) -> PageText:
        """Return what the content prints."""
        for operator, operands in operations(content):
            act = _ACTS.get(operator)
            if act is None:
                raise Unreadable(_NOT_ALLOWED)
            act(self, operands)
        if self.marks:
            raise Unreadable("marked content of a page is not closed")
        self.sight.check()
        return self.page

    def save(self, _operands: list[Any]) -> None:
        """Follow q."""
        if len(self.saved) >= _MOST_NESTED or self.pen is not None:
            raise Unreadable("a page saves its state too deeply")
        self.saved.append(_State(self.font, self.size, self.sight.fill, self.weight, self.matrix))

    def restore(self, _operands: list[Any]) -> None:
        """Follow Q."""
        if not self.saved or self.pen is not None:
            raise Unreadable("a page restores a state it never saved")
        self.font, self.size, self.sight.fill, self.weight, self.matrix = self.saved.pop()

    def move(self, operands: list[Any]) -> None:
        """Follow cm: only a picture may be drawn in a space of its own."""
        if self.matrix is not None or not self.saved:
            raise Unreadable(_NOT_ALLOWED)
        self.matrix = _numbers(operands, 6)

    def render(self, operands: list[Any]) -> None:
        """Follow Tr: only text that is filled can be seen as it is read."""
        if operands != [b"0"]:
            raise Unreadable("a page draws text that cannot be seen")

    def choose(self, operands: list[Any]) -> None:
        """Follow Tf."""
        name = operands[0] if len(operands) == 2 else None
        if not isinstance(name, Name) or name not in self.fonts:
            raise Unreadable("a page uses a font it does not have")
        self.font = self.fonts[name]
        (self.size,) = _numbers(operands[1:], 1)

    def begin(self, _operands: list[Any]) -> None:
        """Follow BT."""
        if self.pen is not None or self.matrix is not None:
            raise Unreadable(_NOT_ALLOWED)
        self.pen = (0.0, 0.0)

    def end(self, _operands: list[Any]) -> None:
        """Follow ET."""
        if self.pen is None:
            raise Unreadable(_NOT_ALLOWED)
        self.pen = None

    def place(self, operands: list[Any]) -> None:
        """Follow Tm: text is set upright, at its own size."""
        a, b, c, d, x, y = _numbers(operands, 6)
        if self.pen is None or (a, b, c, d) != (1, 0, 0, 1):
            raise Unreadable(_NOT_ALLOWED)
        self.pen = (x, y)

    def open(self, operands: list[Any]) -> None:
        """Follow BDC."""
        if len(operands) != 2:
            raise Unreadable("marked content of a page is not whole")
        tag, told = operands
        if not isinstance(told, dict):
            raise Unreadable("marked content of a page is not whole")
        if told.keys() & {"ActualText", "Alt", "E"}:
            raise Unreadable("a page says of a text that it is another")
        number = told.get("MCID")
        mark = _Mark(id=int(number) if number is not None else None, artifact=tag == "Artifact")
        if mark.id is not None:
            if self._home() is not None or mark.id in self.page.texts:
                raise Unreadable("a page uses one mark twice")
            self.page.texts[mark.id] = []
            self.page.pictures[mark.id] = []
        self._push(mark)

    def open_plain(self, operands: list[Any]) -> None:
        """Follow BMC."""
        self._push(_Mark(id=None, artifact=operands == ["Artifact"]))

    def _push(self, mark: _Mark) -> None:
        if len(self.marks) >= _MOST_NESTED:
            raise Unreadable("marked content of a page is nested too deeply")
        self.order += 1
        self.marks.append(mark)

    def close(self, _operands: list[Any]) -> None:
        """Follow EMC."""
        if not self.marks:
            raise Unreadable("a page closes marked content it never opened")
        self.marks.pop()

    def _home(self) -> _Mark | None:
        """Return the innermost open mark that belongs to the structure tree."""
        return next((one for one in reversed(self.marks) if one.id is not None), None)

    def show_one(self, operands: list[Any]) -> None:
        """Follow Tj."""
        self._show([operands[-1]] if operands else None)

    def show_many(self, operands: list[Any]) -> None:
        """Follow TJ."""
        self._show(operands[-1] if operands else None)

    def _show(self, shown: Any) -> None:
        if not isinstance(shown, list) or self.font is None or self.pen is None:
            raise Unreadable("a page draws text without a font")
        text = self._set(shown, self.font, self.pen)
        home = self._home()
        if home is not None and home.id is not None:
            self.page.texts[home.id].append(text)
        elif any(one.artifact for one in self.marks):
            self.page.artifacts.append(text)
        elif text.strip():
            raise Unreadable("a page draws text that belongs nowhere")

    def _set(self, shown: list[Any], font: Font, pen: tuple[float, float]) -> str:
        """Set strings and moves from the pen on; return the text. A run goes on until the pen jumps."""
        size, (x, y) = self.size, pen
        whole: list[str] = []
        run: list[str] = []
        start = x
        for one in shown:
            if type(one) is bytes:
                said, ems = font(one)
                whole.append(said)
                run.append(said)
                x += ems * size
            elif type(one) is Number:
                move = float(one)
                if run and not -_JUMP <= move <= _JUMP:
                    self.sight.text(
                        "".join(run), at=(start, y), size=size, advance=x - start, mark=self.order
                    )
                    run.clear()
                x -= move * size / 1000
                if not run:
                    start = x
            else:
                raise Unreadable("a page draws text without a font")
        if run:
            self.sight.text("".join(run), at=(start, y), size=size, advance=x - start, mark=self.order)
        self.pen = (x, y)
        return "".join(whole)

    def picture(self, operands: list[Any]) -> None:
        """Follow Do: pictures only."""
        if len(operands) != 1 or operands[0] not in self.images or self.matrix is None:
            raise Unreadable(_NOT_ALLOWED)
        self.sight.picture(self.matrix)
        home = self._home()
        if home is not None and home.id is not None:
            self.page.pictures[home.id].append(str(operands[0]))
        elif not any(one.artifact for one in self.marks):
            raise Unreadable("a page draws a picture that belongs nowhere")

    def gray(self, operands: list[Any]) -> None:
        """Follow g."""
        (light,) = _numbers(operands, 1)
        self.sight.fill = (light, light, light)

    def colour(self, operands: list[Any]) -> None:
        """Follow rg."""
        red, green, blue = _numbers(operands, 3)
        self.sight.fill = (red, green, blue)

    def line_colour(self, operands: list[Any]) -> None:
        """Follow G and RG: what a line covers, it covers in any colour."""

    def line_weight(self, operands: list[Any]) -> None:
        """Follow w."""
        (self.weight,) = _numbers(operands, 1)
        if not 0 <= self.weight <= _HEAVIEST:
            raise Unreadable(_NOT_ALLOWED)

    def rectangle(self, operands: list[Any]) -> None:
        """Follow re."""
        if self.matrix is not None or self.pen is not None:
            raise Unreadable(_NOT_ALLOWED)
        self.sight.rectangle(_numbers(operands, 4))

    def fill(self, _operands: list[Any]) -> None:
        """Follow f."""
        self.sight.filled()

    def stroke(self, _operands: list[Any]) -> None:
        """Follow S."""
        self.sight.stroked(self.weight)


def _numbers(operands: list[Any], count: int) -> tuple[float, ...]:
    if len(operands) != count or {*map(type, operands)} != _ONLY_NUMBERS:
        raise Unreadable(_NOT_ALLOWED)
    return tuple(map(float, operands))


_ACTS: Final[Mapping[str, Callable[[_Interpreter, list[Any]], None]]] = {
    "TJ": _Interpreter.show_many,
    "Tj": _Interpreter.show_one,
    "Tf": _Interpreter.choose,
    "Tm": _Interpreter.place,
    "BT": _Interpreter.begin,
    "ET": _Interpreter.end,
    "BDC": _Interpreter.open,
    "BMC": _Interpreter.open_plain,
    "EMC": _Interpreter.close,
    "q": _Interpreter.save,
    "Q": _Interpreter.restore,
    "cm": _Interpreter.move,
    "Tr": _Interpreter.render,
    "Do": _Interpreter.picture,
    "g": _Interpreter.gray,
    "rg": _Interpreter.colour,
    "G": _Interpreter.line_colour,
    "RG": _Interpreter.line_colour,
    "w": _Interpreter.line_weight,
    "re": _Interpreter.rectangle,
    "f": _Interpreter.fill,
    "S": _Interpreter.stroke,
}
"""Everything that our pages are drawn with."""
