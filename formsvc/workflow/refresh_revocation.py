"""Collect CRLs and OCSP responses, so that the verifier, which fetches nothing, knows what was revoked.

Asked about are our own certificates, the trusted ones, and those that were seen in documents and clocks'
time stamps. Only addresses in certificates that lead to a trusted one are followed: http and https, no
redirects, with limits of size and time. What comes back is kept only when its issuer signed it.
"""

from __future__ import annotations

import base64
import hashlib
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException, HTTPResponse
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from formsvc import clock
from formsvc.errors import SettingsInvalid
from formsvc.seals.certificates import is_demonstration
from formsvc.seals.keys import fingerprint
from formsvc.seals.revocation import Held, Kind, addresses, ocsp_request, read, standing
from formsvc.seals.verify import Trust, Verification
from formsvc.seals.verify.paths import Path, find_path
from formsvc.seals.verify.trust import seal_anchors
from formsvc.settings import Settings
from formsvc.store import jobs
from formsvc.store.files import replace_private, write_private
from formsvc.store.jobs import Job
from formsvc.store.session import Store
from formsvc.workflow.trust import held, own_chains, revocation_folder, trust_of

REFRESH: Final = "revocation"
EVERY_HOURS: Final = 6
MOST_BYTES: Final[Mapping[Kind, int]] = {"crl": 5_000_000, "ocsp": 100_000}
ONE_SECONDS: Final = 10.0
ALL_SECONDS: Final = 90.0
"""How long all of it may take; what is left is asked next time. Less than the lease of a job."""
_UNREACHABLE: Final = (OSError, ValueError, HTTPException)
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_SEEN: Final = 5000
_MOST_CERTIFICATES: Final = 10


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A certificate whose revocation is asked about, and its issuer."""

    certificate: x509.Certificate
    issuer: x509.Certificate


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of asking at one address; `code` is kept, unreachable, refused or not_accepted."""

    address: str
    kind: Kind
    code: str


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """What came of a refresh; `left` counts what was not asked any more for want of time."""

    answers: tuple[Answer, ...]
    left: int

    @property
    def words(self) -> str:
        """Return it in one line, for a job and a person."""
        kept = sum(one.code == "kept" for one in self.answers)
        told = f"asked {len(self.answers)}, kept {kept}"
        return f"{told}, left {self.left}" if self.left else told


def enqueue_refresh(store: Store, *, settings: Settings) -> None:
    """Enqueue the refresh of this quarter of the day, once, where there is anybody to ask."""
    try:
        pairs = list(_pairs(settings, trust_of(settings)))
    except SettingsInvalid:  # every document that is made says so; the worker goes on
        return
    if not any(addresses(pair.certificate) for pair in pairs):
        return
    with store.write() as tx:
        part = f"{tx.at:%Y-%m-%d}.{tx.at.hour // EVERY_HOURS}"
        jobs.enqueue(tx, kind=REFRESH, key=f"{REFRESH}:{part}", payload={})


def do_refresh(store: Store, job: Job, *, settings: Settings) -> None:
    """Do the refresh that a job asks for, and finish."""
    outcome = refresh_revocation(settings).words
    with store.write() as tx:
        jobs.finish(tx, job, outcome=outcome)


def refresh_revocation(settings: Settings) -> Refreshed:
    """Ask about every certificate that matters here, the least known first; keep what is authentic."""
    trust = trust_of(settings)
    now = clock.now()
    pairs = sorted(_pairs(settings, trust), key=lambda pair: _known_until(pair, trust, now))
    asking = _Asking(until=time.monotonic() + ALL_SECONDS)
    answers: dict[tuple[str, bytes], Answer] = {}
    left = 0
    for pair in pairs:
        if now > pair.certificate.not_valid_after_utc:
            continue
        for kind, address in addresses(pair.certificate):
            if time.monotonic() > asking.until:
                left += 1
                continue
            question = ocsp_request(pair.certificate, issuer=pair.issuer) if kind == "ocsp" else b""
            code = _ask(settings, asking, pair, kind=kind, address=address, question=question, now=now)
            answers[address, question] = Answer(address=address, kind=kind, code=code)
    _drop_replaced(settings, pairs)
    return Refreshed(answers=tuple(answers.values()), left=left)


def remember_seen(settings: Settings, found: Verification) -> None:
    """Keep the certificates of a file's signers and clocks that are trusted here, to ask about them later.

    They come from the process that read the file: nothing is believed but what leads to a trusted one.
    """
    told = [one.detail.get("certificates") for each in found.signatures for one in (each.signer, each.time)]
    for chain in filter(None, told):
        with suppress(ValueError, TypeError, x509.InvalidVersion):
            _remember(settings, [base64.b64decode(one, validate=True) for one in chain[:_MOST_CERTIFICATES]])


def _remember(settings: Settings, chain: Sequence[bytes]) -> None:
    folder = revocation_folder(settings) / "seen"
    file = folder / f"{hashlib.sha256(chain[0]).hexdigest()}.pem"
    if file.exists() or len(chain) < 2 or sum(1 for _ in folder.glob("*.pem")) >= _MOST_SEEN:
        return
    trusted = _trusted_chain(chain, trust_of(settings))
    if trusted:
        with suppress(FileExistsError):
            write_private(file, b"".join(one.public_bytes(Encoding.PEM) for one in trusted))


def _trusted_chain(chain: Sequence[bytes], trust: Trust) -> tuple[x509.Certificate, ...]:
    """Return a chain (DER, leaf first) as it leads to a certificate that is trusted here; else nothing."""
    leaf = x509.load_der_x509_certificate(chain[0])
    moment = min(max(clock.now(), leaf.not_valid_before_utc), leaf.not_valid_after_utc)
    clocks = tuple(one.public_bytes(Encoding.DER) for one in trust.clocks)
    for anchors in (seal_anchors(trust, chain[0]), clocks):
        path = find_path(chain[0], others=chain[1:], anchors=anchors, moment=moment)
        if isinstance(path, Path):
            return tuple(x509.load_der_x509_certificate(one) for one in path.certificates)
    return ()


def _pairs(settings: Settings, trust: Trust) -> Iterator[Pair]:
    """Give every certificate that matters here with its issuer, once."""
    chains = [chain for chain in own_chains(settings) if not is_demonstration(chain[0])]
    for file in sorted((revocation_folder(settings) / "seen").glob("*.pem")):
        kept = x509.load_pem_x509_certificates(file.read_bytes())
        chains.append(_trusted_chain([one.public_bytes(Encoding.DER) for one in kept], trust))
    trusted = (*trust.roots, *trust.clocks)
    chains += [(one, issuer) for one in trusted for issuer in trusted if one is not issuer]
    done: set[str] = set()
    for chain in chains:
        for one, issuer in zip(chain, chain[1:], strict=False):  # noqa: RUF007  the last has no issuer here
            if fingerprint(one) not in done and _issued(issuer, one):
                done.add(fingerprint(one))
                yield Pair(certificate=one, issuer=issuer)


def _known_until(pair: Pair, trust: Trust, now: datetime) -> datetime:
    found = standing(pair.certificate, issuer=pair.issuer, held=trust.held, now=now)
    return found.as_of or _NEVER


def _issued(issuer: x509.Certificate, child: x509.Certificate) -> bool:
    try:
        child.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _ask(
    settings: Settings,
    asking: _Asking,
    pair: Pair,
    *,
    kind: Kind,
    address: str,
    question: bytes,
    now: datetime,
) -> str:
    """Return what came of asking at one address; what is accepted is kept."""
    try:
        answer = asking.at(address, kind=kind, question=question)
    except _Refused:
        return "refused"
    except _UNREACHABLE:
        return "unreachable"
    piece = Held(issuer=fingerprint(pair.issuer), kind=kind, der=answer)
    told = read(piece, certificate=pair.certificate, issuer=pair.issuer)
    if told is None or told.ends < now:
        return "not_accepted"
    name = f"{piece.issuer}-{hashlib.sha256(answer).hexdigest()[:16]}.{kind}"
    replace_private(revocation_folder(settings) / name, answer)
    return "kept"


def _drop_replaced(settings: Settings, pairs: Sequence[Pair]) -> None:
    """Delete every piece that says nothing a newer one does not say.

    A list from before a certificate's end, or that tells a revocation, is not replaced by a silent one.
    """
    said: set[tuple[object, ...]] = set()
    pieces = []
    for piece in held(settings):
        told = [(pair, read(piece, certificate=pair.certificate, issuer=pair.issuer)) for pair in pairs]
        pieces.append((piece, [(pair, one) for pair, one in told if one is not None]))
    pieces.sort(key=lambda one: max((told.begins for _, told in one[1]), default=_NEVER), reverse=True)
    for piece, told_of in pieces:
        says = {
            (
                fingerprint(pair.certificate),
                piece.kind,
                told.revoked.reason if told.revoked else None,
                told.whole,
                told.begins > pair.certificate.not_valid_after_utc,
            )
            for pair, told in told_of
        }
        if says <= said:
            name = f"{piece.issuer}-{hashlib.sha256(piece.der).hexdigest()[:16]}.{piece.kind}"
            (revocation_folder(settings) / name).unlink(missing_ok=True)
        said |= says


class _Refused(Exception):
    """An address that is not followed, or an answer that is too large or too slow."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing: the address in the certificate is the only one that was vouched for."""
        return


class _Asking:
    """One round of asking; the same list is fetched once."""

    def __init__(self, *, until: float) -> None:
        self.until = until
        self._opener = urllib.request.build_opener(_NoRedirects)
        self._known: dict[tuple[str, bytes], bytes | Exception] = {}

    def at(self, address: str, *, kind: Kind, question: bytes) -> bytes:
        """Return the answer of an address; raise _Refused, or what says that it was not to be had."""
        known = self._known.get((address, question))
        if known is None:
            try:
                known = self._fetch(address, kind=kind, question=question)
            except (*_UNREACHABLE, _Refused) as error:
                known = error
            self._known[address, question] = known
        if isinstance(known, Exception):
            raise known
        return known

    def _fetch(self, address: str, *, kind: Kind, question: bytes) -> bytes:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise _Refused
        request = urllib.request.Request(  # noqa: S310  the scheme was just looked at
            address,
            data=question or None,
            headers={"Content-Type": "application/ocsp-request"} if question else {},
        )
        until = min(self.until, time.monotonic() + ONE_SECONDS)
        out = bytearray()
        with self._opened(request) as answer:
            while piece := answer.read1(1 << 16):
                out += piece
                if len(out) > MOST_BYTES[kind] or time.monotonic() > until:
                    raise _Refused
        return bytes(out)

    def _opened(self, request: urllib.request.Request) -> HTTPResponse:
        try:
            answer: HTTPResponse = self._opener.open(request, timeout=ONE_SECONDS)
        except HTTPError as error:
            error.close()
            raise ConnectionRefusedError(error.code) from None
        return answer
