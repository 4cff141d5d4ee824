"""Who may reach what."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from formsvc.access.table import Role
from tests.web.conftest import Installation, StrictClient


def test_nobody_is_sent_to_sign_in_and_on_again(demo: Installation) -> None:
    """Who is not signed in is asked to, and the way on is kept."""
    reply = demo.client().get("/account?x=1")
    assert reply.status_code == 302
    assert reply.location == "/sign-in?next=/account?x%3D1"


@pytest.mark.parametrize("role", Role)
def test_everybody_has_a_first_page(as_: Callable[[str], StrictClient], role: Role) -> None:
    """Each role has a page to begin from."""
    assert as_(role).get("/").status_code == 200
