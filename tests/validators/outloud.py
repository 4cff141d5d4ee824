"""outloud: would a reader who hears the document understand it? A second opinion beside veraPDF.

It judges tags by what they mean: shredded heads, text painted out of order, addresses that are no
links. It runs as a command of its own; nothing of it is imported.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.validators.running import PartMissing, run


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What outloud says against a file: the rule, "error" or "warning", the page (0: the whole file)."""

    rule: str
    severity: str
    page: int
    said: str


def judge(files: Iterable[Path], *, skip: tuple[str, ...] = ()) -> dict[Path, tuple[Finding, ...]]:
    """Return the errors and warnings about each file, all judged by one process."""
    command = Path(sys.executable).with_name("outloud")
    if not command.exists():
        raise PartMissing("outloud (PyPI)")
    listed = list(files)
    skipped = [part for rule in skip for part in ("--skip", rule)]
    done = run([command, "--no-info", "--fail-on", "never", "--json", "-", *skipped, *listed], seconds=900)
    if done.returncode:
        raise RuntimeError(f"outloud: {done.stderr.strip()[-2000:]}")
    said = {Path(one["path"]): one for one in json.loads(done.stdout)["results"]}
    for file in listed:
        if file not in said or said[file]["error"]:
            raise RuntimeError(f"outloud cannot read {file}: {said.get(file)}")
    return {file: tuple(_findings(said[file]["findings"])) for file in listed}


def _findings(told: Iterable[dict[str, object]]) -> Iterable[Finding]:
    for one in told:
        if one["severity"] in ("error", "warning"):
            page = one.get("page")
            yield Finding(
                rule=str(one["rule"]),
                severity=str(one["severity"]),
                page=page if isinstance(page, int) else 0,
                said=f"{one['message']} [{one.get('evidence') or ''}]",
            )
