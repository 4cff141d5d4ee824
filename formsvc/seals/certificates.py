"""Make the certificates of a seal key: a small authority that signs one leaf and is then forgotten.

The authority's private key never leaves this module's stack: nobody can issue a second leaf under
it, so trusting the authority is trusting that one leaf.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from formsvc import clock

DEMONSTRATION_WORDS = "DEMONSTRATION - NOT FOR REAL USE"
"""The common name of every demonstration certificate, and the notice in its policy."""

DEMONSTRATION_POLICY = x509.ObjectIdentifier("2.25.210361984630412098114025973112469358407")
"""The certificate policy (an OID made from a UUID, X.667) that marks a demonstration certificate."""

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Kind = Literal["p256", "rsa"]

_NAME_LIMIT = 64  # X.520 upper bound of a common or organisation name


@dataclass(frozen=True, kw_only=True)
class _Plan:
    organisation: str
    leaf_name: str
    authority_name: str
    kind: Kind
    demonstration: bool
    not_before: datetime
    not_after: datetime


def new_key(
    organisation: str,
    *,
    kind: Kind = "p256",
    at: datetime | None = None,
    passphrase: bytes | None = None,
    years: int = 3,
) -> bytes:
    """Return a new self-issued seal key of an organisation as PKCS#12, encrypted when a passphrase is given.

    Others trust it when they add its authority (the last certificate of its chain) to their roots.
    """
    at = at or clock.now()
    return _issue(
        _Plan(
            organisation=organisation,
            leaf_name=f"{organisation[: _NAME_LIMIT - 5]} seal",
            authority_name=f"{organisation[: _NAME_LIMIT - 20]} document authority",
            kind=kind,
            demonstration=False,
            not_before=at - timedelta(minutes=5),
            not_after=at + timedelta(days=365 * years),
        ),
        passphrase,
    )


def make_demonstration(organisation: str, *, at: datetime) -> bytes:
    """Return a P-256 demonstration key as PKCS#12 without a passphrase; its certificates say what it is."""
    return _issue(
        _Plan(
            organisation=organisation,
            leaf_name=DEMONSTRATION_WORDS,
            authority_name=f"{DEMONSTRATION_WORDS} (authority)",
            kind="p256",
            demonstration=True,
            not_before=at - timedelta(minutes=5),
            not_after=at + timedelta(days=365),
        ),
        None,
    )


def is_demonstration(certificate: x509.Certificate) -> bool:
    """Say whether a certificate is marked as a demonstration, by its policy or by its name."""
    try:
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
        if any(policy.policy_identifier == DEMONSTRATION_POLICY for policy in policies):
            return True
    except (x509.ExtensionNotFound, ValueError):
        pass
    return any(
        DEMONSTRATION_WORDS in str(one.value)
        for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    )


def _issue(plan: _Plan, passphrase: bytes | None) -> bytes:
    authority_key = _generate(plan.kind)
    leaf_key = _generate(plan.kind)
    authority = _authority(plan, authority_key)
    leaf = _leaf(plan, authority, authority_key, leaf_key)
    encryption: serialization.KeySerializationEncryption = (
        serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    )
    return pkcs12.serialize_key_and_certificates(b"seal", leaf_key, leaf, [authority], encryption)


def _generate(kind: Kind) -> PrivateKey:
    if kind == "p256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def _name(plan: _Plan, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "GB"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, plan.organisation[:_NAME_LIMIT]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _authority(plan: _Plan, key: PrivateKey) -> x509.Certificate:
    name = _name(plan, plan.authority_name)
    builder = _builder(plan, name, name, key).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    return builder.add_extension(_usage(authority=True), critical=True).sign(key, hashes.SHA256())


def _leaf(
    plan: _Plan, authority: x509.Certificate, authority_key: PrivateKey, key: PrivateKey
) -> x509.Certificate:
    builder = (
        _builder(plan, _name(plan, plan.leaf_name), authority.subject, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
    )
    return builder.sign(authority_key, hashes.SHA256())


def _builder(plan: _Plan, subject: x509.Name, issuer: x509.Name, key: PrivateKey) -> x509.CertificateBuilder:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(plan.not_before)
        .not_valid_after(plan.not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not plan.demonstration:
        return builder
    notice = x509.UserNotice(notice_reference=None, explicit_text=DEMONSTRATION_WORDS)
    policy = x509.PolicyInformation(DEMONSTRATION_POLICY, [notice])
    return builder.add_extension(x509.CertificatePolicies([policy]), critical=False)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
