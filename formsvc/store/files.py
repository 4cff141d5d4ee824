"""Write a file whole or not at all, and never over one that is there."""

from __future__ import annotations

import os
from pathlib import Path

from formsvc import clock


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read; raise FileExistsError and change nothing if it is there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = _write_beside(path, data)
    try:
        os.link(scratch, path)  # unlike a rename, never replaces
    finally:
        scratch.unlink()
    sync_folder(path.parent)


def replace_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, in place of the one that is there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = _write_beside(path, data)
    try:
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make sure that names written into a folder survive the power going."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_beside(path: Path, data: bytes) -> Path:
    scratch = path.with_name(f".{path.name}.{clock.new_id(8)}")
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return scratch
