"""What was typed when nobody was signed in any more: kept, encrypted, for the person who typed it.

A page carries a token that says who opened it, signed. When its answers come after the session has
ended they are stored under the child's key, where no row names them (the sweeper removes them a day
later), and the person, signed in again, finds them on the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar, cast

from flask import current_app, redirect, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from formsvc.errors import FormsvcError, NotFound
from formsvc.store.blobs import Stored
from formsvc.store.crypto import ContentUnreadable
from formsvc.web.guarding import store, visitor
from formsvc.workflow.attach_file import place_for_files
from formsvc.workflow.read_draft import Draft

P = ParamSpec("P")
R = TypeVar("R")

DAY: Final = 24 * 60 * 60
_MOST: Final = 4 * 1024 * 1024
_NEVER: Final = ("csrf_token", "opened-by", "do")


def token_for(draft: Draft, *, user_id: str) -> str:
    """Return the token of a page: who opened it, about which record."""
    return str(_signer("opened").dumps([user_id, draft.record.id]))


def keeps_typed(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Keep what was typed on a page whose person is no longer signed in, and ask to sign in."""

    @wraps(view)
    def kept(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if visitor() is None and request.accept_mimetypes.best != "application/json":
            token = hold(cast("dict[str, str]", kwargs))
            if token:
                address = url_for(
                    "records.held",
                    record_id=kwargs["record_id"],
                    page_id=kwargs["page_id"],
                    token=token,
                )
                return redirect(url_for("signing_in.ask", next=address), 303)
        return view(*args, **kwargs)

    return kept


def hold(place: dict[str, str]) -> str:
    """Keep the form of this request and return the token that finds it; empty where none may be kept."""
    try:
        user_id, record_id = _signer("opened").loads(request.form.get("opened-by", ""), max_age=DAY)
    except (BadData, ValueError, TypeError):
        return ""
    if record_id != place.get("record_id"):
        return ""
    pairs = [(key, one) for key, one in request.form.items(multi=True) if key not in _NEVER]
    if "group_id" in place:
        pairs += [("held-group", place["group_id"]), ("held-row", place["row_id"])]
    data = json.dumps({"user": user_id, "record": record_id, "form": pairs}).encode()
    if len(data) > _MOST:
        return ""
    try:
        stored = store().blobs.put(data, key=place_for_files(store(), record_id=record_id).key)
    except FormsvcError:
        return ""
    return str(_signer("held").dumps([stored.address, stored.sha256, stored.size]))


def found(token: str, *, record_id: str, user_id: str, draft: Draft) -> MultiDict[str, str]:
    """Return the form that was kept, for the person who typed it alone; raise NotFound."""
    try:
        address, sha256, size = _signer("held").loads(token, max_age=DAY)
        key = place_for_files(store(), record_id=draft.record.id).key
        kept: dict[str, Any] = json.loads(
            store().blobs.get(Stored(address=address, sha256=sha256, size=size), key=key)
        )
    except (BadData, ContentUnreadable, ValueError, TypeError) as error:
        raise NotFound from error
    if (kept["user"], kept["record"]) != (user_id, record_id):
        raise NotFound
    return MultiDict([(str(name), str(one)) for name, one in kept["form"]])


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"formsvc.{purpose}")
