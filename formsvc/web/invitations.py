"""Invitations as whoever is invited sees them: who invites, to what; accept, decline, open an account."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.table import ROLE_WORDS
from formsvc.errors import WrongState
from formsvc.store.sessions import Signed
from formsvc.web.guarding import open_route, open_session, store
from formsvc.web.people import WEAK
from formsvc.workflow.actors import Actor
from formsvc.workflow.answer_invitation import (
    Invited,
    accept,
    decline,
    decline_by_link,
    invitations_for,
    invited_address,
    look_at_invitation,
    open_account,
)
from formsvc.workflow.reset_password import LinkDead, PasswordWeak

blueprint = Blueprint("invitations", __name__)

ANSWERED: Final = "This invitation was answered, taken back or has run out."
OPENED: Final = (
    "Your password is set. Sign in with it. If this address had an account here before, nothing about that "
    "has changed: sign in with its own password, and open the link once more to accept."
)


@blueprint.get("/invitations")
@open_route
def waiting() -> Response | str:
    """Show who invites whoever is signed in, to what."""
    signed = open_session()
    if signed is None:
        return redirect(url_for("signing_in.ask", next=url_for("invitations.waiting")))
    return render_template(
        "invitations/waiting.html",
        invited=invitations_for(store(), user_id=signed.user_id),
        email=invited_address(store(), user_id=signed.user_id),
        words=ROLE_WORDS,
        has_role=signed.person is not None,
    )


@blueprint.post("/invitations/<invitation_id>")
@open_route
def answer(invitation_id: str) -> Response:
    """Say no; a yes needs the link."""
    signed = open_session()
    if signed is None:
        return redirect(url_for("signing_in.ask", next=url_for("invitations.waiting")))
    try:
        decline(store(), actor=_actor(signed), invitation_id=invitation_id[:32])
    except WrongState:
        flash(ANSWERED)
    else:
        flash("You declined.", "success")
    return redirect(url_for("invitations.waiting"), 303)


@blueprint.get("/invitation/<token>")
@open_route
def show(token: str) -> Response | str | tuple[str, int]:
    """Show what a link invites to; whoever is signed in under its address accepts or declines."""
    signed = open_session()
    try:
        invited = look_at_invitation(store(), token=token, user_id="" if signed is None else signed.user_id)
    except LinkDead as error:
        return render_template("people/link_dead.html"), error.status
    return _page(invited, token=token)


@blueprint.post("/invitation/<token>")
@open_route
def use(token: str) -> Response | str | tuple[str, int]:
    """Accept, signed in or by opening an account with a password, or decline."""
    signed = open_session()
    try:
        invited = look_at_invitation(store(), token=token, user_id="" if signed is None else signed.user_id)
        if request.form.get("do") == "accept" and signed is not None:
            return _accepted(signed, token=token)
        if request.form.get("do") == "decline" and signed is not None and _is_own(invited, signed):
            return answer(invited.id)
        if request.form.get("do") == "decline":
            decline_by_link(store(), token=token)
            return render_template("invitations/declined.html")
        new = request.form.get("new", "")
        if new != request.form.get("again", ""):
            raise PasswordWeak("differ")
        open_account(store(), token=token, password=new)
    except LinkDead as error:
        return render_template("people/link_dead.html"), error.status
    except PasswordWeak as error:
        return _page(invited, token=token, errors={"new": WEAK[error.detail]}), error.status
    flash(OPENED, "success")
    return redirect(url_for("signing_in.ask"))


def _accepted(signed: Signed, *, token: str) -> Response:
    try:
        accept(store(), actor=_actor(signed), token=token)
    except WrongState:
        flash(ANSWERED)
        return redirect(url_for("invitations.waiting"), 303)
    flash("You have the role now. Choose what you are here as.", "success")
    return redirect(url_for("signing_in.roles"), 303)


def _page(invited: Invited, *, token: str, errors: dict[str, str] | None = None) -> str:
    signed = open_session()
    return render_template(
        "invitations/link.html",
        invited=invited,
        token=token,
        words=ROLE_WORDS,
        errors=errors or {},
        somebody="" if signed is None else signed.user_name,
        is_own=signed is not None and _is_own(invited, signed),
    )


def _is_own(invited: Invited, signed: Signed) -> bool:
    return invited_address(store(), user_id=signed.user_id) == invited.email


def _actor(signed: Signed) -> Actor:
    """Return who is signed in, in a role or in none: they may have none but the one that is offered."""
    who = signed.person
    return Actor(
        user_id=signed.user_id,
        organisation_id=None if who is None else who.organisation_id,
        role="" if who is None else who.role.value,
    )
