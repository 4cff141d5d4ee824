"""A photo may stand further in than page one: it is drawn in the preview and asked for at issue."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from formsvc.access.policy_check import entry
from formsvc.cli import main
from formsvc.definitions.begun import begun
from formsvc.settings import PROJECT

QUESTION = """\
      - {id: photo, type: photo, label: Photo, class: plan, own: It shows what was seen.}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the definitions with a form that asks for a photo, and not on page one."""
    made = Path(shutil.copytree(PROJECT / "form_templates", tmp_path / "form_templates"))
    text = begun(id="with_photo", title="With a photo", prefix="WP", layout="plan", area="LAN", taken=())
    (made / "with_photo.yaml").write_text(text + QUESTION, "utf-8")
    policy = made / "access" / "policy.yaml"
    entered = f"\ndefinitions:\n  {entry('with_photo')}\n"
    policy.write_text(policy.read_text("utf-8").replace("\ndefinitions:\n", entered, 1), "utf-8")
    monkeypatch.setenv("FORMSVC_FORM_TEMPLATES", str(made))
    monkeypatch.setenv("FORMSVC_INSTANCE", str(tmp_path / "instance"))
    return made


def run(*words: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, words)


def test_the_preview_draws_it(folder: Path, tmp_path: Path) -> None:
    """The preview holds the example's photo wherever the form asks for one."""
    drawn = run("preview", "with_photo", "--out", str(tmp_path / "seen"))
    assert drawn.exit_code == 0, drawn.stderr
    assert len(list((tmp_path / "seen").iterdir())) == 2


def test_issue_says_how_to_hand_it_in(folder: Path, tmp_path: Path) -> None:
    """Without the photo, or with it for page one, issue names what to add; with it, it issues."""
    answers = tmp_path / "answers.json"
    answers.write_text(run("definitions", "example", "with_photo").stdout, "utf-8")
    issue = ("issue", "with_photo", "--answers", str(answers), "--out", str(tmp_path / "issued"))
    lacking = run(*issue)
    assert lacking.exit_code == 2
    assert "photo: the answers name a photo that was not handed in. Add --attach photo=FILE" in lacking.stderr
    picture = folder / "examples" / "photo.jpg"
    wrongly = run(*issue, "--photo", str(picture))
    assert "no photo on page one: leave --photo out, or --attach FIELD=FILE" in wrongly.stderr
    assert run(*issue, "--attach", f"photo={picture}").exit_code == 0
