"""Who is trusted here: the keys that seal or sealed here, the trust folder, and what is known against them.

The certificates of every key used here (never a key) are kept in `certificates/` of the instance: documents
sealed with a key that was replaced stay genuine, and who verifies needs no key.

An organisation seals with a key of its own where one lies in `keys/organisations/` under its id; with the
instance's, which the settings name, where none does.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from formsvc.errors import KeyUnusable, SettingsInvalid
from formsvc.seals.certificates import is_demonstration
from formsvc.seals.keys import SealKey, fingerprint, load
from formsvc.seals.revocation import Held, Kind
from formsvc.seals.verify.trust import Distrust, Trust, trust_in
from formsvc.settings import Settings
from formsvc.store.files import replace_private, write_private

CLOCKS: Final = "timestamps"
"""The folder inside the trust folder whose certificates are trusted for time stamps, and nothing else."""
DISTRUSTED: Final = "distrusted.txt"
"""The file inside the trust folder that lists what is trusted no longer: fingerprint, moment, why."""
_DISTRUST: Final = re.compile(r"([0-9a-f]{64})\s+(\S+)\s+(\S.*)")
_HELD: Final = re.compile(r"([0-9a-f]{64})-[0-9a-f]{16}\.(crl|ocsp)")
_CURRENT: Final = "current"
_ORGANISATION: Final = re.compile(r"[a-z0-9]{1,32}")
_KEY_ENDINGS: Final = (".p12", ".pem")


@dataclass(frozen=True, kw_only=True)
class KeyPlace:
    """Where a seal key lies. `organisation_id` is empty for the instance's own."""

    key: Path
    passphrase: Path
    organisation_id: str = ""


def own_key(settings: Settings, *, organisation_id: str = "") -> SealKey:
    """Return the key that an organisation seals with, and keep its certificates; raise KeyUnusable.

    That is a key of its own where it has one, else this installation's.
    """
    place = key_place(settings, organisation_id=organisation_id)
    key = load(place.key, place.passphrase)
    keep_certificates(settings, key, organisation_id=place.organisation_id)
    return key


def key_place(settings: Settings, *, organisation_id: str = "") -> KeyPlace:
    """Return where the key lies that an organisation seals with: its own, or this installation's."""
    if organisation_id:
        for ending in _KEY_ENDINGS:
            found = own_key_file(settings, organisation_id=organisation_id, ending=ending)
            if found.key.is_file():
                return found
    return KeyPlace(key=settings.seal_key, passphrase=settings.seal_passphrase_file)


def own_key_file(settings: Settings, *, organisation_id: str, ending: str = ".p12") -> KeyPlace:
    """Return where an organisation's own key belongs; raise KeyUnusable for what is no id of one."""
    if not _ORGANISATION.fullmatch(organisation_id):
        raise KeyUnusable("there is no organisation of that id")
    folder = organisation_keys(settings)
    return KeyPlace(
        key=folder / f"{organisation_id}{ending}",
        passphrase=folder / f"{organisation_id}.passphrase",
        organisation_id=organisation_id,
    )


def organisation_keys(settings: Settings) -> Path:
    """Return the folder of the organisations' own keys."""
    return settings.instance / "keys" / "organisations"


def organisations_with_keys(settings: Settings) -> tuple[str, ...]:
    """Return the ids of the organisations that have a seal key of their own, in order."""
    files = (one for one in organisation_keys(settings).glob("*") if one.suffix in _KEY_ENDINGS)
    return tuple(sorted({one.stem for one in files if _ORGANISATION.fullmatch(one.stem)}))


def seals_for_show(settings: Settings) -> bool:
    """Say whether every key that seals here is a demonstration's; raise KeyUnusable.

    A key that cannot be read counts as a real one: what is shown to anybody hangs on this.
    """
    if not own_key(settings).demonstration:
        return False
    try:
        return all(
            own_key(settings, organisation_id=one).demonstration for one in organisations_with_keys(settings)
        )
    except KeyUnusable:
        return False


def keep_certificates(settings: Settings, key: SealKey, *, organisation_id: str = "") -> None:
    """Keep the certificates of a key that an organisation, or the instance, seals with from now on."""
    folder = own_folder(settings)
    file = folder / f"{key.fingerprint}.pem"
    if not file.exists():
        chain = (key.certificate, *key.chain)
        with suppress(FileExistsError):  # another process was first
            write_private(file, b"".join(one.public_bytes(Encoding.PEM) for one in chain))
    current = folder / _current(organisation_id)
    if not current.is_file() or current.read_text("ascii") != key.fingerprint:
        replace_private(current, key.fingerprint.encode("ascii"))


def own_certificate(settings: Settings, *, organisation_id: str = "") -> x509.Certificate | None:
    """Return the certificate an organisation seals with, without its key; None before it was ever loaded."""
    return next(iter(own_chain(settings, organisation_id=organisation_id)), None)


def own_chain(settings: Settings, *, organisation_id: str = "") -> tuple[x509.Certificate, ...]:
    """Return the certificates an organisation seals with, leaf first; none before they were ever loaded."""
    folder = own_folder(settings)
    owner = key_place(settings, organisation_id=organisation_id).organisation_id
    try:
        name = (folder / _current(owner)).read_text("ascii")
        return tuple(x509.load_pem_x509_certificates((folder / f"{name}.pem").read_bytes()))
    except (OSError, ValueError):
        return ()


def _current(organisation_id: str) -> str:
    return f"{_CURRENT}.{organisation_id}" if organisation_id else _CURRENT


def own_chains(settings: Settings) -> tuple[tuple[x509.Certificate, ...], ...]:
    """Return the certificates of every key that seals or sealed here, each leaf first."""
    return tuple(tuple(_read(file)) for file in sorted(own_folder(settings).glob("*.pem")))


def trust_of(settings: Settings, key: SealKey | None = None) -> Trust:
    """Return the trust of this installation; raise SettingsInvalid for a file that is not what it should be.

    `key` is one in use, which is trusted even before its certificates are kept. Without it no key is read,
    but for the first time in an installation where none was ever used.
    """
    if key is None and own_certificate(settings) is None:
        with suppress(KeyUnusable):  # whoever only verifies needs no key
            key = own_key(settings)
    ours = trust_in(key) if key is not None else Trust()
    chains = own_chains(settings)
    own = {one[0]: one for one in ours.own}
    own |= {one[0]: one for chain in chains if not is_demonstration(chain[0]) for one in (_der(chain),)}
    demonstrations = {fingerprint(chain[0]) for chain in chains if is_demonstration(chain[0])}
    return replace(
        ours,
        own=tuple(own.values()),
        demonstrations=ours.demonstrations | demonstrations,
        roots=certificates_in(settings.trust_roots),
        clocks=certificates_in(settings.trust_roots / CLOCKS),
        held=held(settings),
        distrusted=distrusted(settings),
    )


def own_folder(settings: Settings) -> Path:
    """Return where the certificates of every key used here are kept."""
    return settings.instance / "certificates"


def revocation_folder(settings: Settings) -> Path:
    """Return where collected CRLs and OCSP responses are kept."""
    return settings.instance / "revocation"


def held(settings: Settings) -> tuple[Held, ...]:
    """Return the CRLs and OCSP responses that were collected."""
    found: list[Held] = []
    for file in sorted(revocation_folder(settings).glob("*")):
        named = _HELD.fullmatch(file.name)
        with suppress(FileNotFoundError):  # replaced by a newer one in this moment
            if named:
                kind: Kind = "crl" if named[2] == "crl" else "ocsp"
                found.append(Held(issuer=named[1], kind=kind, der=file.read_bytes()))
    return tuple(found)


def distrusted(settings: Settings) -> tuple[Distrust, ...]:
    """Return what is trusted here no longer; raise SettingsInvalid for a line that cannot be read."""
    file = settings.trust_roots / DISTRUSTED
    if not file.is_file():
        return ()
    lines = file.read_text("utf-8").splitlines()
    return tuple(
        _distrust(line.strip(), number=number)
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.lstrip().startswith("#")
    )


def certificates_in(folder: Path) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a trust folder, in the order of its files."""
    return tuple(one for file in trust_files(folder) for one in _read(file))


def trust_files(folder: Path) -> list[Path]:
    """Return the files of a trust folder that hold certificates."""
    return sorted(file for file in folder.glob("*") if file.suffix in (".pem", ".crt", ".cer"))


def _distrust(line: str, *, number: int) -> Distrust:
    found = _DISTRUST.fullmatch(line)
    try:
        since = datetime.fromisoformat(found[2]) if found else None
    except ValueError:
        since = None
    if found is None or since is None or since.tzinfo is None:
        why = f"line {number} of {DISTRUSTED} is not: fingerprint, moment with its zone, why"
        raise SettingsInvalid([("FORMSVC_TRUST_ROOTS", why)])
    return Distrust(fingerprint=found[1], since=since, why=found[3])


def _der(chain: tuple[x509.Certificate, ...]) -> tuple[bytes, ...]:
    return tuple(one.public_bytes(Encoding.DER) for one in chain)


def _read(file: Path) -> list[x509.Certificate]:
    data = file.read_bytes()
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except ValueError as error:
        raise SettingsInvalid([("FORMSVC_TRUST_ROOTS", f"{file} is not a certificate")]) from error
