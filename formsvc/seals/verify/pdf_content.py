"""Read the print of a page back: which text stands in which marked content (ISO 32000-2, 14.6).

A small interpreter of content streams that follows fonts, marked content and nothing else. It
refuses whatever would let two readers see two things: text that is drawn but belongs nowhere,
invisible text, fonts that do not say what their glyphs mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from formsvc.errors import Unreadable
from formsvc.seals.verify.pdf_tokens import Name, Number, operations

Decoder = Callable[[bytes], str]

_MOST_NESTED: Final = 64
_REFUSED: Final = frozenset({"BI", "ID", "EI", "gs", "sh", "d0", "d1", "PS"})


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


def read_page(content: bytes, *, fonts: Mapping[str, Decoder], images: frozenset[str]) -> PageText:
    """Return what a content stream prints; raise Unreadable for what cannot be read in one way only.

    `fonts` maps resource names to decoders of their strings, `images` names the pictures that may be drawn.
    """
    return _Interpreter(fonts, images).run(content)


class _Interpreter:
    def __init__(self, fonts: Mapping[str, Decoder], images: frozenset[str]) -> None:
        self.fonts = fonts
        self.images = images
        self.page = PageText()
        self.marks: list[_Mark] = []
        self.font: Decoder | None = None
        self.saved: list[Decoder | None] = []

    def run(self, content: bytes) -> PageText:
        """Return what the content prints."""
        for operator, operands in operations(content):
            act = _ACTS.get(operator)
            if act is not None:
                act(self, operands)
            elif operator in _REFUSED:
                raise Unreadable("a page draws something that is not allowed in our files")
        if self.marks:
            raise Unreadable("marked content of a page is not closed")
        return self.page

    def save(self, _operands: list[Any]) -> None:
        """Follow q."""
        if len(self.saved) >= _MOST_NESTED:
            raise Unreadable("a page saves its state too deeply")
        self.saved.append(self.font)

    def restore(self, _operands: list[Any]) -> None:
        """Follow Q."""
        if not self.saved:
            raise Unreadable("a page restores a state it never saved")
        self.font = self.saved.pop()

    def render(self, operands: list[Any]) -> None:
        """Follow Tr: only text that is filled can be seen as it is read."""
        if operands != [b"0"]:
            raise Unreadable("a page draws text that cannot be seen")

    def choose(self, operands: list[Any]) -> None:
        """Follow Tf."""
        name = operands[0] if operands else None
        if not isinstance(name, Name) or name not in self.fonts:
            raise Unreadable("a page uses a font it does not have")
        self.font = self.fonts[name]

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
        """Follow Tj and its kin."""
        self._show([operands[-1]] if operands else None)

    def show_many(self, operands: list[Any]) -> None:
        """Follow TJ."""
        self._show(operands[-1] if operands else None)

    def _show(self, shown: Any) -> None:
        if not isinstance(shown, list) or self.font is None:
            raise Unreadable("a page draws text without a font")
        text = "".join(
            self.font(one) for one in shown if isinstance(one, bytes) and not isinstance(one, Number)
        )
        home = self._home()
        if home is not None and home.id is not None:
            self.page.texts[home.id].append(text)
        elif any(one.artifact for one in self.marks):
            self.page.artifacts.append(text)
        elif text.strip():
            raise Unreadable("a page draws text that belongs nowhere")

    def picture(self, operands: list[Any]) -> None:
        """Follow Do: pictures only."""
        if len(operands) != 1 or operands[0] not in self.images:
            raise Unreadable("a page draws something that is not allowed in our files")
        home = self._home()
        if home is not None and home.id is not None:
            self.page.pictures[home.id].append(str(operands[0]))
        elif not any(one.artifact for one in self.marks):
            raise Unreadable("a page draws a picture that belongs nowhere")


_ACTS: Final[Mapping[str, Callable[[_Interpreter, list[Any]], None]]] = {
    "TJ": _Interpreter.show_many,
    "Tj": _Interpreter.show_one,
    "'": _Interpreter.show_one,
    '"': _Interpreter.show_one,
    "Tf": _Interpreter.choose,
    "BDC": _Interpreter.open,
    "BMC": _Interpreter.open_plain,
    "EMC": _Interpreter.close,
    "q": _Interpreter.save,
    "Q": _Interpreter.restore,
    "Tr": _Interpreter.render,
    "Do": _Interpreter.picture,
}
