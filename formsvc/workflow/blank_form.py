"""A blank form for when systems are down: drawn by a process of its own, kept by definition and area.

It holds nobody's data, and the same definition gives the same bytes. Only workers render where a
document is issued; a page asks for a blank form, which a process with no key, no database and no
network address draws.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Any, Final

from formsvc.definitions.compile import compile_document
from formsvc.definitions.model import Effective
from formsvc.documents.pdf.blank import blank
from formsvc.errors import RenderFailed
from formsvc.settings import Settings

SECONDS: Final = 20
MEMORY_BYTES: Final = 1024 * 1024 * 1024

_DRAW_APART: Final = f"""
import resource
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_BYTES}, {MEMORY_BYTES}))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from formsvc.workflow.blank_form import draw
draw()
"""

_KEPT: Final = 32
_forms: OrderedDict[tuple[str, str], bytes] = OrderedDict()
_drawing = Lock()


def file_name(effective: Effective) -> str:
    """Return the name of a blank form's file: which form, where, which version."""
    return f"{effective.id}_{effective.area.id}_v{effective.version}_blank.pdf"


def blank_form(effective: Effective, *, settings: Settings) -> bytes:
    """Return the blank form of a definition, drawn here: for the command line and workers.

    Raise GlyphsMissing or FontsMissing.
    """
    return blank(effective, fonts=settings.fonts)


def blank_form_apart(effective: Effective, *, settings: Settings) -> bytes:
    """Return the same from a process of its own, or as it was kept; raise RenderFailed."""
    key = (effective.hash, effective.area.id)
    with _drawing:
        found = _forms.get(key)
        if found is None:
            found = _forms[key] = _drawn_apart(effective, fonts=settings.fonts)
            while len(_forms) > _KEPT:
                _forms.popitem(last=False)
    return found


def _drawn_apart(effective: Effective, *, fonts: Path) -> bytes:
    told = {"document": effective.document, "fonts": str(fonts)}
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and a constant
            [sys.executable, "-c", _DRAW_APART],
            input=json.dumps(told).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise RenderFailed from error
    if not done.stdout.startswith(b"%PDF-"):
        raise RenderFailed
    return done.stdout


def draw() -> None:
    """Read a definition from standard input and write its blank form: what the other process does."""
    told: dict[str, Any] = json.load(sys.stdin)
    sys.stdout.buffer.write(blank(compile_document(told["document"]), fonts=Path(told["fonts"])))
