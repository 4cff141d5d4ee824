"""The small library of `tests/data/sound`, and copies of it to break."""

from __future__ import annotations

import shutil
from pathlib import Path

from formsvc.definitions.library import Library, load_library

DATA = Path(__file__).resolve().parents[2] / "data"
SOUND = DATA / "sound"


def sound() -> Library:
    """Return the small library, fresh."""
    return load_library(SOUND)


def a_copy(folder: Path) -> Path:
    """Return a copy of the small library under a folder, to change."""
    return Path(shutil.copytree(SOUND, folder / "library"))
