"""The project speaks of the product alone: no registry's host, no path of a machine, no promise left open."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Each is written in two halves, so that this file does not say what it forbids.
HOSTS = [
    "registry." + "npmjs",
    "registry." + "yarnpkg",
    "files." + "pythonhosted",
    "pypi." + "org/simple",
    "pypi." + "org/packages",
    "deb." + "debian.org",
    "archive." + "ubuntu.com",
    "proxy." + "golang.org",
    "repo1." + "maven.org",
]
FORBIDDEN = {
    "a registry's host": re.compile("|".join(map(re.escape, HOSTS)), re.IGNORECASE),
    "an absolute path of somebody's machine": re.compile(
        r"(?<![\w.~/:-])/(?:wor" + r"k|far" + r"m|hom" + r"e|roo" + r"t|User" + r"s)/"
    ),
    "a promise left open": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b"),
}


def tracked() -> dict[str, str]:
    """Return every text file that git tracks, by its name; a binary one holds a zero byte."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = {}
    for name in filter(None, names.split("\0")):
        file = ROOT / name
        data = file.read_bytes() if file.is_file() else b"\0"
        if b"\0" not in data:
            texts[name] = data.decode("utf-8", errors="replace")
    return texts


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    """No text file of the project holds such words."""
    pattern = FORBIDDEN[what]
    found = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in tracked().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a registry's host", "https://Registry." + "npmjs.org/x"),
        ("an absolute path of somebody's machine", 'open("/hom' + 'e/dara/plan.pdf")'),
        ("an absolute path of somebody's machine", "see /wor" + "k/x"),
        ("a promise left open", "# TO" + "DO: later"),
    ],
)
def test_the_guard_sees_what_it_forbids(what: str, line: str) -> None:
    """Each pattern matches an example of what it stands for."""
    assert FORBIDDEN[what].search(line)


PLACE = "work"  # apart from its slashes, so that this file does not offend itself


@pytest.mark.parametrize(
    "line",
    [
        f"https://forms.example.org/{PLACE}/x",
        "the home/ folder",
        "tests/home/x",
        "a todo list",
        f"../{PLACE}/x",
    ],
)
def test_the_guard_leaves_ordinary_words_alone(line: str) -> None:
    """Addresses, relative paths and plain English are no offence."""
    assert not any(pattern.search(line) for pattern in FORBIDDEN.values())
