"""Ask a time-stamping authority (RFC 3161 over HTTP) for a token, and believe none before it was checked.

What is sent is a digest and a random number: the authority learns nothing of a document. Its answer must
carry that digest and that number, be signed by a certificate for time stamps that it brings along, and name
a time near ours. Redirects are not followed. No error holds the authority's address or what it sent.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import ssl
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Final
from urllib.parse import unquote, urlsplit

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509

from formsvc import clock
from formsvc.errors import StampUnavailable
from formsvc.seals.tokens import canonical_token, is_named
from formsvc.seals.verify.timestamps import read_stamp
from formsvc.seals.verify.trust import Trust

SECONDS: Final = 10.0
"""How long one answer may take, from the first byte to the last."""
MOST_BYTES: Final = 128 * 1024
CLOCKS_APART: Final = timedelta(hours=1)
"""How far the authority's time may lie from ours before one of the two clocks must be wrong."""
DEFAULT_ROOM: Final = 16 * 1024
"""The room left for a token, in bytes, while none of the authority's was seen."""
_SPARE: Final = 1024


@dataclass(frozen=True, kw_only=True)
class Stamped:
    """A checked token (DER) and the moment it names."""

    token: bytes = field(repr=False)
    at: datetime


class Authority:
    """A time-stamping authority, as one process knows it: how to ask it, and how large its tokens are."""

    def __init__(self, url: str, *, password: str = "") -> None:
        """Take the address; a user's name in it is sent with `password`, as HTTP Basic."""
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._basic = ""
        if parts.username:
            told = f"{unquote(parts.username)}:{password}".encode()
            self._basic = base64.b64encode(told).decode("ascii")
        self._largest = 0
        self._asked = False

    def __repr__(self) -> str:
        """Name the authority without its address: credentials may be part of it."""
        return "Authority()"

    def room(self) -> int:
        """Return how many bytes to leave for a token: as large as those seen, a quarter and 1 KB more.

        Before any was seen, one is asked for; where that fails, DEFAULT_ROOM is left.
        """
        if not self._largest and not self._asked:
            self._asked = True
            try:
                self.stamp(clock.random_bytes(32))
            except StampUnavailable:
                return DEFAULT_ROOM
        return self._largest + self._largest // 4 + _SPARE if self._largest else DEFAULT_ROOM

    def stamp(self, value: bytes) -> Stamped:
        """Return a checked token over `value`; raise StampUnavailable."""
        nonce = int.from_bytes(clock.random_bytes(8), "big") >> 1
        imprint = {
            "hash_algorithm": {"algorithm": "sha256"},
            "hashed_message": hashlib.sha256(value).digest(),
        }
        request = tsp.TimeStampReq(
            {"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True}
        )
        made = _checked(self._ask(request.dump()), nonce=nonce, value=value)
        self._largest = max(self._largest, len(made.token))
        return made

    def _ask(self, request: bytes) -> bytes:
        headers = {
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
            "User-Agent": "formsvc",
        }
        if self._basic:
            headers["Authorization"] = f"Basic {self._basic}"
        connection = self._connection()
        until = time.monotonic() + SECONDS
        try:
            connection.request("POST", self._path, body=request, headers=headers)
            with connection.getresponse() as answer:
                if answer.status != http.client.OK:
                    raise StampUnavailable(f"the authority answered with status {answer.status}")
                kind = (answer.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
                if kind != "application/timestamp-reply":
                    raise StampUnavailable("the authority's answer is not a time-stamp reply")
                return _body(answer, until=until)
        except TimeoutError:
            raise StampUnavailable("the authority did not answer in time") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise StampUnavailable(f"the authority cannot be reached ({type(error).__name__})") from None
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=SECONDS, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=SECONDS)


def _body(answer: http.client.HTTPResponse, *, until: float) -> bytes:
    data = bytearray()
    while piece := answer.read1(8192):
        data += piece
        if len(data) > MOST_BYTES:
            raise StampUnavailable("the authority's answer is too large")
        if time.monotonic() > until:
            raise TimeoutError
    return bytes(data)


class _Reply(core.Sequence):  # type: ignore[misc]
    """A TimeStampResp (RFC 3161, 2.4.2) as it is: without a token where there is none."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def _checked(reply: bytes, *, nonce: int, value: bytes) -> Stamped:
    """Return the token of a reply that answers our question and nothing else; raise StampUnavailable."""
    try:
        answer = _Reply.load(reply, strict=True)
        status = str(answer["status"]["status"].native)
        if status not in ("granted", "granted_with_mods"):
            raise StampUnavailable(f"the authority refused ({status})")
        token = canonical_token(answer["time_stamp_token"].dump())
        info = cms.ContentInfo.load(token, strict=True)
        told = info["content"]["encap_content_info"]["content"].parsed
        imprint = told["message_imprint"]
        same = (
            info["content_type"].native == "signed_data"
            and info["content"]["encap_content_info"]["content_type"].native == "tst_info"
            and len(info["content"]["signer_infos"]) == 1
            and told["nonce"].native == nonce
            and imprint["hash_algorithm"]["algorithm"].native == "sha256"
            and imprint["hashed_message"].native == hashlib.sha256(value).digest()
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        raise StampUnavailable("the authority's answer cannot be read") from None
    if not same:
        raise StampUnavailable("the authority's answer is to another question")
    stamp = read_stamp(token, stamped=value, trust=Trust())
    if not stamp.holds or stamp.at is None or not _by_a_clock(info["content"]):
        raise StampUnavailable("the authority's answer is not signed as a time stamp must be")
    if abs(stamp.at - clock.now()) > CLOCKS_APART:
        raise StampUnavailable("the authority's clock and ours are more than an hour apart")
    return Stamped(token=token, at=stamp.at)


def _by_a_clock(signed: cms.SignedData) -> bool:
    """Say whether the certificate that signed is in the token and is for time stamps (RFC 3161, 2.3)."""
    sid = signed["signer_infos"][0]["sid"]
    for choice in signed["certificates"]:
        one = choice.chosen
        if isinstance(one, asn1_x509.Certificate) and is_named(one, sid):
            usage = one.extended_key_usage_value
            return usage is not None and usage.native == ["time_stamping"]
    return False
