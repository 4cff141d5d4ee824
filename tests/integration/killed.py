"""Processes that are killed: what they run, and how they are made to die at an exact step."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from formsvc import clock
from formsvc.settings import Settings
from formsvc.store.session import open_store
from formsvc.workflow.actors import Actor
from formsvc.workflow.finalise import finalise
from formsvc.workflow.run_worker import run_worker
from tests.integration.scenes import Scene, a_plan, make_quickly

PROCESSES: Final = multiprocessing.get_context("forkserver")
"""Children come from a server that has everything imported: one begins in some 20 ms."""
PROCESSES.set_forkserver_preload([__name__])

_FILE_STEPS: Final = frozenset({"os.rename", "os.remove", "os.link", "os.mkdir", "os.utime"})


def arm(steps: int) -> None:
    """Let this process kill itself before its next step but `steps`.

    A step is a statement or commit sent to a database, or a file made, renamed or removed: between two
    steps nothing changes outside this process, so that killing before each is killing anywhere.
    """
    left = [steps]

    def step(*_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "before_cursor_execute", step)
    sa.event.listen(sa.Engine, "commit", step)
    sys.addaudithook(lambda name, _: step() if name in _FILE_STEPS else None)


def finalise_and_issue(settings: Settings, *, actor: Actor, revision_id: str, steps: int | None) -> None:
    """Make a revision final and issue it, dying at a step."""
    if steps is not None:
        arm(steps)
    store = open_store(settings)
    finalise(store, actor=actor, revision_id=revision_id)
    run_worker(settings, until_idle=True, make=make_quickly)
    store.close()


def work_until(settings: Settings, *, steps: int) -> None:
    """Do what is due, rendering and sealing, dying at a step."""
    arm(steps)
    run_worker(settings, until_idle=True)


def work(settings: Settings) -> None:
    """Work until killed."""
    run_worker(settings, make=make_quickly)


def work_really(settings: Settings) -> None:
    """Work until killed, rendering and sealing."""
    run_worker(settings)


def stamp(settings: Settings, *, steps: int, at: datetime) -> None:
    """Put time stamps into what waits for one at a moment, dying at a step."""
    arm(steps)
    with clock.held(at):
        run_worker(settings, until_idle=True, make=make_quickly)


def write_and_finalise(settings: Settings, *, scene: dict[str, Any]) -> None:
    """Write records and make them final, one after the other, until killed."""
    own = Scene(store=open_store(settings), plan=a_plan(), **scene)
    while True:
        started = own.start()
        own.fill(started.revision_id)
        own.make_final(started.revision_id)
