"""The seal of an organisation: a key of its own made for it, and what may be shown of the one that seals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from formsvc import clock
from formsvc.errors import WrongState
from formsvc.seals.certificates import Kind, is_demonstration, new_key
from formsvc.seals.keys import Expiry, expiry, fingerprint, read_key
from formsvc.settings import Settings
from formsvc.store import organisations
from formsvc.store.files import replace_private, write_private
from formsvc.store.session import Store
from formsvc.workflow.actors import SERVICE, note
from formsvc.workflow.trust import (
    KeyPlace,
    keep_certificates,
    key_place,
    organisation_keys,
    own_chain,
    own_key_file,
    revocation_folder,
)

PASSPHRASE: Final = 40


@dataclass(frozen=True, kw_only=True)
class Seal:
    """What anybody may know of the certificate that seals: names, dates, fingerprints.

    `is_own` says that the organisation has a key of its own; without one the instance's seals for it.
    """

    subject: str
    issuer: str
    serial: str
    fingerprint: str
    not_before: datetime
    not_after: datetime
    days_left: int
    stands: Expiry
    demonstration: bool
    chain: tuple[str, ...]
    root_fingerprint: str
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class Clockwork:
    """Whether time stamps are asked for and of whom; whether revocation is, and when it last answered."""

    authority: str
    revocation: bool
    refreshed_at: datetime | None


def make_own_key(store: Store, *, settings: Settings, organisation_id: str, kind: Kind) -> KeyPlace:
    """Make a key that an organisation seals with from now on; return where it lies.

    Raises NotFound for an organisation that is not here, WrongState where it has a key already.
    """
    with store.read() as tx:
        organisation = organisations.get(tx, organisation_id)
    place = own_key_file(settings, organisation_id=organisation.id)
    if key_place(settings, organisation_id=organisation.id).organisation_id:
        raise WrongState("it has a key of its own already: rotate it")
    passphrase = clock.new_id(PASSPHRASE).encode()
    made = new_key(organisation.name, kind=kind, passphrase=passphrase)
    key = read_key(made, passphrase=passphrase)
    organisation_keys(settings).mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_private(place.passphrase, passphrase)
    keep_certificates(settings, key, organisation_id=organisation.id)
    write_private(place.key, made)
    with store.write() as tx:
        note(tx, SERVICE, "seal.new", subject_id=organisation.id, fingerprint=key.fingerprint)
    return place


def seal_of(settings: Settings, *, organisation_id: str) -> Seal | None:
    """Return what may be shown of the certificate an organisation seals with; None before its first use.

    No key is read.
    """
    chain = own_chain(settings, organisation_id=organisation_id)
    if not chain:
        return None
    leaf = chain[0]
    return Seal(
        subject=leaf.subject.rfc4514_string(),
        issuer=leaf.issuer.rfc4514_string(),
        serial=f"{leaf.serial_number:x}",
        fingerprint=fingerprint(leaf),
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
        days_left=(leaf.not_valid_after_utc - clock.now()).days,
        stands=expiry(leaf),
        demonstration=is_demonstration(leaf),
        chain=tuple(one.subject.rfc4514_string() for one in chain[1:]),
        root_fingerprint=fingerprint(chain[-1]),
        is_own=bool(key_place(settings, organisation_id=organisation_id).organisation_id),
    )


def certificates_of(settings: Settings, *, organisation_id: str) -> bytes:
    """Return the certificates an organisation seals with as PEM, leaf first; empty before its first use."""
    chain: tuple[x509.Certificate, ...] = own_chain(settings, organisation_id=organisation_id)
    return b"".join(one.public_bytes(Encoding.PEM) for one in chain)


def clockwork_of(settings: Settings) -> Clockwork:
    """Return how time stamps and revocation are set, and when an authority last told of revocation."""
    return Clockwork(
        authority=urlsplit(settings.timestamp_url).hostname or "",
        revocation=settings.revocation,
        refreshed_at=_newest(revocation_folder(settings)),
    )


def _newest(folder: Path) -> datetime | None:
    times = [one.stat().st_mtime for one in folder.glob("*") if one.suffix in (".crl", ".ocsp")]
    return datetime.fromtimestamp(max(times), tz=UTC) if times else None
