"""Revocation is collected from real authorities and honoured: what was revoked when, and what was proven."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from formsvc import clock
from formsvc.seals import stamping
from formsvc.seals.certificates import new_key
from formsvc.seals.keys import SealKey, fingerprint, read_pkcs12
from formsvc.seals.opc import docx_to_stamp, raise_docx
from formsvc.seals.pades import contents_bytes, pdf_to_stamp, raise_pdf, seal_pdf
from formsvc.seals.verify import Verification
from formsvc.settings import Settings, load
from formsvc.store import jobs
from formsvc.store.session import open_store
from formsvc.workflow.change_trust import distrust
from formsvc.workflow.refresh_revocation import MOST_BYTES, REFRESH, refresh_revocation
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.set_up import set_up
from formsvc.workflow.trust import CLOCKS, held, own_key
from formsvc.workflow.verify_apart import verify_apart
from formsvc.workflow.watch_key import key_notice
from tests.authority import CLOCK, REVOKED_SINCE, Application, Authority, an_authority
from tests.unit.seals.small import AT, a_view, sealed_docx, sealed_pdf, unsealed_pdf

HOUR = timedelta(hours=1)
SEALERS: dict[str, Callable[..., bytes]] = {"pdf": sealed_pdf, "docx": sealed_docx}
LEAVES = "/council/crls/leaves/latest.crl"
AUTHORITIES = "/council/crls/authorities/latest.crl"
OCSP = "/council/ocsp/ocsp"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """Return the council's authority and the clock, for every test here."""
    with an_authority(tmp_path_factory.mktemp("authority")) as running:
        yield running


@pytest.fixture
def here(tmp_path: Path, authority: Authority) -> Settings:
    """Return an installation that trusts the council's root and the clock."""
    settings = load({"FORMSVC_INSTANCE": str(tmp_path)})
    (settings.trust_roots / CLOCKS).mkdir(parents=True)
    (settings.trust_roots / "council.pem").write_bytes(authority.council_root.public_bytes(Encoding.PEM))
    (settings.trust_roots / CLOCKS / "clock.pem").write_bytes(authority.stamp_root.public_bytes(Encoding.PEM))
    authority.hold(AT)
    authority.instead.clear()
    authority.asked.clear()
    authority.start()
    return settings


def seen(settings: Settings, data: bytes, *, at: datetime = AT) -> Verification:
    """Return the verdicts on a file as the page and the command give them at a moment."""
    with clock.held(at):
        return verify_apart(data, name="file", settings=settings)


def asked(settings: Settings, authority: Authority, *, at: datetime = AT) -> set[str]:
    """Ask the authorities at a moment; return what came of it, each outcome once."""
    authority.hold(at)
    with clock.held(at):
        return {one.code for one in refresh_revocation(settings).answers}


def stamped(kind: str, by: SealKey, authority: Authority, *, at: datetime = AT) -> bytes:
    """Return a small document sealed at AT and time-stamped at a moment."""
    room = contents_bytes(by, reserve=8192)
    sealed = seal_pdf(unsealed_pdf(a_view(), room=room), by, at=AT) if kind == "pdf" else sealed_docx(by=by)
    to_stamp, put = (pdf_to_stamp, raise_pdf) if kind == "pdf" else (docx_to_stamp, raise_docx)
    authority.hold(at)
    with clock.held(at):
        return put(sealed, stamping.Authority(authority.tsa_url).stamp(to_stamp(sealed)).token)


def missing(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer that there is nothing."""
    start("404 Not Found", [("Content-Length", "0")])
    return []


# ---------------------------------------------------------------- what is known


def test_not_known_until_somebody_asked(here: Settings, authority: Authority) -> None:
    """Before anybody asked the verdict stays good and says that it is not known; then, as of when it is."""
    pdf = sealed_pdf(by=read_pkcs12(authority.key("good")))
    before = seen(here, pdf)
    assert before.genuine, before.to_json()
    assert before.signer.detail["revocation_words"] == "Whether it was revoked is not known here."
    assert asked(here, authority) == {"kept"}
    after = seen(here, pdf)
    assert (after.genuine, after.signer.code, after.signer.detail["revocation"]) == (True, "trusted", "good")
    assert after.signer.detail["revocation_as_of"] == "2026-11-22 18:00 UTC"


def test_verifying_opens_no_connection(here: Settings, authority: Authority) -> None:
    """However many addresses a file names, checking it asks nobody."""
    seen(here, sealed_pdf(by=read_pkcs12(authority.key("good"))))
    assert authority.asked == []


@pytest.mark.parametrize("kind", SEALERS)
@pytest.mark.parametrize("silent", [LEAVES, OCSP])
def test_revoked_is_bad_by_list_and_by_responder(
    here: Settings, authority: Authority, kind: str, silent: str
) -> None:
    """A seal whose certificate was revoked is not accepted, whichever of the two told it."""
    data = SEALERS[kind](by=read_pkcs12(authority.key("revoked")))
    assert seen(here, data).signer.detail["revocation"] == "not_known"
    authority.instead[silent] = missing
    assert asked(here, authority) == {"kept", "unreachable"}
    found = seen(here, data)
    assert (found.signer.code, found.genuine, found.integrity.code) == ("revoked", False, "intact")
    assert found.signer.detail["revoked_on"] == f"{REVOKED_SINCE:%Y-%m-%d %H:%M} UTC"
    assert found.signer.detail["reason"] == "cessationOfOperation"


def test_stale_list_is_said_and_its_revocations_stay(here: Settings, authority: Authority) -> None:
    """When nothing newer comes, a good certificate is good as of then, and a revoked one stays revoked."""
    good, revoked = (sealed_pdf(by=read_pkcs12(authority.key(name))) for name in ("good", "revoked"))
    for data in (good, revoked):
        seen(here, data)
    asked(here, authority)
    late = AT + 48 * HOUR
    authority.stop()
    assert asked(here, authority, at=late) == {"unreachable"}
    found = seen(here, good, at=late)
    assert (found.genuine, found.signer.detail["revocation"]) == (True, "stale")
    assert "nothing newer has been fetched" in found.signer.detail["revocation_words"]
    assert seen(here, revoked, at=late).signer.code == "revoked"


def test_trusting_a_certificate_beside_its_authority_hides_no_revocation(
    here: Settings, authority: Authority
) -> None:
    """Whoever puts the whole chain into the trust folder is told of a revocation all the same."""
    by = read_pkcs12(authority.key("revoked"))
    for at, one in enumerate((by.certificate, *by.chain)):
        (here.trust_roots / f"chain{at}.pem").write_bytes(one.public_bytes(Encoding.PEM))
    pdf = sealed_pdf(by=by)
    assert seen(here, pdf).genuine
    asked(here, authority)
    assert seen(here, pdf).signer.code == "revoked"


def test_revoked_authority_takes_its_seals_with_it(here: Settings, authority: Authority) -> None:
    """When the authority between root and seal is revoked, its seals are not accepted."""
    pdf = sealed_pdf(by=read_pkcs12(authority.key("good")))
    seen(here, pdf)
    with authority.revoked("issuer", since=AT - 48 * HOUR, reason="ca_compromise"):
        asked(here, authority)
    assert seen(here, pdf).signer.code == "revoked"


def test_hold_that_was_lifted_is_forgotten(here: Settings, authority: Authority) -> None:
    """A certificate on hold is not accepted; when newer evidence lets it go, it is again."""
    pdf = sealed_pdf(by=read_pkcs12(authority.key("good")))
    seen(here, pdf)
    with authority.revoked("good", since=AT - 2 * HOUR, reason="certificate_hold"):
        asked(here, authority)
    assert seen(here, pdf).signer.code == "revoked"
    asked(here, authority, at=AT + 2 * HOUR)
    assert seen(here, pdf, at=AT + 2 * HOUR).genuine


# ---------------------------------------------------------------- what was proven


@pytest.mark.parametrize("kind", SEALERS)
@pytest.mark.parametrize(
    ("hours", "reason"),
    [(0, "superseded"), (0, None), (0, "key_compromise"), (3, "superseded")],
    ids=["before", "before, no reason", "before, key lost", "after"],
)
def test_time_stamp_decides_over_a_later_revocation(
    here: Settings, authority: Authority, kind: str, hours: int, reason: str | None
) -> None:
    """A seal that a trusted clock saw before the revocation stays good, unless the key was lost."""
    data = stamped(kind, read_pkcs12(authority.key("good")), authority, at=AT + hours * HOUR)
    code = "revoked" if hours or reason == "key_compromise" else "trusted_revoked_since"
    late = AT + 5 * HOUR
    assert seen(here, data, at=late).genuine
    with authority.revoked("good", since=AT + 2 * HOUR, reason=reason):
        asked(here, authority, at=late)
    found = seen(here, data, at=late)
    assert found.signer.code == code
    assert found.genuine is (code != "revoked")


def test_claimed_time_is_no_proof(here: Settings, authority: Authority) -> None:
    """Without a time stamp, or with one by an unknown clock, a revocation counts whenever it was."""
    by = read_pkcs12(authority.key("good"))
    bare, data = sealed_pdf(by=by), stamped("pdf", by, authority)
    (here.trust_roots / CLOCKS / "clock.pem").unlink()
    late = AT + 5 * HOUR
    seen(here, data, at=late)
    with authority.revoked("good", since=AT + 2 * HOUR):
        asked(here, authority, at=late)
    assert {seen(here, one, at=late).signer.code for one in (bare, data)} == {"revoked"}


def test_claim_to_be_younger_than_the_stamp_is_bad(here: Settings, authority: Authority) -> None:
    """A seal cannot have been made hours after a trusted clock had seen it."""
    data = stamped("pdf", read_pkcs12(authority.key("good")), authority, at=AT - 3 * HOUR)
    found = seen(here, data)
    assert (found.time.code, found.genuine) == ("times_disagree", False)


def test_root_for_seals_is_no_clock_and_a_clock_no_signer(here: Settings, authority: Authority) -> None:
    """What is trusted for seals proves no time, and what is trusted for time seals nothing."""
    data = stamped("pdf", read_pkcs12(authority.key("good")), authority)
    assert seen(here, data).time.code == "timestamped"
    one, other = here.trust_roots / "council.pem", here.trust_roots / CLOCKS / "clock.pem"
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)
    found = seen(here, data)
    assert (found.time.code, found.signer.code) == ("timestamped_unknown", "unknown_signer")


@pytest.mark.parametrize(("reason", "proves"), [("key_compromise", False), ("superseded", True)])
def test_clock_that_lost_its_key_proves_nothing(
    here: Settings, authority: Authority, reason: str, *, proves: bool
) -> None:
    """A clock's own word on when it stamped counts after its end, but not after the loss of its key."""
    data = stamped("pdf", read_pkcs12(authority.key("good")), authority)
    late = AT + 5 * HOUR
    seen(here, data, at=late)
    with authority.revoked("clock", since=AT + 2 * HOUR, reason=reason, arch=CLOCK):
        asked(here, authority, at=late)
    assert (seen(here, data, at=late).time.code == "timestamped") is proves


# ---------------------------------------------------------------- other certificates that do not hold


@pytest.mark.parametrize("kind", SEALERS)
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("expired", "expired"),
        ("not-yet-valid", "not_yet_valid"),
        ("wrong-usage", "wrong_usage"),
        ("good", "trusted"),
    ],
)
def test_certificate_that_does_not_hold_has_its_verdict(
    here: Settings, authority: Authority, kind: str, name: str, code: str
) -> None:
    """Expired, not yet valid and meant for something else are told apart, however the seal was forced."""
    by = read_pkcs12(authority.key(name))
    forced = replace(by, not_before=AT - HOUR, not_after=AT + HOUR)
    found = seen(here, SEALERS[kind](by=forced))
    assert (found.signer.code, found.genuine) == (code, code == "trusted")
    assert found.integrity.code == "intact"


# ---------------------------------------------------------------- whom is asked, and what is believed


def test_only_addresses_that_lead_to_a_trusted_root_are_asked(here: Settings, authority: Authority) -> None:
    """A file by a signer who is not known here makes this place ask nobody."""
    (here.trust_roots / "council.pem").unlink()
    seen(here, sealed_pdf(by=read_pkcs12(authority.key("good"))))
    assert asked(here, authority) == set()
    assert authority.asked == []


def test_redirects_are_not_followed(here: Settings, authority: Authority) -> None:
    """An authority cannot send this place to an address that no certificate names."""

    def elsewhere(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("302 Found", [("Location", f"{authority.url}/secret"), ("Content-Length", "0")])
        return []

    seen(here, sealed_pdf(by=read_pkcs12(authority.key("good"))))
    authority.instead |= dict.fromkeys((LEAVES, AUTHORITIES, OCSP), elsewhere)
    assert asked(here, authority) == {"unreachable"}
    assert "/secret" not in authority.asked


def _endless(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [])
    return iter([b"0" * 1_000_000] * (1 + MOST_BYTES["crl"] // 1_000_000))


def _words(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [("Content-Length", "5")])
    return [b"<html"]


@pytest.mark.parametrize(("answer", "code"), [(_endless, "refused"), (_words, "not_accepted")])
def test_answer_that_is_none_is_not_kept(
    here: Settings, authority: Authority, answer: Application, code: str
) -> None:
    """Too much, or something else than was asked for, leaves what is known as it was."""
    seen(here, sealed_pdf(by=read_pkcs12(authority.key("good"))))
    authority.instead |= dict.fromkeys((LEAVES, AUTHORITIES, OCSP), answer)
    assert asked(here, authority) == {code}
    assert held(here) == ()


def test_list_of_another_authority_is_not_believed(
    here: Settings, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A list by an authority of the same name with another key says nothing, wherever it comes from."""
    seen(here, sealed_pdf(by=read_pkcs12(authority.key("good"))))
    with ExitStack() as stack:
        impostor = stack.enter_context(an_authority(tmp_path_factory.mktemp("impostor"), fresh=True))
        stack.enter_context(impostor.revoked("good", since=AT - 48 * HOUR))
        false = impostor.crl("leaves", AT)
    false_answer = _answering(false)
    authority.instead |= {LEAVES: false_answer, OCSP: missing}
    assert "not_accepted" in asked(here, authority)
    assert {one.kind for one in held(here)} == {"crl"}
    assert seen(here, sealed_pdf(by=read_pkcs12(authority.key("good")))).genuine


def _answering(data: bytes) -> Application:
    def answer(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [("Content-Length", str(len(data)))])
        return [data]

    return answer


def test_newer_answers_replace_older_ones(here: Settings, authority: Authority) -> None:
    """Asking again and again does not fill the disk: what a newer list says too is let go."""
    seen(here, sealed_pdf(by=read_pkcs12(authority.key("good"))))
    asked(here, authority)
    first = {one.der for one in held(here)}
    for hours in range(1, 5):
        asked(here, authority, at=AT + hours * HOUR)
    now = {one.der for one in held(here)}
    assert len(now) == len(first)
    assert not now & first


def test_worker_asks_four_times_a_day_where_it_is_to(here: Settings, authority: Authority) -> None:
    """The worker refreshes once in each quarter of a day; switched off, or with nobody to ask, never."""
    pdf = sealed_pdf(by=read_pkcs12(authority.key("good")))

    def refreshes() -> int:
        store = open_store(here)
        try:
            with store.read() as tx:
                return sum(one.kind == REFRESH for one in jobs.listing(tx, limit=100))
        finally:
            store.close()

    with clock.held(AT):
        set_up(here)
        run_worker(here, until_idle=True)
        assert refreshes() == 0
        seen(here, pdf)
        run_worker(replace(here, revocation=False), until_idle=True)
        assert refreshes() == 0
        run_worker(here, until_idle=True)
        run_worker(here, until_idle=True)
    assert refreshes() == 1
    assert seen(here, pdf).signer.detail["revocation"] == "good"


# ---------------------------------------------------------------- distrust


@pytest.mark.parametrize("kind", SEALERS)
@pytest.mark.parametrize("whom", ["leaf", "authority"])
def test_distrusted_is_bad_but_for_what_was_proven_before(
    here: Settings, authority: Authority, kind: str, whom: str
) -> None:
    """What this place no longer trusts is not accepted, with why; what a clock saw before still is."""
    by = read_pkcs12(authority.key("good"))
    proven, bare = stamped(kind, by, authority), SEALERS[kind](by=by)
    which = by.certificate if whom == "leaf" else by.chain[0]
    with clock.held(AT + 2 * HOUR):
        distrust(here, named=fingerprint(which), since=AT + HOUR, why="laptop stolen")
    assert seen(here, proven, at=AT + 2 * HOUR).signer.code == "trusted_distrusted_since"
    found = seen(here, bare, at=AT + 2 * HOUR)
    assert (found.signer.code, found.genuine) == ("distrusted", False)
    assert found.signer.words.endswith("since 2026-11-22 19:05 UTC: laptop stolen.")


def test_key_without_an_authority_can_be_distrusted(here: Settings, tmp_path: Path) -> None:
    """An organisation whose own key names no list is distrusted by the certificate it handed out."""
    by = read_pkcs12(new_key("Another Council", at=AT - 48 * HOUR))
    root = by.chain[-1].public_bytes(Encoding.PEM)
    (here.trust_roots / "other.pem").write_bytes(root)
    before = seen(here, sealed_pdf(by=by))
    assert (before.genuine, before.signer.detail["revocation"]) == (True, "not_offered")
    with clock.held(AT):
        (distrusted,) = distrust(
            here, named=str(here.trust_roots / "other.pem"), since=None, why="told by phone"
        )
    assert distrusted == fingerprint(by.chain[-1])
    assert seen(here, sealed_pdf(by=by)).signer.code == "distrusted"
    listed = (here.trust_roots / "distrusted.txt").read_text()
    assert f"{distrusted} 2026-11-22T18:05:00+00:00 told by phone\n" in listed


def test_own_key_that_was_revoked_or_distrusted_is_said_at_once(here: Settings, authority: Authority) -> None:
    """Who looks after the service reads on every page that what is sealed counts no more, and since when."""
    here.seal_key.parent.mkdir(parents=True, exist_ok=True)
    here.seal_key.write_bytes(authority.key("revoked"))
    with clock.held(AT):
        own = own_key(here)
        assert key_notice(here) is None  # nobody asked yet
    asked(here, authority)
    with clock.held(AT):
        told = key_notice(here)
        assert told is not None
        assert (told.stands, told.fingerprint) == ("revoked", own.fingerprint)
        assert f"revoked on {REVOKED_SINCE.day} {REVOKED_SINCE:%B %Y}" in told.words
        distrust(here, named=fingerprint(own.chain[0]), since=AT, why="laptop stolen")
        again = key_notice(here)
    assert again is not None
    assert again.stands == "distrusted"
