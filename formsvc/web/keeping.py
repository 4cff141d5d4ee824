"""How long a child's record is kept: close and reopen the case, legal holds, the organisation's schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.decision import About, decide
from formsvc.access.table import Action, audience_for
from formsvc.cases.retention import MOST, STARTS, UNITS, Rule, load_schedule
from formsvc.errors import NotFound, WrongState
from formsvc.fields import dates
from formsvc.fields.base import Refused
from formsvc.records.clean import clean_text
from formsvc.web import said
from formsvc.web.guarding import about_child, actor, may, needs, person, policy, settings, store
from formsvc.workflow.hold_child import lift_hold, put_hold
from formsvc.workflow.retention import (
    Keeping,
    close_case,
    keeping,
    newly_due,
    reopen_case,
    schedule,
    set_schedule,
)
from formsvc.workflow.see_child import ChildHead

blueprint = Blueprint("keeping", __name__)

Answered = str | Response | tuple[str, int]

REOPENED: Final[Mapping[str, str]] = {
    "came_back": "The child is known to us again",
    "closed_wrongly": "The case was closed by mistake",
    "wrong_reason": "The reason or the date was wrong: I will close it again",
}
"""Why a case is opened again."""

SHOWN: Final = (
    Action.close_case,
    Action.hold_child,
    Action.lift_hold,
    Action.propose_disposal,
    Action.confirm_disposal,
    Action.export_child,
)
MOST_WORDS: Final = 2000


@blueprint.get("/children/<child_id>/keeping")
@needs(Action.hold_child)
def show(child_id: str) -> str:
    """Show how long a child's record is kept, and what can be done about it."""
    return _page(about_child(child_id, Action.hold_child))


@blueprint.post("/children/<child_id>/keeping/close")
@needs(Action.close_case)
def close(child_id: str) -> Answered:
    """Close a child's case, with why and on which day."""
    head = about_child(child_id, Action.close_case)
    status, errors = request.form.get("status", ""), {}
    if status not in defaults():
        errors["status"] = "Say why the case is closed"
    parts = {name: request.form.get(f"day-{name}", "") for name in ("day", "month", "year")}
    try:
        day = dates.read(parts)
        if day > dates.today():
            errors["day-day"] = "The day it was closed must be today or in the past"
    except Refused:
        errors["day-day"] = "Enter the day it was closed, with day, month and year"
    if errors:
        return _page(head, errors=errors), 422
    try:
        close_case(store(), actor=actor(), child_id=head.id, status=status, on_day=day)
    except WrongState:
        flash("The case is closed already.")
    else:
        flash("The case is closed.", "success")
    return redirect(url_for("keeping.show", child_id=head.id))


@blueprint.post("/children/<child_id>/keeping/reopen")
@needs(Action.close_case)
def reopen(child_id: str) -> Answered:
    """Open a child's case again."""
    head = about_child(child_id, Action.close_case)
    why = request.form.get("why", "")
    if why not in REOPENED:
        return _page(head, errors={"why": "Say why the case is opened again"}), 422
    try:
        reopen_case(store(), actor=actor(), child_id=head.id, why=why)
    except WrongState:
        flash("The case is open.")
    else:
        flash("The case is open again.", "success")
    return redirect(url_for("keeping.show", child_id=head.id))


@blueprint.route("/children/<child_id>/keeping/hold", methods=["GET", "POST"])
@needs(Action.hold_child)
def hold(child_id: str) -> Answered:
    """Put a legal hold on a child."""
    head = about_child(child_id, Action.hold_child)
    error = ""
    if request.method == "POST":
        why, error = _reason("Say why nothing may be destroyed")
        if not error:
            put_hold(store(), actor=actor(), child_id=head.id, why=why)
            flash("The hold stands. Nothing about this child is disposed of.", "success")
            return redirect(url_for("keeping.show", child_id=head.id))
    page = render_template(
        "keeping/hold.html", head=head, kept=kept_of(head), error=error, typed=request.form.get("why", "")
    )
    return (page, 422) if error else page


@blueprint.route("/children/<child_id>/keeping/holds/<hold_id>/lift", methods=["GET", "POST"])
@needs(Action.lift_hold)
def lift(child_id: str, hold_id: str) -> Answered:
    """Lift a legal hold."""
    head = about_child(child_id, Action.lift_hold)
    kept = kept_of(head)
    found = next((one for one in kept.held if one.id == hold_id), None)
    if found is None:
        raise NotFound
    error = ""
    if request.method == "POST":
        why, error = _reason("Say why the hold is lifted")
        if not error:
            lift_hold(store(), actor=actor(), child_id=head.id, hold_id=hold_id, why=why)
            flash("The hold is lifted.", "success")
            return redirect(url_for("keeping.show", child_id=head.id))
    page = render_template(
        "keeping/lift.html", head=head, hold=found, error=error, typed=request.form.get("why", "")
    )
    return (page, 422) if error else page


@blueprint.get("/retention")
@needs(Action.set_retention)
def ask_schedule() -> str:
    """Show the organisation's retention schedule, to be changed."""
    return _schedule_page()


@blueprint.post("/retention")
@needs(Action.set_retention)
def save_schedule() -> Answered:
    """Say what a changed schedule would bring due; save it when that was seen."""
    own: dict[str, Any] = {"organisation_id": person().organisation_id, "defaults": defaults()}
    changed, errors = _typed_rules()
    if errors:
        return _schedule_page(errors=errors), 422
    due = newly_due(store(), changed=changed, **own)
    if request.form.get("seen") != _seen(due, changed):
        return _schedule_page(changed=changed, due=due)
    count = set_schedule(store(), actor=actor(), changed=changed, **own)
    flash("The schedule is saved." if count else "Nothing was changed.", "success")
    return redirect(url_for("keeping.ask_schedule"))


@blueprint.app_template_global()
def keeping_of(head: ChildHead) -> Keeping | None:
    """Return how a child's record is kept, for the page of a child of one's own authority; None else."""
    who = person()
    own = who.organisation_id == head.controller_id
    return kept_of(head) if own and audience_for(who.role) in ("full", "reviewing_officer") else None


def kept_of(head: ChildHead) -> Keeping:
    """Return how a child's record is kept."""
    return keeping(store(), child_id=head.id, controller_id=head.controller_id, defaults=defaults())


def defaults() -> dict[str, Rule]:
    """Return the schedule that holds where an organisation set nothing, read once."""
    here = current_app.extensions["formsvc"]
    if "schedule" not in here:
        here["schedule"] = load_schedule(settings().form_templates)
    found: dict[str, Rule] = here["schedule"]
    return found


def allowed_on(head: ChildHead) -> dict[str, bool]:
    """Return which of the actions of keeping a person may do about a child."""
    about = About(relations=head.relations)
    return {one.value: decide(policy(), person().role, one, about).allowed for one in SHOWN}


def _page(head: ChildHead, *, errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "keeping/child.html",
        head=head,
        kept=kept_of(head),
        allowed=allowed_on(head),
        statuses=defaults(),
        reopened=REOPENED,
        typed=request.form,
        errors=errors or {},
        me=person().user_id,
        said=said,
    )


def _reason(missing: str) -> tuple[str, str]:
    """Return the reason that was typed, and what is wrong with it."""
    why = clean_text(request.form.get("why", ""))[0].strip()
    if not why:
        return why, missing
    return why, f"Use {MOST_WORDS:,} characters or fewer" if len(why) > MOST_WORDS else ""


def _typed_rules() -> tuple[list[Rule], dict[str, str]]:
    """Return the schedule that was typed, and what is wrong with it."""
    rules, errors = [], {}
    for status, default in defaults().items():
        number = request.form.get(f"number-{status}", "").strip()
        unit = request.form.get(f"unit-{status}", "")
        starts = request.form.get(f"starts-{status}", "")
        if unit not in UNITS or starts not in STARTS:
            errors[f"unit-{status}"] = f"{default.words}: choose years or months, and from when"
        elif number and not (number.isdecimal() and len(number) <= 4 and 0 < int(number) <= MOST[unit]):
            errors[f"number-{status}"] = (
                f"{default.words}: enter a whole number from 1 to {MOST[unit]}, or nothing"
            )
        else:
            rules.append(replace(default, number=int(number) if number else None, unit=unit, starts=starts))
    return rules, errors


def _seen(due: tuple[str, ...], changed: list[Rule]) -> str:
    """Return what says that exactly this was seen: these rules, and these cases they bring due."""
    told = [f"{one.status}:{one.number}:{one.unit}:{one.starts}" for one in changed]
    return "|".join([*told, *due])


def _schedule_page(
    *,
    errors: Mapping[str, str] | None = None,
    changed: list[Rule] | None = None,
    due: tuple[str, ...] = (),
) -> str:
    lines = schedule(store(), organisation_id=person().organisation_id, defaults=defaults())
    typed: dict[str, Any] = dict(request.form)
    return render_template(
        "keeping/schedule.html",
        lines=lines,
        typed=typed,
        errors=errors or {},
        changed=changed,
        due=due,
        seen=_seen(due, changed or []),
        starts=STARTS,
        units=UNITS,
        sees_due=may("see_disposals"),
        said=said,
    )
