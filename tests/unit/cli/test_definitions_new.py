"""`formsvc definitions new` begins a document that is sound from its first line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from formsvc.cli import main
from formsvc.definitions.compile import LAYOUTS
from formsvc.settings import PROJECT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the definitions that the commands use."""
    made = tmp_path / "form_templates"
    shutil.copytree(PROJECT / "form_templates", made)
    monkeypatch.setenv("FORMSVC_FORM_TEMPLATES", str(made))
    monkeypatch.setenv("FORMSVC_INSTANCE", str(tmp_path / "instance"))
    return made


def began(id: str, **changed: str) -> Result:
    """Run the command with sound options, but for those changed."""
    said = {"title": "Photo and consent", "prefix": "PC", "area": "LAN", "layout": "plan"} | changed
    options = [word for name, value in said.items() for word in (f"--{name}", value)]
    return CliRunner().invoke(main, ["definitions", "new", id, *options])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_begun_is_sound(folder: Path, layout: str) -> None:
    """The new file is there, every check passes, and the next steps are named."""
    done = began("photo_consent", layout=layout)
    assert done.exit_code == 0, done.output
    assert f"Begun: {folder / 'photo_consent.yaml'}" in done.stdout
    assert "policy.yaml" in done.stdout
    shown = CliRunner().invoke(main, ["definitions", "show", "photo_consent", "--json"])
    assert json.loads(shown.stdout)["definition"]["layout"] == layout


@pytest.mark.parametrize(
    ("id", "changed", "words"),
    [
        ("Photo", {}, "Use a small letter"),
        ("trigger_plan", {}, "ids are never reused"),
        ("photo_consent", {"title": 'A "quoted" title'}, "without quotes"),
        ("photo_consent", {"title": "x" * 41}, "at most 40"),
        ("photo_consent", {"prefix": "pc"}, "two to four capital letters"),
        ("photo_consent", {"layout": "plans"}, "Did you mean plan?"),
        ("photo_consent", {"area": "LON"}, "no area LON"),
    ],
)
def test_what_cannot_stand_is_named_and_nothing_is_written(
    folder: Path, id: str, changed: dict[str, str], words: str
) -> None:
    """A wrong id, title, prefix, layout or area is said with its remedy; the folder is as it was."""
    before = sorted(path.name for path in folder.iterdir())
    done = began(id, **changed)
    assert done.exit_code == 2
    assert words in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == before
