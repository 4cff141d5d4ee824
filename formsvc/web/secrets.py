"""Secrets held apart from a form: put in keeping on a page of their own, revealed one at a time.

A value is posted once to its own page and comes back once in the answer to a post; it stands in no address,
no other page, no message, and no page that saves itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from formsvc import clock
from formsvc.access.table import Action
from formsvc.errors import NotFound, WrongState
from formsvc.store.crypto import ContentDestroyed
from formsvc.store.records import Record
from formsvc.web.guarding import about_record, actor, needs, person, reauthenticated, still, store
from formsvc.web.library import library
from formsvc.workflow.keep_secret import (
    LONGEST,
    Kept,
    SecretsOff,
    destroy_secret,
    held_secrets,
    keep_secret,
)
from formsvc.workflow.open_emergency import is_reason
from formsvc.workflow.reveal_secret import reveal_secret
from formsvc.workflow.see_child import ChildHead

blueprint = Blueprint("secrets", __name__)

SHOWN_FOR: Final = 60
"""Seconds until the page of a revealed secret leaves by itself."""
_ASKED_WITHIN: Final = 600


@blueprint.get("/records/<record_id>/secrets")
@needs(Action.reveal)
def listing(record_id: str) -> str:
    """List the places of a form for a secret: whether one is held, since when, by whom; never what it is."""
    head, record = about_record(record_id, Action.reveal)
    return render_template(
        "secrets/list.html",
        head=head,
        record=record,
        kept=held_secrets(store(), person=person(), record_id=record.id),
        is_on=_is_on(record),
    )


@blueprint.get("/records/<record_id>/secrets/<path>/keep")
@needs(Action.keep_secret)
def ask_to_keep(record_id: str, path: str) -> str:
    """Ask for a secret, once."""
    head, record, one = _about(record_id, path, Action.keep_secret)
    return render_template("secrets/keep.html", head=head, record=record, one=one, errors={}, most=LONGEST)


@blueprint.post("/records/<record_id>/secrets/<path>/keep")
@needs(Action.keep_secret)
def keep(record_id: str, path: str) -> Response | tuple[str, int]:
    """Put a secret in keeping; what was typed never comes back to the page."""
    head, record, one = _about(record_id, path, Action.keep_secret)
    value = request.form.get("value", "")
    errors = _typed_errors(value)
    if not errors:
        try:
            keep_secret(
                store(),
                person=person(),
                actor=actor(),
                record_id=record.id,
                path=one.slot.path,
                value=value,
                still=still(Action.keep_secret),
            )
        except WrongState:
            errors["value"] = "Save the section of the form first, or begin its next revision, then try again"
    if errors:
        page = render_template(
            "secrets/keep.html", head=head, record=record, one=one, errors=errors, most=LONGEST
        )
        return page, 422
    flash("It is held here now, apart from the form.", "success")
    return redirect(url_for("secrets.listing", record_id=record.id), 303)


@blueprint.get("/records/<record_id>/secrets/<path>/reveal")
@needs(Action.reveal)
def ask_to_reveal(record_id: str, path: str) -> str:
    """Ask why a secret is to be seen, and for the password."""
    head, record, one = _about(record_id, path, Action.reveal)
    return _reveal_page(head, record, one)


@blueprint.post("/records/<record_id>/secrets/<path>/reveal")
@needs(Action.reveal)
def reveal(record_id: str, path: str) -> Response | tuple[str, int]:
    """Show a secret once, for a minute."""
    head, record, one = _about(record_id, path, Action.reveal)
    why = request.form.get("why", "").strip()
    errors = {}
    if not is_reason(why) or len(why) > LONGEST:
        errors["why"] = f"Say why you need it, in 4 words or more and {LONGEST} characters or fewer"
    if not request.form.get("password"):
        errors["password"] = "Enter your password"  # noqa: S105  (words of an error)
    elif not errors and not reauthenticated(request.form):
        errors["password"] = "The password is not right"  # noqa: S105  (as above)
    if errors:
        return _reveal_page(head, record, one, why=why, errors=errors), 422
    try:
        value = reveal_secret(
            store(),
            person=person(),
            actor=actor(),
            record_id=record.id,
            path=one.slot.path,
            why=why,
            look_id=_asked(record, one),
            still=still(Action.reveal),
        )
    except WrongState:
        said = {"why": "This was shown once already. Say again why you need it"}
        return _reveal_page(head, record, one, errors=said), 409
    except ContentDestroyed as error:
        raise NotFound from error
    page = make_response(
        render_template(
            "secrets/shown.html", head=head, record=record, one=one, value=value, seconds=SHOWN_FOR
        )
    )
    page.headers["Refresh"] = f"{SHOWN_FOR}; url={url_for('secrets.listing', record_id=record.id)}"
    page.headers["Cache-Control"] = "no-store, private, max-age=0"
    return page


@blueprint.get("/records/<record_id>/secrets/<path>/destroy")
@needs(Action.keep_secret)
def ask_to_destroy(record_id: str, path: str) -> str:
    """Ask whether a secret is to be destroyed."""
    head, record, one = _about(record_id, path, Action.keep_secret, on_or_off=True)
    return render_template("secrets/destroy.html", head=head, record=record, one=one)


@blueprint.post("/records/<record_id>/secrets/<path>/destroy")
@needs(Action.keep_secret)
def destroy(record_id: str, path: str) -> Response:
    """Destroy a secret; where the area keeps none any more too."""
    _, record, one = _about(record_id, path, Action.keep_secret, on_or_off=True)
    destroy_secret(
        store(),
        person=person(),
        actor=actor(),
        record_id=record.id,
        path=one.slot.path,
        still=still(Action.keep_secret),
    )
    flash("It is destroyed.", "success")
    return redirect(url_for("secrets.listing", record_id=record.id), 303)


def keeps_secrets(area_id: str) -> bool:
    """Say whether an area keeps secrets today."""
    return area_id in library().areas() and library().area(area_id).secrets


def _is_on(record: Record) -> bool:
    return keeps_secrets(record.area_id)


def _about(
    record_id: str, path: str, action: Action, *, on_or_off: bool = False
) -> tuple[ChildHead, Record, Kept]:
    """Return a place of a record for a secret; raise NotFound for any other, SecretsOff where it is off."""
    head, record = about_record(record_id, action)
    kept = held_secrets(store(), person=person(), record_id=record.id)
    found = next((one for one in kept if one.slot.path == path), None)
    if found is None:
        raise NotFound
    if not on_or_off and not _is_on(record):
        raise SecretsOff
    return head, record, found


def _reveal_page(
    head: ChildHead, record: Record, one: Kept, *, why: str = "", errors: Mapping[str, str] | None = None
) -> str:
    if one.held is None or one.held.destroyed_at is not None:
        raise NotFound
    asked: Any = _signer().dumps([person().user_id, record.id, one.slot.path, clock.new_id()])
    return render_template(
        "secrets/reveal.html",
        head=head,
        record=record,
        one=one,
        why=why,
        errors=errors or {},
        asked=asked,
        seconds=SHOWN_FOR,
    )


def _asked(record: Record, one: Kept) -> str:
    """Return the id of the page that asked; WrongState where it is not one of ours, or too old."""
    try:
        user_id, record_id, path, look_id = _signer().loads(
            request.form.get("asked", ""), max_age=_ASKED_WITHIN
        )
    except (BadData, ValueError, TypeError) as error:
        raise WrongState from error
    if (user_id, record_id, path) != (person().user_id, record.id, one.slot.path):
        raise WrongState
    return str(look_id)


def _typed_errors(value: str) -> dict[str, str]:
    if not value.strip():
        return {"value": "Enter the secret"}
    if len(value) > LONGEST or not value.isprintable():
        return {"value": f"Enter it on one line of {LONGEST} characters or fewer"}
    return {}


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="formsvc.reveal")
