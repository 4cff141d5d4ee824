"""The fuzzer of PDFs: its seeds are tried each time, new inputs in the long run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.pdf_victims import ours
from tests.fuzz import fuzz_pdf
from tests.fuzz.running import run

TARGETS = {"pdf": fuzz_pdf}
SEEDS = [(name, seed) for name, target in TARGETS.items() for seed in sorted(target.SEEDS.iterdir())]


@pytest.mark.parametrize(("name", "seed"), SEEDS, ids=[f"{name}-{seed.name}" for name, seed in SEEDS])
def test_seed_keeps_the_promise(name: str, seed: Path) -> None:
    """What a fuzzer once found, and what it starts from, is judged as it must be."""
    TARGETS[name].judge(seed.read_bytes())


def test_target_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The target would notice: with no file of ours to compare with, a genuine one breaks the promise."""
    genuine = ours()
    monkeypatch.setattr(fuzz_pdf, "ours", lambda: b"")
    with pytest.raises(AssertionError, match="genuine"):
        fuzz_pdf.judge(bytes((fuzz_pdf.WHOLE,)) + genuine)


@pytest.mark.long
@pytest.mark.parametrize("name", TARGETS)
def test_fuzzer_finds_nothing(name: str, tmp_path: Path) -> None:
    """Thousands of inputs, led by the branches they take, break no promise and none takes long."""
    ended = run(name, seeds=TARGETS[name].SEEDS, runs=5_000, folder=tmp_path)
    assert ended.clean, f"{ended.said}\nThe input lies in {', '.join(map(str, ended.found))}"
