"""A key is replaced, again and again, and everything that was ever sealed here stays genuine."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from formsvc import clock
from formsvc.cli import main
from formsvc.errors import KeyUnusable
from formsvc.seals.certificates import make_demonstration, new_key
from formsvc.seals.keys import fingerprint, read_pkcs12
from formsvc.seals.verify import Verification
from formsvc.settings import Settings, load
from formsvc.workflow.seal_keys import SealKeys
from formsvc.workflow.trust import own_key
from formsvc.workflow.verify_apart import verify_apart
from tests.unit.seals.small import AT, a_view, sealed_docx, sealed_pdf

Run = Callable[..., Result]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of an empty installation, which the commands have too."""
    monkeypatch.setenv("FORMSVC_INSTANCE", str(tmp_path / "instance"))
    return load()


def run(*words: object, at: datetime = AT, rc: int = 0) -> Result:
    """Run a command at a moment and expect its exit code."""
    with clock.held(at):
        done = CliRunner().invoke(main, [str(one) for one in words], input="y\n")
    assert done.exit_code == rc, done.output
    return done


def told(*words: object, at: datetime = AT, rc: int = 0) -> dict[str, object]:
    """Run a command that answers in JSON and return the answer."""
    answer: dict[str, object] = json.loads(run(*words, "--json", at=at, rc=rc).stdout)
    return answer


def seen(settings: Settings, data: bytes, *, at: datetime = AT) -> Verification:
    """Return the verdicts on a file here."""
    with clock.held(at):
        return verify_apart(data, name="file", settings=settings)


def sealed(settings: Settings) -> list[bytes]:
    """Seal a small PDF and a small Word document with the key that is in use."""
    key = own_key(settings)
    view = a_view(demonstration=key.demonstration)
    return [sealed_pdf(view, by=key), sealed_docx(view, by=key)]


def test_everything_sealed_before_two_rotations_stays_genuine(here: Settings, tmp_path: Path) -> None:
    """A demonstration key, a real one and a third in PEM follow one another; every document stays genuine."""
    run("keys", "check")
    documents = sealed(here)
    (tmp_path / "second.p12").write_bytes(new_key("Invented Council", at=AT, passphrase=b"invented"))
    (tmp_path / "second.passphrase").write_bytes(b"invented")
    second = told(
        "keys", "rotate", "--to", tmp_path / "second.p12", "--passphrase-file", tmp_path / "second.passphrase"
    )
    assert own_key(here).fingerprint == second["new"] != second["old"]
    documents += sealed(here)
    third = read_pkcs12(new_key("Invented Council", at=AT))
    private = third._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "third.pem").write_bytes(private)
    (tmp_path / "third.crt").write_bytes(
        b"".join(one.public_bytes(Encoding.PEM) for one in (third.certificate, *third.chain))
    )
    assert told("keys", "rotate", "--to", tmp_path / "third.pem")["new"] == third.fingerprint
    assert not here.seal_passphrase_file.exists()
    documents += sealed(here)
    found = [seen(here, one) for one in documents]
    assert [one.genuine for one in found] == [True] * 6, [one.signer for one in found]
    assert [one.signer.code for one in found] == ["demonstration"] * 2 + ["trusted"] * 4
    assert len({one.signer.detail["fingerprint"] for one in found}) == 3


def test_verifying_needs_no_key(here: Settings) -> None:
    """Who only verifies still knows what was sealed here when the key is gone."""
    run("keys", "check")
    documents = sealed(here)
    here.seal_key.unlink()
    assert all(seen(here, one).genuine for one in documents)
    with pytest.raises(KeyUnusable):
        own_key(here)


def test_several_demonstration_keys_made_here_stay_known(here: Settings, tmp_path: Path) -> None:
    """A demonstration's documents stay genuine here when it gets another demonstration key."""
    run("keys", "check")
    documents = sealed(here)
    (tmp_path / "again.p12").write_bytes(make_demonstration("Invented Council", at=AT))
    run("keys", "rotate", "--to", tmp_path / "again.p12")
    assert all(seen(here, one).genuine for one in documents + sealed(here))


def test_rotation_keeps_no_key_but_in_the_keys_folder(here: Settings, tmp_path: Path) -> None:
    """What is kept of the old key is its certificate; the key itself lies aside, for its owner alone."""
    run("keys", "check")
    (tmp_path / "next.p12").write_bytes(new_key("Invented Council", at=AT))
    done = told("keys", "rotate", "--to", tmp_path / "next.p12")
    aside = done["aside"]
    assert isinstance(aside, list)
    assert Path(aside[0]).parent == here.seal_key.parent
    for file in here.seal_key.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(here.seal_key.parent.stat().st_mode) == 0o700
    for file in (here.instance / "certificates").glob("*.pem"):
        assert b"PRIVATE" not in file.read_bytes()


@pytest.mark.parametrize(
    ("made", "why", "rc"),
    [
        (lambda: new_key("Invented Council", at=AT - timedelta(days=4000)), "expired", 1),
        (lambda: new_key("Invented Council", at=AT + timedelta(days=9)), "not yet valid", 1),
        (lambda: b"nothing of the kind", "neither PKCS#12 nor PEM", 1),
        (lambda: new_key("Invented Council", at=AT, passphrase=b"invented"), "passphrase", 1),
        (lambda: make_demonstration("Invented Council", at=AT), "cannot follow a real one", 2),
    ],
    ids=["expired", "not yet", "no key", "locked", "demonstration"],
)
def test_rotation_to_a_key_that_cannot_serve_changes_nothing(
    here: Settings, tmp_path: Path, made: Callable[[], bytes], why: str, rc: int
) -> None:
    """A key that could not seal is refused before anything is touched."""
    (tmp_path / "real.p12").write_bytes(new_key("Invented Council", at=AT))
    run("keys", "rotate", "--to", tmp_path / "real.p12")
    before = {one: one.read_bytes() for one in here.seal_key.parent.iterdir()}
    (tmp_path / "bad.p12").write_bytes(made())
    done = run("keys", "rotate", "--to", tmp_path / "bad.p12", rc=rc)
    assert why in done.stderr
    assert {one: one.read_bytes() for one in here.seal_key.parent.iterdir()} == before
    run("keys", "rotate", "--to", tmp_path / "real.p12", rc=2)


def test_end_is_warned_of_sixty_days_ahead(here: Settings) -> None:
    """Show and check warn when fewer than sixty days are left, check fails; when it ended, both say so."""
    with clock.held(AT):
        run("keys", "check")
        ends = own_key(here).not_after
    assert "WARNING" not in run("keys", "show", at=ends - timedelta(days=61)).output
    soon = ends - timedelta(days=59)
    assert "WARNING" in run("keys", "show", at=soon).output
    assert told("keys", "check", at=soon, rc=1)["stands"] == "soon"
    run("keys", "check", "--days", 30, at=soon)
    over = ends + timedelta(seconds=1)
    assert told("keys", "check", at=over, rc=1)["stands"] == "expired"
    for command in ("show", "check"):
        assert "No document can be issued" in run("keys", command, at=over, rc=int(command == "check")).output


def test_work_logs_the_end_without_a_path(here: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """When the service starts it logs what there is to say of its key, and no place on the disk."""
    with clock.held(AT):
        run("keys", "check")
        ends = own_key(here).not_after
    said = run("work", "--until-idle", at=ends - timedelta(days=10)).output + capsys.readouterr().out
    assert "seal_certificate" in said
    assert "soon" in said
    assert str(here.instance) not in said


def test_key_open_to_others_is_said(here: Settings) -> None:
    """A key that other users of the machine may read is said by the check, which fails."""
    run("keys", "check")
    here.seal_key.chmod(0o644)
    assert told("keys", "check", rc=1)["open_to_others"] is True


def test_trust_is_added_listed_and_taken_back(here: Settings, tmp_path: Path) -> None:
    """A certificate is trusted once its fingerprint was compared, and listed; so is distrust."""
    other = read_pkcs12(new_key("Another Council", at=AT))
    name = fingerprint(other.chain[-1])
    (tmp_path / "other.pem").write_bytes(other.chain[-1].public_bytes(Encoding.PEM))
    pdf = sealed_pdf(by=other)
    run("trust", "list")
    assert seen(here, pdf).signer.code == "unknown_signer"
    run("trust", "add", tmp_path / "other.pem", "--fingerprint", "0" * 64, rc=1)
    assert seen(here, pdf).signer.code == "unknown_signer"
    asked = run("trust", "add", tmp_path / "other.pem")
    assert name[:2].upper() + ":" + name[2:4].upper() in asked.output
    assert seen(here, pdf).genuine
    assert name in run("trust", "list").output
    run("trust", "add", tmp_path / "other.pem", rc=2)
    run("trust", "distrust", name, "--from", "2026-11-01T00:00", "--why", "its office was broken into")
    assert seen(here, pdf).signer.code == "distrusted"
    assert "NO LONGER TRUSTED since 2026-11-01" in run("trust", "list").output
    run("trust", "distrust", name, "--why", "again", rc=2)


def test_clock_is_added_apart(here: Settings, tmp_path: Path) -> None:
    """A certificate added as a clock is listed as one, and trusted for no seal."""
    other = read_pkcs12(new_key("Another Council", at=AT))
    (tmp_path / "other.crt").write_bytes(other.chain[-1].public_bytes(Encoding.DER))
    run("trust", "add", "--clock", tmp_path / "other.crt")
    assert "for time stamps" in run("trust", "list").output
    assert seen(here, sealed_pdf(by=other)).signer.code == "unknown_signer"


@pytest.mark.parametrize(
    "line", ["what is this", f"{'0' * 64} yesterday because", f"{'0' * 64} 2026-11-01T00:00:00 no zone"]
)
def test_list_of_distrust_that_cannot_be_read_stops(here: Settings, line: str) -> None:
    """A line that cannot be read is named: trust is never more than was meant for want of a zone."""
    run("trust", "list")
    (here.trust_roots / "distrusted.txt").write_text(f"# heading\n{line}\n")
    assert "line 2 of distrusted.txt" in run("trust", "list", rc=2).stderr


def test_private_key_is_not_taken_for_a_certificate(here: Settings, tmp_path: Path) -> None:
    """Who hands over a key by mistake is told, and nothing of it is kept."""
    (tmp_path / "oops.pem").write_bytes(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    assert "private key" in run("trust", "add", tmp_path / "oops.pem", rc=2).stderr
    assert not list(here.trust_roots.glob("*.pem"))


def test_a_worker_that_runs_seals_with_the_new_key(here: Settings, tmp_path: Path) -> None:
    """A worker reads its key once, and anew before the next document when it was rotated meanwhile."""
    run("keys", "check")
    keys = SealKeys(here)
    before = keys.of()
    assert keys.of() is before
    (tmp_path / "next.p12").write_bytes(new_key("Invented Council", at=AT, passphrase=b"invented"))
    (tmp_path / "next.passphrase").write_bytes(b"invented")
    new = told(
        "keys", "rotate", "--to", tmp_path / "next.p12", "--passphrase-file", tmp_path / "next.passphrase"
    )["new"]
    assert keys.of().fingerprint == new != before.fingerprint
    assert keys.of() is keys.of()
    here.seal_key.write_bytes(b"half a key")
    with pytest.raises(KeyUnusable):
        keys.of()
