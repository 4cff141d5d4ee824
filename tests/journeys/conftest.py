"""Documents issued once by the real command line, for every journey to look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.street import EXAMPLES, PROJECT, Instance


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """Return an installation that the first command sets up."""
    return Instance(folder=tmp_path_factory.mktemp("instance"))


@pytest.fixture(scope="session")
def issued(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return name -> file of the example, the hard example and a real-sized one, full and police."""
    out = tmp_path_factory.mktemp("issued")
    sources = {
        "example": EXAMPLES / "trigger_plan.LAN.json",
        "hard": EXAMPLES / "trigger_plan.hard.json",
        "dara": PROJECT / "tests" / "data" / "dara.answers.json",
    }
    made: dict[str, Path] = {}
    for name, source in sources.items():
        for audience in ("full", "police"):
            photo = () if name == "hard" else ("--photo", EXAMPLES / "photo.jpg")
            files = instance.issue(source, out / name, "--audience", audience, *photo)
            made |= {f"{name} {audience} {kind}": file for kind, file in files.items()}
    return made
