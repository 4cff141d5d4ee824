"""The head of the audit a second time, in a file of the instance: who cuts the chain must know of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from formsvc.store import canonical
from formsvc.store.audit import Head
from formsvc.store.files import replace_private

NAME = "audit-head.json"


def write_head(instance: Path, head: Head) -> None:
    """Keep a head, unless a later one is kept."""
    kept = read_head(instance)
    if kept is not None and kept.seq >= head.seq:
        return
    replace_private(instance / NAME, head_json(head).encode())


def head_json(head: Head) -> str:
    """Return a head as the text that is kept of it."""
    data = {"seq": head.seq, "hash": head.hash, "mark": head.mark, "at": head.at.isoformat()}
    return canonical.dumps(data)


def parse_head(text: bytes) -> Head | None:
    """Return the head that a text keeps, None where it is none."""
    try:
        data = canonical.loads(text)
        return Head(
            seq=int(data["seq"]),
            hash=str(data["hash"]),
            mark=str(data["mark"]),
            at=datetime.fromisoformat(data["at"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def read_head(instance: Path) -> Head | None:
    """Return the head that is kept, None where there is none that can be read."""
    try:
        return parse_head((instance / NAME).read_bytes())
    except OSError:
        return None
