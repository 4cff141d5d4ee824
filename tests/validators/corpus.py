"""Signed files that others made. They are read where they lie and are no part of the project."""

from __future__ import annotations

import os
from pathlib import Path


class CorpusMissing(RuntimeError):
    """There is no folder of foreign signed files."""


def is_named() -> bool:
    """Say whether FORMSVC_CORPUS names a folder at all."""
    return bool(os.environ.get("FORMSVC_CORPUS"))


def find() -> Path:
    """Return the folder that FORMSVC_CORPUS names; raise CorpusMissing."""
    folder = Path(os.environ.get("FORMSVC_CORPUS", "")).resolve()
    if not is_named() or not folder.is_dir():
        raise CorpusMissing(
            f"{folder} is no folder of them. Remedy: set FORMSVC_CORPUS to one with docx_signed_by_word/ "
            "and pdf_signed_by_others/ (from the test data of Apache POI and pyHanko)"
        )
    return folder
