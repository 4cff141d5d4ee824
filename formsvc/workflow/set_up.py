"""Set an installation up: folders, content key, demonstration seal key, database. Again, it does nothing."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from formsvc import clock
from formsvc.seals.keys import make_demonstration, read_pkcs12
from formsvc.settings import Settings
from formsvc.store import audit, migrate
from formsvc.store.crypto import make_content_key
from formsvc.store.files import replace_private, write_private
from formsvc.store.session import Store, open_store
from formsvc.workflow.trust import keep_certificates


def set_up(settings: Settings) -> bool:
    """Make whatever an installation lacks; return whether anything was made.

    The demonstration key is made only where the settings name no other. Of several processes at once,
    one makes and the others wait.
    """
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(settings):
        for folder in ("blobs", "keys", "trust", "trust/timestamps", "certificates", "revocation"):
            (settings.instance / folder).mkdir(exist_ok=True, mode=0o700)
        made = _make_keys(settings)
        _make_file(settings)
        store = open_store(settings)
        try:
            return _make_database(store) or made
        finally:
            store.close()


def _make_keys(settings: Settings) -> bool:
    made = False
    if (
        settings.content_key == settings.instance / "keys" / "content.key"
        and not settings.content_key.exists()
    ):
        make_content_key(settings.content_key)
        made = True
    if settings.seal_key == settings.instance / "keys" / "seal.p12" and not settings.seal_key.exists():
        key = make_demonstration(settings.organisation, at=clock.now())
        made_key = read_pkcs12(key)
        replace_private(settings.demonstration_marker, made_key.fingerprint.encode())
        keep_certificates(settings, made_key)
        write_private(settings.seal_key, key)
        made = True
    return made


def _make_file(settings: Settings) -> None:
    """Make the file of an SQLite database for its owner's eyes alone; what is beside it follows its mode."""
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).touch(mode=0o600)


def _make_database(store: Store) -> bool:
    if migrate.is_current(store):
        return False
    migrate.upgrade(store)
    with store.write() as tx:
        audit.begin(tx)
    return True


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    with (settings.instance / ".set-up").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
