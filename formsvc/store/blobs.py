"""Large bytes: files under the instance, named by a keyed hash of their content, encrypted as a stream.

A file is `FSB1 | salt (16) | chunks`. Each chunk is AES-256-GCM under a key derived from the child's
data key and the salt; its nonce holds its number and whether it is the last one, so that a file that
was cut, lengthened or put in another order does not open. A name depends on the child's key: equal
files of one child lie once, and nobody can tell from a name what a file holds.

A file stands whole or not at all: written beside, synced, renamed, its folder synced. It is written
before the transaction that names it commits; a file that no row names is swept a day later.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from formsvc import clock
from formsvc.store.crypto import ContentUnreadable, DataKey
from formsvc.store.files import sync_folder

CHUNK: Final = 256 * 1024
ABANDONED: Final = timedelta(hours=1)
"""After this long nobody is still writing a file that is half done."""
_MAGIC: Final = b"FSB1"
_SALT: Final = 16
_TAG: Final = 16


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A file that lies in the store: its address, the SHA-256 of what it holds as hex, its size in bytes."""

    address: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Blobs:
    """The folder of encrypted files."""

    folder: Path

    def put(self, data: bytes, *, key: DataKey) -> Stored:
        """Store bytes and return where they lie; storing the same bytes again writes nothing."""
        sha256 = hashlib.sha256(data).hexdigest()
        stored = Stored(address=key.address(sha256), sha256=sha256, size=len(data))
        place = self._place(stored.address)
        if place.exists():
            os.utime(place)  # young again: the sweeper leaves it until the row that names it commits
            return stored
        if not place.parent.exists():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            sync_folder(self.folder)
        scratch = place.with_name(f".{clock.new_id(12)}")
        try:
            handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                _write(file, data, key=key)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(place)
        finally:
            scratch.unlink(missing_ok=True)
        sync_folder(place.parent)
        return stored

    def chunks(self, stored: Stored, *, key: DataKey) -> Iterator[bytes]:
        """Yield the bytes of a file; raise ContentUnreadable at the first chunk that is not ours.

        The last chunk is yielded only after the whole was found equal to its hash.
        """
        seen = hashlib.sha256()
        held = b""
        for chunk in self._chunks(stored.address, key=key):
            if held:
                yield held
            seen.update(chunk)
            held = chunk
        if seen.hexdigest() != stored.sha256:
            raise ContentUnreadable("a stored file is not the one that was named")
        yield held

    def get(self, stored: Stored, *, key: DataKey) -> bytes:
        """Return the bytes of a file; raise ContentUnreadable when it is missing or altered."""
        return b"".join(self.chunks(stored, key=key))

    def delete(self, address: str, *, older_than: datetime | None = None) -> None:
        """Remove a file, unless it was written again since `older_than`; a missing one is no error."""
        place = self._place(address)
        with suppress(FileNotFoundError):
            if older_than is None or place.stat().st_mtime < older_than.timestamp():
                place.unlink()

    def shred(self, address: str) -> None:
        """Overwrite a file with zeros and remove it for good; a missing one is no error.

        On disks that write elsewhere than where they are told, only the removal counts: what was there
        is ciphertext whose key is gone.
        """
        place = self._place(address)
        with suppress(FileNotFoundError):
            with place.open("r+b") as file:
                left = place.stat().st_size
                while left > 0:
                    left -= file.write(bytes(min(CHUNK, left)))
                file.flush()
                os.fsync(file.fileno())
            place.unlink()
            sync_folder(place.parent)

    def opens(self, address: str, *, key: DataKey) -> bool:
        """Say whether a file is one of this child's: its first piece opens under her key."""
        with closing(self._chunks(address, key=key)) as chunks:
            try:
                next(chunks)
            except ContentUnreadable:
                return False
        return True

    def addresses(self, *, older_than: datetime) -> Iterator[str]:
        """Yield the addresses of files last written before a moment; remove what a crash left half-done.

        What is half done and young is being written by somebody, whatever moment is asked for.
        """
        abandoned = min(older_than, clock.now() - ABANDONED)
        for place in self.folder.glob("??/*"):
            with suppress(FileNotFoundError):
                is_half_done = place.name.startswith(".")
                if place.stat().st_mtime >= (abandoned if is_half_done else older_than).timestamp():
                    continue
                if is_half_done:
                    place.unlink(missing_ok=True)
                else:
                    yield place.name

    def _place(self, address: str) -> Path:
        if len(address) != 64 or not set(address) <= set("0123456789abcdef"):
            raise ValueError("not an address")
        return self.folder / address[:2] / address

    def _chunks(self, address: str, *, key: DataKey) -> Generator[bytes, None, None]:
        try:
            with self._place(address).open("rb") as file:
                yield from _read(file, key=key)
        except FileNotFoundError as error:
            raise ContentUnreadable("a stored file is missing") from error


def _write(file: BinaryIO, data: bytes, *, key: DataKey) -> None:
    salt = clock.random_bytes(_SALT)
    cipher = AESGCM(key.file_key(salt))
    file.write(_MAGIC + salt)
    count = max(1, -(-len(data) // CHUNK))
    for number in range(count):
        piece = data[number * CHUNK : (number + 1) * CHUNK]
        file.write(cipher.encrypt(_nonce(number, last=number == count - 1), piece, None))


def _read(file: BinaryIO, *, key: DataKey) -> Iterator[bytes]:
    head = file.read(len(_MAGIC) + _SALT)
    if not head.startswith(_MAGIC) or len(head) != len(_MAGIC) + _SALT:
        raise ContentUnreadable("not a stored file")
    cipher = AESGCM(key.file_key(head[len(_MAGIC) :]))
    sealed, number = file.read(CHUNK + _TAG), 0
    while True:
        following = file.read(CHUNK + _TAG)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), sealed, None)
        except InvalidTag as error:
            raise ContentUnreadable("a stored file was altered") from error
        if not following:
            return
        sealed, number = following, number + 1


def _nonce(number: int, *, last: bool) -> bytes:
    return bytes(7) + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")
