"""Who is trusted here: our own seal key, and the certificates of the trust folder."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509

from formsvc.errors import SettingsInvalid
from formsvc.seals.keys import SealKey, load
from formsvc.seals.verify.trust import Trust, trust_in
from formsvc.settings import Settings


def own_key(settings: Settings) -> SealKey:
    """Return this installation's seal key; raise KeyUnusable."""
    return load(settings.seal_key, settings.seal_passphrase_file)


def trust_of(settings: Settings, key: SealKey) -> Trust:
    """Return the trust of this installation; raise SettingsInvalid for a certificate that is none."""
    ours = trust_in(key)
    return Trust(
        roots=(*ours.roots, *(root for file in _files(settings.trust_roots) for root in _read(file))),
        demonstration=ours.demonstration,
    )


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*") if file.suffix in (".pem", ".crt", ".cer"))


def _read(file: Path) -> list[x509.Certificate]:
    data = file.read_bytes()
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except ValueError as error:
        raise SettingsInvalid([("FORMSVC_TRUST_ROOTS", f"{file} is not a certificate")]) from error
