"""Attacks on the container: what a ZIP can say twice, hide, overlap, or say in more ways than one."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from formsvc.seals import package
from tests.attacks.attack import OVERLAP_2019, Attack
from tests.attacks.docx_forging import DOCUMENT, TYPES, appended, changed, foreign, ours
from tests.unit.seals.small import unzipped

_FORGED = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'


@dataclass(frozen=True, kw_only=True)
class Packed:
    """One entry as a forger writes it; what `told` holds is said in the directory and not in the header."""

    name: bytes
    raw: bytes
    crc: int
    size: int
    method: int = 8
    flags: int = 0
    version: int = 20
    maker: int = 20
    attributes: int = 0
    inner: int = 0
    disk: int = 0
    date: int = 33
    extra: bytes = b""
    directory_extra: bytes = b""
    comment: bytes = b""
    descriptor: bytes = b""
    gap: bytes = b""
    header: tuple[int, int, int] | None = None
    told: tuple[int, int, int] | None = None
    told_name: bytes | None = None
    told_method: int | None = None
    told_flags: int | None = None
    moved: int = 0


def entries() -> list[Packed]:
    """Return the entries of our document."""
    return [
        Packed(name=one.name.encode(), raw=one.raw, crc=one.crc, size=one.size, method=one.method)
        for one in package.read(ours(), limits=package.Limits()).entries
    ]


def written(
    packed: Iterable[Packed], *, before: bytes = b"", between: bytes = b"", end: bytes = b""
) -> bytes:
    """Return the container; `between` stands before the directory, `end` replaces the end record's fields."""
    body, records = bytearray(before), []
    for one in packed:
        body += one.gap
        at = len(body) + one.moved
        told = (one.crc, len(one.raw), one.size)
        common = (one.flags, one.method, 0, one.date)
        body += struct.pack("<4s2H", b"PK\x03\x04", one.version, one.flags)
        body += struct.pack("<3H3I2H", *common[1:], *(one.header or told), len(one.name), len(one.extra))
        body += one.name + one.extra + one.raw + one.descriptor
        name = one.name if one.told_name is None else one.told_name
        flags = one.flags if one.told_flags is None else one.told_flags
        method = one.method if one.told_method is None else one.told_method
        records.append(
            struct.pack("<4s4H2H", b"PK\x01\x02", one.maker, one.version, flags, method, 0, one.date)
            + struct.pack("<3I3H", *(one.told or told), len(name), len(one.directory_extra), len(one.comment))
            + struct.pack("<2H2I", one.disk, one.inner, one.attributes, at)
            + name
            + one.directory_extra
            + one.comment
        )
    body += between
    directory = b"".join(records)
    count = len(records)
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body) + directory + (end or tail)


def _of(part: str, change: Callable[[Packed], Packed]) -> Callable[[], bytes]:
    """Return a maker that changes one entry."""
    return lambda: written(change(one) if one.name == part.encode() else one for one in entries())


def _with(*more: Packed, first: bool = False) -> Callable[[], bytes]:
    return lambda: written([*more, *entries()] if first else [*entries(), *more])


def _stored(name: bytes, content: bytes) -> Packed:
    return Packed(name=name, raw=content, crc=zlib.crc32(content), size=len(content), method=0)


def _repacked(one: Packed, method: int, raw: bytes) -> Packed:
    return replace(one, method=method, raw=raw)


def _content(one: Packed) -> bytes:
    return unzipped(ours())[one.name.decode()]


def _descriptor(one: Packed, *, mark: bytes = b"PK\x07\x08") -> bytes:
    return mark + struct.pack("<3I", one.crc, len(one.raw), one.size)


def _overlapping() -> bytes:
    """Return a container in which two names point at one body."""
    packed = entries()
    twin = replace(packed[0], name=b"word/extra.xml", moved=0)
    whole = written([*packed, twin])
    at = whole.rindex(b"PK\x01\x02")
    return whole[: at + 42] + struct.pack("<I", 0) + whole[at + 46 :]


def _quoted() -> bytes:
    """Return a container in which one entry's body holds the header and body of the next."""
    packed = entries()
    inner = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 33, 0, 4, 4, 5, 0) + b"x.xml" + b"<x/>"
    outer = _stored(b"word/quoting.bin", inner)
    return written([*packed, outer, replace(_stored(b"x.xml", b"<x/>"), moved=-len(inner) - 5 - 30)])


def _zip64_end() -> bytes:
    docx = ours()
    count, size, start = struct.unpack_from("<H2I", docx, len(docx) - 12)
    end64 = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, start + size, 1)
    last = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return docx[: start + size] + end64 + locator + last


def _two_ends() -> bytes:
    """Return our document behind whose end stands, as a comment, the directory and end of a forged one."""
    docx = ours()
    forged = written([_stored(b"word/document.xml", _FORGED)])
    return docx[:-2] + struct.pack("<H", len(forged)) + forged


def _end(position: int, form: str, value: int) -> Callable[[], bytes]:
    def make() -> bytes:
        docx = ours()
        at = len(docx) - 22 + position
        packed = struct.pack(form, value)
        return docx[:at] + packed + docx[at + len(packed) :]

    return make


def _inserted(find: bytes, more: bytes, *, after: int = 0) -> Callable[[], bytes]:
    def make() -> bytes:
        docx = ours()
        at = docx.index(find, after)
        return docx[:at] + more + docx[at:]

    return make


_UNREADABLE = {"readable": "unreadable"}
_CONTAINER = {"integrity": "intact", "coverage": "container_changed"}
_PARTS = {"coverage": "parts_not_covered"}


def _row(
    name: str, does: str, make: Callable[[], bytes], expect: dict[str, str], published: str = ""
) -> Attack:
    return Attack(name=name, does=does, make=make, expect=expect, published=published)


_NAMES = {
    "another case": ("WORD/DOCUMENT.XML", "a second document by another case"),
    "a path outwards": ("../x.xml", "a name that leaves the folder it is unpacked in"),
    "a path inwards and out": ("word/../x.xml", "a name with .. in it"),
    "a path with a dot": ("word/./document.xml", "the document by another path"),
    "an absolute path": ("/word/document.xml", "a name that begins at the root"),
    "a drive": ("C:\\x.xml", "a name with a drive letter"),
    "a backslash": ("word\\document.xml", "the document by another separator"),
    "two slashes": ("word//document.xml", "the document by another path"),
    "a slash at the end": ("word/document.xml/", "a folder called like the document"),
    "a folder": ("word/", "a folder as an entry"),
    "percent encoding": ("word/documen%74.xml", "the document, encoded"),
    "a percent-encoded slash": ("word%2Fdocument.xml", "the document, encoded"),
    "a dot at the end": ("word/document.xml.", "a name that Windows takes for the document"),
    "a blank at the end": ("word/document.xml ", "a name that Windows takes for the document"),
    "a zero byte": ("word/document.xml\0.txt", "a name that ends earlier in C"),
    "a letter that looks alike": ("word/dоcument.xml", "a Cyrillic o in the document's name"),
    "a name not in one form": ("word/e\u0301.xml", "a decomposed letter"),
    "no name": ("", "an entry without a name"),
    "a control character": ("word/\x1b[2J.xml", "a name that writes on a terminal"),
    "a stream": ("word/document.xml:x", "a second stream of the document on Windows"),
    "a very long name": ("word/" + "a" * 5000 + ".xml", "five thousand letters"),
}

CONTAINER_ATTACKS = (
    *(
        Attack(
            name=f"name: {name}",
            does=does,
            make=lambda told=told: _with(_stored(told.encode(), _FORGED))(),  # type: ignore[misc]
            expect=_PARTS if name == "a very long name" else _UNREADABLE,
        )
        for name, (told, does) in _NAMES.items()
    ),
    # ------------------------------------------------------------ the same thing twice
    _row(
        "entry twice, forged last",
        "two entries of one name",
        _with(_stored(DOCUMENT.encode(), _FORGED)),
        _UNREADABLE,
    ),
    _row(
        "entry twice, forged first",
        "two entries of one name, the forged one before",
        _with(_stored(DOCUMENT.encode(), _FORGED), first=True),
        _UNREADABLE,
    ),
    _row(
        "entry twice by a ZIP program",
        "as one appends",
        lambda: appended(foreign(), "word/DOCUMENT.xml"),
        _UNREADABLE,
    ),
    _row(
        "name in the directory is another",
        "header and directory disagree on the name",
        _of(DOCUMENT, lambda one: replace(one, told_name=b"word/documenu.xml")),
        _UNREADABLE,
    ),
    _row(
        "method in the directory is another",
        "header and directory disagree on the packing",
        _of(DOCUMENT, lambda one: replace(one, told_method=0)),
        _UNREADABLE,
    ),
    _row(
        "flags in the directory are others",
        "header and directory disagree on the flags",
        _of(DOCUMENT, lambda one: replace(one, told_flags=0x800)),
        _UNREADABLE,
    ),
    _row(
        "size in the directory is another",
        "header and directory disagree on the size",
        _of(DOCUMENT, lambda one: replace(one, told=(one.crc, len(one.raw), one.size + 1))),
        _UNREADABLE,
    ),
    _row(
        "checksum in the directory is another",
        "header and directory disagree on the checksum",
        _of(DOCUMENT, lambda one: replace(one, told=(one.crc ^ 1, len(one.raw), one.size))),
        _UNREADABLE,
    ),
    _row(
        "checksum wrong everywhere",
        "header and directory agree, the content does not",
        _of(DOCUMENT, lambda one: replace(one, crc=one.crc ^ 1)),
        _UNREADABLE,
    ),
    _row(
        "size too small everywhere",
        "the packed data hold more than is told",
        _of(DOCUMENT, lambda one: replace(one, size=one.size - 1)),
        _UNREADABLE,
    ),
    _row(
        "size too large everywhere",
        "the packed data hold less than is told",
        _of(DOCUMENT, lambda one: replace(one, size=one.size + 1)),
        _UNREADABLE,
    ),
    _row(
        "bytes behind the packed data",
        "inside an entry, after the end of its stream",
        _of(DOCUMENT, lambda one: replace(one, raw=one.raw + b"x")),
        _UNREADABLE,
    ),
    _row(
        "packed in another way",
        "the same content, other packed bytes",
        _of(DOCUMENT, lambda one: _repacked(one, 8, zlib.compress(_content(one), 1, -15))),
        _CONTAINER,
    ),
    _row(
        "stored",
        "the same content, not packed",
        _of(DOCUMENT, lambda one: _repacked(one, 0, _content(one))),
        _CONTAINER,
    ),
    _row(
        "bzip2",
        "packed in a way that Word does not read",
        _of(DOCUMENT, lambda one: _repacked(one, 12, bz2.compress(_content(one)))),
        _UNREADABLE,
    ),
    _row(
        "lzma",
        "packed in a way that Word does not read",
        _of(DOCUMENT, lambda one: _repacked(one, 14, lzma.compress(_content(one)))),
        _UNREADABLE,
    ),
    _row(
        "encrypted",
        "the flag of an encrypted entry",
        _of(DOCUMENT, lambda one: replace(one, flags=1)),
        _UNREADABLE,
    ),
    _row(
        "strongly encrypted",
        "the flag of strong encryption",
        _of(DOCUMENT, lambda one: replace(one, flags=0x40)),
        _UNREADABLE,
    ),
    _row(
        "masked headers",
        "the flag of an encrypted directory",
        _of(DOCUMENT, lambda one: replace(one, flags=0x2000)),
        _UNREADABLE,
    ),
    _row(
        "patched data",
        "the flag of compressed patched data",
        _of(DOCUMENT, lambda one: replace(one, flags=0x20)),
        _UNREADABLE,
    ),
    _row(
        "on another disk",
        "an entry that says it lies on disk 1",
        _of(DOCUMENT, lambda one: replace(one, disk=1)),
        _UNREADABLE,
    ),
    # ------------------------------------------------------------ fields of no use
    _row(
        "UTF-8 flag",
        "a flag that changes nothing",
        _of(DOCUMENT, lambda one: replace(one, flags=0x800)),
        _CONTAINER,
    ),
    _row(
        "another date", "a date in one header", _of(DOCUMENT, lambda one: replace(one, date=34)), _CONTAINER
    ),
    _row(
        "another version",
        "the version of one entry",
        _of(DOCUMENT, lambda one: replace(one, version=45)),
        _CONTAINER,
    ),
    _row(
        "made elsewhere",
        "the maker of one entry",
        _of(DOCUMENT, lambda one: replace(one, maker=0x0314)),
        _CONTAINER,
    ),
    _row(
        "symbolic link",
        "the attributes of a symbolic link",
        _of(DOCUMENT, lambda one: replace(one, maker=0x0314, attributes=0xA1FF0000)),
        _CONTAINER,
    ),
    _row(
        "marked as text",
        "an internal attribute",
        _of(DOCUMENT, lambda one: replace(one, inner=1)),
        _CONTAINER,
    ),
    _row(
        "extra field in a header",
        "bytes a reader skips",
        _of(DOCUMENT, lambda one: replace(one, extra=b"\xfe\xca\x02\0xx")),
        _CONTAINER,
    ),
    _row(
        "extra field in the directory",
        "bytes a reader skips",
        _of(DOCUMENT, lambda one: replace(one, directory_extra=b"\xfe\xca\x02\0xx")),
        _CONTAINER,
    ),
    _row(
        "another name in an extra field",
        "a Unicode path that some programs prefer",
        _of(
            DOCUMENT,
            lambda one: replace(
                one, directory_extra=b"up" + struct.pack("<HBI", 9, 1, zlib.crc32(one.name)) + b"evil"
            ),
        ),
        _CONTAINER,
    ),
    _row(
        "zip64 sizes in an extra field",
        "sizes said twice",
        _of(DOCUMENT, lambda one: replace(one, directory_extra=b"\1\0\x10\0" + struct.pack("<2Q", 1, 1))),
        _CONTAINER,
    ),
    _row(
        "zip64 sizes alone",
        "sizes only in an extra field",
        _of(
            DOCUMENT,
            lambda one: replace(
                one,
                told=(one.crc, 0xFFFFFFFF, 0xFFFFFFFF),
                directory_extra=b"\1\0\x10\0" + struct.pack("<2Q", one.size, len(one.raw)),
            ),
        ),
        _UNREADABLE,
    ),
    _row("zip64 end", "the directory's place only in a zip64 record", _zip64_end, _UNREADABLE),
    _row(
        "comment of an entry",
        "words in the directory",
        _of(DOCUMENT, lambda one: replace(one, comment=b"x")),
        _CONTAINER,
    ),
    _row("comment of the container", "words behind the end", lambda: ours()[:-2] + b"\1\0x", _CONTAINER),
    _row(
        "descriptor",
        "sizes behind the data, as a streaming program writes them",
        _of(DOCUMENT, lambda one: replace(one, flags=8, header=(0, 0, 0), descriptor=_descriptor(one))),
        _CONTAINER,
    ),
    _row(
        "descriptor without its mark",
        "the older form",
        _of(
            DOCUMENT,
            lambda one: replace(one, flags=8, header=(0, 0, 0), descriptor=_descriptor(one, mark=b"")),
        ),
        _CONTAINER,
    ),
    _row(
        "descriptor that lies",
        "other sizes behind the data",
        _of(
            DOCUMENT,
            lambda one: replace(one, flags=8, header=(0, 0, 0), descriptor=b"PK\x07\x08" + bytes(12)),
        ),
        _UNREADABLE,
    ),
    _row(
        "descriptor missing",
        "the flag, and nothing behind the data",
        _of(DOCUMENT, lambda one: replace(one, flags=8, header=(0, 0, 0))),
        _UNREADABLE,
    ),
    _row(
        "sizes left out without a descriptor",
        "zeros in a header",
        _of(DOCUMENT, lambda one: replace(one, header=(0, 0, 0))),
        _UNREADABLE,
    ),
    # ------------------------------------------------------------ places
    _row("bytes before", "a prefix, offsets as they were", lambda: b"x" + ours(), _UNREADABLE),
    _row(
        "program before",
        "a prefix with offsets put right, as in a self-extracting file",
        lambda: written(entries(), before=b"MZ" + bytes(62)),
        _UNREADABLE,
    ),
    _row("bytes after", "a suffix", lambda: ours() + b"x", _UNREADABLE),
    _row("newline after", "a suffix that a transfer adds", lambda: ours() + b"\r\n", _UNREADABLE),
    _row(
        "bytes between entries",
        "offsets as they were",
        _inserted(b"PK\x03\x04", b"xxxx", after=4),
        _UNREADABLE,
    ),
    _row(
        "gap between entries",
        "offsets put right",
        _of(DOCUMENT, lambda one: replace(one, gap=b"x" * 40)),
        _UNREADABLE,
    ),
    _row(
        "gap before the directory",
        "offsets put right",
        lambda: written(entries(), between=b"x" * 40),
        _UNREADABLE,
    ),
    _row(
        "hidden entry",
        "a body that the directory does not list",
        lambda: written(entries(), between=written([_stored(b"x.xml", _FORGED)])[:120]),
        _UNREADABLE,
    ),
    _row("overlapping entries", "two names for one body", _overlapping, _UNREADABLE, OVERLAP_2019),
    _row("quoted entries", "an entry inside another's body", _quoted, _UNREADABLE, OVERLAP_2019),
    _row(
        "entries in another order",
        "the data, then the document",
        lambda: written(sorted(entries(), key=lambda one: one.name)),
        _CONTAINER,
    ),
    _row(
        "directory in another order",
        "the signature first",
        lambda: written([*entries()[-1:], *entries()[:-1]]),
        _CONTAINER,
    ),
    _row("directory cut", "one entry fewer than there are", _end(10, "<H", 3), _UNREADABLE),
    _row("more entries than told", "counts that disagree", _end(8, "<H", 3), _UNREADABLE),
    _row("another disk", "a container of several files", _end(4, "<H", 1), _UNREADABLE),
    _row("directory elsewhere", "a wrong place of the directory", _end(16, "<I", 4), _UNREADABLE),
    _row("directory size", "a wrong size of the directory", _end(12, "<I", 4), _UNREADABLE),
    _row("two ends", "a forged container as the comment of ours", _two_ends, _UNREADABLE),
    _row(
        "appended signature area",
        "a signature of the directory itself (PK 05 05)",
        lambda: written(entries(), end=b"PK\x05\x05\0\0" + ours()[-22:]),
        _UNREADABLE,
    ),
    _row(
        "packed again",
        "by an ordinary program, content unchanged",
        lambda: changed(lambda contents: contents.update({TYPES: contents.pop(TYPES)})),
        _CONTAINER,
    ),
    _row("empty", "a container of nothing", lambda: written([]), _UNREADABLE),
)
