"""How a validator of the system is started: by name, with a time limit, with a remedy when missing."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class PartMissing(RuntimeError):
    """A program of the system that the tests need is not installed."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is missing. Remedy: run `make test`, or see `python tools/system_parts.py`")


def program(name: str) -> str:
    """Return the path of a program; raise PartMissing, so that nothing is ever skipped."""
    found = shutil.which(name)
    if found is None:
        raise PartMissing(name)
    return found


def run(
    arguments: Sequence[str | Path], *, seconds: float = 120, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, whatever its status, and return what it printed."""
    return subprocess.run(
        [program(str(arguments[0])), *map(str, arguments[1:])],
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds,
        env=env,
        stdin=subprocess.DEVNULL,
    )
