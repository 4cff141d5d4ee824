"""Certificates of every kind that a signer may turn up with, made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

from formsvc.seals.keys import SealKey, read_pkcs12
from tests.unit.seals.small import AT


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to make: how many authorities stand above the leaf, and what is odd about them."""

    authorities: int = 2
    purposes: Sequence[x509.ObjectIdentifier] = ()
    may_issue: bool = True
    leaf_until: datetime = AT + timedelta(days=365)
    authority_until: datetime = AT + timedelta(days=3650)
    root_left_out: bool = False


def a_chain(plan: Plan) -> tuple[SealKey, x509.Certificate]:
    """Return a seal key with its chain, and the root."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(plan.authorities + 1)]
    names = [_name(f"Authority {n}") for n in range(plan.authorities)] + [_name("Leaf")]
    made: list[x509.Certificate] = []
    for n, (name, private) in enumerate(zip(names, keys, strict=True)):
        leaf = n == plan.authorities
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(names[max(n - 1, 0)])
            .public_key(private.public_key())
            .serial_number(n + 1)
            .not_valid_before(AT - timedelta(days=30))
            .not_valid_after(plan.leaf_until if leaf else _until(plan, n))
            .add_extension(
                x509.BasicConstraints(ca=not leaf and (n == 0 or plan.may_issue), path_length=None),
                critical=True,
            )
        )
        if leaf and plan.purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(plan.purposes), critical=False)
        made.append(builder.sign(keys[max(n - 1, 0)], hashes.SHA256()))
    above = made[:-1][::-1][: -1 if plan.root_left_out else None]
    packed = pkcs12.serialize_key_and_certificates(b"leaf", keys[-1], made[-1], above, NoEncryption())
    return read_pkcs12(packed), made[0]


def _until(plan: Plan, n: int) -> datetime:
    return plan.authority_until if n else AT + timedelta(days=3650)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
