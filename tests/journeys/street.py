"""How a journey runs the command line: the real program, in an instance of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLES = PROJECT / "form_templates" / "examples"


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer, as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One installation, for one journey."""

    folder: Path

    def run(self, *words: object) -> Ran:
        """Run `formsvc WORDS` in this instance."""
        done = subprocess.run(
            [sys.executable, "-m", "formsvc", *map(str, words)],
            cwd=PROJECT,
            env={**os.environ, "FORMSVC_INSTANCE": str(self.folder)},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=300,
            check=False,
        )
        return Ran(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())

    def issue(self, answers: Path, out: Path, *more: object) -> dict[str, Path]:
        """Issue the Trigger Plan of an answers file; return kind -> file."""
        ran = self.run(
            "issue",
            "trigger_plan",
            "--answers",
            answers,
            "--out",
            out,
            "--json",
            *more,
        )
        assert ran.code == 0, ran.err or ran.out
        return {one["kind"]: Path(one["file"]) for one in ran.json["issued"]}
