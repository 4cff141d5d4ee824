"""The key an organisation seals with: read once, kept parsed, never shown.

A `SealKey` holds all that does not change from seal to seal already encoded (`cms`). Nothing here
puts key material, a passphrase or a path into an error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from formsvc import clock
from formsvc.errors import KeyUnusable
from formsvc.seals import key_files
from formsvc.seals.certificates import (
    DEMONSTRATION_WORDS,
    Kind,
    PrivateKey,
    is_demonstration,
    make_demonstration,
    new_key,
)
from formsvc.seals.cms import CmsTemplate, template

__all__ = [
    "DEMONSTRATION_WORDS",
    "SealKey",
    "describe",
    "expiry",
    "fingerprint",
    "load",
    "make_demonstration",
    "new_key",
    "read_key",
    "read_pkcs12",
]

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_MOST_ECDSA_BYTES = 72
EXPIRY_WARNING_DAYS: Final = 60
"""How many days before its end a certificate is warned of."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SealKey:
    """A seal key ready for use. `chain` holds the issuers from the nearest outwards; the key is not shown."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    kind: Kind
    demonstration: bool
    subject: str
    organisation: str
    not_before: datetime
    not_after: datetime
    fingerprint: str
    certificates_der: tuple[bytes, ...] = field(repr=False)
    cms: CmsTemplate = field(repr=False)
    _private: PrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """Return the signature over SHA-256 of `data`: RSA PKCS#1 v1.5, or ECDSA in DER with the low s.

        ECDSA is deterministic (RFC 6979) and in one form only, so that equal files seal to equal bytes
        and nobody can turn a signature into a second valid one.
        """
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self._private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return encode_dss_signature(*self._ecdsa(self._private, data))

    def sign_plain(self, data: bytes) -> bytes:
        """Return the signature as XML signatures want it: ECDSA as r and s side by side."""
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self.sign(data)
        r, s = self._ecdsa(self._private, data)
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def refuse_unless_valid(self, at: datetime) -> None:
        """Raise KeyUnusable when the certificate does not hold at `at`."""
        if at < self.not_before:
            raise KeyUnusable(f"the seal certificate is not yet valid ({self.not_before:%Y-%m-%d %H:%M} UTC)")
        if at > self.not_after:
            raise KeyUnusable(f"the seal certificate expired on {self.not_after:%Y-%m-%d %H:%M} UTC")

    @staticmethod
    def _ecdsa(private: ec.EllipticCurvePrivateKey, data: bytes) -> tuple[int, int]:
        signature = private.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        r, s = decode_dss_signature(signature)
        return r, min(s, P256_ORDER - s)


def load(path: Path, passphrase_file: Path | None = None) -> SealKey:
    """Return the seal key of a file, PKCS#12 or PEM; raise KeyUnusable with what is wrong and no secret.

    The passphrase is the content of its file without the white space around it; a file that is not there is
    no passphrase.
    """
    data = key_files.read_bytes(path)
    beside = path.with_suffix(key_files.CERTIFICATES_BESIDE)
    chain = (
        key_files.read_bytes(beside, what="the file of certificates beside the key")
        if key_files.needs_certificates(data) and beside != path and beside.is_file()
        else None
    )
    return _seal_key(key_files.parse(data, passphrase=_passphrase(passphrase_file), beside=chain))


def read_key(data: bytes, *, passphrase: bytes | None = None) -> SealKey:
    """Return the seal key in the bytes of a key file; raise KeyUnusable with what is wrong and no secret."""
    return _seal_key(key_files.parse(data, passphrase=passphrase))


def read_pkcs12(data: bytes, *, passphrase: bytes | None = None) -> SealKey:
    """Return the seal key in PKCS#12 bytes; raise KeyUnusable with what is wrong and no secret."""
    return read_key(data, passphrase=passphrase)


def _passphrase(file: Path | None) -> bytes | None:
    if file is None or not file.is_file():
        return None
    return key_files.read_bytes(file, what="the passphrase file").strip()


def _seal_key(found: key_files.KeyFile) -> SealKey:
    key, kind = _accepted(found.private)
    certificate = found.certificate
    _refuse_wrong_usage(certificate)
    chain = _chain(certificate, found.others)
    encoded = tuple(one.public_bytes(Encoding.DER) for one in (certificate, *chain))
    return SealKey(
        certificate=certificate,
        chain=chain,
        kind=kind,
        demonstration=is_demonstration(certificate),
        subject=certificate.subject.rfc4514_string(),
        organisation=_organisation(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        fingerprint=hashlib.sha256(encoded[0]).hexdigest(),
        certificates_der=encoded,
        cms=template(encoded, rsa=kind == "rsa", signature_bytes=_signature_bytes(key)),
        _private=key,
    )


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate as hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


Expiry = Literal["holds", "not_yet", "soon", "expired"]


def expiry(certificate: x509.Certificate, *, days: int = EXPIRY_WARNING_DAYS) -> Expiry:
    """Return how a certificate stands now: `soon` when fewer than `days` whole days are left."""
    now = clock.now()
    if now > certificate.not_valid_after_utc:
        return "expired"
    if now < certificate.not_valid_before_utc:
        return "not_yet"
    return "soon" if (certificate.not_valid_after_utc - now).days < days else "holds"


def describe(key: SealKey) -> dict[str, Any]:
    """Return what may be shown of a key: names, dates, fingerprint; nothing secret."""
    stands = expiry(key.certificate)
    root = key.chain[-1] if key.chain else key.certificate
    return {
        "subject": key.subject,
        "organisation": key.organisation,
        "issuer": key.certificate.issuer.rfc4514_string(),
        "kind": key.kind,
        "serial": f"{key.certificate.serial_number:x}",
        "fingerprint": key.fingerprint,
        "not_before": key.not_before.isoformat().replace("+00:00", "Z"),
        "not_after": key.not_after.isoformat().replace("+00:00", "Z"),
        "days_left": (key.not_after - clock.now()).days,
        "expired": stands == "expired",
        "expires_soon": stands in ("soon", "expired"),
        "demonstration": key.demonstration,
        "chain": [one.subject.rfc4514_string() for one in key.chain],
        "root_fingerprint": fingerprint(root),
        "certificate_to_trust": root.public_bytes(Encoding.PEM).decode("ascii"),
    }


def _accepted(private: object) -> tuple[PrivateKey, Kind]:
    if isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(private.curve, ec.SECP256R1):
        return private, "p256"
    if isinstance(private, rsa.RSAPrivateKey) and private.key_size >= 2048:
        return private, "rsa"
    raise KeyUnusable("a seal key is P-256, or RSA of 2048 bits or more")


def _signature_bytes(private: PrivateKey) -> int:
    return private.key_size // 8 if isinstance(private, rsa.RSAPrivateKey) else _MOST_ECDSA_BYTES


def _refuse_wrong_usage(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    except ValueError:
        raise KeyUnusable("the certificate's extensions cannot be read") from None
    if not (usage.digital_signature or usage.content_commitment):
        raise KeyUnusable("the certificate is not meant for signing documents (key usage)")


def _chain(leaf: x509.Certificate, others: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Return the issuers of `leaf` in order; certificates that are no part of its path are left out."""
    left = list(others)
    chain: list[x509.Certificate] = []
    child = leaf
    while child.issuer != child.subject:
        issuer = next((one for one in left if _issued(one, child)), None)
        if issuer is None:
            break
        left.remove(issuer)
        chain.append(issuer)
        child = issuer
    return tuple(chain)


def _issued(issuer: x509.Certificate, child: x509.Certificate) -> bool:
    try:
        child.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _organisation(certificate: x509.Certificate) -> str:
    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        for one in certificate.subject.get_attributes_for_oid(oid):
            return str(one.value)
    return certificate.subject.rfc4514_string()
