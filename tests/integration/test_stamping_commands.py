"""Time stamps from the command line: `formsvc issue` asks, `formsvc stamp` asks again later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from formsvc.cli import main
from formsvc.settings import PROJECT
from tests.authority import Authority, an_authority

EXAMPLE = PROJECT / "form_templates" / "examples" / "trigger_plan.LAN.json"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """Return a running authority."""
    with an_authority(tmp_path_factory.mktemp("authority")) as made:
        yield made


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority: Authority) -> CliRunner:
    """Return a runner of commands in an instance that asks the authority."""
    monkeypatch.setenv("FORMSVC_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("FORMSVC_TIMESTAMP_URL", authority.tsa_url)
    authority.start()
    return CliRunner()


def command(run: CliRunner, *words: object) -> Result:
    """Run `formsvc WORDS`."""
    return run.invoke(main, [str(one) for one in words])


def issue(run: CliRunner, out: Path, *more: str) -> Result:
    """Issue the example."""
    answers = ["--answers", EXAMPLE, "--photo", EXAMPLE.parent / "photo.jpg"]
    return command(run, "issue", "trigger_plan", "--area", "LAN", *answers, "--out", out, *more)


def verdict(run: CliRunner, file: Path) -> Any:
    """Return what `formsvc verify` says."""
    return json.loads(command(run, "verify", file, "--json").stdout)


def test_issue_asks_the_authority(run: CliRunner, tmp_path: Path) -> None:
    """Up, both files are time-stamped when they are written, and the answer says so."""
    done = issue(run, tmp_path / "out", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)["issued"]
    assert {(one["kind"], one["level"], one["time_stamp"]) for one in told} == {
        ("pdf", "B-T", "stamped"), ("docx", "B-T", "stamped"),
    }  # fmt: skip
    for one in told:
        found = verdict(run, Path(one["file"]))
        assert found["genuine"]
        assert found["level"]["detail"]["level"] in ("PAdES B-T", "XAdES-T")
        assert one["stamped_at"].endswith("Z")


def test_issue_says_pending_and_stamp_raises_later(
    run: CliRunner, tmp_path: Path, authority: Authority
) -> None:
    """Down, the files are issued and say that the stamp is pending; `formsvc stamp` puts it in, once."""
    authority.stop()
    out = tmp_path / "out"
    done = issue(run, out)
    assert done.exit_code == 0, done.output
    assert done.stdout.count("time stamp pending: the authority cannot be reached") == 2
    assert "127.0.0.1" not in done.output
    files = sorted(out.iterdir())
    before = {file: (verdict(run, file), file.stat().st_mode) for file in files}
    late = command(run, "stamp", *files)
    assert late.exit_code == 1
    assert late.stdout.count("not stamped: the authority cannot be reached") == 2
    authority.start()
    foreign = tmp_path / "foreign.pdf"
    foreign.write_bytes(b"%PDF-1.7\n%%EOF\n")
    mixed = command(run, "stamp", *files, foreign, tmp_path / "missing.pdf")
    assert mixed.exit_code == 1
    assert mixed.stdout.count("(time stamped ") == 2
    assert "foreign.pdf: not stamped: it is not a genuine document" in mixed.stdout
    assert "missing.pdf: not stamped: no such file or directory" in mixed.stdout
    assert foreign.read_bytes() == b"%PDF-1.7\n%%EOF\n"
    for file in files:
        old, mode = before[file]
        new = verdict(run, file)
        assert new["genuine"]
        assert (new["identity"], file.stat().st_mode) == (old["identity"], mode)
        assert "T" in new["level"]["detail"]["level"].replace("XAdES-EPES", "")
    assert sorted(out.iterdir()) == files
    again = command(run, "stamp", *files, "--json")
    assert again.exit_code == 1
    assert {one["why"] for one in json.loads(again.stdout)["files"]} == {"it is time-stamped already"}


def test_stamp_without_an_authority_says_what_is_missing(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the setting."""
    monkeypatch.delenv("FORMSVC_TIMESTAMP_URL")
    done = command(run, "stamp", tmp_path / "any.pdf")
    assert done.exit_code == 2
    assert "FORMSVC_TIMESTAMP_URL" in done.stderr


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://tsa.example.org/", "must be an address"),
        ("https:///path", "must be an address"),
        ("https://tsa.example.org:99999/", "must be an address"),
        ("https://tsa.example.org/#x", "must be an address"),
        ("https://tsa.example.org/a b", "must be an address"),
        ("https://name:geheim@tsa.example.org/", "must hold no password"),
        ("http://name@tsa.example.org/", "must begin https://"),
    ],
)
def test_a_bad_address_is_refused_and_never_repeated(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, why: str
) -> None:
    """Every command stops and says what is wrong, without what was written."""
    monkeypatch.setenv("FORMSVC_TIMESTAMP_URL", url)
    done = command(run, "stamp", tmp_path / "any.pdf")
    assert done.exit_code == 2
    assert why in done.stderr
    assert "tsa.example.org" not in done.output
    assert "geheim" not in done.output
