"""People: invite, let in again, end a role; choose a password by a link or by the old one."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from formsvc import clock
from formsvc.access.people import Held, may_give
from formsvc.access.table import ROLE_WORDS, Action, Role
from formsvc.errors import Forbidden, NotFound, WrongState
from formsvc.records.clean import clean_text
from formsvc.store.accounts import AccountLine
from formsvc.store.organisations import PlaceClosed
from formsvc.web.guarding import actor, needs, open_route, person, refuse, settings, signed_in, store
from formsvc.web.signing_in import BY_CODE, agent_words, enter
from formsvc.workflow.invite import (
    Givable,
    HandedOut,
    end_role,
    givable,
    hand_out_reset,
    invite,
    offered_by,
    people_of,
    release_lockout,
    withdraw_invitation,
)
from formsvc.workflow.keep_typed import left_behind
from formsvc.workflow.reset_password import (
    LinkDead,
    PasswordWeak,
    change_password,
    choose_password,
    look_at_link,
)
from formsvc.workflow.sign_in import SignInRefused, prove_again, sign_in

blueprint = Blueprint("people", __name__)

EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
WEAK: Final = {
    "too_short": "Choose a password of 12 characters or more: four words do well",
    "too_long": "Choose a password of 1,000 characters or fewer",
    "common": "Choose a password that is harder to guess",
    "breached": "Choose another password: this one is on a list of stolen passwords that others try first",
    "own_name": "Choose a password without your name in it",
    "own_organisation": "Choose a password without the name of your organisation in it",
    "differ": "The two passwords are not the same: enter them again",
}


@blueprint.get("/people")
@needs(Action.manage_people)
def listing() -> str:
    """List the people one looks after."""
    return _page()


@blueprint.post("/people/invite")
@needs(Action.manage_people)
def ask_in() -> str | tuple[str, int]:
    """Give somebody a role and show the link that lets them choose a password."""
    email = request.form.get("email", "").strip()
    name = " ".join(clean_text(request.form.get("name", ""))[0].split())
    role, _, place_id = request.form.get("role", "").partition("@")
    errors: dict[str, str] = {}
    if not name or len(name) > 200:
        errors["name"] = "Enter their full name"
    if not EMAIL.fullmatch(email) or len(email) > 254:
        errors["email"] = "Enter an email address, like dara@example.org"
    offered = {_value(one.role, None if one.place is None else one.place.id) for one in _givable()}
    if request.form.get("role", "") not in offered:
        errors["role"] = "Choose what they are to be"
    if errors:
        return _page(errors=errors), 422
    try:
        made = invite(
            store(),
            person=person(),
            actor=actor(),
            email=email,
            name=name,
            role=Role(role),
            place_id=place_id or None,
        )
    except PlaceClosed:
        return _page(errors={"role": "This place was closed just now: choose another"}), 422
    except WrongState:
        return _page(errors={"email": "They have this role already"}), 422
    except Forbidden:
        refuse(Action.manage_people, why="own_role")
        return _page(errors={"email": "You cannot give a role to yourself: ask another manager"}), 422
    return _handed(made)


@blueprint.post("/people/invitations/<invitation_id>/withdraw")
@needs(Action.manage_people)
def withdraw(invitation_id: str) -> Response:
    """Take back an invitation that is not answered."""
    try:
        withdraw_invitation(store(), person=person(), actor=actor(), invitation_id=invitation_id[:32])
    except NotFound:
        refuse(Action.manage_people, why="not_theirs", subject_id=invitation_id)
        raise
    except WrongState:
        flash("It was answered already.")
    else:
        flash("The invitation is withdrawn: its link opens nothing any more.", "success")
    return redirect(url_for("people.listing"))


@blueprint.post("/people/<user_id>/release")
@needs(Action.manage_people)
def release(user_id: str) -> Response:
    """Let somebody who was locked out try again."""
    try:
        name = release_lockout(store(), person=person(), actor=actor(), user_id=user_id)
    except NotFound:
        refuse(Action.manage_people, why="not_theirs", subject_id=user_id)
        raise
    flash(f"{name} can sign in again.", "success")
    return redirect(url_for("people.listing"))


@blueprint.post("/people/<user_id>/reset")
@needs(Action.manage_people)
def reset(user_id: str) -> str:
    """Show a link that lets somebody choose a new password."""
    try:
        made = hand_out_reset(store(), person=person(), actor=actor(), user_id=user_id)
    except NotFound:
        refuse(Action.manage_people, why="not_theirs", subject_id=user_id)
        raise
    return _handed(made)


@blueprint.post("/people/roles/<membership_id>/end")
@needs(Action.manage_people)
def end(membership_id: str) -> Response:
    """End somebody's role."""
    try:
        name = end_role(store(), person=person(), actor=actor(), membership_id=membership_id)
    except NotFound:
        refuse(Action.manage_people, why="not_theirs", subject_id=membership_id)
        raise
    flash(f"The role of {name} has ended.", "success")
    return redirect(url_for("people.listing"))


@blueprint.get("/password/change")
@needs(Action.begin)
def ask_change() -> str:
    """Ask for the old and the new password."""
    return render_template("people/change_password.html", errors={})


@blueprint.post("/password/change")
@needs(Action.begin)
def change() -> Response | tuple[str, int]:
    """Set a new password; every other session ends."""
    signed = signed_in()
    if signed is None:
        raise NotFound
    errors: dict[str, str] = {}
    new = request.form.get("new", "")
    try:
        prove_again(
            store(),
            session=signed,
            password=request.form.get("old", ""),
            code=request.form.get("code", ""),
        )
        if new != request.form.get("again", ""):
            errors["new"] = WEAK["differ"]
        else:
            change_password(store(), session=signed, password=new)
    except SignInRefused:
        errors["old"] = "That is not your password. After 5 wrong ones your account is locked"
    except PasswordWeak as error:
        errors["new"] = WEAK[error.detail]
    if errors:
        return render_template("people/change_password.html", errors=errors), 422
    flash("Your password is changed. You are signed out everywhere else.", "success")
    return redirect(url_for("signing_in.account"))


@blueprint.get("/password/<token>")
@open_route
def ask_password(token: str) -> str | tuple[str, int]:
    """Ask for the password that a link lets somebody choose."""
    try:
        opening = look_at_link(store(), token=token)
    except LinkDead as error:
        return render_template("people/link_dead.html"), error.status
    return render_template("people/choose_password.html", opening=opening, errors={}, token=token)


@blueprint.post("/password/<token>")
@open_route
def set_password(token: str) -> Response | str | tuple[str, int]:
    """Set it, once."""
    new = request.form.get("new", "")
    try:
        opening = look_at_link(store(), token=token)
        if new != request.form.get("again", ""):
            raise PasswordWeak("differ")
        choose_password(store(), token=token, password=new)
    except LinkDead as error:
        return render_template("people/link_dead.html"), error.status
    except PasswordWeak as error:
        errors = {"new": WEAK[error.detail]}
        page = render_template("people/choose_password.html", opening=opening, errors=errors, token=token)
        return page, error.status
    if session.pop(BY_CODE, None):
        return enter(sign_in(store(), email=opening.email, password=new, agent=agent_words()))
    flash("Your password is set. Sign in with it.", "success")
    return redirect(url_for("signing_in.ask"))


def _page(*, errors: dict[str, str] | None = None) -> str:
    who = person()
    text = request.args.get("q", "").strip()[:100]
    lines = people_of(store(), person=who, text=text)

    def is_ours(line: AccountLine) -> bool:
        held = Held(role=line.role, organisation_id=who.organisation_id, place_id=line.place_id)
        return line.user_id != who.user_id and may_give(who, held)

    return render_template(
        "people/list.html",
        lines=lines,
        ours={one.membership_id for one in lines if is_ours(one)},
        words={role.value: words for role, words in ROLE_WORDS.items()},
        left=len(left_behind(store(), person=who)),
        offered=[] if text else offered_by(store(), person=who),
        now=clock.now(),
        roles=[
            {
                "value": _value(one.role, None if one.place is None else one.place.id),
                "text": ROLE_WORDS[one.role] + ("" if one.place is None else f", {one.place.name}"),
            }
            for one in _givable()
        ],
        typed=request.form,
        errors=errors or {},
        text=text,
    )


def _handed(made: HandedOut) -> str:
    page = "invitations.show" if made.kind == "invitation" else "people.ask_password"
    link = f"{settings().base_url}{url_for(page, token=made.token)}" if made.token else ""
    return render_template("people/handed_out.html", made=made, link=link)


def _givable() -> tuple[Givable, ...]:
    return givable(store(), person=person())


def _value(role: Role, place_id: str | None) -> str:
    return f"{role.value}@{place_id or ''}"
