"""Who is trusted here, and what that makes of the certificate in a signature.

Paths are judged at the moment of signing; revocation and distrust by what is proven: a moment that only
the signer claims is no proof that a signature was there before its certificate was revoked.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from formsvc import clock
from formsvc.seals.certificates import is_demonstration
from formsvc.seals.keys import SealKey, fingerprint
from formsvc.seals.revocation import Held, Standing, State, addresses, standing
from formsvc.seals.verify.paths import Broken, Path, find_path
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
_REVOCATION_WORDS: Final[Mapping[State, str]] = {
    "revoked": "It was revoked.",
    "good": "It was not revoked as of {as_of}.",
    "stale": "It was not revoked as of {as_of}; nothing newer has been fetched.",
    "not_known": "Whether it was revoked is not known here.",
    "not_offered": "Its certificate names no place where a revocation would be published.",
}
_LEAST_KNOWN_FIRST: Final[tuple[State, ...]] = ("revoked", "not_known", "stale", "not_offered", "good")


@dataclass(frozen=True, kw_only=True)
class Distrust:
    """A certificate (SHA-256, hex) that this place no longer trusts, since when and why."""

    fingerprint: str
    since: datetime
    why: str


@dataclass(frozen=True, kw_only=True)
class Trust:
    """Everything that is decided or known here about other people's certificates.

    `roots` are trusted for seals: authorities, or single signers. `clocks` are trusted for time stamps, and
    for nothing else. `own` are the chains (DER, leaf first) of the keys that seal or sealed here: each root
    vouches for its own leaf alone. `demonstrations` are the SHA-256 (hex) of demonstration certificates made
    here. `held` was collected before; the verifier fetches nothing.
    """

    roots: tuple[x509.Certificate, ...] = ()
    clocks: tuple[x509.Certificate, ...] = ()
    own: tuple[tuple[bytes, ...], ...] = field(default=(), repr=False)
    demonstrations: frozenset[str] = frozenset()
    held: tuple[Held, ...] = field(default=(), repr=False)
    distrusted: tuple[Distrust, ...] = ()


def trust_in(*keys: SealKey) -> Trust:
    """Return the trust of the place where these keys are."""
    return Trust(
        own=tuple(key.certificates_der for key in keys if not key.demonstration),
        demonstrations=frozenset(key.fingerprint for key in keys if key.demonstration),
    )


def judge_signer(
    certificate: bytes,
    *,
    others: Sequence[bytes],
    at: datetime | None,
    trust: Trust,
    proven: datetime | None = None,
) -> Verdict:
    """Return the verdict on a signer's certificate (DER).

    `at` is when the signature says it was made; `proven` when a trusted clock had seen it, if one has.
    """
    now = clock.now()
    moment = at or proven or now
    try:
        leaf = x509.load_der_x509_certificate(certificate)
        detail = _detail(leaf, now)
        usable = _meant_for_documents(leaf)
    except (ValueError, TypeError, UnsupportedAlgorithm, *_UNREADABLE):
        return bad("certificate_unreadable")
    if not usable:
        return bad("wrong_usage", **detail)
    if detail["demonstration"] and fingerprint(leaf) not in trust.demonstrations:
        return bad("demonstration_elsewhere", **detail)
    path: Path | Broken | None = Path(certificates=(certificate,), subjects=())
    if not detail["demonstration"]:
        anchors = seal_anchors(trust, certificate)
        path = find_path(certificate, others=others, anchors=anchors, moment=moment)
    if path is None:
        if doubt := distrust_of(trust, (certificate,)):
            return bad("distrusted", **detail | _of_distrust(doubt))
        return unknown("unknown_signer_expired" if detail["expired"] else "unknown_signer", **detail)
    if isinstance(path, Broken):
        return bad(_validity(leaf, moment) or "path_invalid", **detail, problem=path.problem)
    return _on_path(leaf, path, detail, trust=trust, moment=moment, proven=proven)


def _on_path(
    leaf: x509.Certificate,
    path: Path,
    detail: dict[str, Any],
    *,
    trust: Trust,
    moment: datetime,
    proven: datetime | None,
) -> Verdict:
    """Return the verdict on a certificate whose path holds: validity, revocation, distrust, in that order."""
    if detail["demonstration"]:
        known = Standing(state="not_offered")
    else:
        known = path_standing(path, held=trust.held, now=clock.now(), proven=proven)
        detail |= {"path": list(path.subjects), "root": path.root} | _of_standing(known)
        detail |= certificates_of(path)
    if wrong := _validity(leaf, moment):
        return bad(wrong, **detail)
    doubt = distrust_of(trust, path.certificates)
    if known.revoked is not None and known.revoked.reaches(proven):
        return bad("revoked", **detail)
    if doubt is not None:
        detail |= _of_distrust(doubt)
        if proven is None or proven >= doubt.since:
            return bad("distrusted", **detail)
    detail["trusted"] = True
    return good(_good_code(detail, known=known, doubt=doubt), **detail)


def _good_code(detail: Mapping[str, Any], *, known: Standing, doubt: Distrust | None) -> str:
    if detail["demonstration"]:
        return "demonstration"
    if known.revoked is not None:
        return "trusted_revoked_since"
    if doubt is not None:
        return "trusted_distrusted_since"
    return "trusted_expired_since" if detail["expired"] else "trusted"


def seal_anchors(trust: Trust, certificate: bytes) -> tuple[bytes, ...]:
    """Return what a seal's path may end in (DER): the roots, and for our own key its outermost issuer."""
    ours = next((chain[-1:] for chain in trust.own if chain[0] == certificate), ())
    return (*ours, *(one.public_bytes(Encoding.DER) for one in trust.roots))


def path_standing(path: Path, *, held: tuple[Held, ...], now: datetime, proven: datetime | None) -> Standing:
    """Return the worst that is known of the revocation of any certificate on a path but the trusted one.

    A revocation that reaches a signature proven to have existed at `proven` is worse than one that does not.
    """
    chain = [x509.load_der_x509_certificate(one) for one in path.certificates]
    found = [standing(one, issuer=issuer, held=held, now=now) for one, issuer in pairwise(chain)]
    if not found:
        return Standing(state="not_known" if addresses(chain[0]) else "not_offered")
    revoked = [(not one.revoked.reaches(proven), one.revoked.at, one) for one in found if one.revoked]
    if revoked:
        return min(revoked, key=lambda one: one[:2])[2]
    return min(found, key=lambda one: (_LEAST_KNOWN_FIRST.index(one.state), str(one.as_of)))


def distrust_of(trust: Trust, certificates: Sequence[bytes]) -> Distrust | None:
    """Return the earliest decision not to trust one of these certificates (DER) any more."""
    names = {fingerprint(x509.load_der_x509_certificate(one)) for one in certificates}
    found = [one for one in trust.distrusted if one.fingerprint in names]
    return min(found, key=lambda one: one.since, default=None)


def certificates_of(path: Path) -> dict[str, Any]:
    """Return the certificates of a path as detail, where one names a place that tells of its revocation."""
    chain = [x509.load_der_x509_certificate(one) for one in path.certificates]
    if len(chain) < 2 or not any(addresses(one) for one in chain):
        return {}
    return {"certificates": [base64.b64encode(one).decode("ascii") for one in path.certificates]}


def moment_words(moment: datetime) -> str:
    """Return a moment as every verdict writes it."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _of_standing(known: Standing) -> dict[str, Any]:
    as_of = moment_words(known.as_of) if known.as_of else ""
    told: dict[str, Any] = {
        "revocation": known.state,
        "revocation_words": _REVOCATION_WORDS[known.state].format(as_of=as_of),
        "revocation_as_of": as_of,
    }
    if known.revoked is not None:
        told |= {"revoked_on": moment_words(known.revoked.at), "reason": known.revoked.reason}
    return told


def _of_distrust(doubt: Distrust) -> dict[str, Any]:
    return {"distrusted_since": moment_words(doubt.since), "distrusted_why": doubt.why}


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
