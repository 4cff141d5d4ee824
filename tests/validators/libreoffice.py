"""LibreOffice: what it says of signatures, and what it makes of a Word file."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.validators.running import PartMissing, program, run

SYSTEM_PYTHON = Path("/usr/bin/python3")


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One signature as the office sees it. `partial`: not every part is covered (docProps never is)."""

    valid: bool
    partial: bool
    signer: str


class Refused(RuntimeError):
    """The office could not read or convert a file."""


class LibreOffice:
    """An office with a profile in a folder of its own, started anew for every batch."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._program = program("soffice")
        self._batch = itertools.count()
        folder.mkdir(parents=True, exist_ok=True)

    def _command(self) -> list[str]:
        profile = f"-env:UserInstallation={(self._folder / 'profile').as_uri()}"
        return [self._program, profile, "--headless", "--norestore", "--nologo"]

    def signatures(self, files: Iterable[Path]) -> dict[Path, tuple[Signature, ...]]:
        """Return the signatures of each file (DOCX or PDF); raise Refused when one is unreadable."""
        if not SYSTEM_PYTHON.exists():
            raise PartMissing("python3-uno")
        listed = list(files)
        pipe = f"formsvc-{os.getpid()}-{id(self)}-{next(self._batch)}"
        office = subprocess.Popen(
            [*self._command(), f"--accept=pipe,name={pipe};urp;"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            asked = run([SYSTEM_PYTHON, Path(__file__).with_name("uno_signatures.py"), pipe, *listed])
            if asked.returncode:
                raise Refused(asked.stderr.strip()[-2000:])
            office.wait(30)
        finally:
            if office.poll() is None:
                office.kill()
                office.wait()
        said = json.loads(asked.stdout)
        for file in listed:
            if isinstance(said[str(file)], dict):
                raise Refused(f"{file}: {said[str(file)]['error']}")
        return {file: tuple(Signature(**one) for one in said[str(file)]) for file in listed}

    def to_pdf(self, file: Path, folder: Path) -> Path:
        """Convert a Word file to PDF in `folder` and return it; raise Refused when nothing came of it."""
        done = run([*self._command(), "--convert-to", "pdf", "--outdir", folder, file], seconds=180)
        made = folder / f"{file.stem}.pdf"
        if not made.exists():
            raise Refused(f"{file}: {done.stdout.strip()} {done.stderr.strip()[-500:]}")
        return made
