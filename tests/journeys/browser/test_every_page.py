"""Every page that each role can reach: axe-core finds nothing, and nothing is wider than a phone."""

from __future__ import annotations

import re
from collections import deque

import pytest

from formsvc.demo import USERS, WORKER
from formsvc.store import revisions
from formsvc.workflow.freeze import freeze
from formsvc.workflow.sign_off import sign_off
from tests.journeys.browser.conftest import Sit
from tests.journeys.browser.seat import Seat
from tests.journeys.browser.site import Site
from tests.web.plans import AUTHOR, fill, started

KINDS = re.compile(r"/(?=[a-z0-9-]*[0-9])[a-z0-9]{8,}(?=/|$)")
"""What stands for an id in a path: one page of each kind is enough."""
ALIKE = frozenset({"home_staff", "return_interviewer", "out_of_hours", "missing_coordinator"})
"""Roles who see what a residential manager or a social worker sees, and less: judged by `make test-all`."""
SECTION = re.compile(r"/pages/[a-z_]+$")
AREA_FORM = re.compile(r"(/administration/areas/[A-Z]{3})/[a-z_]+$")
"""A form as an area has it: one of each area is enough."""
NO_PAGE = re.compile(
    r"^/(documents/.|demo/.|assets/|sign-out)"
    r"|/(preview|photo|blank|file|text\.txt|certificate\.pem|audit\.csv)$|/(files|signatures)/"
)


@pytest.fixture(scope="module")
def worked_on(site: Site) -> dict[str, str]:
    """Return state -> record: one that is begun, one that is filled, one that waits for its manager."""
    made: dict[str, str] = {}
    for state, name in (
        ("begun", "Ondine Farr-Whitlock"),
        ("filled", "Cosmo Ó Bric"),
        ("waiting", "Tamsin Yarrow"),
    ):
        made[state] = started(site.installation, child_id=site.add_child(name))
        if state != "begun":
            fill(site.installation, made[state])
    with site.installation.store.read() as tx:
        revision = revisions.opened(tx, made["waiting"])
    assert revision is not None
    frozen = freeze(site.installation.store, actor=AUTHOR, revision_id=revision.id)
    sign_off(
        site.installation.store,
        actor=AUTHOR,
        revision_id=revision.id,
        rule_id="author",
        binds=frozen.binds,
        name=WORKER.name,
    )
    return made


@pytest.mark.parametrize(
    "role",
    [pytest.param(one.role, marks=pytest.mark.long if one.role in ALIKE else ()) for one in USERS],
)
def test_nothing_is_wrong_with_any_page_of_a_role(sit: Sit, worked_on: dict[str, str], role: str) -> None:
    """Each kind of page that links lead to from the role's first page is judged, wide and at 390 px."""
    seat = sit(role)
    found = walk(seat, role, ["/", *(f"/records/{one}" for one in worked_on.values())])
    assert not found, "\n".join(found)


def test_nothing_is_wrong_with_any_page_for_anybody(sit: Sit) -> None:
    """The pages without a sign-in are judged too, wide and at 390 px."""
    found = walk(sit(), "nobody", ["/sign-in", "/verify", "/demo", "/no-such-page"])
    assert not found, "\n".join(found)


def walk(seat: Seat, name: str, begin: list[str]) -> list[str]:
    """Follow every link from some addresses, one of each kind of page; return what is wrong with them.

    The sections of a form are the same page for everybody who may write in it: one role reads them all.
    """
    waiting, seen, wrong = deque(begin), set(), []
    while waiting:
        path = waiting.popleft()
        kind = path if path in begin else AREA_FORM.sub(r"\1/*", KINDS.sub("/*", path))
        if name != "social_worker":
            kind = SECTION.sub("/pages/*", kind)
        if kind in seen:
            continue
        seen.add(kind)
        reply = seat.go(path)
        if reply.status >= 500:
            wrong.append(f"{path}: {reply.status}")
        wrong += seat.look(f"{name} {kind}")
        links = seat.page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        for link in links:
            inner = re.split(r"[?#]", link.removeprefix(seat.site.address))[0]
            if inner.startswith("/") and not NO_PAGE.search(inner):
                waiting.append(inner)
    return wrong
