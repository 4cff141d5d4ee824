"""Children: the list, search, a child's page, adding one, moving one, beginning a form about one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from formsvc import clock
from formsvc.access.decision import About, decide
from formsvc.access.table import Action, Role
from formsvc.cases.intake import CONFIDENTIAL, KINDS, read_identity, read_placement
from formsvc.errors import StaleVersion
from formsvc.store.organisations import PlaceClosed
from formsvc.store.users import User
from formsvc.web import acts
from formsvc.web.guarding import about_child, actor, needs, person, policy, store
from formsvc.web.library import library
from formsvc.web.marks import since
from formsvc.web.references import known_elsewhere
from formsvc.web.starting import offers
from formsvc.workflow.add_child import (
    UNDO_WITHIN,
    add_child,
    homes,
    known_already,
    move_child,
    where_now,
    workers_for,
)
from formsvc.workflow.find_children import find_children, note_search, open_search, seal_search
from formsvc.workflow.open_child import open_child
from formsvc.workflow.review_after_move import reviews_for
from formsvc.workflow.say_otherwise import say_otherwise
from formsvc.workflow.see_child import ChildHead, lives_in, see_photo

blueprint = Blueprint("children", __name__, url_prefix="/children")

WORDS: Final[Mapping[tuple[str, str], str]] = {
    ("name", "missing"): "Enter the child's full name",
    ("name", "too_long"): "The name must be 200 characters or fewer",
    ("known_as", "too_long"): "What they are known as must be 100 characters or fewer",
    ("born_day", "missing"): "Enter the date of birth, or say it is not known",
    ("born_day", "both"): "Enter the date of birth or say it is not known, not both",
    ("born_day", "in_future"): "The date of birth must be in the past",
    ("born_day", "too_old"): "Check the year of birth: nobody over 25 is in care or leaving it",
    ("born_day", "date_incomplete"): "The date of birth must have a day, a month and a year",
    ("born_day", "date_unreal"): "The date of birth must be a day that exists: check the day and the month",
    ("born_day", "date_year_short"): "The year of birth must have 4 digits",
    ("home", "closed"): "This home was closed while you were typing: choose where they live",
    ("home", "unknown"): "Choose one of the homes in the list",
    ("kind", "missing"): "Choose the home, or what kind of place it is",
    ("line1", "missing"): "Enter the first line of the address",
    ("postcode", "unreadable"): "Enter a whole postcode, like LA97 8UW",
    ("area", "missing"): "Choose the area they live in: its police look for them",
    ("carer", "too_long"): "The carer's name must be 200 characters or fewer",
    ("moved", "meanwhile"): "Somebody else changed where they live while you were typing. Look again below",
    ("worker", "missing"): "Choose who works with the child",
    ("again", "known"): "Look at the child who is already here, or say that this is another child",
}
SHOWN: Final = (
    Action.see_record,
    Action.edit_record,
    Action.place_child,
    Action.allocate,
    Action.correct_child,
    Action.keep_references,
    Action.compare,
    Action.reveal,
    Action.withhold,
)
"""What a child's page offers, each where it is allowed."""

UNREADABLE: Final = "This cannot be read: check it and enter it again"


@blueprint.get("")
@needs(Action.list_children)
def listing() -> str:
    """List or find the children within reach."""
    sealed = request.args.get("found", "")
    text = open_search(store(), person=person(), sealed=sealed) if sealed else ""
    found = find_children(store(), policy=policy(), person=person(), text=text, before=_cursor())
    if text:
        note_search(store(), actor=actor(), found=len(found.lines))
    return render_template(
        "children/list.html",
        text=text,
        found=found,
        lives={one.id: lives_in(one.home_name, one.details) for one in found.lines},
        next=None if found.next is None else f"{found.next[0].timestamp()}~{found.next[1]}",
        is_first="after" not in request.args,
    )


@blueprint.post("")
@needs(Action.list_children)
def find() -> Response:
    """Look for a child: what was typed goes on sealed, so that no name stands in an address."""
    text = request.form.get("q", "").strip()[:100]
    sealed = seal_search(store(), person=person(), text=text) if text else None
    return redirect(url_for("children.listing", found=sealed), 303)


@blueprint.get("/new")
@needs(Action.add_child)
def new() -> str:
    """Ask who the child is and where she lives."""
    return _form_page({}, {}, head=None)


@blueprint.post("/new")
@needs(Action.add_child)
def add() -> Response | tuple[str, int]:
    """Add a child with her placement; what is wrong comes back beside its question, nothing is lost."""
    who, typed = person(), request.form.to_dict()
    identity = read_identity(typed)
    placement = read_placement(typed, homes=_homes(), areas=_areas())
    errors = {**identity.errors, **placement.errors}
    workers = _workers()
    worker_id = who.user_id if not workers else typed.get("worker", "")
    if workers and worker_id not in {one.id for one in workers}:
        errors["worker"] = "missing"
    known = () if errors else known_already(store(), person=who, identity=identity.values)
    if known and typed.get("again") != "yes":
        errors["again"] = "known"
    if errors:
        return _form_page(typed, errors, head=None, known=known), 422
    try:
        child_id = add_child(
            store(),
            person=who,
            actor=actor(),
            identity=identity.values,
            placement=placement.values,
            worker_id=worker_id,
        )
    except PlaceClosed:
        return _form_page(typed, {"home": "closed"}, head=None, known=known), 409
    flash("The child is added.", "success")  # no name: the browser keeps it until the next page
    return redirect(url_for("children.show", child_id=child_id))


@blueprint.get("/<child_id>")
@needs(Action.see_child)
def show(child_id: str) -> str:
    """Show a child: current documents with their age, drafts, history."""
    head = about_child(child_id, Action.see_child)
    who = person()
    asked = reviews_for(store(), policy=policy(), person=who)
    reviews = {one.record_id: one for one in asked if one.child_id == head.id}
    page = open_child(store(), policy=policy(), person=who, head=head)
    return render_template(
        "children/child.html",
        head=head,
        page=page,
        offers=offers(head, page),
        known=known_elsewhere(head),
        allowed={action.value: _may(action, head) for action in SHOWN},
        allows=lambda action, definition: _may(Action(action), head, definition=definition),
        reviews=reviews,
        otherwise=say_otherwise(
            store(), child_id=head.id, person=who, among=[one.record.id for one in page.plans]
        ),
        plans={one.record.id: one.record for one in page.plans},
        since=since,
        now=clock.now(),
        keeps_secrets=head.area_id in library().areas() and library().area(head.area_id).secrets,
        lives_in=lives_in,
        act=acts.said,
    )


@blueprint.get("/<child_id>/photo")
@needs(Action.see_child)
def photo(child_id: str) -> FlaskResponse:
    """Hand out the photo on a child's head; the page that shows it was logged."""
    g.formsvc_logged_child = True
    place = see_photo(store(), head=about_child(child_id, Action.see_child))
    data = store().blobs.get(place.stored, key=place.key)
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    return FlaskResponse(data, mimetype=kind, headers={"Content-Disposition": "inline"})


@blueprint.get("/<child_id>/placement")
@needs(Action.place_child)
def placement(child_id: str) -> str:
    """Ask where a child lives now."""
    return _form_page({}, {}, head=about_child(child_id, Action.place_child))


@blueprint.post("/<child_id>/placement")
@needs(Action.place_child)
def move(child_id: str) -> Response | tuple[str, int]:
    """Begin another placement now."""
    head = about_child(child_id, Action.place_child)
    typed = request.form.to_dict()
    judged = read_placement(typed, homes=_homes(), areas=_areas())
    if judged.errors:
        return _form_page(typed, judged.errors, head=head), 422
    try:
        move_child(
            store(),
            actor=actor(),
            policy=policy(),
            child_id=head.id,
            controller_id=head.controller_id,
            placement=judged.values,
            instead_of=typed.get("instead_of") or None,
        )
    except StaleVersion:
        return _form_page(typed, {"moved": "meanwhile"}, head=head), 409
    except PlaceClosed:
        return _form_page(typed, {"home": "closed"}, head=head), 409
    flash("Where they live is changed. Each current form is to be reviewed.", "success")
    return redirect(url_for("children.show", child_id=head.id))


def _may(action: Action, head: ChildHead, *, definition: str = "") -> bool:
    about = About(relations=head.relations, definition=definition, area=head.area_id)
    return decide(policy(), person().role, action, about).allowed


def _form_page(
    typed: Mapping[str, str], errors: Mapping[str, str], *, head: Any, known: tuple[Any, ...] = ()
) -> str:
    said = {name: WORDS.get((name, code), UNREADABLE) for name, code in errors.items()}
    if head is not None:
        return placement_page(typed, said, head=head)
    return render_template(
        "children/new.html",
        head=None,
        typed=typed,
        errors=said,
        known=known,
        homes=homes(store(), person=person()),
        kinds=KINDS,
        confidential=CONFIDENTIAL,
        areas=_areas(),
        workers=_workers(),
    )


def placement_page(typed: Mapping[str, str], said: Mapping[str, str], *, head: ChildHead) -> str:
    """Return the page that asks where a child lives; `said` are the words of what is wrong, by input."""
    return render_template(
        "children/placement.html",
        head=head,
        typed=typed,
        errors=said,
        homes=homes(store(), person=person()),
        kinds=KINDS,
        areas=_areas(),
        confidential=CONFIDENTIAL,
        lived=where_now(store(), child_id=head.id),
        undo_until=UNDO_WITHIN,
        now=clock.now(),
    )


def _homes() -> dict[str, tuple[str, str]]:
    return {one.id: (one.name, one.area_id) for one in homes(store(), person=person())}


def _areas() -> dict[str, str]:
    return {id: library().area(id).name for id in library().areas()}


def _workers() -> tuple[User, ...]:
    who = person()
    return workers_for(store(), person=who) if who.role is Role.team_manager else ()


def _cursor() -> tuple[datetime, str] | None:
    said = request.args.get("after", "")
    if not said:
        return None
    moment, _, child_id = said.partition("~")
    try:
        return datetime.fromtimestamp(float(moment), tz=UTC), child_id[:32]
    except (ValueError, OverflowError, OSError) as error:
        raise BadRequest from error
