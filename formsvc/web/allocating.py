"""Who answers for a child, and who she is said to be: another team, other workers, a corrected name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.decision import About, decide
from formsvc.access.table import ROLE_WORDS, Action, Role
from formsvc.cases.intake import read_identity
from formsvc.errors import NotFound, StaleVersion
from formsvc.store.organisations import PlaceClosed
from formsvc.web.children import UNREADABLE, WORDS
from formsvc.web.guarding import about_child, actor, needs, person, policy, still, store
from formsvc.workflow.allocate_child import (
    Allocated,
    Choice,
    Worker,
    allocate_child,
    allocated,
    choices,
)
from formsvc.workflow.correct_child import correct_child, identity_now
from formsvc.workflow.see_child import ChildHead

blueprint = Blueprint("allocating", __name__, url_prefix="/children/<child_id>")

MEANWHILE: Final = "Somebody else changed it while you were reading. Look again before you change it"


@blueprint.get("/workers")
@needs(Action.allocate)
def ask(child_id: str) -> str:
    """Ask which team and which workers answer for a child."""
    return _page(about_child(child_id, Action.allocate))


@blueprint.post("/workers")
@needs(Action.allocate)
def change(child_id: str) -> Response | str | tuple[str, int]:
    """Say what a change means, and make it once it was read."""
    head = about_child(child_id, Action.allocate)
    now, chosen = allocated(store(), child_id=head.id), request.form.getlist("worker")
    team_id = request.form.get("team", "")
    offered = choices(store(), child_id=head.id, team_id=team_id)
    errors = _wrong(offered, team_id=team_id, chosen=chosen)
    if request.form.get("seen") != now.seen:
        errors = {"team": MEANWHILE}
    if errors or request.form.get("do") == "show":
        errors = {key: one for key, one in errors.items() if request.form.get("do") != "show"}
        page = _page(head, team_id=team_id, chosen=chosen, errors=errors)
        return (page, 409 if MEANWHILE in errors.values() else 422) if errors else page
    if request.form.get("sure") != "yes":
        return _confirm(head, now, offered, team_id=team_id, chosen=chosen)
    try:
        allocate_child(
            store(),
            actor=actor(),
            child_id=head.id,
            team_id=team_id,
            worker_ids=chosen,
            seen=now.seen,
            still=still(Action.allocate),
        )
    except (StaleVersion, PlaceClosed, NotFound):  # perhaps she is no longer theirs to give: judged anew
        return _page(about_child(child_id, Action.allocate), errors={"team": MEANWHILE}), 409
    flash("Who answers for the child is changed.", "success")
    sees = _still_sees(head, team_id)
    return redirect(url_for("children.show", child_id=head.id) if sees else url_for("children.listing"))


@blueprint.get("/identity")
@needs(Action.correct_child)
def ask_identity(child_id: str) -> str:
    """Ask what the child's name, known-as and date of birth are."""
    return _identity_page(about_child(child_id, Action.correct_child))


@blueprint.post("/identity")
@needs(Action.correct_child)
def correct(child_id: str) -> Response | tuple[str, int]:
    """Correct them; what is wrong comes back beside its question."""
    head = about_child(child_id, Action.correct_child)
    typed = request.form.to_dict()
    judged = read_identity(typed)
    if judged.errors:
        said = {name: WORDS.get((name, code), UNREADABLE) for name, code in judged.errors.items()}
        return _identity_page(head, typed=typed, errors=said), 422
    try:
        changed = correct_child(
            store(),
            actor=actor(),
            child_id=head.id,
            identity=judged.values,
            seen=typed.get("seen", ""),
            still=still(Action.correct_child),
        )
    except StaleVersion:
        return _identity_page(head, typed=typed, errors={"name": MEANWHILE}), 409
    flash("Corrected. What forms say stays as it is." if changed else "Nothing was changed.", "success")
    return redirect(url_for("children.show", child_id=head.id))


def _wrong(offered: Choice, *, team_id: str, chosen: Collection[str]) -> dict[str, str]:
    if team_id not in {one.id for one in offered.teams}:
        return {"team": "Choose the team that answers for the child"}
    known = {one.user_id: one for one in offered.workers}
    if any(one not in known for one in chosen):
        return {"worker": "Choose workers from the list: somebody has another role by now"}
    has_worker = any(known[one].role is Role.social_worker for one in chosen)
    if has_worker and request.form.get("nobody"):
        return {"worker": "Choose workers, or say that there is none yet, not both"}
    if not has_worker and not request.form.get("nobody"):
        return {"worker": "Choose who works with the child, or say that there is none yet"}
    return {}


def _page(
    head: ChildHead,
    *,
    team_id: str = "",
    chosen: Collection[str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    """Return the page of the choice; without a team chosen, as it stands now."""
    now = allocated(store(), child_id=head.id)
    team_id = team_id or (now.team.id if now.team else "")
    offered = choices(store(), child_id=head.id, team_id=team_id)
    ticked = {one.user_id for one in now.workers} if chosen is None or not team_id else set(chosen)
    return render_template(
        "children/workers.html",
        head=head,
        now=now,
        offered=offered,
        team_id=team_id,
        chosen=ticked,
        nobody=bool(request.form.get("nobody")),
        is_social_worker=_is_social_worker,
        roles=ROLE_WORDS,
        errors=errors or {},
    )


def _confirm(
    head: ChildHead, now: Allocated, offered: Choice, *, team_id: str, chosen: Collection[str]
) -> str:
    held, wanted = {one.user_id for one in now.workers}, set(chosen)
    of_team = {one.user_id for one in offered.workers if one.team_id == team_id}
    leaving = [one for one in now.workers if one.user_id not in wanted]
    return render_template(
        "children/workers_sure.html",
        head=head,
        now=now,
        team=next(one for one in offered.teams if one.id == team_id),
        is_other_team=now.team is None or now.team.id != team_id,
        leaving=leaving,
        gone=[one for one in leaving if one.user_id not in of_team],
        of_team=[one for one in leaving if one.user_id in of_team],
        staying=[one for one in offered.workers if one.user_id in wanted & held],
        coming=[one for one in offered.workers if one.user_id in wanted - held],
        chosen=sorted(wanted),
        roles=ROLE_WORDS,
        keeps=_still_sees(head, team_id),
    )


def _identity_page(
    head: ChildHead, *, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> str:
    identity, seen = identity_now(store(), child_id=head.id)
    year, month, day = (identity.date_of_birth or "--").split("-")
    held = {
        "name": identity.name,
        "known_as": identity.known_as,
        "born_day": day.lstrip("0"),
        "born_month": month.lstrip("0"),
        "born_year": year,
        "born_not_known": "" if identity.date_of_birth else "yes",
    }
    return render_template(
        "children/identity.html",
        head=head,
        typed=held if typed is None else typed,
        seen=seen,
        errors=errors or {},
    )


def _still_sees(head: ChildHead, team_id: str) -> bool:
    """Say whether who changes it still sees the child once she is with a team."""
    who = person()
    if who.role is not Role.team_manager or team_id == who.team_id:
        return True
    left = frozenset(one for one in head.relations if one.value != "team")
    return decide(policy(), who.role, Action.see_child, About(relations=left)).allowed


def _is_social_worker(one: Worker) -> bool:
    return one.role is Role.social_worker
