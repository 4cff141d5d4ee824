"""Complete a form: the task list, one section a page, one page for each row of a repeating group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, ParamSpec

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from formsvc import clock
from formsvc.access.table import Action
from formsvc.definitions.model import Field, Page, Stage
from formsvc.documents.carried import KINDS
from formsvc.errors import NotFound, WrongState
from formsvc.fields.reading import is_blank
from formsvc.fields.rows import ROW_ID
from formsvc.forms.answers import typed
from formsvc.store.revisions import OPEN
from formsvc.web import checking, clashing, holding
from formsvc.web.drafting import (
    asks,
    group_in,
    judge,
    page_in,
    screen,
    tasks,
    time_words,
    with_row,
)
from formsvc.web.forms import form_of
from formsvc.web.guarding import about_record, actor, needs, person, store
from formsvc.web.late import keeps_late
from formsvc.web.marks import arrived_in, chosen_in, confirmed_in
from formsvc.web.rows import Order, arranged, order_of
from formsvc.web.saving import handed_in, keep, row_edits
from formsvc.web.screens import autosaved, gone_row, row_page, section_page
from formsvc.workflow.attach_file import file_taken
from formsvc.workflow.merge_edits import Edits, rows_of
from formsvc.workflow.read_draft import Draft, file_of_draft, read_draft, read_past

P = ParamSpec("P")

blueprint = Blueprint("records", __name__)
blueprint.register_blueprint(checking.blueprint)

FORM_BYTES: Final = 8 * 1024 * 1024
"""The most text of one page: 200 long answers."""

IMAGES: Final = ("image/jpeg", "image/png")


@blueprint.record_once
def _allow_long_answers(state: Any) -> None:
    state.app.config["MAX_FORM_MEMORY_SIZE"] = FORM_BYTES
    state.app.jinja_env.filters["time_said"] = time_words


def _or_copied(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Show what was typed, to be copied, where the form was handed on before it was saved."""

    @wraps(view)
    def copied(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        try:
            return view(*args, **kwargs)
        except (NotFound, WrongState):
            reply = _handed_on(**{key: str(one) for key, one in kwargs.items()})
            if reply is None:
                raise
            return reply

    return copied


@blueprint.get("/records/<record_id>")
@needs(Action.edit_record)
def task_list(record_id: str) -> ResponseReturnValue:
    """List the sections of a form with the state of each."""
    head, record = about_record(record_id, Action.edit_record)
    try:
        draft = read_draft(store(), record_id=record_id, person=person())
    except NotFound:
        return render_template("records/closed.html", head=head, record=record)
    listed = tasks(draft, draft.pages, judge(draft, stage=Stage.FINAL))
    return render_template(
        "records/task_list.html",
        head=head,
        draft=draft,
        tasks=listed,
        done=sum(one.state == "complete" for one in listed),
        wanted=sum(one.state != "not_asked" for one in listed),
        general=[one for one in draft.sent_back if not one.paths],
        sent_back=draft.sent_back,
        arrived=arrived_in(draft, draft.pages),
    )


@blueprint.get("/records/<record_id>/pages/<page_id>")
@needs(Action.edit_record)
def section(record_id: str, page_id: str) -> ResponseReturnValue:
    """Show a section with what it holds."""
    head, draft, pages, page = _opened(record_id, page_id)
    stage = Stage.FINAL if request.args.get("check") else Stage.DRAFT
    gone = gone_row(draft, page, request.args.get("gone", ""))
    return section_page(head, pages, screen(draft, page, stage=stage), gone=gone, stage=stage)


@blueprint.post("/records/<record_id>/pages/<page_id>")
@holding.keeps_typed
@needs(Action.edit_record)
@keeps_late
@_or_copied
def save(record_id: str, page_id: str) -> ResponseReturnValue:
    """Save a section, by hand or by itself, and do what the button says."""
    head, draft, pages, page = _opened(record_id, page_id)
    order = _possible(draft, page, order_of(request.form.get("do", "")))
    form = form_of(draft.effective, page, answers=None, typed=request.form)
    handed = handed_in(
        form,
        page.fields,
        held=draft.held(page),
        files=request.files,
        posted=request.form,
        record_id=record_id,
        store=store(),
        actor=actor(),
    )
    taken = chosen_in(draft, page, request.form.get("do", ""))
    past: list[Any] = []
    if order.do == "restore":
        held = read_past(store(), draft, page_id=page_id, version=order.version) or {}
        past = list(rows_of(held.get(order.group)))
    asked = judge(draft, stage=Stage.DRAFT, page=page).not_asked
    kept = keep(
        store(),
        draft,
        page,
        actor=actor(),
        person=person(),
        version=_version(request.form),
        edits=handed.edits.with_answers({id: one.value for id, one in taken.items()}),
        arrange=arranged(order, past=past),
        confirmed={*confirmed_in(draft, page, request.form, go_on=order.do == "continue"), *taken},
        taken=taken,
    )
    after = read_draft(store(), record_id=record_id, person=person())
    if kept.clashes:
        return clashing.answer(
            head, after, page, kept, handed.edits, quiet=order.do == "autosave", back=_here(after, page)
        )
    result = screen(after, page, stage=Stage.DRAFT, refused=handed.refused)
    if order.do == "autosave":
        return autosaved(result, kept, handed.refused)
    if order.do in ("add", "open"):
        return _to_row(after, page, order)
    if taken:
        return redirect(_here(after, page) + f"#q-{next(iter(taken))}", 303)
    if order.do in ("up", "down", "remove", "restore", "drop"):
        return _rearranged(after, page, order)
    if kept.theirs or handed.refused or result.errors:
        status = 422 if handed.refused or result.errors else 200
        return section_page(head, pages, result, theirs=kept.theirs, stage=Stage.DRAFT), status
    opened = [one for one in result.questions if one.path in asked and not one.closed]
    if opened and order.do == "continue":
        return redirect(_here(after, page, opened=1) + f"#q-{opened[0].id}", 303)
    return redirect(_onward(after, pages, page, order, voided=bool(kept.saved.voided)), 303)


@blueprint.get("/records/<record_id>/pages/<page_id>/rows/<group_id>/<row_id>")
@needs(Action.edit_record)
def row(record_id: str, page_id: str, group_id: str, row_id: str) -> ResponseReturnValue:
    """Show one row of a repeating group, or a new one."""
    head, draft, _, page = _opened(record_id, page_id)
    group = _group(page, group_id, row_id)
    stage = Stage.FINAL if request.args.get("check") else Stage.DRAFT
    shown = screen(draft, page, stage=stage, group=group, row_id=row_id)
    return row_page(head, shown, group, row_id)


@blueprint.post("/records/<record_id>/pages/<page_id>/rows/<group_id>/<row_id>")
@holding.keeps_typed
@needs(Action.edit_record)
@keeps_late
@_or_copied
def save_row(record_id: str, page_id: str, group_id: str, row_id: str) -> ResponseReturnValue:
    """Save one row, by hand or by itself."""
    head, draft, _, page = _opened(record_id, page_id)
    group = _group(page, group_id, row_id)
    order = order_of(request.form.get("do", ""))
    before = {one.get("id"): one for one in rows_of(draft.held(page).get(group.id))}
    handed = handed_in(
        form_of(draft.effective, _row_form_page(page, group), answers=None, typed=request.form),
        group.children,
        held=before.get(row_id, {}),
        files=request.files,
        posted=request.form,
        record_id=record_id,
        store=store(),
        actor=actor(),
    )
    is_empty = row_id not in before and is_blank(dict(handed.edits.fields))
    if is_empty or (row_id not in before and len(before) >= group.options.max):
        return _nothing_to_add(draft, page, group, order, handed.refused, head=head, row_id=row_id)
    edits = row_edits(handed.edits, group=group.id, row_id=row_id)
    before_held = with_row(draft.held(page), group, row_id)
    asked = judge(draft, stage=Stage.DRAFT, page=page, held=before_held).not_asked
    kept = keep(
        store(),
        draft,
        page,
        actor=actor(),
        person=person(),
        version=_version(request.form),
        edits=edits,
    )
    after = read_draft(store(), record_id=record_id, person=person())
    back = _here(after, page) + f"#rows-{group.id}"
    if kept.clashes:
        return clashing.answer(head, after, page, kept, edits, quiet=order.do == "autosave", back=back)
    result = screen(after, page, stage=Stage.DRAFT, group=group, row_id=row_id, refused=handed.refused)
    if order.do == "autosave":
        return autosaved(result, kept, handed.refused)
    if handed.refused or any(one.errors for one in result.questions):
        return row_page(head, result, group, row_id), 422
    opened = [one for one in result.questions if not one.closed and one.path in asked]
    if opened and order.do != "save":
        here = url_for(
            ".row", record_id=record_id, page_id=page_id, group_id=group_id, row_id=row_id, opened=1
        )
        return redirect(f"{here}#q-{opened[0].id}", 303)
    if order.do == "add":
        return _to_row(after, page, order)
    return redirect(back, 303)


@blueprint.post("/records/<record_id>/pages/<page_id>/choose")
@holding.keeps_typed
@needs(Action.edit_record)
@keeps_late
@_or_copied
def choose(record_id: str, page_id: str) -> ResponseReturnValue:
    """Save what was chosen where two people answered differently."""
    head, draft, _, page = _opened(record_id, page_id)
    edits, missing = clashing.chosen(request.form)
    if missing:
        return clashing.ask_again(head, draft, page, request.form, missing), 422
    kept = keep(
        store(),
        draft,
        page,
        actor=actor(),
        person=person(),
        version=_version(request.form),
        edits=edits,
    )
    after = read_draft(store(), record_id=record_id, person=person())
    if kept.clashes:
        return clashing.answer(head, after, page, kept, edits, quiet=False, back=_here(after, page))
    return redirect(_here(after, page), 303)


@blueprint.get("/records/<record_id>/pages/<page_id>/held/<token>")
@needs(Action.edit_record)
def held(record_id: str, page_id: str, token: str) -> ResponseReturnValue:
    """Show a page again with what was typed when the person was no longer signed in."""
    head, draft, pages, page = _opened(record_id, page_id)
    found = holding.found(token, record_id=record_id, user_id=person().user_id, draft=draft)
    version = _version(found)
    group_id, row_id = found.get("held-group", ""), found.get("held-row", "")
    if group_id:
        group = _group(page, group_id, row_id)
        shown = screen(draft, page, stage=Stage.DRAFT, posted=found, group=group, row_id=row_id)
        return row_page(head, shown, group, row_id, version=version, held=True)
    shown = screen(draft, page, stage=Stage.DRAFT, posted=found)
    return section_page(head, pages, shown, version=version, held=True, stage=Stage.DRAFT)


@blueprint.get("/records/<record_id>/files/<sha256>")
@needs(Action.edit_record)
def file(record_id: str, sha256: str) -> ResponseReturnValue:
    """Hand out a file of a form to whoever works on it: a photo is shown, anything else taken, and noted."""
    about_record(record_id, Action.edit_record)
    draft = read_draft(store(), record_id=record_id, person=person())
    found, key = file_of_draft(store(), draft, sha256=sha256)
    shown = found.media_type in IMAGES and found.signed is None
    if not shown:
        file_taken(store(), actor=actor(), draft=draft, sha256=sha256)
    ending = KINDS[found.media_type][1] if found.media_type in KINDS else "bin"
    how = "inline" if shown else f'attachment; filename="{draft.record.reference}-{sha256[:8]}.{ending}"'
    return Response(
        store().blobs.get(found.stored, key=key),
        mimetype=found.media_type,
        headers={
            "Content-Disposition": how,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _opened(record_id: str, page_id: str) -> tuple[Any, Draft, tuple[Page, ...], Page]:
    head, _ = about_record(record_id, Action.edit_record)
    draft = read_draft(store(), record_id=record_id, person=person())
    return head, draft, draft.pages, page_in(draft.pages, page_id)


def _handed_on(
    *, record_id: str, page_id: str, group_id: str = "", row_id: str = ""
) -> ResponseReturnValue | None:
    """Return the page that shows what was typed into a form that can no longer be changed, or None."""
    head, _ = about_record(record_id, Action.edit_record)
    draft = read_draft(store(), record_id=record_id, person=person(), closed=True)
    if draft.revision.state in OPEN:
        return None
    if order_of(request.form.get("do", "")).do == "autosave":
        words = "Not saved: this form was issued meanwhile. Save and continue to see what you typed"
        return {"version": None, "words": words, "failed": True, "asked": {}, "files": {}}, 409
    page = page_in(draft.pages, page_id)
    asked = _row_form_page(page, _group(page, group_id, row_id)) if group_id else page
    form = form_of(draft.effective, asked, answers=None, typed=request.form)
    return clashing.closed(head, draft, page, Edits(fields=typed(form))), 409


def _possible(draft: Draft, page: Page, order: Order) -> Order:
    """Return an order about a group that is on the page; a row that others answer too is not removed."""
    if not order.group:
        return order
    group = group_in(page, order.group)
    if order.do == "remove" and not draft.has_whole(group):
        return Order(do="continue")
    return order


def _group(page: Page, group_id: str, row_id: str) -> Field:
    if not ROW_ID.fullmatch(row_id):
        raise NotFound
    return group_in(page, group_id)


def _row_form_page(page: Page, group: Field) -> Page:
    return Page(id=f"{page.id}.{group.id}", title=group.label, fields=group.children)


def _version(form: Mapping[str, str]) -> int:
    sent = form.get("version", "0")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else 0


def _here(draft: Draft, page: Page, **more: Any) -> str:
    return url_for("records.section", record_id=draft.record.id, page_id=page.id, **more)


def _onward(draft: Draft, pages: tuple[Page, ...], page: Page, order: Order, *, voided: bool) -> str:
    note: dict[str, Any] = {"voided": 1} if voided else {}
    if order.do == "save":
        return url_for("records.task_list", record_id=draft.record.id, **note)
    judged = judge(draft, stage=Stage.DRAFT)
    following = pages[[one.id for one in pages].index(page.id) + 1 :]
    for one in following:
        if asks(one, judged):
            return url_for("records.section", record_id=draft.record.id, page_id=one.id, **note)
    return url_for("records.checking.check", record_id=draft.record.id, **note)


def _to_row(draft: Draft, page: Page, order: Order) -> Response:
    group = group_in(page, order.group)
    row_id = clock.new_id(8) if order.do == "add" else order.row_id
    _group(page, group.id, row_id)
    return redirect(
        url_for("records.row", record_id=draft.record.id, page_id=page.id, group_id=group.id, row_id=row_id),
        303,
    )


def _rearranged(draft: Draft, page: Page, order: Order) -> Response:
    """Return to the list; after a removal the address says what can be brought back."""
    gone: dict[str, Any] = {}
    if order.do == "remove":
        gone = {"gone": f"{order.group}:{order.row_id}:{draft.version(page.id) - 1}"}
    anchor = f"row-{order.group}-{order.row_id}" if order.do in ("up", "down", "restore") else ""
    return redirect(_here(draft, page, **gone) + (f"#{anchor}" if anchor else ""), 303)


def _nothing_to_add(
    draft: Draft,
    page: Page,
    group: Field,
    order: Order,
    refused: Any,
    *,
    head: Any,
    row_id: str,
) -> ResponseReturnValue:
    """Answer the page of a new row that holds nothing, or has no room."""
    if order.do == "autosave":
        return {"version": draft.version(page.id), "words": "", "asked": {}, "files": {}}
    if refused:
        shown = screen(draft, page, stage=Stage.DRAFT, group=group, row_id=row_id, refused=refused)
        return row_page(head, shown, group, row_id), 422
    return redirect(_here(draft, page) + f"#rows-{group.id}", 303)
