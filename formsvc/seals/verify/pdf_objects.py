"""Read a PDF of one revision, strictly and fast: the sealed state of a file of ours.

pyHanko reads any PDF, one character at a time. A file of ours has one classic cross-reference table,
one trailer, and a body in which every byte belongs to an object of that table (ISO 32000-2, 7.5);
this reader takes nothing else. What it returns looks like pyHanko's objects: dictionaries and
arrays hold references that are followed on request.
"""

from __future__ import annotations

import re
import zlib
from typing import Any, Final

from formsvc.errors import Unreadable
from formsvc.seals.verify.pdf_tokens import literal_string, unescaped_name

_DAMAGED: Final = "the sealed state of the PDF is not built as we build it"
_HEADER: Final = re.compile(rb"%PDF-1\.\d\s(?:[ \t]*%[^\r\n]*[\r\n]+)*")
_END: Final = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_SECTION: Final = re.compile(rb"xref\s+0 (\d{1,7})[ ]?\r?\n")
_ROW: Final = re.compile(rb"(\d{10}) (\d{5}) ([nf])[ \r\n]{2}")
_OBJECT: Final = re.compile(rb"\s*(\d{1,7}) 0 obj\b")
_STREAM: Final = re.compile(rb"\s*stream\r?\n")
_STREAM_END: Final = re.compile(rb"\r?\n?endstream\s*endobj\b")
_OBJECT_END: Final = re.compile(rb"\s*endobj\b")
_SPACE: Final = re.compile(rb"\s*")
_TRAILER: Final = re.compile(rb"\s*trailer\b")
_VALUE: Final = re.compile(
    rb"""[\x00\t\n\x0c\r\x20]*(?:
    /(?P<name>[^\x00\t\n\x0c\r\x20()<>\[\]{}/%]*)
    |(?P<reference>\d{1,7})[ ]+0[ ]+R\b
    |(?P<number>[+-]?(?:\d++(?:\.\d*+)?|\.\d++))
    |(?P<open><<|\[)
    |(?P<close>>>|\])
    |<(?P<hex>[0-9A-Fa-f\t\n\r\x20]*)>
    |(?P<string>\()
    |(?P<word>true|false|null)\b
    )""",
    re.VERBOSE,
)
_NAME: Final = rb"[^\x00\t\n\x0c\r\x20()<>\[\]{}/%#]++"


def _pair(group: bytes) -> bytes:
    """Return the pattern of a plain entry; `group` opens each of its eight groups."""
    return rb"[\r\n\x20]*+/%(open)b%(name)b)[\r\n\x20]*+(?:" % {b"open": group, b"name": _NAME} + (
        rb"%(open)b\d{1,7}+) 0 R(?![A-Za-z0-9])"
        rb"|%(open)b\d{1,9}+)(?![\d.]|\x20\d)"
        rb"|/%(open)b%(name)b)"
        rb"|\(%(open)b[^()\\\r]*+)\)"
        rb"|\[%(open)b[\d\x20R]++)\]"
        rb"|<%(open)b(?:[0-9A-Fa-f]{2})*+)>"
        rb"|<<%(open)b(?:/%(name)b[\x20]?/%(name)b)*+)>>)" % {b"open": group, b"name": _NAME}
    )


_PAIRS: Final = re.compile(_pair(b"("))
_FLAT: Final = re.compile(rb"\s*<<((?:%b)*+)\s*>>(?=\s*endobj)" % _pair(b"(?:"))
"""A dictionary of references, numbers, names, plain texts and lists of references: most objects are one."""
_WORDS: Final = {b"true": True, b"false": False, b"null": None}
_MOST_OBJECTS: Final = 500_000
_MOST_NESTED: Final = 64
_STREAM_BYTES: Final = 100 * 1024 * 1024


class Reference:
    """A reference to an object of the same file."""

    __slots__ = ("_file", "idnum")

    def __init__(self, file: SealedPdf, number: int) -> None:
        self._file = file
        self.idnum = number

    def get_object(self) -> Any:
        """Return what it refers to; None where there is nothing."""
        return self._file.object(self.idnum)


class Stream(dict[str, Any]):
    """A stream: its dictionary, and its bytes as they stand in the file."""

    def __init__(self, entries: dict[str, Any], encoded: bytes) -> None:
        super().__init__(entries)
        self.encoded_data = encoded

    @property
    def data(self) -> bytes:
        """The bytes unpacked; raise Unreadable for what is packed otherwise than by Flate, or too much."""
        kind = self.get("/Filter")
        if kind is None or kind == []:
            return self.encoded_data
        if kind not in ("/FlateDecode", ["/FlateDecode"]) or "/DecodeParms" in self:
            raise Unreadable(_DAMAGED)
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(self.encoded_data, _STREAM_BYTES)
        except zlib.error:
            raise Unreadable(_DAMAGED) from None
        if not unpacker.eof or unpacker.unused_data:
            raise Unreadable(_DAMAGED)
        return data


class SealedPdf:
    """One revision of a PDF, read as we write it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._places: dict[int, int] = {}
        self._objects: dict[int, Any] = {}
        header = _HEADER.match(data)
        end = _END.search(data, max(0, len(data) - 64))
        if header is None or end is None:
            raise Unreadable(_DAMAGED)
        start = int(end[1])
        self.trailer = self._table(start, end.start())
        if self.trailer.keys() & {"/Prev", "/XRefStm", "/Encrypt"}:
            raise Unreadable(_DAMAGED)
        self._read_body(header.end(), start)

    @property
    def size(self) -> int:
        """How many bytes of the file this state is."""
        return len(self._data)

    @property
    def root(self) -> Any:
        """The catalog."""
        root = self.trailer.get("/Root")
        found = root.get_object() if isinstance(root, Reference) else None
        if not isinstance(found, dict):
            raise Unreadable(_DAMAGED)
        return found

    def object(self, number: int) -> Any:
        """Return an object by its number, or None where there is none."""
        return self._objects.get(number)

    def _table(self, at: int, end: int) -> dict[str, Any]:
        section = _SECTION.match(self._data, at)
        if section is None or int(section[1]) > _MOST_OBJECTS:
            raise Unreadable(_DAMAGED)
        at = section.end()
        for number in range(int(section[1])):
            row = _ROW.match(self._data, at)
            if row is None:
                raise Unreadable(_DAMAGED)
            if row[3] == b"n":
                self._places[int(row[1])] = number
            at = row.end()
        trailer = _TRAILER.match(self._data, at)
        if trailer is None:
            raise Unreadable(_DAMAGED)
        value, at = self._value(trailer.end())
        if _SPACE.fullmatch(self._data, at, end) is None or not isinstance(value, dict):
            raise Unreadable(_DAMAGED)
        return value

    def _read_body(self, at: int, end: int) -> None:
        """Read every object in the order of the body: there may be nothing between them."""
        while _SPACE.fullmatch(self._data, at, end) is None:
            head = _OBJECT.match(self._data, at, end)
            if head is None:
                raise Unreadable(_DAMAGED)
            number = int(head[1])
            if self._places.pop(head.start(1), None) != number:
                raise Unreadable(_DAMAGED)
            flat = _FLAT.match(self._data, head.end())
            if flat is not None:
                value, at = self._flat(flat[1]), flat.end()
            else:
                value, at = self._value(head.end())
            stream = _STREAM.match(self._data, at)
            if stream is not None and isinstance(value, dict):
                value, at = self._stream(value, stream.end())
            else:
                at = self._after(_OBJECT_END, at)
            self._objects[number] = value
        if self._places:
            raise Unreadable(_DAMAGED)

    def _flat(self, body: bytes) -> dict[str, Any]:
        """Return a dictionary of plain entries, taken apart in one go."""
        made: dict[str, Any] = {}
        pairs = _PAIRS.findall(body)
        for key, reference, number, name, text, listed, digits, named in pairs:
            value: Any = text
            if reference:
                value = Reference(self, int(reference))
            elif number:
                value = int(number)
            elif name:
                value = "/" + unescaped_name(name)
            elif listed:
                value = self._listed(listed)
            elif digits:
                value = bytes.fromhex(digits.decode("ascii"))
            elif named:
                value = _named(named)
            made["/" + unescaped_name(key)] = value
        if len(made) != len(pairs):
            raise Unreadable(_DAMAGED)
        return made

    def _listed(self, listed: bytes) -> list[Any]:
        """Return the references and numbers of an array."""
        values: list[Any] = []
        for word in listed.split():
            if word == b"R":
                if len(values) < 2 or values.pop() != 0 or not isinstance(values[-1], int):
                    raise Unreadable(_DAMAGED)
                values.append(Reference(self, values.pop()))
            elif word.isdigit():
                values.append(int(word))
            else:
                raise Unreadable(_DAMAGED)
        return values

    def _stream(self, entries: dict[str, Any], at: int) -> tuple[Stream, int]:
        length = entries.get("/Length")
        if not isinstance(length, int) or not 0 <= length <= len(self._data) - at:
            raise Unreadable(_DAMAGED)
        return Stream(entries, self._data[at : at + length]), self._after(_STREAM_END, at + length)

    def _after(self, pattern: re.Pattern[bytes], at: int) -> int:
        found = pattern.match(self._data, at)
        if found is None:
            raise Unreadable(_DAMAGED)
        return found.end()

    def _value(self, at: int) -> tuple[Any, int]:
        """Return the value that begins at a place, and where it ends."""
        outer: list[tuple[bytes, list[Any]]] = []
        values: list[Any] = []
        while True:
            found = _VALUE.match(self._data, at)
            if found is None or found.lastgroup is None:
                raise Unreadable(_DAMAGED)
            at = found.end()
            kind, token = found.lastgroup, found[found.lastgroup]
            if kind == "open":
                if len(outer) >= _MOST_NESTED:
                    raise Unreadable(_DAMAGED)
                outer.append((token, values))
                values = []
                continue
            if kind == "close":
                values = _closed(outer, token, values)
            elif kind == "string":
                text, at = literal_string(self._data, at)
                values.append(text)
            else:
                values.append(self._atom(kind, token))
            if not outer:
                return values[0], at

    def _atom(self, kind: str, token: bytes) -> Any:
        if kind == "name":
            return "/" + unescaped_name(token)
        if kind == "reference":
            return Reference(self, int(token))
        if kind == "number":
            return float(token) if b"." in token else int(token)
        if kind == "hex":
            digits = b"".join(token.split())
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
        return _WORDS[token]


def _named(named: bytes) -> dict[str, Any]:
    """Return a dictionary whose entries are all names."""
    words = ["/" + unescaped_name(one.strip()) for one in named.split(b"/")[1:]]
    made: dict[str, Any] = dict(zip(words[::2], words[1::2], strict=True))
    if 2 * len(made) != len(words):
        raise Unreadable(_DAMAGED)
    return made


def _closed(outer: list[tuple[bytes, list[Any]]], token: bytes, inner: list[Any]) -> list[Any]:
    """Close an array or a dictionary; return the values of what is around it, with it at their end."""
    opened, values = outer.pop() if outer else (b"", [])
    if (opened, token) == (b"[", b"]"):
        values.append(inner)
    elif (opened, token) == (b"<<", b">>"):
        keys = inner[::2]
        if len(inner) % 2 or not all(isinstance(one, str) for one in keys) or len(set(keys)) != len(keys):
            raise Unreadable(_DAMAGED)
        values.append(dict(zip(keys, inner[1::2], strict=True)))
    else:
        raise Unreadable(_DAMAGED)
    return values
