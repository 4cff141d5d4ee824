"""A form being worked on, as its pages show it: states of sections, marks, errors, what is closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from flask import url_for

from formsvc import clock
from formsvc.access.readable import hidden_ids, holds
from formsvc.definitions.model import Field, Page, Stage
from formsvc.errors import AnswerError, NotFound
from formsvc.fields import approximate_date
from formsvc.fields.base import Widget, is_not_known
from formsvc.fields.moments import LONDON, day_words
from formsvc.forms.answers import AnswersForm
from formsvc.records.gate import Gate, Judged
from formsvc.records.signed import read_signed, sentences
from formsvc.web.forms import Question, Wrong, form_of, questions
from formsvc.web.marks import mark_of, offer_of, otherwise
from formsvc.web.rows import RowList, row_list
from formsvc.workflow.merge_edits import rows_of
from formsvc.workflow.read_draft import Draft

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "not_started": ("Not started", "govuk-tag--blue"),
    "filled": ("Filled in", "govuk-tag--light-blue"),
    "in_progress": ("In progress", "govuk-tag--light-blue"),
    "attention": ("Needs attention", "govuk-tag--red"),
    "complete": ("Complete", ""),
    "not_asked": ("Nothing to answer so far", ""),
}


@dataclass(frozen=True, kw_only=True)
class Task:
    """One section in the task list."""

    page: Page
    state: str
    known: int
    saved: str
    sent_back: bool

    @property
    def words(self) -> str:
        """The state in words."""
        return STATES[self.state][0]

    @property
    def colour(self) -> str:
        """The class of the state's tag; empty for one that has none."""
        return STATES[self.state][1]


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One page of a form, or one row of a group, judged and ready to be drawn."""

    draft: Draft
    page: Page
    judged: Judged = field(repr=False)
    form: AnswersForm = field(repr=False)
    questions: tuple[Question, ...]
    errors: tuple[AnswerError, ...]


def page_in(pages: Sequence[Page], page_id: str) -> Page:
    """Return a page by its id; raise NotFound."""
    found = next((page for page in pages if page.id == page_id), None)
    if found is None:
        raise NotFound
    return found


def group_in(page: Page, group_id: str) -> Field:
    """Return a repeating group of a page; raise NotFound."""
    found = next((one for one in page.fields if one.id == group_id), None)
    if found is None or found.type.widget is not Widget.ROWS:
        raise NotFound
    return found


def judge(
    draft: Draft, *, stage: Stage, page: Page | None = None, held: Mapping[str, Any] | None = None
) -> Judged:
    """Judge what was saved, with what a page holds (or arrives with) in its place.

    What is found about questions that the editor does not have, or would tell of them, is left out.
    """
    whole = draft.whole()
    if page is not None:
        whole |= draft.held(page) if held is None else held
    judged = Gate(draft.effective).judge(whole, stage=stage)
    return judged if draft.is_whole else _cut(draft, judged)


def _cut(draft: Draft, judged: Judged) -> Judged:
    fields = {one.id: one for page in draft.pages for one in page.fields}
    hidden = hidden_ids(draft.effective, draft.audience)
    telling = {check.code for check in draft.effective.cross_checks if check.when.needs & hidden}

    def tells(error: AnswerError) -> bool:
        rule = draft.effective.field(error.path).required if error.path else None
        hangs = rule is not None and rule.when is not None and bool(rule.when.needs & hidden)
        return error.code in telling or (hangs and error.path not in judged.typed)

    return Judged(
        answers=draft.shown_of(judged.answers),
        typed={path: raw for path, raw in judged.typed.items() if _is_shown(fields, path, raw)},
        errors=tuple(one for one in judged.errors if holds(fields, one.path) and not tells(one)),
        not_asked=frozenset(path for path in judged.not_asked if holds(fields, path)),
        notices=tuple(one for one in judged.notices if holds(fields, one[0])),
    )


def _is_shown(fields: Mapping[str, Field], path: str, raw: Any) -> bool:
    """Say whether what was typed at a path may be shown: not a whole group that could not be read."""
    is_group = path in fields and bool(fields[path].children) and not isinstance(raw, str)
    return holds(fields, path) and not is_group


def asks(page: Page, judged: Judged) -> bool:
    """Say whether anything of a page is asked, as the answers before it stand."""
    return any(one.type.holds_answer and one.id not in judged.not_asked for one in page.fields)


def tasks(draft: Draft, pages: Sequence[Page], judged: Judged) -> tuple[Task, ...]:
    """Return every section with its state; `judged` is the whole form judged as final."""
    by_page = {one.id: page.id for page in pages for one in page.fields}
    own = {check.code for check in draft.effective.cross_checks}
    wrong: dict[str, list[AnswerError]] = {}
    for error in judged.errors:
        wrong.setdefault(by_page.get(error.path.partition(".")[0], ""), []).append(error)
    back = {by_page.get(path.partition(".")[0], "") for one in draft.sent_back for path in one.paths}
    made = []
    for page in pages:
        section = draft.sections.get(page.id) if draft.is_saved(page.id) else None
        errors = wrong.get(page.id, [])
        sharp = any(error.path in judged.typed or error.code in own for error in errors)
        state = "complete" if not errors else "in_progress"
        known = len(draft.filled_in(page))
        state = "attention" if sharp or page.id in back else state
        state = state if section else "filled" if not errors and page.id in draft.sections else "not_started"
        made.append(
            Task(
                page=page,
                state=state if asks(page, judged) else "not_asked",
                known=0 if section else known,
                saved=time_words(section.saved_at) if section else "",
                sent_back=page.id in back,
            )
        )
    return tuple(made)


def screen(
    draft: Draft,
    page: Page,
    *,
    stage: Stage,
    posted: Any = None,
    refused: Mapping[str, str] | None = None,
    group: Field | None = None,
    row_id: str = "",
) -> Screen:
    """Return a page, or with `group` one of its rows, ready to be drawn.

    `posted` is what was typed and is shown instead of what is held; errors of pages never saved wait.
    """
    held = draft.held(page)
    if group is not None:
        held = with_row(held, group, row_id)
    judged = judge(draft, stage=stage, page=page, held=held)
    shown, answers, prefix = page, held, ""
    if group is not None:
        prefix = f"{group.id}.{row_id}."
        shown = replace(page, id=f"{page.id}.{group.id}", fields=group.children)
        answers = dict(next((row for row in rows_of(held.get(group.id)) if row.get("id") == row_id), {}))
    ids = {one.id for one in page.fields}
    errors = tuple(one for one in judged.errors if one.path.partition(".")[0] in ids)
    is_new = group is not None and not any(one["id"] == row_id for one in _kept_rows(draft, page, group))
    if is_new or (not draft.is_saved(page.id) and stage is Stage.DRAFT):
        errors = ()
    form = form_of(draft.effective, shown, answers=answers, typed=posted)
    made = questions(
        form,
        shown.fields,
        effective=draft.effective,
        prefix=prefix,
        errors=errors,
        closed=judged.not_asked | _silent(page, judged),
        said_back=_reasons(draft),
    )
    finished = tuple(
        _finished(
            one,
            draft,
            page,
            judged=judged,
            answers=answers,
            errors=errors,
            stage=stage,
            refused=refused or {},
        )
        for one in made
    )
    return Screen(draft=draft, page=page, judged=judged, form=form, questions=finished, errors=errors)


def _silent(page: Page, judged: Judged) -> frozenset[str]:
    """Return the ids of the advice of a page whose moment has not come: it holds no answer to be judged."""
    return frozenset(
        one.id
        for one in page.fields
        if not one.type.holds_answer and one.shown_when and not one.shown_when.holds(judged.answers)
    )


def with_row(held: Mapping[str, Any], group: Field, row_id: str) -> dict[str, Any]:
    """Return what a page holds with a row that may not be there yet, so that it can be judged."""
    rows = rows_of(held.get(group.id))
    there = any(one.get("id") == row_id for one in rows)
    return {**held, group.id: rows if there else [*rows, {"id": row_id}]}


def _kept_rows(draft: Draft, page: Page, group: Field) -> list[Mapping[str, Any]]:
    return [one for one in rows_of(draft.held(page).get(group.id)) if "id" in one]


def _finished(
    one: Question,
    draft: Draft,
    page: Page,
    *,
    judged: Judged,
    answers: Mapping[str, Any],
    errors: Sequence[AnswerError],
    stage: Stage,
    refused: Mapping[str, str],
) -> Question:
    """Return a question with what only the draft knows: rows, files, where its answer came from."""
    raw = answers.get(one.spec.id)
    if one.path == one.spec.id:
        one = replace(
            one,
            mark=mark_of(draft, page, one.spec, raw),
            others=otherwise(draft, one.spec),
            offer=offer_of(draft, one.spec, raw),
        )
    if one.kind == Widget.ROWS:
        address = url_for(
            "records.row", record_id=draft.record.id, page_id=page.id, group_id=one.spec.id, row_id="{row}"
        ).replace("%7Brow%7D", "{row}")
        listed = row_list(
            draft.effective,
            one.spec,
            judged=judged,
            raw=raw,
            errors=errors,
            address=address,
            suffix="?check=1" if stage is Stage.FINAL else "",
            may_remove=draft.has_whole(one.spec),
        )
        return replace(one, shown=_with_signatures(listed, draft, raw))
    if one.kind in (Widget.PHOTO, Widget.FILE):
        if isinstance(raw, Mapping) and raw.get("sha256"):
            url = url_for("records.file", record_id=draft.record.id, sha256=raw["sha256"])
            one = replace(
                one,
                files=url,
                shown={**raw, "signed": signed_words(draft, raw)},
                age=_photo_age(raw) if one.kind == Widget.PHOTO else "",
            )
        if one.spec.id in refused:
            said = Wrong(words=_refused_words(one, refused[one.spec.id]), href=f"#{one.id}-upload")
            one = replace(one, errors=(said, *one.errors))
    return one


def signed_words(draft: Draft, raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is known of the signatures in the file of an answer, in sentences."""
    kept = draft.files.get(str(raw.get("sha256", "")))
    return () if kept is None or kept.signed is None else sentences(read_signed(kept.signed))


def _with_signatures(listed: RowList, draft: Draft, raw: Any) -> RowList:
    """Return the list of rows with what is known of the signatures in their files."""
    files = [child.id for child in listed.group.children if child.type.widget is Widget.FILE]
    said = {
        row["id"]: tuple(
            ("Signature", words)
            for child in files
            if isinstance(row.get(child), Mapping)
            for words in signed_words(draft, row[child])
        )
        for row in rows_of(raw)
        if "id" in row
    }
    return replace(
        listed, rows=tuple(replace(row, rest=(*row.rest, *said.get(row.id, ()))) for row in listed.rows)
    )


def _photo_age(raw: Mapping[str, Any]) -> str:
    """Return how old a photo is, from when it was taken."""
    taken = raw.get("taken")
    if not isinstance(taken, Mapping) or not taken.get("date") or "precision" not in taken:
        return "When it was taken is not known." if is_not_known(taken) else ""
    months = (clock.now().astimezone(LONDON).date() - approximate_date.span(dict(taken))[0]).days * 12 // 365
    said = "less than a month" if months < 1 else "1 month" if months == 1 else f"{months} months"
    old = "This photo is " + (said if months < 24 else f"{months // 12} years") + " old."
    return old + (" Take a new one if the child looks different today." if months >= 6 else "")


def _refused_words(one: Question, why: str) -> str:
    kinds = "JPEG, PNG, WebP or HEIC" if one.kind == Widget.PHOTO else "PDF, Word or picture"
    return f"{one.spec.label} was not added: {why}. Choose another {kinds} file of 20 MB or less"


def _reasons(draft: Draft) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in draft.sent_back:
        for path in one.paths:
            found.setdefault(path, []).append(f"{one.user_name}: {one.reason}")
    return found


def ago(day: date) -> str:
    """Return how long ago a day was, with the day: "3 days ago, 19 November 2026"."""
    days = (clock.now().astimezone(LONDON).date() - day).days
    if days < 60:
        said = {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
    else:
        months = days * 12 // 365
        said = f"{months} months ago" if months < 24 else f"{months // 12} years ago"
    return f"{said}, {day_words(day)}"


def time_words(moment: Any) -> str:
    """Return when something was saved: the time alone today, the day with it otherwise."""
    local = moment.astimezone(LONDON)
    if local.date() == clock.now().astimezone(LONDON).date():
        return f"at {local:%H:%M}"
    return f"on {day_words(local.date())} at {local:%H:%M}"


def is_answered(judged: Judged, path: str) -> bool:
    """Say whether a top-level question holds anything, "not known" too."""
    return path in judged.answers or path in judged.typed or is_not_known(judged.answers.get(path))
