"""The check of the documentation finds what leads nowhere, and nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools import check_docs

MAKEFILE = "run: ## Serve it\n\t@true\nquiet:\n\t@true\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a small project with a Makefile and an index of decisions."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "Makefile").write_text(MAKEFILE)
    decisions = tmp_path / "docs" / "decisions"
    decisions.mkdir(parents=True)
    (decisions / "README.md").write_text("# Decisions\n\n[one](0001-one.md)\n")
    (decisions / "0001-one.md").write_text("# 0001 One\n")
    return tmp_path


@pytest.mark.parametrize(
    ("link", "complaint"),
    [
        ("[a](docs/decisions/README.md)", ""),
        ("[a](docs/decisions/README.md#decisions)", ""),
        ("[a](#a-page-of-plain-words)", ""),
        ("[a](https://example.org/nowhere)", ""),
        ("`[a](nowhere.md)`", ""),
        ("```\n[a](nowhere.md)\n```", ""),
        ("[a](nowhere.md)", "README.md: nowhere.md leads nowhere"),
        ("![a](nowhere.png)", "README.md: nowhere.png leads nowhere"),
        (
            "[a](docs/decisions/README.md#gone)",
            "README.md: docs/decisions/README.md#gone: there is no such heading",
        ),
        ("[a](#gone)", "README.md: #gone: there is no such heading"),
    ],
)
def test_a_link_leads_somewhere(project: Path, link: str, complaint: str) -> None:
    """Links to files and headings are followed; addresses elsewhere and code are left alone."""
    (project / "README.md").write_text(f"# A page, of *plain* `words`\n\n{link}\n")
    found = [one.split(". Remedy")[0] for one in check_docs.broken_links(project)]
    assert found == ([complaint] if complaint else [])


def test_a_decision_is_listed(project: Path) -> None:
    """A decision that the index does not link to is named."""
    assert list(check_docs.unlisted_decisions(project)) == []
    (project / "docs" / "decisions" / "0002-two.md").write_text("# 0002 Two\n")
    assert [one.split(". Remedy")[0] for one in check_docs.unlisted_decisions(project)] == [
        "docs/decisions/README.md does not list 0002-two.md"
    ]


def test_a_target_exists_and_has_help(project: Path) -> None:
    """`make TARGET` in the documentation is one of the Makefile's, and each of those says what it does."""
    (project / "README.md").write_text("`make run` then `make sense`\n")
    assert [one.split(". Remedy")[0] for one in check_docs.unknown_targets(project)] == [
        "README.md: there is no `make sense`",
        "Makefile: `quiet` has no help",
    ]
