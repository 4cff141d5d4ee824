"""Disposal: what is due, proposing it, confirming what somebody else proposed, stopping it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.table import Action, reach
from formsvc.cases.retention import STARTS
from formsvc.errors import WrongState
from formsvc.store import disposals
from formsvc.store.disposals import Disposal
from formsvc.web import said
from formsvc.web.guarding import about_child, actor, needs, person, reauthenticated, store
from formsvc.web.keeping import defaults, kept_of
from formsvc.workflow.dispose_child import COOLING, cancel_disposal, confirm_disposal, propose_disposal
from formsvc.workflow.retention import due_lines

blueprint = Blueprint("disposing", __name__)

Answered = str | Response | tuple[str, int]

STOPPED: Final[Mapping[str, str]] = {
    "still_needed": "The record is still needed",
    "wrong_reason": "The case was closed for the wrong reason, or on the wrong day",
    "asked_for": "The child, or somebody for them, has asked for it",
    "other": "Another reason",
}
"""Why a disposal is stopped by hand."""

ENDED: Final[Mapping[str, str]] = {
    **STOPPED,
    "held": "A legal hold was put on the child",
    "reopened": "The case was opened again",
    "not_due": "It was no longer due",
}
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "proposed": ("Waits to be confirmed", "yellow"),
    "confirmed": ("Will be disposed of", "red"),
    "cancelled": ("Stopped", "grey"),
    "destroyed": ("Being disposed of", "red"),
    "done": ("Disposed of", "green"),
}


@blueprint.get("/disposals")
@needs(Action.see_disposals)
def listing() -> str:
    """List what is due for disposal, what is under way, what was disposed of."""
    who = person()
    due = due_lines(store(), person=who, defaults=defaults())
    with store().read() as tx:
        every = disposals.of_organisation(tx, who.organisation_id)
    mine = [one for one in every if _is_mine(one)]
    return render_template(
        "keeping/disposals.html",
        due=[one for one in due if one.disposal is None],
        names={one.child_id: one.identity for one in due if one.identity is not None},
        active=[one for one in mine if one.is_active],
        ended=[one for one in mine if not one.is_active],
        words=rule_words,
        statuses=defaults(),
        states=STATES,
        why=ENDED,
        may_open=bool(reach(who.role, Action.propose_disposal)),
        said=said,
    )


@blueprint.route("/children/<child_id>/disposal", methods=["GET", "POST"])
@needs(Action.propose_disposal)
def propose(child_id: str) -> Answered:
    """Say what disposal destroys and what stays; propose it."""
    head = about_child(child_id, Action.propose_disposal)
    kept = kept_of(head)
    error = ""
    if request.method == "POST":
        if request.form.get("sure") != "yes":
            error = "Say that you have read what is destroyed"
        else:
            try:
                propose_disposal(
                    store(),
                    actor=actor(),
                    child_id=head.id,
                    controller_id=head.controller_id,
                    defaults=defaults(),
                )
            except WrongState:
                flash("It is not due for disposal, or somebody has proposed it already.")
            else:
                flash("Proposed. A head of service other than you has to confirm it.", "success")
            return redirect(url_for("keeping.show", child_id=head.id))
    page = render_template("keeping/propose.html", head=head, kept=kept, error=error, days=COOLING.days)
    return (page, 422) if error else page


@blueprint.route("/children/<child_id>/disposal/confirm", methods=["GET", "POST"])
@needs(Action.confirm_disposal)
def confirm(child_id: str) -> Answered:
    """Confirm what somebody else proposed, with the password and the reference typed."""
    head = about_child(child_id, Action.confirm_disposal)
    kept = kept_of(head)
    if kept.disposal is None or kept.disposal.state != "proposed":
        flash("There is nothing to confirm.")
        return redirect(url_for("keeping.show", child_id=head.id))
    is_own = kept.disposal.proposed_by == person().user_id
    errors: dict[str, str] = {}
    if request.method == "POST" and not is_own:
        if request.form.get("reference", "").strip().upper() != head.reference:
            errors["reference"] = f"Type the reference as it stands above: {head.reference}"
        elif not request.form.get("password") or not reauthenticated(request.form):
            errors["password"] = "That is not your password"  # noqa: S105  (words)
        if not errors:
            return _confirmed(head.id, kept.disposal)
    page = render_template(
        "keeping/confirm.html",
        head=head,
        kept=kept,
        errors=errors,
        is_own=is_own,
        days=COOLING.days,
        words=rule_words,
        typed=request.form,
        said=said,
    )
    return (page, 422) if errors else page


@blueprint.route("/children/<child_id>/disposal/stop", methods=["GET", "POST"])
@needs(Action.propose_disposal)
def stop(child_id: str) -> Answered:
    """Stop a disposal while it can be stopped."""
    head = about_child(child_id, Action.propose_disposal)
    error = ""
    if request.method == "POST":
        why = request.form.get("why", "")
        if why not in STOPPED:
            error = "Say why it is stopped"
        else:
            try:
                cancel_disposal(store(), actor=actor(), child_id=head.id, why=why)
            except WrongState:
                flash("There is nothing to stop.")
            else:
                flash("Stopped. Nothing was destroyed.", "success")
            return redirect(url_for("keeping.show", child_id=head.id))
    page = render_template(
        "keeping/stop.html", head=head, kept=kept_of(head), error=error, why=STOPPED, said=said
    )
    return (page, 422) if error else page


def rule_words(one: Disposal) -> str:
    """Return the rule a disposal rests on, as it stood when it was proposed."""
    unit = one.unit if one.number != 1 else one.unit.removesuffix("s")
    return f"{one.number} {unit} from {STARTS[one.starts]}"


def _confirmed(child_id: str, found: Disposal) -> Response:
    try:
        confirm_disposal(store(), actor=actor(), child_id=child_id, disposal_id=found.id, defaults=defaults())
    except WrongState:
        flash("It can no longer be confirmed: look again at how it stands.")
    else:
        flash(f"Confirmed. It is done in {COOLING.days} days and can be stopped until then.", "success")
    return redirect(url_for("keeping.show", child_id=child_id))


def _is_mine(one: Disposal) -> bool:
    """Say whether a person sees a disposal: a team manager those of the team, others their organisation's."""
    who = person()
    return who.team_id is None or one.team_id == who.team_id
