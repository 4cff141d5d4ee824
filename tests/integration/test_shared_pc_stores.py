"""What signing in keeps, on both databases: kept pages, who is on call, codes taken once in a race."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from formsvc import clock
from formsvc.errors import NotFound
from formsvc.store import kept_pages, on_call, second_factors, users
from formsvc.store import tables as t
from formsvc.store.session import Store
from formsvc.workflow.keep_typed import KEPT_FOR, keep_typed
from formsvc.workflow.sign_in import judge_code
from formsvc.workflow.totp import code_of, new_secret, step_at
from tests.integration.scenes import Scene, a_scene

RACERS = 6


@pytest.fixture
def scene(store: Store) -> Scene:
    """Return an authority with its people and a child, in an empty store of each kind."""
    return a_scene(store)


def test_code_is_taken_once_however_many_send_it(scene: Scene) -> None:
    """Of several that send the same code at once one is let in; the others are refused and counted."""
    user_id, secret = scene.worker.user_id or "", new_secret()
    with scene.store.write() as tx:
        second_factors.begin(tx, user_id=user_id, secret=secret)
        second_factors.confirm(tx, user_id=user_id, step=0, recovery=["0" * 64])
        now = tx.at

    def send(_: int) -> str:
        with clock.held(now), scene.store.write() as tx:
            return judge_code(tx, user_id=user_id, code=code_of(secret, step_at(now)), act="session.code")

    with ThreadPoolExecutor(RACERS) as pool:
        told = list(pool.map(send, range(RACERS)))
    assert told.count("") == 1
    assert set(told) <= {"", "wrong_code", "locked"}


def test_recovery_code_is_used_once_and_secret_is_sealed(scene: Scene) -> None:
    """A second use finds nothing; the row does not hold the secret, and another's row does not open it."""
    secret = new_secret()
    one, other = scene.worker.user_id or "", scene.manager.user_id or ""
    with scene.store.write() as tx:
        for user_id in (one, other):
            second_factors.begin(tx, user_id=user_id, secret=secret)
            second_factors.confirm(tx, user_id=user_id, step=0, recovery=["a" * 64, "b" * 64])
        assert second_factors.use_recovery(tx, user_id=one, code_hash="a" * 64)
        assert not second_factors.use_recovery(tx, user_id=one, code_hash="a" * 64)
        assert (second_factors.recovery_left(tx, one), second_factors.recovery_left(tx, other)) == (1, 2)
        kept = tx.c.execute(sa.select(t.second_factor.c.secret)).scalars().all()
        assert kept[0] != kept[1]
        assert not any(secret in sealed for sealed in kept)
        assert second_factors.rewrap(tx, limit=10) == 0
        assert second_factors.remove(tx, user_id=one)
        assert second_factors.of_user(tx, one) is None
        assert second_factors.recovery_left(tx, one) == 0


def test_kept_page_is_one_a_page_and_goes_with_time(scene: Scene) -> None:
    """What is typed later takes the place of what was kept before; sealed, listed, done with, swept."""
    record_id, author = scene.start().record_id, scene.worker.user_id or ""

    def keep(words: str) -> str:
        return keep_typed(
            scene.store,
            user_id=author,
            membership_id=None,
            record_id=record_id,
            page_id="who",
            group_id="",
            row_id="",
            why="switched",
            pairs=[("full_name", words)],
        )

    keep("first")
    kept_id = keep("second")
    with scene.store.write() as tx:
        (line,) = kept_pages.of_user(tx, author)
        assert line.id == kept_id
        assert kept_pages.content(tx, kept_id) == (("full_name", "second"),)
        sealed = tx.c.execute(sa.select(t.kept_page.c.content)).scalar_one()
        assert b"second" not in sealed
        assert kept_pages.is_kept(tx, user_id=author, record_id=record_id, page_id="who")
        kept_pages.finish(tx, kept_id=kept_id, by=author)
        assert kept_pages.of_user(tx, author) == ()
        with pytest.raises(NotFound):
            kept_pages.get(tx, kept_id)
    third = keep("third")
    with scene.store.write() as tx:
        assert kept_pages.forget_old(tx, before=tx.at - KEPT_FOR) == 0
        assert kept_pages.forget_old(tx, before=tx.at + timedelta(seconds=1)) == 2
        with pytest.raises(NotFound):
            kept_pages.content(tx, third)


def test_on_call_holds_for_its_span_and_its_role(scene: Scene) -> None:
    """Before and after it is not; with the role it ends; who is locked out is told without oneself."""
    manager, worker = scene.manager.user_id or "", scene.worker.user_id or ""
    with scene.store.write() as tx:
        role = users.memberships(tx, user_id=manager)[0].id
        span = on_call.add(
            tx,
            organisation_id=scene.organisation_id,
            membership_id=role,
            named_by=None,
            from_at=tx.at + timedelta(hours=1),
            until_at=tx.at + timedelta(hours=9),
        )
        began = tx.at
        for user_id in (manager, worker):
            for _ in range(5):
                users.count_failure(tx, user_id=user_id, most=5)
    for hours, is_on in ((0, False), (2, True), (10, False)):
        with clock.held(began + timedelta(hours=hours)), scene.store.read() as tx:
            asked = {"organisation_id": scene.organisation_id, "membership_id": role}
            assert on_call.is_on_call(tx, **asked) is is_on
            locked = on_call.locked_out(tx, organisation_id=scene.organisation_id, but=manager)
            assert [one.user_id for one in locked] == [worker]
    with clock.held(began + timedelta(hours=2)), scene.store.write() as tx:
        assert [one.id for one in on_call.listing(tx, organisation_id=scene.organisation_id)] == [span]
        assert not on_call.end(tx, organisation_id="another", on_call_id=span)
        assert on_call.end(tx, organisation_id=scene.organisation_id, on_call_id=span)
        assert not on_call.is_on_call(tx, organisation_id=scene.organisation_id, membership_id=role)


def test_organisation_asks_for_it_in_its_own_roles(scene: Scene) -> None:
    """What is asked for is read back in order; nothing is asked at first; an unknown one is not found."""
    with scene.store.write() as tx:
        assert second_factors.required_roles(tx, scene.organisation_id) == ()
        second_factors.require_roles(
            tx, organisation_id=scene.organisation_id, roles=["administrator", "team_manager"]
        )
        assert second_factors.required_roles(tx, scene.organisation_id) == ("administrator", "team_manager")
        second_factors.require_roles(tx, organisation_id=scene.organisation_id, roles=[])
        assert second_factors.required_roles(tx, scene.organisation_id) == ()
        with pytest.raises(NotFound):
            second_factors.require_roles(tx, organisation_id="nobody", roles=[])
