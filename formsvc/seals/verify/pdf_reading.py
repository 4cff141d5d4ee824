"""Open a PDF with pyHanko and walk what the verifier needs of it, within bounds.

Everything that comes from the file may be wrong in any way. `guarded` is the one place where
whatever pyHanko raises over it becomes Unreadable.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from formsvc.errors import Unreadable
from formsvc.seals.verify.pdf_objects import Reference

logging.getLogger("pyhanko").addHandler(logging.NullHandler())
logging.getLogger("pyhanko_certvalidator").addHandler(logging.NullHandler())

REFUSALS: Final = (
    PdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    NotImplementedError,
    EOFError,
)
"""What pyHanko and asn1crypto raise when a file is not what it should be."""

_MIB: Final = 1024 * 1024
_PAGES: Final = 5_000
_DEEP: Final = 100
_LIMITS: Final = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=100 * _MIB),
    document_budget=DocumentDecodeBudget(base_allowance=256 * _MIB, max_ratio=20),
)


class Rooted(Protocol):
    """What the walks below start from: a file read by pyHanko, or by `pdf_objects`."""

    @property
    def root(self) -> Any:
        """The catalog."""


@dataclass(frozen=True, kw_only=True)
class PdfPage:
    """One page: its object number, and its dictionary."""

    number: int
    entries: dict[str, Any]


@contextmanager
def guarded(why: str) -> Iterator[None]:
    """Turn whatever reading a broken file raises into Unreadable."""
    try:
        yield
    except Unreadable:
        raise
    except REFUSALS:
        raise Unreadable(why) from None
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None


def open_pdf(data: bytes) -> PdfFileReader:
    """Return a strict reader of the file; raise Unreadable for one that is damaged or encrypted."""
    with guarded("the PDF is damaged or cut short"):
        reader = PdfFileReader(io.BytesIO(data), strict=True, decode_limits=_LIMITS)
        if reader.encrypt_dict is not None:
            raise Unreadable("the PDF is encrypted")
        if reader.xrefs.hybrid_xrefs_present:
            raise Unreadable("the PDF has two tables of its objects, which can disagree")
        if not isinstance(reader.root, generic.DictionaryObject):
            raise Unreadable("the PDF is damaged or cut short")
    return reader


def pages(file: Rooted) -> Iterator[PdfPage]:
    """Yield the pages in their order; raise Unreadable for a tree with loops or without end."""
    seen: set[int] = set()
    pending: list[tuple[Any, int]] = [(file.root.get("/Pages"), 0)]
    while pending:
        reference, depth = pending.pop()
        number = reference_number(reference)
        if number is None or number in seen or depth > _DEEP or len(seen) > 2 * _PAGES:
            raise Unreadable("the PDF's pages are not in order")
        seen.add(number)
        node = followed(reference)
        if not isinstance(node, dict):
            raise Unreadable("the PDF's pages are not in order")
        if "/Kids" in node:
            pending += [(one, depth + 1) for one in reversed(raw_items(entry(node, "/Kids")))]
        else:
            yield PdfPage(number=number, entries=node)


def followed(raw: Any) -> Any:
    """Return what a reference refers to; anything else as it is; None for null."""
    if isinstance(raw, Reference):
        return raw.get_object()
    if isinstance(raw, generic.IndirectObject):
        raw = raw.get_object()  # type: ignore[no-untyped-call]
    return None if isinstance(raw, generic.NullObject) else raw


def reference_number(raw: Any) -> int | None:
    """Return the object number of a reference, or None for anything else."""
    return int(raw.idnum) if isinstance(raw, generic.IndirectObject | Reference) else None


def entry(holder: Any, key: str, default: Any = None) -> Any:
    """Return an entry of a dictionary, references followed; `default` where there is none."""
    if not isinstance(holder, dict):
        return default
    found = followed(holder.get(key))
    return default if found is None else found


def items(array: Any) -> Iterator[Any]:
    """Yield the items of an array, references followed; of anything else, nothing."""
    if isinstance(array, list):
        yield from map(followed, list.__iter__(array))


def raw_items(array: Any) -> list[Any]:
    """Return the items of an array without following references; raise Unreadable for anything else."""
    if not isinstance(array, list):
        raise Unreadable("the PDF has something else where a list should be")
    return list(list.__iter__(array))


def names(tree: Any) -> Iterator[tuple[bytes, Any]]:
    """Yield the entries of a name tree, values without following references; raise Unreadable for loops."""
    pending = [(tree, 0)]
    visited = 0
    while pending:
        node, depth = pending.pop()
        visited += 1
        if not isinstance(node, dict) or depth > _DEEP or visited > 100_000:
            raise Unreadable("a list of names in the PDF is not in order")
        if "/Names" in node:
            flat = raw_items(entry(node, "/Names"))
            for key, value in zip(flat[::2], flat[1::2], strict=True):
                yield string_bytes(followed(key)), value
        if "/Kids" in node:
            pending += [(one, depth + 1) for one in reversed(list(items(entry(node, "/Kids"))))]


def string_bytes(value: Any) -> bytes:
    """Return the bytes of a PDF string as they stand in the file."""
    if isinstance(value, generic.TextStringObject | generic.ByteStringObject):
        return bytes(value.original_bytes)
    if isinstance(value, bytes):
        return value
    raise Unreadable("the PDF has something else where a text should be")
