"""The guard of every page: who is signed in, what they may do, and what is noted when they may not.

A view is either open (`open_route`) or names the action it is for (`needs`); one that does neither is
refused. `tests/guards/test_routes.py` holds every route against the access table.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from typing import Any, Final, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.decision import About, decide
from formsvc.access.people import Person
from formsvc.access.policy import Policy
from formsvc.access.table import Action, ever
from formsvc.errors import Forbidden, NotFound
from formsvc.settings import Settings
from formsvc.store.records import Record
from formsvc.store.session import Store
from formsvc.store.sessions import Signed
from formsvc.workflow.actors import Actor
from formsvc.workflow.lock_session import lock_session
from formsvc.workflow.refuse import note_refusal
from formsvc.workflow.see_child import ChildHead, Still, see_child, see_record
from formsvc.workflow.sessions import (
    Standing,
    find_session,
    holds,
    is_proven,
    keep_awake,
    sign_out,
    standing,
)
from formsvc.workflow.sign_in import SignInRefused, as_user, prove_again

P = ParamSpec("P")
R = TypeVar("R")

OPEN: Final = "open"
READS: Final = frozenset({"GET", "HEAD"})
SHIFT_OVER: Final = (
    "Your role here has ended, and you are signed out. What you were typing is kept for your manager."
)
UNATTENDED: Final = "X-Unattended"
"""Bears what a page asks by itself: it keeps no session awake."""


def store() -> Store:
    """Return the open store of this application."""
    return cast("Store", current_app.extensions["formsvc"]["store"])


def settings() -> Settings:
    """Return the settings of this application."""
    return cast("Settings", current_app.extensions["formsvc"]["settings"])


def policy() -> Policy:
    """Return what each role may do with each document, as read when this application began."""
    return cast("Policy", current_app.extensions["formsvc"]["policy"])


def cookie_name() -> str:
    """Return the name of the session's cookie: bound to this host alone where there is TLS."""
    return "__Host-formsvc" if is_secure() else "formsvc"


def is_secure() -> bool:
    """Say whether this service is reached by https."""
    return settings().base_url.startswith("https://")


def signed_in() -> Signed | None:
    """Return the session of this request, if it still holds; it reaches nothing unless it is open."""
    if "formsvc_signed" not in g:
        token = request.cookies.get(cookie_name(), "")
        found = find_session(store(), token) if token else None
        g.formsvc_past = found
        g.formsvc_signed = found if found is not None and holds(found) else None
        g.formsvc_standing = None
        if g.formsvc_signed is not None:
            _settle(g.formsvc_signed)
    return cast("Signed | None", g.formsvc_signed)


def past_session() -> Signed | None:
    """Return the session that the cookie of this request names, whether it holds or not."""
    signed_in()
    return cast("Signed | None", g.formsvc_past)


def session_standing() -> Standing | None:
    """Return how the session of this request stands; None where there is none."""
    signed_in()
    return cast("Standing | None", g.formsvc_standing)


def open_session() -> Signed | None:
    """Return the session of this request, if nothing is still to be proved and no screen is locked."""
    return signed_in() if session_standing() is Standing.open else None


def has_factor() -> bool:
    """Say whether who is signed in has a second factor, so that a page asks for its code too."""
    signed = open_session()
    return signed is not None and signed.has_factor


def forget_session() -> None:
    """Look at the session of this request again: it was changed meanwhile."""
    for name in ("formsvc_signed", "formsvc_past", "formsvc_standing"):
        g.pop(name, None)


def _settle(signed: Signed) -> None:
    now = standing(signed, idle_lock=timedelta(minutes=settings().idle_lock))
    g.formsvc_standing = now
    if now is Standing.locked:
        lock_session(store(), session=signed, why="idle")
    elif now is Standing.over:
        sign_out(store(), actor=as_user(signed.user_id), session_id=signed.id, why="shift_over")
        g.formsvc_signed = g.formsvc_standing = None
        g.formsvc_over = True
    elif now is Standing.open and not request.headers.get(UNATTENDED):
        keep_awake(store(), signed)


def mark_of(signed: Signed | None) -> str:
    """Return what a page knows its person by, to see that another is there now; empty for nobody."""
    return "" if signed is None else mark_of_user(signed.user_id)


def mark_of_user(user_id: str) -> str:
    """Return the mark of a person: it tells nothing of who they are."""
    said = f"formsvc seat {user_id}".encode()
    return hmac.new(str(current_app.secret_key).encode(), said, sha256).hexdigest()[:20]


def visitor() -> Person | None:
    """Return who is signed in, in a chosen role; None for anybody else, and before a locked screen."""
    signed = open_session()
    return None if signed is None else signed.person


def person() -> Person:
    """Return the signed-in person in their chosen role; raise Forbidden where there is none."""
    found = visitor()
    if found is None:
        raise Forbidden
    return found


def actor() -> Actor:
    """Return the same person, as workflows and the audit know them."""
    return actor_of(person())


def actor_of(who: Person | None) -> Actor:
    """Return a person, or nobody, as workflows and the audit know them."""
    if who is None:
        return Actor(user_id=None, organisation_id=None, role="visitor")
    return Actor(user_id=who.user_id, organisation_id=who.organisation_id, role=who.role.value)


def may(action: str, *, definition: str = "") -> bool:
    """Say whether who is signed in may ever do this, with a kind of document where one is named."""
    who = visitor()
    if who is None or not ever(who.role, Action(action)):
        return False
    if definition and not policy().permits(who.role, Action(action), definition):
        return False
    return Action(action) is not Action.see_drafts or policy().writes(who.role)


def open_route(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view be seen without signing in."""
    view.__access__ = OPEN  # type: ignore[attr-defined]  # the guard's mark
    return view


def needs(action: Action) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Let a view be reached only by whoever is signed in and may ever do this."""

    def guard(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            who = visitor()
            if who is None:
                return _to_sign_in()
            if not ever(who.role, action):
                decision = decide(policy(), who.role, action, About())
                refuse(action, why=decision.rule)
                raise Forbidden(rule=decision.rule, words=decision.words)
            return view(*args, **kwargs)

        guarded.__access__ = action  # type: ignore[attr-defined]  # the guard's mark
        return guarded

    return guard


def refuse_unmarked() -> None:
    """Refuse, before every request, a view that is neither open nor guarded: nothing is open by mistake."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and not hasattr(view, "__access__"):
        raise NotFound


def about_child(child_id: str, action: Action, *, definition: str = "") -> ChildHead:
    """Return a child's head for an action; 404 where she may not be known to be here, 403 else.

    Reading is logged once a request; what is written notes itself.
    """
    try:
        return see_child(
            store(),
            policy=policy(),
            person=person(),
            actor=actor(),
            child_id=child_id,
            action=action,
            logs=_logs("child"),
            definition=definition,
        )
    except (NotFound, Forbidden) as error:
        refuse(action, why=error.detail, child_id=child_id)
        raise


def about_record(record_id: str, action: Action) -> tuple[ChildHead, Record]:
    """Return a record with its child's head for an action; 404 and 403 as for the child."""
    try:
        return see_record(
            store(),
            policy=policy(),
            person=person(),
            actor=actor(),
            record_id=record_id,
            action=action,
            logs=_logs("record"),
        )
    except (NotFound, Forbidden) as error:
        refuse(action, why=error.detail, record_id=record_id)
        raise


def still(action: Action) -> Still:
    """Return who is signed in and what they do, to be judged once more in the transaction that writes."""
    return Still(policy=policy(), person=person(), action=action)


def refuse(
    action: Action,
    *,
    why: str,
    child_id: str | None = None,
    record_id: str | None = None,
    subject_id: str | None = None,
) -> None:
    """Note a refusal; ids from an address are cut to what an id can be."""
    note_refusal(
        store(),
        actor=actor_of(visitor()),
        act=f"access.{action.value}",
        why=why,
        child_id=child_id[:32] if child_id else None,
        record_id=record_id[:32] if record_id else None,
        subject_id=subject_id[:32] if subject_id else None,
    )


def reauthenticated(form: Mapping[str, Any]) -> bool:
    """Say whether who is signed in gave the password in this form, or within the last ten minutes.

    Where a second factor is set up its code (`code` in the form) is asked for as well.
    An identity provider will answer the same question with a fresh sign-in of its own.
    """
    signed = signed_in()
    if signed is None:
        return False
    password = str(form.get("password") or "")
    if not password:
        return is_proven(signed)
    try:
        prove_again(store(), session=signed, password=password, code=str(form.get("code") or ""))
    except SignInRefused:
        return False
    return True


def is_recent() -> bool:
    """Say whether the password was given within the last ten minutes, so that a page need not ask."""
    signed = signed_in()
    return signed is not None and is_proven(signed)


def safe_next(wanted: str) -> str:
    """Return an address of our own to go on to, or the first page."""
    parts = urlsplit(wanted)
    ours = not parts.scheme and not parts.netloc and wanted.startswith("/") and "\\" not in wanted
    plain = ours and not wanted.startswith("//") and wanted.isprintable()
    return wanted if plain else url_for("home.home")


def _to_sign_in() -> Response:
    """Answer a request that nobody may make as they are: sign in, prove more, unlock, choose a role."""
    now = session_standing()
    asked = request.full_path.rstrip("?") if request.method in READS else ""
    if request.accept_mimetypes.best == "application/json":
        locked = now is Standing.locked
        said = "locked" if locked else "signed_out"
        return Response(f'{{"error": "{said}"}}', status=423 if locked else 401, mimetype="application/json")
    if now is Standing.locked:
        return lock_page(wanted=asked)
    if now is not None:
        ways = {Standing.code_due: "signing_in.ask_code", Standing.factor_due: "second_factor.show"}
        return redirect(url_for(ways.get(now, "signing_in.roles"), next=asked or None))
    if g.get("formsvc_over"):
        flash(
            "Your role here has ended, and you are signed out. What you were typing is kept for your manager."
        )
        return redirect(url_for("signing_in.ask"))
    return redirect(url_for("signing_in.ask", next=asked or None, whose=(asked and whose()) or None))


def whose() -> str:
    """Return the mark of whose session it was that ended here: the way on is theirs alone."""
    return mark_of(past_session())


def lock_page(*, wanted: str = "", error: str = "") -> Response:
    """Return the page that covers a locked screen: it says who may open it again, and nothing else."""
    signed = signed_in()
    page = render_template(
        "signing_in/locked.html",
        name="" if signed is None else signed.user_name,
        next=wanted,
        error=error,
    )
    return Response(page, status=401 if error else 423, mimetype="text/html")


def _logs(what: str) -> bool:
    """Say whether this reading is to be logged: the first of its kind in a request that only reads."""
    if request.method not in READS or g.get(f"formsvc_logged_{what}"):
        return False
    g.setdefault(f"formsvc_logged_{what}", True)
    return True
