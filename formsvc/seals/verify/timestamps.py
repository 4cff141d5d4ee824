"""Time stamps of independent clocks (RFC 3161), wherever a signature carries them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from formsvc import clock
from formsvc.seals.verify.trust import Trust
from formsvc.seals.verify.verdicts import Verdict, bad, good, unknown


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """One time stamp: whether it belongs to what it stands beside and is whole, when, and by whom."""

    holds: bool
    at: datetime | None
    authority: str
    trusted: bool


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
        at = told["gen_time"].native
        whole = intact and valid and imprint["hashed_message"].native == digest
        return Stamp(
            holds=bool(whole),
            at=at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC),
            authority=signer.subject.human_friendly,
            trusted=_trusted(signer, list(certificates.other_certs), at, trust),
        )
    except (ValueError, TypeError, KeyError, AttributeError, SignatureValidationError, ValidationError):
        return nothing


def judge_time(claimed: datetime | None, *, agree: bool, stamps: Sequence[Stamp]) -> Verdict:
    """Return the verdict on when a signature was made."""
    when = _words(claimed) if claimed else ""
    if not agree:
        return bad("times_disagree", claimed=when)
    if any(not one.holds for one in stamps):
        return bad("timestamp_wrong", claimed=when, authorities=[one.authority for one in stamps])
    if stamps:
        first = min(stamps, key=lambda one: (not one.trusted, str(one.at)))
        detail = {
            "when": _words(first.at) if first.at else "",
            "claimed": when,
            "authority": first.authority,
            "stamps": len(stamps),
        }
        known = good if first.trusted else unknown
        return known("timestamped" if first.trusted else "timestamped_unknown", **detail)
    if claimed is None:
        return unknown("no_time")
    if claimed > clock.now() + timedelta(days=1):
        return bad("time_in_future", when=when)
    return unknown("claimed", when=when)


def _words(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _trusted(
    certificate: asn1_x509.Certificate, others: list[asn1_x509.Certificate], at: datetime, trust: Trust
) -> bool:
    if not trust.roots:
        return False
    roots = [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in trust.roots]
    context = ValidationContext(trust_roots=roots, moment=at, allow_fetching=False)
    validator = CertificateValidator(certificate, intermediate_certs=others, validation_context=context)
    try:
        usage = validator.async_validate_usage(  # type: ignore[no-untyped-call]
            key_usage=set(), extended_key_usage={"time_stamping"}, extended_optional=False
        )
        asyncio.run(usage)
    except (PathError, ValidationError):
        return False
    return True
