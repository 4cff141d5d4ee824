"""`formsvc definitions check`: a line for each thing that is wrong, and the status that stops a script."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from formsvc.cli import main
from tests.unit.documents.docx.contents import PLAN, TRIGGER_PLAN
from tests.unit.documents.docx.parts import changed


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of Word templates that the commands use."""
    folder = tmp_path / "templates"
    folder.mkdir()
    for one in PLAN.parent.glob("*.docx"):
        if one.stem != "trigger_plan":
            (folder / one.name).write_bytes(one.read_bytes())
    monkeypatch.setenv("FORMSVC_DOCX_TEMPLATES", str(folder))
    monkeypatch.setenv("FORMSVC_INSTANCE", str(tmp_path / "instance"))
    return folder


def checked(*words: str) -> Result:
    """Run `formsvc definitions check`."""
    return CliRunner().invoke(main, ["definitions", "check", *words])


def test_a_line_for_each_thing_that_broke(templates: Path) -> None:
    """Nothing is printed by it, everything is named at once, and the status is 1."""
    broken = changed(
        PLAN, templates, ("<w:tblHeader/>", ""), ('w:tag w:val="{{ fact.status.path }}"', "w:tag")
    )
    broken.replace(templates / "plan.docx")
    done = checked()
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert [line for line in lines if "table 3 {{ r.label }}: its first row is a header" in line]
    assert [line for line in lines if "'{{ fact.status.text }}': it has lost its tag" in line]
    assert len(lines) == len(set(lines)) == len(json.loads(checked("--json").stdout)["problems"])


def test_what_only_a_document_shows_is_found_by_making_one(templates: Path) -> None:
    """A template that reads well and prints another text is refused with the places that differ."""
    broken = changed(PLAN, templates, ("{{ fact.reference.text }}", "{{ fact.reference.text|lower }}"))
    broken.replace(templates / "plan.docx")
    done = checked()
    assert done.exit_code == 1
    assert "plan.docx: example: cannot print the example of trigger_plan for police" in done.output
    assert "@document.reference" in done.output


def test_sound_templates_and_a_rare_font(templates: Path) -> None:
    """A font that few readers have is a note, which stops nothing."""
    restyled = changed(
        TRIGGER_PLAN, templates, ('w:ascii="Atkinson Hyperlegible Next"', 'w:ascii="Council Grotesk"'),
        part="word/styles.xml",
    )  # fmt: skip
    restyled.replace(templates / "trigger_plan.docx")
    done = checked()
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[0] == "Every definition, area and template is sound."
    assert "note: trigger_plan.docx: " in done.output
    assert "Council Grotesk" in done.output


def test_a_template_that_nothing_uses(templates: Path) -> None:
    """A restyled copy under a name of its own is not quietly left aside."""
    (templates / "Plan new.docx").write_bytes(PLAN.read_bytes())
    done = checked()
    assert done.exit_code == 1
    assert "Plan new.docx: file: prints no definition. Name it after one: " in done.output


def test_no_template_at_all(templates: Path) -> None:
    """A definition that nothing prints is named with the file that is not there."""
    (templates / "plan.docx").unlink()
    done = checked()
    assert done.exit_code == 1
    assert "plan.docx: template: there is no Word template plan.docx" in done.output
