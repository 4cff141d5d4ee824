"""Read a form on the screen as it is for this person; and what it taught, with who has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.sheets import PLANS
from formsvc.access.table import Action, audience_for
from formsvc.documents.carried import carried
from formsvc.documents.content import build
from formsvc.errors import Forbidden, NotFound
from formsvc.records.clean import clean_text
from formsvc.web import said
from formsvc.web.guarding import about_record, actor, needs, person, store
from formsvc.workflow.compare import view_of
from formsvc.workflow.open_attachment import open_attachment
from formsvc.workflow.read_record import record_history
from formsvc.workflow.release_fact import release_fact, taught_by

blueprint = Blueprint("reading", __name__, url_prefix="/records/<record_id>")

LONGEST_WHY: Final = 2000

Answered = str | Response | tuple[str, int]


@blueprint.get("/read")
@needs(Action.download)
def read(record_id: str) -> str:
    """Show the current revision of a form, as far as it is for this person."""
    head, record = about_record(record_id, Action.download)
    history = record_history(store(), record_id=record_id, person=person(), with_signing=False)
    current = history.current
    if current is None:
        raise NotFound
    view = view_of(store(), record_id=record_id, number=current.revision.number, person=person())
    own = audience_for(person().role)
    return render_template(
        "reading/read.html",
        head=head,
        record=record,
        title=history.title,
        line=current,
        copies=[one for one in current.documents if one.audience_id == own],
        sections=build(view, paper=False).sections,
        files=carried(view.data),
        has_sheet=view.data["document"]["layout"] == PLANS and bool(view.data["form"]["search_sheet"]),
        sentence=view.data["audience"]["sentence"],
        said=said,
    )


@blueprint.get("/revisions/<revision>/attachments/<number>")
@needs(Action.download)
def attachment(record_id: str, revision: str, number: str) -> Response:
    """Hand out a file that a revision carries, as far as it is for this person."""
    about_record(record_id, Action.download)
    history = record_history(store(), record_id=record_id, person=person(), with_signing=False)
    if history.current is None or str(history.current.revision.number) != revision:
        try:
            about_record(record_id, Action.see_record)
        except Forbidden as error:
            raise NotFound from error  # who has the newest copy alone is not told of another
    opened = open_attachment(
        store(),
        actor=actor(),
        person=person(),
        record_id=record_id,
        revision=_number(revision),
        number=_number(number),
    )
    return Response(
        store().blobs.chunks(opened.stored, key=opened.key),
        mimetype=opened.file.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{opened.file.inside}"',
            "Content-Length": str(opened.stored.size),
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        },
    )


def _number(told: str) -> int:
    if not (told.isascii() and told.isdigit() and len(told) < 7):
        raise NotFound
    return int(told)


@blueprint.get("/taught")
@needs(Action.release_fact)
def taught(record_id: str) -> str:
    """Show what a form taught about the child, and who has each of it."""
    return _taught(record_id, typed={}, errors={})


@blueprint.post("/taught/<fact_id>")
@needs(Action.release_fact)
def release(record_id: str, fact_id: str) -> Answered:
    """Let more audiences have one fact, for a reason."""
    about_record(record_id, Action.release_fact)
    chosen = request.form.getlist("to")
    why = clean_text(request.form.get("why", ""))[0].strip()
    errors: dict[str, str] = {}
    if not chosen:
        errors[f"to-{fact_id}"] = "Choose who needs to know it"
    if not why:
        errors[f"why-{fact_id}"] = "Say why they need to know it"
    elif len(why) > LONGEST_WHY:
        errors[f"why-{fact_id}"] = f"Use {LONGEST_WHY} characters or fewer"
    if errors:
        typed = {"fact": fact_id, "why": why, "to": ",".join(chosen)}
        return _taught(record_id, typed=typed, errors=errors), 422
    release_fact(
        store(),
        actor=actor(),
        person=person(),
        record_id=record_id,
        fact_id=fact_id,
        audiences=chosen,
        why=why,
    )
    flash("Released. Forms that they read can be filled in with it from now on.", "success")
    return redirect(url_for(".taught", record_id=record_id))


def _taught(record_id: str, *, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    head, _ = about_record(record_id, Action.release_fact)
    found = taught_by(store(), record_id=record_id, person=person())
    return render_template(
        "reading/taught.html", head=head, found=found, typed=typed, errors=errors, said=said
    )
