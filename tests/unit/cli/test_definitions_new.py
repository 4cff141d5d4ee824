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
    assert "photo_consent: {write: [social_worker]" in done.stdout
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
        ("photo_consent", {"prefix": "TP"}, "TP is the prefix of trigger_plan already"),
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


def test_what_governs_a_question_is_shown(folder: Path) -> None:
    """A question is shown with its class, part, fact and conditions, and so is each in a row."""
    text = CliRunner().invoke(main, ["definitions", "show", "trigger_plan"]).stdout
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert (
        lines[lines.index("photo photo Photo F-TPP-10 F-TPP-11 F-TPP-41") + 1] == "description; photo.current"
    )
    no_photo = next(at for at, line in enumerate(lines) if line.startswith("no_photo "))
    assert lines[no_photo + 1] == "description; needed at final; asked when not answered(photo)"
    number = next(at for at, line in enumerate(lines) if line.startswith("number phone"))
    assert lines[number + 1].startswith("contact")


def test_an_area_without_the_document_is_told_where_it_is(folder: Path) -> None:
    """Asked for where it is not, a document names the areas that have it."""
    began("photo_consent")
    done = CliRunner().invoke(main, ["definitions", "show", "photo_consent", "--area", "BED"])
    assert done.exit_code == 2
    assert "area BED has no photo_consent. It is in LAN" in done.stderr
