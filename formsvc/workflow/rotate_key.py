"""Put a new seal key in the place of the old one, whose certificate stays trusted here.

The old key file is moved aside, not deleted: nothing needs it any longer, and whoever rotated says when it
may go. No key is copied anywhere but into the place that the settings name.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from formsvc import clock
from formsvc.errors import KeyUnusable, WrongState
from formsvc.seals import key_files
from formsvc.seals.keys import SealKey, load
from formsvc.settings import Settings
from formsvc.store.files import replace_private, write_private
from formsvc.workflow.trust import KeyPlace, keep_certificates, key_place, own_key


@dataclass(frozen=True, kw_only=True)
class Rotated:
    """The key that sealed until now, the one that seals from now on, and where the old files lie."""

    old: SealKey
    new: SealKey
    aside: tuple[Path, ...]

    @property
    def same_root(self) -> bool:
        """Whether those who trust the old one trust the new one without doing anything."""
        return self.old.certificates_der[-1] == self.new.certificates_der[-1] and len(self.old.chain) > 0


def rotate_key(
    settings: Settings, *, to: Path, passphrase_file: Path | None, organisation_id: str = ""
) -> Rotated:
    """Seal with the key in file `to` from now on; raise KeyUnusable, WrongState, and change nothing then.

    It takes the place of the organisation's own key; of the instance's, without an organisation.
    """
    place = key_place(settings, organisation_id=organisation_id)
    if place.organisation_id != organisation_id:
        raise WrongState("it has no key of its own yet: make one with formsvc keys new --for")
    new = load(to, passphrase_file)
    new.refuse_unless_valid(clock.now())
    old = own_key(settings, organisation_id=organisation_id)  # keeps its certificates
    if new.fingerprint == old.fingerprint:
        raise WrongState("it is the key that seals here already")
    if new.demonstration and not old.demonstration:
        raise WrongState("a demonstration key cannot follow a real one")
    data = _whole(to)
    passphrase = key_files.read_bytes(passphrase_file) if passphrase_file else None
    aside = _put_aside(place, old)
    _replace(place.passphrase, passphrase)
    replace_private(place.key, data)
    keep_certificates(settings, new, organisation_id=organisation_id)
    if load(place.key, place.passphrase).fingerprint != new.fingerprint:
        raise KeyUnusable("the new key was put in place, and another was read back")
    return Rotated(old=old, new=new, aside=aside)


def _whole(file: Path) -> bytes:
    """Return a key file with its certificates, also where these lie beside it."""
    data = key_files.read_bytes(file)
    if key_files.needs_certificates(data):
        data += b"\n" + key_files.read_bytes(file.with_suffix(key_files.CERTIFICATES_BESIDE))
    return data


def _put_aside(place: KeyPlace, old: SealKey) -> tuple[Path, ...]:
    """Give the old files a second name each; they are replaced under the first."""
    made = []
    for file in (place.key, place.passphrase):
        aside = file.with_name(f"{file.name}.until-{clock.now():%Y-%m-%d}-{old.fingerprint[:8]}")
        if file.is_file() and not aside.exists():
            write_private(aside, file.read_bytes())
            made.append(aside)
    return tuple(made)


def _replace(file: Path, data: bytes | None) -> None:
    if data is not None:
        replace_private(file, data)
    else:
        file.unlink(missing_ok=True)
