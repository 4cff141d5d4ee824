"""The fuzzers of containers and Word documents: seeds are tried each time, new inputs in the long run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz import fuzz_docx, fuzz_zip

TARGETS = {"zip": fuzz_zip, "docx": fuzz_docx}
ROOT = Path(__file__).resolve().parents[2]
SEEDS = [(name, seed) for name, target in TARGETS.items() for seed in sorted(target.SEEDS.iterdir())]


@pytest.mark.parametrize(("name", "seed"), SEEDS, ids=[f"{name}-{seed.name}" for name, seed in SEEDS])
def test_seed_keeps_the_promise(name: str, seed: Path) -> None:
    """What a fuzzer once found, and what it starts from, is judged as it must be."""
    TARGETS[name].judge(seed.read_bytes())


@pytest.mark.long
@pytest.mark.parametrize("name", TARGETS)
def test_fuzzer_finds_nothing(name: str, tmp_path: Path) -> None:
    """Two minutes of coverage-guided inputs break no promise."""
    grown = tmp_path / "grown"
    grown.mkdir()
    ended = subprocess.run(
        [
            *(sys.executable, "-m", f"tests.fuzz.fuzz_{name}", grown, TARGETS[name].SEEDS),
            *("-max_total_time=120", "-max_len=20000", f"-artifact_prefix={tmp_path}/"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
