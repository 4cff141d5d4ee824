"""What a form's pages answer: a section or a row to be drawn, or a few words to a page that saves itself."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from formsvc import clock
from formsvc.definitions.model import Field, Page, Stage
from formsvc.fields.base import Widget
from formsvc.fields.moments import LONDON
from formsvc.web import holding
from formsvc.web.drafting import Screen, asks
from formsvc.web.forms import Question, Wrong, all_wrong
from formsvc.web.guarding import person, store
from formsvc.web.rows import order_of
from formsvc.web.saving import Kept
from formsvc.workflow.merge_edits import rows_of
from formsvc.workflow.read_draft import Draft, read_past


def autosaved(shown: Screen, kept: Kept, refused: Any) -> ResponseReturnValue:
    """Tell a page that saved itself how it stands; its version moves on only where nobody else saved."""
    at = clock.now().astimezone(LONDON)
    words = f"Saved at {at:%H:%M}"
    if kept.theirs:
        others = ", ".join(f"“{one}”" for one in kept.theirs)
        words += f". Somebody else changed {others}: save and continue to see it"
    if kept.saved.voided:
        words += ". This was waiting for sign-off: it is a draft again, and has to be signed off anew"
    if refused:
        words += ". " + " ".join(one.errors[0].words for one in shown.questions if one.spec.id in refused)
    return {
        "version": None if kept.merged and kept.theirs else kept.saved.version,
        "words": words,
        "failed": bool(refused),
        "asked": {f"q-{one.id}": not one.closed for one in shown.questions if one.spec.shown_when},
        "files": {
            f"{one.id}-upload": {
                "url": one.files,
                "is_photo": one.kind == Widget.PHOTO,
                "words": " ".join((f"{one.shown.get('name', 'The file')} is added.", *one.shown["signed"])),
            }
            for one in shown.questions
            if one.files
        },
    }


def gone_row(draft: Draft, page: Page, asked: str) -> dict[str, str] | None:
    """Return what a row that was removed is called and what brings it back, where it is gone."""
    order = order_of(f"restore:{asked}")
    if order.do != "restore":
        return None
    group = next((one for one in page.fields if one.id == order.group and one.children), None)
    past = read_past(store(), draft, page_id=page.id, version=order.version)
    if group is None or past is None:
        return None
    there = any(one.get("id") == order.row_id for one in rows_of(draft.held(page).get(group.id)))
    was = next((one for one in rows_of(past.get(group.id)) if one.get("id") == order.row_id), None)
    if there or was is None:
        return None
    return {"what": group.options.one, "do": f"restore:{asked}"}


def section_page(
    head: Any,
    pages: tuple[Page, ...],
    shown: Screen,
    *,
    stage: Stage,
    gone: dict[str, str] | None = None,
    theirs: tuple[str, ...] = (),
    version: int | None = None,
    held: bool = False,
) -> str:
    errors = list(all_wrong(shown.questions))
    at = [one.id for one in pages].index(shown.page.id)
    return render_template(
        "records/section.html",
        head=head,
        draft=shown.draft,
        page=shown.page,
        number=at + 1,
        total=len(pages),
        questions=shown.questions,
        wrong=errors,
        is_asked=asks(shown.page, shown.judged),
        waits=sum(1 for one in shown.questions if one.mark and one.mark.waits),
        gone=gone,
        theirs=theirs,
        held=held,
        version=shown.draft.version(shown.page.id) if version is None else version,
        saved=shown.draft.sections.get(shown.page.id),
        is_check=stage is Stage.FINAL,
        who=holding.token_for(shown.draft, user_id=person().user_id),
    )


def row_page(
    head: Any,
    shown: Screen,
    group: Field,
    row_id: str,
    *,
    version: int | None = None,
    held: bool = False,
) -> str:
    rows = rows_of(shown.draft.held(shown.page).get(group.id))
    at = next((place for place, one in enumerate(rows, 1) if one.get("id") == row_id), len(rows) + 1)
    return render_template(
        "records/row.html",
        head=head,
        draft=shown.draft,
        page=shown.page,
        group=group,
        row_id=row_id,
        number=at,
        total=len(rows),
        is_new=at > len(rows),
        questions=shown.questions,
        wrong=list(_own_wrong(shown.questions)),
        held=held,
        version=shown.draft.version(shown.page.id) if version is None else version,
        who=holding.token_for(shown.draft, user_id=person().user_id),
    )


def _own_wrong(shown: tuple[Question, ...]) -> list[Wrong]:
    return [wrong for one in shown for wrong in one.errors]
