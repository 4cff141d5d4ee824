"""A child with an issued plan, and people of another home, for the journeys of moves and emergencies."""

from __future__ import annotations

import threading
from typing import Final

from formsvc import clock
from formsvc.demo import AREA, PROVIDER
from formsvc.store import documents, organisations, users
from tests.journeys.browser.seat import Seat
from tests.journeys.browser.site import PATIENCE, Site
from tests.web.newcomers import LIGHT
from tests.web.plans import fill, sign, started

_TURN: Final = 0.2
_COPIES: Final = 8


def child_with_plan(site: Site, name: str, *, born: str = "2012-05-04") -> tuple[str, str]:
    """Return (child, record) of an invented child in the demo's home, whose plan is issued in all copies."""
    child_id = site.add_child(name, born=born)
    record_id = started(site.installation, child_id=child_id)
    fill(site.installation, record_id)
    sign(site.installation, record_id, by_manager=True)
    turn = threading.Event()
    for _ in range(int(PATIENCE / _TURN)):
        with site.installation.store.read() as tx:
            if len(documents.of_record(tx, record_id)) == _COPIES:
                return child_id, record_id
        turn.wait(_TURN)
    raise AssertionError("the worker has not issued the plan")


def other_home(site: Site, name: str) -> tuple[str, str]:
    """Add a home of the demo's provider with somebody who works in it; return (home, address to sign in)."""
    mark = clock.new_id(6)
    with site.installation.store.write() as tx:
        home_id = organisations.add_home(tx, organisation_id=PROVIDER, name=name, area_id=AREA)
        email = f"night.{mark}@example.org"
        user_id = users.add(tx, email=email, name="Idris Vandermeer-Oyelade", password=LIGHT)
        users.add_membership(
            tx, user_id=user_id, organisation_id=PROVIDER, role="home_staff", home_id=home_id
        )
    return home_id, email


def sign_in_with(seat: Seat, email: str, password: str) -> None:
    """Sign in by hand with an address."""
    seat.go("/sign-in")
    seat.page.get_by_label("Email address").fill(email)
    seat.page.get_by_label("Password").fill(password)
    seat.press("Sign in")
    seat.page.wait_for_url(f"{seat.site.address}/")
