"""Watch the certificate that seals here: warn before it ends, without reading the key."""

from __future__ import annotations

import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final, Literal

import structlog
from cryptography import x509

from formsvc import clock
from formsvc.errors import KeyUnusable, SettingsInvalid
from formsvc.seals.keys import EXPIRY_WARNING_DAYS, Expiry, expiry, fingerprint
from formsvc.seals.revocation import standing
from formsvc.settings import Settings
from formsvc.workflow.trust import distrusted, held, key_place, organisations_with_keys, own_chain, own_key

log = structlog.get_logger()

Stands = Expiry | Literal["distrusted", "revoked"]

_WORDS: Final = {
    "soon": "The certificate that seals documents ends on {ends}, in {days}. Put a new key in place before.",
    "expired": "The certificate that seals documents ended on {ends}. No document can be issued until a new "
    "key is in its place.",
    "distrusted": "The certificate that seals documents is not trusted here since {since}: what it seals "
    "counts as not genuine. Put a new key in its place now.",
    "revoked": "The certificate that seals documents was revoked on {since}: what it seals counts as not "
    "genuine. Put a new key in its place now.",
    "not_yet": "The certificate that seals documents holds only from {begins}. No document can be "
    "issued before.",
}


@dataclass(frozen=True, kw_only=True)
class KeyNotice:
    """What is wrong with the certificate that seals here, or soon will be."""

    stands: Stands
    words: str
    days_left: int
    ends: datetime
    fingerprint: str


def key_notice(
    settings: Settings, *, days: int = EXPIRY_WARNING_DAYS, organisation_id: str = ""
) -> KeyNotice | None:
    """Return what to say of the certificate an organisation seals with; None where all is well."""
    chain = own_chain(settings, organisation_id=organisation_id)
    if not chain:
        return None
    certificate = chain[0]
    stands, since = _doubt(settings, chain) or (expiry(certificate, days=days), clock.now())
    if stands == "holds":
        return None
    left = (certificate.not_valid_after_utc - clock.now()).days
    return KeyNotice(
        stands=stands,
        words=_WORDS[stands].format(
            ends=_day(certificate.not_valid_after_utc),
            begins=_day(certificate.not_valid_before_utc),
            days="1 day" if left == 1 else f"{left} days",
            since=_day(since),
        ),
        days_left=left,
        ends=certificate.not_valid_after_utc,
        fingerprint=fingerprint(certificate),
    )


def _doubt(settings: Settings, chain: tuple[x509.Certificate, ...]) -> tuple[Stands, datetime] | None:
    """Return since when the certificate that seals here, or an issuer of it, is distrusted or revoked."""
    names = {fingerprint(one) for one in chain}
    with suppress(SettingsInvalid):  # whoever verifies is told of a line that cannot be read
        if told := [one.since for one in distrusted(settings) if one.fingerprint in names]:
            return "distrusted", min(told)
    known, now = held(settings), clock.now()
    found = [standing(one, issuer=issuer, held=known, now=now).revoked for one, issuer in pairwise(chain)]
    since = [one.at for one in found if one is not None]
    return ("revoked", min(since)) if since else None


def watch_key(settings: Settings) -> None:
    """Log what there is to say of the seal keys when the service starts; no line holds a path or a secret."""
    for organisation_id in ("", *organisations_with_keys(settings)):
        _watch(settings, organisation_id)


def _watch(settings: Settings, organisation_id: str) -> None:
    whose = {"organisation": organisation_id} if organisation_id else {}
    try:
        own_key(settings, organisation_id=organisation_id)
    except KeyUnusable as error:
        log.error("seal_key_unusable", why=error.detail, **whose)  # noqa: TRY400  a traceback could name a path
        return
    if notice := key_notice(settings, organisation_id=organisation_id):
        log.warning(
            "seal_certificate",
            stands=notice.stands,
            days_left=notice.days_left,
            ends=f"{notice.ends:%Y-%m-%dT%H:%M:%SZ}",
            fingerprint=notice.fingerprint,
            **whose,
        )
    if open_to_others(settings, organisation_id=organisation_id):
        log.warning("seal_key_open_to_others", **whose)


def open_to_others(settings: Settings, *, organisation_id: str = "") -> bool:
    """Say whether other users of this machine may read the key or its passphrase."""
    place = key_place(settings, organisation_id=organisation_id)
    files = [one for one in (place.key, place.passphrase) if one.is_file()]
    return any(stat.S_IMODE(one.stat().st_mode) & 0o077 for one in files)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
