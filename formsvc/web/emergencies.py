"""Emergencies: open a child's newest documents without access, see it said on every page, review it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.table import ROLE_WORDS, Action, Role, ever
from formsvc.errors import WrongState
from formsvc.fields import dates
from formsvc.fields.base import Refused
from formsvc.web import acts
from formsvc.web.guarding import about_child, actor, needs, person, reauthenticated, store, visitor
from formsvc.workflow.open_emergency import (
    LEAST_WORDS,
    EmergencyRefused,
    Sought,
    end_emergency,
    is_reason,
    open_emergency,
    running,
)
from formsvc.workflow.review_emergency import (
    FINDINGS,
    REVIEW_WITHIN,
    child_of,
    read_emergency,
    review_emergency,
)

blueprint = Blueprint("emergencies", __name__)

LONGEST: Final = 500
_DATE: Final = ("day", "month", "year")
WORDS: Final[Mapping[str, str]] = {
    "no_child": "No child can be opened with this. Check the reference, or the name and the date of birth",
    "too_often": "You have tried too often today. Ring the emergency duty team, or the police on 999",
}


@blueprint.app_context_processor
def said_everywhere() -> dict[str, Any]:
    """Give every page what is open in an emergency, to be said at its top."""
    if "formsvc_emergencies" not in g:
        who = visitor()
        g.formsvc_emergencies = () if who is None else running(store(), person=who)
    return {"running_emergencies": g.formsvc_emergencies}


@blueprint.get("/emergency")
@needs(Action.break_glass)
def ask() -> str:
    """Ask which child it is, and why it cannot wait."""
    return render_template("emergencies/open.html", typed={}, errors={})


@blueprint.post("/emergency")
@needs(Action.break_glass)
def open_() -> Response | tuple[str, int]:
    """Judge what was typed, then the password, then look for the child: in this order for everybody."""
    typed = {name: text.strip() for name, text in request.form.items() if name != "password"}
    sought, errors = _sought(typed)
    why = typed.get("why", "")
    if not is_reason(why):
        errors["why"] = f"Say why it cannot wait, in {LEAST_WORDS} words or more"
    elif len(why) > LONGEST:
        errors["why"] = f"Say it in {LONGEST} characters or fewer"
    if not request.form.get("password"):
        errors["password"] = "Enter your password"  # noqa: S105  (words of an error)
    elif not errors and not reauthenticated(request.form):
        errors["password"] = "The password is not right"  # noqa: S105  (as above)
    if errors:
        return render_template("emergencies/open.html", typed=typed, errors=errors), 422
    try:
        opened = open_emergency(store(), person=person(), actor=actor(), sought=sought, why=why)
    except EmergencyRefused as error:
        field = "reference" if error.detail == "no_child" else "why"
        said = {field: WORDS[error.detail]}
        return render_template("emergencies/open.html", typed=typed, errors=said), error.status
    if opened.until_at is None:
        flash("You may see this child without an emergency: nothing was opened.")
    return redirect(url_for("children.show", child_id=opened.child_id), 303)


@blueprint.post("/emergencies/<emergency_id>/end")
@needs(Action.break_glass)
def end(emergency_id: str) -> Response:
    """End one's own look now."""
    end_emergency(store(), person=person(), actor=actor(), emergency_id=emergency_id[:32])
    flash("The emergency access is ended.", "success")
    return redirect(url_for("home.home"), 303)


@blueprint.get("/emergencies/<emergency_id>")
@needs(Action.see_emergency)
def show(emergency_id: str) -> str:
    """Show who looked, why, at what, and what was found of it."""
    return _page(emergency_id, Action.see_emergency)


@blueprint.post("/emergencies/<emergency_id>")
@needs(Action.review_emergency)
def review(emergency_id: str) -> Response | tuple[str, int]:
    """Say whether it was justified, with a remark."""
    about_child(child_of(store(), emergency_id=emergency_id[:32]), Action.review_emergency)
    finding, remark = request.form.get("finding", ""), request.form.get("remark", "").strip()
    errors = {}
    if finding not in FINDINGS:
        errors["finding"] = "Say whether it was justified"
    if not remark or len(remark) > LONGEST:
        errors["remark"] = f"Say what you found, in {LONGEST} characters or fewer"
    if errors:
        return _page(emergency_id, Action.review_emergency, typed=request.form, errors=errors), 422
    try:
        review_emergency(
            store(), actor=actor(), emergency_id=emergency_id[:32], finding=finding, remark=remark
        )
        flash("The review is noted.", "success")
    except WrongState:
        flash("Somebody else has reviewed it meanwhile.")
    return redirect(url_for("emergencies.show", emergency_id=emergency_id), 303)


def _page(
    emergency_id: str,
    action: Action,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    head = about_child(child_of(store(), emergency_id=emergency_id[:32]), action)
    one, seen = read_emergency(store(), emergency_id=emergency_id[:32])
    who = person()
    return render_template(
        "emergencies/review.html",
        head=head,
        one=one,
        seen=seen,
        act=acts.said,
        role=ROLE_WORDS.get(Role(one.role), "") if one.role in set(Role) else "",
        due_at=one.from_at + REVIEW_WITHIN,
        may_review=ever(who.role, Action.review_emergency) and one.user_id != who.user_id,
        typed=typed or {},
        errors=errors or {},
    )


def _sought(typed: Mapping[str, str]) -> tuple[Sought, dict[str, str]]:
    """Return whom somebody means, and what is missing to look for anybody."""
    reference, name = typed.get("reference", "")[:40], typed.get("name", "")[:200]
    parts = {part: typed.get(f"born_{part}", "") for part in _DATE}
    if reference:
        return Sought(reference=reference), {}
    errors: dict[str, str] = {}
    born = ""
    if len(name.split()) < len(("first", "last")):
        errors["name" if name else "reference"] = (
            "Enter the first name and the last name" if name else "Enter the child's reference, or the name"
        )
    try:
        born = dates.read(parts).isoformat() if all(parts.values()) else ""
    except Refused:
        born = ""
    if name and not born:
        errors["born_day"] = "Enter the day, the month and the year of birth"
    return Sought(name=name, date_of_birth=born), errors
