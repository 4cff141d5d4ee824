"""Who is trusted here, and what that makes of the certificate in a signature.

Paths are built and judged by pyHanko's certvalidator (RFC 5280), at the moment of signing and
without fetching anything.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathError, ValidationError

from formsvc import clock
from formsvc.seals.certificates import is_demonstration
from formsvc.seals.keys import SealKey, fingerprint
from formsvc.seals.verify.verdicts import Verdict, bad, good, unknown

_UNREADABLE: Final = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
_DOCUMENT_PURPOSES: Final = frozenset(
    {
        "2.5.29.37.0",  # any
        "1.3.6.1.5.5.7.3.4",  # e-mail protection, what most document certificates carry
        "1.3.6.1.5.5.7.3.36",  # document signing (RFC 9336)
        "1.3.6.1.4.1.311.10.3.12",  # document signing (Microsoft)
        "1.2.840.113583.1.1.5",  # authentic documents (Adobe)
    }
)


@dataclass(frozen=True, kw_only=True)
class Trust:
    """The certificates trusted here (authorities, or single signers), and this place's demonstration key.

    `demonstration` is the SHA-256 (hex) of the demonstration certificate made here, or None.
    """

    roots: tuple[x509.Certificate, ...] = ()
    demonstration: str | None = None


def trust_in(*keys: SealKey) -> Trust:
    """Return the trust of the place where these keys are: their outermost certificates."""
    return Trust(
        roots=tuple(
            (key.chain[-1] if key.chain else key.certificate) for key in keys if not key.demonstration
        ),
        demonstration=next((key.fingerprint for key in keys if key.demonstration), None),
    )


def judge_signer(
    certificate: bytes, *, others: Sequence[bytes], at: datetime | None, trust: Trust
) -> Verdict:
    """Return the verdict on a signer's certificate (DER) at the moment of signing, or now without one."""
    now = clock.now()
    moment = at or now
    try:
        leaf = x509.load_der_x509_certificate(certificate)
        detail = _detail(leaf, now)
        usable = _meant_for_documents(leaf)
    except (ValueError, TypeError, UnsupportedAlgorithm, *_UNREADABLE):
        return bad("certificate_unreadable")
    if not usable:
        return bad("wrong_usage", **detail)
    if detail["demonstration"] and fingerprint(leaf) != trust.demonstration:
        return bad("demonstration_elsewhere", **detail)
    if not detail["demonstration"]:
        path = _path(certificate, others, moment, trust)
        if path is None:
            return unknown("unknown_signer_expired" if detail["expired"] else "unknown_signer", **detail)
        detail |= path
        if "problem" in path:
            return bad(_validity(leaf, moment) or "path_invalid", **detail)
        detail["trusted"] = True
    if wrong := _validity(leaf, moment):
        return bad(wrong, **detail)
    if detail["demonstration"]:
        return good("demonstration", **detail | {"trusted": True})
    return good("trusted_expired_since" if detail["expired"] else "trusted", **detail)


def _detail(leaf: x509.Certificate, now: datetime) -> dict[str, Any]:
    return {
        "who": _who(leaf),
        "subject": leaf.subject.rfc4514_string(),
        "issuer": leaf.issuer.rfc4514_string(),
        "serial": f"{leaf.serial_number:x}",
        "fingerprint": fingerprint(leaf),
        "not_before": f"{leaf.not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ}",
        "not_after": f"{leaf.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
        "expired": now > leaf.not_valid_after_utc,
        "demonstration": is_demonstration(leaf),
        "trusted": False,
    }


def _who(leaf: x509.Certificate) -> str:
    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        for one in leaf.subject.get_attributes_for_oid(oid):
            return " ".join(str(one.value).split())[:100]
    return "a name that cannot be read"


def _validity(leaf: x509.Certificate, moment: datetime) -> str | None:
    if moment < leaf.not_valid_before_utc:
        return "not_yet_valid"
    return "expired" if moment > leaf.not_valid_after_utc else None


def _meant_for_documents(leaf: x509.Certificate) -> bool:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            return False
    except x509.ExtensionNotFound:
        pass
    try:
        purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return any(one.dotted_string in _DOCUMENT_PURPOSES for one in purposes)


def _path(
    certificate: bytes, others: Iterable[bytes], moment: datetime, trust: Trust
) -> dict[str, Any] | None:
    """Return the path and its root, a "problem" where it does not hold, None where there is none."""
    pinned = hashlib.sha256(certificate).hexdigest()
    if any(fingerprint(root) == pinned for root in trust.roots):
        return {"path": [], "root": pinned}
    if not trust.roots:
        return None
    roots = tuple(one.public_bytes(Encoding.DER) for one in trust.roots)
    question = (certificate, tuple(others), roots)
    known = _KNOWN.get(question)
    if known is not None and known.begins <= moment <= known.ends:
        return {"path": list(known.subjects), "root": known.root}
    try:
        path = _build(certificate, question[1], roots, moment)
    except PathBuildingError:
        return None
    except (PathError, ValidationError) as error:
        return {"problem": type(error).__name__}
    except (ValueError, TypeError, KeyError):
        return None
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[question] = path
    return {"path": list(path.subjects), "root": path.root}


@dataclass(frozen=True, kw_only=True)
class _Path:
    """A path that holds, and between which moments every certificate on it does."""

    subjects: tuple[str, ...]
    root: str
    begins: datetime
    ends: datetime


_KNOWN: dict[tuple[bytes, tuple[bytes, ...], tuple[bytes, ...]], _Path] = {}
"""Paths that were found to hold. Nothing about them can change while nothing is revoked."""
_MOST_KNOWN: Final = 256


def _build(certificate: bytes, others: Iterable[bytes], roots: Iterable[bytes], moment: datetime) -> _Path:
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(one) for one in roots], moment=moment, allow_fetching=False
    )
    validator = CertificateValidator(
        asn1_x509.Certificate.load(certificate),
        intermediate_certs=[asn1_x509.Certificate.load(one, strict=True) for one in others],
        validation_context=context,
    )
    found = list(asyncio.run(validator.async_validate_path()).iter_certs(include_root=True))
    return _Path(
        subjects=tuple(one.subject.human_friendly for one in found),
        root=hashlib.sha256(found[0].dump()).hexdigest(),
        begins=max(one.not_valid_before for one in found),
        ends=min(one.not_valid_after for one in found),
    )
