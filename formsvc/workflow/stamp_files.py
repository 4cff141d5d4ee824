"""Put time stamps into files that were issued without: in place, each whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from formsvc import clock
from formsvc.errors import StampUnfit, Unreadable
from formsvc.seals.levels import Level, level_of
from formsvc.seals.stamping import Authority
from formsvc.settings import Settings
from formsvc.store.files import sync_folder
from formsvc.workflow.stamp_document import Raised, raise_level
from formsvc.workflow.trust import own_key
from formsvc.workflow.verify_apart import verify_apart


def stamp_file(path: Path, *, authority: Authority, settings: Settings) -> Raised:
    """Raise a document in its file.

    Raise StampUnfit for one that is not genuine here, has no data of ours or a time stamp already;
    StampUnavailable where the authority gives none; Unreadable for a file that cannot be read or written.
    """
    place = path.resolve()
    try:
        with place.open("rb") as file:
            sealed = file.read(settings.upload_limit + 1)
    except OSError as error:
        raise Unreadable((error.strerror or "cannot be read").lower()) from error
    found = verify_apart(sealed, name=path.name, settings=settings)
    if not found.genuine or found.issued is None:
        raise StampUnfit("it is not a genuine document of this service: see what `formsvc verify` says")
    if level_of(str(found.level.detail.get("level"))) is not Level.B_B:
        raise StampUnfit("it is time-stamped already")
    raised = raise_level(sealed, authority=authority, key=own_key(settings), settings=settings)
    _replace(place, raised.data)
    return raised


def _replace(path: Path, data: bytes) -> None:
    """Write a file in the place of the one that is there, with its permissions."""
    scratch = path.with_name(f".{path.name}.{clock.new_id(8)}")
    try:
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            scratch.chmod(path.stat().st_mode & 0o777)
            scratch.replace(path)
        finally:
            scratch.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise Unreadable(f"cannot be written to: {error.strerror}") from error
