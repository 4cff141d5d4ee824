"""What collected CRLs (RFC 5280) and OCSP responses (RFC 6960) say of a certificate. Nothing is fetched here.

Evidence counts only when the certificate's own issuer signed it, or a responder to whom that issuer gave
the purpose of OCSP signing. A revocation that was told once stays known, however old the list is that
told it, but for a hold, which the newest evidence lifts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, Literal

from asn1crypto.keys import PublicKeyInfo
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

Kind = Literal["crl", "ocsp"]
State = Literal["revoked", "good", "stale", "not_known", "not_offered"]

COMPROMISE: Final = frozenset({"keyCompromise", "cACompromise", "aACompromise"})
_HOLD: Final = "certificateHold"
_SKEW: Final = timedelta(minutes=5)
_OPEN_ENDED: Final = timedelta(days=1)  # how long evidence counts as fresh that names no end
_SOUND: Final = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_REFUSED: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


@dataclass(frozen=True, kw_only=True)
class Held:
    """One CRL or OCSP response that was collected; `issuer` is the SHA-256 (hex) of its certificate."""

    issuer: str
    kind: Kind
    der: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Revoked:
    """Since when and why; `compromised_at` is when the key was lost, where the issuer says so."""

    at: datetime
    reason: str
    compromised_at: datetime | None = None

    def reaches(self, proven: datetime | None) -> bool:
        """Say whether it takes away a signature that existed, for certain, at `proven`.

        Without proof it always does. After the loss of a key, proof must lie before the loss: where the
        issuer does not say when that was, no proof is early enough.
        """
        if proven is None:
            return True
        if self.reason in COMPROMISE:
            return self.compromised_at is None or proven >= min(self.compromised_at, self.at)
        return proven >= self.at


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one piece of evidence says of one certificate; `whole` when it could have said any reason."""

    revoked: Revoked | None
    begins: datetime
    ends: datetime
    whole: bool


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of a certificate's revocation, and the moment of the evidence it is known from."""

    state: State
    as_of: datetime | None = None
    revoked: Revoked | None = None


def standing(
    certificate: x509.Certificate, *, issuer: x509.Certificate, held: tuple[Held, ...], now: datetime
) -> Standing:
    """Return what the evidence held says of a certificate.

    After a certificate's end its issuer may drop it from its lists: only what was issued before counts then.
    """
    by = issuer.fingerprint(hashes.SHA256()).hex()
    found = [read(one, certificate=certificate, issuer=issuer) for one in held if one.issuer == by]
    told = [one for one in found if one is not None and one.begins <= now + _SKEW]
    newest = max((one for one in told if one.whole), key=lambda one: one.begins, default=None)
    if revoked := _revoked(told, newest):
        return Standing(
            state="revoked", as_of=max(one.begins for one in told if one.revoked), revoked=revoked
        )
    control = min(now, certificate.not_valid_after_utc)
    clear = [one for one in told if one.whole and one.revoked is None and one.begins <= control + _SKEW]
    if clear:
        last = max(clear, key=lambda one: one.begins)
        return Standing(state="good" if last.ends >= control else "stale", as_of=last.begins)
    return Standing(state="not_known" if addresses(certificate) else "not_offered")


def read(held: Held, *, certificate: x509.Certificate, issuer: x509.Certificate) -> Told | None:
    """Return what one piece says; None where it is no evidence on this certificate, or not authentic."""
    try:
        if held.kind == "crl":
            return _read_crl(held.der, certificate, issuer)
        return _read_ocsp(held.der, certificate, issuer)
    except _REFUSED:
        return None


def addresses(certificate: x509.Certificate) -> tuple[tuple[Kind, str], ...]:
    """Return where a certificate says that its revocation is published."""
    found: list[tuple[Kind, str]] = [("crl", one) for one in _crl_names(certificate)]
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, *_REFUSED):
        return tuple(found)
    found += [
        ("ocsp", str(one.access_location.value))
        for one in access
        if one.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(one.access_location, x509.UniformResourceIdentifier)
    ]
    return tuple(found)


def ocsp_request(certificate: x509.Certificate, *, issuer: x509.Certificate) -> bytes:
    """Return the question to an OCSP responder (DER). SHA-1 is what every responder understands here."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303
    return builder.build().public_bytes(Encoding.DER)


def _revoked(told: list[Told], newest: Told | None) -> Revoked | None:
    """Return the revocation that holds: the loss of the key before any other, then the earliest."""
    lasting = [
        one.revoked
        for one in told
        if one.revoked and (one.revoked.reason != _HOLD or newest is None or one.begins >= newest.begins)
    ]
    return min(lasting, key=lambda one: (one.reason not in COMPROMISE, one.at), default=None)


def _read_crl(der: bytes, certificate: x509.Certificate, issuer: x509.Certificate) -> Told | None:
    if certificate.issuer != issuer.subject:
        return None
    found = _authentic_crl(der, issuer.public_bytes(Encoding.DER))
    if found is None or found.last_update_utc is None:
        return None
    whole = _covers(found, certificate)
    entry = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if whole is None or (entry is None and not whole):
        return None
    return Told(
        revoked=_revocation_in(entry) if entry is not None else None,
        begins=found.last_update_utc,
        ends=found.next_update_utc or found.last_update_utc + _OPEN_ENDED,
        whole=whole,
    )


@lru_cache(maxsize=64)
def _authentic_crl(der: bytes, issuer_der: bytes) -> x509.CertificateRevocationList | None:
    issuer = x509.load_der_x509_certificate(issuer_der)
    found = x509.load_der_x509_crl(der)
    if found.issuer != issuer.subject or not _may_sign_lists(issuer):
        return None
    if not isinstance(found.signature_hash_algorithm, _SOUND):
        return None
    public = issuer.public_key()
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return None
    return found if found.is_signature_valid(public) else None


def _may_sign_lists(issuer: x509.Certificate) -> bool:
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True


def _covers(found: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool | None:
    """Say whether a list covers a certificate for every reason; None where it is not about it at all."""
    points = [one.value for one in found.extensions if one.oid == x509.IssuingDistributionPoint.oid]
    if any(one.critical and one.oid != x509.IssuingDistributionPoint.oid for one in found.extensions):
        return None
    for point in points:
        assert isinstance(point, x509.IssuingDistributionPoint)  # noqa: S101  told by its oid
        is_ca = _is_authority(certificate)
        if point.only_contains_attribute_certs or point.indirect_crl:
            return None
        if (point.only_contains_user_certs and is_ca) or (point.only_contains_ca_certs and not is_ca):
            return None
        named = {str(one.value) for one in point.full_name or ()}
        elsewhere = bool(named) and not named & set(_crl_names(certificate))
        if elsewhere or point.relative_name is not None or point.only_some_reasons is not None:
            return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _crl_names(certificate: x509.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, *_REFUSED):
        return []
    return [
        str(name.value)
        for point in points
        if point.crl_issuer is None
        for name in point.full_name or ()
        if isinstance(name, x509.UniformResourceIdentifier)
    ]


def _revocation_in(entry: x509.RevokedCertificate) -> Revoked:
    reason, compromised_at = "unspecified", None
    for extension in entry.extensions:
        if isinstance(extension.value, x509.CRLReason):
            reason = str(extension.value.reason.value)
        elif isinstance(extension.value, x509.InvalidityDate):
            compromised_at = extension.value.invalidity_date_utc
    return Revoked(at=entry.revocation_date_utc, reason=reason, compromised_at=compromised_at)


def _read_ocsp(der: bytes, certificate: x509.Certificate, issuer: x509.Certificate) -> Told | None:
    found = ocsp.load_der_ocsp_response(der)
    if found.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
        return None
    for one in found.responses:
        if one.serial_number != certificate.serial_number or not _names(one, issuer):
            continue
        if one.certificate_status == ocsp.OCSPCertStatus.UNKNOWN:
            return None
        if not _signed_for(found, issuer, at=one.this_update_utc):
            return None
        return Told(
            revoked=_revocation_of(one),
            begins=one.this_update_utc,
            ends=one.next_update_utc or one.this_update_utc + _OPEN_ENDED,
            whole=True,
        )
    return None


def _names(told: ocsp.OCSPSingleResponse, issuer: x509.Certificate) -> bool:
    """Say whether an answer is about certificates of this issuer."""

    def digest(data: bytes) -> bytes:
        made = hashes.Hash(told.hash_algorithm)
        made.update(data)
        return made.finalize()

    public = PublicKeyInfo.load(
        issuer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    key_bits: bytes = public["public_key"].contents[1:]
    same_name = told.issuer_name_hash == digest(issuer.subject.public_bytes())
    return same_name and told.issuer_key_hash == digest(key_bits)


def _signed_for(found: ocsp.OCSPResponse, issuer: x509.Certificate, *, at: datetime) -> bool:
    """Say whether the issuer, or a responder of its choice that is valid at `at`, signed a response."""
    if _verifies(found, issuer):
        return True
    return any(_is_responder(one, issuer, at) and _verifies(found, one) for one in found.certificates)


def _is_responder(certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (InvalidSignature, x509.ExtensionNotFound, *_REFUSED):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in purposes


def _verifies(found: ocsp.OCSPResponse, by: x509.Certificate) -> bool:
    digest = found.signature_hash_algorithm
    if digest is None or not isinstance(digest, _SOUND):
        return False
    public = by.public_key()
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(found.signature, found.tbs_response_bytes, padding.PKCS1v15(), digest)
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(found.signature, found.tbs_response_bytes, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _revocation_of(told: ocsp.OCSPSingleResponse) -> Revoked | None:
    if told.certificate_status != ocsp.OCSPCertStatus.REVOKED or told.revocation_time_utc is None:
        return None
    reason = told.revocation_reason
    return Revoked(at=told.revocation_time_utc, reason=str(reason.value) if reason else "unspecified")
