"""One's own second factor: set up by QR code or typed key, recovery codes, removed; a manager removes it."""

from __future__ import annotations

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from formsvc.access.table import Action
from formsvc.errors import NotFound, WrongState
from formsvc.store.sessions import Signed
from formsvc.web.guarding import (
    actor,
    needs,
    open_route,
    person,
    refuse,
    session_standing,
    settings,
    signed_in,
    store,
)
from formsvc.workflow.second_factor import (
    CodeWrong,
    begin_factor,
    confirm_factor,
    factor_state,
    remove_factor,
    remove_factor_of,
    renew_recovery,
)
from formsvc.workflow.sessions import Standing
from formsvc.workflow.sign_in import SignInRefused

blueprint = Blueprint("second_factor", __name__)

WRONG = "Enter your password, and the code your app shows now. After 5 wrong ones your account is locked"


@blueprint.get("/account/second-factor")
@open_route
def show() -> Response | str:
    """Show how one's second factor stands, and the next step; also before an organisation lets one in."""
    signed = _signed()
    return _to_sign_in() if signed is None else _page(signed)


@blueprint.post("/account/second-factor/begin")
@open_route
def begin() -> Response:
    """Make a secret for an app to read."""
    signed = _signed()
    if signed is None:
        return _to_sign_in()
    try:
        begin_factor(store(), session=signed)
    except WrongState:
        flash("You have a second factor. Remove it first to set up another.")
    return redirect(url_for("second_factor.show"), 303)


@blueprint.post("/account/second-factor")
@open_route
def confirm() -> Response | str | tuple[str, int]:
    """Let it count after a first right code, and show the recovery codes, once."""
    signed = _signed()
    if signed is None:
        return _to_sign_in()
    try:
        recovery = confirm_factor(store(), session=signed, code=request.form.get("code", ""))
    except CodeWrong as error:
        words = "That is not the code of this key just now: enter the one your app shows"
        return _page(signed, errors={"code": words}), error.status
    except WrongState:
        return redirect(url_for("second_factor.show"), 303)
    return render_template("signing_in/recovery_codes.html", codes=recovery, is_new=True)


@blueprint.post("/account/second-factor/recovery")
@needs(Action.begin)
def recovery() -> Response | str | tuple[str, int]:
    """Show new recovery codes, once; those of before open nothing any more."""
    signed = _signed()
    if signed is None:
        return _to_sign_in()
    try:
        codes = renew_recovery(
            store(),
            session=signed,
            password=request.form.get("password", ""),
            code=request.form.get("code", ""),
        )
    except SignInRefused:
        return _page(signed, errors={"password": WRONG}), 422
    return render_template("signing_in/recovery_codes.html", codes=codes, is_new=False)


@blueprint.post("/account/second-factor/remove")
@needs(Action.begin)
def remove() -> Response | tuple[str, int]:
    """Remove it, for password and code."""
    signed = _signed()
    if signed is None:
        return _to_sign_in()
    try:
        remove_factor(
            store(),
            session=signed,
            password=request.form.get("password", ""),
            code=request.form.get("code", ""),
        )
    except SignInRefused:
        return _page(signed, errors={"password": WRONG}), 422
    flash("Your second factor is removed.", "success")
    return redirect(url_for("signing_in.account"))


@blueprint.post("/people/<user_id>/second-factor/remove")
@needs(Action.manage_people)
def remove_of(user_id: str) -> Response:
    """Remove the second factor of somebody one looks after, who lost their telephone."""
    try:
        name = remove_factor_of(store(), person=person(), actor=actor(), user_id=user_id)
    except NotFound:
        refuse(Action.manage_people, why="not_theirs", subject_id=user_id)
        raise
    except WrongState:
        flash("They have no second factor.")
    else:
        flash(
            f"{name} signs in without a second factor now. Be sure that it was {name} who asked.", "success"
        )
    return redirect(url_for("people.listing"))


def _signed() -> Signed | None:
    """Return the session of this request, if it is open or waits for nothing but a second factor."""
    open_enough = session_standing() in (Standing.open, Standing.factor_due)
    return signed_in() if open_enough else None


def _to_sign_in() -> Response:
    return redirect(url_for("signing_in.ask"))


def _page(signed: Signed, *, errors: dict[str, str] | None = None) -> str:
    state = factor_state(store(), session=signed, issuer=settings().organisation)
    picture = ""
    if state.enrolment is not None:
        made = segno.make(state.enrolment.address, error="m", micro=False)
        picture = Markup(made.svg_inline(scale=5, border=4, light="#fff", svgclass="app-qr", lineclass=None))  # noqa: S704  (drawn by us, of no text)
    return render_template(
        "signing_in/second_factor.html",
        state=state,
        picture=picture,
        is_due=session_standing() is Standing.factor_due,
        errors=errors or {},
    )
