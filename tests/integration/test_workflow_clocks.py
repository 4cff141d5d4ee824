"""Clocks of a record: read from its revisions, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from formsvc import clock
from formsvc.cases.clocks import State
from formsvc.store.session import Store
from formsvc.workflow.approve_after import approve_after
from formsvc.workflow.finalise import finalise
from formsvc.workflow.read_clocks import read_clocks
from formsvc.workflow.withdraw import withdraw
from tests.integration.scenes import a_scene

AT_NIGHT = datetime(2026, 11, 22, 23, 40, tzinfo=UTC)


def test_a_plan_sent_at_night_is_approved_by_day_and_reviewed_in_a_month(store: Store) -> None:
    """Sent not yet approved, two clocks run; approved, the review's alone; withdrawn, none."""
    scene = a_scene(store)
    with clock.held(AT_NIGHT):
        started = scene.start()
        scene.fill(started.revision_id)
        awaiting = scene.hand_in(started.revision_id)
        scene.sign(awaiting, manager=False)
        assert read_clocks(store, record_id=started.record_id) == ()
        finalise(store, actor=scene.worker, revision_id=started.revision_id, send_now=True)
    found = read_clocks(store, record_id=started.record_id)
    assert [(one.rule, one.due_at) for one in found] == [
        ("approval", AT_NIGHT + timedelta(hours=24)),
        ("plan_review", datetime(2026, 12, 22, 23, 40, tzinfo=UTC)),
    ]
    assert found[0].state(AT_NIGHT + timedelta(hours=25)) is State.LATE
    with clock.held(AT_NIGHT + timedelta(hours=10)):
        approved = approve_after(
            store,
            actor=scene.manager,
            revision_id=started.revision_id,
            rule_id="manager",
            binds=awaiting.binds,
            name="Rosalind Peverell",
        )
    found = read_clocks(store, record_id=started.record_id)
    assert [(one.rule, one.due_at) for one in found] == [
        ("plan_review", datetime(2026, 12, 23, 9, 40, tzinfo=UTC))
    ]
    with clock.held(AT_NIGHT + timedelta(hours=11)):
        withdraw(store, actor=scene.manager, revision_id=approved.revision_id, why="mistaken")
    assert read_clocks(store, record_id=started.record_id) == ()
