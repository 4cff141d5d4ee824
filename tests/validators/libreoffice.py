"""LibreOffice: what it says of signatures, and what it makes of a Word file."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.validators.running import PartMissing, program, run

SYSTEM_PYTHON = Path("/usr/bin/python3")


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One signature as the office sees it. `partial`: not every part is covered (docProps never is)."""

    valid: bool
    partial: bool
    signer: str


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What the office shows of a document: headings ("1 Risks"), the header rows that each table repeats.

    `page` is width and height, `margins` left, right, top, bottom, all in hundredths of a millimetre.
    """

    headings: list[str]
    tables: list[int]
    pictures: int
    page: list[int]
    margins: list[int]
    title: str


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
        said = self._asked("uno_signatures.py", list(files))
        return {file: tuple(Signature(**one) for one in found) for file, found in said.items()}

    def opened(self, files: Iterable[Path]) -> dict[Path, Opened]:
        """Return what stands in each file; raise Refused when one is not opened without a question."""
        return {file: Opened(**found) for file, found in self._asked("uno_opening.py", list(files)).items()}

    def _asked(self, script: str, files: list[Path]) -> dict[Path, Any]:
        """Return what a script says of each file in an office of its own; raise Refused for an error."""
        if not SYSTEM_PYTHON.exists():
            raise PartMissing("python3-uno")
        pipe = f"formsvc-{os.getpid()}-{id(self)}-{next(self._batch)}"
        office = subprocess.Popen(
            [*self._command(), f"--accept=pipe,name={pipe};urp;"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            command: list[str | Path] = [SYSTEM_PYTHON, Path(__file__).with_name(script), pipe, *files]
            asked = run(command, seconds=120 + 10 * len(files))
            if asked.returncode:
                raise Refused(asked.stderr.strip()[-2000:])
            office.wait(30)
        finally:
            if office.poll() is None:
                office.kill()
                office.wait()
        said = json.loads(asked.stdout)
        for file in files:
            if isinstance(said[str(file)], dict) and "error" in said[str(file)]:
                raise Refused(f"{file}: {said[str(file)]['error']}")
        return {file: said[str(file)] for file in files}

    def to_pdf(self, file: Path, folder: Path) -> Path:
        """Convert a Word file to PDF in `folder` and return it; raise Refused when nothing came of it."""
        return self.to_pdfs([file], folder)[file]

    def to_pdfs(self, files: Iterable[Path], folder: Path, *, fonts: Path | None = None) -> dict[Path, Path]:
        """Convert Word files at once, with the fonts of a folder beside the system's; raise Refused."""
        listed = list(files)
        env = None if fonts is None else {**os.environ, "FONTCONFIG_FILE": str(self._with_fonts(fonts))}
        done = run(
            [*self._command(), "--convert-to", "pdf", "--outdir", folder, *listed], seconds=180, env=env
        )
        made = {file: folder / f"{file.stem}.pdf" for file in listed}
        for file, pdf in made.items():
            if not pdf.exists():
                raise Refused(f"{file}: {done.stdout.strip()} {done.stderr.strip()[-500:]}")
        return made

    def to_docx(self, file: Path, folder: Path) -> Path:
        """Open a Word file and save it again, as somebody without Word does; raise Refused."""
        done = run([*self._command(), "--convert-to", "docx", "--outdir", folder, file], seconds=180)
        if not (folder / file.name).exists():
            raise Refused(f"{file}: {done.stdout.strip()} {done.stderr.strip()[-500:]}")
        return folder / file.name

    def _with_fonts(self, fonts: Path) -> Path:
        """Return a configuration that adds the fonts of a folder to the system's."""
        file = self._folder / "fonts.conf"
        file.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
            f"<dir>{fonts}</dir><cachedir>{self._folder / 'fonts'}</cachedir></fontconfig>",
            encoding="utf-8",
        )
        return file
