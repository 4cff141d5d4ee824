"""A child's whole life in a store: a word of its own planted in every kind of thing that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from formsvc.settings import Settings
from formsvc.store import (
    attachments,
    children,
    emergencies,
    facts,
    keys,
    placements,
    references,
    secrets,
    uploads,
    withholdings,
)
from formsvc.store import tables as t
from formsvc.store.children import Identity
from formsvc.workflow.hold_child import lift_hold, put_hold
from formsvc.workflow.run_worker import run_worker
from formsvc.workflow.send_back import send_back
from tests.integration.scenes import Scene, make_quickly

WORDS = (
    "Xochiquetzal", "Ozymandias", "Quondamstreet", "Zephyrwick", "Kumquatical", "Brobdingnag",
    "Yggdrasilian", "Wolpertinger", "Tatterdemalion", "Snollygoster", "Flibbertigibbet", "Gobbledygook",
    "Hobbledehoy", "Jabberwocky", "Lollapalooza", "Mumpsimus", "Nudiustertian", "Pandiculation",
    "Rumbustious",
)  # fmt: skip


@dataclass(frozen=True)
class Life:
    """What was planted for a child: the form that was issued."""

    revision_id: str
    record_id: str


def a_life(scene: Scene, settings: Settings, *, words: Sequence[str] = WORDS) -> Life:
    """Plant a word in every kind of thing that is kept about a child."""
    store, child_id = scene.store, scene.child_id
    with store.write() as tx:
        children.change_identity(
            tx,
            child_id=child_id,
            identity=Identity(name=words[0], known_as=words[1], date_of_birth="2014-09-30"),
        )
        placements.move(
            tx,
            child_id=child_id,
            controller_id=scene.organisation_id,
            area_id="TST",
            details={"kind": "foster home", "address": {"lines": [words[2]]}, "carer": words[3]},
        )
        own: dict[str, Any] = {"child_id": child_id, "created_by": scene.worker.user_id}
        secrets.put(tx, value=words[4], field="door", row_id="", controller_id=scene.organisation_id, **own)
        withholdings.add(tx, user_id=scene.worker.user_id or "", kind="allegation", why=words[5], **own)
        held = tx.c.execute(sa.select(t.membership.c.id)).scalars().first()
        emergencies.add(
            tx,
            child_id=child_id,
            user_id=scene.worker.user_id or "",
            membership_id=str(held),
            why=words[6],
            until_at=tx.at + timedelta(hours=1),
        )
        facts.state(
            tx,
            child_id=child_id,
            controller_id=scene.organisation_id,
            name="child.nickname",
            value=words[7],
            audiences=["full"],
            revision_id=None,
            path="x",
        )
        references.add(tx, kind="case_system", value=f"10-{child_id}"[:40], system=words[17], **own)
        children.index_again(tx, child_id)
    started = scene.start()
    scene.save(started.revision_id, "who", 0, full_name=words[9], born="30 September 2014")
    scene.save(started.revision_id, "risk", 0, at_risk={"answer": "yes"}, how=words[10])
    stored = attach_file_of(scene, started.record_id, words[11].encode() * 40)
    scene.store.blobs.put(words[12].encode() * 40, key=stored)  # typed by nobody: no row names it
    scene.sign(scene.hand_in(started.revision_id), manager=False)
    send_back(store, actor=scene.manager, revision_id=started.revision_id, reason=words[13])
    scene.make_final(started.revision_id)
    hold = put_hold(store, actor=scene.manager, child_id=child_id, why=words[14])
    lift_hold(store, actor=scene.manager, child_id=child_id, hold_id=hold, why=words[15])
    run_worker(settings, until_idle=True, make=make_quickly)
    with store.write() as tx:
        (task,) = uploads.of_record(tx, started.record_id, organisation_id=scene.organisation_id)
        assert uploads.end(tx, task, outcome="not_needed", by=scene.manager.user_id, why=words[18])
    other = scene.start()
    scene.save(other.revision_id, "who", 0, full_name=words[8])
    scene.save(other.revision_id, "who", 1, full_name=words[16], born="31/2/1999")
    return Life(
        revision_id=started.revision_id,
        record_id=started.record_id,
    )


def attach_file_of(scene: Scene, record_id: str, data: bytes) -> Any:
    """Let a record carry a file; return the child's key."""
    with scene.store.write() as tx:
        key = keys.of_child(tx, scene.child_id)
        stored = scene.store.blobs.put(data, key=key)
        attachments.attach(
            tx,
            stored,
            record_id=record_id,
            child_id=scene.child_id,
            media_type="text/plain",
            created_by=None,
        )
        return key
