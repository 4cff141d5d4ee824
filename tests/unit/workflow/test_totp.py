"""One-time codes: the vectors of the standards, the drift, what an app is told."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from formsvc.workflow.one_time import new_code, new_recovery_codes, plain, recovery_hash
from formsvc.workflow.totp import SECONDS, address_of, code_of, matching_step, new_secret, step_at, typed_key

SECRET = b"12345678901234567890"
NOON = datetime(2026, 11, 22, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    (
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ),
)
def test_code_is_that_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B of RFC 6238, SHA-1, eight figures."""
    at = datetime.fromtimestamp(seconds, tz=UTC)
    assert code_of(SECRET, step_at(at), digits=8) == code


@pytest.mark.parametrize(
    ("count", "code"),
    tuple(
        enumerate(
            (
                "755224",
                "287082",
                "359152",
                "969429",
                "338314",
                "254676",
                "287922",
                "162583",
                "399871",
                "520489",
            )
        )
    ),
)
def test_code_is_that_of_rfc_4226(count: int, code: str) -> None:
    """Appendix D of RFC 4226, six figures."""
    assert code_of(SECRET, count) == code


@pytest.mark.parametrize("steps", (-2, -1, 0, 1, 2))
def test_clock_may_be_one_step_early_or_late(steps: int) -> None:
    """A telephone's clock that is half a minute off is still believed, one that is a minute off is not."""
    there = step_at(NOON + timedelta(seconds=SECONDS * steps))
    assert (matching_step(SECRET, code_of(SECRET, there), at=NOON) == there) is (abs(steps) < 2)


@pytest.mark.parametrize("typed", ("", "12345", "1234567", "12345a", "١٢٣٤٥٦", "-12345", "      "))
def test_what_is_no_code_matches_nothing(typed: str) -> None:
    """Anything but six plain figures is refused before it is compared."""
    assert matching_step(SECRET, typed, at=NOON) is None


def test_app_is_told_the_key_the_name_and_the_issuer() -> None:
    """The QR code and the typed key hold the same secret."""
    secret = new_secret()
    parts = urlsplit(address_of(secret, name="dara@example.org", issuer="Calder & Mere"))
    asked = parse_qs(parts.query)
    padded = asked["secret"][0] + "=" * (-len(asked["secret"][0]) % 8)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert base64.b32decode(padded) == secret
    assert asked["issuer"] == ["Calder & Mere"]
    assert typed_key(secret).replace(" ", "") == asked["secret"][0]
    assert len(secret) * 8 == 160


def test_codes_are_read_however_they_are_typed() -> None:
    """Capitals, spaces and hyphens make no difference; ten recovery codes are ten different ones."""
    code = new_code()
    assert plain(f" {code.upper().replace('-', ' ')} ") == plain(code)
    assert len(plain(code)) == 12
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert {len(plain(one)) for one in codes} == {24}  # 117 bits: a plain hash of them cannot be guessed from
    assert len({recovery_hash(one) for one in codes}) == 10
    assert recovery_hash(codes[0].upper().replace("-", "")) == recovery_hash(codes[0])


def test_seeds_are_drawn_from_the_system_whole() -> None:
    """A thousand seeds have 160 bits each and share none; every bit of them is now one, now nought."""
    seeds = [new_secret() for _ in range(1000)]
    assert {len(one) * 8 for one in seeds} == {160}
    assert len(set(seeds)) == 1000
    for bit in range(160):
        ones = sum(int.from_bytes(one, "big") >> bit & 1 for one in seeds)
        assert 350 < ones < 650  # more than nine standard deviations
