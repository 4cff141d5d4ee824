"""Time-based one-time codes (RFC 6238 on RFC 4226): six digits, thirty seconds, SHA-1, as apps read them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

from formsvc import clock

SECONDS: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
DRIFT: Final = 1
"""How many steps a telephone's clock may be early or late."""


def new_secret() -> bytes:
    """Return a secret nobody can foresee, as long as the hash (RFC 4226, 4)."""
    return clock.random_bytes(SECRET_BYTES)


def step_at(moment: datetime) -> int:
    """Return the number of the thirty seconds that a moment lies in."""
    return int(moment.timestamp()) // SECONDS


def code_of(secret: bytes, step: int, *, digits: int = DIGITS) -> str:
    """Return the code of a step (RFC 4226, 5.3)."""
    mac = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = mac[-1] & 0x0F
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: bytes, code: str, *, at: datetime) -> int | None:
    """Return the latest step near a moment whose code this is; None where it is none of theirs."""
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    now = step_at(at)
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(code_of(secret, step), code):
            found = step
    return found


def typed_key(secret: bytes) -> str:
    """Return a secret as it is typed into an app: base32 in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address_of(secret: bytes, *, name: str, issuer: str) -> str:
    """Return what the QR code says to an app."""
    key = base64.b32encode(secret).decode().rstrip("=")
    asked = urlencode({"secret": key, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(f'{issuer}:{name}')}?{asked}"
