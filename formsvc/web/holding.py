"""What was typed when it could no longer be saved as its author's: kept, encrypted, for who typed it.

A page carries a token that says who opened it, signed. When its answers come after the session has
ended or was locked, after the shift was over, or when somebody else is signed in, they are kept under
the child's key for the person who typed them, and are neither saved nor shown as anybody else's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar, cast

from flask import Flask, current_app, flash, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from formsvc.errors import FormsvcError, NotFound
from formsvc.web.guarding import (
    SHIFT_OVER,
    actor,
    forget_session,
    lock_page,
    past_session,
    person,
    session_standing,
    signed_in,
    store,
    visitor,
)
from formsvc.workflow.keep_typed import forget_saved, keep_typed, read_kept
from formsvc.workflow.read_draft import Draft
from formsvc.workflow.see_child import RoleOver
from formsvc.workflow.sessions import Standing

P = ParamSpec("P")
R = TypeVar("R")

DAY: Final = 24 * 60 * 60
_MOST: Final = 4 * 1024 * 1024
_NEVER: Final = ("csrf_token", "opened-by", "do")
_PLACES: Final = frozenset({"records.save", "records.save_row"})
_QUIET: Final = "Not saved here: somebody else is signed in now. What was typed is kept for who typed it."


def token_for(draft: Draft, *, user_id: str) -> str:
    """Return the token of a page: who opened it, about which record."""
    return str(_signer().dumps([user_id, draft.record.id, person().membership_id]))


def keeps_typed(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Keep what was typed on a page whose person may no longer save it, and say so; else save it."""

    @wraps(view)
    def kept(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        place = cast("dict[str, str]", kwargs)
        author, role = _opened_by(place)
        here = visitor()
        if author and author != (None if here is None else here.user_id):
            instead = _instead(author, role, place)
            if instead is not None:
                return instead
        try:
            reply = view(*args, **kwargs)
        except RoleOver:
            forget_session()  # it was open when the request came: the role has ended since
            instead = _instead(author, role, place) if author else None
            if instead is None:
                raise
            return instead
        if author and not isinstance(reply, tuple):  # a pair bears the status of what was not saved whole
            _forget(author, place)
        return reply

    return kept


def register_holding(app: Flask) -> None:
    """Let a form that comes after another person signed in be kept, though its anti-forgery token is dead.

    Only the signed token of the page says for whom: nobody's form can be passed off as another's.
    """

    @app.errorhandler(CSRFError)
    def dead_token(error: CSRFError) -> Response | tuple[str, int]:
        place = {key: str(one) for key, one in (request.view_args or {}).items()}
        author, role = _opened_by(place) if request.endpoint in _PLACES else ("", "")
        instead = _instead(author, role, place) if author else None
        if instead is not None:
            return instead
        return render_template("signing_in/page_too_old.html"), error.code or 400


def found(token: str, *, record_id: str, user_id: str, draft: Draft) -> MultiDict[str, str]:
    """Return the form that was kept, for the person who typed it or took it over; raise NotFound."""
    if draft.record.id != record_id:
        raise NotFound
    kept, pairs = read_kept(store(), person=person(), actor=actor(), kept_id=token[:32], record_id=record_id)
    g.typed_by = None if kept.user_id == user_id else kept
    more = [("held-group", kept.group_id), ("held-row", kept.row_id)] if kept.group_id else []
    return MultiDict([*pairs, *more])


def _instead(author: str, role: str, place: Mapping[str, str]) -> Response | None:
    """Keep the form of this request for who opened its page and answer; None where it cannot be kept."""
    here, is_locked, why = visitor(), session_standing() is Standing.locked, _why(author)
    kept_id = _keep(author, role, place, why=why)
    if not kept_id:
        return None
    quiet = request.accept_mimetypes.best == "application/json"
    if why == "switched":
        if quiet:
            return _json(_QUIET, status=409)
        return Response(render_template("signing_in/not_yours.html"), status=409, mimetype="text/html")
    if quiet:
        return _json("Not saved: kept on the server.", status=423 if is_locked else 401)
    back = url_for("records.held", record_id=place["record_id"], page_id=place["page_id"], token=kept_id)
    if is_locked:
        return lock_page(wanted=back)
    if here is not None:
        return redirect(back, 303)
    if why == "shift_over":
        flash(SHIFT_OVER)
        return redirect(url_for("signing_in.ask"), 303)
    return redirect(url_for("signing_in.ask", next=back), 303)


def _why(author: str) -> str:
    """Say why a form cannot be saved as its author's."""
    signed, past = signed_in(), past_session()
    if signed is not None and signed.user_id != author:
        return "switched"
    if past is not None and past.user_id == author and past.membership_id and past.person is None:
        return "shift_over"
    return "locked" if session_standing() is Standing.locked else "signed_out"


def is_own_page(place: Mapping[str, str]) -> bool:
    """Say whether who is signed in opened the page that this form is of."""
    here = visitor()
    return here is not None and _opened_by(place)[0] == here.user_id


def _opened_by(place: Mapping[str, str]) -> tuple[str, str]:
    """Return who opened the page that this form is of, and in which role; nobody where it does not say."""
    try:
        user_id, record_id, membership_id = _signer().loads(request.form.get("opened-by", ""), max_age=DAY)
    except (BadData, ValueError, TypeError):
        return "", ""
    return (user_id, membership_id) if record_id == place.get("record_id") else ("", "")


def _keep(user_id: str, membership_id: str, place: Mapping[str, str], *, why: str) -> str:
    """Keep the form of this request and return the id that finds it; empty where it cannot be kept."""
    pairs = [(key, one) for key, one in request.form.items(multi=True) if key not in _NEVER]
    if sum(len(key) + len(one) for key, one in pairs) > _MOST:
        return ""
    try:
        return keep_typed(
            store(),
            user_id=user_id,
            membership_id=membership_id,
            record_id=place["record_id"],
            page_id=place["page_id"],
            group_id=place.get("group_id", ""),
            row_id=place.get("row_id", ""),
            why=why,
            pairs=pairs,
        )
    except FormsvcError:
        return ""


def _forget(user_id: str, place: Mapping[str, str]) -> None:
    forget_saved(
        store(),
        user_id=user_id,
        record_id=place["record_id"],
        page_id=place["page_id"],
        group_id=place.get("group_id", ""),
        row_id=place.get("row_id", ""),
    )


def _json(words: str, *, status: int) -> Response:
    data: dict[str, Any] = {"version": None, "words": words, "failed": True, "asked": {}, "files": {}}
    return Response(json.dumps(data), status=status, mimetype="application/json")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="formsvc.opened")
