"""Background work, for the administrator: what waits, runs or failed, in words; and starting it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.table import Action, Role
from formsvc.errors import NotFound
from formsvc.store import jobs, plans
from formsvc.store.jobs import Job
from formsvc.store.plans import Named
from formsvc.web import issuing, said
from formsvc.web.guarding import actor, needs, person, store
from formsvc.workflow.claim import PATIENT, STAMP, most_attempts, retry_job

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")

STATES: Final = {
    "waiting": ("Waiting", "grey"),
    "running": ("Being done", "blue"),
    "done": ("Done", "green"),
    "failed": ("Failed", "red"),
}
KINDS: Final = {
    "sweep": "Clear old files away",
    "retention": "Look what is due for disposal",
    "dispose": "Dispose of a record",
    "export": "Export a record",
    "export_end": "Delete an export that was not fetched",
    "print_home": "Print the forms of a home",
    "print_home_end": "Delete a print of a home",
    "mail": "Send a message",
    STAMP: "Put a time stamp in",
    "revocation": "Ask which certificates were revoked",
}
A_PAGE: Final = 50


@blueprint.get("")
@needs(Action.see_jobs)
def listing() -> str:
    """List the background work of this person's organisation; for whoever runs the service, its own."""
    state = request.args.get("state", "")
    if state and state not in STATES:
        abort(400)
    at, _, last = request.args.get("before", "").partition("~")
    try:
        before = (datetime.fromisoformat(at), last) if at else None
    except ValueError:
        abort(400)
    with store().read() as tx:
        found = jobs.listing(
            tx,
            organisation_id=_whose(),
            of_service=_whose() is None,
            states=(state,) if state else (),
            before=before,
            limit=A_PAGE + 1,
        )
        names = plans.of_snapshots(
            tx, [one.payload["snapshot"] for one in found if "snapshot" in one.payload]
        )
    shown = found[:A_PAGE]
    end = shown[-1] if len(found) > A_PAGE else None
    return render_template(
        "jobs/listing.html",
        lines=[_line(one, names.get(str(one.payload.get("snapshot")))) for one in shown],
        states=STATES,
        state=state,
        next_page=None
        if end is None
        else url_for("jobs.listing", state=state or None, before=f"{end.created_at.isoformat()}~{end.id}"),
    )


@blueprint.post("/<job_id>/retry")
@needs(Action.retry_job)
def retry(*, job_id: str) -> Response:
    """Start a piece of work again that failed, or waits to be tried again."""
    with store().read() as tx:
        job = jobs.get(tx, job_id)
    if job.organisation_id != _whose():
        raise NotFound
    try:
        retry_job(store(), actor=actor(), job_id=job_id)
    except NotFound:
        flash("It was done, or is being done, in the meantime. Nothing had to be started again.")
    else:
        flash(
            "Started again. It is done within a few seconds where the service that does it runs.", "success"
        )
    return redirect(url_for("jobs.listing"))


def _whose() -> str | None:
    """Return whose work this person looks after: the organisation's, or None for the service's own."""
    who = person()
    return None if who.role is Role.operator else who.organisation_id


def _line(job: Job, named: Named | None) -> dict[str, Any]:
    word, colour = STATES[job.state]
    if job.state == "waiting" and job.attempts:
        word, colour = "Will be tried again", "yellow"
    return {
        "id": job.id,
        "what": _what(job, named),
        "record_id": named.record_id if named else "",
        "word": word,
        "colour": colour,
        "attempts": _attempts(job),
        "asked": said.when(job.created_at),
        "ended": said.when(job.finished_at) if job.finished_at else "",
        "due": said.when(job.due_at) if job.state == "waiting" else "",
        "why": issuing.why(job.outcome),
        "code": job.outcome,
        "can_retry": job.state == "failed" or (job.state == "waiting" and bool(job.attempts)),
    }


def _attempts(job: Job) -> str:
    if job.state == "done" or job.kind in PATIENT:
        return str(job.attempts)
    return f"{job.attempts} of {most_attempts(job.kind)}"


def _what(job: Job, named: Named | None) -> str:
    if named is None:
        return KINDS.get(job.kind, job.kind.capitalize())
    audience = said.AUDIENCES.get(str(job.payload.get("audience")), "Copy")
    kind = said.KINDS.get(str(job.payload.get("kind")), "document")
    told = f"{audience}, {kind}, of {named.reference} revision {named.number}"
    return f"Time stamp for: {told}" if job.kind == STAMP else told
