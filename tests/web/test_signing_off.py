"""Signing off in the browser: declaration, agreements, approval, sending back, not yet approved."""

from __future__ import annotations

import pytest

from formsvc.store import revisions, signoffs
from tests.web.conftest import Installation
from tests.web.plans import As, approve, declare, fill, hidden, started, write


@pytest.fixture
def record_id(demo: Installation) -> str:
    """Return a plan that is filled in and waits for its author to sign."""
    made = started(demo)
    fill(demo, made)
    return made


def test_declaration_freezes_and_binds(demo: Installation, as_: As, record_id: str) -> None:
    """The author ticks, types the name and gives the password: the form waits for the others."""
    worker = as_("social_worker")
    page = worker.get(f"/records/{record_id}/sign-off")
    assert "It is accurate and up to date today" in page.text
    done = declare(worker, record_id)
    assert done.status_code == 302, done.text
    with demo.store.read() as tx:
        opened = revisions.opened(tx, record_id)
        assert opened is not None
        assert opened.state == "awaiting_signoff"
        (said,) = signoffs.standing(tx, revision_id=opened.id, child_id=opened.child_id)
        assert (said.rule_id, said.binds, said.capacity) == ("author", opened.frozen_hash, "allocated worker")
    page = worker.get(f"/records/{record_id}/sign-off")
    assert "every signature above is taken back" in page.text
