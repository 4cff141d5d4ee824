"""Take from this process all that reading a hostile file does not need, for good.

Limits are the kernel's (`setrlimit`). Network, programs and other processes are refused twice: to Python by
an audit hook, which works everywhere, and to everything else, C libraries included, by a system call
filter (seccomp) where the machine is one of those listed below and lets it be set.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import struct
import sys
from dataclasses import dataclass
from typing import Any, Final

_REFUSED_EVENTS: Final = (
    "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostby", "socket.sendto",
    "socket.sendmsg", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.kill", "os.truncate", "shutil.", "pty.", "ctypes.",
    "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.",
)  # fmt: skip
_NO_LOCAL_SOCKETS: Final = 1  # AF_UNIX: an event loop wakes itself through a pair of them

_CALLS: Final = {
    # socket, connect, bind, clone, clone3, execve, execveat, ptrace, io_uring_setup, unlinkat, renameat2,
    # process_vm_writev, kill, and what only the older table has: fork, vfork, unlink, rename
    "x86_64": (0xC000003E, (41, 42, 49, 56, 435, 59, 322, 101, 425, 263, 316, 311, 62, 57, 58, 87, 82)),
    "aarch64": (0xC00000B7, (198, 203, 200, 220, 435, 221, 281, 117, 425, 35, 276, 271, 129)),
}
"""Machine -> its number in the kernel's audit table, and the system calls refused there."""

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_OTHER_TABLE: Final = 0x40000000  # the x32 calls, a second table on x86_64
_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2


@dataclass(frozen=True, kw_only=True)
class Share:
    """What is given to the reading of one file: seconds of processor and of the clock, bytes of memory."""

    seconds: int = 30
    memory_bytes: int = 1536 * 1024 * 1024


def confine(share: Share) -> None:
    """Bind this process to its share; from here on it starts nothing, reaches nobody and writes no file."""
    for what, most in (
        (resource.RLIMIT_CPU, share.seconds),
        (resource.RLIMIT_AS, share.memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_NPROC, 0),
    ):
        hard = resource.getrlimit(what)[1]
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (wanted, wanted))
    _filter_calls()
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_REFUSED_EVENTS):
        raise PermissionError(errno.EPERM, "not while a file is read")
    if event == "socket.__new__" and arguments[1] != _NO_LOCAL_SOCKETS:
        raise PermissionError(errno.EPERM, "not while a file is read")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        raise PermissionError(errno.EPERM, "not while a file is read")


def _filter_calls() -> bool:
    """Have the kernel refuse the calls of the table; return whether it could be asked to."""
    known = _CALLS.get(platform.machine())
    if known is None or not sys.platform.startswith("linux"):
        return False
    table, calls = known
    steps = [
        (_LOAD, 0, 0, 4),  # which table of calls
        (_EQUAL, 1, 0, table),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # the call
        (_AT_LEAST, 0, 1, _OTHER_TABLE),
        (_RETURN, 0, 0, _FAIL),
    ]
    for call in calls:
        steps += [(_EQUAL, 0, 1, call), (_RETURN, 0, 0, _FAIL)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    program = b"".join(struct.pack("HBBI", *step) for step in steps)
    kept = ctypes.create_string_buffer(program, len(program))
    asked = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_SET_SECCOMP, _FILTER, ctypes.create_string_buffer(asked), 0, 0) == 0)
