"""Agency workers: added for a shift in one short form, with a code to hand over; what they leave behind."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc import clock
from formsvc.access.table import ROLE_WORDS, Action, Role
from formsvc.errors import Forbidden, NotFound, WrongState
from formsvc.fields.base import Refused
from formsvc.fields.dates import read
from formsvc.fields.moments import LONDON
from formsvc.records.clean import clean_text
from formsvc.store.organisations import PlaceClosed
from formsvc.web.guarding import actor, needs, person, refuse, settings, store
from formsvc.workflow.add_shift import (
    LONGEST_SHIFT,
    Added,
    NotHereBefore,
    ShiftEndWrong,
    add_shift,
    hand_out_code,
    move_shift_end,
    shift_ends_at,
    shift_roles,
)
from formsvc.workflow.keep_typed import finish_kept, left_behind
from formsvc.workflow.sessions import end_sessions_of, sessions_of

blueprint = Blueprint("shifts", __name__)

CHANGE_OF_SHIFT: Final = 8
"""The hour in London at which a night shift ends."""
_TIME: Final = re.compile(r"(\d{1,2})[:.]?(\d{2})")
NOT_BEFORE: Final = (
    "Nobody who worked here before signs in with this: check it, or leave it empty to add somebody new"
)
WRONG_END: Final = {
    "past": "The shift has to end later than now",
    "too_late": f"A shift ends within {LONGEST_SHIFT.days} days: for longer, invite them",
}


@blueprint.get("/people/shift")
@needs(Action.manage_people)
def ask() -> str:
    """Ask who comes, and until when."""
    return _page()


@blueprint.post("/people/shift")
@needs(Action.manage_people)
def add() -> str | tuple[str, int]:
    """Let somebody work here until the end of a shift, and show what to hand over, once."""
    name = " ".join(clean_text(request.form.get("name", ""))[0].split())
    email = request.form.get("email", "").strip()
    offered = {_value(one.role, one.place.id if one.place else None): one for one in _roles()}
    chosen = request.form.get("role", "") if len(offered) != 1 else next(iter(offered))
    until_at, errors = _end()
    if not name or len(name) > 200:
        errors = {"name": "Enter their full name: it stands beside everything they do", **errors}
    if len(email) > 254:
        errors["email"] = NOT_BEFORE
    if chosen not in offered:
        errors["role"] = "Choose what they are to be"
    if errors or until_at is None:
        return _page(errors=errors), 422
    role, _, place_id = chosen.partition("@")
    try:
        added = add_shift(
            store(),
            person=person(),
            actor=actor(),
            name=name,
            email=email,
            role=Role(role),
            place_id=place_id or None,
            until_at=until_at,
        )
    except WrongState:
        return _page(errors={"email": "They work here already: change the end of their shift instead"}), 422
    except NotHereBefore:
        return _page(errors={"email": NOT_BEFORE}), 422
    except PlaceClosed:
        return _page(errors={"name": "Their place was closed just now: nobody can be added there"}), 422
    except ShiftEndWrong as error:
        return _page(errors={"end": WRONG_END[error.detail]}), 422
    except Forbidden:
        refuse(Action.manage_people, why="own_role")
        return _page(errors={"email": "You cannot give a role to yourself: ask another manager"}), 422
    return _handed(added)


@blueprint.route("/people/roles/<membership_id>/until", methods=["GET", "POST"])
@needs(Action.manage_people)
def until(membership_id: str) -> Response | str | tuple[str, int]:
    """Let a shift end later or earlier."""
    try:
        ends_at = shift_ends_at(store(), person=person(), membership_id=membership_id)
    except NotFound:
        refuse(Action.manage_people, why="not_theirs", subject_id=membership_id)
        raise
    errors: dict[str, str] = {}
    if request.method == "POST":
        until_at, errors = _end()
        if until_at is not None and not errors:
            try:
                name = move_shift_end(
                    store(), person=person(), actor=actor(), membership_id=membership_id, until_at=until_at
                )
            except ShiftEndWrong as error:
                errors = {"end": WRONG_END[error.detail]}
            else:
                flash(f"The shift of {name} ends at the new time.", "success")
                return redirect(url_for("people.listing"))
    page = render_template(
        "people/until.html",
        membership_id=membership_id,
        ends_at=ends_at,
        ends=_ends(),
        errors=errors,
        typed=request.form,
        days=LONGEST_SHIFT.days,
    )
    return (page, 422) if errors else page


@blueprint.post("/people/<user_id>/code")
@needs(Action.manage_people)
def code(user_id: str) -> str:
    """Show a one-time code for somebody who stands beside one and has no mail."""
    try:
        return _handed(hand_out_code(store(), person=person(), actor=actor(), user_id=user_id))
    except NotFound:
        refuse(Action.manage_people, why="not_theirs", subject_id=user_id)
        raise


@blueprint.get("/people/<user_id>/sessions")
@needs(Action.manage_people)
def sessions(user_id: str) -> str:
    """List where somebody one looks after is signed in."""
    try:
        name, found = sessions_of(store(), person=person(), user_id=user_id)
    except NotFound:
        refuse(Action.manage_people, why="not_theirs", subject_id=user_id)
        raise
    return render_template("people/sessions.html", name=name, user_id=user_id, sessions=found)


@blueprint.post("/people/<user_id>/sessions/end")
@needs(Action.manage_people)
def end_sessions(user_id: str) -> Response:
    """End one session, or all, of somebody one looks after."""
    try:
        name, count = end_sessions_of(
            store(),
            person=person(),
            actor=actor(),
            user_id=user_id,
            session_id=request.form.get("session", "")[:32],
        )
    except NotFound:
        refuse(Action.manage_people, why="not_theirs", subject_id=user_id)
        raise
    flash(f"{name} is signed out in {count} {'place' if count == 1 else 'places'}.", "success")
    return redirect(url_for("shifts.sessions", user_id=user_id))


@blueprint.get("/people/left")
@needs(Action.manage_people)
def left() -> str:
    """List what was typed here when a shift was over: whoever leads the team or home takes it on."""
    return render_template("people/left.html", kept=left_behind(store(), person=person()))


@blueprint.post("/people/left/<kept_id>/done")
@needs(Action.manage_people)
def left_done(kept_id: str) -> Response:
    """Destroy what was left behind: it is saved, or not wanted."""
    finish_kept(store(), person=person(), actor=actor(), kept_id=kept_id)
    return redirect(url_for("shifts.left"))


def typed_moment(day: str, time: str) -> datetime | None:
    """Return the moment in London that somebody typed as a date and a time of day; None if it is none."""
    found = _TIME.fullmatch(time.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    try:
        on = read(day.strip()) if day.strip() else None
    except Refused:
        return None
    if on is None or on.year > 9000:
        return None
    return datetime(on.year, on.month, on.day, int(found[1]), int(found[2]), tzinfo=LONDON)


def _end() -> tuple[datetime | None, dict[str, str]]:
    """Return when the shift that is asked for ends, or what is wrong with it, by field."""
    wanted = request.form.get("end", "")
    known = {str(one["value"]): one["at"] for one in _ends()}
    if wanted in known and (request.form.get("day", "").strip() or request.form.get("time", "").strip()):
        return None, {"end": "You typed another end: choose “Another time”, or clear it"}
    if wanted in known:
        return known[wanted], {}
    if wanted != "other":
        return None, {"end": "Choose when the shift ends"}
    at = typed_moment(request.form.get("day", ""), request.form.get("time", ""))
    if at is None:
        return None, {"day": "Enter a date and a time, like 24 November 2026 and 08:00"}
    return at, {}


def _ends() -> list[dict[str, Any]]:
    """Return the ends of a shift that are offered: the next change of shift comes first."""
    now = clock.now().astimezone(LONDON)
    first = now.replace(hour=CHANGE_OF_SHIFT, minute=0, second=0, microsecond=0)
    found = []
    for days in (0, 1):
        at = datetime.combine(first.date() + timedelta(days=days), first.timetz().replace(tzinfo=LONDON))
        if at > now:
            words = f"{'Today' if days == 0 else 'Tomorrow'}, {at:%A} {at:%H:%M}"
            found.append({"value": f"{at:%Y-%m-%dT%H:%M}", "words": words, "at": at})
    return found


def _page(*, errors: dict[str, str] | None = None) -> str:
    roles = [
        {
            "value": _value(one.role, one.place.id if one.place else None),
            "text": ROLE_WORDS[one.role] + ("" if one.place is None else f", {one.place.name}"),
        }
        for one in _roles()
    ]
    return render_template(
        "people/shift.html",
        roles=roles,
        ends=_ends(),
        errors=errors or {},
        typed=request.form,
        days=LONGEST_SHIFT.days,
    )


def _handed(added: Added) -> str:
    return render_template("people/code.html", added=added, address=settings().base_url)


def _roles() -> tuple[Any, ...]:
    return shift_roles(store(), person=person())


def _value(role: Role, place_id: str | None) -> str:
    return f"{role.value}@{place_id or ''}"
