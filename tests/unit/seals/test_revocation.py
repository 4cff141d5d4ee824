"""Evidence of revocation counts only when its issuer signed it, and only for what it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from formsvc.seals.keys import fingerprint
from formsvc.seals.revocation import Held, Standing, standing
from tests.unit.seals.small import AT

HOUR = timedelta(hours=1)
LIST = "http://lists.example.org/seals.crl"


@dataclass(frozen=True, kw_only=True, eq=False)
class Issuer:
    """An authority, the certificate of a seal under it, and what it can say of that one."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    until: datetime = AT + 1000 * HOUR

    @cached_property
    def authority(self) -> x509.Certificate:
        """Return its own certificate."""
        return _certificate("Authority", self.private.public_key(), self, serial=1, is_authority=True)

    @cached_property
    def seal(self) -> x509.Certificate:
        """Return the certificate in question: serial number 7."""
        return _certificate("Seal", ec.derive_private_key(7, ec.SECP256R1()).public_key(), self, serial=7)

    def crl(
        self,
        *,
        revoked: bool = False,
        at: datetime = AT,
        since: datetime | None = None,
        reason: x509.ReasonFlags = x509.ReasonFlags.superseded,
        more: Sequence[tuple[x509.ExtensionType, bool]] = (),
        by: ec.EllipticCurvePrivateKey | None = None,
    ) -> Held:
        """Return a list of `at` that is good for an hour."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.authority.subject)
            .last_update(at)
            .next_update(at + HOUR)
        )
        for extension, critical in more:
            builder = builder.add_extension(extension, critical)
        if revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(7).revocation_date(since or at - HOUR)
            builder = builder.add_revoked_certificate(
                entry.add_extension(x509.CRLReason(reason), critical=False).build()
            )
        signed = builder.sign(by or self.private, hashes.SHA256())
        return Held(issuer=fingerprint(self.authority), kind="crl", der=signed.public_bytes(Encoding.DER))

    def answer(
        self,
        status: ocsp.OCSPCertStatus,
        *,
        purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.OCSP_SIGNING,
        of: x509.Certificate | None = None,
        begins: datetime = AT - 5 * HOUR,
    ) -> Held:
        """Return the answer of a responder of this authority."""
        private = ec.generate_private_key(ec.SECP256R1())
        responder = _certificate(
            "Responder", private.public_key(), self, serial=9, purpose=purpose, begins=begins
        )
        is_revoked = status == ocsp.OCSPCertStatus.REVOKED
        signed = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=of or self.seal,
                issuer=self.authority,
                algorithm=hashes.SHA1(),  # noqa: S303  how every responder names a certificate
                cert_status=status,
                this_update=AT,
                next_update=AT + HOUR,
                revocation_time=AT - HOUR if is_revoked else None,
                revocation_reason=None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, responder)
            .certificates([responder])
            .sign(private, hashes.SHA256())
        )
        return Held(issuer=fingerprint(self.authority), kind="ocsp", der=signed.public_bytes(Encoding.DER))

    def says(self, *held: Held, now: datetime = AT) -> Standing:
        """Return how the certificate stands with this evidence."""
        return standing(self.seal, issuer=self.authority, held=held, now=now)


def _certificate(
    name: str,
    public: ec.EllipticCurvePublicKey,
    issuer: Issuer,
    *,
    serial: int,
    is_authority: bool = False,
    purpose: x509.ObjectIdentifier | None = None,
    begins: datetime = AT - 5 * HOUR,
) -> x509.Certificate:
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(LIST)], None, None, None)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority")]))
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(begins)
        .not_valid_after(issuer.until)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
    )
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return builder.sign(issuer.private, hashes.SHA256())


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    """Return an authority."""
    return Issuer()


def scope(**told: object) -> x509.IssuingDistributionPoint:
    """Return what says which certificates a list is about."""
    plain: dict[str, object] = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**(plain | told))  # type: ignore[arg-type]


def at_address(address: str) -> x509.IssuingDistributionPoint:
    """Return the scope of a list that is published at an address."""
    return scope(full_name=[x509.UniformResourceIdentifier(address)])


def test_plain_list_says_good_or_revoked(issuer: Issuer) -> None:
    """A list that does not name the certificate clears it, one that names it tells since when and why."""
    assert issuer.says().state == "not_known"
    assert issuer.says(issuer.crl()) == Standing(state="good", as_of=AT)
    found = issuer.says(issuer.crl(revoked=True))
    assert found.revoked is not None
    assert (found.state, found.revoked.at, found.revoked.reason) == ("revoked", AT - HOUR, "superseded")


@pytest.mark.parametrize(
    "made",
    [
        lambda one: one.crl(by=ec.generate_private_key(ec.SECP256R1())),
        lambda one: one.crl(more=[(scope(only_contains_ca_certs=True), True)]),
        lambda one: one.crl(more=[(scope(only_contains_attribute_certs=True), True)]),
        lambda one: one.crl(more=[(scope(indirect_crl=True), True)]),
        lambda one: one.crl(more=[(at_address("http://lists.example.org/others.crl"), True)]),
        lambda one: one.crl(more=[(scope(only_some_reasons=frozenset([x509.ReasonFlags.superseded])), True)]),
        lambda one: one.crl(more=[(x509.DeltaCRLIndicator(3), True)]),
        lambda one: one.crl(
            more=[(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)]
        ),
        lambda one: one.crl(at=AT + 2 * HOUR),
        lambda one: replace(one.crl(), der=one.crl().der[:-1] + b"\x00"),
        lambda one: replace(one.crl(), der=b"nothing"),
        lambda one: replace(one.crl(), issuer="0" * 64),
        lambda one: replace(one.crl(), kind="ocsp"),
        lambda one: one.answer(ocsp.OCSPCertStatus.UNKNOWN),
        lambda one: one.answer(ocsp.OCSPCertStatus.GOOD, purpose=ExtendedKeyUsageOID.SERVER_AUTH),
        lambda one: one.answer(ocsp.OCSPCertStatus.GOOD, begins=AT + 5 * HOUR),
        lambda one: one.answer(ocsp.OCSPCertStatus.GOOD, of=one.authority),
    ],
)
def test_what_is_no_evidence_clears_nothing(issuer: Issuer, made: Callable[[Issuer], Held]) -> None:
    """A list by another key, of other things, of parts, from the future or without sense says nothing."""
    assert issuer.says(made(issuer)).state == "not_known"


@pytest.mark.parametrize(
    "more",
    [
        [(scope(only_contains_user_certs=True), True)],
        [(at_address(LIST), True)],
        [(x509.CRLNumber(4), False)],
    ],
)
def test_list_about_such_certificates_counts(
    issuer: Issuer, more: Sequence[tuple[x509.ExtensionType, bool]]
) -> None:
    """A list of the place that the certificate names, or of certificates of its kind, clears it."""
    assert issuer.says(issuer.crl(more=more)).state == "good"


def test_responder_of_the_issuer_is_believed(issuer: Issuer) -> None:
    """An answer signed by a responder that the issuer certified for it counts like a list."""
    assert issuer.says(issuer.answer(ocsp.OCSPCertStatus.GOOD)).state == "good"
    assert issuer.says(issuer.answer(ocsp.OCSPCertStatus.REVOKED)).state == "revoked"


def test_revocation_is_not_undone_by_silence(issuer: Issuer) -> None:
    """Once told, a revocation stays, however many newer lists leave it out, and however old its own is."""
    told, silent = issuer.crl(revoked=True), issuer.crl(at=AT + 10 * HOUR)
    assert issuer.says(told, silent, now=AT + 10 * HOUR).state == "revoked"
    assert issuer.says(told, now=AT + 900 * HOUR).state == "revoked"


def test_loss_of_the_key_outweighs_an_earlier_reason(issuer: Issuer) -> None:
    """When an authority learns later that the key was lost, that is what counts."""
    first = issuer.crl(revoked=True, since=AT - 3 * HOUR)
    then = issuer.crl(revoked=True, at=AT + HOUR, since=AT, reason=x509.ReasonFlags.key_compromise)
    found = issuer.says(first, then, now=AT + HOUR).revoked
    assert found is not None
    assert found.reason == "keyCompromise"
    assert found.reaches(AT - 4 * HOUR)


def test_hold_ends_with_newer_evidence(issuer: Issuer) -> None:
    """A hold counts until a newer whole list leaves the certificate out, and not one of parts."""
    on_hold = issuer.crl(revoked=True, reason=x509.ReasonFlags.certificate_hold)
    part = issuer.crl(
        at=AT + HOUR, more=[(scope(only_some_reasons=frozenset([x509.ReasonFlags.superseded])), True)]
    )
    assert issuer.says(on_hold, part, now=AT + HOUR).state == "revoked"
    assert issuer.says(on_hold, issuer.crl(at=AT + HOUR), now=AT + HOUR).state == "good"


def test_stale_list_is_told_apart() -> None:
    """After its next update was due a list clears only up to its own moment."""
    issuer = Issuer()
    assert issuer.says(issuer.crl(), now=AT + HOUR).state == "good"
    assert issuer.says(issuer.crl(), now=AT + 2 * HOUR) == Standing(state="stale", as_of=AT)


def test_list_from_after_the_end_of_a_certificate_clears_nothing() -> None:
    """An authority may drop what expired from its lists: one from before the end is needed."""
    issuer = Issuer(until=AT + HOUR / 2)
    late = AT + 9 * HOUR
    assert issuer.says(issuer.crl(at=late), now=late).state == "not_known"
    assert issuer.says(issuer.crl(), issuer.crl(at=late), now=late).state == "good"
