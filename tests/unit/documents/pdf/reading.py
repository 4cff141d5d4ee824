"""Read a PDF by its structure, with pikepdf and nothing of ours: what stands at each address, exactly."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pikepdf

_BLOCKS = frozenset({"/P", "/LI", "/TR", "/Div", "/H1", "/H2", "/H3", "/H4"})
_BFCHAR = re.compile(rb"<([0-9A-F]+)> <([0-9A-F]+)>")


@dataclass
class Inside:
    """A PDF opened for reading."""

    data: bytes
    marks: dict[tuple[int, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.file = pikepdf.open(io.BytesIO(self.data))
        self.numbers = {page.obj.objgen: at for at, page in enumerate(self.file.pages)}
        self.artifacts: list[list[str]] = []
        for at, page in enumerate(self.file.pages):
            self._read(at, page)

    @cached_property
    def texts(self) -> dict[str, str]:
        """Address -> its printed text, paragraphs joined by newlines."""
        return {
            bytes(one.ID).decode(): "\n".join(self._paragraphs(one)) for one in self.elements if "/ID" in one
        }

    @cached_property
    def elements(self) -> list[Any]:
        """Every element in reading order."""
        return list(self._walk(self.file.Root.StructTreeRoot.K))

    def kinds(self) -> list[str]:
        """Return the kinds of the elements in reading order, without the solidus."""
        return [str(one.S)[1:] for one in self.elements]

    def pages_of(self, address: str) -> list[int]:
        """Return the numbers of the pages on which an address has marks."""
        element = next(one for one in self.elements if bytes(one.get("/ID", b"")).decode() == address)
        return sorted({mark[0] + 1 for one in self._walk(element) for mark in self._marks(one)})

    def _walk(self, element: Any) -> Iterator[Any]:
        yield element
        for kid in _kids(element):
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield from self._walk(kid)

    def _marks(self, element: Any) -> Iterator[tuple[int, int]]:
        for kid in _kids(element):
            yield from self._mark(element, kid)

    def _mark(self, element: Any, kid: Any) -> Iterator[tuple[int, int]]:
        if isinstance(kid, int):
            yield self.numbers[element.Pg.objgen], kid
        elif isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/MCR":
            yield self.numbers[kid.Pg.objgen], int(kid.MCID)

    def _paragraphs(self, element: Any) -> list[str]:
        inner = [kid for kid in _kids(element) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
        blocks = [kid for kid in inner if str(kid.S) in _BLOCKS]
        if blocks:
            return [text for kid in blocks for text in self._paragraphs(kid)]
        return ["".join(self.marks[mark] for mark in self._marks_within(element))]

    def _marks_within(self, element: Any) -> Iterator[tuple[int, int]]:
        """Yield the marks of an element and of the links and spans in it, in order."""
        for kid in _kids(element):
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield from self._marks_within(kid)
            else:
                yield from self._mark(element, kid)

    def _read(self, number: int, page: pikepdf.Page) -> None:
        fonts = {name: _table(font) for name, font in page.Resources.Font.items()}
        table: dict[int, str] = {}
        open_marks: list[int | str] = []
        artifacts: list[str] = []
        for instruction in pikepdf.parse_content_stream(page):
            assert isinstance(instruction, pikepdf.ContentStreamInstruction)
            operands = instruction.operands
            match str(instruction.operator):
                case "Tf":
                    table = fonts[str(operands[0])]
                case "BDC" | "BMC":
                    told: Any = operands[1] if len(operands) > 1 else {}
                    open_marks.append(int(told["/MCID"]) if "/MCID" in told else str(operands[0]))
                    if isinstance(open_marks[-1], int):
                        self.marks[number, open_marks[-1]] = ""
                case "EMC":
                    open_marks.pop()
                case "TJ":
                    codes = b"".join(bytes(one) for one in operands[0] if isinstance(one, pikepdf.String))
                    text = "".join(table[codes[at] << 8 | codes[at + 1]] for at in range(0, len(codes), 2))
                    home = next((one for one in reversed(open_marks) if isinstance(one, int)), None)
                    if home is None:
                        assert "/Artifact" in open_marks, text
                        artifacts.append(text)
                    else:
                        self.marks[number, home] += text
        assert not open_marks
        self.artifacts.append(artifacts)


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _table(font: Any) -> dict[int, str]:
    return {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for code, text in _BFCHAR.findall(font.ToUnicode.read_bytes())
    }
