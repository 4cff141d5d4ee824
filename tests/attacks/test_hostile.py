"""A hostile file hurts nothing: it is read apart, within limits, fetches nothing, and gets a verdict."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from formsvc import clock
from formsvc.errors import Unreadable
from formsvc.seals.verify import NOT_UNDERSTOOD, Limits, Verification
from formsvc.workflow.confined import Share
from formsvc.workflow.verify_apart import Reader
from tests.attacks.docx_container import Packed, written
from tests.attacks.docx_forging import ARROWS, DOCUMENT, ROOT_ARROWS, TYPES, foreign, ours, packed
from tests.unit.seals.small import AT, OFFICE, W, sealed_pdf, trust, unzipped

LIMITS = Limits(file_bytes=210_000_000)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """Return the reader that all files of this module go through, as they would on a command line."""
    one = Reader()
    yield one
    one.close()


def judged(reader: Reader, data: bytes, *, limits: Limits = LIMITS) -> Verification:
    """Return the verification, made apart on the day of sealing; a stumble is no verdict."""
    with clock.held(AT):
        found = reader.verify(data, name="upload.docx", trust=trust(), limits=limits)
    assert NOT_UNDERSTOOD not in found.readable.words
    assert "failed on it" not in found.readable.words
    return found


def with_part(part: str, content: bytes) -> bytes:
    """Return our document with one part replaced."""
    return packed(unzipped(ours()) | {part: content})


# ---------------------------------------------------------------- bombs


def deflated(name: str, content: bytes) -> Packed:
    """Return an entry packed as tightly as can be."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = packer.compress(content) + packer.flush()
    return Packed(name=name.encode(), raw=raw, crc=zlib.crc32(content), size=len(content))


def _overlapping() -> bytes:
    """Return a bomb of Fifield's kind: two hundred names in the directory, all over one packed megabyte."""
    kernel = deflated("word/a.xml", bytes(20_000_000))
    whole = written([kernel])
    start = struct.unpack_from("<I", whole, len(whole) - 6)[0]
    records = b""
    for n in range(200):
        name = b"word/%03d.xml" % n
        told = (kernel.crc, len(kernel.raw), kernel.size)
        records += (
            struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, *told, len(name), *[0] * 6) + name
        )
    return (
        whole[:start]
        + records
        + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 200, 200, len(records), start, 0)
    )


def _nested() -> bytes:
    """Return a ZIP in a ZIP in a ZIP, the innermost of 50 MB of nothing."""
    inner = written([deflated("x.xml", bytes(50_000_000))])
    for _ in range(3):
        inner = written([deflated("word/x.docx", inner)])
    return inner


def _many() -> bytes:
    return written(
        [Packed(name=b"word/%05d.xml" % n, raw=b"", crc=0, size=0, method=0) for n in range(30_000)]
    )


def _lies() -> bytes:
    """Return a part that says it is small and unpacks to a hundred megabytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = b"".join(packer.compress(bytes(1 << 24)) for _ in range(6)) + packer.flush()
    return written([Packed(name=b"[Content_Types].xml", raw=raw, crc=0, size=1000)])


def _just_within() -> bytes:
    """Return parts of 300 MB whose ratio is just allowed: noise is mixed in."""
    noise = os.urandom(1 << 16)
    content = b"".join(noise[:4096] + bytes(600_000) for _ in range(48))
    return written([deflated(f"word/{n}.xml", content) for n in range(10)])


BOMBS: dict[str, Callable[[], bytes]] = {
    "ratio": lambda: written([deflated("word/document.xml", bytes(100_000_000))]),
    "nested": _nested,
    "overlapping": _overlapping,
    "thirty thousand entries": _many,
    "a size that lies": _lies,
    "just within the ratio": _just_within,
}


DEAR = {"just within the ratio"}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.long] if name in DEAR else []) for name in BOMBS],
)
def test_zip_bomb_could_not_be_read(reader: Reader, name: str) -> None:
    """A container that would unpack to more than it may is refused with the reason."""
    found = judged(reader, BOMBS[name]())
    assert found.readable.code == "unreadable"
    assert found.readable.detail["why"]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
XML: dict[str, bytes] = {
    "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l9;</x>'.encode(),
    "quadratic": f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]><x>{"&a;" * 20_000}</x>'.encode(),
    "parameter entities": b"<!DOCTYPE x [<!ENTITY % a \"<!ENTITY b 'x'>\">%a;]><x>&b;</x>",
    "entity loop": b'<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]><x>&a;</x>',
    "a hundred thousand levels": b"<x>" * 100_000 + b"</x>" * 100_000,
    "a hundred thousand attributes": b"<x " + b" ".join(b'a%d=""' % n for n in range(100_000)) + b"/>",
    "a hundred thousand namespaces": b"<x "
    + b" ".join(b'xmlns:a%d="urn:%d"' % (n, n) for n in range(20_000))
    + b"/>",
    "three hundred thousand elements": (
        f'<w:document xmlns:w="{W}"><w:body>{"<w:p/>" * 300_000}</w:body></w:document>'
    ).encode(),
    "one long text": b"<x>" + b"a" * 12_000_000 + b"</x>",
    "cut": b"<x><y>",
    "no characters": b"\x00\xff\xfe",
}


@pytest.mark.parametrize("part", [DOCUMENT, "_xmlsignatures/sig1.xml"])
@pytest.mark.parametrize("name", XML)
def test_hostile_xml_gets_a_verdict(reader: Reader, part: str, name: str) -> None:
    """No entity is expanded and nothing deep is followed, in whichever part it stands."""
    assert not judged(reader, with_part(part, XML[name])).proven


def _arrows(*told: tuple[str, str]) -> bytes:
    inside = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(told)
    )
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{inside}</Relationships>"
    ).encode()


@pytest.mark.parametrize(
    "told",
    [
        [("header", "document.xml")],
        [("customXml", "document.xml"), ("styles", "document.xml")],
        [("header", "_rels/document.xml.rels")],
        [("styles", "#")],
        [("header", f"document.xml#{n}") for n in range(5000)],
    ],
    ids=["itself", "itself twice", "its own relationships", "nothing", "five thousand times"],
)
def test_loops_in_relationships_end(reader: Reader, told: list[tuple[str, str]]) -> None:
    """A part that points at itself, at its relationships or at one part very often is read once."""
    assert not judged(reader, with_part(ARROWS, _arrows(*told))).proven


def test_pdf_bomb_and_loop_get_a_verdict(reader: Reader) -> None:
    """A page tree that is its own child, and a stream of 300 MB of nothing, are read apart too."""
    loop = sealed_pdf().replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]")
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(bytes(1 << 24)) for _ in range(20)) + packer.flush()
    bomb = (
        b"%%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Filter/FlateDecode/Length "
        b"%d>>\nstream\n%s\nendstream\nendobj\ntrailer\n<</Root 1 0 R/Size 3>>\nstartxref\n9\n%%%%EOF\n"
    ) % (len(stream), stream)
    for data in (loop, bomb):
        assert not judged(reader, data).proven


def test_truncated_at_every_boundary_is_never_genuine(reader: Reader) -> None:
    """A file cut before, at and behind every header of its container gets a verdict each time."""
    for docx in (ours(), foreign()):
        marks = [at for mark in (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06") for at in _places(docx, mark)]
        for at in {place + step for place in marks for step in (0, 1, 4, 21)} - {0}:
            assert judged(reader, docx[:at]).readable.code == "unreadable", at


def _places(data: bytes, mark: bytes) -> Iterator[int]:
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)


@pytest.mark.long
def test_two_hundred_megabytes_are_read_within_the_memory_given(reader: Reader) -> None:
    """A file as large as may be handed in gets a verdict, and so does one larger than that."""
    noise = os.urandom(1 << 20)
    big = Packed(
        name=b"word/media/a.png", raw=noise * 199, crc=zlib.crc32(noise * 199), size=199 << 20, method=0
    )
    docx = written([big])
    assert "has no" in judged(reader, docx).readable.detail["why"]
    assert "larger than" in judged(reader, docx + bytes(8_000_000)).readable.detail["why"]


# ---------------------------------------------------------------- nothing is fetched


@contextmanager
def listening() -> Iterator[tuple[int, list[Any]]]:
    """Listen on a loopback port; give it, and the list of who came."""
    came: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def wait() -> None:
            while True:
                try:
                    caller, where = server.accept()
                except OSError:
                    return
                came.append(where)
                caller.close()

        thread = threading.Thread(target=wait)
        thread.start()
        try:
            yield server.getsockname()[1], came
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


class Watch:
    """Says whether anybody opened a file, in any process and by whatever library (inotify)."""

    _OPENED = 0x20

    def __init__(self, file: Path) -> None:
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.fd = self.libc.inotify_init1(os.O_NONBLOCK)
        assert self.libc.inotify_add_watch(self.fd, os.fsencode(file), self._OPENED) >= 0

    def opened(self) -> bool:
        """Return whether the file was opened since the last time this was asked."""
        try:
            return bool(os.read(self.fd, 4096))
        except BlockingIOError:
            return False

    def close(self) -> None:
        """Watch no more."""
        os.close(self.fd)


def _fetching(port: int, file: Path) -> Iterator[tuple[str, bytes]]:
    """Yield documents that ask their reader, in every way there is, to fetch an address or a file."""
    web, local = f"http://127.0.0.1:{port}/x", file.as_uri()
    for address in (web, local):
        for name, xml in {
            "external entity": f'<!DOCTYPE x [<!ENTITY a SYSTEM "{address}">]><x>&a;</x>',
            "external document type": f'<!DOCTYPE x SYSTEM "{address}"><x/>',
            "external parameter entity": f'<!DOCTYPE x [<!ENTITY % a SYSTEM "{address}">%a;]><x/>',
            "XInclude": f'<x xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{address}"/></x>',
            "stylesheet": f'<?xml-stylesheet type="text/xsl" href="{address}"?><x/>',
            "schema": '<x xmlns:i="http://www.w3.org/2001/XMLSchema-instance" '
            f'i:schemaLocation="urn:x {address}"/>',
        }.items():
            for part in (DOCUMENT, ROOT_ARROWS, TYPES, "_xmlsignatures/sig1.xml"):
                yield f"{name} in {part}", with_part(part, xml.encode())
        external = _arrows(("attachedTemplate", address), ("image", address)).replace(
            b"/>", b' TargetMode="External"/>'
        )
        yield "relationship", with_part(ARROWS, external)
        written_signature = unzipped(ours())["_xmlsignatures/sig1.xml"]
        for old, new in (
            (b'URI="#idPackageObject"', f'URI="{address}"'.encode()),
            (b"<KeyInfo>", f'<KeyInfo><RetrievalMethod URI="{address}"></RetrievalMethod>'.encode()),
        ):
            yield "signature", with_part("_xmlsignatures/sig1.xml", written_signature.replace(old, new))


def test_nothing_is_ever_fetched(reader: Reader, tmp_path: Path) -> None:
    """No entity, relationship, reference or key is looked up: nobody calls on the port or opens the file."""
    file = tmp_path / "secret.txt"
    file.write_text("secret")
    watch = Watch(file)
    with listening() as (port, came):
        for name, docx in _fetching(port, file):
            found = judged(reader, docx)
            assert not found.proven, name
            assert "secret" not in str(found.to_json()), name
        assert not watch.opened()
        assert came == []
        # What is asked here is seen when it does happen:
        file.read_text()
        with socket.create_connection(("127.0.0.1", port)) as caller:
            assert caller.recv(1) == b""  # who came is noted before the line is closed
        assert watch.opened()
    watch.close()
    assert len(came) == 1


# ---------------------------------------------------------------- the limits themselves


def confined(code: str, share: Share | None = None) -> subprocess.CompletedProcess[str]:
    """Run code in a process that was confined first; return how it ended."""
    share = share or Share()
    setup = f"from formsvc.workflow.confined import Share, confine; confine({share!r})\n"
    return subprocess.run([sys.executable, "-c", setup + code], capture_output=True, text=True, check=False)


FORBIDDEN = {
    "a connection": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "a socket": "import socket; socket.socket()",
    "a name looked up": "import socket; socket.getaddrinfo('localhost', 9)",
    "a program": "import subprocess; subprocess.run(['true'])",
    "a shell": "import os; os.system('true')",
    "another process": "import os; os.fork()",
    "a file written": "open('x', 'w')",
    "a file removed": "import os; os.remove('/nonexistent')",
    "a C library": "import ctypes; ctypes.CDLL(None)",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_confined_process_may_not(what: str) -> None:
    """The process that reads a file reaches nobody, starts nothing and writes nothing."""
    ended = confined(FORBIDDEN[what])
    assert "PermissionError" in ended.stderr, ended.stderr


def test_kernel_refuses_what_python_cannot_see() -> None:
    """A C library that opens a socket or starts a process is refused by the kernel itself."""
    code = (
        "import ctypes, sys\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "from formsvc.workflow import confined\nsys.addaudithook = lambda hook: None\n"
        "confined.confine(confined.Share())\n"
        "print(libc.socket(2, 1, 0), libc.fork(), libc.execv(b'/bin/true', None), ctypes.get_errno())"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.stdout == "-1 -1 -1 1\n", ended.stderr


@pytest.fixture
def small_reader() -> Iterator[Reader]:
    """Return a reader that gives each file two seconds and 700 MB."""
    one = Reader(share=Share(seconds=2, memory_bytes=700_000_000))
    yield one
    one.close()


def test_time_that_is_given_is_all_there_is(small_reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that keeps its reader busy is given up with the reason, and the next one is read as ever."""
    monkeypatch.setattr("formsvc.workflow.verify_apart._START", _BUSY)
    assert "more time" in judged(small_reader, b"busy").readable.detail["why"]
    assert "more time" in judged(small_reader, b"asleep").readable.detail["why"]
    assert "more memory" in judged(small_reader, b"greedy").readable.detail["why"]
    with clock.held(AT):
        crashed = small_reader.verify(b"crash", name="x", trust=trust(), limits=LIMITS)
    assert "failed on it" in crashed.readable.detail["why"]
    assert judged(small_reader, ours()).genuine
    with pytest.raises(Unreadable, match=r"^upload\.pdf: it took more memory than is given to one file$"):
        small_reader.extract(b"greedy", name="upload.pdf", limits=LIMITS)


_BUSY = """
import os, time
from formsvc.workflow import read_apart
real = read_apart._answer
def answer(question, data):
    if data == b"busy":
        while True: pass
    if data == b"asleep": time.sleep(60)
    if data == b"greedy": return bytes(1 << 31)
    if data == b"crash": os.abort()
    return real(question, data)
read_apart._answer = answer
read_apart.serve()
"""


def test_real_bomb_breaks_its_memory_and_nothing_else() -> None:
    """A document whose XML needs more memory than is given could not be read; the next file is."""
    body = "".join(f"<x{n * 7919 % 1000}/>" for n in range(20_000)) * 230  # not so even that its ratio tells
    bomb = with_part(DOCUMENT, f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'.encode())
    small = Reader(share=Share(memory_bytes=600_000_000))
    try:
        found = judged(small, bomb)
        assert len(bomb) < 15_000_000
        assert found.readable.detail["why"] == "it took more memory than is given to one file"
        assert judged(small, ours()).genuine
    finally:
        small.close()


def test_reader_that_was_killed_is_started_again(reader: Reader) -> None:
    """When the reading process itself ends, that file could not be read, and the next is."""
    assert judged(reader, ours()).genuine
    process = reader._process
    assert process is not None
    process.kill()
    process.wait()
    with clock.held(AT):
        lost = reader.verify(ours(), name="x", trust=trust(), limits=LIMITS)
    assert lost.readable.code == "unreadable"
    assert judged(reader, ours()).genuine
