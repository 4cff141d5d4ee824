"""Fuzz the reader of ZIP containers: it refuses with a reason, or sees just what another program sees.

`python -m tests.fuzz.fuzz_zip FOLDER [-runs=N]` looks for inputs that break the promise of `judge`.
"""

from __future__ import annotations

import io
import sys
import zipfile
import zlib
from pathlib import Path

from formsvc.errors import Unreadable
from formsvc.seals import package

SEEDS = Path(__file__).parent / "seeds" / "zip"
LIMITS = package.Limits(file_bytes=1_000_000, entries=50, unpacked_bytes=1_000_000)


def judge(data: bytes) -> None:
    """Raise AssertionError where the reader believes what Python's own reader reads otherwise."""
    try:
        archive = package.read(data, limits=LIMITS)
        ours = {entry.name: entry.unpack() for entry in archive.entries}
    except Unreadable:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as other:
            assert sorted(other.namelist()) == sorted(ours), "two readers see other names"
            theirs = {name: other.read(name) for name in ours}
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
        raise AssertionError(f"read here and nowhere else: {error}") from error
    assert theirs == ours, "two readers see other contents"


def watch(*packages: str) -> None:
    """Let the fuzzer see which branches of these packages an input takes."""
    import atheris

    for name, module in list(sys.modules.items()):
        for one in list(vars(module).values()) if name.startswith(packages) else ():
            if getattr(one, "__module__", "") == name and hasattr(one, "__code__"):
                atheris.instrument_func(one)


def fuzz() -> None:
    """Let the fuzzer look, with the arguments of the command line."""
    import atheris

    watch("formsvc.seals.package")
    atheris.Setup(sys.argv, judge)
    atheris.Fuzz()


if __name__ == "__main__":
    fuzz()
