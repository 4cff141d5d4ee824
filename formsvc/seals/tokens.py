"""The one form of a time-stamp token (RFC 3161, RFC 5652) inside a document of ours.

A token is signed, but not what stands around its signature: certificates beside those it rests on,
revocation lists, unsigned attributes, ways to write a length. Room for anything is room for something
hidden, so a token is written anew without it, and one in a document must be written so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from formsvc.seals.cms import children, content_of, der

_SIGNED_DATA: Final[bytes] = core.ObjectIdentifier("1.2.840.113549.1.7.2").dump()
_TST_INFO: Final[bytes] = core.ObjectIdentifier("1.2.840.113549.1.9.16.1.4").dump()
_VERSION: Final = b"\x02\x01\x03"  # RFC 5652, 5.1: the content is no plain data
_SIGNER_VERSIONS: Final = (b"\x02\x01\x01", b"\x02\x01\x03")
_MOST: Final = 30


def canonical_token(token: bytes) -> bytes:
    """Return a token in its one form: its signature and what that rests on. Raise ValueError for none."""
    try:
        return _canonical(token)
    except _REFUSED:
        raise ValueError("not a time-stamp token") from None


_REFUSED: Final = (
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


def _canonical(token: bytes) -> bytes:
    content_type, outer = children(token)
    (signed,) = children(outer)
    _, _, encapsulated, *optional, signers = children(signed)
    (signer,) = children(signers)
    version, sid, digest, attributes, method, signature, *unsigned = children(signer)
    (certificates,) = (one for one in optional if one[0] == 0xA0)
    tags = (attributes[0], signature[0], *(one[0] for one in unsigned))
    if content_type != _SIGNED_DATA or version not in _SIGNER_VERSIONS or tags not in _TAGS:
        raise ValueError("not a time-stamp token")
    kind, wrapped = children(encapsulated)
    (told,) = children(wrapped)
    if kind != _TST_INFO or told[0] != 0x04:
        raise ValueError("not a time-stamp token")
    own = _signer(children(certificates), cms.SignerInfo.load(signer))
    kept = sorted(_grounds(own, children(certificates)))
    parts = (
        version,
        sid,
        digest,
        der(0xA0, content_of(attributes)),
        method,
        der(0x04, content_of(signature)),
    )
    body = (
        _VERSION,
        der(0x31, digest),
        der(0x30, _TST_INFO, der(0xA0, der(0x04, content_of(told)))),
        der(0xA0, *kept),
        der(0x31, der(0x30, *parts)),
    )
    return der(0x30, _SIGNED_DATA, der(0xA0, der(0x30, *body)))


_TAGS: Final = ((0xA0, 0x04), (0xA0, 0x04, 0xA1))


def is_named(certificate: asn1_x509.Certificate, sid: cms.SignerIdentifier) -> bool:
    """Say whether a certificate is the one that a signer names."""
    if sid.name == "issuer_and_serial_number":
        named = sid.chosen
        return bool(
            named["issuer"] == certificate.issuer
            and named["serial_number"].native == certificate.serial_number
        )
    return bool(certificate.key_identifier == sid.chosen.native)


def _signer(certificates: Sequence[bytes], info: cms.SignerInfo) -> bytes:
    """Return the certificate that the token names and, by its hash, signs (RFC 2634, RFC 5035)."""
    for one in certificates:
        if is_named(asn1_x509.Certificate.load(one), info["sid"]) and one_signed(one, info):
            return one
    raise ValueError("the certificate of the clock is not in its token")


def one_signed(certificate: bytes, info: cms.SignerInfo) -> bool:
    """Say whether the signed attributes of a token name a certificate by its hash."""
    for attribute in info["signed_attrs"]:
        if attribute["type"].native == "signing_certificate":
            named: tsp.SigningCertificate = attribute["values"][0]
            return bool(named["certs"][0]["cert_hash"].native == hashlib.sha1(certificate).digest())  # noqa: S324  what RFC 2634 has
        if attribute["type"].native == "signing_certificate_v2":
            first = attribute["values"][0]["certs"][0]
            digest = hashlib.new(first["hash_algorithm"]["algorithm"].native, certificate).digest()
            return bool(first["cert_hash"].native == digest)
    return False


def _grounds(own: bytes, certificates: Sequence[bytes]) -> set[bytes]:
    """Return a certificate and all that vouch for it, one above the other; others stay out."""
    if len(certificates) > _MOST:
        raise ValueError("a token with too many certificates")
    loaded = {one: x509.load_der_x509_certificate(one) for one in certificates}
    kept, new = {own}, [own]
    while new:
        child = loaded[new.pop()]
        for encoded, one in loaded.items():
            is_root = one.issuer == one.subject
            if encoded not in kept and _issued(one, child) and (not is_root or _issued(one, one)):
                kept.add(encoded)
                new.append(encoded)
    return kept


def _issued(issuer: x509.Certificate, child: x509.Certificate) -> bool:
    try:
        child.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
