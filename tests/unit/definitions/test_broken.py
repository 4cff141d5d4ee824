"""Every mistake a file can hold is found, named and given its remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from formsvc.definitions.check import check
from tests.unit.definitions.library import DATA, SOUND, a_copy

BROKEN = DATA / "broken"
FILES = sorted(BROKEN.rglob("*.yaml"))


def expected(path: Path) -> list[tuple[str, str, str]]:
    """Return (file, key, remedy) of each `# expect:` line of a broken file."""
    lines = path.read_text().splitlines()
    marked = (line.removeprefix("# expect: ") for line in lines if line.startswith("# expect: "))
    return [(file, key, remedy) for file, key, remedy in (line.split(" | ") for line in marked)]


def test_sound_library_has_no_problem() -> None:
    """The library that the broken files are put into is sound without them."""
    assert check(SOUND) == []


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(BROKEN).with_suffix("")) for path in FILES])
def test_broken_file_is_refused_with_every_problem(path: Path, tmp_path: Path) -> None:
    """Each problem of a broken file is found, with its file, its key and its remedy, and no other."""
    folder = a_copy(tmp_path)
    shutil.copy(path, folder / path.relative_to(BROKEN))
    found = [(one.file, one.key, one.remedy) for one in check(folder)]
    assert found == expected(path)
    assert found
