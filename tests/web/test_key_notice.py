"""Administrators are told on every page that the certificate which seals ends soon; nobody else is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from formsvc import clock
from formsvc.workflow.trust import own_key
from tests.web.conftest import Installation

NOTICE = "The certificate that seals documents"


def test_administrator_is_warned_before_the_certificate_ends(
    demo: Installation, as_: Callable[[str], FlaskClient]
) -> None:
    """Sixty-one days ahead nothing is said, fifty-nine ahead until when; then that nothing is sealed."""
    ends = own_key(demo.settings).not_after
    for ahead, said in ((61, ""), (59, "in 59 days"), (-1, "No document can be issued")):
        with clock.held(ends - timedelta(days=ahead, minutes=1)):
            page = as_("administrator").get("/").text
            assert (NOTICE in page) is bool(said)
            assert said in page
            assert NOTICE not in as_("social_worker").get("/").text


def test_nobody_outside_learns_of_the_certificate(demo: Installation) -> None:
    """Whoever is not signed in is told nothing of it."""
    with clock.held(own_key(demo.settings).not_after + timedelta(days=1)):
        for path in ("/sign-in", "/verify"):
            assert NOTICE not in demo.client().get(path).text
