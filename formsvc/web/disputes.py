"""What the child or a parent says is wrong: noting it, answering it, and showing it beside the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.decision import About, decide
from formsvc.access.table import Action
from formsvc.errors import NotFound, WrongState
from formsvc.fields import dates
from formsvc.fields.base import Refused
from formsvc.store.disputes import OUTCOMES, SAID_BY, Dispute
from formsvc.store.records import Record
from formsvc.web import said
from formsvc.web.guarding import about_record, actor, needs, person, policy, store
from formsvc.workflow.dispute import Disputed, dispute_answer, disputed, settle_dispute
from formsvc.workflow.see_child import ChildHead

blueprint = Blueprint("disputes", __name__)

Answered = str | Response | tuple[str, int]

BY: Final[Mapping[str, str]] = {"child": "The child", "parent": "A parent or carer with responsibility"}
MADE_OF_IT: Final[Mapping[str, str]] = {
    "changed": "The answer was changed",
    "not_changed": "The answer was not changed",
}
MOST: Final = 4000


@blueprint.app_context_processor
def beside() -> dict[str, Any]:
    """Give every page what is disputed in a record, by question, to be shown beside the answers."""
    return {"disputes_of": _notes, "dispute_words": {"by": BY, "outcomes": MADE_OF_IT}}


def _notes(record_id: str) -> Mapping[str, tuple[Dispute, ...]]:
    return disputed(store(), person=person(), record_id=record_id).notes


@blueprint.get("/records/<record_id>/disputes")
@needs(Action.see_record)
def listing(*, record_id: str) -> str:
    """List what is disputed in a record, and what was made of it."""
    head, record = about_record(record_id, Action.see_record)
    return _page(head, record, disputed(store(), person=person(), record_id=record_id))


@blueprint.post("/records/<record_id>/disputes")
@needs(Action.dispute)
def note(*, record_id: str) -> Answered:
    """Note that an answer is disputed, in the words of who says so."""
    head, record = about_record(record_id, Action.dispute)
    found = disputed(store(), person=person(), record_id=record_id)
    typed = request.form.to_dict()
    errors, day = _wrong(typed, found)
    if errors:
        return _page(head, record, found, typed=typed, errors=errors), 422
    dispute_answer(
        store(),
        actor=actor(),
        person=person(),
        record_id=record_id,
        path=typed["path"],
        said_by=typed["said_by"],
        who=typed["who"].strip()[:200],
        words=typed["words"].strip()[:MOST],
        said_on=day,
    )
    flash("Kept. It stands beside the answer from now on.", "success")
    return redirect(url_for("disputes.listing", record_id=record_id))


@blueprint.post("/records/<record_id>/disputes/<dispute_id>")
@needs(Action.settle_dispute)
def settle(*, record_id: str, dispute_id: str) -> Answered:
    """Say what was made of it, and why; the note stays."""
    head, record = about_record(record_id, Action.settle_dispute)
    found = disputed(store(), person=person(), record_id=record_id)
    if not any(one.id == dispute_id for notes in found.notes.values() for one in notes):
        raise NotFound
    outcome, answer = request.form.get("outcome", ""), request.form.get("answer", "").strip()[:MOST]
    errors = {}
    if outcome not in OUTCOMES:
        errors[f"outcome-{dispute_id}"] = "Say whether the answer was changed"
    if not answer:
        errors[f"answer-{dispute_id}"] = "Say why, in words the child can be told"
    if errors:
        typed = {f"outcome-{dispute_id}": outcome, f"answer-{dispute_id}": answer}
        return _page(head, record, found, typed=typed, errors=errors), 422
    try:
        settle_dispute(
            store(), actor=actor(), record_id=record_id, dispute_id=dispute_id, outcome=outcome, answer=answer
        )
    except WrongState:
        flash("Somebody else has just answered it.")
    else:
        flash("Kept. The note and the answer to it stay together.", "success")
    return redirect(url_for("disputes.listing", record_id=record_id))


def _page(
    head: ChildHead,
    record: Record,
    found: Disputed,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    about = About(relations=head.relations, definition=record.definition_id, area=record.area_id)
    may_do = {
        one.value: decide(policy(), person().role, one, about).allowed
        for one in (Action.dispute, Action.settle_dispute)
    }
    return render_template(
        "disputes/listing.html",
        head=head,
        record=record,
        found=found,
        typed=typed or {"path": request.args.get("path", "")},
        errors=errors or {},
        allowed=may_do,
        by=BY,
        outcomes=MADE_OF_IT,
        said=said,
    )


def _wrong(typed: Mapping[str, str], found: Disputed) -> tuple[dict[str, str], str]:
    """Return what is wrong with a note, and the day it was said as it is stored."""
    errors, day = {}, ""
    if typed.get("path") not in found.questions:
        errors["path"] = "Choose the answer that is disputed"
    if typed.get("said_by") not in SAID_BY:
        errors["said_by"] = "Say who disputes it"
    if not typed.get("who", "").strip():
        errors["who"] = "Enter the name of who says so"
    if not typed.get("words", "").strip():
        errors["words"] = "Enter what they said, in their own words"
    try:
        parts = {part: typed.get(f"said_{part}", "") for part in ("day", "month", "year")}
        found_day = dates.read(parts)
        if found_day > dates.today():
            errors["said_day"] = "The day they said it must not be in the future"
        day = found_day.isoformat()
    except Refused:
        errors["said_day"] = "Enter the day they said it"
    return errors, day
