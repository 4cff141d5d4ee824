"""The container of a DOCX: a strict reader of ZIP files, and our own canonical writer.

The reader (APPNOTE 6.3.10) goes by the central directory, but believes nothing: local headers must
agree, entries must follow one another without gaps, names must be plain and unique in any case.
What is odd but readable is collected as `oddities`, so that a verdict can name it; what could make
two programs see two different files is refused. The writer knows one form only, so that whether a
container is ours can be told by writing it again.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from formsvc.errors import Unreadable

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"

_VERSION = 20
_NEWEST_VERSION = 63  # of the specification; who asks for more asks for what nobody knows
_DATE = (1 << 5) | 1  # 1980-01-01, the first day a ZIP can tell
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x0001, 0x0008, 0x0800
_HARMLESS_FLAGS = 0x0006 | _DESCRIPTOR | _UTF8

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_\-.~!$&'()*+,;=@ %\[\]]+(?:/[A-Za-z0-9_\-.~!$&'()*+,;=@ %\[\]]+)*")
_ENCODED_PLAIN = re.compile(
    r"%(?:2[DEdeFf]|3\d|4[1-9A-Fa-f]|5[\dAacCfF]|6[1-9A-Fa-f]|7[\dAaeE]|00|(?![\dA-Fa-f]{2}))"
)
"""What a part name may not encode (29500-2, 6.2.2.2): letters, figures, slashes, zero; or a bare percent."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much a file may ask of the verifier."""

    file_bytes: int = 200_000_000
    entries: int = 2_000
    unpacked_bytes: int = 300_000_000
    ratio: int = 400


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One packed file: its raw bytes as stored, and where its local header begins."""

    name: str
    method: int
    crc: int
    size: int
    raw: bytes = field(repr=False)
    offset: int = 0

    def unpack(self) -> bytes:
        """Return the content; raise Unreadable when it is not what the header says."""
        if self.method == _STORED:
            content = self.raw
        else:
            unpacker = zlib.decompressobj(-15)
            try:
                content = unpacker.decompress(self.raw, self.size + 1)
            except zlib.error:
                raise Unreadable(f"the packed data of {self.name} is damaged") from None
            if not unpacker.eof or unpacker.unused_data:
                raise Unreadable(f"the packed data of {self.name} does not end where it should")
        if len(content) != self.size or zlib.crc32(content) != self.crc:
            raise Unreadable(f"the checksum of {self.name} is wrong")
        return content


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A whole container: its entries in the order they lie in the file, and what is odd about it."""

    entries: tuple[Entry, ...]
    oddities: tuple[str, ...]


def packed(name: str, content: bytes, *, deflate: bool = True) -> Entry:
    """Return an entry of ours."""
    if not deflate:
        return Entry(name=name, method=_STORED, crc=zlib.crc32(content), size=len(content), raw=content)
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    raw = packer.compress(content) + packer.flush()
    return Entry(name=name, method=_DEFLATED, crc=zlib.crc32(content), size=len(content), raw=raw)


def write_local(entry: Entry) -> bytes:
    """Return the local header, in our one form, and the packed bytes."""
    name = entry.name.encode("ascii")
    common = (entry.method, 0, _DATE, entry.crc, len(entry.raw), entry.size, len(name), 0)
    return _LOCAL.pack(_LOCAL_MARK, _VERSION, 0, *common) + name + entry.raw


def write_directory(entries: Iterable[Entry], *, offsets: Iterable[int], start: int) -> bytes:
    """Return the central directory and the end record, in our one form."""
    records = []
    for entry, offset in zip(entries, offsets, strict=True):
        name = entry.name.encode("ascii")
        common = (entry.method, 0, _DATE, entry.crc, len(entry.raw), entry.size, len(name), 0, 0, 0, 0)
        records.append(_CENTRAL.pack(_CENTRAL_MARK, _VERSION, _VERSION, 0, *common, 0, offset) + name)
    directory = b"".join(records)
    count = len(records)
    return directory + _END.pack(_END_MARK, 0, 0, count, count, len(directory), start, 0)


def read(data: bytes, *, limits: Limits) -> Archive:
    """Return the container in `data`; raise Unreadable for damage and for anything ambiguous."""
    if len(data) > limits.file_bytes:
        raise Unreadable(f"the file is larger than {limits.file_bytes // 1_000_000} MB")
    oddities: list[str] = []
    end_at = data.rfind(_END_MARK, max(0, len(data) - 65_557))
    if end_at < 0 or end_at + _END.size > len(data):
        raise Unreadable("the container has no end record: the file may have been cut short")
    _, disk, start_disk, here, count, size, start, comment = _END.unpack_from(data, end_at)
    if disk or start_disk or here != count:
        raise Unreadable("the container is spread over several files")
    if end_at + _END.size + comment != len(data):
        raise Unreadable("there is data after the end of the container")
    if comment:
        oddities.append("a comment follows the container")
    if start + size != end_at:
        raise Unreadable("the container's directory does not lie where it says")
    if count > limits.entries:
        raise Unreadable(f"the container has more than {limits.entries} entries")
    entries = sorted(_entries(data, start, end_at, count, oddities), key=lambda one: one[0].offset)
    _refuse_double_names([one for one, _ in entries])
    _refuse_bombs([one for one, _ in entries], limits)
    _refuse_gaps(entries, start)
    return Archive(entries=tuple(one for one, _ in entries), oddities=tuple(dict.fromkeys(oddities)))


@dataclass(frozen=True, kw_only=True)
class _Record:
    """What the directory tells of one entry."""

    flags: int
    method: int
    told: tuple[int, int, int]  # checksum, packed size, size
    offset: int
    raw_name: bytes


def _entries(
    data: bytes, start: int, end: int, count: int, oddities: list[str]
) -> Iterator[tuple[Entry, int]]:
    at = start
    for _ in range(count):
        if at + _CENTRAL.size > end or data[at : at + 4] != _CENTRAL_MARK:
            raise Unreadable("the container's directory is damaged")
        told = _CENTRAL.unpack_from(data, at)
        name_size, extra, comment, disk = told[10:14]
        record = _Record(
            flags=told[3],
            method=told[4],
            told=(told[7], told[8], told[9]),
            offset=told[16],
            raw_name=data[at + _CENTRAL.size : at + _CENTRAL.size + name_size],
        )
        at += _CENTRAL.size + name_size + extra + comment
        if at > end:
            raise Unreadable("the container's directory is damaged")
        if record.flags & _ENCRYPTED:
            raise Unreadable("the container is encrypted")
        form_known = record.method in (_STORED, _DEFLATED) and told[2] <= _NEWEST_VERSION
        if record.flags & ~_HARMLESS_FLAGS or not form_known or disk:
            raise Unreadable("the container uses a form of packing that is not allowed")
        if extra or comment:
            oddities.append("entries carry extra fields or comments")
        yield _entry(data, record, start, oddities)
    if at != end:
        raise Unreadable("there is data between the container's directory and its end")


def _entry(data: bytes, record: _Record, start: int, oddities: list[str]) -> tuple[Entry, int]:
    """Return an entry and where it ends; its local header must agree with the directory."""
    offset = record.offset
    if offset + _LOCAL.size > start or data[offset : offset + 4] != _LOCAL_MARK:
        raise Unreadable("an entry of the container does not lie where the directory says")
    _, _, flags, method, _, _, *told, name_size, extra = _LOCAL.unpack_from(data, offset)
    name_at = offset + _LOCAL.size
    raw_name = data[name_at : name_at + name_size]
    deferred = bool(flags & _DESCRIPTOR) and tuple(told) == (0, 0, 0)
    agrees = deferred or tuple(told) == record.told
    if (flags, method, raw_name) != (record.flags, record.method, record.raw_name) or not agrees:
        raise Unreadable("an entry of the container disagrees with the directory")
    if extra:
        oddities.append("entries carry extra fields or comments")
    body_at = name_at + name_size + extra
    crc, packed_size, size = record.told
    end = body_at + packed_size
    if end > start:
        raise Unreadable("an entry of the container reaches beyond its place")
    raw = data[body_at:end]
    if flags & _DESCRIPTOR:
        oddities.append("entries are written with data descriptors")
        end = _descriptor_end(data, end, record.told)
    if method == _STORED and packed_size != size:
        raise Unreadable("the sizes of an entry of the container disagree")
    return Entry(name=_name(raw_name), method=method, crc=crc, size=size, raw=raw, offset=offset), end


def _descriptor_end(data: bytes, at: int, told: tuple[int, int, int]) -> int:
    plain = struct.pack("<3I", *told)
    for form in (b"PK\x07\x08" + plain, plain):
        if data[at : at + len(form)] == form:
            return at + len(form)
    raise Unreadable("an entry of the container has no proper end")


def _name(raw: bytes) -> str:
    try:
        name = raw.decode("ascii")
    except UnicodeDecodeError:
        raise Unreadable("a name in the container is not plain") from None
    odd = any(step.endswith(".") or step != step.strip() for step in name.split("/"))
    if odd or not _PLAIN_NAME.fullmatch(name) or _ENCODED_PLAIN.search(name):
        raise Unreadable("a name in the container is not plain")
    return name


def _refuse_double_names(entries: Iterable[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        folded = entry.name.lower()
        if folded in seen:
            raise Unreadable(f"two entries of the container are both called {entry.name}")
        seen.add(folded)


def _refuse_bombs(entries: list[Entry], limits: Limits) -> None:
    if sum(entry.size for entry in entries) > limits.unpacked_bytes:
        raise Unreadable(f"the container unpacks to more than {limits.unpacked_bytes // 1_000_000} MB")
    for entry in entries:
        if entry.size > 1_000_000 and entry.size > limits.ratio * max(1, len(entry.raw)):
            raise Unreadable(f"{entry.name} is packed too tightly to be a document")


def _refuse_gaps(entries: Iterable[tuple[Entry, int]], start: int) -> None:
    at = 0
    for entry, end in entries:
        if entry.offset != at:
            raise Unreadable("there is data between or before the entries of the container")
        at = end
    if at != start:
        raise Unreadable("there is data between the entries of the container and its directory")
