"""Who is on call, and whom they let in again when somebody is locked out and no manager is awake."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.table import ROLE_WORDS, Action
from formsvc.errors import Forbidden, NotFound
from formsvc.web.guarding import actor, may, needs, person, refuse, store
from formsvc.web.shifts import typed_moment
from formsvc.workflow.on_call import (
    LONGEST_SPAN,
    SpanWrong,
    end_on_call,
    name_on_call,
    on_call_page,
    release_on_call,
)

blueprint = Blueprint("on_call", __name__, url_prefix="/on-call")


@blueprint.get("")
@needs(Action.see_on_call)
def show() -> str:
    """Show who is on call; to who is on call now, who is locked out."""
    return _page()


@blueprint.post("/name")
@needs(Action.manage_people)
def name() -> Response | str | tuple[str, int]:
    """Name a manager of the organisation as on call, from when until when."""
    form = request.form
    from_at = typed_moment(form.get("from_day", ""), form.get("from_time", ""))
    until_at = typed_moment(form.get("until_day", ""), form.get("until_time", ""))
    errors: dict[str, str] = {}
    if not form.get("who"):
        errors["who"] = "Choose who is on call"
    if from_at is None:
        errors["from_day"] = "Enter from when: a date and a time, like 24 November 2026 and 17:00"
    if until_at is None:
        errors["until_day"] = "Enter until when: a date and a time, like 25 November 2026 and 08:00"
    if errors or from_at is None or until_at is None:
        return _page(errors=errors), 422
    try:
        named = name_on_call(
            store(),
            person=person(),
            actor=actor(),
            membership_id=form["who"],
            from_at=from_at,
            until_at=until_at,
        )
    except SpanWrong:
        words = f"It has to end after it begins and after now, within {LONGEST_SPAN.days} days"
        return _page(errors={"until_day": words}), 422
    except Forbidden:
        refuse(Action.manage_people, why="not_theirs")
        return _page(errors={"who": "Choose a manager of your organisation, not yourself"}), 422
    flash(f"{named} is on call then.", "success")
    return redirect(url_for("on_call.show"))


@blueprint.post("/spans/<on_call_id>/end")
@needs(Action.manage_people)
def end(on_call_id: str) -> Response:
    """End a span, or undo one that has not begun."""
    try:
        end_on_call(store(), person=person(), actor=actor(), on_call_id=on_call_id)
    except NotFound:
        refuse(Action.manage_people, why="not_theirs", subject_id=on_call_id)
        raise
    flash("They are not on call any more.", "success")
    return redirect(url_for("on_call.show"))


@blueprint.post("/<user_id>/release")
@needs(Action.see_on_call)
def release(user_id: str) -> Response:
    """Let in again, while on call, somebody of the organisation who is locked out."""
    try:
        released = release_on_call(store(), person=person(), actor=actor(), user_id=user_id)
    except NotFound as error:
        refuse(Action.see_on_call, why=error.detail, subject_id=user_id)
        raise
    flash(f"{released} can sign in again.", "success")
    return redirect(url_for("on_call.show"))


def _page(*, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "people/on_call.html",
        page=on_call_page(store(), person=person(), names_others=may(Action.manage_people.value)),
        words={role.value: words for role, words in ROLE_WORDS.items()},
        errors=errors or {},
        typed=request.form,
        days=LONGEST_SPAN.days,
    )
