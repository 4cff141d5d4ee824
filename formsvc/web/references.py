"""What other systems know a child by: the page to add, correct and end references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.naming import kinds_for
from formsvc.access.table import Action, audience_for
from formsvc.cases.references import ENDINGS, KINDS, read_reference, shown
from formsvc.errors import NotFound, StaleVersion, WrongState
from formsvc.store.references import External
from formsvc.web import said
from formsvc.web.guarding import about_child, actor, needs, person, store
from formsvc.workflow.keep_reference import (
    add_reference,
    correct_reference,
    end_reference,
    references_of,
)
from formsvc.workflow.see_child import ChildHead

blueprint = Blueprint("references", __name__, url_prefix="/children/<child_id>/references")

Answered = str | Response | tuple[str, int]

WORDS: Final[Mapping[tuple[str, str], str]] = {
    ("kind", "missing"): "Choose what kind of reference it is",
    ("value", "missing"): "Enter the reference",
    ("value", "too_long"): "The reference must be 40 characters or fewer",
    ("value", "too_short"): "The reference must have 3 letters or digits or more",
    ("value", "unreadable"): "Use letters and digits; spaces . - / and _ may stand between them",
    ("value", "no_digit"): "A reference has a digit in it: check that this is no name",
    ("value", "nhs_number"): "Check the NHS number: it has 10 digits, and at least one of these is wrong",
    ("value", "upn"): "Check the UPN: a letter, 11 digits, a digit or letter, and one of these is wrong",
    ("system", "missing"): "Enter whose system it is",
    ("system", "too_long"): "Whose system it is must be 80 characters or fewer",
    ("system", "unreadable"): "This cannot be read: enter again whose system it is",
    ("why", "missing"): "Say why it ends",
}
WHY: Final[Mapping[str, str]] = {
    "mistaken": "It was never theirs",
    "not_used": "It is theirs, and not used any more",
}
ENDED: Final[Mapping[str, str]] = {
    "corrected": "Corrected",
    "mistaken": "Never theirs",
    "not_used": "Not used any more",
}
TWICE: Final = "This reference is there already"
MEANWHILE: Final = "Somebody else changed this reference while you were reading. Look again below"


@blueprint.get("")
@needs(Action.keep_references)
def show(child_id: str) -> str:
    """Show the references that stand and those that ended, and offer to add one."""
    return _page(about_child(child_id, Action.keep_references))


@blueprint.post("")
@needs(Action.keep_references)
def add(child_id: str) -> Answered:
    """Add a reference; what is wrong comes back beside its question."""
    head = about_child(child_id, Action.keep_references)
    typed = request.form.to_dict()
    judged = read_reference(typed)
    errors = _said(judged.errors)
    if not errors:
        try:
            add_reference(store(), actor=actor(), child_id=head.id, reference=judged.values)
        except WrongState:
            errors = {"value": TWICE}
        else:
            flash("The reference is added. The child is found by it from now on.", "success")
            return redirect(url_for(".show", child_id=head.id))
    return _page(head, typed=typed, errors=errors), 422


@blueprint.get("/<reference_id>")
@needs(Action.keep_references)
def ask(child_id: str, reference_id: str) -> str:
    """Ask what a reference is, or whether it ends."""
    head = about_child(child_id, Action.keep_references)
    return _one_page(head, _standing(head, reference_id))


@blueprint.post("/<reference_id>")
@needs(Action.keep_references)
def correct(child_id: str, reference_id: str) -> Answered:
    """Correct a reference; the one before is ended and stays on the page."""
    head = about_child(child_id, Action.keep_references)
    one = _standing(head, reference_id)
    typed = {**request.form.to_dict(), "kind": one.kind}
    judged = read_reference(typed)
    if judged.errors:
        return _one_page(head, one, typed=typed, errors=_said(judged.errors)), 422
    try:
        made = correct_reference(
            store(), actor=actor(), child_id=head.id, reference_id=one.id, reference=judged.values
        )
    except WrongState:
        return _one_page(head, one, typed=typed, errors={"value": TWICE}), 422
    except StaleVersion:
        return _page(head, errors={"known": MEANWHILE}), 409
    flash("Corrected. The one before is kept, and ended." if made else "Nothing was changed.", "success")
    return redirect(url_for(".show", child_id=head.id))


@blueprint.post("/<reference_id>/end")
@needs(Action.keep_references)
def end(child_id: str, reference_id: str) -> Answered:
    """End a reference; the child is not found by it any more."""
    head = about_child(child_id, Action.keep_references)
    one = _standing(head, reference_id)
    why = request.form.get("why", "")
    if why not in ENDINGS:
        return _one_page(head, one, errors=_said({"why": "missing"})), 422
    try:
        end_reference(store(), actor=actor(), child_id=head.id, reference_id=one.id, why=why)
    except StaleVersion:
        return _page(head, errors={"known": MEANWHILE}), 409
    flash("The reference is ended. It stays in the list of those that ended.", "success")
    return redirect(url_for(".show", child_id=head.id))


def known_elsewhere(head: ChildHead) -> tuple[tuple[str, str, str], ...]:
    """Return what stands of a child for who is signed in: (what it is called, whose system, reference)."""
    found = references_of(store(), person=person(), child_id=head.id)
    order = tuple(KINDS)
    return tuple(
        (KINDS[one.kind].title, one.system, shown(one.kind, one.value))
        for one in sorted(found, key=lambda one: order.index(one.kind))
        if one.until_at is None
    )


def _standing(head: ChildHead, reference_id: str) -> External:
    """Return a reference that may be changed; raise NotFound, for one that ended before too."""
    found = references_of(store(), person=person(), child_id=head.id)
    for one in found:
        if one.id == reference_id and one.kind in _mine():
            return one
    raise NotFound


def _mine() -> tuple[str, ...]:
    return kinds_for(audience_for(person().role))


def _page(
    head: ChildHead, *, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> str:
    found = references_of(store(), person=person(), child_id=head.id)
    return render_template(
        "references/all.html",
        head=head,
        standing=[one for one in found if one.until_at is None],
        ended=[one for one in reversed(found) if one.until_at is not None],
        kinds={kind: KINDS[kind] for kind in KINDS if kind in _mine()},
        shown=shown,
        endings=ENDED,
        typed=typed or {},
        errors=errors or {},
        said=said,
    )


def _one_page(
    head: ChildHead,
    one: External,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "references/one.html",
        head=head,
        one=one,
        kind=KINDS[one.kind],
        typed={"value": shown(one.kind, one.value), "system": one.system} if typed is None else typed,
        why=WHY,
        errors=errors or {},
        said=said,
    )


def _said(errors: Mapping[str, str]) -> dict[str, str]:
    return {name: WORDS[name, code] for name, code in errors.items()}
