"""Asking a real time-stamping authority: what it says is checked before anybody believes it."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import algos, cms, tsp

from formsvc import clock
from formsvc.errors import StampUnavailable
from formsvc.seals import stamping
from formsvc.seals.cms import der
from formsvc.seals.stamping import DEFAULT_ROOM, Authority
from tests import authority as loopback

AT = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)
TSA = "/clock/tsa/tsa"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[loopback.Authority]:
    """Return a running authority."""
    with loopback.an_authority(tmp_path_factory.mktemp("authority")) as made:
        yield made


@pytest.fixture
def real(running: loopback.Authority) -> Iterator[loopback.Authority]:
    """Return the authority, up and keeping to the held clock."""
    running.instead.clear()
    running.hold(AT)
    running.start()
    with clock.held(AT):
        yield running


def answering(body: bytes, *, kind: str = "application/timestamp-reply", status: str = "200 OK") -> Any:
    """Return what answers every question with the same bytes."""

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    return application


def changing(real: loopback.Authority, change: Callable[[tsp.TimeStampResp], bytes]) -> Any:
    """Return what passes questions on to the authority and changes its answers."""

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        assert real._application is not None
        told: list[Any] = []
        data = b"".join(real._application(environ, lambda *head: told.append(head)))
        changed = change(tsp.TimeStampResp.load(data))
        start(
            "200 OK", [("Content-Type", "application/timestamp-reply"), ("Content-Length", str(len(changed)))]
        )
        return [changed]

    return application


def test_a_token_is_checked_and_its_size_remembered(real: loopback.Authority) -> None:
    """It carries its certificates, names the moment, and the room left from then on is taken from it."""
    asked = Authority(real.tsa_url)
    made = asked.stamp(b"a signature value")
    assert made.at == AT
    names = [
        one.chosen.subject.human_friendly
        for one in cms.ContentInfo.load(made.token)["content"]["certificates"]
    ]
    assert len(names) == 2
    assert len(made.token) < asked.room() < 2 * len(made.token) + 2048
    before = len(real.asked)
    asked.room()
    assert len(real.asked) == before


def test_room_is_measured_before_the_first_stamp(real: loopback.Authority) -> None:
    """The first document in a process asks once how large a token is; one that is down is not asked again."""
    before = len(real.asked)
    assert Authority(real.tsa_url).room() < DEFAULT_ROOM
    assert len(real.asked) == before + 1
    real.stop()
    asked = Authority(real.tsa_url)
    assert asked.room() == DEFAULT_ROOM
    real.start()
    assert asked.room() == DEFAULT_ROOM
    assert len(real.asked) == before + 1
    asked.stamp(b"x")
    assert asked.room() < DEFAULT_ROOM


def test_nothing_but_a_digest_is_sent(real: loopback.Authority) -> None:
    """The authority learns a SHA-256 and a random number, each time another one."""
    seen: list[bytes] = []

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        seen.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        start("503 Down", [])
        return []

    real.instead[TSA] = application
    for _ in range(2):
        with pytest.raises(StampUnavailable):
            Authority(real.tsa_url).stamp(b"secret value")
    one, other = (tsp.TimeStampReq.load(body) for body in seen)
    assert b"secret" not in seen[0]
    assert one["message_imprint"].dump() == other["message_imprint"].dump()
    assert one["nonce"].native != other["nonce"].native
    assert one["cert_req"].native is True


def _status(word: str) -> bytes:
    """Return a reply that is a status and no token."""
    return der(0x30, tsp.PKIStatusInfo({"status": word}).dump())


@pytest.mark.parametrize(
    ("application", "why"),
    [
        (answering(b"", status="500 Broken"), "status 500"),
        (answering(b"", status="302 Found"), "status 302"),
        (answering(b"<html>", kind="text/html"), "not a time-stamp reply"),
        (answering(b"<html>"), "cannot be read"),
        (answering(b""), "cannot be read"),
        (answering(bytes(stamping.MOST_BYTES + 1)), "too large"),
        (answering(_status("rejection")), "refused (rejection)"),
        (answering(_status("granted")), "cannot be read"),
    ],
)
def test_an_answer_that_is_no_token_is_refused(real: loopback.Authority, application: Any, why: str) -> None:
    """Whatever else comes back is named in our own words and used for nothing."""
    real.instead[TSA] = application
    with pytest.raises(StampUnavailable) as caught:
        Authority(real.tsa_url).stamp(b"value")
    assert why in caught.value.detail


def test_a_redirect_is_not_followed(real: loopback.Authority) -> None:
    """An answer that points elsewhere is an answer that is none."""

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("307 Elsewhere", [("Location", real.tsa_url), ("Content-Length", "0")])
        return []

    real.instead["/moved"] = application
    before = len(real.asked)
    with pytest.raises(StampUnavailable):
        Authority(f"{real.url}/moved").stamp(b"value")
    assert real.asked[before:] == ["/moved"]


def test_an_answer_to_another_question_is_refused(real: loopback.Authority) -> None:
    """A token over other bytes, or one given before (another nonce), is not ours."""
    kept: list[bytes] = []

    def keep(answer: tsp.TimeStampResp) -> bytes:
        kept.append(answer.dump())
        return kept[0]

    real.instead[TSA] = changing(real, keep)
    asked = Authority(real.tsa_url)
    asked.stamp(b"value")
    for value in (b"value", b"another"):
        with pytest.raises(StampUnavailable, match="another question"):
            asked.stamp(value)


def _spoilt(answer: tsp.TimeStampResp) -> bytes:
    data: bytes = answer.dump()
    return data[:-4] + bytes((data[-4] ^ 1,)) + data[-3:]


def _without_certificates(answer: tsp.TimeStampResp) -> bytes:
    token = answer["time_stamp_token"]
    token["content"]["certificates"] = cms.CertificateSet([])
    dumped: bytes = tsp.TimeStampResp(
        {"status": answer["status"], "time_stamp_token": cms.ContentInfo.load(token.dump(force=True))}
    ).dump(force=True)
    return dumped


@pytest.mark.parametrize("change", [_spoilt, _without_certificates])
def test_a_token_that_is_not_properly_signed_is_refused(
    real: loopback.Authority, change: Callable[[tsp.TimeStampResp], bytes]
) -> None:
    """A damaged signature and a missing certificate are found out before the token is used."""
    real.instead[TSA] = changing(real, change)
    with pytest.raises(StampUnavailable):
        Authority(real.tsa_url).stamp(b"value")


@pytest.mark.parametrize("apart", [timedelta(hours=2), -timedelta(hours=2)])
def test_a_clock_that_is_far_from_ours_is_refused(real: loopback.Authority, apart: timedelta) -> None:
    """One of two clocks that are more than an hour apart is wrong: somebody has to look."""
    real.hold(AT + apart)
    with pytest.raises(StampUnavailable, match="clock"):
        Authority(real.tsa_url).stamp(b"value")


def test_a_name_and_password_are_sent_and_shown_nowhere(real: loopback.Authority) -> None:
    """They go into the header alone: not into the address asked for, an error, or a description."""
    seen: list[str] = []

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        seen.append(environ["HTTP_AUTHORIZATION"])
        start("401 No", [("Content-Length", "0")])
        return []

    real.instead[TSA] = application
    asked = Authority(real.tsa_url.replace("//", "//name%40org@"), password="pass:wörd")
    with pytest.raises(StampUnavailable) as caught:
        asked.stamp(b"value")
    assert base64.b64decode(seen[0].removeprefix("Basic ")).decode() == "name@org:pass:wörd"
    shown = f"{caught.value!r} {asked!r} {caught.value.__cause__!r}"
    for secret in ("wörd", "name", "127.0.0.1", seen[0]):
        assert secret not in shown


def test_an_authority_that_says_nothing_is_given_up(
    real: loopback.Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither silence nor one byte at a time holds a worker for longer than the limit."""
    monkeypatch.setattr(stamping, "SECONDS", 0.2)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(StampUnavailable, match="in time"):
            Authority(f"http://127.0.0.1:{port}/").stamp(b"value")
        stop = threading.Event()
        drip = threading.Thread(target=_drip, args=(silent, stop))
        drip.start()
        with pytest.raises(StampUnavailable, match="in time"):
            Authority(f"http://127.0.0.1:{port}/").stamp(b"value")
        stop.set()
        drip.join()


def _drip(server: socket.socket, stop: threading.Event) -> None:
    """Answer with headers at once and then with a byte now and then."""
    server.accept()[0].close()  # the one that gave up
    connection, _ = server.accept()
    with closing(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n\r\n")
        try:
            while not stop.wait(0.02):
                connection.sendall(b"0")
        except OSError:
            return


def test_a_clock_whose_certificate_is_for_something_else_is_refused(real: loopback.Authority) -> None:
    """A reply signed by a certificate that is not for time stamps is none."""
    token = cms.ContentInfo.load(Authority(real.tsa_url).stamp(b"value").token)
    signed = token["content"]
    assert stamping._by_a_clock(signed)
    signed["certificates"] = cms.CertificateSet(
        [one for one in signed["certificates"] if "root" in one.chosen.subject.human_friendly]
    )
    assert not stamping._by_a_clock(signed)
    assert isinstance(signed["digest_algorithms"][0], algos.DigestAlgorithm)
