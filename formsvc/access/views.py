"""The view: a snapshot cut down for one audience, before anything is drawn or hashed.

What a view leaves out is absent. A view is self-contained: it carries the words of the form it
prints (`form`), so that a file can be read and checked without us.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import rfc8785

FORMAT = "formsvc.view/1"


@dataclass(frozen=True, kw_only=True)
class View:
    """One view: its data (see `docs/view.md`) and the bytes of its attachments by SHA-256."""

    data: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @cached_property
    def json(self) -> bytes:
        """The canonical JSON (RFC 8785) of the view: what is embedded, and what is hashed."""
        return rfc8785.dumps(dict(self.data))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON, as hex. Its first 16 characters are the printed short hash."""
        return hashlib.sha256(self.json).hexdigest()
