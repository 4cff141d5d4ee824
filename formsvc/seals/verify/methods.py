"""Which signature methods are checked, and which of them are still sound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from formsvc.seals.verify.verdicts import Verdict, bad, good

_XMLDSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_XMLENC: Final = "http://www.w3.org/2001/04/xmlenc#"

DIGESTS: Final = {
    f"{_XMLDSIG}sha1": "sha1",
    f"{_XMLENC}sha256": "sha256",
    f"{_MORE}sha384": "sha384",
    f"{_XMLENC}sha512": "sha512",
}
"""XML digest methods by address, as hashlib calls them."""

SIGNATURES: Final = {
    f"{_XMLDSIG}rsa-sha1": ("rsa", "sha1"),
    f"{_MORE}rsa-sha256": ("rsa", "sha256"),
    f"{_MORE}rsa-sha384": ("rsa", "sha384"),
    f"{_MORE}rsa-sha512": ("rsa", "sha512"),
    f"{_MORE}ecdsa-sha256": ("ecdsa", "sha256"),
    f"{_MORE}ecdsa-sha384": ("ecdsa", "sha384"),
    f"{_MORE}ecdsa-sha512": ("ecdsa", "sha512"),
}
"""XML signature methods by address: the kind of key and the digest."""

WEAK: Final = frozenset({"md5", "sha1", "md2"})
_NAMES: Final = {"sha1": "SHA-1", "md5": "MD5", "md2": "MD2", "sha256": "SHA-256"}
_HASHES: Final[Mapping[str, hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1(),  # noqa: S303  to check what others signed; named as weak
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True, kw_only=True)
class KeySize:
    """The kind and the size in bits of the key in a certificate."""

    kind: str
    bits: int

    @property
    def weak(self) -> bool:
        """Whether a key of this size can be broken with effort."""
        return self.bits < (2048 if self.kind == "RSA" else 224)


def key_size(certificate: bytes) -> KeySize | None:
    """Return the key of a certificate (DER), or None when it is of another kind or cannot be read."""
    try:
        public = x509.load_der_x509_certificate(certificate).public_key()
    except Exception:  # noqa: BLE001  a certificate that cannot be read is judged elsewhere
        return None
    if isinstance(public, rsa.RSAPublicKey):
        return KeySize(kind="RSA", bits=public.key_size)
    if isinstance(public, ec.EllipticCurvePublicKey):
        return KeySize(kind="EC", bits=public.key_size)
    return None


def judge_methods(digests: Iterable[str], *, key: KeySize | None) -> Verdict:
    """Return the verdict on the digests used anywhere in a signature and on its key."""
    used = sorted(set(digests))
    weak = [_NAMES.get(one, one) for one in used if one in WEAK]
    if key is not None and key.weak:
        weak.append(f"{key.kind} with {key.bits} bits")
    detail = {"digests": [_NAMES.get(one, one) for one in used]}
    if key is not None:
        detail["key"] = [f"{key.kind} {key.bits}"]
    return bad("weak_digest", names=weak, **detail) if weak else good("strong", **detail)


def signature_holds(certificate: bytes, *, method: str, value: bytes, data: bytes) -> bool:
    """Say whether an XML signature value over `data` was made by the key of the certificate."""
    kind, digest = SIGNATURES[method]
    chosen = _HASHES[digest]
    try:
        public = x509.load_der_x509_certificate(certificate).public_key()
        if kind == "rsa" and isinstance(public, rsa.RSAPublicKey):
            public.verify(value, data, padding.PKCS1v15(), chosen)
            return True
        if kind == "ecdsa" and isinstance(public, ec.EllipticCurvePublicKey):
            size = (public.key_size + 7) // 8
            if len(value) != 2 * size:
                return False
            r, s = int.from_bytes(value[:size], "big"), int.from_bytes(value[size:], "big")
            public.verify(encode_dss_signature(r, s), data, ec.ECDSA(chosen))
            return True
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
        return False
    return False
