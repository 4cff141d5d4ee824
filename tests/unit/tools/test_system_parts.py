"""A part of the system that is missing is named with its remedy, and is never a reason to skip."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import system_parts


def part(*, there: bool) -> system_parts.Part:
    """Return a part that is there or not."""
    return system_parts.Part("a press", "printing", lambda: there, ("press-tools",), "buy one")


def test_a_missing_part_fails_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --check nothing is installed: part, purpose and both remedies are named, and the status is 1."""
    monkeypatch.setattr(system_parts, "PARTS", (part(there=True), part(there=False)))
    monkeypatch.setattr("sys.argv", ["system_parts.py", "--check"])
    assert system_parts.main() == 1
    said = capsys.readouterr().err
    assert (
        said
        == "a press is missing (for printing). Remedy: as root: apt-get install press-tools; or buy one\n"
    )


def test_nothing_is_said_when_all_is_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A complete system is status 0 and silence, so that a second call costs nothing."""
    monkeypatch.setattr(system_parts, "PARTS", (part(there=True),))
    assert system_parts.main() == 0
    assert capsys.readouterr() == ("", "")


def test_every_part_is_missing_from_an_empty_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The parts that are programs are looked for on the PATH, nowhere else."""
    monkeypatch.setenv("PATH", str(tmp_path))
    names = {one.name for one in system_parts.missing()}
    assert {
        "LibreOffice Writer",
        "Poppler (pdfsig, pdfinfo and others)",
        "qpdf",
        "Chromium",
        "a Java development kit",
    } <= names
