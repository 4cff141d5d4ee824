"""Document time stamps, appended to a PDF by an authority of the tests' own."""

from __future__ import annotations

import io
from datetime import timedelta
from functools import cache

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfTimeStamper
from pyhanko.sign.timestamps import DummyTimeStamper

from formsvc.seals.keys import SealKey, read_pkcs12
from tests.unit.seals.small import AT


def stamped(pdf: bytes) -> bytes:
    """Return the file with a document time stamp appended, made by an authority of our own."""
    owner = stamping_key()
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(owner.certificates_der[0]),
        keys.PrivateKeyInfo.load(
            owner._private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        fixed_dt=AT,
    )
    out = io.BytesIO()
    PdfTimeStamper(stamper).timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256", output=out)
    return out.getvalue()


@cache
def stamping_key() -> SealKey:
    """Return a key whose certificate is for time stamps."""
    authority_key, leaf_key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in "ab")
    made = []
    for subject, public, issuer, purpose in (
        ("Clock authority", authority_key, "Clock authority", None),
        ("Clock", leaf_key, "Clock authority", ExtendedKeyUsageOID.TIME_STAMPING),
    ):
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(public.public_key())
            .serial_number(len(subject))
            .not_valid_before(AT - timedelta(days=1))
            .not_valid_after(AT + timedelta(days=99))
            .add_extension(x509.BasicConstraints(ca=purpose is None, path_length=None), critical=True)
        )
        if purpose is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        made.append(builder.sign(authority_key, hashes.SHA256()))
    authority, leaf = made
    return read_pkcs12(
        pkcs12.serialize_key_and_certificates(b"clock", leaf_key, leaf, [authority], NoEncryption())
    )
