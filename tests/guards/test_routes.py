"""Every route and who may reach it: frozen here, held against the access table, asked for as everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from flask import Flask

from formsvc.access.decision import About, decide
from formsvc.access.people import PLACE_OF
from formsvc.access.policy import load_policy
from formsvc.access.table import TABLE, Action, Relation, Role, audience_for, ever
from formsvc.demo import AREA, CHILDREN, USERS
from formsvc.store import documents, organisations, relations, sessions, users
from formsvc.workflow.sessions import hashed
from tests.web.conftest import Installation, StrictClient, demo, demo_app, demo_template, sign_in_as

__all__ = ["demo", "demo_app", "demo_template"]

OPEN: Final = "open"
RECORD: Final = "demorecordplan222222"
A: Final = Action

ROUTES: Final[dict[tuple[str, str], Action | str]] = {
    ("GET", "/"): A.begin,
    ("GET", "/account"): A.begin,
    ("POST", "/account/elsewhere"): A.begin,
    ("GET", "/account/kept"): A.begin,
    ("POST", "/account/kept/<kept_id>/done"): A.begin,
    ("GET", "/account/second-factor"): OPEN,
    ("POST", "/account/second-factor"): OPEN,
    ("POST", "/account/second-factor/begin"): OPEN,
    ("POST", "/account/second-factor/recovery"): A.begin,
    ("POST", "/account/second-factor/remove"): A.begin,
    ("POST", "/account/sessions/<session_id>/end"): A.begin,
    ("POST", "/awake"): OPEN,
    ("POST", "/lock"): OPEN,
    ("GET", "/on-call"): A.see_on_call,
    ("POST", "/on-call/<user_id>/release"): A.see_on_call,
    ("POST", "/on-call/name"): A.manage_people,
    ("POST", "/on-call/spans/<on_call_id>/end"): A.manage_people,
    ("POST", "/people/<user_id>/code"): A.manage_people,
    ("POST", "/people/<user_id>/second-factor/remove"): A.manage_people,
    ("GET", "/people/<user_id>/sessions"): A.manage_people,
    ("POST", "/people/<user_id>/sessions/end"): A.manage_people,
    ("GET", "/people/left"): A.manage_people,
    ("POST", "/people/left/<kept_id>/done"): A.manage_people,
    ("GET", "/people/roles/<membership_id>/until"): A.manage_people,
    ("POST", "/people/roles/<membership_id>/until"): A.manage_people,
    ("GET", "/people/shift"): A.manage_people,
    ("POST", "/people/shift"): A.manage_people,
    ("GET", "/sign-in/code"): OPEN,
    ("POST", "/sign-in/code"): OPEN,
    ("POST", "/switch"): OPEN,
    ("POST", "/unlock"): OPEN,
    ("GET", "/administration"): A.manage_organisation,
    ("GET", "/administration/access"): A.explain_access,
    ("POST", "/administration/access"): A.explain_access,
    ("GET", "/administration/add/<kind>"): A.manage_organisation,
    ("POST", "/administration/add/<kind>"): A.manage_organisation,
    ("GET", "/administration/areas"): A.see_areas,
    ("GET", "/administration/areas/<area_id>"): A.see_areas,
    ("GET", "/administration/areas/<area_id>/<definition_id>"): A.see_areas,
    ("GET", "/administration/logo"): A.manage_organisation,
    ("POST", "/administration/logo"): A.manage_organisation,
    ("GET", "/administration/name"): A.manage_organisation,
    ("POST", "/administration/name"): A.manage_organisation,
    ("GET", "/administration/places/<place_id>"): A.manage_organisation,
    ("POST", "/administration/places/<place_id>"): A.manage_organisation,
    ("GET", "/administration/places/<place_id>/close"): A.manage_organisation,
    ("POST", "/administration/places/<place_id>/close"): A.manage_organisation,
    ("GET", "/administration/seal"): A.see_seal,
    ("GET", "/administration/seal/certificate.pem"): A.see_seal,
    ("GET", "/assets/app/<path:name>"): OPEN,
    ("GET", "/assets/fonts/<path:name>"): OPEN,
    ("GET", "/assets/govuk-frontend.js"): OPEN,
    ("GET", "/assets/govuk/<path:name>"): OPEN,
    ("GET", "/audit"): A.see_audit,
    ("GET", "/audit.csv"): A.see_audit,
    ("GET", "/children"): A.list_children,
    ("POST", "/children"): A.list_children,
    ("GET", "/children/<child_id>/looked"): A.see_history,
    ("GET", "/children/<child_id>"): A.see_child,
    ("GET", "/children/<child_id>/photo"): A.see_child,
    ("POST", "/children/<child_id>/placement"): A.place_child,
    ("GET", "/children/<child_id>/placement"): A.place_child,
    ("POST", "/children/<child_id>/start/<definition_id>"): A.start_record,
    ("GET", "/children/<child_id>/workers"): A.allocate,
    ("POST", "/children/<child_id>/workers"): A.allocate,
    ("GET", "/children/<child_id>/identity"): A.correct_child,
    ("POST", "/children/<child_id>/identity"): A.correct_child,
    ("GET", "/children/<child_id>/withheld"): A.withhold,
    ("POST", "/children/<child_id>/withheld"): A.withhold,
    ("POST", "/children/<child_id>/withheld/<withholding_id>/end"): A.withhold,
    ("POST", "/children/<child_id>/withheld/readers"): A.withhold,
    ("POST", "/children/<child_id>/withheld/readers/<reader_id>/end"): A.withhold,
    ("POST", "/children/new"): A.add_child,
    ("GET", "/children/new"): A.add_child,
    ("GET", "/children/<child_id>/disposal"): A.propose_disposal,
    ("POST", "/children/<child_id>/disposal"): A.propose_disposal,
    ("GET", "/children/<child_id>/disposal/confirm"): A.confirm_disposal,
    ("POST", "/children/<child_id>/disposal/confirm"): A.confirm_disposal,
    ("GET", "/children/<child_id>/disposal/stop"): A.propose_disposal,
    ("POST", "/children/<child_id>/disposal/stop"): A.propose_disposal,
    ("GET", "/children/<child_id>/export"): A.export_child,
    ("POST", "/children/<child_id>/export"): A.export_child,
    ("POST", "/children/<child_id>/exports/<export_id>"): A.export_child,
    ("GET", "/children/<child_id>/keeping"): A.hold_child,
    ("POST", "/children/<child_id>/keeping/close"): A.close_case,
    ("GET", "/children/<child_id>/references"): A.keep_references,
    ("POST", "/children/<child_id>/references"): A.keep_references,
    ("GET", "/children/<child_id>/references/<reference_id>"): A.keep_references,
    ("POST", "/children/<child_id>/references/<reference_id>"): A.keep_references,
    ("POST", "/children/<child_id>/references/<reference_id>/end"): A.keep_references,
    ("GET", "/children/<child_id>/keeping/hold"): A.hold_child,
    ("POST", "/children/<child_id>/keeping/hold"): A.hold_child,
    ("GET", "/children/<child_id>/keeping/holds/<hold_id>/lift"): A.lift_hold,
    ("POST", "/children/<child_id>/keeping/holds/<hold_id>/lift"): A.lift_hold,
    ("POST", "/children/<child_id>/keeping/reopen"): A.close_case,
    ("GET", "/disposals"): A.see_disposals,
    ("GET", "/retention"): A.set_retention,
    ("POST", "/retention"): A.set_retention,
    ("GET", "/print-home"): A.print_home,
    ("POST", "/print-home"): A.print_home,
    ("POST", "/print-home/paper"): A.print_home,
    ("GET", "/print-home/<print_id>"): A.print_home,
    ("POST", "/print-home/<print_id>"): A.print_home,
    ("GET", "/demo"): OPEN,
    ("GET", "/documents/<document_id>/handed-out"): A.hand_out,
    ("POST", "/documents/<document_id>/handed-out"): A.hand_out,
    ("GET", "/demo/<document_id>"): OPEN,
    ("GET", "/documents"): A.see_documents,
    ("GET", "/documents/<document_id>"): A.download,
    ("GET", "/drafts"): A.see_drafts,
    ("POST", "/children/<child_id>/placement/undo"): A.place_child,
    ("GET", "/emergencies/<emergency_id>"): A.see_emergency,
    ("POST", "/emergencies/<emergency_id>"): A.review_emergency,
    ("POST", "/emergencies/<emergency_id>/end"): A.break_glass,
    ("GET", "/emergency"): A.break_glass,
    ("POST", "/emergency"): A.break_glass,
    ("GET", "/past-forms"): A.see_own_past,
    ("GET", "/past-forms/<document_id>"): A.see_own_past,
    ("GET", "/records/<record_id>/late/<late_id>"): A.edit_record,
    ("POST", "/records/<record_id>/late/<late_id>"): A.edit_record,
    ("GET", "/records/<record_id>/review"): A.review_plan,
    ("POST", "/records/<record_id>/review"): A.review_plan,
    ("GET", "/records/<record_id>/secrets"): A.reveal,
    ("GET", "/records/<record_id>/secrets/<path>/destroy"): A.keep_secret,
    ("POST", "/records/<record_id>/secrets/<path>/destroy"): A.keep_secret,
    ("GET", "/records/<record_id>/secrets/<path>/keep"): A.keep_secret,
    ("POST", "/records/<record_id>/secrets/<path>/keep"): A.keep_secret,
    ("GET", "/records/<record_id>/secrets/<path>/reveal"): A.reveal,
    ("POST", "/records/<record_id>/secrets/<path>/reveal"): A.reveal,
    ("GET", "/forms/<definition_id>/<area_id>/blank"): A.begin,
    ("GET", "/invitation/<token>"): OPEN,
    ("POST", "/invitation/<token>"): OPEN,
    ("GET", "/invitations"): OPEN,
    ("POST", "/invitations/<invitation_id>"): OPEN,
    ("GET", "/jobs"): A.see_jobs,
    ("POST", "/jobs/<job_id>/retry"): A.retry_job,
    ("GET", "/logo/<sha256>"): A.begin,
    ("GET", "/organisations"): A.manage_instance,
    ("GET", "/organisations/<organisation_id>/invite"): A.manage_instance,
    ("POST", "/organisations/<organisation_id>/invite"): A.manage_instance,
    ("GET", "/organisations/new"): A.manage_instance,
    ("POST", "/organisations/new"): A.manage_instance,
    ("GET", "/password/<token>"): OPEN,
    ("POST", "/password/<token>"): OPEN,
    ("GET", "/password/change"): A.begin,
    ("POST", "/password/change"): A.begin,
    ("GET", "/people"): A.manage_people,
    ("POST", "/people/<user_id>/release"): A.manage_people,
    ("POST", "/people/<user_id>/reset"): A.manage_people,
    ("POST", "/people/invitations/<invitation_id>/withdraw"): A.manage_people,
    ("POST", "/people/invite"): A.manage_people,
    ("POST", "/people/roles/<membership_id>/end"): A.manage_people,
    ("GET", "/recalls"): A.begin,
    ("POST", "/recalls/<line_id>"): A.begin,
    ("GET", "/records/<record_id>"): A.edit_record,
    ("GET", "/records/<record_id>/recall-copy"): A.recall,
    ("POST", "/records/<record_id>/recall-copy"): A.recall,
    ("GET", "/records/<record_id>/recalls/<recall_id>"): A.recall,
    ("POST", "/records/<record_id>/recalls/<recall_id>/close"): A.recall,
    ("GET", "/records/<record_id>/recalls/<recall_id>/holders/<line_id>"): A.recall,
    ("POST", "/records/<record_id>/recalls/<recall_id>/holders/<line_id>"): A.recall,
    ("GET", "/records/<record_id>/who-had-it"): A.see_history,
    ("GET", "/records/<record_id>/approve"): A.approve,
    ("POST", "/records/<record_id>/approve"): A.approve,
    ("GET", "/records/<record_id>/check"): A.edit_record,
    ("GET", "/records/<record_id>/compare"): A.compare,
    ("GET", "/records/<record_id>/files/<sha256>"): A.edit_record,
    ("GET", "/records/<record_id>/disputes"): A.see_record,
    ("POST", "/records/<record_id>/disputes"): A.dispute,
    ("POST", "/records/<record_id>/disputes/<dispute_id>"): A.settle_dispute,
    ("GET", "/records/<record_id>/history"): A.compare,
    ("POST", "/records/<record_id>/issue"): A.finalise,
    ("GET", "/records/<record_id>/issue"): A.download,
    ("POST", "/records/<record_id>/pages/<page_id>"): A.edit_record,
    ("GET", "/records/<record_id>/pages/<page_id>"): A.edit_record,
    ("POST", "/records/<record_id>/pages/<page_id>/choose"): A.edit_record,
    ("GET", "/records/<record_id>/pages/<page_id>/held/<token>"): A.edit_record,
    ("GET", "/records/<record_id>/pages/<page_id>/rows/<group_id>/<row_id>"): A.edit_record,
    ("POST", "/records/<record_id>/pages/<page_id>/rows/<group_id>/<row_id>"): A.edit_record,
    ("GET", "/records/<record_id>/preview"): A.edit_record,
    ("GET", "/records/<record_id>/read"): A.download,
    ("GET", "/records/<record_id>/text"): A.download,
    ("GET", "/records/<record_id>/text.txt"): A.download,
    ("GET", "/records/<record_id>/revisions/<revision>/attachments/<number>"): A.download,
    ("GET", "/records/<record_id>/sheet"): A.download,
    ("POST", "/records/<record_id>/sheet"): A.download,
    ("GET", "/records/<record_id>/sheet/photo"): A.download,
    ("GET", "/records/<record_id>/taught"): A.release_fact,
    ("POST", "/records/<record_id>/taught/<fact_id>"): A.release_fact,
    ("GET", "/records/<record_id>/uploads/<upload_id>"): A.upload_copy,
    ("POST", "/records/<record_id>/uploads/<upload_id>"): A.upload_copy,
    ("GET", "/records/<record_id>/uploads/<upload_id>/file"): A.upload_copy,
    ("POST", "/records/<record_id>/uploads/<upload_id>/not-needed"): A.upload_copy,
    ("POST", "/records/<record_id>/uploads/<upload_id>/undo"): A.upload_copy,
    ("GET", "/records/<record_id>/revise"): A.edit_record,
    ("POST", "/records/<record_id>/revise"): A.edit_record,
    ("GET", "/records/<record_id>/send-back"): A.send_back,
    ("POST", "/records/<record_id>/send-back"): A.send_back,
    ("GET", "/records/<record_id>/send-now"): A.finalise,
    ("POST", "/records/<record_id>/send-now"): A.finalise,
    ("POST", "/records/<record_id>/sign-off"): A.sign_off,
    ("GET", "/records/<record_id>/sign-off"): A.see_record,
    ("GET", "/records/<record_id>/sign-off/<rule_id>"): A.sign_off,
    ("POST", "/records/<record_id>/sign-off/<rule_id>"): A.sign_off,
    ("GET", "/records/<record_id>/signatures/<signoff_id>"): A.see_record,
    ("GET", "/records/<record_id>/withdraw"): A.withdraw,
    ("POST", "/records/<record_id>/withdraw"): A.withdraw,
    ("POST", "/sign-in"): OPEN,
    ("GET", "/sign-in"): OPEN,
    ("POST", "/sign-in/role"): OPEN,
    ("GET", "/sign-in/role"): OPEN,
    ("POST", "/sign-out"): OPEN,
    ("POST", "/verify"): OPEN,
    ("GET", "/verify"): OPEN,
    ("POST", "/verify/printed"): OPEN,
}
"""(method, address) -> what it is for. A new route is written here on purpose, or this fails."""


TELLING: Final = frozenset(
    {Role.home_staff, Role.social_worker, Role.police_coordinator, Role.reviewing_officer, Role.administrator}
)
"""Roles that between them meet every rule; the others are asked in the long tests and the grid's slices."""
SEATS: Final = [
    pytest.param(role, marks=() if role in TELLING else pytest.mark.long, id=role.value) for role in Role
]


def address(rule: str, *, document_id: str = "nothing") -> str:
    """Return an address of a route about the demo's child, her plan and a document of it."""
    parts = {
        "child_id": CHILDREN[0].id,
        "record_id": RECORD,
        "document_id": document_id,
        "user_id": USERS[0].id,
        "membership_id": USERS[0].membership_id,
        "page_id": "profile",
        "group_id": "associates",
        "rule_id": "author",
        "definition_id": "trigger_plan",
        "area_id": AREA,
        "path:name": "nothing.css",
    }
    for name in [one.split(">")[0] for one in rule.split("<")[1:]]:
        rule = rule.replace(f"<{name}>", parts.get(name, "nothing"))
    return rule


def routes_of(app: Flask) -> dict[tuple[str, str], object]:
    """Return every route of an application with its mark."""
    return {
        (method, rule.rule): getattr(app.view_functions[rule.endpoint], "__access__", None)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_route_list_is_frozen(demo: Installation) -> None:
    """A route comes, goes or changes what it is for only together with this list."""
    assert routes_of(demo.app) == ROUTES


def test_table_names_every_action() -> None:
    """Each action has its row, and no row an empty set of relations: that would mean nobody, unseen."""
    assert set(TABLE) == set(Action)
    assert all(reach is None or reach for row in TABLE.values() for reach in row.values())


def test_every_action_is_asked_by_a_route_or_a_page() -> None:
    """No row of the table is idle, but for what a page shows and what is kept for the command line."""
    shown_only = {Action.see_history, Action.see_audit, Action.start_record}
    assert set(Action) - set(ROUTES.values()) <= shown_only


def test_administrator_reaches_no_child() -> None:
    """Whoever looks after the service sees nothing about anybody."""
    about_children = [action for action, row in TABLE.items() if any(row.values())]
    assert not any(ever(Role.administrator, action) for action in about_children)


def test_nobody_reaches_only_what_is_open(demo: Installation) -> None:
    """Who is not signed in is sent to sign in, from every other route, whatever it names."""
    for (method, rule), mark in sorted(ROUTES.items()):
        reply = demo.client().open(address(rule), method=method)
        reply.close()
        sent = reply.status_code == 302 and reply.location.startswith("/sign-in")
        if mark == OPEN:
            assert reply.status_code not in (401, 403), (method, rule)
        else:
            assert sent, (method, rule, reply.status_code)


def test_another_site_can_post_nothing(demo: Installation) -> None:
    """A post without the token of our own page is refused, signed in or not, but for checking a document."""
    one = USERS[0]
    client = sign_in_as(demo, user_id=one.id, membership_id=one.membership_id)
    for method, rule in sorted(ROUTES):
        if method == "POST" and not rule.startswith("/verify"):
            assert client.open(address(rule), method="POST", forged=True).status_code == 400, rule


@pytest.mark.parametrize("role", SEATS)
def test_route_answers_a_role_as_the_table_says(demo: Installation, role: Role) -> None:
    """Each route is asked for by each role of the demo, about the child whose plan is issued."""
    one = next(user for user in USERS if user.role == role)
    client = sign_in_as(demo, user_id=one.id, membership_id=one.membership_id)
    with demo.store.read() as tx:
        held = users.memberships(tx, user_id=one.id)[0]
        copies = [
            found.id
            for found in documents.of_record(tx, RECORD)
            if found.audience_id == (audience_for(role) or "full")
        ]
        tied = _relations(demo, client)
    assert held.role == role
    policy = load_policy(demo.settings.form_templates)
    for (method, rule), mark in _in_order():
        if mark == OPEN:
            continue
        assert isinstance(mark, Action)
        path = address(rule, document_id=copies[0] if copies else "nothing")
        status = client.open(path, method=method).status_code
        about_child = "<child_id>" in rule or "<record_id>" in rule or "<document_id>" in rule
        if not ever(role, mark):
            assert status == 403, (role, method, rule, status)
        elif about_child and not decide(policy, role, mark, _about(rule, tied)).allowed:
            assert status in (403, 404), (role, method, rule, status)
        else:
            assert status not in (401, 403), (role, method, rule, status)


@pytest.mark.parametrize("role", SEATS)
def test_stranger_learns_nothing_from_an_id(demo: Installation, role: Role) -> None:
    """Somebody of the same role elsewhere gets, for an id that is real, what one that is not gets."""
    client = _stranger(demo, role)
    for (method, rule), mark in _in_order():
        if mark == OPEN or not ("<child_id>" in rule or "<record_id>" in rule or "<document_id>" in rule):
            continue
        assert isinstance(mark, Action)
        with demo.store.read() as tx:
            document_id = documents.of_record(tx, RECORD)[0].id
        real = client.open(address(rule, document_id=document_id), method=method)
        unreal = client.open(_unreal(rule), method=method)
        assert real.status_code == (404 if ever(role, mark) else 403), (role, method, rule)
        assert real.status_code == unreal.status_code
        assert _same(real.text) == _same(unreal.text)


def _in_order() -> Iterator[tuple[tuple[str, str], Action | str]]:
    """Yield the routes, those that read before those that write, signing out last."""
    yield from sorted(ROUTES.items(), key=lambda one: (one[0][0] != "GET", "elsewhere" in one[0][1], one[0]))


def _about(rule: str, tied: frozenset[Relation]) -> About:
    """Return what a route is about: the child alone, or her plan as well."""
    if "<child_id>" in rule and not rule.endswith("/start/<definition_id>"):
        return About(relations=tied)
    return About(relations=tied, definition="trigger_plan", area=AREA)


def _unreal(rule: str) -> str:
    return address(
        rule.replace("<child_id>", "nobody2222222222222z")
        .replace("<record_id>", "norecord222222222222")
        .replace("<document_id>", "nodocument2222222222")
    )


def _same(page: str) -> str:
    """Return a page without the token that every page has anew."""
    return "".join(line for line in page.splitlines() if "csrf_token" not in line)


def _relations(demo: Installation, client: StrictClient) -> frozenset[Relation]:
    cookie = client.get_cookie("formsvc")
    assert cookie is not None
    with demo.store.read() as tx:
        signed = sessions.by_token(tx, hashed(cookie.value))
        assert signed is not None
        assert signed.person is not None
        found = relations.relations(tx, signed.person, child_id=CHILDREN[0].id)
    assert found is not None
    return found


def _stranger(demo: Installation, role: Role) -> StrictClient:
    """Return somebody of this role in another organisation, with a team, home and force of another area."""
    with demo.store.write() as tx:
        organisation_id = organisations.add(tx, name="Another organisation", kind="authority")
        name = "Another place"
        team_id = organisations.add_team(tx, organisation_id=organisation_id, name=name)
        home_id = organisations.add_home(tx, organisation_id=organisation_id, name=name, area_id=AREA)
        force_id = organisations.add_force(tx, organisation_id=organisation_id, name=name, area_id="BED")
        user_id = users.add(tx, email="stranger@example.org", name="Perpetua Stranger-Okoro")
        membership_id = users.add_membership(
            tx,
            user_id=user_id,
            organisation_id=organisation_id,
            role=role.value,
            team_id=team_id if PLACE_OF.get(role) == "team" else None,
            home_id=home_id if PLACE_OF.get(role) == "home" else None,
            force_id=force_id if PLACE_OF.get(role) == "force" else None,
        )
    return sign_in_as(demo, user_id=user_id, membership_id=membership_id)
