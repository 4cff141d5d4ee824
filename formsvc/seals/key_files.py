"""What may lie in a key file: PKCS#12, or PEM with the key and its certificates in one file.

A PEM file that holds the key alone has its certificates beside it, in the file of the same name that
ends in `.crt`. Every refusal says in words what is wrong, and nothing of what is in the file: what a parser
says of it is not passed on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

from formsvc.errors import KeyUnusable

CERTIFICATES_BESIDE: Final = ".crt"
_MOST_BYTES: Final = 1_000_000
_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
_ENCRYPTED: Final = re.compile(
    rb"-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED", re.MULTILINE
)
_REFUSED: Final = (ValueError, TypeError, UnsupportedAlgorithm)


@dataclass(frozen=True, kw_only=True)
class KeyFile:
    """What a key file holds: the private key as it was parsed, its certificate, the others in it."""

    private: object = field(repr=False)
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]


def read_bytes(path: Path, *, what: str = "the key file") -> bytes:
    """Return the bytes of a small file; raise KeyUnusable without its path."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise KeyUnusable(f"{what} cannot be read ({(error.strerror or 'input error').lower()})") from None
    if len(data) > _MOST_BYTES:
        raise KeyUnusable(f"{what} is larger than any key is")
    return data


def parse(data: bytes, *, passphrase: bytes | None, beside: bytes | None = None) -> KeyFile:
    """Return what a key file holds; `beside` is the file of certificates that lies beside a PEM key."""
    if b"-----BEGIN " in data:
        return _pem(data, passphrase or None, beside)
    return _pkcs12(data, passphrase)


def needs_certificates(data: bytes) -> bool:
    """Say whether a key file is PEM without any certificate, so that the file beside it is asked for."""
    return b"-----BEGIN " in data and b"-----BEGIN CERTIFICATE-----" not in data


def _pkcs12(data: bytes, passphrase: bytes | None) -> KeyFile:
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(data, passphrase)
    except _REFUSED:
        raise KeyUnusable("the key file is neither PKCS#12 nor PEM, or its passphrase is another") from None
    if private is None or certificate is None:
        raise KeyUnusable("the key file holds no private key with its certificate")
    if private.public_key() != _public_key(certificate):
        raise KeyUnusable("the certificate belongs to another private key")
    return KeyFile(private=private, certificate=certificate, others=tuple(others))


def _pem(data: bytes, passphrase: bytes | None, beside: bytes | None) -> KeyFile:
    private = _pem_key(data, passphrase)
    certificates = _certificates(data) or _certificates(beside or b"")
    if not certificates:
        raise KeyUnusable("the key file holds no certificate, and none lies beside it in a .crt file")
    public = private.public_key()  # type: ignore[attr-defined]
    ours = [one for one in certificates if _public_key(one) == public]
    if not ours:
        raise KeyUnusable("the certificate belongs to another private key")
    if len(ours) > 1:
        raise KeyUnusable("several certificates belong to the key: keep the one that seals")
    return KeyFile(
        private=private,
        certificate=ours[0],
        others=tuple(one for one in certificates if one is not ours[0]),
    )


def _pem_key(data: bytes, passphrase: bytes | None) -> object:
    blocks = [one for one in _BLOCK.finditer(data) if one[1].endswith(b"PRIVATE KEY")]
    if not blocks:
        raise KeyUnusable("the key file holds no private key")
    if len(blocks) > 1:
        raise KeyUnusable("the key file holds several private keys: keep the one that seals")
    encrypted = bool(_ENCRYPTED.search(blocks[0][0]))
    if encrypted and passphrase is None:
        raise KeyUnusable("the key is encrypted, and there is no passphrase")
    if not encrypted and passphrase is not None:
        raise KeyUnusable("there is a passphrase, but the key is not encrypted")
    try:
        return load_pem_private_key(blocks[0][0], passphrase)
    except _REFUSED:
        why = ", or its passphrase is another" if encrypted else ""
        raise KeyUnusable(f"the private key cannot be read{why}") from None


def _certificates(data: bytes) -> list[x509.Certificate]:
    blocks = [one[0] for one in _BLOCK.finditer(data) if one[1] == b"CERTIFICATE"]
    try:
        return [x509.load_pem_x509_certificate(one) for one in blocks]
    except (ValueError, x509.InvalidVersion):
        raise KeyUnusable("a certificate in the key file cannot be read") from None


def _public_key(certificate: x509.Certificate) -> object:
    try:
        return certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
