"""A document as text, to paste into the police's or the authority's own system: a page, and a file."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask import Response as FlaskResponse

from formsvc.access.table import Action
from formsvc.documents.pasted import as_text, pasted
from formsvc.web.guarding import about_record, actor, needs, person, settings, store
from formsvc.workflow.paste_text import Taken, paste_text

blueprint = Blueprint("pasting", __name__, url_prefix="/records/<record_id>")


@blueprint.get("/text")
@needs(Action.download)
def show(record_id: str) -> str:
    """Show the current revision as blocks, each to be copied by itself."""
    head, record = about_record(record_id, Action.download)
    taken = _taken(record_id)
    return render_template(
        "documents/text.html",
        head=head,
        record=record,
        document=taken.view.data["document"],
        sentence=taken.view.data["audience"]["sentence"],
        blocks=pasted(taken.view, known=taken.known),
        audience=taken.audience,
        choices=taken.choices,
    )


@blueprint.get("/text.txt")
@needs(Action.download)
def file(record_id: str) -> FlaskResponse:
    """Hand the same blocks out as one text file, named by reference and revision."""
    about_record(record_id, Action.download)
    taken = _taken(record_id)
    document = taken.view.data["document"]
    name = f"{document['reference']}_r{document['revision']}_{taken.audience}.txt"
    return FlaskResponse(
        as_text(taken.view, known=taken.known),
        mimetype="text/plain",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        },
    )


def _taken(record_id: str) -> Taken:
    return paste_text(
        store(),
        settings=settings(),
        actor=actor(),
        person=person(),
        record_id=record_id,
        audience=request.args.get("for", "")[:24],
    )
