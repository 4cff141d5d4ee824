"""Begin a document about a child: which her area has and somebody may write, and the first page of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from formsvc.access.decision import About, decide
from formsvc.access.table import Action
from formsvc.definitions.model import Effective
from formsvc.errors import NotFound
from formsvc.web.guarding import about_child, actor, needs, person, policy, still, store
from formsvc.web.library import library
from formsvc.workflow.open_child import ChildPage, open_child
from formsvc.workflow.see_child import ChildHead
from formsvc.workflow.start_record import start_record

blueprint = Blueprint("starting", __name__, url_prefix="/children")

THERE: Final = "There is one already: this is it."


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A document that somebody may begin about a child; `record_id` is a standing one that lives."""

    form: Effective
    record_id: str = ""


def offers(head: ChildHead, page: ChildPage) -> tuple[Offer, ...]:
    """Return the documents of the child's area that the person may write, those that stand first."""
    there = {
        one.definition_id: one.id for one in reversed([*page.open, *(plan.record for plan in page.plans)])
    }
    forms = (library().effective(id, head.area_id) for id in _having(head))
    found = [
        Offer(form=form, record_id=there.get(form.id, "") if form.standing else "")
        for form in forms
        if _may_begin(head, form.id)
    ]
    return tuple(sorted(found, key=lambda one: (not one.form.standing, one.form.short_title)))


@blueprint.post("/<child_id>/start/<definition_id>")
@needs(Action.start_record)
def start(child_id: str, definition_id: str) -> Response:
    """Begin a document, or go on with the one that is there where a child has one alone."""
    head = about_child(child_id, Action.start_record, definition=definition_id)
    page = open_child(store(), policy=policy(), person=person(), head=head)
    offer = next((one for one in offers(head, page) if one.form.id == definition_id), None)
    if offer is None:
        raise NotFound("this area has no such document")
    if offer.record_id:
        flash(THERE)
        return redirect(f"/records/{offer.record_id}")
    started = start_record(
        store(),
        actor=actor(),
        child_id=head.id,
        effective=offer.form,
        once=offer.form.standing,
        person=person(),
        still=still(Action.start_record),
    )
    if not started.is_new:
        flash(THERE)
    return redirect(f"/records/{started.record_id}")


def _having(head: ChildHead) -> Collection[str]:
    return library().of_area(head.area_id) if head.area_id in library().areas() else ()


def _may_begin(head: ChildHead, definition: str) -> bool:
    about = About(relations=head.relations, definition=definition, area=head.area_id)
    return decide(policy(), person().role, Action.start_record, about).allowed
