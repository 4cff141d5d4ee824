"""Watch the certificate that seals here: warn before it ends, without reading the key."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from formsvc import clock
from formsvc.errors import KeyUnusable
from formsvc.seals.keys import EXPIRY_WARNING_DAYS, Expiry, expiry, fingerprint
from formsvc.settings import Settings
from formsvc.workflow.trust import key_place, organisations_with_keys, own_certificate, own_key

log = structlog.get_logger()

_WORDS: Final = {
    "soon": "The certificate that seals documents ends on {ends}, in {days}. Put a new key in place before.",
    "expired": "The certificate that seals documents ended on {ends}. No document can be issued until a new "
    "key is in its place.",
    "not_yet": "The certificate that seals documents holds only from {begins}. No document can be "
    "issued before.",
}


@dataclass(frozen=True, kw_only=True)
class KeyNotice:
    """What is wrong with the certificate that seals here, or soon will be."""

    stands: Expiry
    words: str
    days_left: int
    ends: datetime
    fingerprint: str


def key_notice(
    settings: Settings, *, days: int = EXPIRY_WARNING_DAYS, organisation_id: str = ""
) -> KeyNotice | None:
    """Return what to say of the certificate an organisation seals with; None where all is well."""
    certificate = own_certificate(settings, organisation_id=organisation_id)
    if certificate is None:
        return None
    stands = expiry(certificate, days=days)
    if stands == "holds":
        return None
    left = (certificate.not_valid_after_utc - clock.now()).days
    return KeyNotice(
        stands=stands,
        words=_WORDS[stands].format(
            ends=_day(certificate.not_valid_after_utc),
            begins=_day(certificate.not_valid_before_utc),
            days="1 day" if left == 1 else f"{left} days",
        ),
        days_left=left,
        ends=certificate.not_valid_after_utc,
        fingerprint=fingerprint(certificate),
    )


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
