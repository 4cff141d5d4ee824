"""Exporting everything held on a child: asked for with a reason and the password, fetched once."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.table import Action
from formsvc.errors import WrongState
from formsvc.records.clean import clean_text
from formsvc.web import said
from formsvc.web.guarding import about_child, actor, needs, person, reauthenticated, store
from formsvc.workflow.export_child import LASTS, archive, ask_export, exports_of, fetch_export
from formsvc.workflow.see_child import ChildHead

blueprint = Blueprint("exporting", __name__)

MOST_WORDS: Final = 2000
STATES: Final = {
    "waiting": ("Being made", "blue"),
    "ready": ("Ready", "green"),
    "fetched": ("Fetched and deleted", "grey"),
    "expired": ("Not fetched, and deleted", "grey"),
}


@blueprint.get("/children/<child_id>/export")
@needs(Action.export_child)
def show(child_id: str) -> str:
    """Ask why everything is exported; show what was asked for and how far it is."""
    return _page(about_child(child_id, Action.export_child))


@blueprint.post("/children/<child_id>/export")
@needs(Action.export_child)
def ask(child_id: str) -> Response | tuple[str, int]:
    """Ask for an export."""
    head = about_child(child_id, Action.export_child)
    why, errors = clean_text(request.form.get("why", ""))[0].strip(), {}
    if not why:
        errors["why"] = "Say who asked for it, and when"
    elif len(why) > MOST_WORDS:
        errors["why"] = f"Use {MOST_WORDS:,} characters or fewer"
    elif not request.form.get("password") or not reauthenticated(request.form):
        errors["password"] = "That is not your password"  # noqa: S105  (words)
    if errors:
        return _page(head, errors=errors), 422
    try:
        ask_export(store(), person=person(), actor=actor(), child_id=head.id, why=why)
    except WrongState:
        flash("There is one already that waits to be fetched.")
    else:
        flash("It is being made. This page shows when it is ready.", "success")
    return redirect(url_for("exporting.show", child_id=head.id))


@blueprint.post("/children/<child_id>/exports/<export_id>")
@needs(Action.export_child)
def fetch(child_id: str, export_id: str) -> Response:
    """Hand an export out, once: it is deleted with that."""
    head = about_child(child_id, Action.export_child)
    fetched = fetch_export(store(), person=person(), actor=actor(), child_id=head.id, export_id=export_id)
    name = f"{fetched.reference}_everything_held.zip"
    return Response(
        archive(store(), fetched),
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Robots-Tag": "noindex"},
    )


def _page(head: ChildHead, *, errors: dict[str, str] | None = None) -> str:
    found = exports_of(store(), child_id=head.id)
    return render_template(
        "keeping/export.html",
        head=head,
        exports=found,
        open=[one for one in found if one.state in ("waiting", "ready")],
        states=STATES,
        errors=errors or {},
        typed=request.form,
        hours=int(LASTS.total_seconds() // 3600),
        said=said,
    )
