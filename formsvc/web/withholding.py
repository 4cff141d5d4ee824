"""Who, by name, may not see a child, a form or a part of one; and who is named to read a part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.table import ROLE_WORDS, Action, Role
from formsvc.errors import NotFound, WrongState
from formsvc.records.clean import clean_text
from formsvc.web import said
from formsvc.web.guarding import about_child, actor, needs, person, policy, store
from formsvc.workflow.end_withholding import end_reader as workflow_end_reader
from formsvc.workflow.end_withholding import end_withholding
from formsvc.workflow.withhold import Withheld, name_reader, withheld_about, withhold

blueprint = Blueprint("withholding", __name__, url_prefix="/children/<child_id>/withheld")

LONGEST_WHY: Final = 2000
KINDS: Final[Mapping[str, str]] = {
    "allegation": "They are the subject of an allegation",
    "withheld": "Another reason",
}
EVERYTHING: Final = "all"

Answered = str | Response | tuple[str, int]


@blueprint.get("")
@needs(Action.withhold)
def show(child_id: str) -> str:
    """Show what is withheld from whom, now and before, and offer to withhold."""
    return _page(child_id, typed={"what": request.args.get("record", "")}, errors={})


@blueprint.post("")
@needs(Action.withhold)
def add(child_id: str) -> Answered:
    """Withhold everything, a form or a part from somebody by name."""
    head = about_child(child_id, Action.withhold)
    found = withheld_about(store(), policy=policy(), person=person(), child_id=child_id)
    typed = request.form.to_dict()
    why = clean_text(typed.get("why", ""))[0].strip()
    errors: dict[str, str] = {}
    if typed.get("who") not in {one.user_id for one in found.people}:
        errors["who"] = "Choose the person"
    if typed.get("what") not in choices(found):
        errors["what"] = "Choose what they may not see"
    if typed.get("kind") not in KINDS:
        errors["kind"] = "Say why, in a word"
    if not why:
        errors["why"] = "Say why, so that whoever looks at this later understands it"
    elif len(why) > LONGEST_WHY:
        errors["why"] = f"Use {LONGEST_WHY} characters or fewer"
    if not errors:
        record_id, part = _of(typed["what"])
        try:
            withhold(
                store(),
                actor=actor(),
                child_id=head.id,
                user_id=typed["who"],
                kind=typed["kind"],
                why=why,
                record_id=record_id,
                part=part,
            )
        except WrongState:
            errors["what"] = "This is withheld from them already"
        else:
            flash("Withheld from now on. They are not told.", "success")
            return redirect(url_for(".show", child_id=child_id))
    return _page(child_id, typed=typed, errors=errors), 422


@blueprint.post("/<withholding_id>/end")
@needs(Action.withhold)
def end(child_id: str, withholding_id: str) -> Response:
    """Let somebody see again what was withheld from them."""
    head = about_child(child_id, Action.withhold)
    if request.form.get("sure") != "yes":
        flash("Tick the box to say that they may see it again.")
    else:
        end_withholding(store(), actor=actor(), child_id=head.id, withholding_id=withholding_id)
        flash("It is no longer withheld from them.", "success")
    return redirect(url_for(".show", child_id=child_id))


@blueprint.post("/readers")
@needs(Action.withhold)
def name(child_id: str) -> Answered:
    """Name somebody to read a part that only named people read."""
    head = about_child(child_id, Action.withhold)
    found = withheld_about(store(), policy=policy(), person=person(), child_id=child_id)
    typed = request.form.to_dict()
    errors: dict[str, str] = {}
    if typed.get("reader") not in {one.user_id for one in found.people} | {person().user_id}:
        errors["reader"] = "Choose the person"
    if typed.get("part") not in named_parts(found):
        errors["part"] = "Choose the part"
    if not errors:
        record_id, part = _of(typed["part"])
        try:
            name_reader(
                store(),
                actor=actor(),
                child_id=head.id,
                record_id=record_id or "",
                part=part,
                user_id=typed["reader"],
            )
        except WrongState:
            errors["reader"] = "They are named for this part already"
        else:
            flash("They may read this part from now on.", "success")
            return redirect(url_for(".show", child_id=child_id))
    return _page(child_id, typed=typed, errors=errors), 422


@blueprint.post("/readers/<reader_id>/end")
@needs(Action.withhold)
def end_reader(child_id: str, reader_id: str) -> Response:
    """End that somebody reads a part."""
    head = about_child(child_id, Action.withhold)
    workflow_end_reader(store(), actor=actor(), child_id=head.id, reader_id=reader_id)
    flash("They do not read this part any more.", "success")
    return redirect(url_for(".show", child_id=child_id))


def choices(found: Withheld) -> dict[str, str]:
    """Return what can be withheld, by the value of its radio: everything, each form, each part of one."""
    made = {EVERYTHING: "Everything about the child: they learn of nothing"}
    for one in found.forms:
        made[one.record.id] = f"{one.record.title} {one.record.reference}: all of it"
        if len(one.parts) > 1:
            for part in one.parts:
                made[f"{one.record.id}:{part.id}"] = (
                    f"{one.record.title} {one.record.reference}: {part.title}"
                )
    return made


def named_parts(found: Withheld) -> dict[str, str]:
    """Return the parts that only named people read, by the value of their choice."""
    return {
        f"{one.record.id}:{part.id}": f"{one.record.title} {one.record.reference}: {part.title}"
        for one in found.forms
        for part in one.named
    }


def _of(what: str) -> tuple[str | None, str]:
    if what == EVERYTHING:
        return None, ""
    record_id, _, part = what.partition(":")
    if not record_id:
        raise NotFound
    return record_id, part


def _page(child_id: str, *, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    head = about_child(child_id, Action.withhold)
    found = withheld_about(store(), policy=policy(), person=person(), child_id=head.id)
    roles = {one.value: words for one, words in ROLE_WORDS.items() if one in set(Role)}
    return render_template(
        "withholding/who.html",
        head=head,
        found=found,
        what=choices(found),
        parts=named_parts(found),
        kinds=KINDS,
        roles=roles,
        typed=typed,
        errors=errors,
        me=person(),
        said=said,
    )
