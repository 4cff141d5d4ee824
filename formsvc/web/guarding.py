"""The guard of every page: who is signed in, what they may do, and what is noted when they may not.

A view is either open (`open_route`) or names the action it is for (`needs`); one that does neither is
refused. `tests/guards/test_routes.py` holds every route against the access table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import current_app, g, redirect, request, url_for
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
from formsvc.workflow.refuse import note_refusal
from formsvc.workflow.see_child import ChildHead, see_child, see_record
from formsvc.workflow.sessions import find_session, holds, is_proven, keep_awake
from formsvc.workflow.sign_in import SignInRefused, prove_again

P = ParamSpec("P")
R = TypeVar("R")

OPEN: Final = "open"
READS: Final = frozenset({"GET", "HEAD"})


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
    """Return the session of this request, if it still holds."""
    if "formsvc_signed" not in g:
        token = request.cookies.get(cookie_name(), "")
        found = find_session(store(), token) if token else None
        g.formsvc_signed = found if found is not None and holds(found) else None
        if g.formsvc_signed is not None:
            keep_awake(store(), g.formsvc_signed)
    return cast("Signed | None", g.formsvc_signed)


def visitor() -> Person | None:
    """Return who is signed in, in a chosen role; None for anybody else."""
    signed = signed_in()
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


def may(action: str) -> bool:
    """Say whether who is signed in may ever do this: for what a page offers."""
    who = visitor()
    return who is not None and ever(who.role, Action(action))


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

    An identity provider will answer the same question with a fresh sign-in of its own.
    """
    signed = signed_in()
    if signed is None:
        return False
    password = str(form.get("password") or "")
    if not password:
        return is_proven(signed)
    try:
        prove_again(store(), session=signed, password=password)
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
    signed = signed_in()
    asked = request.full_path.rstrip("?") if request.method in READS else ""
    if request.accept_mimetypes.best == "application/json":
        return Response('{"error": "signed_out"}', status=401, mimetype="application/json")
    if signed is not None:
        return redirect(url_for("signing_in.roles", next=asked or None))
    return redirect(url_for("signing_in.ask", next=asked or None))


def _logs(what: str) -> bool:
    """Say whether this reading is to be logged: the first of its kind in a request that only reads."""
    if request.method not in READS or g.get(f"formsvc_logged_{what}"):
        return False
    g.setdefault(f"formsvc_logged_{what}", True)
    return True
