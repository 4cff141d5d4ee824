"""The grab sheet: the newest plan on one side, on the screen at once, and sealed for whoever prints it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from formsvc import clock
from formsvc.access.table import Action, audience_for
from formsvc.documents.content import build
from formsvc.documents.one_side import is_tight
from formsvc.errors import NotFound
from formsvc.store import documents
from formsvc.web import said
from formsvc.web.guarding import about_record, actor, needs, person, store
from formsvc.workflow.read_sheet import ask_for_sheet, read_sheet

blueprint = Blueprint("sheets", __name__, url_prefix="/records/<record_id>/sheet")

IMAGES = ("image/jpeg", "image/png")


@blueprint.get("")
@needs(Action.download)
def show(record_id: str) -> str:
    """Show the grab sheet of the newest revision, as far as it is for this person."""
    head, record = about_record(record_id, Action.download)
    sheet = read_sheet(store(), record_id=record_id, person=person())
    content = build(sheet.view)
    own = audience_for(person().role)
    with store().read() as tx:
        made = [
            one
            for one in documents.of_revision(tx, sheet.revision.id)
            if (one.kind, one.audience_id, one.state) == ("sheet", own, "current")
        ]
    return render_template(
        "sheets/sheet.html",
        head=head,
        record=record,
        sheet=sheet,
        content=content,
        slots={slot.name: slot for slot in content.sheet},
        is_tight=is_tight(content.sheet),
        sealed=made[0] if made else None,
        sentence=sheet.view.data["audience"]["sentence"],
        now=clock.now(),
        said=said,
    )


@blueprint.get("/photo")
@needs(Action.download)
def photo(record_id: str) -> Response:
    """Hand out the photo of the sheet."""
    about_record(record_id, Action.download)
    sheet = read_sheet(store(), record_id=record_id, person=person())
    found = next((one for one in sheet.view.data["attachments"] if one["media_type"] in IMAGES), None)
    if found is None:
        raise NotFound
    data = store().blobs.get(sheet.photos[found["sha256"]], key=sheet.key)
    return Response(data, mimetype=found["media_type"], headers={"Content-Disposition": "inline"})


@blueprint.post("")
@needs(Action.download)
def ask(record_id: str) -> Response:
    """Have the sheet made as a sealed page for this person's audience."""
    about_record(record_id, Action.download)
    ask_for_sheet(store(), actor=actor(), record_id=record_id, person=person())
    return redirect(url_for("documents.progress", record_id=record_id), 303)
