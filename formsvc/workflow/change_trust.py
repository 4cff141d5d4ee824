"""Change who is trusted here: add a certificate, or stop trusting one. Both are plain files to read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from formsvc import clock
from formsvc.errors import Unreadable, WrongState
from formsvc.seals.keys import expiry, fingerprint
from formsvc.settings import Settings
from formsvc.store.files import replace_private, write_private
from formsvc.workflow.trust import (
    CLOCKS,
    DISTRUSTED,
    certificates_in,
    distrusted,
    own_certificate,
    own_chains,
)

_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")
_HEADING: Final = (
    "# Certificates that are trusted here no longer: SHA-256 fingerprint, since when, why.\n"
    "# A seal counts as made before that moment only where a trusted clock had seen it.\n"
)
_MOST_BYTES: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Trusted:
    """One certificate of the trust list: `what` is seal, clock, own or earlier."""

    what: str
    certificate: x509.Certificate
    distrusted_since: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        one = self.certificate
        return {
            "what": self.what,
            "subject": one.subject.rfc4514_string(),
            "fingerprint": fingerprint(one),
            "not_after": f"{one.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
            "stands": expiry(one),
            "distrusted_since": self.distrusted_since.isoformat() if self.distrusted_since else None,
        }


def list_trust(settings: Settings) -> tuple[Trusted, ...]:
    """Return every certificate that is trusted here: our own first, then seals, then clocks."""
    doubts = {one.fingerprint: one.since for one in distrusted(settings)}
    current = own_certificate(settings)
    found = [("own" if chain[0] == current else "earlier", chain[0]) for chain in own_chains(settings)]
    found += [("seal", one) for one in certificates_in(settings.trust_roots)]
    found += [("clock", one) for one in certificates_in(settings.trust_roots / CLOCKS)]
    told = [
        Trusted(what=what, certificate=one, distrusted_since=doubts.get(fingerprint(one)))
        for what, one in found
    ]
    return tuple(sorted(told, key=lambda one: _ORDER.index(one.what)))


_ORDER: Final = ("own", "earlier", "seal", "clock")


def read_certificates(file: Path) -> tuple[x509.Certificate, ...]:
    """Return the certificates in a file that was handed over; raise Unreadable, also for a private key."""
    try:
        with file.open("rb") as opened:
            data = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"{file}: {(error.strerror or 'cannot be read').lower()}") from None
    if b"PRIVATE KEY-----" in data:
        raise Unreadable(f"{file}: it holds a private key; hand over and keep the certificate alone")
    try:
        found = (
            x509.load_pem_x509_certificates(data)
            if b"-----BEGIN" in data
            else [x509.load_der_x509_certificate(data)]
        )
    except (ValueError, x509.InvalidVersion):
        raise Unreadable(f"{file}: it is not a certificate") from None
    return tuple(found)


def add_trust(settings: Settings, certificate: x509.Certificate, *, clock_only: bool) -> Path:
    """Trust a certificate for seals, or for time stamps alone; return its file. Raise WrongState."""
    if expiry(certificate) == "expired":
        raise WrongState("the certificate has expired")
    name = fingerprint(certificate)
    folder = settings.trust_roots / CLOCKS if clock_only else settings.trust_roots
    if any(fingerprint(one) == name for one in certificates_in(folder)):
        raise WrongState("the certificate is trusted already")
    if any(one.fingerprint == name for one in distrusted(settings)):
        raise WrongState(f"the certificate was distrusted: take its line out of {DISTRUSTED} first")
    file = folder / f"{name[:16]}.pem"
    write_private(file, certificate.public_bytes(Encoding.PEM))
    return file


def distrust(settings: Settings, *, named: str, since: datetime | None, why: str) -> tuple[str, ...]:
    """Trust certificates no longer, by a file or a fingerprint; return their fingerprints.

    Of several certificates in a file all are meant. Raise Unreadable, WrongState.
    """
    since = since or clock.now().replace(microsecond=0)
    words = " ".join(why.split())
    if not words:
        raise WrongState("say why, in a few words")
    plain = named.replace(":", "").lower()
    names = (
        (plain,)
        if _FINGERPRINT.fullmatch(plain)
        else tuple(fingerprint(one) for one in read_certificates(Path(named)))
    )
    known = {one.fingerprint for one in distrusted(settings)}
    if set(names) <= known:
        raise WrongState("it is distrusted already")
    file = settings.trust_roots / DISTRUSTED
    before = file.read_text("utf-8") if file.is_file() else _HEADING
    if not before.endswith("\n"):
        before += "\n"
    lines = "".join(f"{name} {since.isoformat()} {words}\n" for name in names if name not in known)
    replace_private(file, (before + lines).encode())
    return names
