"""How content rests: a random key per child, wrapped by the installation's content key.

The content key (32 bytes, a file of the instance) never touches content. It wraps one data key for
each child; everything personal is sealed under that. Destroying the wrapped data key makes the
child's content unreadable in the database, in the files and in every copy of either.

A sealed value is `0x01 | key id (12 ASCII) | nonce (12) | AES-256-GCM ciphertext and tag`. The
associated data says what the value is and which row it belongs to, so that a sealed value moved to
another row, field or child does not open.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from formsvc import clock
from formsvc.errors import FormsvcError, KeyUnusable
from formsvc.store.canonical import loads
from formsvc.store.files import write_private

KEY_BYTES: Final = 32
ID_LENGTH: Final = 12
_NONCE: Final = 12
_VERSION: Final = b"\x01"
_HEAD: Final = len(_VERSION) + ID_LENGTH + _NONCE


class ContentUnreadable(FormsvcError):
    """Sealed content does not open: altered, moved to another row, or sealed under another key."""

    code = "content_unreadable"


class ContentDestroyed(FormsvcError):
    """The child's key was destroyed: nothing that was kept about this child can be read again."""

    code = "content_destroyed"
    status = 410


@dataclass(frozen=True, kw_only=True)
class DataKey:
    """One child's data key in the clear. Lives in memory only, for as long as it is needed."""

    id: str
    key: bytes = field(repr=False)

    def seal(self, plain: bytes, *, about: tuple[str, ...]) -> bytes:
        """Return `plain` sealed; `about` names the row and field it belongs to."""
        nonce = clock.random_bytes(_NONCE)
        sealed = AESGCM(self._subkey(b"content")).encrypt(nonce, plain, _about(self.id, about))
        return _VERSION + self.id.encode() + nonce + sealed

    def open(self, sealed: bytes, *, about: tuple[str, ...]) -> bytes:
        """Return what was sealed; raise ContentUnreadable when it is not exactly that."""
        if len(sealed) < _HEAD or not sealed.startswith(_VERSION + self.id.encode()):
            raise ContentUnreadable("not sealed under this key")
        nonce = sealed[_HEAD - _NONCE : _HEAD]
        try:
            return AESGCM(self._subkey(b"content")).decrypt(nonce, sealed[_HEAD:], _about(self.id, about))
        except InvalidTag as error:
            raise ContentUnreadable from error

    def seal_json(self, value: object, *, about: tuple[str, ...]) -> bytes:
        """Return the canonical JSON of `value`, sealed."""
        return self.seal(rfc8785.dumps(value), about=about)  # type: ignore[arg-type]  # any JSON value

    def open_json(self, sealed: bytes, *, about: tuple[str, ...]) -> Any:
        """Return the value that `seal_json` sealed."""
        return loads(self.open(sealed, about=about))

    def file_key(self, salt: bytes) -> bytes:
        """Return the key of one file, from 16 random bytes at its head."""
        return self._subkey(b"file:" + salt)

    def address(self, sha256: str) -> str:
        """Return where a file of this hash lies, as hex: nobody without the key can tell what is there."""
        return hmac.new(self._subkey(b"address"), bytes.fromhex(sha256), hashlib.sha256).hexdigest()

    def _subkey(self, purpose: bytes) -> bytes:
        return _derive(self.key, b"formsvc data " + purpose)


@dataclass(frozen=True, kw_only=True)
class ContentKey:
    """The installation's content key: wraps data keys, indexes names, seals the head of the audit."""

    key: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """What a wrapped key remembers it by: says nothing of the key itself."""
        return hashlib.sha256(b"formsvc content key id" + self.key).hexdigest()[:ID_LENGTH]

    def wrap(self, data_key: DataKey, *, child_id: str) -> bytes:
        """Return a child's data key wrapped; it unwraps for that child and key id alone."""
        nonce = clock.random_bytes(_NONCE)
        about = _about(data_key.id, ("child_key", child_id))
        return nonce + AESGCM(_derive(self.key, b"formsvc wrap")).encrypt(nonce, data_key.key, about)

    def unwrap(self, wrapped: bytes, *, key_id: str, child_id: str) -> DataKey:
        """Return the data key; raise ContentUnreadable when it was wrapped for another or altered."""
        about = _about(key_id, ("child_key", child_id))
        try:
            key = AESGCM(_derive(self.key, b"formsvc wrap")).decrypt(
                wrapped[:_NONCE], wrapped[_NONCE:], about
            )
        except (InvalidTag, ValueError) as error:
            raise ContentUnreadable("a child's key does not unwrap") from error
        return DataKey(id=key_id, key=key)

    def seal(self, plain: bytes, *, about: tuple[str, ...]) -> bytes:
        """Return `plain`, which is about no child, sealed; `about` names the row it belongs to."""
        nonce = clock.random_bytes(_NONCE)
        return nonce + AESGCM(_derive(self.key, b"formsvc seal")).encrypt(
            nonce, plain, _about(self.id, about)
        )

    def open(self, sealed: bytes, *, about: tuple[str, ...]) -> bytes:
        """Return what was sealed; raise ContentUnreadable when it is not exactly that."""
        key = AESGCM(_derive(self.key, b"formsvc seal"))
        try:
            return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], _about(self.id, about))
        except (InvalidTag, ValueError) as error:
            raise ContentUnreadable from error

    def token(self, kind: str, *, controller_id: str, text: str) -> str:
        """Return the blind index of a text: equal for equal texts of one organisation, else unrelated."""
        said = rfc8785.dumps([kind, controller_id, text])
        return hmac.new(_derive(self.key, b"formsvc index"), said, hashlib.sha256).hexdigest()[:32]

    def mark(self, data: bytes) -> str:
        """Return the HMAC that only this installation can put on the head of its audit, as hex."""
        return hmac.new(_derive(self.key, b"formsvc audit head"), data, hashlib.sha256).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """The content key in use, and older ones that still unwrap what they wrapped."""

    current: ContentKey
    older: Mapping[str, ContentKey] = field(default_factory=dict)

    def unwrap(self, wrapped: bytes, *, content_key_id: str, key_id: str, child_id: str) -> DataKey:
        """Return a child's data key, whichever content key wrapped it."""
        return self._known(content_key_id).unwrap(wrapped, key_id=key_id, child_id=child_id)

    def open(self, sealed: bytes, *, content_key_id: str, about: tuple[str, ...]) -> bytes:
        """Return what a content key sealed, whichever it was."""
        return self._known(content_key_id).open(sealed, about=about)

    def _known(self, content_key_id: str) -> ContentKey:
        known = self.current if content_key_id == self.current.id else self.older.get(content_key_id)
        if known is None:
            raise KeyUnusable("the content key that wrapped this is not here")
        return known


def new_data_key() -> DataKey:
    """Return a random data key with an id of its own."""
    return DataKey(id=clock.new_id(ID_LENGTH), key=clock.random_bytes(KEY_BYTES))


def make_content_key(path: Path) -> None:
    """Write a new content key, readable by its owner alone; leave one that is there as it is."""
    with suppress(FileExistsError):
        write_private(path, clock.random_bytes(KEY_BYTES))


def read_keyring(path: Path, *, older: Iterable[Path] | None = None) -> Keyring:
    """Read the content key, and beside it the older ones (`content.key.1`, ...); raise KeyUnusable."""
    beside = sorted(path.parent.glob(f"{path.name}.*")) if older is None else older
    found = [_read(one) for one in beside]
    return Keyring(current=_read(path), older={one.id: one for one in found})


def _read(path: Path) -> ContentKey:
    try:
        key = path.read_bytes()
    except OSError as error:
        raise KeyUnusable(f"the content key {path} cannot be read") from error
    if len(key) != KEY_BYTES:
        raise KeyUnusable(f"the content key {path} must be {KEY_BYTES} bytes")
    return ContentKey(key=key)


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


def _about(key_id: str, about: tuple[str, ...]) -> bytes:
    return rfc8785.dumps([key_id, *about])
