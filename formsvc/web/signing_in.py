"""Sign in and out, choose a role, see where one is signed in."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from formsvc.access.table import ROLE_WORDS, Action, Role
from formsvc.errors import Forbidden
from formsvc.store.users import Membership
from formsvc.web.guarding import (
    actor,
    actor_of,
    cookie_name,
    is_secure,
    needs,
    open_route,
    safe_next,
    settings,
    signed_in,
    store,
    visitor,
)
from formsvc.workflow.actors import Actor
from formsvc.workflow.demo_log_ins import demo_log_ins
from formsvc.workflow.sessions import own_sessions, sign_out, sign_out_elsewhere
from formsvc.workflow.sign_in import SignInRefused, choose_role, roles_of, sign_in

blueprint = Blueprint("signing_in", __name__)

REFUSED = (
    "The email address or the password is wrong, or the account is locked. After 5 wrong passwords an "
    "account is locked until a manager releases it."
)


@blueprint.get("/sign-in")
@open_route
def ask() -> Response | str:
    """Ask who somebody is; whoever is signed in goes on."""
    if visitor() is not None:
        return _go(request.args.get("next", ""))
    return _page()


@blueprint.post("/sign-in")
@open_route
def answer() -> Response | str | tuple[str, int]:
    """Begin a session, or say once for everything that it could not be begun."""
    email, password = request.form.get("email", "").strip(), request.form.get("password", "")
    missing = {
        "email": "" if email else "Enter your email address",
        "password": "" if password else "Enter your password",
    }
    errors = {name: words for name, words in missing.items() if words}
    if errors:
        return _page(email=email, errors=errors), 422
    try:
        began = sign_in(store(), email=email, password=password, agent=_agent())
    except SignInRefused as error:
        return _page(email=email, errors={"password": REFUSED}), error.status
    session.clear()  # the anti-forgery token of before is no longer good
    wanted = request.form.get("next", "")
    here = _go(wanted) if began.has_role else redirect(url_for("signing_in.roles", next=wanted or None))
    return _with_cookie(here, began.token)


@blueprint.post("/sign-out")
@open_route
def leave() -> Response:
    """End the session here and in the store."""
    signed = signed_in()
    if signed is not None:
        who = actor_of(visitor()) if visitor() is not None else _user(signed.user_id)
        sign_out(store(), actor=who, session_id=signed.id)
    session.clear()
    flash("You are signed out.", "success")
    gone = make_response(redirect(url_for("signing_in.ask")))
    gone.delete_cookie(cookie_name(), path="/", secure=is_secure(), httponly=True, samesite="Lax")
    gone.headers["Clear-Site-Data"] = '"cache"'
    return gone


@blueprint.get("/sign-in/role")
@open_route
def roles() -> Response | str:
    """Ask in which role somebody is here, where there are several."""
    signed = signed_in()
    if signed is None:
        return redirect(url_for("signing_in.ask"))
    return _roles_page()


@blueprint.post("/sign-in/role")
@open_route
def choose() -> Response | str | tuple[str, int]:
    """Act in the chosen role, under a new token."""
    signed = signed_in()
    if signed is None:
        return redirect(url_for("signing_in.ask"))
    try:
        token = choose_role(store(), session=signed, membership_id=request.form.get("role", ""))
    except Forbidden:
        return _roles_page(error="Choose what you are here as"), 422
    return _with_cookie(_go(request.form.get("next", "")), token)


@blueprint.get("/account")
@needs(Action.begin)
def account() -> str:
    """Show who is signed in, as what, and where else."""
    signed = signed_in()
    return render_template(
        "signing_in/account.html",
        sessions=own_sessions(store(), actor=actor()),
        here=None if signed is None else signed.id,
        several=len(roles_of(store(), user_id=actor().user_id or "")) > 1,
    )


@blueprint.post("/account/elsewhere")
@needs(Action.begin)
def elsewhere() -> Response:
    """End every other session of who is signed in."""
    signed = signed_in()
    if signed is not None:
        count = sign_out_elsewhere(store(), actor=actor(), session_id=signed.id)
        flash(f"Signed out in {count} other {'place' if count == 1 else 'places'}.", "success")
    return redirect(url_for("signing_in.account"))


def _page(*, email: str = "", errors: dict[str, str] | None = None) -> str:
    return render_template(
        "signing_in/sign_in.html",
        email=email,
        errors=errors or {},
        next=request.values.get("next", ""),
        demo=demo_log_ins(store(), settings=settings()),
    )


def _roles_page(*, error: str = "") -> str:
    signed = signed_in()
    found = () if signed is None else roles_of(store(), user_id=signed.user_id)
    return render_template(
        "signing_in/roles.html",
        name="" if signed is None else signed.user_name,
        roles=[_role(one) for one in found],
        error=error,
        next=request.values.get("next", ""),
    )


def _role(one: Membership) -> dict[str, Any]:
    return {"id": one.id, "words": ROLE_WORDS[Role(one.role)], "where": one.organisation_name}


def _go(wanted: str) -> Response:
    return redirect(safe_next(wanted) if wanted else url_for("home.home"))


def _with_cookie(response: Any, token: str) -> Response:
    made = make_response(response)
    made.set_cookie(cookie_name(), token, path="/", secure=is_secure(), httponly=True, samesite="Lax")
    return cast("Response", made)


def _user(user_id: str) -> Actor:
    return Actor(user_id=user_id, organisation_id=None, role="")


def _agent() -> str:
    """Return which browser on which system this is, in a few words of ours; no version, no more."""
    said = request.user_agent.string
    browsers = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
        ("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((words for sign, words in browsers if sign in said), "A browser")
    system = next((words for sign, words in systems if sign in said), "")
    return f"{browser} on {system}" if system else browser
