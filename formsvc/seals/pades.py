"""Seal a PDF: PAdES baseline B-B (ETSI EN 319 142-1) written into its first revision; raise it to B-T.

The renderer leaves a signature dictionary with room in it. Filling that room in place needs no
second pass over the file, and leaves a file of one revision: anything appended later shows. A time
stamp goes into what room is left, so that raising changes neither length nor structure of the file.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from formsvc.errors import SealFailed, StampUnfit
from formsvc.seals.cms import pieces, whole, with_token
from formsvc.seals.keys import SealKey

_CONTENTS = re.compile(rb"/Contents <(0{64,})>")
_BYTE_RANGE = re.compile(rb"/ByteRange \[0 [0 ]+\]")
_SEALED = re.compile(rb"/Contents (<([0-9a-f]{64,})>)")
_RANGE = re.compile(rb"/ByteRange \[0 (\d+) (\d+) (\d+) *\]")


def contents_bytes(key: SealKey, *, reserve: int = 0) -> int:
    """Return how many bytes the signature needs with this key's whole chain, plus `reserve`."""
    return key.cms.most_bytes + reserve


def seal_pdf(pdf: bytes, key: SealKey, *, at: datetime) -> bytes:
    """Return `pdf` sealed by filling the placeholder in its last object.

    The placeholder is `/ByteRange [0 ...]` and `/Contents <000...>`, the last of each in the file: what
    looks like them earlier lies in a picture or a text. Raise SealFailed when it is missing or too small,
    KeyUnusable when the certificate does not hold at `at`.
    """
    key.refuse_unless_valid(at)
    contents_at, contents_end = _last(_CONTENTS, pdf, "place for the signature", group=1)
    range_at, range_end = _last(_BYTE_RANGE, pdf, "byte range", group=0)
    between = pdf[range_end:contents_at] if range_end <= contents_at else pdf[contents_end:range_at]
    if b"endobj" in between:
        raise SealFailed("the place for the signature and the byte range lie in different objects")
    gap_at, gap_end = contents_at - 1, contents_end + 1
    numbers = b"/ByteRange [0 %d %d %d" % (gap_at, gap_end, len(pdf) - gap_end)
    room = range_end - range_at - 1
    if len(numbers) > room:
        raise SealFailed("the byte range placeholder is too narrow")
    sealed = bytearray(pdf)
    sealed[range_at:range_end] = numbers.ljust(room) + b"]"
    digest = hashlib.sha256(memoryview(sealed)[:gap_at])
    digest.update(memoryview(sealed)[gap_end:])
    signature = key.cms.seal(digest.digest(), sign=key.sign).hex().encode()
    if len(signature) > contents_end - contents_at:
        raise SealFailed("the place for the signature is too small for this key's chain")
    sealed[contents_at : contents_at + len(signature)] = signature
    return bytes(sealed)


def pdf_to_stamp(sealed: bytes) -> bytes:
    """Return what a time stamp of a sealed PDF is over: its signature value. Raise StampUnfit."""
    return pieces(_place(sealed).cms).signature


def raise_pdf(sealed: bytes, token: bytes) -> bytes:
    """Return a sealed PDF with a time stamp in its signature: as long as before, of one revision.

    Raise StampUnfit when it has no seal of ours, is stamped already, or has too little room left.
    """
    place = _place(sealed)
    try:
        signature = with_token(place.cms, token).hex().encode()
    except ValueError as error:
        raise StampUnfit(str(error)) from None
    if len(signature) > place.end - place.start:
        raise StampUnfit("the place for the signature is too small for this authority's time stamps")
    return sealed[: place.start] + signature.ljust(place.end - place.start, b"0") + sealed[place.end :]


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where the hexadecimal digits of the signature lie, and the CMS in them."""

    start: int
    end: int
    cms: bytes


def _place(sealed: bytes) -> _Place:
    """Return where the seal lies: the last of its kind, around which the last byte range lies exactly."""
    try:
        gap = _last(_SEALED, sealed, "seal", group=1)
        start, end = _last(_SEALED, sealed, "seal", group=2)
        at, _ = _last(_RANGE, sealed, "seal", group=0)
        found = _RANGE.match(sealed, at)
        numbers = [int(one) for one in found.groups()] if found else []
        if numbers != [*gap, len(sealed) - gap[1]]:
            raise StampUnfit("the seal does not cover the file, or something was added to it")
        encoded = whole(bytes.fromhex(sealed[start:end].decode("ascii")))
        if pieces(encoded).token:
            raise StampUnfit("it is time-stamped already")
    except SealFailed as error:
        raise StampUnfit(error.detail) from None
    except ValueError:
        raise StampUnfit("its signature cannot be read") from None
    return _Place(start=start, end=end, cms=encoded)


def _last(pattern: re.Pattern[bytes], pdf: bytes, what: str, *, group: int) -> tuple[int, int]:
    found = None
    for found in pattern.finditer(pdf):  # noqa: B007  the last one counts
        pass
    if found is None:
        raise SealFailed(f"the document has no {what}")
    return found.span(group)
