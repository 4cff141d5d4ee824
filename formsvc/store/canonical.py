"""Canonical JSON (RFC 8785) in and out of text columns and sealed values."""

from __future__ import annotations

import json
from typing import Any

import rfc8785


def dumps(value: object) -> str:
    """Return the canonical JSON text of a value."""
    return rfc8785.dumps(value).decode()  # type: ignore[arg-type]  # any JSON value


def loads(text: str | bytes) -> Any:
    """Return the value of a JSON text."""
    return json.loads(text)
