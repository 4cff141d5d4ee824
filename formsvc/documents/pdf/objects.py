"""ReportLab's document as a place for objects of ours: numbered when asked for, written once.

ReportLab keeps the numbers, the cross-reference table and the trailer. Most of our objects are
bytes by the time they are written: a tree of a thousand elements is formatted in a few
milliseconds.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from reportlab.pdfbase import pdfdoc

_DELIMITERS = frozenset("()<>[]{}/%#")


class Made(pdfdoc.PDFObject):  # type: ignore[misc]  # ReportLab has no types
    """An indirect object whose bytes we make ourselves, at the latest when it is written."""

    def __init__(self, body: bytes | Callable[[], bytes] = b"") -> None:
        self.body = body
        self.number = 0
        self.ref = ""

    __RefOnly__ = 1

    def format(self, document: object) -> bytes:
        """Return the object's bytes (ReportLab calls this)."""
        return self.body if isinstance(self.body, bytes) else self.body()


class _Document(pdfdoc.PDFDocument):  # type: ignore[misc]
    """ReportLab's document; it numbers and writes plain objects without its layers of formatting."""

    def __init__(self) -> None:
        super().__init__(invariant=1, pdfVersion=(1, 7))
        self.objectcounter = 0  # drop the dictionary of standard fonts: none is ever used
        for kept in (self.idToObject, self.idToObjectNumberAndVersion, self.numberToId):
            kept.clear()

    def format(self) -> bytes:
        """Return the file: every object in the order of its number, the table of places, the trailer."""
        parts = [b"%%PDF-1.7\n%%\xe2\xe3\xcf\xd3\n" % ()]
        places: list[int] = []
        at = len(parts[0])
        number = 0
        while (number := number + 1) in self.numberToId:
            thing = self.idToObject[self.numberToId[number]]
            body = thing.body if type(thing) is Made and isinstance(thing.body, bytes) else thing.format(self)
            part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
            parts.append(part)
            places.append(at)
            at += len(part)
        parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % number)
        parts += [b"%010d 00000 n \n" % place for place in places]
        root, info = (
            self.idToObjectNumberAndVersion[one.__InternalName__][0] for one in (self.Catalog, self.info)
        )
        parts.append(
            b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID%b>>\nstartxref\n%d\n%%%%EOF\n"
            % (number, root, info, self._ID, at)
        )
        return b"".join(parts)


class Book:
    """One PDF file in the making."""

    def __init__(self) -> None:
        self.document = _Document()

    def reserve(self, body: bytes | Callable[[], bytes] = b"") -> Made:
        """Give a number to an object; its body may be set until the file is written."""
        made = Made(body)
        made.number = self.number(made)
        made.ref = f"{made.number} 0 R"
        return made

    def number(self, thing: object) -> int:
        """Return the number of an object, giving it one when it has none."""
        reference = self.document.Reference(thing)
        number: int = self.document.idToObjectNumberAndVersion[reference.name][0]
        return number

    def add(self, body: str) -> str:
        """Add an object and return the reference to it."""
        return self.reserve(body.encode("latin-1")).ref

    def stream(self, entries: str, data: bytes) -> str:
        """Add a stream of these very bytes and return the reference to it."""
        head = f"<<{entries} /Length {len(data)}>>\nstream\n".encode("latin-1")
        return self.reserve(head + data + b"\nendstream").ref

    def deflated(self, entries: str, data: bytes) -> str:
        """Add a stream of bytes that are deflated already."""
        return self.stream(f"{entries} /Filter/FlateDecode", data)

    def compressed(self, entries: str, data: bytes) -> str:
        """Deflate bytes, add them as a stream and return the reference to it."""
        return self.deflated(entries, zlib.compress(data))


def name(text: str) -> str:
    """Return a PDF name."""
    return "/" + "".join(
        chr(byte) if 0x21 <= byte <= 0x7E and chr(byte) not in _DELIMITERS else f"#{byte:02X}"
        for byte in text.encode("utf-8")
    )


def utf16(text: str) -> str:
    """Return text as the hexadecimal digits of big-endian UTF-16; for a lone surrogate "?"."""
    return text.encode("utf-16-be", "replace").hex().upper()


def string(text: str) -> str:
    """Return a PDF text string: a literal when it is printable ASCII, else UTF-16 in hexadecimal."""
    if text.isascii() and text.isprintable():
        return "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"
    return f"<FEFF{utf16(text)}>"


def literal(data: bytes) -> str:
    """Return bytes as a PDF string in hexadecimal."""
    return f"<{data.hex().upper()}>"
