"""Seals and verifications by type of key and level, and what sealing adds to a document.

Time stamps come from a time-stamping authority on loopback, in this process: what it costs to be asked is
its own work and told apart. Everything else is the time of one core.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

from formsvc.access.views import View
from formsvc.documents import pdf
from formsvc.seals.keys import SealKey, read_key
from formsvc.seals.opc import docx_to_stamp, raise_docx, seal_docx
from formsvc.seals.pades import contents_bytes, pdf_to_stamp, raise_pdf, seal_pdf
from formsvc.seals.stamping import Authority
from formsvc.seals.verify import verify
from formsvc.seals.verify.trust import Trust, trust_in
from formsvc.settings import Settings
from formsvc.workflow.produce import unsealed_docx
from tests.authority import an_authority
from tests.bench.timing import median_ms

KEYS: Mapping[str, Callable[[], ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey]] = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "RSA-2048": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "RSA-3072": lambda: rsa.generate_private_key(public_exponent=65537, key_size=3072),
}
SEALS, CHECKS = 15, 5


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of document, unsealed, with room for a time stamp, and what is done with it."""

    name: str
    unsealed: Callable[[SealKey], bytes]
    seal: Callable[[bytes, SealKey], bytes]
    to_stamp: Callable[[bytes], bytes]
    raised: Callable[[bytes, bytes], bytes]


def measure(view: View, *, settings: Settings, at: datetime, folder: Path) -> dict[str, object]:
    """Return for each kind of document, type of key and level: milliseconds to seal and to verify."""
    with an_authority(folder) as running:
        authority = Authority(running.tsa_url)
        room = authority.room()
        kinds = _kinds(_for_use(view), settings=settings, at=at, room=room)
        asked = median_ms(lambda: authority.stamp(b"a signature"), SEALS, clock=time.perf_counter)
        seals = {
            f"{kind.name} {key_name}": _sealed(kind, a_key(make, at=at), authority, running.stamp_root)
            for kind in kinds
            for key_name, make in KEYS.items()
        }
    return {"ms": seals, "asking_for_a_stamp_ms": asked}


def _for_use(view: View) -> View:
    """Return a view that is no demonstration, as the keys here are none."""
    return View(
        data={**view.data, "document": {**view.data["document"], "demonstration": False}}, files=view.files
    )


def _kinds(view: View, *, settings: Settings, at: datetime, room: int) -> tuple[Kind, Kind]:
    def with_place(key: SealKey) -> bytes:
        place = pdf.SealPlace(
            contents_bytes=contents_bytes(key, reserve=room), name=key.subject, reason="bench", at=at
        )
        return pdf.render(view, fonts=settings.fonts, seal=place)

    word = unsealed_docx(view, settings=settings)
    return (
        Kind(
            name="pdf",
            unsealed=with_place,
            seal=lambda data, key: seal_pdf(data, key, at=at),
            to_stamp=pdf_to_stamp,
            raised=raise_pdf,
        ),
        Kind(
            name="docx",
            unsealed=lambda _: word,
            seal=lambda data, key: seal_docx(data, key, at=at),
            to_stamp=docx_to_stamp,
            raised=raise_docx,
        ),
    )


def _sealed(kind: Kind, key: SealKey, authority: Authority, clock_root: x509.Certificate) -> dict[str, float]:
    trust: Trust = replace(trust_in(key), clocks=(clock_root,))
    unsealed = kind.unsealed(key)
    basic = kind.seal(unsealed, key)
    token = authority.stamp(kind.to_stamp(basic)).token
    stamped = kind.raised(basic, token)
    name = f"a.{kind.name}"
    for made, level in ((basic, "B-B"), (stamped, "B-T")):
        verdict = verify(made, name=name, trust=trust)
        told = str(verdict.level.detail.get("level"))
        if not verdict.genuine or ("B-T" in told or "XAdES-T" in told) is not (level == "B-T"):
            raise SystemExit(
                f"what is measured is not a {level} seal: {verdict.level.words} {verdict.data.words}"
            )
    seal = median_ms(lambda: kind.seal(unsealed, key), SEALS)
    return {
        "seal B-B": seal,
        "seal B-T": seal + median_ms(lambda: kind.raised(basic, token), SEALS),
        "verify B-B": median_ms(lambda: verify(basic, name=name, trust=trust), CHECKS),
        "verify B-T": median_ms(lambda: verify(stamped, name=name, trust=trust), CHECKS),
    }


def a_key(make: Callable[[], ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey], *, at: datetime) -> SealKey:
    """Return a seal key of this type under an authority of the same, as a council would have it."""
    root_key, leaf_key = make(), make()
    root, leaf = _name("Bench authority"), _name("Bench seal")
    until = at + timedelta(days=30)

    def certificate(
        subject: x509.Name, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, *, ca: bool
    ) -> x509.Certificate:
        usage = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"),
            False,
        )
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(root)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - timedelta(minutes=5))
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=not ca,
                    content_commitment=not ca,
                    key_cert_sign=ca,
                    crl_sign=ca,
                    **usage,
                ),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(root_key, hashes.SHA256())
        )

    chain = certificate(root, root_key, ca=True)
    made = pkcs12.serialize_key_and_certificates(
        b"seal", leaf_key, certificate(leaf, leaf_key, ca=False), [chain], NoEncryption()
    )
    return read_key(made)


def _name(words: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Bench council"),
            x509.NameAttribute(NameOID.COMMON_NAME, words),
        ]
    )


def lines(report: Mapping[str, object]) -> list[str]:
    """Return the table: seals and verifications a second, by kind, type of key and level."""
    table = report["ms"]
    assert isinstance(table, dict)
    columns = ("seal B-B", "seal B-T", "verify B-B", "verify B-T")
    out = io.StringIO()
    out.write(f"{'a second':<16}" + "".join(f"{column:>12}" for column in columns) + "\n")
    for name, ms in table.items():
        out.write(f"{name:<16}" + "".join(f"{1000 / ms[column]:>12.0f}" for column in columns) + "\n")
    out.write(
        f"asking an authority on loopback for a time stamp: {report['asking_for_a_stamp_ms']:.1f} ms each"
    )
    return out.getvalue().split("\n")
