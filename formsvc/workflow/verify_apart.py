"""Check a file in a process of its own, with limits: a hostile file can hurt nothing but that process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final

from formsvc.settings import PREFIX, Settings

SECONDS: Final = 30
MEMORY_BYTES: Final = 1536 * 1024 * 1024

_READ_APART: Final = f"""
import resource
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_BYTES}, {MEMORY_BYTES}))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from formsvc.workflow.verify_apart import answer
answer()
"""


def verify_apart(data: bytes, *, settings: Settings) -> Mapping[str, Any]:
    """Return the verdicts on a file as plain data, with the keys of `Checked.to_json`."""
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and a constant
            [sys.executable, "-c", _READ_APART],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            env=_environment(settings),
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return given_up(data)
    return found


def answer() -> None:
    """Read a file from standard input and write the verdicts on it: what the other process does."""
    from formsvc.settings import load
    from formsvc.store.session import open_store
    from formsvc.workflow.verify_file import verify_bytes

    settings = load()
    store = open_store(settings)
    try:
        checked = verify_bytes(sys.stdin.buffer.read(), name="document", store=store, settings=settings)
    finally:
        store.close()
    sys.stdout.write(json.dumps(checked.to_json()))


def given_up(data: bytes) -> Mapping[str, Any]:
    """Return the verdicts on a file that could not be read within the limits."""
    from formsvc.seals.verify import Verification
    from formsvc.seals.verify.verdicts import bad
    from formsvc.workflow.verify_file import NOT_HERE, Checked

    found = Verification(
        name="document",
        kind="other",
        sha256="",
        size=len(data),
        readable=bad("unreadable", why="reading it took more time or memory than is given to one file"),
    )
    return Checked(verification=found, standing=NOT_HERE).to_json()


def _environment(settings: Settings) -> dict[str, str]:
    """Return the least a reading process needs: where this installation is, and no more."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    kept |= {PREFIX + "INSTANCE": str(settings.instance), PREFIX + "DATABASE_URL": settings.database_url}
    return kept | {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
