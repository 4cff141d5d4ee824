"""When two people answered the same question: both answers in words, and a choice; nothing is lost."""

from __future__ import annotations

import json
from typing import Any, Final

from flask import render_template
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from formsvc.definitions.model import Page
from formsvc.fields.moments import LONDON
from formsvc.web.drafting import time_words
from formsvc.web.forms import Wrong
from formsvc.web.guarding import person
from formsvc.web.saving import Kept
from formsvc.workflow.merge_edits import Clash, Edits, raw_words
from formsvc.workflow.read_draft import Draft

_MOST: Final = 2 * 1024 * 1024


def answer(
    head: Any, draft: Draft, page: Page, kept: Kept, edits: Edits, *, quiet: bool, back: str
) -> ResponseReturnValue:
    """Answer a save that clashed: in a sentence to a page that saves itself, else with the choice."""
    if quiet:
        labels = ", ".join(f"“{one.label}”" for one in kept.clashes)
        words = (
            f"Not saved: somebody else answered {labels} while you were typing. "
            "Nothing is lost: save and continue to see both answers and choose"
        )
        return {"version": None, "words": words, "failed": True, "asked": {}, "files": {}}, 409
    mine = edits.only({one.unit for one in kept.clashes})
    return _choice(head, draft, page, kept.clashes, packed=pack(mine), back=back), 409


def ask_again(head: Any, draft: Draft, page: Page, posted: MultiDict[str, str], missing: list[str]) -> str:
    """Show the choice again where a question was not decided."""
    clashes = [
        Clash(
            unit=unit,
            label=posted.get(f"label:{unit}", ""),
            theirs=posted.get(f"theirs:{unit}", ""),
            mine=posted.get(f"mine:{unit}", ""),
        )
        for unit in posted.getlist("unit")
    ]
    chosen_so_far = {one.unit: posted.get(f"choose:{one.unit}", "") for one in clashes}
    return _choice(
        head,
        draft,
        page,
        tuple(clashes),
        packed=posted.get("mine", ""),
        back="",
        missing=missing,
        chosen_so_far=chosen_so_far,
    )


def chosen(posted: MultiDict[str, str]) -> tuple[Edits, list[str]]:
    """Return my answers where they were chosen, and the questions that were not decided."""
    units = posted.getlist("unit")
    said = {unit: posted.get(f"choose:{unit}", "") for unit in units}
    missing = [unit for unit in units if said[unit] not in ("mine", "theirs")]
    mine = unpack(posted.get("mine", ""))
    return mine.only({unit for unit, one in said.items() if one == "mine"}), missing


def closed(head: Any, draft: Draft, page: Page, edits: Edits) -> str:
    """Say that a form was handed on meanwhile, and show what was typed, so that it can be copied."""
    typed = dict(edits.row[2]) if edits.row else dict(edits.fields)
    labels = {one.id: one.label for top in page.fields for one in (top, *top.children)}
    return render_template(
        "records/handed_on.html",
        head=head,
        draft=draft,
        page=page,
        typed=[(labels.get(key, key), said) for key, one in typed.items() if (said := raw_words(one))],
    )


def pack(edits: Edits) -> str:
    """Return edits as the text of a hidden input."""
    return json.dumps({"fields": dict(edits.fields), "row": edits.row}, ensure_ascii=False)


def unpack(text: str) -> Edits:
    """Return the edits of a hidden input; what cannot be read is no edit. The gate judges all of it again."""
    try:
        found = json.loads(text) if len(text) <= _MOST else {}
    except (ValueError, RecursionError):
        found = {}
    found = found if isinstance(found, dict) else {}
    fields = found.get("fields")
    return Edits(fields=fields if isinstance(fields, dict) else {}, row=_row(found.get("row")))


def _row(given: Any) -> tuple[str, str, dict[str, Any]] | None:
    match given:
        case [str(group), str(row_id), dict(answers)]:
            return group, row_id, answers
        case _:
            return None


def _choice(
    head: Any,
    draft: Draft,
    page: Page,
    clashes: tuple[Clash, ...],
    *,
    packed: str,
    back: str,
    missing: list[str] | None = None,
    chosen_so_far: dict[str, str] | None = None,
) -> str:
    section = draft.sections.get(page.id)
    return render_template(
        "records/choose.html",
        head=head,
        draft=draft,
        page=page,
        clashes=clashes,
        mine=packed,
        back=back,
        version=draft.version(page.id),
        who_else=section.saved_by_name if section else "",
        is_own=section is not None and section.saved_by == person().user_id,
        when=time_words(section.saved_at.astimezone(LONDON)) if section else "",
        missing=missing or [],
        chosen=chosen_so_far or {},
        wrong=[
            Wrong(words=f"Choose which answer to keep: {one.label}", href=f"#choose-{number}")
            for number, one in enumerate(clashes, 1)
            if one.unit in (missing or [])
        ],
    )
