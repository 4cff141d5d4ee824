"""qpdf: is the syntax of a PDF sound, and what stands in its streams?"""

from __future__ import annotations

from pathlib import Path

from tests.validators.running import run


def check(file: Path) -> tuple[str, ...]:
    """Return what `qpdf --check` complains of, warnings included; empty when the file is sound."""
    done = run(["qpdf", "--check", file])
    complaints = [line for line in (done.stderr + done.stdout).splitlines() if "WARNING" in line]
    if done.returncode and not complaints:
        complaints = (done.stderr or done.stdout).splitlines() or [f"status {done.returncode}"]
    return tuple(complaints)


def unpacked(file: Path, into: Path) -> bytes:
    """Write the file with every stream uncompressed to `into` and return its bytes, for searching."""
    done = run(["qpdf", "--qdf", "--object-streams=disable", "--stream-data=uncompress", file, into])
    if not into.exists():
        raise RuntimeError(f"qpdf cannot unpack {file}: {done.stderr.strip()}")
    return into.read_bytes()
