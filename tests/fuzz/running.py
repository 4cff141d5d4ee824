"""Run a fuzzer: in this process for `python -m tests.fuzz.running NAME ...`, from a test in one of its own.

A target is a module `fuzz_NAME` with SEEDS, a folder, and `judge`, which raises for an input that breaks its
promise. The arguments after the name are libFuzzer's.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SLOW_SECONDS = 30
"""How long one input may take: a verifier that can be kept busy is broken, too."""
LONGEST_SECONDS = 300
MEMORY_MB = 2048
WATCHED = [
    "formsvc.seals.verify",
    "pyhanko.pdf_utils",
    "pyhanko.sign.diff_analysis",
    "pyhanko.sign.validation",
]
"""The packages of whose branches the fuzzer takes note."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """How a run ended: whether nothing was found, what was found, and what the fuzzer said at the end."""

    clean: bool
    found: tuple[Path, ...]
    said: str


def run(name: str, *, seeds: Path, runs: int, folder: Path) -> Run:
    """Try so many inputs grown from the seeds; what breaks the promise is kept in the folder."""
    grown = folder / "grown"
    grown.mkdir(parents=True, exist_ok=True)
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "tests.fuzz.running", name, grown, seeds),
            *(f"-runs={runs}", f"-max_total_time={LONGEST_SECONDS}", "-max_len=16000"),
            *(f"-timeout={SLOW_SECONDS}", f"-rss_limit_mb={MEMORY_MB}", f"-artifact_prefix={folder}/"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    found = tuple(one for one in sorted(folder.iterdir()) if one.is_file())
    return Run(clean=ended.returncode == 0, found=found, said=ended.stderr[-4000:])


def main() -> None:
    """Let the fuzzer look, its target imported so that it sees which branches an input takes."""
    import atheris

    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=WATCHED, enable_loader_override=False):
        target = importlib.import_module(f"tests.fuzz.fuzz_{name}")
    atheris.Setup(sys.argv, target.judge)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
