"""Print my home: every current form of the children who live here, and the paper folder they go into."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.people import Person
from formsvc.access.table import Action, ever
from formsvc.errors import WrongState
from formsvc.web import said
from formsvc.web.guarding import actor, needs, person, policy, store
from formsvc.web.library import library
from formsvc.workflow.folder_words import WHY, standing
from formsvc.workflow.print_home import LASTS, ask_print, asked_print, prints_of, take_print
from formsvc.workflow.read_folder import Folder, Line, read_folder
from formsvc.workflow.tick_paper import tick_paper

blueprint = Blueprint("printing", __name__, url_prefix="/print-home")

STATES: Final = {
    "current": ("Paper is current", "green"),
    "outdated": ("Out of date", "red"),
    "never": ("Never printed", "yellow"),
    "being_made": ("Sealed copy is being made", "blue"),
    "kept_back": ("Not yours to print", "grey"),
}
"""How a form stands on paper -> what it is called, and the colour beside the words."""
CHANGED: Final = "Something changed since this page was opened. Look at it again, then print."


@blueprint.get("")
@needs(Action.print_home)
def show() -> str:
    """Show each child's current form, how it stands on paper, and what is to be taken out of the folder."""
    return _page(_folder(person()))


@blueprint.post("")
@needs(Action.print_home)
def ask() -> Response | tuple[str, int]:
    """Ask for a print: of what is ticked, of all, or of what is out of date or was never printed."""
    folder = _folder(person())
    chosen = _chosen(folder, which=request.form.get("which", ""), ticked=request.form.getlist("form"))
    if not chosen:
        return _page(folder, errors={"form": "Tick at least one form to print"}), 422
    try:
        made = ask_print(
            store(), policy=policy(), person=person(), actor=actor(), has=_has, record_ids=chosen
        )
    except WrongState:
        flash(CHANGED)
        return redirect(url_for("printing.show"))
    return redirect(url_for("printing.progress", print_id=made))


@blueprint.post("/paper")
@needs(Action.print_home)
def tick() -> Response | tuple[str, int]:
    """Keep what was put in the folder, and what was taken out and destroyed."""
    filed, destroyed = request.form.getlist("filed"), request.form.getlist("destroyed")
    if not filed and not destroyed:
        return _page(_folder(person()), errors={"paper": "Tick what you have done with the paper"}), 422
    count = tick_paper(store(), person=person(), actor=actor(), filed=filed, destroyed=destroyed)
    flash("Kept." if count else "That was kept already.", "success")
    return redirect(url_for("printing.show"))


@blueprint.get("/<print_id>")
@needs(Action.print_home)
def progress(print_id: str) -> str:
    """Show how far a print is, and let it be taken when it is ready."""
    asked = asked_print(store(), person=person(), print_id=print_id)
    return render_template(
        "print_home/progress.html",
        asked=asked,
        home=person().place_name,
        minutes=int(LASTS.total_seconds() // 60),
        said=said,
    )


@blueprint.post("/<print_id>")
@needs(Action.print_home)
def take(print_id: str) -> Response:
    """Hand a print out."""
    try:
        taken = take_print(
            store(), policy=policy(), person=person(), actor=actor(), has=_has, print_id=print_id
        )
    except WrongState:
        flash("Something in this print changed since it was made, so it is not handed out. Print anew.")
        return redirect(url_for("printing.show"))
    name = f"print-my-home_{taken.at:%Y-%m-%d}.pdf"
    return Response(
        taken.data,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Robots-Tag": "noindex"},
    )


def folder_words(who: Person) -> dict[str, Any]:
    """Return how the paper folder of a person's home stands, for their first page; empty without one."""
    if not ever(who.role, Action.print_home):
        return {}
    folder = _folder(who)
    return {"words": standing(folder), "asks": bool(folder.outdated or folder.out)}


def _folder(who: Person) -> Folder:
    return read_folder(store(), policy=policy(), person=who, has=_has)


def _has(area: str) -> Collection[str]:
    return library().of_area(area) if area in library().areas() else ()


def _chosen(folder: Folder, *, which: str, ticked: list[str]) -> list[str]:
    """Return the records to print; what is ticked and cannot be printed any more stays in, to be refused."""
    if which == "ticked":
        return list(dict.fromkeys(ticked))
    wanted = {"all": ("current", "outdated", "never"), "due": ("outdated", "never")}.get(which, ())
    return [
        one.newest.record_id
        for one in folder.lines
        if one.newest is not None and one.can_print and one.paper in wanted
    ]


def _state(line: Line) -> tuple[str, str]:
    if line.is_kept_back:
        return STATES["kept_back"]
    return STATES[line.paper if line.can_print else "being_made"]


def _page(folder: Folder, *, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "print_home/folder.html",
        home=person().place_name,
        folder=folder,
        standing=standing(folder),
        printable=[one for one in folder.lines if one.can_print],
        waiting=[one for one in folder.lines if one.newest is not None and not one.can_print],
        without=[one for one in folder.lines if one.newest is None],
        due=[one for one in folder.lines if one.can_print and one.paper in ("outdated", "never")],
        to_file=[one for one in folder.lines if one.paper == "current" and _is_unfiled(one)],
        filed=[one for one in folder.lines if one.paper == "current" and not _is_unfiled(one)],
        old=[one for one in folder.lines if one.paper == "outdated" and one.on_paper is not None],
        state=_state,
        titles=_titles(folder),
        prints=prints_of(store(), person=person()),
        why=WHY,
        errors=errors or {},
        ticked=request.form.getlist("form") if errors else (),
        said=said,
    )


def _is_unfiled(line: Line) -> bool:
    return line.on_paper is not None and line.on_paper.filed_at is None


def _titles(folder: Folder) -> dict[str, str]:
    """Return what the forms are called that children have none of, by child."""
    return {
        one.child.id: library().effective(one.wanted, one.child.area_id).title
        for one in folder.lines
        if one.wanted
    }
