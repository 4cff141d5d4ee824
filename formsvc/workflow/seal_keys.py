"""The seal keys of a worker: each read once, and anew before the next document when its files changed."""

from __future__ import annotations

from formsvc.seals.keys import SealKey
from formsvc.settings import Settings
from formsvc.workflow.trust import KeyPlace, key_place, own_key

Mark = tuple[tuple[int, int, int, int], ...]


class SealKeys:
    """Keys by whose they are. A key that was rotated while the worker ran seals nothing any more."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.read: dict[str, tuple[Mark, SealKey]] = {}

    def of(self, organisation_id: str = "") -> SealKey:
        """Return the key that an organisation seals with at this moment; raise KeyUnusable."""
        place = key_place(self.settings, organisation_id=organisation_id)
        mark = mark_of(place)
        known = self.read.get(place.organisation_id)
        if known is None or known[0] != mark:
            known = (mark, own_key(self.settings, organisation_id=organisation_id))
            self.read[place.organisation_id] = known
        return known[1]


def mark_of(place: KeyPlace) -> Mark:
    """Return what tells the files of a key from those that take their place: nothing of what is in them."""
    files = (one.stat() for one in (place.key, place.passphrase) if one.is_file())
    return tuple((one.st_dev, one.st_ino, one.st_mtime_ns, one.st_size) for one in files)
