"""Administration: one's own organisation, its places, its seal; for whoever runs the service, who is here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.table import ROLE_WORDS, Action
from formsvc.errors import NotFound, Unreadable
from formsvc.records.clean import clean_text
from formsvc.web.guarding import actor, needs, person, settings, store
from formsvc.web.library import library
from formsvc.web.people import EMAIL
from formsvc.workflow.begin_organisation import KINDS
from formsvc.workflow.manage_instance import add_organisation, invite_again, standings
from formsvc.workflow.manage_organisation import (
    ADDED_HERE,
    NameTaken,
    StillUsed,
    add_own_place,
    close_own_place,
    own_organisation,
    own_place,
    put_logo,
    read_logo,
    remove_logo,
    rename_organisation,
    rename_own_place,
)
from formsvc.workflow.own_seal import certificates_of, clockwork_of, seal_of

blueprint = Blueprint("organisations", __name__)

LONGEST: Final = 200
KIND_WORDS: Final[Mapping[str, str]] = {
    "authority": "Council or children's trust",
    "provider": "Provider of children's homes",
    "police": "Police",
    "health": "Health",
    "school": "School or college",
    "other": "Other",
}
PLACES: Final[Mapping[str, tuple[str, str, str]]] = {
    "team": ("Team", "team", "Teams"),
    "home": ("Home", "home", "Homes"),
    "force": ("Force", "force", "Forces"),
}
"""Kind of place -> how a heading, a sentence and a list call it."""
LOGO_WRONG: Final[Mapping[str, str]] = {
    "too_large": "Choose a picture of 2 MB or less, with 16 million pixels or fewer",
    "not_a_picture": "Choose a PNG or JPEG picture",
    "damaged": "This picture cannot be read: save it again as a PNG, and choose that",
    "too_small": "Choose a picture that is wider and higher: this one is too narrow to be seen",
}
TAKEN: Final = "is there already: choose another name"


@blueprint.get("/administration")
@needs(Action.manage_organisation)
def administration() -> str:
    """Show what an administrator looks after."""
    return render_template(
        "organisations/administration.html",
        own=own_organisation(store(), person=person()),
        places=PLACES,
        added_here=ADDED_HERE,
        kind_words=KIND_WORDS,
        areas=_areas(),
        seal=seal_of(settings(), organisation_id=person().organisation_id),
    )


@blueprint.get("/administration/name")
@needs(Action.manage_organisation)
def ask_name() -> str:
    """Ask what the organisation is called."""
    return render_template("organisations/name.html", name=person().organisation_name, errors={})


@blueprint.post("/administration/name")
@needs(Action.manage_organisation)
def name() -> Response | tuple[str, int]:
    """Give it another name."""
    typed = _one_line("name")
    errors = _name_errors(typed, "the organisation")
    if not errors:
        try:
            rename_organisation(store(), person=person(), actor=actor(), name=typed)
        except NameTaken:
            errors["name"] = f"An organisation of this name {TAKEN}"
    if errors:
        return render_template("organisations/name.html", name=typed, errors=errors), 422
    flash("The name is changed. Documents that were issued keep the name they bear.", "success")
    return redirect(url_for("organisations.administration"))


@blueprint.get("/administration/logo")
@needs(Action.manage_organisation)
def ask_logo() -> str:
    """Ask for a picture."""
    return render_template("organisations/logo.html", errors={})


@blueprint.post("/administration/logo")
@needs(Action.manage_organisation)
def change_logo() -> Response | tuple[str, int]:
    """Show another picture, or none."""
    if request.form.get("do") == "remove":
        remove_logo(store(), person=person(), actor=actor())
        flash("The logo is taken away.", "success")
        return redirect(url_for("organisations.administration"))
    given = request.files.get("logo")
    errors: dict[str, str] = {}
    data = given.read() if given is not None else b""
    if not data:
        errors["logo"] = "Choose a PNG or JPEG picture"
    else:
        try:
            put_logo(store(), person=person(), actor=actor(), data=data)
        except Unreadable as error:
            errors["logo"] = LOGO_WRONG.get(error.detail, LOGO_WRONG["not_a_picture"])
    if errors:
        return render_template("organisations/logo.html", errors=errors), 422
    flash("The logo is changed: everybody in the organisation sees it.", "success")
    return redirect(url_for("organisations.administration"))


@blueprint.get("/logo/<sha256>")
@needs(Action.begin)
def logo(sha256: str) -> Response:
    """Hand out the logo of one's own organisation."""
    found = read_logo(store(), person=person(), sha256=sha256)
    return Response(found.png, mimetype="image/png")


@blueprint.get("/administration/add/<kind>")
@needs(Action.manage_organisation)
def ask_place(kind: str) -> str:
    """Ask for the name, and for a home the area, of a place to add."""
    return _place_page(kind, {}, {})


@blueprint.post("/administration/add/<kind>")
@needs(Action.manage_organisation)
def add_place(kind: str) -> Response | tuple[str, int]:
    """Add a team or a home."""
    typed, area_id = _one_line("name"), request.form.get("area", "")
    words = PLACES.get(kind, PLACES["team"])
    errors = _name_errors(typed, f"the {words[1]}")
    if kind != "team" and area_id not in library().areas():
        errors["area"] = f"Choose the area the {words[1]} is in"
    if not errors:
        try:
            add_own_place(
                store(),
                person=person(),
                actor=actor(),
                kind=kind,
                name=typed,
                area_id="" if kind == "team" else area_id,
            )
        except NameTaken:
            errors["name"] = f"A {words[1]} of this name {TAKEN}"
    if errors:
        return _place_page(kind, {"name": typed, "area": area_id}, errors), 422
    flash(f"{typed} is added. Now give people a role there.", "success")
    return redirect(url_for("organisations.administration"))


@blueprint.get("/administration/places/<place_id>")
@needs(Action.manage_organisation)
def place(place_id: str) -> str:
    """Show a place and who works there."""
    return _one_place(place_id)


@blueprint.post("/administration/places/<place_id>")
@needs(Action.manage_organisation)
def rename_place(place_id: str) -> Response | tuple[str, int]:
    """Give a place another name."""
    typed = _one_line("name")
    errors = _name_errors(typed, "the place")
    if not errors:
        try:
            rename_own_place(store(), person=person(), actor=actor(), place_id=place_id, name=typed)
        except NameTaken:
            errors["name"] = f"A place of this name {TAKEN}"
    if errors:
        return _one_place(place_id, typed=typed, errors=errors), 422
    flash("The name is changed.", "success")
    return redirect(url_for("organisations.place", place_id=place_id))


@blueprint.get("/administration/places/<place_id>/close")
@needs(Action.manage_organisation)
def ask_close(place_id: str) -> str:
    """Say what closing a place means, and ask."""
    return _close_page(place_id)


@blueprint.post("/administration/places/<place_id>/close")
@needs(Action.manage_organisation)
def close(place_id: str) -> Response | tuple[str, int]:
    """Close a place in which no child is."""
    if request.form.get("sure") != "yes":
        return _close_page(place_id, errors={"sure": "Say that you have read what this means"}), 422
    try:
        close_own_place(store(), person=person(), actor=actor(), place_id=place_id)
    except StillUsed:
        return _close_page(place_id), 409
    flash("It is closed, and the roles in it have ended.", "success")
    return redirect(url_for("organisations.administration"))


@blueprint.get("/administration/seal")
@needs(Action.see_seal)
def seal() -> str:
    """Show the certificate that seals this organisation's documents."""
    return render_template(
        "organisations/seal.html",
        seal=seal_of(settings(), organisation_id=person().organisation_id),
        clockwork=clockwork_of(settings()),
        organisation_id=person().organisation_id,
    )


@blueprint.get("/administration/seal/certificate.pem")
@needs(Action.see_seal)
def certificate() -> Response:
    """Hand out the certificates to hand to others; never a key."""
    data = certificates_of(settings(), organisation_id=person().organisation_id)
    if not data:
        raise NotFound
    headers = {"Content-Disposition": 'attachment; filename="seal-certificate.pem"'}
    return Response(data, mimetype="application/x-pem-file", headers=headers)


@blueprint.get("/organisations")
@needs(Action.manage_instance)
def listing() -> str:
    """List the organisations of this instance: their names and how they stand."""
    return render_template("organisations/listing.html", lines=standings(store()), kind_words=KIND_WORDS)


@blueprint.get("/organisations/new")
@needs(Action.manage_instance)
def ask_new() -> str:
    """Ask for an organisation's name and its first administrator."""
    return _new_page({}, {})


@blueprint.post("/organisations/new")
@needs(Action.manage_instance)
def add() -> str | tuple[str, int]:
    """Add an organisation, and show the link for its first administrator once."""
    typed = {id: _one_line(id) for id in ("name", "kind", "person", "email")}
    errors = _name_errors(typed["name"], "the organisation")
    if typed["kind"] not in KINDS:
        errors["kind"] = "Choose what kind of organisation it is"
    errors |= _person_errors(typed)
    if errors:
        return _new_page(typed, errors), 422
    try:
        begun = add_organisation(store(), actor=actor(), **typed)
    except NameTaken:
        return _new_page(typed, {"name": f"An organisation of this name {TAKEN}"}), 422
    return _invited(typed, begun.token)


@blueprint.route("/organisations/<organisation_id>/invite", methods=["GET", "POST"])
@needs(Action.manage_instance)
def invite(organisation_id: str) -> str | tuple[str, int]:
    """Invite a first administrator anew, while nobody runs the organisation."""
    one = next((one for one in standings(store()) if one.id == organisation_id), None)
    if one is None or not one.is_empty:
        raise NotFound
    typed = {id: _one_line(id) for id in ("person", "email")}
    errors = _person_errors(typed) if request.method == "POST" else {}
    if request.method == "POST" and not errors:
        token = invite_again(store(), actor=actor(), organisation_id=organisation_id, **typed)
        return _invited({"name": one.name, "again": "yes", **typed}, token)
    page = render_template("organisations/invite.html", one=one, typed=typed, errors=errors)
    return (page, 422) if errors else page


def _invited(typed: Mapping[str, str], token: str) -> str:
    link = f"{settings().base_url}{url_for('invitations.show', token=token)}"
    return render_template("organisations/added.html", typed=typed, link=link)


def _person_errors(typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if not typed["person"] or len(typed["person"]) > LONGEST:
        errors["person"] = "Enter the administrator's full name"
    if not EMAIL.fullmatch(typed["email"]) or len(typed["email"]) > 254:
        errors["email"] = "Enter an email address, like dara@example.org"
    return errors


def _areas() -> dict[str, str]:
    return {id: library().area(id).name for id in library().areas()}


def _one_line(field: str) -> str:
    return " ".join(clean_text(request.form.get(field, ""))[0].split())


def _name_errors(typed: str, what: str) -> dict[str, str]:
    if not typed:
        return {"name": f"Enter the name of {what}"}
    if len(typed) > LONGEST:
        return {"name": f"Enter a name of {LONGEST} characters or fewer"}
    return {}


def _place_page(kind: str, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    if kind not in own_organisation(store(), person=person()).kinds or kind not in ADDED_HERE:
        raise NotFound
    return render_template(
        "organisations/add_place.html",
        kind=kind,
        words=PLACES[kind],
        typed=typed,
        errors=errors,
        areas=_areas(),
    )


def _one_place(place_id: str, *, typed: str | None = None, errors: Mapping[str, str] | None = None) -> str:
    found = own_place(store(), person=person(), place_id=place_id)
    return render_template(
        "organisations/place.html",
        use=found.use,
        place=found.use.place,
        people=found.people,
        words=PLACES[found.use.place.kind],
        roles={role.value: words for role, words in ROLE_WORDS.items()},
        areas=_areas(),
        name=found.use.place.name if typed is None else typed,
        errors=errors or {},
    )


def _close_page(place_id: str, *, errors: Mapping[str, Any] | None = None) -> str:
    found = own_place(store(), person=person(), place_id=place_id)
    return render_template(
        "organisations/close.html",
        use=found.use,
        place=found.use.place,
        words=PLACES[found.use.place.kind],
        errors=errors or {},
    )


def _new_page(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template("organisations/new.html", typed=typed, errors=errors, kinds=KIND_WORDS)
