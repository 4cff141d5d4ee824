"""Areas as they are here, read only: words, readers, grades, readings, forms; and the rules of access."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import Blueprint, render_template, request

from formsvc.access.policy import VERBS
from formsvc.access.rules import RULES
from formsvc.access.table import ROLE_WORDS, Action, Role
from formsvc.access.terms import ABOUT_NO_CHILD
from formsvc.definitions.area_rules import rules_in_words
from formsvc.definitions.compared import Change, compared
from formsvc.definitions.model import Area, Effective, Field
from formsvc.definitions.said import Words, said
from formsvc.errors import DefinitionNotFound, NotFound
from formsvc.fields.base import NOT_KNOWN, OptionsInvalid, Refused
from formsvc.fields.dates import today
from formsvc.web.area_words import KIND_WORDS, RELATION_WORDS, STATED_WORDS, TYPE_WORDS, words_of_action
from formsvc.web.guarding import actor, needs, person, policy, refuse, store
from formsvc.web.library import library
from formsvc.workflow.explain_access import explain_access

blueprint = Blueprint("areas", __name__, url_prefix="/administration")

NOBODY: Final = {"email": "Nobody in your organisation has this email address"}
NOT_HERE: Final = {
    "about": "No child or record that has to do with your organisation or this person has this reference"
}


@blueprint.get("/areas")
@needs(Action.see_areas)
def listing() -> str:
    """List the areas."""
    found = [library().area(id) for id in library().areas()]
    return render_template("areas/listing.html", areas=[(one, _review(one)) for one in found])


@blueprint.get("/areas/<area_id>")
@needs(Action.see_areas)
def show(area_id: str) -> str:
    """Show what an area made of its protocol."""
    area = _area(area_id)
    return render_template(
        "areas/area.html",
        area=area,
        review=_review(area),
        narrowings=policy().areas.get(area.id, ()),
        roles=ROLE_WORDS,
        forms=[_form(library().effective(id, area.id)) for id in library().of_area(area.id)],
        without=[library().base(id) for id in library().ids() if id not in library().of_area(area.id)],
        rules=list(rules_in_words(area.rules)),
        contradictions=library().requirements().all,
        acts=words_of_action,
    )


@blueprint.get("/areas/<area_id>/<definition_id>")
@needs(Action.see_areas)
def form(area_id: str, definition_id: str) -> str:
    """Show a form as an area has it, who reads each answer, and how it differs from its base."""
    area = _area(area_id)
    if definition_id not in library().of_area(area.id):
        raise NotFound
    effective, base = library().effective(definition_id, area.id), library().base(definition_id)
    allowed = policy().definitions.get(definition_id, {})
    return render_template(
        "areas/form.html",
        area=area,
        form=effective,
        base=base,
        is_base=effective is base,
        changes=[_told(one) for one in compared(base, effective)],
        kinds=KIND_WORDS,
        pages=[{"page": page, "fields": _asked(effective, page.fields)} for page in effective.pages],
        who_may=[(verb, _roles_of(allowed, actions)) for verb, actions in VERBS.items()],
        roles={role.value: words for role, words in ROLE_WORDS.items()},
    )


@blueprint.get("/access")
@needs(Action.explain_access)
def rules() -> str:
    """Show the rules of access in words, and ask about one of one's own people."""
    return _rules_page({}, {})


@blueprint.post("/access")
@needs(Action.explain_access)
def ask() -> str | tuple[str, int]:
    """Say whether one of one's own people may do something, and which rule says so."""
    typed = {id: request.form.get(id, "").strip()[:254] for id in ("email", "action", "about")}
    errors: dict[str, str] = {}
    if not typed["email"]:
        errors["email"] = "Enter the email address of one of your people"
    if typed["action"] not in {one.value for one in _asked_about()}:
        errors["action"] = "Choose what they would do"
    if not typed["about"]:
        errors["about"] = "Enter the reference of a child or a record"
    if errors:
        return _rules_page(typed, errors), 422
    try:
        found = explain_access(
            store(),
            policy=policy(),
            email=typed["email"],
            action=Action(typed["action"]),
            about=typed["about"].upper(),
            actor=actor(),
            within=person().organisation_id,
        )
    except NotFound as error:
        refuse(Action.explain_access, why="unknown")
        return _rules_page(typed, NOBODY if error.detail == "person" else NOT_HERE), 422
    return _rules_page(typed, {}, found=found)


def _rules_page(typed: Mapping[str, str], errors: Mapping[str, str], *, found: Any = ()) -> str:
    documents = [
        (library().base(id), [(verb, _roles_of(allowed, actions)) for verb, actions in VERBS.items()])
        for id, allowed in policy().definitions.items()
        if id in library().ids()
    ]
    return render_template(
        "areas/access.html",
        typed=typed,
        errors=errors,
        found=found,
        asked=words_of_action(Action(typed["action"])) if found else "",
        rules=RULES,
        roles=ROLE_WORDS,
        relations=RELATION_WORDS,
        actions={one: words_of_action(one) for one in _asked_about()},
        acts=words_of_action,
        documents=documents,
        areas={id: library().area(id).name for id in policy().areas if id in library().areas()},
        narrowings=policy().areas,
    )


def _asked_about() -> tuple[Action, ...]:
    """Return what may be asked of a child or a record, in order."""
    return tuple(one for one in Action if one not in ABOUT_NO_CHILD)


def _roles_of(allowed: Mapping[Action, frozenset[Role]], actions: frozenset[Action]) -> str:
    """Return in words who may do all that a word of the policy stands for."""
    found = frozenset(Role).intersection(*(allowed.get(one, frozenset()) for one in actions))
    return ", ".join(ROLE_WORDS[one] for one in Role if one in found)


def _area(id: str) -> Area:
    try:
        return library().area(id)
    except DefinitionNotFound:
        raise NotFound from None


def _form(effective: Effective) -> dict[str, Any]:
    """Return a form of an area with how many things differ in it from the form it was made of."""
    base = library().base(effective.id)
    return {"form": effective, "base": base, "changes": len(compared(base, effective))}


def _told(change: Change) -> dict[str, Any]:
    """Return a change as the page tells it, with what the form says of itself in words."""
    words = {role.value: told for role, told in ROLE_WORDS.items()}
    named = words if change.path == "completed_by" else {}
    return {
        "kind": change.kind,
        "question": STATED_WORDS[change.path] if change.kind == "restated" else change.question,
        "why": change.why,
        "before": [named.get(one, one) for one in change.before],
        "after": [named.get(one, one) for one in change.after],
    }


def _review(area: Area) -> dict[str, Any]:
    """Return when an area's protocol is to be reviewed, and how far past that it is: in days, in words."""
    if not area.review_due:
        return {"due": "", "late": 0, "since": ""}
    due, now = date.fromisoformat(area.review_due), today()
    months = max(0, (now.year - due.year) * 12 + now.month - due.month - (now.day < due.day))
    told = [
        f"{count} {unit}{'' if count == 1 else 's'}"
        for count, unit in zip(divmod(months, 12), ("year", "month"), strict=True)
        if count
    ]
    return {
        "due": area.review_due,
        "late": max(0, (now - due).days),
        "since": " and ".join(told) or "less than a month",
    }


def _asked(
    effective: Effective, fields: tuple[Field, ...], *, group: Field | None = None
) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "label": one.label,
            "hint": one.hint,
            "type": TYPE_WORDS.get(one.type.name, one.type.name),
            "offers": _offers(one),
            "asked": _asked_when(effective, one, group=group),
            "class": one.sensitivity,
            "part": _part(effective, one),
            "readers": _readers(effective, one),
            "asks": bool(one.type.holds_answer),
            "clause": one.clause,
            "children": _asked(effective, one.children, group=one),
        }
        for one in fields
    ]


def _part(effective: Effective, one: Field) -> str:
    """Return the part a question stands in, where not everybody who gets a copy may have that part."""
    part = effective.parts.get(one.part)
    if part is None or part.audiences >= frozenset(effective.area.audiences):
        return ""
    return part.title


def _readers(effective: Effective, one: Field) -> str:
    found = effective.audiences(one)
    if found == frozenset(effective.area.audiences):
        return "Everybody who gets a copy"
    return ", ".join(told.name for id, told in effective.area.audiences.items() if id in found)


def _offers(one: Field) -> list[str]:
    choices = one.raw_options.get("choices")
    if one.type.name == "grade":
        return []
    offered = [str(words) for words in choices.values()] if isinstance(choices, Mapping) else []
    return offered + (["Something else, in words"] if offered and one.raw_options.get("other") else [])


def _asked_when(effective: Effective, one: Field, *, group: Field | None) -> str:
    """Return in words when a question is asked, and when it must be answered."""
    known = {**{each.id: each for each in effective.fields()}, **_near(group)}
    words = Words(
        name=lambda id: f"“{known[id].label}”",
        answer=lambda id, code: f"“{_answer(known[id], code)}”",
    )
    told = [f"Asked only if {said(one.shown_when, words)}."] if one.shown_when else []
    if one.required is not None:
        when = f" if {said(one.required.when, words)}" if one.required.when else ""
        stage = "in every draft" if one.required.at.value == "draft" else "before it is final"
        told.append(f"Must be answered {stage}{when}.")
    return " ".join(told)


def _near(group: Field | None) -> dict[str, Field]:
    return {} if group is None else {each.id: each for each in group.children}


def _answer(field: Field, code: str) -> str:
    if {code: True} == NOT_KNOWN:
        return "Not known"
    try:
        return field.type.text(field, field.type.read(field, code))
    except (Refused, OptionsInvalid):
        return code.replace("_", " ")
