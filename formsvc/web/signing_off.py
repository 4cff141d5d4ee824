"""Signing off: the author's declaration, what child and carer said, a manager's approval or sending back."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from formsvc.access.table import ROLE_WORDS, Action, Role
from formsvc.documents.carried import Carried, carried
from formsvc.documents.content import Section, build
from formsvc.errors import AnswersInvalid, Forbidden, NotFound, StaleVersion, WrongState
from formsvc.store import revisions, signoffs
from formsvc.web import said
from formsvc.web.guarding import about_record, actor, is_recent, may, needs, person, still, store
from formsvc.web.marks import Arrived, arrived_in
from formsvc.web.signatures import drawn
from formsvc.web.signing import (
    LONGEST_NAME,
    LONGEST_WORDS,
    MOST_REASONS,
    author_signed,
    is_agreed,
    own_rule,
    reasons_in,
    rows_typed,
    signature_errors,
    unasked,
    versions_in,
    voice_errors,
)
from formsvc.workflow.approve_after import approve_after
from formsvc.workflow.compare import compare_open, view_of
from formsvc.workflow.finalise import finalise
from formsvc.workflow.finality import copies_of
from formsvc.workflow.freeze import freeze
from formsvc.workflow.read_draft import read_draft
from formsvc.workflow.read_record import SigningState, Standing, signing_state
from formsvc.workflow.see_child import RoleOver
from formsvc.workflow.send_back import send_back as workflow_send_back
from formsvc.workflow.sign_off import VOICES, sign_off

blueprint = Blueprint("signing_off", __name__, url_prefix="/records/<record_id>")


Answered = str | Response | tuple[str, int]


@blueprint.get("/sign-off")
@needs(Action.see_record)
def overview(*, record_id: str) -> Answered:
    """Show what is signed, what is not, and the next thing to do."""
    about_record(record_id, Action.see_record)
    try:
        signing_state(store(), record_id=record_id, person=person())
    except NotFound:
        return redirect(url_for("documents.history", record_id=record_id))
    return _overview(record_id, errors={})


@blueprint.post("/sign-off")
@needs(Action.sign_off)
def declare(*, record_id: str) -> Answered:
    """Take the author's declaration: freeze what was read, and bind the declaration to it."""
    about_record(record_id, Action.sign_off)
    state = signing_state(store(), record_id=record_id, person=person())
    rule = own_rule(state)
    if rule is None or state.revision.state == "final":
        raise Forbidden
    form = request.form
    errors = {} if form.get("declared") else {"declared": "Tick the box to say that the declaration is true"}
    errors |= signature_errors(form)
    if errors:
        return _overview(record_id, errors=errors), 422
    try:
        binds = form.get("binds") or ""
        if state.revision.state == "draft":
            frozen = freeze(
                store(),
                actor=actor(),
                revision_id=state.revision.id,
                versions=versions_in(form.get("versions", "")),
                still=still(Action.sign_off),
            )
            binds = frozen.binds
        sign_off(
            store(),
            actor=actor(),
            revision_id=state.revision.id,
            rule_id=rule.rule.id,
            binds=binds,
            name=form["name"].strip(),
            capacity=form.get("capacity", "").strip()[:LONGEST_NAME],
            drawing=drawn(form.get("drawing", "")),
            still=still(Action.sign_off),
        )
    except AnswersInvalid:
        flash("Some answers are still missing or wrong. They are listed here: mend them, then sign.")
        return redirect(f"/records/{record_id}/check")
    except (StaleVersion, WrongState):
        return _overview(record_id, errors={"form": _STALE}), 409
    flash(
        "You have signed. Any change to an answer from now on takes every signature back.",
        "success",
    )
    return redirect(url_for("signing_off.overview", record_id=record_id))


@blueprint.route("/sign-off/<rule_id>", methods=["GET", "POST"])
@needs(Action.sign_off)
def voice(*, record_id: str, rule_id: str) -> Answered:
    """Record what the child, the parent or the carer said, in their words, or why they were not asked."""
    head, _ = about_record(record_id, Action.sign_off)
    state = signing_state(store(), record_id=record_id, person=person())
    standing = next((one for one in state.rules if one.rule.id == rule_id), None)
    voices = [one for one in (standing.rule.roles if standing else ()) if one in VOICES]
    if standing is None or not voices:
        raise NotFound
    if state.revision.state != "awaiting_signoff":
        return redirect(url_for("signing_off.overview", record_id=record_id))
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        errors = voice_errors(request.form, voices)
        if not errors:
            try:
                _record_voice(state, standing, voices)
            except (StaleVersion, WrongState):
                errors, status = {"form": _STALE}, 409
            else:
                flash(f"{standing.rule.title}: recorded.", "success")
                return redirect(url_for("signing_off.overview", record_id=record_id))
    page = render_template(
        "signing_off/voice.html",
        head=head,
        state=state,
        rule=standing.rule,
        voices=voices,
        before=standing.said,
        form=request.form,
        name=request.form.get("name", head.name if "child" in voices else ""),
        errors=errors,
    )
    return (page, status if status != 200 else 422) if errors else page


@blueprint.route("/send-now", methods=["GET", "POST"])
@needs(Action.finalise)
def send_now(*, record_id: str) -> Answered:
    """Send it out not yet approved, where nobody with authority is there."""
    head, _ = about_record(record_id, Action.finalise)
    state = signing_state(store(), record_id=record_id, person=person())
    if state.revision.state != "awaiting_signoff" or not author_signed(state):
        return redirect(url_for("signing_off.overview", record_id=record_id))
    if request.method == "POST":
        if request.form.get("binds") != state.revision.frozen_hash:
            flash(_STALE)
            return redirect(url_for("signing_off.overview", record_id=record_id))
        try:
            finalise(
                store(),
                actor=actor(),
                revision_id=state.revision.id,
                audiences=copies_of(state.effective),
                send_now=True,
                still=still(Action.finalise),
            )
        except WrongState:
            flash(_STALE)
            return redirect(url_for("signing_off.overview", record_id=record_id))
        return redirect(url_for("documents.progress", record_id=record_id))
    return render_template("signing_off/send_now.html", head=head, state=state, said=said)


@blueprint.route("/approve", methods=["GET", "POST"])
@needs(Action.approve)
def approve(*, record_id: str) -> Answered:
    """Let a manager read the whole of it, and approve it."""
    head, _ = about_record(record_id, Action.approve)
    try:
        state = signing_state(store(), record_id=record_id, person=person())
    except NotFound:
        return redirect(url_for("documents.history", record_id=record_id))
    rule = own_rule(state)
    if rule is None or not rule.is_approval or is_agreed(rule) or state.revision.state == "draft":
        return redirect(url_for("signing_off.overview", record_id=record_id))
    errors: dict[str, str] = {}
    status = 422
    if request.method == "POST":
        errors = signature_errors(request.form)
        if not errors:
            try:
                return redirect(_approve(state, rule))
            except (StaleVersion, WrongState):
                errors, status = {"form": _STALE}, 409
                state = signing_state(store(), record_id=record_id, person=person())
            except Forbidden as error:
                if error.rule or isinstance(error, RoleOver):
                    raise  # they may approve no more, whoever signed it
                errors = {"form": "Somebody else must approve this: you signed it yourself as its author"}
    page = render_template(
        "signing_off/approve.html",
        head=head,
        state=state,
        rule=rule.rule,
        sections=_read(record_id, state),
        files=_files(record_id, state),
        compared=compare_open(store(), record_id=record_id, person=person()),
        form=request.form,
        errors=errors,
        ask_password=not is_recent(),
        said=said,
        waiting_voices=unasked(state),
    )
    return (page, status) if errors else page


@blueprint.route("/send-back", methods=["GET", "POST"])
@needs(Action.send_back)
def send_back(*, record_id: str) -> Answered:
    """Send it back to its author, with a reason at each question, section or as a whole."""
    head, _ = about_record(record_id, Action.send_back)
    state = signing_state(store(), record_id=record_id, person=person())
    if state.revision.state != "awaiting_signoff":
        return redirect(url_for("signing_off.overview", record_id=record_id))
    rows = rows_typed()
    errors: dict[str, str] = {}
    if request.method == "POST" and "add" in request.form:
        rows.append(("", ""))
        return _send_back_page(head, state, rows=rows[:MOST_REASONS], errors={})
    if request.method == "POST":
        reasons = reasons_in(state, rows)
        if not reasons:
            errors["why-1"] = "Say what has to be changed, so that the author can mend it"
        for n, (_, why) in enumerate(rows, 1):
            if len(why) > LONGEST_WORDS:
                errors[f"why-{n}"] = f"Use {LONGEST_WORDS} characters or fewer"
        if not errors:
            try:
                workflow_send_back(
                    store(),
                    actor=actor(),
                    revision_id=state.revision.id,
                    reasons=reasons,
                    binds=request.form.get("binds", ""),
                    still=still(Action.send_back),
                )
            except (StaleVersion, WrongState):
                errors["form"] = _STALE
            else:
                who = state.author_name or "The author"
                flash(f"Sent back. {who} sees your reasons at the questions they are about.", "success")
                return redirect(url_for("signing_off.overview", record_id=record_id))
        return _send_back_page(head, state, rows=rows, errors=errors), 422
    return _send_back_page(head, state, rows=rows, errors={})


@blueprint.get("/signatures/<signoff_id>")
@needs(Action.see_record)
def signature(*, record_id: str, signoff_id: str) -> Response:
    """Show a drawn signature."""
    about_record(record_id, Action.see_record)
    with store().read() as tx:
        for revision in revisions.history(tx, record_id):
            for one in signoffs.history(tx, revision_id=revision.id, child_id=revision.child_id):
                if one.id == signoff_id and one.drawing:
                    return Response(one.drawing, mimetype="image/png")
    raise NotFound


_STALE = (
    "This was changed or signed by somebody else while you were reading it. Nothing you did was kept: "
    "read it as it is now, then decide again"
)


def _overview(record_id: str, *, errors: dict[str, str]) -> str:
    head, _ = about_record(record_id, Action.see_record)
    state = signing_state(store(), record_id=record_id, person=person())
    own = own_rule(state)
    is_author = own is not None and not own.is_approval
    return render_template(
        "signing_off/overview.html",
        head=head,
        state=state,
        own=own,
        is_author=is_author,
        is_approver=may("approve", definition=state.effective.id) and not is_author,
        to_declare=own is not None and is_author and not is_agreed(own),
        author_signed=author_signed(state),
        waiting_voices=unasked(state),
        compared=compare_open(store(), record_id=record_id, person=person()),
        versions=json.dumps(dict(state.versions)),
        form=request.form,
        errors=errors,
        name=request.form.get("name", ""),
        ask_password=not is_recent(),
        said=said,
        of_roles=lambda rule: [ROLE_WORDS[Role(one)].lower() for one in rule.roles],
        is_voice=lambda rule: any(one in VOICES for one in rule.roles),
        to_check=_to_check(record_id) if state.revision.state != "final" else (),
    )


def _to_check(record_id: str) -> tuple[Arrived, ...]:
    """Return the answers that are old, or that another form says otherwise: told, and no bar."""
    draft = read_draft(store(), record_id=record_id, person=person())
    return tuple(one for one in arrived_in(draft, draft.pages) if one.why and one.stands)


def _record_voice(state: SigningState, standing: Standing, voices: list[str]) -> None:
    form = request.form
    outcome = form["outcome"]
    sign_off(
        store(),
        actor=actor(),
        revision_id=state.revision.id,
        rule_id=standing.rule.id,
        binds=form.get("binds", ""),
        role=form["role"] if len(voices) > 1 else voices[0],
        name=form.get("name", "").strip() or "Not asked",
        capacity=form.get("capacity", "").strip(),
        outcome=outcome,
        words=form.get("why" if outcome == "not_sought" else "words", "").strip(),
        drawing=b"" if outcome == "not_sought" else drawn(form.get("drawing", "")),
        still=still(Action.sign_off),
    )


def _approve(state: SigningState, rule: Standing) -> str:
    """Approve, and issue where nothing else is outstanding; return where to go on."""
    form = request.form
    ask: dict[str, Any] = {
        "actor": actor(),
        "revision_id": state.revision.id,
        "rule_id": rule.rule.id,
        "binds": form.get("binds", ""),
        "name": form["name"].strip(),
        "capacity": person().role_words.lower(),
        "drawing": drawn(form.get("drawing", "")),
        "still": still(Action.approve),
    }
    if state.revision.state == "final":
        approve_after(store(), audiences=copies_of(state.effective), **ask)
    else:
        sign_off(store(), **ask)
        if [one.id for one in state.missing] != [rule.rule.id]:
            return url_for("signing_off.overview", record_id=state.record.id)
        finalise(
            store(),
            actor=actor(),
            revision_id=state.revision.id,
            audiences=copies_of(state.effective),
            still=still(Action.approve),
        )
    return url_for("documents.progress", record_id=state.record.id)


def _read(record_id: str, state: SigningState) -> tuple[Section, ...]:
    view = view_of(store(), record_id=record_id, number=state.revision.number, person=person())
    return build(view, paper=False).sections


def _files(record_id: str, state: SigningState) -> tuple[Carried, ...]:
    return carried(view_of(store(), record_id=record_id, number=state.revision.number, person=person()).data)


def _send_back_page(
    head: Any, state: SigningState, *, rows: list[tuple[str, str]], errors: dict[str, str]
) -> str:
    return render_template("signing_off/send_back.html", head=head, state=state, rows=rows, errors=errors)
