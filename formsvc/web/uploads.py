"""Final documents on their way to the case file: the file, the tick, why not, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc import clock
from formsvc.access.table import Action
from formsvc.errors import WrongState
from formsvc.records.clean import clean_text
from formsvc.web import said
from formsvc.web.guarding import about_record, actor, needs, person, still, store
from formsvc.workflow.take_to_case_file import (
    say_not_needed,
    say_uploaded,
    take_file,
    undo_upload,
    upload_of,
)

blueprint = Blueprint("uploads", __name__, url_prefix="/records/<record_id>/uploads/<upload_id>")

Answered = str | Response | tuple[str, int]

LONGEST_WHY: Final = 500


@blueprint.get("")
@needs(Action.upload_copy)
def show(record_id: str, upload_id: str) -> str:
    """Show a task: the file to take, and what to say when it is there."""
    return _page(record_id, upload_id)


@blueprint.post("")
@needs(Action.upload_copy)
def answer(record_id: str, upload_id: str) -> Answered:
    """Say that the file is in the case system."""
    about_record(record_id, Action.upload_copy)
    try:
        say_uploaded(
            store(),
            actor=actor(),
            person=person(),
            record_id=record_id,
            upload_id=upload_id,
            still=still(Action.upload_copy),
        )
    except WrongState:
        return _page(record_id, upload_id, was_before=True), 409
    flash("Noted: it is in the case file. It can be taken back for 24 hours.", "success")
    return redirect(url_for(".show", record_id=record_id, upload_id=upload_id))


@blueprint.post("/not-needed")
@needs(Action.upload_copy)
def refuse(record_id: str, upload_id: str) -> Answered:
    """Say that the file is not needed there, and why."""
    about_record(record_id, Action.upload_copy)
    why = clean_text(request.form.get("why", ""))[0].strip()
    if not why or len(why) > LONGEST_WHY:
        words = (
            f"Use {LONGEST_WHY} characters or fewer" if why else "Say why it is not needed in the case file"
        )
        return _page(record_id, upload_id, typed={"why": why}, errors={"why": words}), 422
    try:
        say_not_needed(
            store(),
            actor=actor(),
            person=person(),
            record_id=record_id,
            upload_id=upload_id,
            why=why,
            still=still(Action.upload_copy),
        )
    except WrongState:
        return _page(record_id, upload_id, was_before=True), 409
    flash("Noted: it is not needed in the case file. It can be taken back for 24 hours.", "success")
    return redirect(url_for(".show", record_id=record_id, upload_id=upload_id))


@blueprint.post("/undo")
@needs(Action.upload_copy)
def undo(record_id: str, upload_id: str) -> Answered:
    """Take back what was said; the task waits again."""
    about_record(record_id, Action.upload_copy)
    try:
        undo_upload(
            store(),
            actor=actor(),
            person=person(),
            record_id=record_id,
            upload_id=upload_id,
            still=still(Action.upload_copy),
        )
    except WrongState:
        return _page(record_id, upload_id, errors={"task": "This cannot be taken back any more"}), 409
    flash("Taken back: it still has to go to the case file.", "success")
    return redirect(url_for(".show", record_id=record_id, upload_id=upload_id))


@blueprint.get("/file")
@needs(Action.upload_copy)
def file(record_id: str, upload_id: str) -> Response:
    """Hand the file out under the name it has in the case system."""
    about_record(record_id, Action.upload_copy)
    document, place, name = take_file(
        store(), actor=actor(), person=person(), record_id=record_id, upload_id=upload_id
    )
    return Response(
        store().blobs.chunks(place.stored, key=place.key),
        mimetype="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(document.size),
            "X-Robots-Tag": "noindex",
        },
    )


def _page(
    record_id: str,
    upload_id: str,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    was_before: bool = False,
) -> str:
    head, record = about_record(record_id, Action.upload_copy)
    return render_template(
        "uploads/one.html",
        head=head,
        record=record,
        line=upload_of(store(), person=person(), record_id=record_id, upload_id=upload_id),
        typed=typed or {},
        errors=errors or {},
        was_before=was_before,
        now=clock.now(),
        said=said,
    )
