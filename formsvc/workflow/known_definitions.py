"""The definitions known here, for the process that reads a file: the library's, and one that was kept.

An older version of a form is no longer in the library. The store keeps it whole since it was first used;
`kept` is the document of the one that a file names, once that is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from formsvc.definitions.compile import compile_document
from formsvc.definitions.library import load_library
from formsvc.definitions.model import Effective
from formsvc.errors import DefinitionInvalid, DefinitionNotFound
from formsvc.seals.verify import Named, Verification
from formsvc.store import definitions
from formsvc.store.session import Store


@dataclass(frozen=True, kw_only=True)
class KnownDefinitions:
    """Finds an effective definition by its hash: the kept one, or the library's in `folder`."""

    folder: Path
    kept: Mapping[str, Any] | None = field(default=None, repr=False)

    def __call__(self, named: Named, /) -> Effective | None:
        """Return the effective definition of a hash, or None where it is not known."""
        found = self._kept() or self._of_library(named)
        return found if found is not None and found.hash == named.hash else None

    def _kept(self) -> Effective | None:
        return compile_document(self.kept) if self.kept is not None else None

    def _of_library(self, named: Named) -> Effective | None:
        try:
            return load_library(self.folder).effective(named.id, named.area)
        except (DefinitionNotFound, DefinitionInvalid):
            return None


def kept_definition(found: Verification, store: Store) -> Mapping[str, Any] | None:
    """Return the kept definition that a file of ours names and the library no longer has, or None."""
    named = found.valid.detail.get("definition")
    if found.valid.detail.get("known") or not isinstance(named, Mapping):
        return None
    try:
        with store.read() as tx:
            return definitions.document(tx, str(named.get("hash")))
    except DefinitionNotFound:
        return None
