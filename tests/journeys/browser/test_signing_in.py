"""Every role of the demonstration signs in, is led on, and signs out."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from formsvc.demo import USERS
from tests.journeys.browser.conftest import Sit


@pytest.mark.parametrize("role", [one.role for one in USERS])
def test_each_role_signs_in_and_out(sit: Sit, role: str) -> None:
    """The first page greets by name and offers a way on; after signing out the page is closed."""
    seat = sit(role)
    name = next(one.name for one in USERS if one.role == role)
    assert seat.path == "/"
    assert name in seat.words
    assert seat.page.locator("main a").count() > 0
    seat.press("Sign out")
    seat.go("/children")
    assert seat.path == "/sign-in"


def test_wrong_password_is_said_at_a_focused_summary(sit: Sit) -> None:
    """A wrong password is refused in words, the summary has the focus, the address stays typed."""
    seat = sit()
    seat.go("/sign-in")
    seat.page.get_by_label("Email address").fill("nobody.here@example.org")
    seat.page.get_by_label("Password").fill("wrong")
    seat.press("Sign in")
    assert seat.problems()
    expect(seat.page.get_by_label("Email address")).to_have_value("nobody.here@example.org")
    expect(seat.page.get_by_label("Password")).to_have_value("")
