"""The only sources of time and randomness, so that a test can hold both still."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_ALPHABET = "abcdefghjkmnpqrstvwxyz23456789"  # no i l o u 0 1: read aloud and typed without doubt

_now: ContextVar[Callable[[], datetime] | None] = ContextVar("formsvc_now", default=None)
_random: ContextVar[Callable[[int], bytes] | None] = ContextVar("formsvc_random", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    source = _now.get()
    return source() if source else datetime.now(UTC)


def random_bytes(count: int) -> bytes:
    """Return `count` bytes nobody can foresee."""
    source = _random.get()
    return source(count) if source else secrets.token_bytes(count)


def new_id(length: int = 20) -> str:
    """Return a random opaque id of `length` characters (4.9 bits each), lower case, safe in an address."""
    out: list[str] = []
    while len(out) < length:
        out.extend(_ALPHABET[b % 30] for b in random_bytes(length * 2) if b < 240)
    return "".join(out[:length])


def new_salt() -> str:
    """Return 256 random bits as hex."""
    return random_bytes(32).hex()


@contextmanager
def held(at: datetime, *, randomness: Callable[[int], bytes] | None = None) -> Iterator[None]:
    """Hold time at `at`, and randomness at `randomness` when given, inside the block."""
    if at.tzinfo is None:
        raise ValueError("a held time must be aware")
    time_token = _now.set(lambda: at)
    random_token = _random.set(randomness) if randomness else None
    try:
        yield
    finally:
        _now.reset(time_token)
        if random_token:
            _random.reset(random_token)


def new_reference(prefix: str) -> str:
    """Return a short reference for print, as "TP-7Q4K-2M9X": prefix and 8 random characters (39 bits)."""
    letters = new_id(8).upper()
    return f"{prefix}-{letters[:4]}-{letters[4:]}"
