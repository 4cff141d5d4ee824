"""The styles that a document carries: those it uses, what they build on, and the defaults. No others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from lxml import etree

from formsvc.documents.docx import package
from formsvc.documents.docx.reading import W

_W: Final = f"{{{W}}}"
_STYLE: Final = f"{_W}style"
_USES: Final = tuple(f"{_W}{name}" for name in ("pStyle", "rStyle", "tblStyle"))
_LEADS: Final = tuple(f"{_W}{name}" for name in ("basedOn", "link"))
_VAL: Final = f"{_W}val"


def used(roots: Iterable[etree._Element]) -> frozenset[str]:
    """Return the identifiers of the styles that parts of a document name."""
    return frozenset(str(one.get(_VAL)) for root in roots for one in root.iter(*_USES))


@lru_cache(maxsize=256)
def only(styles: bytes, names: frozenset[str]) -> bytes:
    """Return the styles part with the named styles, what they build on, and the defaults."""
    root = package.parse(styles)
    found = {str(one.get(f"{_W}styleId")): one for one in root.findall(_STYLE)}
    waiting = [*names, *(id for id, one in found.items() if one.get(f"{_W}default") in ("1", "true", "on"))]
    kept: set[str] = set()
    while waiting:
        id = waiting.pop()
        if id not in kept and id in found:
            kept.add(id)
            waiting += _leads(found[id])
    for id, one in found.items():
        if id not in kept:
            root.remove(one)
            continue
        after = one.find(f"{_W}next")
        if after is not None and after.get(_VAL) not in kept:
            one.remove(after)
    return package.serialise(root)


def _leads(style: etree._Element) -> Iterator[str]:
    for name in _LEADS:
        one = style.find(name)
        if one is not None:
            yield str(one.get(_VAL))
