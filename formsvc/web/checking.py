"""Check your answers, see the document before anybody signs it, and go on with what you began."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from formsvc.access.table import Action
from formsvc.definitions.model import Field, Page, Stage
from formsvc.errors import FormsvcError, NotFound
from formsvc.fields.base import Place, Widget, item
from formsvc.fields.blocks import Item
from formsvc.records.gate import Judged, error_words
from formsvc.web.drafting import ago, asks, judge, tasks, time_words
from formsvc.web.forms import Wrong
from formsvc.web.guarding import about_record, actor, needs, person, policy, settings, store
from formsvc.web.rows import printed_rows
from formsvc.workflow.merge_edits import raw_words
from formsvc.workflow.preview_apart import preview_draft
from formsvc.workflow.read_draft import Draft, my_drafts, read_draft

blueprint = Blueprint("checking", __name__)


@blueprint.get("/records/<record_id>/check")
@needs(Action.edit_record)
def check(record_id: str) -> ResponseReturnValue:
    """Show every answer with a way to change it, and all that keeps the form from being final."""
    head, record = about_record(record_id, Action.edit_record)
    try:
        draft = read_draft(store(), record_id=record_id, person=person())
    except NotFound:
        return render_template("records/closed.html", head=head, record=record)
    pages = draft.pages
    judged = judge(draft, stage=Stage.FINAL)
    wrong = _wrong(draft, pages, judged)
    by_path: dict[str, list[str]] = {}
    for error in judged.errors:
        by_path.setdefault(error.path, []).append(error_words(draft.effective, error))
    return render_template(
        "records/check.html",
        head=head,
        draft=draft,
        sections=[
            (page, [_shown(one, judged) for one in page.fields if _is_asked(one, judged)])
            for page in pages
            if asks(page, judged)
        ],
        states={one.page.id: one for one in tasks(draft, pages, judged)},
        wrong=wrong,
        by_path=by_path,
        versions=",".join(f"{key}:{one.version}" for key, one in sorted(draft.sections.items())),
    )


@blueprint.get("/records/<record_id>/preview")
@needs(Action.edit_record)
def preview(record_id: str) -> ResponseReturnValue:
    """Draw the document as it would be, marked as a preview and not sealed, in a process of its own."""
    about_record(record_id, Action.edit_record)
    draft = read_draft(store(), record_id=record_id, person=person())
    try:
        data = preview_draft(store(), draft, actor=actor(), settings=settings())
    except FormsvcError:
        return redirect(url_for("records.checking.check", record_id=record_id, no_preview=1), 303)
    name = f"preview-{draft.record.reference}.pdf"
    return Response(
        data,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"},
    )


@blueprint.get("/drafts")
@needs(Action.see_drafts)
def drafts() -> ResponseReturnValue:
    """List what this person began or saved and has not handed in."""
    lines = my_drafts(store(), policy=policy(), person=person())
    return render_template("records/drafts.html", lines=lines, when=time_words, ago=ago)


def _wrong(draft: Draft, pages: tuple[Page, ...], judged: Judged) -> list[Wrong]:
    """Return everything that keeps the form from being final, linked to its question; rows by name."""
    by_field = {one.id: (page, one) for page in pages for one in page.fields}
    names = {
        (one.id, row.id): row.heading
        for _, one in by_field.values()
        if one.children
        for row in printed_rows(one, judged.answers.get(one.id))
    }
    open_count = Counter(by_field[top][0].id for top in _tops(judged) if top in by_field)
    told: set[str] = set()
    made = []
    for error in judged.errors:
        top, _, rest = error.path.partition(".")
        if top not in by_field:
            continue
        page, one = by_field[top]
        if not draft.is_saved(page.id):
            if page.id not in told:
                told.add(page.id)
                made.append(_not_started(draft, page, open_count[page.id]))
            continue
        where: dict[str, Any] = {"record_id": draft.record.id, "page_id": page.id, "check": 1}
        said = error_words(draft.effective, error)
        if rest:
            row_id, _, child = rest.partition(".")
            said = f"{names.get((top, row_id), one.label)}: {said}"
            href = url_for("records.row", group_id=top, row_id=row_id, **where) + f"#q-{child}"
        else:
            href = url_for("records.section", **where) + f"#q-{top}"
        made.append(Wrong(words=said, href=href))
    return made


def _tops(judged: Judged) -> Iterator[str]:
    return (error.path.partition(".")[0] for error in judged.errors)


def _not_started(draft: Draft, page: Page, wanted: int) -> Wrong:
    """Return one line for a section that was never saved, whatever it asks for."""
    needed = "1 answer is" if wanted == 1 else f"{wanted} answers are"
    known = len(draft.filled_in(page))
    filled = f", {known} known already and to be checked" if known else ""
    href = url_for("records.section", record_id=draft.record.id, page_id=page.id, check=1)
    return Wrong(words=f"Complete “{page.title}”: {needed} needed{filled}", href=href)


def _is_asked(one: Field, judged: Judged) -> bool:
    return one.type.holds_answer and one.id not in judged.not_asked


def _shown(one: Field, judged: Judged) -> dict[str, object]:
    """Return a question with its printed answer, or what was typed and could not be read."""
    printed: Item | None = item(
        one, judged.answers.get(one.id), Place(path=one.id, not_asked=judged.not_asked)
    )
    unread = {path: raw_words(raw) for path, raw in judged.typed.items() if path.partition(".")[0] == one.id}
    return {
        "spec": one,
        "item": printed,
        "unread": unread,
        "rows": printed_rows(one, judged.answers.get(one.id)),
        "is_rows": one.type.widget is Widget.ROWS,
    }
