"""Every route x every role x every tie to the child: each answer is the decision's, or is explained here.

The routes come from the application, so a new one is asked for as everybody from its first day. What
the decision allows is not refused; what it refuses is refused in the words of its rule, or looks exactly
like an id that does not exist. `make test` asks a slice of the grid, `make test-all` all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest
from werkzeug.test import TestResponse

from formsvc.access.decision import Decision, decide
from formsvc.access.table import Action, Role, ever
from formsvc.access.terms import ABOUT_NO_CHILD
from formsvc.demo import CHILDREN
from tests.web.conftest import demo_template
from tests.web.everybody import TIES, Everybody, Somebody, everybody, plain

__all__ = ["demo_template"]

OPEN: Final = "open"
HERS: Final = (CHILDREN[0].name, CHILDREN[0].known_as, CHILDREN[0].reference, "TP-DEM2-PAGE", "Rowan Bank")
"""What no refusal tells, whatever it says of roles and rules."""
PARAMETER: Final = re.compile(r"<(?:[a-z]+:)?([a-z0-9_]+)>")
SLICE: Final = 37
"""`make test` asks one in so many of the grid; which, follows from the place in it."""

ABOUT_FORM: Final = frozenset({"record_id", "document_id", "revision_id"})
ABOUT: Final = ABOUT_FORM | {"child_id", "emergency_id", "withholding_id"}
"""What an address can name that the decision is about."""

BEGINS_A_FORM: Final = frozenset({"/children/<child_id>/start/<definition_id>"})
"""Addresses that name a child and mean a form about her: the decision is about that form too."""

NOT_THERE: Final[Mapping[str, str]] = {
    "token": "a link, or a held answer, that is nobody's: tests/web/test_signing_in.py, test_autosave.py",
    "job_id": "no job of the demonstration failed: tests/web/test_jobs.py",
    "path": "a file of the project's own: tests/web/test_pages.py",
    "user_id": "whom one looks after follows from places, not from ties to a child: tests/web/test_people.py",
    "membership_id": "as for user_id",
    "kept_id": "nobody here was cut off while typing",
    "place_id": "places are those of one's own organisation, and here each person's is empty",
    "organisation_id": "organisations are for whoever runs the service",
    "invitation_id": "nobody is invited here: tests/web/test_inviting.py",
    "kind": "a word of the address, not an id",
    "emergency_id": "a look is ended by who took it, and reviewed by another: tests/web/test_emergency.py",
    "late_id": "nobody here typed a page too late",
    "on_call_id": "nobody here is on call",
    "hold_id": "nothing here is held",
    "revision": "the plan here carries no file but its photo: tests/web/test_attachments.py",
    "number": "as for revision",
    "print_id": "a print is its asker's alone, and gone in an hour: tests/web/test_print_home.py",
    "line_id": "nothing here was called back: tests/web/test_recall.py",
    "recall_id": "nothing here was called back: tests/web/test_recall.py",
    "dispute_id": "nothing here is disputed",
    "export_id": "nothing here was exported",
    "reference_id": "no other system's reference is kept here: tests/web/test_references.py",
    "upload_id": "whose case file it is follows from the organisation too: tests/web/test_upload_tasks.py",
    "reader_id": "nobody has a part that is for them alone here",
}
"""Parameters for which nothing real stands in the installation: 404 is right, and why."""

EXPLAINED: Final[Mapping[tuple[str, str, int], str]] = {
    ("GET", "/records/<record_id>/signatures/<signoff_id>", 404): "the plan was signed without a drawing",
    ("GET", "/records/<record_id>/sign-off/<rule_id>", 404): "what is being worked on is not handed in yet",
    ("POST", "/records/<record_id>/sign-off/<rule_id>", 404): "what is being worked on is not handed in yet",
    ("GET", "/records/<record_id>/review", 404): "the review after a move may be done by now",
    ("POST", "/records/<record_id>/review", 404): "the review after a move may be done by now",
    ("GET", "/past-forms/<document_id>", 404): "the past decides, not ties of today: tests/web/test_move.py",
    (
        "POST",
        "/children/<child_id>/exports/<export_id>",
        403,
    ): "who has a form withheld from them may not take all that is held",
    ("GET", "/logo/<sha256>", 404): "no organisation here has a logo",
}
"""(method, address, status) that the decision does not explain, and why it is right."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One method of one address, and what it is for."""

    method: str
    rule: str
    mark: Action | str

    @property
    def names(self) -> tuple[str, ...]:
        """What the address names."""
        return tuple(PARAMETER.findall(self.rule))

    def path(self, ids: Mapping[str, str]) -> str:
        """Return the address with these ids; `nothing` for what has none."""
        return PARAMETER.sub(lambda found: ids.get(found[1], "nothing"), self.rule)


@pytest.fixture(scope="module")
def all_(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everybody]:
    """Return the installation with everybody in it."""
    yield from everybody(demo_template, tmp_path_factory.mktemp("everybody"))


def routes(all_: Everybody) -> tuple[Route, ...]:
    """Return every route of the application as it is today."""
    app = all_.demo.app
    return tuple(
        Route(
            method=method, rule=rule.rule, mark=getattr(app.view_functions[rule.endpoint], "__access__", "")
        )
        for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    )


def real_ids(all_: Everybody, who: Somebody) -> dict[str, str]:
    """Return what an address names for a person: what is there for the child, and their own."""
    own = {
        "document_id": all_.document_for(who.role),
        "user_id": who.user_id,
        "membership_id": who.membership_id,
        "session_id": who.session_id,
    }
    return {**all_.ids, **own}


def judge(all_: Everybody, who: Somebody, route: Route) -> str:
    """Ask as somebody; return what the decision does not explain, empty where it explains the answer."""
    assert isinstance(route.mark, Action)
    ids = real_ids(all_, who)
    reply = all_.ask(who, route.method, route.path(ids))
    is_of_form = bool(ABOUT_FORM & set(route.names)) or route.rule in BEGINS_A_FORM
    about = who.about(form=is_of_form)
    if route.rule in BEGINS_A_FORM:  # a form that is withheld is not the one that would begin
        about = replace(about, withheld=False)
    decision = decide(all_.policy, who.role, route.mark, about)
    if (route.method, route.rule, reply.status_code) in EXPLAINED:
        return ""
    if reply.status_code >= 500:
        return "it broke"
    if not ever(who.role, route.mark):
        return _refusal(reply, decision)
    if not ABOUT & set(route.names) or route.mark in ABOUT_NO_CHILD:
        return _admission(reply, route)
    if decision.allowed:
        return _admission(reply, route)
    if not decision.hides:
        return _refusal(reply, decision)
    unreal = {name: f"no{name}22222222222222222"[:20] for name in route.names if name in ABOUT}
    nothing = all_.ask(who, route.method, route.path({**ids, **unreal}))
    if (reply.status_code, same(reply)) != (nothing.status_code, same(nothing)):
        return f"it tells that it is there: {nothing.status_code} without it"
    return "" if reply.status_code == 404 else "hidden, and no 404"


def _refusal(reply: TestResponse, decision: Decision) -> str:
    if reply.status_code != 403:
        return "refused, and no 403"
    page = plain(reply.text)
    if any(word in page for word in HERS):
        return "refused, and it tells of her"
    return "" if decision.words in page else f"not in the words of {decision.rule}"


def _admission(reply: TestResponse, route: Route) -> str:
    signed_out = reply.status_code == 302 and reply.location.startswith("/sign-in")
    if reply.status_code in (401, 403) or (signed_out and "sign-out" not in route.rule):
        return "allowed, and refused"
    missing = set(route.names) & set(NOT_THERE)
    return "allowed, and not found" if reply.status_code == 404 and not missing else ""


def same(reply: TestResponse) -> str:
    """Return a page without the token that every page has anew."""
    if not (reply.mimetype or "").startswith("text/"):
        return reply.get_data().hex()
    return "".join(line for line in reply.text.splitlines() if "csrf_token" not in line)


def asked(all_: Everybody, role: Role, *, one_in: int = 1) -> list[str]:
    """Return what is unexplained of the grid of one role, or of a slice of it."""
    guarded = [route for route in routes(all_) if route.mark != OPEN]
    grid = [(all_.people[role, tie], route) for tie in TIES for route in guarded]
    offset = list(Role).index(role)
    return [
        f"{who.role} with {who.tie}: {route.method} {route.rule}: {why}"
        for place, (who, route) in enumerate(grid)
        if (place + offset) % one_in == 0
        if (why := judge(all_, who, route))
    ]


def test_every_parameter_has_something_real_or_a_reason(all_: Everybody) -> None:
    """No address is asked for with an id that means nothing, without somebody having said why."""
    there = set(real_ids(all_, all_.natural(Role.social_worker)))
    named = {name for route in routes(all_) if route.mark != OPEN for name in route.names}
    assert named - there - set(NOT_THERE) == set()


@pytest.mark.parametrize("role", Role)
def test_a_slice_of_the_grid_is_explained(all_: Everybody, role: Role) -> None:
    """Of the routes asked for in each tie to the child, each answers as the decision says."""
    assert asked(all_, role, one_in=SLICE) == []


@pytest.mark.long
@pytest.mark.parametrize("role", Role)
def test_all_of_the_grid_is_explained(all_: Everybody, role: Role) -> None:
    """Every route, asked for by every role in every tie to the child, answers as the decision says."""
    assert asked(all_, role) == []


GARBAGE: Final = ("x", "0", "-1", "%00", "..%2f..%2fetc", "' OR 1=1 --", "9" * 400, "\u202e\ud7ff", "<b>")
UNTOUCHED: Final = frozenset({"audit_entry", "audit_unlinked", "session", "blob", "alembic_version"})
"""What asking for a page writes: that it was asked for, and that somebody is awake."""


def some(*first: Role) -> list[Any]:
    """Return every role as a parameter: these for `make test`, the others for `make test-all`."""
    return [role if role in first else pytest.param(role, marks=pytest.mark.long) for role in Role]


def naming(all_: Everybody) -> tuple[Route, ...]:
    """Return the guarded routes that name something."""
    return tuple(route for route in routes(all_) if route.mark != OPEN and route.names)


@pytest.mark.parametrize("role", some(Role.social_worker, Role.home_staff))
def test_what_is_elsewhere_looks_like_nothing(all_: Everybody, role: Role) -> None:
    """An id of another organisation's child, plan, document, person or role is answered as no id at all."""
    who, there = all_.natural(role), all_.elsewhere
    before = all_.held_elsewhere()
    theirs = {
        "child_id": there.child_id,
        "record_id": there.record_id,
        "document_id": there.document_id,
        "user_id": there.user_id,
        "membership_id": there.membership_id,
    }
    told = []
    for route in naming(all_):
        if not set(route.names) & set(theirs) or not ever(role, _action(route)):
            continue
        ids = real_ids(all_, who)
        foreign = all_.ask(who, route.method, route.path({**ids, **theirs}))
        nothing = {name: f"no{name}22222222222222222"[:20] for name in theirs}
        unreal = all_.ask(who, route.method, route.path({**ids, **nothing}))
        if (foreign.status_code, same(foreign)) != (unreal.status_code, same(unreal)):
            told.append(f"{route.method} {route.rule}: {foreign.status_code}, {unreal.status_code}")
    assert told == []
    assert all_.held_elsewhere() == before


@pytest.mark.parametrize(
    "role", (Role.team_manager, pytest.param(Role.administrator, marks=pytest.mark.long))
)
def test_garbage_for_an_identifier_breaks_nothing(all_: Everybody, role: Role) -> None:
    """Whatever stands where an id should is not found, or refused; nothing falls over."""
    who = all_.natural(role)
    for place, route in enumerate(naming(all_)):
        for name in route.names:
            rubbish = GARBAGE[(place + len(name)) % len(GARBAGE)]
            reply = all_.ask(who, route.method, route.path({**real_ids(all_, who), name: rubbish}))
            assert reply.status_code < 500, (route.method, route.rule, rubbish)


def test_asking_changes_nothing(all_: Everybody) -> None:
    """No page that is asked for changes anything but the note that it was asked for."""
    for role in (Role.team_manager, Role.home_staff, Role.administrator):
        who = all_.natural(role)
        all_.undo()
        before = all_.everything(but=UNTOUCHED)
        for route in routes(all_):
            if route.method == "GET":
                all_.ask(who, "GET", route.path(real_ids(all_, who)))
        after = all_.everything(but=UNTOUCHED)
        assert {name for name in before if before[name] != after[name]} == set()


def test_each_refusal_is_noted(all_: Everybody) -> None:
    """Who was refused what, of which id, stands in the audit; and the words of the page do not."""
    who = all_.people[Role.police_coordinator, "none"]
    for route in naming(all_):
        if not ABOUT & set(route.names) or route.method != "GET":
            continue
        before = all_.refusals()
        reply = all_.ask(who, "GET", route.path(real_ids(all_, who)))
        if reply.status_code in (403, 404):
            assert all_.refusals() == before + 1, route.rule


def test_nobody_is_sent_to_sign_in_from_everywhere(all_: Everybody) -> None:
    """Without a session each guarded address leads to the same page, whatever it names."""
    for route in naming(all_):
        for ids in (all_.ids, {}):
            reply = all_.ask(None, route.method, route.path(ids))
            assert reply.status_code == 302, route.rule
            assert reply.location.partition("?")[0] == "/sign-in", route.rule


def _action(route: Route) -> Action:
    assert isinstance(route.mark, Action)
    return route.mark
