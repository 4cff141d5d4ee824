"""After a move: undo one made by mistake, review each form, read what came too late, keep what one wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from formsvc.access.table import Action
from formsvc.definitions.model import Effective
from formsvc.errors import StaleVersion
from formsvc.store.documents import Document
from formsvc.store.organisations import PlaceClosed
from formsvc.web.children import placement_page
from formsvc.web.guarding import about_child, about_record, actor, needs, person, policy, refuse, store
from formsvc.web.library import library
from formsvc.workflow.add_child import undo_move
from formsvc.workflow.keep_late import late_is_read, read_late
from formsvc.workflow.read_own_past import list_own_past, take_own_past
from formsvc.workflow.review_after_move import review_asked, say_unchanged, say_wanted

blueprint = Blueprint("placements", __name__)

LONGEST: Final = 1000
MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "sheet": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@blueprint.post("/children/<child_id>/placement/undo")
@needs(Action.place_child)
def undo(child_id: str) -> Response | tuple[str, int]:
    """Put a child back who was moved by mistake, with the reason."""
    head = about_child(child_id, Action.place_child)
    why = request.form.get("why", "").strip()
    if not why or len(why) > LONGEST:
        said = {"why": "Say why the move was a mistake"}
        return placement_page({"why": why[:LONGEST]}, said, head=head), 422
    try:
        undo_move(
            store(),
            actor=actor(),
            child_id=head.id,
            placement_id=request.form.get("placement", "")[:32],
            why=why,
        )
    except StaleVersion:
        said = {"moved": "This move cannot be undone any more. Look at where they live, and save a new move"}
        return placement_page({}, said, head=about_child(child_id, Action.place_child)), 409
    except PlaceClosed:
        said = {"moved": "Where they lived before was closed meanwhile. Save a new move instead"}
        return placement_page({}, said, head=about_child(child_id, Action.place_child)), 409
    flash("The move is undone.", "success")
    return redirect(url_for("children.show", child_id=head.id), 303)


@blueprint.get("/records/<record_id>/review")
@needs(Action.review_plan)
def review(record_id: str) -> str:
    """Show what is to be looked at again after a move, by when, and who asked."""
    return _review_page(record_id)


@blueprint.post("/records/<record_id>/review")
@needs(Action.review_plan)
def reviewed(record_id: str) -> Response | tuple[str, int]:
    """Note that nothing has to change, or what has."""
    head, record = about_record(record_id, Action.review_plan)
    said, words = request.form.get("said", ""), request.form.get("wanted", "").strip()
    errors = {}
    if said not in ("no_change", "wanted"):
        errors["said"] = "Say whether something has to change"
    elif said == "wanted" and (not words or len(words) > LONGEST):
        errors["wanted"] = f"Say what has to change, in {LONGEST} characters or fewer"
    if errors:
        return _review_page(record_id, typed=request.form, errors=errors), 422
    asked = request.form.get("request", "")[:32]
    try:
        if said == "wanted":
            say_wanted(store(), actor=actor(), record_id=record.id, request_id=asked, words=words)
            flash("The author and the child's worker are told.", "success")
        else:
            revises = policy().permits(person().role, Action.edit_record, record.definition_id)
            say_unchanged(store(), actor=actor(), record_id=record.id, request_id=asked, revises=revises)
            flash("The review is noted: nothing has to change.", "success")
    except StaleVersion:
        flash("Somebody else has dealt with this meanwhile.")
    return redirect(url_for("children.show", child_id=head.id), 303)


@blueprint.get("/records/<record_id>/late/<late_id>")
@needs(Action.edit_record)
def late(record_id: str, late_id: str) -> str:
    """Show what the home she left was still typing when she moved."""
    head, record = about_record(record_id, Action.edit_record)
    one, typed = read_late(store(), record_id=record.id, late_id=late_id[:32])
    effective = library().effective(record.definition_id, record.area_id)
    return render_template(
        "children/late.html",
        head=head,
        record=record,
        one=one,
        section=next((page.title for page in effective.pages if page.id == one.page_id), ""),
        lines=_lines(effective, typed),
    )


@blueprint.post("/records/<record_id>/late/<late_id>")
@needs(Action.edit_record)
def late_read(record_id: str, late_id: str) -> Response:
    """Note that it was dealt with."""
    head, record = about_record(record_id, Action.edit_record)
    late_is_read(store(), actor=actor(), record_id=record.id, late_id=late_id[:32])
    flash("Noted as dealt with.", "success")
    return redirect(url_for("children.show", child_id=head.id), 303)


@blueprint.get("/past-forms")
@needs(Action.see_own_past)
def past() -> str:
    """List the forms that this home wrote about children who live there no longer."""
    return render_template(
        "children/past.html", forms=list_own_past(store(), policy=policy(), person=person())
    )


@blueprint.get("/past-forms/<document_id>")
@needs(Action.see_own_past)
def past_form(document_id: str) -> FlaskResponse:
    """Hand out such a form as it was issued; its name says nothing of what came after."""
    try:
        document, place = take_own_past(
            store(), policy=policy(), person=person(), actor=actor(), document_id=document_id[:32]
        )
    except Exception:
        refuse(Action.see_own_past, why="not_own_past", subject_id=document_id)
        raise
    return FlaskResponse(
        store().blobs.chunks(place.stored, key=place.key),
        mimetype=MEDIA_TYPES[document.kind],
        headers={
            "Content-Disposition": f'attachment; filename="{_file_name(document)}"',
            "Content-Length": str(document.size),
            "X-Robots-Tag": "noindex",
        },
    )


def _review_page(
    record_id: str, *, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> str:
    head, record = about_record(record_id, Action.review_plan)
    asked = review_asked(store(), record_id=record.id)
    return render_template(
        "children/review.html",
        head=head,
        record=record,
        asked=asked,
        revises=policy().permits(person().role, Action.edit_record, record.definition_id),
        typed=typed or {},
        errors=errors or {},
    )


def _file_name(document: Document) -> str:
    return f"{document.reference}_r{document.revision_number}_{document.audience_id}.{document.kind}"


def _lines(effective: Effective, typed: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Return what was typed with the question it was typed into, inputs left empty left out."""
    told = dict(typed)
    group = next((one for one in effective.fields() if one.id == told.get("held-group")), None)
    asked = {one.id: one.label for one in (group.children if group else effective.fields())}
    own = ("version", "held-group", "held-row")
    found = []
    for name, text in typed:
        label = asked.get(name.partition("-")[0], "")
        if name not in own and label and text.strip() and not name.endswith("-asked"):
            found.append((label, text))
    return found
