"""Codes that are told once: a one-time code that stands for a password, and recovery codes."""

from __future__ import annotations

import hashlib
from typing import Final

from formsvc import clock

CODE_LETTERS: Final = 12
RECOVERY_LETTERS: Final = 24
RECOVERY_CODES: Final = 10


def new_code() -> str:
    """Return a one-time code (59 bits) as it is said and typed: "k7mp-4xq9-t3wn"."""
    return _grouped(clock.new_id(CODE_LETTERS))


def new_recovery_codes() -> tuple[str, ...]:
    """Return ten recovery codes (117 bits each), as they are written down."""
    return tuple(_grouped(clock.new_id(RECOVERY_LETTERS)) for _ in range(RECOVERY_CODES))


def plain(typed: str) -> str:
    """Return a code as it was made: without what people type between its letters."""
    return "".join(letter for letter in typed.lower() if letter not in " -\u2013")


def recovery_hash(typed: str) -> str:
    """Return what the store knows a recovery code by."""
    return hashlib.sha256(f"formsvc recovery {plain(typed)}".encode()).hexdigest()


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
