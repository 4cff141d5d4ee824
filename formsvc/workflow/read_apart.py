"""The process that reads files nobody vouches for: it has no key, no database and no settings.

It is started once with everything imported, and forks for each file a process that is confined, answers
and ends: what one file did to its reader cannot reach the next. `verify_apart` is its other half.

A question is `size of header, size of data, header, data`; an answer `outcome, size, answer`.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import select
import signal
import struct
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from time import monotonic
from typing import Final, NoReturn

from cryptography import x509

from formsvc import clock
from formsvc.errors import Unreadable
from formsvc.seals.verify import Definitions, Limits, Trust, extract, verify
from formsvc.seals.verify.uploads import refuse_unless_calm, signed_in
from formsvc.workflow.confined import Share, confine

QUESTION: Final = struct.Struct("<IQ")
ANSWER: Final = struct.Struct("<cQ")
TOLD, REFUSED, TOO_LONG, TOO_MUCH, DIED = b"t", b"r", b"l", b"m", b"d"
"""Outcomes: an answer; a reason why there is none; out of time; out of memory; ended otherwise."""

_MOST_ANSWER: Final = 64_000_000
_PIECE: Final = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Question:
    """What to do with a file, and as of when; `trust` is None where only its data is wanted.

    `definitions` finds the definition that the data names. `handed_in` asks whether a file may be carried,
    and who signed it.
    """

    name: str
    trust: Trust | None
    limits: Limits
    share: Share
    at: datetime
    definitions: Definitions | None = None
    handed_in: bool = False


def certificate(der: bytes) -> x509.Certificate:
    """Return a certificate that a question carries."""
    return x509.load_der_x509_certificate(der)


def revocations(der: bytes) -> x509.CertificateRevocationList:
    """Return a list of revoked certificates that a question carries."""
    return x509.load_der_x509_crl(der)


def serve() -> None:
    """Answer questions from standard input on standard output until there are no more."""
    gc.freeze()
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := asked.read(QUESTION.size):
        header_size, data_size = QUESTION.unpack(head)
        question = pickle.loads(asked.read(header_size))  # noqa: S301  by the process that started this one
        outcome, answer = _apart(question, asked.read(data_size))
        answers.write(ANSWER.pack(outcome, len(answer)) + answer)
        answers.flush()


def _apart(question: Question, data: bytes) -> tuple[bytes, bytes]:
    """Return the outcome and the answer of a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer_and_end(question, data, writing)
    os.close(writing)
    received = _received(reading, until=monotonic() + question.share.seconds)
    os.close(reading)
    os.kill(child, signal.SIGKILL)  # nothing to one that ended; it is not waited for yet, so it is still ours
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if received is None or ended == -signal.SIGXCPU:
        return TOO_LONG, b""
    if received[:1] in (TOLD, REFUSED, TOO_MUCH):
        return received[:1], received[1:]
    return (TOO_MUCH if ended == -signal.SIGKILL else DIED), b""


def _received(reading: int, *, until: float) -> bytes | None:
    """Return all that is written to a pipe before it is closed, or None where time runs out."""
    pieces: list[bytes] = []
    size = 0
    ready = select.poll()
    ready.register(reading, select.POLLIN)
    while ready.poll(max(0.0, until - monotonic()) * 1000):
        piece = os.read(reading, _PIECE)
        size += len(piece)
        if not piece or size > _MOST_ANSWER:
            return b"".join(pieces)
        pieces.append(piece)
    return None


def _answer_and_end(question: Question, data: bytes, writing: int) -> NoReturn:
    """Read the file, confined; write the outcome and the answer; end without a trace."""
    try:
        os.close(0)
        os.close(1)
        confine(question.share)
        try:
            answer = _answer(question, data)
        except MemoryError:
            answer = TOO_MUCH
        view = memoryview(answer)
        while view:
            view = view[os.write(writing, view) :]
        os._exit(0)
    finally:
        os._exit(1)


def _answer(question: Question, data: bytes) -> bytes:
    with clock.held(question.at):
        if question.trust is None:
            try:
                return TOLD + extract(data, limits=question.limits)
            except Unreadable as error:
                return REFUSED + error.detail.encode()
        if question.handed_in:
            return _handed_in(question, data, trust=question.trust)
        found = verify(
            data,
            name=question.name,
            trust=question.trust,
            limits=question.limits,
            definitions=question.definitions,
        )
    return TOLD + json.dumps(asdict(found)).encode()


def _handed_in(question: Question, data: bytes, *, trust: Trust) -> bytes:
    try:
        refuse_unless_calm(data, limits=question.limits)
        found = verify(data, name=question.name, trust=trust, limits=question.limits)
        return TOLD + json.dumps(signed_in(data, found).to_data()).encode()
    except Unreadable as error:
        return REFUSED + error.detail.encode()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  whatever a hostile file makes a parser raise, it is not taken
        return REFUSED + b"something in it is built in a way that is not understood"
