"""Time-stamp tokens made on the spot, without a network, by clocks with short and with long chains."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from formsvc.seals.keys import SealKey, read_pkcs12
from formsvc.seals.tokens import canonical_token
from tests.unit.seals.small import AT


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A time-stamping authority: its key, and its certificates from its own up to the root."""

    private: rsa.RSAPrivateKey
    chain: tuple[x509.Certificate, ...]

    @property
    def root(self) -> x509.Certificate:
        """The certificate to trust."""
        return self.chain[-1]

    def token(self, value: bytes, *, at: datetime = AT) -> bytes:
        """Return a token over a value."""
        own, *above = (asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in self.chain)
        der = self.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        embedded = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        embedded.register_multiple(above)
        clock = DummyTimeStamper(own, keys.PrivateKeyInfo.load(der), certs_to_embed=embedded, fixed_dt=at)
        imprint = {
            "hash_algorithm": {"algorithm": "sha256"},
            "hashed_message": hashlib.sha256(value).digest(),
        }
        asked = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": 7, "cert_req": True})
        return canonical_token(clock.request_tsa_response(asked)["time_stamp_token"].dump())


@cache
def a_clock() -> Clock:
    """Return a clock with a short chain."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return Clock(private=private, chain=_chain(private, authorities=1, wide=0, purpose=True))


@cache
def a_clock_with_a_long_chain() -> Clock:
    """Return a clock whose tokens take more than 8 KB."""
    return Clock(private=_large(), chain=_chain(_large(), authorities=4, wide=6, purpose=True))


@cache
def a_key_with_a_long_chain() -> SealKey:
    """Return a seal key under six authorities, RSA of 4096 bits, with names as long as names get."""
    own, *above = _chain(_large(), authorities=6, wide=12, purpose=False)
    return read_pkcs12(pkcs12.serialize_key_and_certificates(b"seal", _large(), own, above, NoEncryption()))


@cache
def _large() -> rsa.RSAPrivateKey:
    """Return one key for every certificate of the long chains: what counts is its size."""
    return rsa.generate_private_key(public_exponent=65537, key_size=4096)


def _chain(
    private: rsa.RSAPrivateKey, *, authorities: int, wide: int, purpose: bool
) -> tuple[x509.Certificate, ...]:
    names = [_name(f"Authority {n}", wide=wide) for n in range(authorities)] + [_name("Own", wide=wide)]
    made = []
    for n, name in enumerate(names):
        is_own = n == authorities
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(names[max(n - 1, 0)])
            .public_key(private.public_key())
            .serial_number(1000 + n)
            .not_valid_before(AT - timedelta(days=30))
            .not_valid_after(AT + timedelta(days=365))
            .add_extension(x509.BasicConstraints(ca=not is_own, path_length=None), critical=True)
        )
        if is_own and purpose:
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
        made.append(builder.sign(private, hashes.SHA256()))
    return tuple(reversed(made))


def _name(common: str, *, wide: int) -> x509.Name:
    units = [
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"{n:02} {'long ' * 12}".strip())
        for n in range(wide)
    ]
    return x509.Name([*units, x509.NameAttribute(NameOID.COMMON_NAME, common)])
