"""Who looked and who did what: about a child, for who answers for her; in an organisation, without any."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.exceptions import BadRequest

from formsvc.access.table import ROLE_WORDS, Action
from formsvc.fields import dates
from formsvc.fields.base import Refused
from formsvc.fields.moments import LONDON
from formsvc.web import acts, said
from formsvc.web.guarding import about_child, actor, needs, person, store
from formsvc.workflow.read_history import child_history, export_history, organisation_history

blueprint = Blueprint("audit", __name__)

REFUSED = "refused"


@blueprint.get("/children/<child_id>/looked")
@needs(Action.see_history)
def child(child_id: str) -> str:
    """Show who looked at a child and who did what, page by page, by kind and by person."""
    head = about_child(child_id, Action.see_history)
    kind, who = _kind(), request.args.get("who", "")[:32]
    found = child_history(
        store(),
        person=person(),
        child_id=head.id,
        acts=acts.of_kind(kind),
        actor_id=who,
        refused=kind == REFUSED,
        before=_cursor(),
    )
    return render_template(
        "audit/child.html",
        head=head,
        found=found,
        who=who,
        older=_older(found.next, "audit.child", child_id=head.id, kind=kind or None, who=who or None),
        **_words(kind),
    )


@blueprint.get("/audit")
@needs(Action.see_audit)
def organisation() -> str:
    """Show what the people of an organisation did, without saying about whom."""
    kind, who, typed = _kind(), request.args.get("who", "").strip()[:100], request.args.to_dict()
    day, error = _day()
    found = organisation_history(
        store(),
        actor=actor(),
        organisation_id=person().organisation_id,
        acts=acts.of_kind(kind),
        who=who,
        refused=kind == REFUSED,
        day=_bounds(day),
        before=_cursor(),
    )
    filters: dict[str, Any] = {
        "kind": kind or None,
        "who": who or None,
        **({f"day_{part}": typed.get(f"day_{part}") for part in ("day", "month", "year")} if day else {}),
    }
    return render_template(
        "audit/organisation.html",
        found=found,
        who=who,
        typed=typed,
        error=error,
        older=_older(found.next, "audit.organisation", **filters),
        export=url_for("audit.export", **filters),
        **_words(kind),
    )


@blueprint.get("/audit.csv")
@needs(Action.see_audit)
def export() -> Response:
    """Hand out the same as lines of ids, codes and moments."""
    kind = _kind()
    day, error = _day()
    if error:
        raise BadRequest
    lines = export_history(
        store(),
        actor=actor(),
        organisation_id=person().organisation_id,
        acts=acts.of_kind(kind),
        who=request.args.get("who", "").strip()[:100],
        refused=kind == REFUSED,
        day=_bounds(day),
    )
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(lines, mimetype="text/csv", headers=headers)


def _words(kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "kinds": {**acts.KINDS, REFUSED: "Refused"},
        "act": acts.said,
        "roles": {**{role.value: told for role, told in ROLE_WORDS.items()}, "service": "The service"},
        "said": said,
        "is_first": "before" not in request.args,
    }


def _kind() -> str:
    kind = request.args.get("kind", "")
    if kind and kind not in acts.KINDS and kind != REFUSED:
        raise BadRequest
    return kind


def _day() -> tuple[date | None, str]:
    """Return the day that is asked for, and what is wrong with it."""
    typed = {part: request.args.get(f"day_{part}", "").strip() for part in ("day", "month", "year")}
    if not any(typed.values()):
        return None, ""
    try:
        return dates.read(typed), ""
    except Refused:
        return None, "Enter a day that exists, with day, month and year"


def _bounds(day: date | None) -> tuple[datetime, datetime] | None:
    if day is None:
        return None
    ends = day + timedelta(days=1)
    return datetime.combine(day, time(), tzinfo=LONDON), datetime.combine(ends, time(), tzinfo=LONDON)


def _cursor() -> tuple[datetime, str] | None:
    at, _, last = request.args.get("before", "").partition("~")
    if not at:
        return None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise BadRequest from error
    if moment.tzinfo is None:
        raise BadRequest
    return moment, last[:32]


def _older(end: tuple[datetime, str] | None, endpoint: str, **values: Any) -> str:
    """Return the address of the page that follows, empty after the last one."""
    if end is None:
        return ""
    return url_for(endpoint, before=f"{end[0].isoformat()}~{end[1]}", **values)
