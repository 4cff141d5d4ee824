"""Sign in and out, switch person, prove more, unlock; choose a role, see where one is signed in."""

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
    forget_session,
    is_secure,
    lock_page,
    mark_of,
    mark_of_user,
    needs,
    open_route,
    open_session,
    person,
    safe_next,
    session_standing,
    settings,
    signed_in,
    store,
    visitor,
)
from formsvc.workflow.actors import Actor
from formsvc.workflow.demo_log_ins import demo_log_ins
from formsvc.workflow.keep_typed import finish_kept, own_kept
from formsvc.workflow.lock_session import lock_session, unlock_session
from formsvc.workflow.sessions import (
    Standing,
    end_own_session,
    keep_awake,
    own_sessions,
    sign_out,
    sign_out_elsewhere,
)
from formsvc.workflow.sign_in import SignedIn, SignInRefused, choose_role, give_code, roles_of, sign_in

blueprint = Blueprint("signing_in", __name__)

BY_CODE = "by-code"
GONE = 410
"""What a page of ours is told when its session has ended."""
REFUSED = (
    "The email address or the password is wrong, or the account is locked. After 5 wrong passwords an "
    "account is locked until a manager releases it."
)
WRONG_CODE = (
    "The code is wrong, or was used already: wait for the next one. After 5 wrong ones an account is locked"
)
WRONG_PASSWORD = "That is not the password, or the account is locked"  # noqa: S105  (words for people)


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
        "email": "" if email else "Enter your email address or sign-in name",
        "password": "" if password else "Enter your password",
    }
    errors = {name: words for name, words in missing.items() if words}
    if errors:
        return _page(email=email, errors=errors), 422
    try:
        began = sign_in(store(), email=email, password=password, agent=agent_words())
    except SignInRefused as error:
        return _page(email=email, errors={"password": REFUSED}), error.status
    _leave_session(why="switched")
    if began.link:
        session[BY_CODE] = True  # who has just typed a code need not sign in once more
        return redirect(url_for("people.ask_password", token=began.link), 303)
    return enter(began)


@blueprint.get("/sign-in/code")
@open_route
def ask_code() -> Response | str:
    """Ask for the code of the second factor."""
    if session_standing() is not Standing.code_due:
        return redirect(url_for("signing_in.ask"))
    return _code_page()


@blueprint.post("/sign-in/code")
@open_route
def answer_code() -> Response | str | tuple[str, int]:
    """Let the session open, under a new token."""
    signed = signed_in()
    if signed is None or session_standing() is not Standing.code_due:
        return redirect(url_for("signing_in.ask"))
    code = request.form.get("code", "")
    if not code.strip():
        return _code_page(error="Enter the code from your app, or a recovery code"), 422
    try:
        began = give_code(store(), session=signed, code=code)
    except SignInRefused as error:
        return _code_page(error=WRONG_CODE), error.status
    return enter(began)


@blueprint.post("/sign-out")
@open_route
def leave() -> Response:
    """End the session here and in the store."""
    _leave_session(why="signed_out")
    flash("You are signed out.", "success")
    return _gone(redirect(url_for("signing_in.ask")))


@blueprint.post("/switch")
@open_route
def switch() -> Response:
    """End this person's session at once and ask who works on; nothing leads back to what was open."""
    _leave_session(why="switched")
    return _gone(redirect(url_for("signing_in.ask", switched=1), 303))


@blueprint.post("/lock")
@open_route
def lock() -> Response:
    """Lock the screen of who is signed in: their page covered itself, or they walk away."""
    signed = open_session()
    if signed is not None:
        lock_session(store(), session=signed, why="asked")
    forget_session()
    if request.accept_mimetypes.best == "application/json":
        return Response("{}", mimetype="application/json")
    return redirect(url_for("home.home"), 303)


@blueprint.post("/unlock")
@open_route
def unlock() -> Response:
    """Open a locked screen with its person's password; a script is told in a word."""
    signed, wanted = signed_in(), request.form.get("next", "")
    quiet = request.accept_mimetypes.best == "application/json"
    if signed is None:
        return _said("ended", GONE) if quiet else redirect(url_for("signing_in.ask", next=wanted or None))
    if session_standing() is Standing.locked:
        try:
            unlock_session(store(), session=signed, password=request.form.get("password", ""))
        except SignInRefused:
            forget_session()
            ended = signed_in() is None
            if quiet:
                return _said("ended", GONE) if ended else _said("wrong", 422)
            if ended:
                return redirect(url_for("signing_in.ask"), 303)
            return lock_page(wanted=wanted, error=WRONG_PASSWORD)
    return _said("", 200) if quiet else _go(wanted)


@blueprint.post("/awake")
@open_route
def awake() -> Response:
    """Note that somebody is at the page, and tell it whose page it would be now."""
    signed = open_session()
    if signed is None:
        locked = session_standing() is Standing.locked
        return _said("locked" if locked else "ended", 423 if locked else GONE)
    keep_awake(store(), signed, now=True)
    return Response(f'{{"who": "{mark_of(signed)}"}}', mimetype="application/json")


@blueprint.get("/sign-in/role")
@open_route
def roles() -> Response | str:
    """Ask in which role somebody is here, where there are several."""
    if open_session() is None:
        return redirect(url_for("signing_in.ask"))
    return _roles_page()


@blueprint.post("/sign-in/role")
@open_route
def choose() -> Response | str | tuple[str, int]:
    """Act in the chosen role, under a new token."""
    signed = open_session()
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
        has_factor=signed is not None and signed.has_factor,
        kept=len(own_kept(store(), user_id=person().user_id)),
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


@blueprint.post("/account/sessions/<session_id>/end")
@needs(Action.begin)
def end_session(session_id: str) -> Response:
    """End one session of who is signed in."""
    end_own_session(store(), actor=actor(), session_id=session_id)
    flash("Signed out there.", "success")
    return redirect(url_for("signing_in.account"))


@blueprint.get("/account/kept")
@needs(Action.begin)
def kept() -> str:
    """List what somebody typed when it could no longer be saved as theirs."""
    return render_template("signing_in/kept.html", kept=own_kept(store(), user_id=person().user_id))


@blueprint.post("/account/kept/<kept_id>/done")
@needs(Action.begin)
def kept_done(kept_id: str) -> Response:
    """Forget what was kept: it is saved, or not wanted."""
    finish_kept(store(), person=person(), actor=actor(), kept_id=kept_id)
    return redirect(url_for("signing_in.kept"))


def enter(began: SignedIn) -> Response:
    """Answer with the cookie of a session that was begun, and go on: code, role, or where one wanted to go.

    The way on from a session that ended is its person's alone.
    """
    session.clear()  # the anti-forgery token of before is no longer good
    wanted, whose = request.form.get("next", ""), request.form.get("whose", "")
    kept = own_kept(store(), user_id=began.user_id)
    another = "/held/" in wanted and not any(one.id in wanted for one in kept)
    if another or (whose and whose != mark_of_user(began.user_id)):
        wanted = ""
    if began.code_due:
        here = redirect(url_for("signing_in.ask_code", next=wanted or None))
    elif not began.has_role:
        here = redirect(url_for("signing_in.roles", next=wanted or None))
    elif kept and not wanted:
        here = redirect(url_for("signing_in.kept"))
    else:
        here = _go(wanted)
    return _with_cookie(here, began.token)


def _page(*, email: str = "", errors: dict[str, str] | None = None) -> str:
    return render_template(
        "signing_in/sign_in.html",
        email=email,
        errors=errors or {},
        next=request.values.get("next", ""),
        whose=request.values.get("whose", ""),
        switched=bool(request.args.get("switched")),
        demo=demo_log_ins(store(), settings=settings()),
    )


def _code_page(*, error: str = "") -> str:
    return render_template("signing_in/code.html", error=error, next=request.values.get("next", ""))


def _leave_session(*, why: str) -> None:
    """End the session of this request, if one holds, locked or not."""
    signed = signed_in()
    if signed is not None:
        who = actor_of(visitor()) if visitor() is not None else _user(signed.user_id)
        sign_out(store(), actor=who, session_id=signed.id, why=why)
        forget_session()
    session.clear()


def _gone(response: Response) -> Response:
    gone = make_response(response)
    gone.delete_cookie(cookie_name(), path="/", secure=is_secure(), httponly=True, samesite="Lax")
    gone.headers["Clear-Site-Data"] = '"cache"'
    return cast("Response", gone)


def _said(error: str, status: int) -> Response:
    return Response(f'{{"error": "{error}"}}', status=status, mimetype="application/json")


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


def agent_words() -> str:
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
