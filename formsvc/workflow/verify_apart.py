"""Read files nobody vouches for in a process of its own, with limits: they can hurt nothing but that.

One reading process serves many files, each of which gets a confined process of its own from it
(`read_apart`). It is given the bytes, and the certificates that are trusted; its answer is read as data.
"""

from __future__ import annotations

import atexit
import copyreg
import hashlib
import io
import json
import os
import pickle
import subprocess
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from functools import cache
from threading import Lock, Timer
from typing import IO, Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from formsvc import clock
from formsvc.errors import Unreadable
from formsvc.records.signed import Signed, read_signed
from formsvc.seals.verify import Definitions, Limits, Trust, Verification
from formsvc.seals.verify.verdicts import bad
from formsvc.settings import Settings
from formsvc.workflow.confined import Share
from formsvc.workflow.read_apart import (
    ANSWER,
    DIED,
    QUESTION,
    REFUSED,
    TOLD,
    TOO_LONG,
    TOO_MUCH,
    Question,
    certificate,
    revocations,
)
from formsvc.workflow.refresh_revocation import remember_seen
from formsvc.workflow.trust import trust_of

GRACE_SECONDS: Final = 60
"""How much longer than a file's share the reading process itself may take: its start, and the copying."""

WHY: Final[Mapping[bytes, str]] = {
    TOO_LONG: "it took more time than is given to one file",
    TOO_MUCH: "it took more memory than is given to one file",
    DIED: "the program that reads such files failed on it",
}
_START: Final = "from formsvc.workflow.read_apart import serve; serve()"
_KEPT_VARIABLES: Final = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "PYTHONPATH", "VIRTUAL_ENV")


@dataclass(kw_only=True)
class Reader:
    """A reading process, started when first asked and again when it broke; safe to share by threads."""

    share: Share = field(default_factory=Share)
    _process: subprocess.Popen[bytes] | None = None
    _lock: Lock = field(default_factory=Lock)

    def verify(
        self, data: bytes, *, name: str, trust: Trust, limits: Limits, definitions: Definitions | None = None
    ) -> Verification:
        """Return all there is to say of a file; one that breaks its limits could not be read."""
        outcome, answer = self._ask(data, name=name, trust=trust, limits=limits, definitions=definitions)
        if outcome == TOLD:
            try:
                found: Verification = _built(Verification, json.loads(answer))
            except (ValueError, TypeError, KeyError):
                outcome = DIED
            else:
                return found
        return Verification(
            name=name,
            kind="other",
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            readable=bad("unreadable", why=WHY.get(outcome, WHY[DIED])),
        )

    def extract(self, data: bytes, *, name: str, limits: Limits) -> bytes:
        """Return the JSON inside a document, exactly; raise Unreadable, naming the file."""
        outcome, answer = self._ask(data, name=name, trust=None, limits=limits)
        if outcome == TOLD:
            return answer
        why = answer.decode(errors="replace") if outcome == REFUSED else WHY.get(outcome, WHY[DIED])
        raise Unreadable(f"{name}: {why}")

    def signed(self, data: bytes, *, trust: Trust, limits: Limits) -> Signed:
        """Return what is known of the signatures in a file that may be carried; raise Unreadable."""
        outcome, answer = self._ask(data, name="", trust=trust, limits=limits, handed_in=True)
        if outcome == TOLD:
            return read_signed(json.loads(answer))
        why = answer.decode(errors="replace") if outcome == REFUSED else WHY.get(outcome, WHY[DIED])
        raise Unreadable(why)

    def close(self) -> None:
        """End the reading process."""
        with self._lock:
            self._end()

    def _ask(
        self,
        data: bytes,
        *,
        name: str,
        trust: Trust | None,
        limits: Limits,
        definitions: Definitions | None = None,
        handed_in: bool = False,
    ) -> tuple[bytes, bytes]:
        """Return the outcome and the answer; a process that broke is ended, the next file starts another."""
        asked = Question(
            name=name,
            trust=trust,
            limits=limits,
            share=self.share,
            at=clock.now(),
            definitions=definitions,
            handed_in=handed_in,
        )
        header = _pickled(asked)
        with self._lock:
            process = self._process = self._process or _started()
            watchdog = Timer(self.share.seconds + GRACE_SECONDS, process.kill)
            watchdog.start()
            try:
                told, answers = _pipes(process)
                told.write(QUESTION.pack(len(header), len(data)) + header)
                told.write(data)
                told.flush()
                outcome, size = ANSWER.unpack(_exactly(answers, ANSWER.size))
                return outcome, _exactly(answers, size)
            except (OSError, EOFError):
                self._end()
                return DIED, b""
            finally:
                watchdog.cancel()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in _pipes(process):
            with suppress(OSError):  # what could not be sent any more
                pipe.close()
        process.wait()


def verify_apart(
    data: bytes, *, name: str, settings: Settings, definitions: Definitions | None = None
) -> Verification:
    """Return the verdicts on a file, read apart, by the trust and the limits of this installation."""
    with _reader() as reader:
        found = reader.verify(
            data, name=name, trust=trust_of(settings), limits=_limits(settings), definitions=definitions
        )
    if settings.revocation:
        remember_seen(settings, found)
    return found


def signed_apart(data: bytes, *, settings: Settings) -> Signed:
    """Return what is known of the signatures in a file that is handed in; raise Unreadable."""
    with _reader() as reader:
        return reader.signed(data, trust=trust_of(settings), limits=_limits(settings))


def extract_apart(data: bytes, *, name: str, settings: Settings) -> bytes:
    """Return the JSON inside a document, read apart; raise Unreadable, naming the file."""
    with _reader() as reader:
        return reader.extract(data, name=name, limits=_limits(settings))


_IDLE: Final[list[tuple[int, Reader]]] = []
"""Readers that wait, each with the process it belongs to: one forked from another must start its own."""
_MOST_IDLE: Final = 2


@contextmanager
def _reader() -> Iterator[Reader]:
    """Lend a reader to this thread alone, so that a slow file holds nobody else up."""
    own = os.getpid()
    owner, reader = _IDLE.pop() if _IDLE else (own, Reader())
    if owner != own:
        _IDLE.clear()
        reader = Reader()
    try:
        yield reader
    finally:
        if len(_IDLE) < _MOST_IDLE:
            _IDLE.append((own, reader))
        else:
            reader.close()


@atexit.register
def _close_idle() -> None:
    while _IDLE:
        owner, reader = _IDLE.pop()
        if owner == os.getpid():
            reader.close()


def _limits(settings: Settings) -> Limits:
    return Limits(file_bytes=settings.upload_limit)


def _started() -> subprocess.Popen[bytes]:
    """Start a reading process; nothing it or a library says reaches a log: it could name what it read."""
    return subprocess.Popen(  # noqa: S603  our own interpreter and a constant
        [sys.executable, "-P", "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
    )


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    return process.stdin, process.stdout


def _exactly(answers: IO[bytes], size: int) -> bytes:
    found = answers.read(size)
    if len(found) != size:
        raise EOFError
    return found


def _pickled(question: Question) -> bytes:
    """Return a question as bytes; certificates go as DER, since they cannot be pickled themselves."""
    out = io.BytesIO()
    pickler = pickle.Pickler(out)
    pickler.dispatch_table = copyreg.dispatch_table | {
        x509.Certificate: lambda one: (certificate, (one.public_bytes(Encoding.DER),)),
        x509.CertificateRevocationList: lambda one: (revocations, (one.public_bytes(Encoding.DER),)),
    }
    pickler.dump(question)
    return out.getvalue()


def _built(kind: Any, told: Any) -> Any:
    """Return plain data as what a type says it is; raise TypeError or ValueError where it is not that."""
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{one.name: _built(hints[one.name], told[one.name]) for one in fields(kind)})
    if origin in (typing.Union, types.UnionType):
        return None if told is None else _built(next(one for one in inside if one is not type(None)), told)
    if origin is tuple:
        return tuple(_built(inside[0], one) for one in told)
    plain = origin if isinstance(origin, type) else kind
    if isinstance(plain, type) and issubclass(plain, Enum):
        return plain(told)
    if isinstance(plain, type) and not isinstance(told, plain):
        raise TypeError(f"{type(told).__name__} for {plain.__name__}")
    return told


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
