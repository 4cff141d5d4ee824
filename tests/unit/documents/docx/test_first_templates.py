"""The tool that wrote the first version of the templates."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from formsvc.documents.docx import package
from formsvc.documents.docx.templates import placeholders
from tools import make_docx_templates
from tools.docx_layouts import LAYOUTS


def test_the_tool_writes_templates_that_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every template is written, and prints what it should."""
    monkeypatch.setattr(sys, "argv", ["make", str(tmp_path)])
    assert make_docx_templates.main() == 0
    assert {one.stem for one in tmp_path.iterdir()} == {"trigger_plan", "plan", *LAYOUTS}
    assert "name" in placeholders(tmp_path / "trigger_plan.docx")
    assert len(package.read((tmp_path / "plan.docx").read_bytes())) < 15
    assert "wrote" in capsys.readouterr().out


def test_the_tool_leaves_alone_what_a_council_restyled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A template that stands there is the source: it is not written over without being told to."""
    (tmp_path / "plan.docx").write_bytes(b"theirs")
    monkeypatch.setattr(sys, "argv", ["make", str(tmp_path)])
    assert make_docx_templates.main() == 1
    assert (tmp_path / "plan.docx").read_bytes() == b"theirs"
    monkeypatch.setattr(sys, "argv", ["make", str(tmp_path), "--force"])
    assert make_docx_templates.main() == 0
    assert (tmp_path / "plan.docx").read_bytes() != b"theirs"
    assert "left alone" in capsys.readouterr().out
