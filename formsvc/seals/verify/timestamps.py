"""Time stamps of independent clocks (RFC 3161), wherever a signature carries them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko_certvalidator.errors import ValidationError

from formsvc import clock
from formsvc.seals.revocation import COMPROMISE
from formsvc.seals.verify.paths import Path, find_path
from formsvc.seals.verify.trust import Trust, certificates_of, distrust_of, path_standing
from formsvc.seals.verify.verdicts import Verdict, bad, good, unknown

_SKEW: Final = timedelta(hours=1)
"""How far the sealer's own clock may run ahead of a trusted one."""
_SOUND: Final = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})
_REFUSED: Final = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    SignatureValidationError,
    ValidationError,
)


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """One time stamp: whether it belongs to what it stands beside and is whole, when, and by whom.

    `certificates` is the path (base64) of a trusted clock whose certificates tell where revocation is told.
    """

    holds: bool
    at: datetime | None
    authority: str
    trusted: bool
    certificates: tuple[str, ...] = ()


def read_stamp(token: bytes, *, stamped: bytes, trust: Trust) -> Stamp:
    """Return the checked time stamp over the bytes `stamped`."""
    nothing = Stamp(holds=False, at=None, authority="", trusted=False)
    try:
        signed = cms.ContentInfo.load(token)["content"]
        content = signed["encap_content_info"]["content"]
        told: tsp.TSTInfo = content.parsed
        imprint = told["message_imprint"]
        digest = hashlib.new(imprint["hash_algorithm"]["algorithm"].native, stamped).digest()
        info = extract_signer_info(signed)
        certificates = extract_certs_for_validation(signed)
        signer = certificates.signer_cert
        inner = hashlib.new(info["digest_algorithm"]["algorithm"].native, bytes(content)).digest()
        intact, valid = validate_sig_integrity(info, signer, "tst_info", inner)
        moment = told["gen_time"].native
        at = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        others = [one.dump() for one in certificates.other_certs]
        is_sound = imprint["hash_algorithm"]["algorithm"].native in _SOUND
        path = _trusted_path(signer.dump(), others, at, trust) if is_sound else None
        whole = intact and valid and imprint["hashed_message"].native == digest
        return Stamp(
            holds=bool(whole),
            at=at,
            authority=signer.subject.human_friendly,
            trusted=path is not None,
            certificates=tuple(certificates_of(path).get("certificates", ())) if path else (),
        )
    except _REFUSED:
        return nothing


def proven_at(stamps: Sequence[Stamp]) -> datetime | None:
    """Return the first moment at which a clock that is trusted here had seen the signature."""
    seen = [one.at for one in stamps if one.holds and one.trusted and one.at is not None]
    return min(seen, default=None)


def judge_time(claimed: datetime | None, *, agree: bool, stamps: Sequence[Stamp]) -> Verdict:
    """Return the verdict on when a signature was made."""
    when = _words(claimed) if claimed else ""
    if not agree:
        return bad("times_disagree", claimed=when)
    if any(not one.holds for one in stamps):
        return bad("timestamp_wrong", claimed=when, authorities=[one.authority for one in stamps])
    if stamps:
        first = min(stamps, key=lambda one: (not one.trusted, str(one.at)))
        detail: dict[str, Any] = {
            "when": _words(first.at) if first.at else "",
            "claimed": when,
            "authority": first.authority,
            "stamps": len(stamps),
        }
        if first.certificates:
            detail["certificates"] = list(first.certificates)
        proven = proven_at(stamps)
        if claimed is not None and proven is not None and claimed > proven + _SKEW:
            return bad("times_disagree", **detail)
        known = good if first.trusted else unknown
        return known("timestamped" if first.trusted else "timestamped_unknown", **detail)
    if claimed is None:
        return unknown("no_time")
    if claimed > clock.now() + timedelta(days=1):
        return bad("time_in_future", when=when)
    return unknown("claimed", when=when)


def _words(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _trusted_path(certificate: bytes, others: Sequence[bytes], at: datetime, trust: Trust) -> Path | None:
    """Return the path of a clock that is trusted here; None for any other, or one whose word is lost.

    A clock's own stamps are no proof of when they were made: after the loss of its key, or where this place
    trusts it no longer, none of them counts.
    """
    leaf = x509.load_der_x509_certificate(certificate)
    if not leaf.not_valid_before_utc <= at <= leaf.not_valid_after_utc or not _is_clock(leaf):
        return None
    anchors = [one.public_bytes(Encoding.DER) for one in trust.clocks]
    path = find_path(certificate, others=others, anchors=anchors, moment=at)
    if not isinstance(path, Path) or distrust_of(trust, path.certificates):
        return None
    revoked = path_standing(path, held=trust.held, now=clock.now(), proven=at).revoked
    if revoked is not None and (revoked.reason in COMPROMISE or revoked.reaches(at)):
        return None
    return path


def _is_clock(leaf: x509.Certificate) -> bool:
    try:
        purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return list(purposes) == [ExtendedKeyUsageOID.TIME_STAMPING]
