"""`formsvc blank`: one form, or every form of an area, without a database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from formsvc.cli import main
from formsvc.definitions.library import load_library
from formsvc.settings import PROJECT


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Return a runner of commands in an instance that is not set up."""
    monkeypatch.setenv("FORMSVC_INSTANCE", str(tmp_path / "instance"))
    return CliRunner()


def blank(run: CliRunner, *words: object) -> Result:
    """Run `formsvc blank WORDS`."""
    return run.invoke(main, ["blank", *map(str, words)])


def test_one_form_is_written(run: CliRunner, tmp_path: Path) -> None:
    """The file is named after the form, the area and the version, and nothing else is made."""
    done = blank(run, "trigger_plan", "--area", "BED", "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.output
    file = tmp_path / "out" / "trigger_plan_BED_v1_blank.pdf"
    assert json.loads(done.stdout) == {"written": [str(file)]}
    assert file.read_bytes().startswith(b"%PDF-1.7")
    assert not (tmp_path / "instance").exists()


def test_every_form_of_an_area_is_written(run: CliRunner, tmp_path: Path) -> None:
    """`--all` fills the emergency box: what the area has, under its own name."""
    done = blank(run, "--all", "--area", "LAN", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    has = load_library(PROJECT / "form_templates").of_area("LAN")
    assert {file.name for file in tmp_path.glob("*.pdf")} == {f"{id}_LAN_v1_blank.pdf" for id in has}
    assert {"trigger_plan", "return_interview"} < set(has)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "Name one form"),
        (("trigger_plan", "--all"), 2, "Name one form"),
        (("--all",), 2, "Say which area"),
        (("--all", "--area", "ZZZ"), 2, "no area ZZZ"),
        (("triger_plan",), 2, "no definition triger_plan"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    run: CliRunner, words: tuple[str, ...], code: int, said: str
) -> None:
    """A form or an area that is not there, and a command that names neither or both, say so."""
    done = blank(run, *words)
    assert (done.exit_code, said in done.output) == (code, True), done.output
