"""Issued documents: how far issuing is, what is newest, download, history, compare, revise, withdraw."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.table import Action, audience_for
from formsvc.definitions.carry import ONE_OCCASION
from formsvc.definitions.library import load_library
from formsvc.errors import NotFound, WrongState
from formsvc.store import documents, revisions
from formsvc.store.documents import Document
from formsvc.web import issuing, said
from formsvc.web.guarding import (
    about_record,
    actor,
    may,
    needs,
    person,
    policy,
    refuse,
    settings,
    still,
    store,
)
from formsvc.web.recalls import WHY
from formsvc.workflow.compare import compare as compare_revisions
from formsvc.workflow.download_document import download_document
from formsvc.workflow.finalise import finalise
from formsvc.workflow.finality import copies_of
from formsvc.workflow.newest_plans import newest_plans, visit
from formsvc.workflow.open_emergency import is_in_emergency
from formsvc.workflow.read_record import RecordHistory, record_history, signing_state
from formsvc.workflow.read_record import issuing as issuing_of
from formsvc.workflow.reading import passed_on_of
from formsvc.workflow.start_revision import start_revision
from formsvc.workflow.take_to_case_file import uploads_of

blueprint = Blueprint("documents", __name__)

Answered = str | Response | tuple[str, int]

MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "sheet": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
A_PAGE: Final = 25


@blueprint.get("/documents")
@needs(Action.see_documents)
def newest() -> str:
    """List the newest plans this person may have, with what changed since their last visit."""
    who = person()
    try:
        given = request.args.get("since", "")
        since = datetime.fromisoformat(given) if given else visit(store(), actor=actor())
        at, _, last = request.args.get("before", "").partition("~")
        before = (datetime.fromisoformat(at), last) if at else None
    except ValueError:
        abort(400)
    if since is not None and since.tzinfo is None:
        abort(400)
    found = newest_plans(
        store(),
        policy=policy(),
        person=who,
        since=since,
        before=before,
        limit=A_PAGE + 1,
    )
    shown = found[:A_PAGE]
    end = shown[-1].line if len(found) > A_PAGE else None
    return render_template(
        "documents/newest.html",
        plans=shown,
        since=since,
        is_first_page=before is None,
        next_page=None
        if end is None
        else url_for(
            "documents.newest",
            before=f"{end.changed_at.isoformat()}~{end.revision_id}",
            since=since.isoformat() if since else None,
        ),
        who=who,
        audience=said.AUDIENCES.get(audience_for(who.role), ""),
        said=said,
    )


@blueprint.get("/documents/<document_id>")
@needs(Action.download)
def download(*, document_id: str) -> Response | tuple[str, int]:
    """Hand out a copy made for this person's audience; one that is no longer current says so first."""
    with store().read() as tx:
        document = documents.get(tx, document_id)
    head, record = about_record(document.record_id, Action.download)
    own = audience_for(person().role)
    hurried = is_in_emergency(person().role, head.relations)
    passes = passed_on_of(store(), definition_hash=document.definition_hash, person=person())
    if (own not in ("full", document.audience_id) and document.audience_id not in passes) or (
        hurried and own != document.audience_id
    ):
        refuse(Action.download, why="audience", record_id=record.id, subject_id=document.id)
        raise NotFound
    is_old = document.state != "current"
    if is_old and hurried:
        raise NotFound  # an emergency opens the newest documents and no other
    if is_old and (request.args.get("old") != "yes" or (document.state != "superseded" and own != "full")):
        page = render_template(
            "documents/ended.html",
            head=head,
            record=record,
            document=document,
            newest=_newest_of(document),
            may_have=document.state == "superseded" or own == "full",
            said=said,
        )
        return page, 410
    document, place = download_document(store(), actor=actor(), document_id=document_id, person=person())
    is_pdf = MEDIA_TYPES[document.kind] == MEDIA_TYPES["pdf"]
    how = "inline" if request.args.get("show") == "yes" and is_pdf else "attachment"
    return Response(
        store().blobs.chunks(place.stored, key=place.key),
        mimetype=MEDIA_TYPES[document.kind],
        headers={
            "Content-Disposition": f'{how}; filename="{_file_name(document)}"',
            "Content-Length": str(document.size),
            "X-Robots-Tag": "noindex",
        },
    )


@blueprint.get("/records/<record_id>/issue")
@needs(Action.download)
def progress(*, record_id: str) -> str:
    """Show how far the documents have come, in words, and what happens next."""
    head, _ = about_record(record_id, Action.download)
    found = issuing_of(store(), record_id=record_id, person=person())
    own = audience_for(person().role)
    passes = passed_on_of(store(), definition_hash=found.revision.definition_hash, person=person())
    lines = [one for one in issuing.lines(found, own=own, passes=passes) if one.is_mine]
    return render_template(
        "documents/progress.html",
        head=head,
        issuing=found,
        lines=lines,
        summary=issuing.summary(lines),
        own=own,
        passes=passes,
        said=said,
    )


@blueprint.post("/records/<record_id>/issue")
@needs(Action.finalise)
def issue(*, record_id: str) -> Answered:
    """Issue what everybody who has to has signed."""
    about_record(record_id, Action.finalise)
    state = signing_state(store(), record_id=record_id, person=person())
    try:
        finalise(
            store(),
            actor=actor(),
            revision_id=state.revision.id,
            audiences=copies_of(state.effective),
            still=still(Action.finalise),
        )
    except WrongState:
        flash("It cannot be issued yet: see what is missing.")
        return redirect(url_for("signing_off.overview", record_id=record_id))
    return redirect(url_for("documents.progress", record_id=record_id))


@blueprint.get("/records/<record_id>/history")
@needs(Action.compare)
def history(*, record_id: str) -> str:
    """Show a record's revisions, who signed them, and the copies of them."""
    head, _ = about_record(record_id, Action.compare)
    found = _history(record_id)
    return render_template(
        "documents/history.html",
        head=head,
        history=found,
        uploads=uploads_of(store(), person=person(), record_id=record_id) if may("upload_copy") else {},
        own=audience_for(person().role),
        passes={one.audience_id for line in found.lines for one in line.documents},
        sees_work=may("see_record"),
        why=WHY,
        said=said,
    )


@blueprint.get("/records/<record_id>/compare")
@needs(Action.compare)
def compare(*, record_id: str) -> Answered:
    """Show two revisions side by side, answer by answer, as this person may see them."""
    head, _ = about_record(record_id, Action.compare)
    found = _history(record_id)
    numbers = [one.revision.number for one in found.lines]
    if len(numbers) < 2:
        return render_template(
            "documents/compare.html", head=head, history=found, compared=None, numbers=numbers, said=said
        )
    try:
        newer = int(request.args.get("to") or numbers[0])
        older = int(request.args.get("from") or max((one for one in numbers if one < newer), default=newer))
    except ValueError:
        abort(400)
    older, newer = min(older, newer), max(older, newer)
    if not {older, newer} <= set(numbers):
        raise NotFound
    compared = compare_revisions(store(), record_id=record_id, older=older, newer=newer, person=person())
    return render_template(
        "documents/compare.html", head=head, history=found, compared=compared, numbers=numbers, said=said
    )


@blueprint.route("/records/<record_id>/revise", methods=["GET", "POST"])
@needs(Action.edit_record)
def revise(*, record_id: str) -> Answered:
    """Begin the next revision from the last one."""
    head, record = about_record(record_id, Action.edit_record)
    found = _history(record_id)
    if found.opened is not None:
        return redirect(f"/records/{record_id}")
    if found.current is None:
        raise NotFound
    if request.method == "POST":
        effective = load_library(settings().form_templates).effective(record.definition_id, record.area_id)
        try:
            started = start_revision(store(), actor=actor(), record_id=record_id, effective=effective)
        except WrongState:
            flash("Somebody else has just begun the next revision. This is it.")
            return redirect(f"/records/{record_id}")
        left = [
            effective_label(found, path) + ": " + why
            for path, why in started.not_carried
            if why != ONE_OCCASION
        ]
        flash(
            f"Revision {started.number} begins with the answers of revision {found.current.revision.number}. "
            "Look through it, change what is different now, then sign it again.",
            "success",
        )
        if left:
            flash("These answers could not be carried over. " + ". ".join(left) + ".")
        if len(left) < len(started.not_carried):
            before = found.current.revision.number
            flash(f"What was written for one occasion is asked anew. It stands in revision {before}.")
        return redirect(f"/records/{record_id}")
    return render_template("documents/revise.html", head=head, history=found, said=said)


def effective_label(found: RecordHistory, path: str) -> str:
    """Return what an answer of the revision before was called, or its path."""
    if found.current is None:
        return path
    return found.labels.get(path.partition(".")[0], path)


def _history(record_id: str) -> RecordHistory:
    """Return the history of a record; those who do not work on it see only what was issued."""
    found = record_history(store(), record_id=record_id, person=person(), with_signing=may("see_record"))
    if may("see_record"):
        return found
    return found.issued_only()


def _newest_of(document: Document) -> Document | None:
    with store().read() as tx:
        found = documents.of_record(tx, document.record_id)
        current = revisions.current(tx, document.record_id)
    return next(
        (
            one
            for one in found
            if current is not None
            and one.revision_number == current.number
            and (one.audience_id, one.kind, one.state) == (document.audience_id, document.kind, "current")
        ),
        None,
    )


def _file_name(document: Document) -> str:
    """Return a name that says nothing about the child, and whether it is still to be used."""
    ended = "" if document.state == "current" else f"_{document.state.upper()}"
    unapproved = "_NOT_YET_APPROVED" if document.status == "not_yet_approved" else ""
    return (
        f"{document.reference}_r{document.revision_number}_{document.audience_id}{unapproved}{ended}"
        f"{'_sheet.pdf' if document.kind == 'sheet' else '.' + document.kind}"
    )
