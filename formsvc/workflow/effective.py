"""The effective definition a revision was begun with: compiled once for each hash and kept."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from formsvc.access.readable import reached
from formsvc.definitions.compile import compile_document
from formsvc.definitions.model import Effective, Page
from formsvc.errors import NotFound
from formsvc.store import definitions
from formsvc.store.session import Tx

_KEPT: Final = 64
_compiled: OrderedDict[str, Effective] = OrderedDict()
_reached: dict[str, frozenset[str]] = {}


def effective_of(tx: Tx, definition_hash: str) -> Effective:
    """Return the effective definition of a hash; raise DefinitionNotFound."""
    found = _compiled.get(definition_hash)
    if found is None:
        found = compile_document(definitions.document(tx, definition_hash))
        if found.hash != definition_hash:
            raise ValueError(f"the stored document of {definition_hash} compiles to {found.hash}")
        _compiled[definition_hash] = found
        while len(_compiled) > _KEPT:
            _compiled.popitem(last=False)
    return found


def reached_by(tx: Tx, definition_hash: str) -> frozenset[str]:
    """Return the audiences whom any answer of a form reaches: worked out once for each hash and kept."""
    found = _reached.get(definition_hash)
    if found is None:
        found = _reached[definition_hash] = reached(effective_of(tx, definition_hash))
    return found


def page_of(effective: Effective, page_id: str) -> Page:
    """Return a page of a form; raise NotFound."""
    found = next((page for page in effective.pages if page.id == page_id), None)
    if found is None:
        raise NotFound
    return found
