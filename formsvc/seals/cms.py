"""The CMS of a seal (RFC 5652, RFC 5035, ETSI EN 319 122), encoded once where it never changes.

Of some 2 KB of CMS only the digest and the signature differ from seal to seal. asn1crypto encodes
all else when a key is loaded; a seal puts the three together with a few byte joins.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from asn1crypto.parser import parse

_DIGEST_BYTES = 32


def der(tag: int, *contents: bytes) -> bytes:
    """Return one DER element with a one-byte tag around `contents`."""
    body = b"".join(contents)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


@dataclass(frozen=True, kw_only=True)
class CmsTemplate:
    """The constant bytes of a key's CMS: signed is `attributes_before` + digest + `attributes_after`."""

    attributes_before: bytes
    attributes_after: bytes
    signed_data_head: bytes
    signer_head: bytes
    signature_algorithm: bytes
    signature_bytes: int

    def seal(self, digest: bytes, *, sign: Callable[[bytes], bytes]) -> bytes:
        """Return the DER ContentInfo over a SHA-256 `digest`; `sign` signs bytes with the key."""
        attributes = self.attributes_before + digest + self.attributes_after
        return self._assemble(attributes, sign(der(0x31, attributes)))

    @property
    def most_bytes(self) -> int:
        """The size of the largest CMS this key can make."""
        attributes = self.attributes_before + bytes(_DIGEST_BYTES) + self.attributes_after
        return len(self._assemble(attributes, bytes(self.signature_bytes)))

    def _assemble(self, attributes: bytes, signature: bytes) -> bytes:
        signer = der(
            0x30, self.signer_head, der(0xA0, attributes), self.signature_algorithm, der(0x04, signature)
        )
        return _content_info(self.signed_data_head, signer)


_SIGNED_DATA_OID: bytes = core.ObjectIdentifier("1.2.840.113549.1.7.2").dump()
_STAMP_OID: bytes = core.ObjectIdentifier("1.2.840.113549.1.9.16.2.14").dump()
_DATA_OID: bytes = core.ObjectIdentifier("1.2.840.113549.1.7.1").dump()
_VERSION: bytes = core.Integer(1).dump()


@dataclass(frozen=True, kw_only=True)
class CmsPieces:
    """What a CMS with one signer is made of, each piece as it stands in the file (DER).

    `token` is its signature time stamp, the only unsigned attribute there may be, or empty.
    """

    certificates: tuple[bytes, ...]
    digest_algorithm: bytes
    attributes: bytes
    signature_algorithm: bytes
    signature: bytes
    token: bytes


def pieces(cms_der: bytes) -> CmsPieces:
    """Return the pieces of a CMS; raise ValueError when it has others, or more than one signer."""
    _, outer = children(cms_der)
    (signed_data,) = children(outer)
    _, _, _, certificates, signers = children(signed_data)
    (signer,) = children(signers)
    _, _, digest_algorithm, attributes, signature_algorithm, signature, *unsigned = children(signer)
    if len(unsigned) > 1:
        raise ValueError("a signer has one set of unsigned attributes")
    return CmsPieces(
        certificates=tuple(children(certificates)),
        digest_algorithm=digest_algorithm,
        attributes=content_of(attributes),
        signature_algorithm=signature_algorithm,
        signature=content_of(signature),
        token=_token(content_of(unsigned[0])) if unsigned else b"",
    )


def whole(padded: bytes) -> bytes:
    """Return the one DER element that stands before zeros; raise ValueError for anything else."""
    header, content, trailer = parse(padded)[3:6]
    encoded: bytes = header + content + trailer
    if any(padded[len(encoded) :]):
        raise ValueError("something else than zeros follows")
    return encoded


def with_token(cms_der: bytes, token: bytes) -> bytes:
    """Return a CMS without unsigned attributes with a signature time stamp (RFC 3161, appendix A) added.

    Every other byte stays. Raise ValueError when it has unsigned attributes, or the token is not DER.
    """
    if pieces(cms_der).token:
        raise ValueError("the signature is time-stamped already")
    content_type, outer = children(cms_der)
    (signed_data,) = children(outer)
    *head, signers = children(signed_data)
    (signer,) = children(signers)
    unsigned = _stamp_attribute(token)
    if _token(unsigned) != token:
        raise ValueError("the time stamp is not one DER element")
    stamped = der(0x30, content_of(signer), der(0xA1, unsigned))
    return der(0x30, content_type, der(0xA0, der(0x30, *head, der(0x31, stamped))))


def _stamp_attribute(token: bytes) -> bytes:
    return der(0x30, _STAMP_OID, der(0x31, token))


def _token(unsigned: bytes) -> bytes:
    """Return the time-stamp token where that is all the unsigned attributes hold, in one form."""
    (attribute,) = children(der(0x31, unsigned))
    _, values = children(attribute)
    (token,) = children(values)
    if _stamp_attribute(token) != unsigned or der(0x30, content_of(token)) != token:
        raise ValueError("the unsigned attributes are not one time stamp")
    return token


def canonical(found: CmsPieces, *, certificates: Sequence[bytes]) -> bytes:
    """Return the one DER form of a CMS with these pieces: what is not signed can be nothing else.

    `certificates` are those of the pieces, the signer's first.
    """
    signer = der(
        0x30,
        _signer_head(certificates[0], found.digest_algorithm),
        der(0xA0, found.attributes),
        found.signature_algorithm,
        der(0x04, found.signature),
        der(0xA1, _stamp_attribute(found.token)) if found.token else b"",
    )
    return _content_info(_signed_data_head(certificates, found.digest_algorithm), signer)


def content_of(element: bytes) -> bytes:
    """Return what is inside one DER element; raise ValueError for anything else."""
    content: bytes = parse(element, strict=True)[4]
    return content


def children(element: bytes) -> list[bytes]:
    """Return the elements inside one DER element, each as it stands; raise ValueError."""
    content = content_of(element)
    found: list[bytes] = []
    at = 0
    while at < len(content):
        _, _, _, header, body, trailer = parse(content[at:])
        found.append(header + body + trailer)
        at += len(found[-1])
    return found


def template(certificates: Sequence[bytes], *, rsa: bool, signature_bytes: int) -> CmsTemplate:
    """Return the template for a chain (DER, the signer's certificate first)."""
    digest_algorithm = algos.DigestAlgorithm({"algorithm": "sha256"})
    name = "sha256_rsa" if rsa else "sha256_ecdsa"
    signature_algorithm = algos.SignedDigestAlgorithm({"algorithm": name})
    before, after = _attributes(certificates, digest_algorithm, signature_algorithm)
    return CmsTemplate(
        attributes_before=before,
        attributes_after=after,
        signed_data_head=_signed_data_head(certificates, digest_algorithm.dump()),
        signer_head=_signer_head(certificates[0], digest_algorithm.dump()),
        signature_algorithm=signature_algorithm.dump(),
        signature_bytes=signature_bytes,
    )


def _content_info(signed_data_head: bytes, signer: bytes) -> bytes:
    return der(0x30, _SIGNED_DATA_OID, der(0xA0, der(0x30, signed_data_head, der(0x31, signer))))


def _signed_data_head(certificates: Sequence[bytes], digest_algorithm: bytes) -> bytes:
    parts = (der(0x31, digest_algorithm), der(0x30, _DATA_OID), der(0xA0, *sorted(certificates)))
    return _VERSION + b"".join(parts)


def _signer_head(certificate: bytes, digest_algorithm: bytes) -> bytes:
    signer = asn1_x509.Certificate.load(certificate)
    sid = cms.IssuerAndSerialNumber({"issuer": signer.issuer, "serial_number": signer.serial_number})
    encoded: bytes = _VERSION + sid.dump() + digest_algorithm
    return encoded


def _attributes(
    certificates: Sequence[bytes],
    digest_algorithm: algos.DigestAlgorithm,
    signature_algorithm: algos.SignedDigestAlgorithm,
) -> tuple[bytes, bytes]:
    """Return the signed attributes before and after the digest, in the order DER wants of a SET OF.

    There is no signing-time: PAdES (EN 319 142-1, 6.3) has it in the signature dictionary instead.
    The signing-certificate attribute names the whole chain, so that no certificate can be swapped.
    """
    marker = bytes(_DIGEST_BYTES)
    signing_certificate = tsp.SigningCertificateV2(
        {"certs": [{"cert_hash": hashlib.sha256(one).digest()} for one in certificates]}
    )
    protection = cms.CMSAlgorithmProtection(
        {"digest_algorithm": digest_algorithm, "signature_algorithm": signature_algorithm}
    )
    attributes = [
        cms.CMSAttribute({"type": kind, "values": [value]}).dump()
        for kind, value in (
            ("content_type", "data"),
            ("message_digest", marker),
            ("signing_certificate_v2", signing_certificate),
            ("cms_algorithm_protection", protection),
        )
    ]
    before, found, after = b"".join(sorted(attributes)).partition(b"\x04\x20" + marker)
    return before + found[:2], after
