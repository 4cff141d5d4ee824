"""A key is never in a log, an error or a backup by accident: all that is printed or written is searched."""

from __future__ import annotations

import base64
import io
import os
import re
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from formsvc.cli import main
from formsvc.seals.certificates import new_key
from formsvc.seals.keys import SealKey, read_pkcs12
from formsvc.settings import PROJECT, load
from formsvc.workflow.set_up import set_up
from tests.unit.seals.small import sealed_pdf

PASSPHRASE = b"marked-invented-passphrase-8842"
WRONG = b"marked-other-passphrase-1153"
PHOTO = PROJECT / "form_templates" / "examples" / "photo.jpg"
ISSUE = (
    "trigger_plan",
    "--answers",
    PROJECT / "tests" / "data" / "dara.answers.json",
    "--photo",
    PHOTO,
)


def secrets_of(key: SealKey, sealed_pem: bytes) -> list[bytes]:
    """Return every form in which the key or its passphrase could turn up."""
    private = key._private
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    number = private.private_numbers().private_value
    raw = number.to_bytes(32, "big")
    plain = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    older = private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    # The last line of a plain key holds the end of its public half, and no secret.
    lines = [line for pem in (sealed_pem, plain, older) for line in pem.splitlines()[1:2]]
    spelled = [raw.hex(), raw.hex().upper(), str(number), base64.b64encode(raw).decode().rstrip("=")]
    return [PASSPHRASE, WRONG, raw, *lines, *(one.encode() for one in spelled)]


@dataclass(kw_only=True)
class Watched:
    """An installation with a marked key, and everything it said so far."""

    folder: Path
    key: SealKey
    sealed_pem: bytes
    said: list[str] = field(default_factory=list)

    def run(self, *words: object, rc: int = 0, **other: Path) -> str:
        """Run a command as it is run here, with other settings where given; return what it printed."""
        told = {f"FORMSVC_{name}": str(value) for name, value in other.items()}
        done = CliRunner(env=self.environment | told).invoke(main, [str(one) for one in words], input="y\n")
        self.said.append(done.output + done.stderr + repr(done.exception))
        assert done.exit_code == rc, done.output
        return done.output

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings as variables."""
        return {
            "FORMSVC_INSTANCE": str(self.folder / "instance"),
            "FORMSVC_SEAL_KEY": str(self.folder / "keys" / "seal.pem"),
            "FORMSVC_SEAL_PASSPHRASE_FILE": str(self.folder / "keys" / "seal.passphrase"),
        }

    def leaks(self) -> list[str]:
        """Return where a secret stands: in what was said, or in a file outside the folder of the keys."""
        secrets = secrets_of(self.key, self.sealed_pem)
        places = {"what was said": "\n".join(self.said).encode()}
        places |= {
            str(file): file.read_bytes()
            for file in self.folder.rglob("*")
            if file.is_file() and self.folder / "keys" not in file.parents
        }
        assert len(places) > 3
        return [place for place, data in places.items() if any(one in data for one in secrets)]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    """Return an installation whose key is encrypted PEM, in a folder of its own with its passphrase."""
    key = read_pkcs12(new_key("Invented Council"))
    private = key._private.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE)
    )
    chain = b"".join(one.public_bytes(Encoding.PEM) for one in (key.certificate, *key.chain))
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    for name, data in {"seal.pem": private + chain, "seal.passphrase": PASSPHRASE + b"\n"}.items():
        (keys / name).write_bytes(data)
        (keys / name).chmod(0o600)
    (keys / "wrong.passphrase").write_bytes(WRONG)
    (keys / "several.pem").write_bytes(private + private + chain)
    return Watched(folder=tmp_path, key=key, sealed_pem=private)


def test_search_finds_what_it_looks_for(watched: Watched) -> None:
    """Were the key written in any of its forms, the search of the other tests would find it."""
    watched.run("keys", "show")
    assert watched.leaks() == []
    for at, secret in enumerate(secrets_of(watched.key, watched.sealed_pem)):
        (watched.folder / f"leak{at}").write_bytes(b"before " + secret + b" after")
    assert len(watched.leaks()) == len(secrets_of(watched.key, watched.sealed_pem))


def test_no_command_prints_or_writes_the_key(watched: Watched, capfd: pytest.CaptureFixture[str]) -> None:
    """Issue, verify, show, refuse, distrust, rotate: key and passphrase are nowhere but in their folder."""
    keys, out = watched.folder / "keys", watched.folder / "out"
    watched.run("keys", "show")
    watched.run("keys", "check", "--json")
    watched.run("issue", *ISSUE, "--out", out)
    issued = sorted(out.iterdir())
    assert len(issued) == 2
    watched.run("verify", *issued, "--json")
    (watched.folder / "damaged.docx").write_bytes(issued[0].read_bytes()[:-100])
    watched.run("verify", watched.folder / "damaged.docx", rc=1)
    for settings in (
        {"SEAL_PASSPHRASE_FILE": keys / "wrong.passphrase"},
        {"SEAL_PASSPHRASE_FILE": keys / "nothing"},
        {"SEAL_KEY": keys / "several.pem"},
        {"SEAL_KEY": keys / "seal.passphrase"},
        {"SEAL_KEY": keys / "nothing"},
    ):
        assert "key_unusable" in watched.run("keys", "show", rc=1, **settings)
        watched.run("issue", *ISSUE, "--out", out, rc=1, **settings)
        watched.run("work", "--until-idle", rc=1, **settings)
    watched.run("work", "--until-idle")
    watched.run("trust", "add", keys / "seal.pem", rc=2)
    watched.run("trust", "distrust", keys / "seal.pem", "--why", "a slip of the hand", rc=2)
    watched.run("trust", "list")
    (keys / "next.p12").write_bytes(new_key("Invented Council", passphrase=PASSPHRASE))
    watched.run(
        "keys", "rotate", "--to", keys / "next.p12", "--passphrase-file", keys / "wrong.passphrase", rc=1
    )
    watched.run("keys", "rotate", "--to", keys / "next.p12", "--passphrase-file", keys / "seal.passphrase")
    watched.run("verify", *issued)
    captured = capfd.readouterr()
    watched.said += [captured.out, captured.err]
    assert watched.leaks() == []


@pytest.mark.parametrize(
    "passphrase", [pytest.param("seal.passphrase", marks=pytest.mark.long), "wrong.passphrase"]
)
def test_service_says_nothing_of_the_key(watched: Watched, passphrase: str) -> None:
    """A service that starts, answers and ends, with its key or without, logs and writes nothing of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    file = str(watched.folder / "keys" / passphrase)
    environment = {
        **os.environ,
        **watched.environment,
        "FORMSVC_PORT": port,
        "FORMSVC_SEAL_PASSPHRASE_FILE": file,
    }
    log = watched.folder / "served.log"
    with log.open("wb") as written:
        served = subprocess.Popen(
            [sys.executable, "-m", "formsvc", "serve"],
            cwd=PROJECT,
            env=environment,
            stdout=written,
            stderr=written,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/verify", served)
            _post(f"http://127.0.0.1:{port}/verify", sealed_pdf(by=watched.key))
        finally:
            served.send_signal(signal.SIGTERM)
            served.wait(60)
    assert ("seal_key_unusable" in log.read_text()) is (passphrase == "wrong.passphrase")
    assert str(watched.folder) not in log.read_text()
    assert watched.leaks() == []


def _wait_for(address: str, served: subprocess.Popen[bytes]) -> None:
    turn = threading.Event()
    for _ in range(600):
        assert served.poll() is None
        try:
            with urllib.request.urlopen(address, timeout=60):  # noqa: S310  our own
                return
        except urllib.error.URLError:
            turn.wait(0.1)
    raise AssertionError("the service does not answer")


def _post(address: str, data: bytes) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        + data
        + b"\r\n--x--\r\n"
    )
    request = urllib.request.Request(  # noqa: S310  our own
        address, data=body, headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        assert b"not changed since" in answer.read().lower()


# ---------------------------------------------------------------- backup


def recipe() -> str:
    """Return the first script of the page's part on backups."""
    page = (PROJECT / "docs" / "operations.md").read_text("utf-8").partition("\n## Backup\n")[2]
    found = re.search(r"```sh\n(.*?)```", page, re.DOTALL)
    assert found is not None
    return found[1]


def test_backup_of_the_manual_holds_no_key(tmp_path: Path) -> None:
    """The recipe in the manual, run as it stands, leaves every key behind and takes everything else."""
    settings = load({"FORMSVC_INSTANCE": str(tmp_path / "instance")})
    set_up(settings)
    keys = {file.name: file.read_bytes() for file in settings.seal_key.parent.iterdir()}
    assert {"seal.p12", "content.key"} <= keys.keys()
    (settings.instance / "blobs" / "something").write_bytes(b"sealed bytes")
    backup = tmp_path / "backup"
    backup.mkdir()
    environment = {**os.environ, "FORMSVC_INSTANCE": str(settings.instance), "BACKUP": str(backup)}
    subprocess.run(["bash", "-euc", recipe()], env=environment, check=True, capture_output=True)
    with tarfile.open(backup / "instance.tar.gz") as packed:
        inside = {one.name: packed.extractfile(one) for one in packed.getmembers() if one.isfile()}
        contents = {name: (file or io.BytesIO()).read() for name, file in inside.items()}
    assert not [name for name in contents if "/keys/" in name or ".sqlite" in name]
    assert contents["./blobs/something"] == b"sealed bytes"
    assert any(name.startswith("./certificates/") for name in contents)
    taken = [*contents.values(), (backup / "formsvc.sqlite").read_bytes()]
    secret = [data for name, data in keys.items() if name != "demonstration.sha256"]
    assert not [one for one in secret for data in taken if one in data]
    assert (backup / "formsvc.sqlite").stat().st_size > 100_000
