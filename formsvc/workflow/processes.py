"""Which process this is, and whether another one of this machine still runs.

A name is `host boot namespace pid start`. Only a process of the same host and the same namespace of
process ids can be judged; of any other nothing is said, and its lease decides.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path


def this_process() -> str:
    """Return the name of this process, never borne by another."""
    return " ".join((*_machine(), str(os.getpid()), _started(os.getpid()) or "0"))


def is_gone(name: str) -> bool:
    """Say whether a process surely runs no more."""
    try:
        host, boot, namespace, pid, started = name.split(" ")
    except ValueError:
        return False
    our_host, our_boot, our_namespace = _machine()
    if host != our_host or not boot.strip("-") or started == "0":
        return False
    if boot != our_boot:
        return True
    return namespace == our_namespace and _started(int(pid)) != started


def _machine() -> tuple[str, str, str]:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        namespace = Path("/proc/self/ns/pid").readlink().name
    except OSError:
        boot, namespace = "-", "-"
    return socket.gethostname().replace(" ", "_")[:60], boot, namespace


def _started(pid: int) -> str | None:
    """Return when a process began, in ticks since boot; None where there is none, or a dead one."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return None if after_name[0] in "ZX" else after_name[19]
