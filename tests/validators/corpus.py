"""Signed files that others made. They are read where they lie and are no part of the project."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class CorpusMissing(RuntimeError):
    """There is no folder of foreign signed files."""


def find() -> Path:
    """Return the folder named by FORMSVC_CORPUS, else ../shared/corpus; raise CorpusMissing."""
    named = os.environ.get("FORMSVC_CORPUS", "")
    folder = (Path(named) if named else ROOT.parent / "shared" / "corpus").resolve()
    if not folder.is_dir():
        raise CorpusMissing(
            f"{folder} is no folder. Remedy: set FORMSVC_CORPUS to a folder holding docx_signed_by_word/ and "
            "pdf_signed_by_others/ (the test data of Apache POI and pyHanko), or leave these tests out: "
            "make test ARGS='-m \"not long and not interop\"'"
        )
    return folder
